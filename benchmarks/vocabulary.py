"""How far the words of real data are from those of other data: what FAR in soundness.py rests on.

    python benchmarks/vocabulary.py DATA

DATA holds patient-comments/responses.csv, party-likes/responses.csv and why-attacked/responses.csv.
"""

import csv
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.classify.tokens import unseen_share
from pipeline.soundness import FAR
from pipeline.text import fold_words

Row = dict[str, str]
BATCHES, BATCH, LEARNT = 300, 100, 500


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def strange_share(learnt: Sequence[Row], others: Sequence[Row]) -> float:
    known = {word for row in learnt for word in fold_words(row["text"])}
    words = [word for row in others for word in fold_words(row["text"])]
    return sum(word not in known for word in words) / len(words)


def share_at_home(rows: Sequence[Row]) -> float:
    people = sorted({row["respondent_id"] for row in rows})
    random.Random(1).shuffle(people)
    fold = {person: place % 5 for place, person in enumerate(people)}
    folds = np.array([fold[row["respondent_id"]] for row in rows])
    return unseen_share([row["text"] for row in rows], folds)


def main(data: Path) -> None:
    patients = read(data / "patient-comments" / "responses.csv")
    sets = {
        name: [row for row in patients if row["organisation"] == name] for name in ("NEAS", "NHFT")
    }
    sets["party"] = read(data / "party-likes" / "responses.csv")
    sets["why"] = read(data / "why-attacked" / "responses.csv")
    for name, rows in sets.items():
        for number in (200, 500, 1000, len(rows)):
            drawn = random.Random(2).sample(rows, number)
            usual = share_at_home(drawn)
            far = {n: strange_share(drawn, other) / usual for n, other in sets.items() if n != name}
            shown = "  ".join(f"{other} x{ratio:.2f}" for other, ratio in far.items())
            print(f"{name:6} {number:5} learnt  at home {usual:.3f}  {shown}")
    for name, rows in sets.items():
        dice, ratios = random.Random(3), []
        for _ in range(BATCHES):
            drawn = dice.sample(rows, LEARNT + BATCH)
            learnt, others = drawn[:LEARNT], drawn[LEARNT:]
            ratios.append(strange_share(learnt, others) / share_at_home(learnt))
        over = sum(ratio > FAR for ratio in ratios)
        print(f"{name:6} {BATCHES} x {BATCH} at home: {over} over {FAR}, most x{max(ratios):.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
