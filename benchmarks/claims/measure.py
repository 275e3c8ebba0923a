"""How well `figures scan` finds, places and judges the claims of the drafts beside this file.

python benchmarks/claims/measure.py [--list]
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from pipeline.claims import UNPLACED, Placed, find_claims, place_claims, read_report
from pipeline.cli.figures_scan import know_all

HERE = Path(__file__).parent
CORPORA = HERE.parents[1] / "corpora"
DRAFTS = (
    (HERE / "york.md", HERE / "key-york.csv", "york-2017-closed"),
    (HERE / "fresh.md", HERE / "key-fresh.csv", "york-2017-closed"),
    (HERE / "local-digital.md", HERE / "key-local-digital.csv", "local-digital-2013"),
)


def scan(draft: Path, corpus: str) -> list[Placed]:
    knowledge = know_all(CORPORA / corpus, quiet=True)
    people = [name for value in knowledge.groups for name in (f"{value}s", value)]
    return list(place_claims(find_claims(read_report(draft), people), knowledge))


def judge(wanted: dict[str, str], placed: dict[tuple[str, str], Placed]) -> str:
    """What became of a claim of the key."""
    item = placed.get((wanted["line"], wanted["claim"]))
    if item is None:
        return "not found"
    if item.verdict == UNPLACED or wanted["truth"] == UNPLACED:
        same = item.verdict == wanted["truth"]
        if same:
            return "rightly not placed"
        return "not placed" if item.verdict == UNPLACED else "wrong"
    figure = item.figures[0]
    if figure.subject != wanted["subject"] or figure.question != (wanted["question"] or ""):
        return "wrong place"
    return "right" if item.verdict == wanted["truth"] else "wrong verdict"


def main() -> None:
    for draft, key, corpus in DRAFTS:
        placed = {(p.claim.where.split(":")[0], p.claim.text): p for p in scan(draft, corpus)}
        with key.open(encoding="utf-8", newline="") as stream:
            wanted = list(csv.DictReader(stream))
        results = [(one, judge(one, placed)) for one in wanted]
        known = {(one["line"], one["claim"]) for one in wanted}
        extra = [place for place in placed if place not in known]
        print(draft.name, len(wanted), dict(Counter(r for _, r in results)), "extra", len(extra))
        if "--list" in sys.argv:
            for one, result in results:
                if "right" not in result:
                    item = placed.get((one["line"], one["claim"]))
                    names = [figure.name for figure in item.figures] if item else []
                    found = (item.verdict, names, item.note) if item else ""
                    print("   ", result, "|", one["line"], one["claim"], "|", found)
            print("    extra:", extra)


if __name__ == "__main__":
    main()
