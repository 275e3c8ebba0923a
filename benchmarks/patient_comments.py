"""Coding quality on the third of the patient comments that nothing was learnt from."""

import subprocess
import sys
import tempfile
from pathlib import Path

from patient_round import is_set_aside, read_rows, write_round, write_rows


def main() -> int:
    """Split the coded file by respondent, train on two thirds, score the rest."""
    if len(sys.argv) < 2:
        print(__doc__, "\nusage: python benchmarks/patient_comments.py DATA")
        return 2
    source, coded = Path(sys.argv[1], "responses.csv"), Path(sys.argv[1], "coded.csv")
    aside = {r["comment_id"] for r in read_rows(source) if is_set_aside(r["respondent_id"])}
    codings = read_rows(coded)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        learn = [row for row in codings if row["response_id"] not in aside]
        score = [row for row in codings if row["response_id"] in aside]
        train = write_rows(folder / "train.csv", learn)
        held_out = write_rows(folder / "held-out.csv", score)
        round_file = write_round(folder, source, train)
        command = [sys.executable, "-m", "pipeline", "evaluate", str(round_file)]
        return subprocess.run([*command, "--coded", str(held_out), *sys.argv[2:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
