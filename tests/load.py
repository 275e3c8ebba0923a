"""Load on a store: writers in processes of their own, and one that is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

from pipeline.readings import open_store
from pipeline.round.place import DatabaseUrl, Place
from tests.readings import reading

ROOT = Path(__file__).parents[1]
Told = dict[tuple[str, str], list[str]]


def write_until_killed(stated: str, log: str, writer: str) -> None:
    """Decide without end; what was acknowledged is written down after that, and only then."""
    place = DatabaseUrl(stated) if stated.startswith("env:") else Path(stated)
    with open_store(place) as store, Path(log).open("ab", buffering=0) as stream:
        number = 0
        while True:
            number += 1
            done = store.add_reading_expecting(reading(f"{writer}-{number}"), 0)
            stream.write(f"{writer}-{number} {done.number}\n".encode())


def kill_while_writing(place: Place, log: Path, writer: int, seconds: float) -> None:
    """Start such a writer, and kill it so long after its first acknowledgement."""
    stated = place.as_posix()
    code = (
        "import sys; from tests.load import write_until_killed; write_until_killed(*sys.argv[1:])"
    )
    before = log.stat().st_size if log.exists() else 0
    command = [sys.executable, "-c", code, stated, str(log), str(writer)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        end = time.monotonic() + 60
        while (log.stat().st_size if log.exists() else 0) == before:
            assert process.poll() is None, "the writer ended by itself"
            assert time.monotonic() < end, "the writer never began"
            time.sleep(0.005)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def acknowledged(log: Path) -> set[str]:
    """The responses that were written down whole."""
    lines = log.read_bytes().split(b"\n")[:-1]
    return {line.split()[0].decode() for line in lines}


def decide_all(place: Place, *, writers: int, responses: int) -> Told:
    """Each writer decides on every response from what it saw at the start, which was nothing; what
    each was told of the others, by response and coder.
    """
    context = multiprocessing.get_context("spawn")
    queue: Queue[list[tuple[str, str, list[str]]]] = context.Queue()
    started = context.Barrier(writers)
    processes = [
        context.Process(target=_decide, args=(place, n, responses, started, queue))
        for n in range(writers)
    ]
    for process in processes:
        process.start()
    told = [item for _ in processes for item in _take(queue, processes)]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * writers
    return {(response_id, coder): others for response_id, coder, others in told}


def _take(queue, processes) -> list[tuple[str, str, list[str]]]:
    """What one writer was told; an error at once when a writer failed, which gives nothing."""
    while True:
        try:
            return queue.get(timeout=1)
        except Empty:
            assert not any(process.exitcode for process in processes), "a writer failed"


def _decide(place: Place, writer: int, responses: int, started, queue) -> None:
    coder = f"human:{writer}"
    told = []
    with open_store(place) as store:
        started.wait(60)
        for number in range(responses):
            done = store.add_reading_expecting(reading(f"R{number}", coder=coder), 0)
            told.append((f"R{number}", coder, [other.coder for other in done.others]))
    queue.put(told)
