"""The patient-comments round, written beside data that is not part of the project."""

import csv
import hashlib
from pathlib import Path

CODEBOOK = Path(__file__).resolve().parent.parent / "codebooks" / "patient-experience.yaml"
QUESTIONS = {
    "why": "FFT Why?",
    "improve": "How could we improve?",
    "good": "What was good?",
    "better": "What could we do better?",
    "nhs111": "Please describe any things about the 111 service that you were particularly "
    "satisfied and/or dissatisfied with",
}


def write_round(folder: Path, source: Path, train: Path | None = None) -> Path:
    """A round.yaml in the folder, over a csv of comments."""
    questions = "\n".join(f'    {name}: {{value: "{value}"}}' for name, value in QUESTIONS.items())
    text = f"""round: patient-comments
codebook: "{CODEBOOK.as_posix()}"
source:
  file: "{source.resolve().as_posix()}"
  layout: long
  respondent: respondent_id
  response: comment_id
  question: question
  text: text
  questions:
{questions}
filler: off
"""
    if train:
        text += f'classifier: {{train: "{train.resolve().as_posix()}"}}\n'
    path = folder / "round.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a csv file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    """Rows as a csv file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def is_set_aside(respondent: str) -> bool:
    """Whether a respondent is of the third that nothing is learnt from."""
    return int(hashlib.sha256(respondent.encode()).hexdigest(), 16) % 3 == 0
