"""Writes the reconstructed rounds that have closed questions, from what was printed of them.

    python corpora/rebuild [--to DIR]

The `published.yaml` of a corpus holds the printed figures. From it follow the answers to the closed
questions, `figures.yaml`, `impossible.csv` and the end of `round.yaml`, from its line `closed:` on.
What people wrote comes from `answers.csv`, or from the round that has it. Nothing is left to the
machine: the same bytes come out everywhere.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from closed import answer_batteries, answer_numbers
from corpus import CORPORA, Corpus, Row, read_csv, write_csv
from dealing import bell, pick

QUESTIONS = ("else_help", "else_important", "else_leads", "else_holds")
COUNCILS = 138
MOODS = {
    "Strongly agree": 1.2,
    "Agree": 0.4,
    "Neither agree nor disagree": -0.6,
    "Disagree": -1.4,
    "Strongly disagree": -2.0,
}
"""What York's answer on confidence says of a person's outlook; invented."""


def local_digital(to: Path) -> None:
    """A survey of local government on digital technology, 2013."""
    corpus = Corpus("local-digital-2013")
    corpus.admit(_admit_local(corpus))
    key = _deal_texts(corpus, read_csv(CORPORA / corpus.name / "answers.csv"))
    answer_batteries(corpus)
    answer_numbers(corpus, "officer")
    corpus.write(to / corpus.name, QUESTIONS)
    write_csv(to / corpus.name / "answer-key.csv", ("response_id", "theme"), key)


def _admit_local(corpus: Corpus) -> list[Row]:
    officers, suppliers = corpus.published["people"].values()
    chance = corpus.random("organisations")
    councils = [
        *range(COUNCILS),
        *(int(chance.random() * COUNCILS) for _ in range(officers - COUNCILS)),
    ]
    people = [("officer", f"C{number + 1:03}") for number in councils]
    people += [("supplier", f"S{number + 1:02}") for number in range(suppliers)]
    people.sort(key=lambda _: chance.random())
    return [
        {"respondent_id": f"D{number:03}", "organisation": organisation, "role": role}
        for number, (role, organisation) in enumerate(people, start=1)
    ]


def _deal_texts(corpus: Corpus, answers: list[Row]) -> list[tuple[str, str]]:
    """Give every answer in words to somebody of its group; the hand coding, in the file's order."""
    for question in QUESTIONS:
        corpus.enter(question, {})
        for group in corpus.published["people"]:
            chance = corpus.random(question, group)
            here = [a for a in answers if (a["question"], a["role"]) == (question, group)]
            here = [answer for answer in here for _ in range(int(answer["copies"]))]
            here.sort(key=lambda _: chance.random())
            people = pick(corpus.people(group), corpus.patience, len(here), chance)
            for who, answer in zip(people, here, strict=True):
                corpus.rows[who][question] = answer["text"]
                corpus.wrote[who, question] = answer["themes"].split() or [""]
    return [
        (f"{who}/{question}", theme)
        for who in corpus.rows
        for question in QUESTIONS
        for theme in corpus.wrote.get((who, question), ())
        if theme != "filler"
    ]


def york(to: Path) -> None:
    """The York round with its closed questions; what people wrote is as in the round itself."""
    corpus = Corpus("york-2017-closed")
    staff = read_csv(CORPORA / "york-2017" / "responses.csv")
    ict = dict.fromkeys(staff[0], "") | {"directorate": "Customer and Corporate Services"}
    number = corpus.published["people"]["ICT staff"]
    rows = [{**row, "questionnaire": "Wider staff"} for row in staff]
    rows += [
        {**ict, "respondent_id": f"I{n:03}", "role": "ICT", "questionnaire": "ICT staff"}
        for n in range(1, number + 1)
    ]
    moods = {row["respondent_id"]: MOODS.get(row["q3_confident"], 0.0) for row in rows}
    corpus.admit(rows, moods)
    _send_away(corpus)
    answer_batteries(corpus)
    corpus.write(to / corpus.name, ("q7_barriers", "q9_improve"))


def _send_away(corpus: Corpus) -> None:
    """Who works away from the office already, and who does not: two questions are for one half."""
    chance = corpus.random("works_remotely")
    staff = corpus.people("Wider staff")
    wrote = {who: 1.5 * bool(corpus.rows[who]["q7_barriers"].strip()) for who in staff}
    away = set(
        sorted(staff, key=lambda who: wrote[who] + bell(chance))[-corpus.published["away"] :]
    )
    corpus.enter("works_remotely", {who: "Yes" if who in away else "No" for who in staff})


def main() -> None:
    """Write every corpus."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", type=Path, default=CORPORA, metavar="DIR")
    to = parser.parse_args().to
    local_digital(to)
    york(to)


if __name__ == "__main__":
    main()
