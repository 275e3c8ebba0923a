"""Whole commands, timed in fresh processes: medians, and peak memory where the system tells it."""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from patient_round import is_set_aside, read_rows, write_round, write_rows

ROOT = Path(__file__).resolve().parent.parent
YORK = ROOT / "corpora" / "york-2017"
SIZES = (10_000, 30_000, 100_000)


def main() -> None:
    """Print a line a command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=Path, help="a csv of real comments to repeat")
    parser.add_argument("--coded", type=Path, help="their coding, to time samples with")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only-samples", action="store_true")
    arguments = parser.parse_args()
    print(f"{'command':<44}{'median s':>10}{'min':>8}{'max':>8}{'peak MB':>10}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.comments and arguments.coded:
            time_samples(arguments.comments, arguments.coded, folder, min(3, arguments.runs))
        if arguments.only_samples:
            return
        out = str(folder / "run")
        measure("--help", ["--help"], arguments.runs)
        rules = ["run", str(YORK), "--coders", "codebook", "--out", out]
        measure("run york, rules", rules, arguments.runs)
        measure("run york, rules and classifier", rules[:2] + rules[4:], arguments.runs)
        measure("verify that run", ["verify", out], arguments.runs)
        for size in SIZES if arguments.comments else ():
            write_round(folder, repeat_comments(arguments.comments, size, folder))
            command = ["run", str(folder), "--out", out, "--quiet"]
            measure(f"run {size:,} comments, rules", command, min(3, arguments.runs))


def measure(title: str, command: list[str], runs: int) -> None:
    """Run a command once to warm up, then some times; a command that fails stops everything."""
    outcomes = [run_once(command) for _ in range(runs + 1)][1:]
    seconds = [outcome[0] for outcome in outcomes]
    peak = max(outcome[1] for outcome in outcomes)
    print(
        f"{title:<44}{statistics.median(seconds):>10.2f}{min(seconds):>8.2f}{max(seconds):>8.2f}"
        f"{peak:>10.0f}",
        flush=True,
    )


def run_once(command: list[str]) -> tuple[float, float]:
    """Seconds of wall time and megabytes of peak memory (0 where the system does not say)."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", *command], stdout=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        peak = 0.0
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        code = process.wait()
    if code:
        sys.exit(f"{' '.join(command)} failed with exit code {code}")
    return time.perf_counter() - started, peak


def time_samples(comments: Path, coded: Path, folder: Path, runs: int) -> None:
    """What is drawn of many comments: by rules alone, and with a classifier."""
    size = SIZES[-1]
    source = splice_comments(comments, size, folder)
    aside = {row["comment_id"] for row in read_rows(comments) if is_set_aside(row["respondent_id"])}
    lessons = [row for row in read_rows(coded) if row["response_id"] not in aside]
    train = write_rows(
        folder / "train.csv",
        [{**row, "response_id": f"{row['response_id']} #0"} for row in lessons],
    )
    for kind, learnt in (("rules", None), ("rules and classifier", train)):
        write_round(folder, source, learnt)
        for purpose in ("learning", "audit"):
            command = ["review", "sample", str(folder), "--for", purpose, "--dry-run", "--quiet"]
            measure(f"sample {size:,} for {purpose}, {kind}", command, runs)


def splice_comments(path: Path, size: int, folder: Path) -> Path:
    """The comments of a file that may be learnt from, and after them halves of two put together."""
    rows = [row for row in read_rows(path) if not is_set_aside(row["respondent_id"])]
    dice = random.Random(1)
    spliced = []
    for number in range(size):
        copy, place = divmod(number, len(rows))
        row = rows[place]
        ids = {key: f"{row[key]} #{copy}" for key in ("comment_id", "respondent_id")}
        words, others = row["text"].split(" "), dice.choice(rows)["text"].split(" ")
        half = [*words[: len(words) // 2 + 1], *others[len(others) // 2 :]]
        spliced.append({**row, **ids, "text": " ".join(half) if copy else row["text"]})
    return write_rows(folder / "comments.csv", spliced)


def repeat_comments(path: Path, size: int, folder: Path) -> Path:
    """The comments of a file over and over, each copy under new ids."""
    rows = read_rows(path)
    repeated = []
    for number in range(size):
        copy, place = divmod(number, len(rows))
        row = rows[place]
        ids = {key: f"{row[key]} #{copy}" for key in ("comment_id", "respondent_id")}
        repeated.append({**row, **ids})
    return write_rows(folder / "comments.csv", repeated)


if __name__ == "__main__":
    main()
