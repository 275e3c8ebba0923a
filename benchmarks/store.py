"""The store of readings under load, killed, and tampered with; SQLite.

    python benchmarks/store.py [--kills 200] [--writers 8] [--responses 1000] [--tamperings 1000]

It uses the helpers of the tests, and needs the development tools.
"""

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.readings import open_store
from tests.load import acknowledged, decide_all, kill_while_writing
from tests.readings import reading, sample, signature
from tests.tampering import tamper_with_file


def kill(folder: Path, times: int) -> None:
    """Kill -9 at random moments; what was acknowledged must be there, the chain and file whole."""
    path, log, dice, broken, lost = folder / "kills.db", folder / "log", Random(1), 0, set()
    open_store(path, create=True).close()
    for number in range(times):
        kill_while_writing(path, log, number, dice.uniform(0.0, 0.3))
        connection = sqlite3.connect(path)
        broken += connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
        connection.close()
        with open_store(path) as store:
            kept = {found.response_id for found in store.readings()}
            broken += bool(store.verify())
        lost |= acknowledged(log) - kept
    print(
        f"{times} kills: {len(acknowledged(log))} acknowledged, {len(lost)} lost, {broken} broken"
    )


def write_at_once(folder: Path, writers: int, responses: int) -> None:
    """All decide on the same responses at once, each from what it saw at the start: nothing."""
    path = folder / "many.db"
    open_store(path, create=True).close()
    began = time.perf_counter()
    told = decide_all(path, writers=writers, responses=responses)
    seconds = time.perf_counter() - began
    with open_store(path) as store:
        order: dict[str, list[str]] = {}
        for one in store.readings():
            order.setdefault(one.response_id, []).append(one.coder)
        faults = len(store.verify())
    kept = sum(map(len, order.values()))
    untold = sum(
        sorted(told[name, coder]) != sorted(coders[:place])
        for name, coders in order.items()
        for place, coder in enumerate(coders)
    )
    print(f"{writers} writers x {responses}: {kept} kept of {writers * responses}, ", end="")
    print(f"{untold} conflicts not told, {faults} faults, {seconds:.0f} s")


def acknowledge(folder: Path, number: int = 500) -> None:
    """How long one decision takes until it is on the disk."""
    with open_store(folder / "one.db", create=True) as store:
        taken = []
        for n in range(number):
            began = time.perf_counter()
            store.add_reading_expecting(reading(f"R{n}"), 0)
            taken.append(1000 * (time.perf_counter() - began))
    print(f"acknowledged in {statistics.median(taken):.1f} ms (median of {number}, ", end="")
    print(f"highest {max(taken):.0f})")


def tamper(folder: Path, times: int) -> None:
    """Alter a copy in one way at random, each time; it must be found."""
    whole = folder / "whole.db"
    with open_store(whole, create=True) as store:
        store.add_readings([reading(f"R{n}") for n in range(40)])
        store.add_sample(sample("audit", ("A", "a"), ("B", "b")))
        store.add_signature(signature())
        head = store.head()
    alone = found = 0
    for seed in range(times):
        path = folder / "tampered.db"
        shutil.copy(whole, path)
        tamper_with_file(path, Random(seed))
        with open_store(path) as store:
            alone += bool(store.verify())
            found += bool(store.verify(head))
    print(f"{times} tamperings: {found} found, {alone} of them without the head")


def main() -> None:
    """All of it, in a folder that is removed."""
    parser = argparse.ArgumentParser()
    for name, number in (("kills", 200), ("writers", 8), ("responses", 1000), ("tamperings", 1000)):
        parser.add_argument(f"--{name}", type=int, default=number)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        acknowledge(folder)
        tamper(folder, options.tamperings)
        write_at_once(folder, options.writers, options.responses)
        kill(folder, options.kills)


if __name__ == "__main__":
    main()
