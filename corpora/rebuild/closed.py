"""Answers to closed questions that come to the printed figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from corpus import Corpus, column_of
from dealing import bell, deal, decimals, nearest, pick, solve, spread

SIDES = ("agree", "neutral", "disagree")
SPLIT = "a split"
"""What was said where as many agreed as disagreed; it is no share."""
SHIFT = 1.2
"""How far it moves an answer, in deviations of chance, that its respondent wrote of its theme."""

Counts = dict[str, int]


@dataclass(frozen=True)
class Asked:
    """A closed question as put to one group, of whom at most so many can have answered it."""

    closed: str
    group: str
    scale: bool
    options: Sequence[str]
    most: int
    wording: str = ""


def answer_batteries(corpus: Corpus) -> None:
    """Scales and choices: counts as printed, dealt by outlook, by what was written, by chance."""
    for battery in corpus.published["batteries"]:
        for item in battery["items"]:
            closed = f"{battery['id']}-{item['id']}"
            shown = {"kind": battery["kind"], "battery": battery["id"], "label": item["label"]}
            corpus.ask(closed, **shown, options=battery["options"])
            for group in corpus.published["people"]:
                if group in item:
                    _answer(corpus, {**battery, **item, "id": closed}, group)


def _answer(corpus: Corpus, item: Mapping[str, Any], group: str) -> None:
    people = corpus.people(group, *item.get("only", ()))
    scale = item["kind"] == "scale"
    asked = Asked(item["id"], group, scale, item["options"], len(people), item.get("wording", ""))
    counts = count_options(corpus, asked, item[group])
    if "given" in item:
        given = {who: corpus.rows[who].pop(item["given"]) for who in corpus.rows}
        corpus.enter(column_of(item["id"]), given)
        return
    chance = corpus.random(item["id"], group)
    scores = {}
    for who in pick(people, corpus.patience, sum(counts.values()), chance):
        scores[who] = item["lean"] * corpus.outlook[who] + bell(chance)
        if item.get("theme") in corpus.wrote.get((who, item.get("follow_up", "")), ()):
            scores[who] += SHIFT
    rising = {option: counts[option] for option in item.get("rising", item["options"])}
    corpus.enter(column_of(item["id"]), deal(rising, scores))


def count_options(corpus: Corpus, asked: Asked, printed: str | dict[str, str]) -> Counts:
    """How many gave each option. What was printed is claimed, or noted as impossible."""
    if isinstance(printed, dict):
        return _count_some(corpus, asked, printed)
    shares = printed.split("/")
    found = solve(shares, asked.most, whole=True)
    if not found:
        raise SystemExit(f"{corpus.name}: no whole numbers give {printed} for {asked.closed}")
    if len(found) == len(asked.options):
        for option, share in zip(asked.options, shares, strict=True):
            corpus.claim(asked.closed, asked.group, option, share=share)
        return dict(zip(asked.options, found, strict=True))
    corpus.claim(asked.closed, asked.group, "", said=asked.wording, triple=printed)
    if asked.wording not in ("", SPLIT):
        corpus.claim(asked.closed, asked.group, SIDES[0], share=asked.wording)
    return _split(dict(zip(SIDES, found, strict=True)), asked.options)


def _count_some(corpus: Corpus, asked: Asked, printed: dict[str, str]) -> Counts:
    """Of a part of the shares; the rest of the base is divided, invented: two to one."""
    found = solve(list(printed.values()), asked.most, whole=False)
    for side, share in printed.items():
        said = (
            asked.options[2 - SIDES.index(side)]
            if asked.scale and len(asked.options) == 3
            else side
        )
        if found:
            corpus.claim(asked.closed, asked.group, said, share=share)
        else:
            count, rest = nearest(share, asked.most)
            shown = f"{100 * count / (count + rest):.3f}"
            row = (asked.closed, asked.group, said, share, count, count + rest, shown)
            corpus.impossible.append(row)
            found = (count, rest)
    counts = dict(zip(printed, found, strict=False))
    unsaid = [side for side in (SIDES if asked.scale else asked.options) if side not in printed]
    rest = found[-1]
    for side in unsaid:
        counts[side] = rest if side == unsaid[-1] else round(2 * rest / 3)
        rest -= counts[side]
    return _split(counts, asked.options) if asked.scale else counts


def _split(sides: Counts, options: Sequence[str]) -> Counts:
    """Sides of a scale as options; of five, a third of one and a quarter of the other strongly."""
    agree, neutral, disagree = (sides[side] for side in SIDES)
    if len(options) == len(SIDES):
        return dict(zip(options, (disagree, neutral, agree), strict=True))
    high, low = agree // 3, disagree // 4
    return dict(zip(options, (low, disagree - low, neutral, agree - high, high), strict=True))


def answer_numbers(corpus: Corpus, group: str) -> None:
    """Whole numbers with the printed mean, lowest and highest, dealt by outlook and chance."""
    for item in corpus.published.get("numbers", ()):
        corpus.ask(item["id"], kind="number", unit=item["unit"], label=item["label"])
        corpus.claim(item["id"], group, "", mean=item["mean"])
        if "values" in item:
            values = sorted(item["values"])
        else:
            total = sum_of(item["mean"], item["answered"])
            values = spread(item["answered"], total, item["low"], item["high"])
        people = corpus.people(group, *item.get("only", ()))
        chance = corpus.random(item["id"])
        people = pick(people, corpus.patience, len(values), chance)
        ranked = sorted(people, key=lambda who: corpus.outlook[who] + bell(chance))
        answers = zip(ranked, map(str, values), strict=True)
        corpus.enter(column_of(item["id"]), dict(answers))


def sum_of(mean: str, number: int) -> int:
    """The whole number that so many whole numbers with a printed mean come to.

    >>> sum_of("24.8", 158)
    3918
    """
    total = round(Decimal(mean) * number)
    if abs(Decimal(total) / number - Decimal(mean)) >= Decimal(5).scaleb(-decimals(mean) - 1):
        raise SystemExit(f"{number} whole numbers cannot have the mean {mean}")
    return total
