"""What figures.yaml says of closed questions."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import near
from pipeline.figures.closed import SPLIT, ClosedFigure
from pipeline.figures.numbers import cut_range, parse_cited, parse_measure, parse_triple
from pipeline.figures.themes import parse_base, parse_group, parse_printed_share
from pipeline.round import ClosedItem, Round
from pipeline.round.closed import SCALE_PARTS, find_option
from pipeline.yamlfile import Section

CLOSED_FIGURE_KEYS = (
    *("id", "closed", "value", "part", "cited", "share", "triple", "n", "mean", "range", "of"),
    *("group", "source"),
)
_SAYS = {
    "scale": ("cited", "share", "triple", "n"),
    "choice": ("cited", "share", "n"),
    "multiple": ("cited", "share", "n"),
    "number": ("n", "mean", "range"),
}
"""What a figure of each kind of question may state; it states one of them or more."""


def parse_closed_figure(section: Section, the_round: Round) -> ClosedFigure:
    """One figure of a closed question; what is wrong with it is noted (E603)."""
    name = section.text("closed", required=True)
    items = {item.id: item for item in the_round.source.closed}
    item = items.get(name)
    if item is None and name:
        what = f"there is no closed question '{name}' in the round."
        section.yaml_file.report("E603", section.at("closed"), what, near(name, items))
    item = item or ClosedItem(id=name, column="", kind="choice", label="")
    says = _parse_statements(section, item) if name in items else {}
    return ClosedFigure(
        id=section.text("id", name),
        item=item,
        values=_parse_values(section, item, says) if name in items else (),
        says=says,
        of=parse_base(section),
        group=parse_group(section, the_round, "E603"),
        source=section.text("source"),
    )


def _parse_statements(section: Section, item: ClosedItem) -> dict[str, str]:
    says: dict[str, str] = {}
    for key in dict.fromkeys(key for keys in _SAYS.values() for key in keys):
        text = " ".join(section.text(key).split())
        if not text:
            continue
        if key not in _SAYS[item.kind]:
            what = f"a question of kind {item.kind} has no '{key}'."
            remedy = f"It has {', '.join(_SAYS[item.kind])}."
            section.yaml_file.report("E603", section.at(key), what, remedy)
        elif key == "share":
            says[key] = _parse_share(section, item)
        elif not _can_read(key, text):
            what = f"'{text}' cannot be read as a {key}."
            section.yaml_file.report("E603", section.at(key), what, _FORMS[key])
        says.setdefault(key, text)
    if not says:
        what = f"the figure states nothing of '{item.id}'."
        remedy = f"Add one of {', '.join(_SAYS[item.kind])}."
        section.yaml_file.report("E603", section.place, what, remedy)
    return says


def _parse_share(section: Section, item: ClosedItem) -> str:
    text = " ".join(section.text("share").casefold().split())
    if item.kind == "scale" and text in (SPLIT, SPLIT.removeprefix("a ")):
        return SPLIT
    return parse_printed_share(section, "E603")


_FORMS = {
    "cited": "Write 20, over 40, at least 40, under 40, at most 40, about 40 or 12 to 15.",
    "n": "Write 20, over 40, at least 40, under 40, at most 40, about 40 or 12 to 15.",
    "triple": "Write agree/neutral/disagree, such as 82/12/6.",
    "mean": "Write a number such as 24.8, or about 25.",
    "range": "Write two numbers such as 0-95, or £1 to £12,000,000.",
}


def _can_read(key: str, text: str) -> bool:
    if key in ("cited", "n"):
        return parse_cited(text) is not None
    if key == "triple":
        return bool(parse_triple(text))
    ends = cut_range(text) if key == "range" else [text]
    return len(ends) == 1 + (key == "range") and all(parse_measure(end) for end in ends)


def _parse_values(section: Section, item: ClosedItem, says: Mapping[str, str]) -> tuple[str, ...]:
    """The options that count and share are of; of a scale those who agree, if none is named."""
    value = section.value.get("value")
    if item.kind == "scale" and value in (None, *SCALE_PARTS):
        return _parse_part(section, item, str(value or ""))
    if "part" in section.value:
        what = "'part' is of a scale, and stands instead of 'value'."
        section.yaml_file.report("E603", section.at("part"), what)
    named = section.texts("value")
    if not named and {"cited", "share"} & says.keys():
        section.missing("value")
    found = []
    for name in named:
        option = find_option(name, item.options) if item.options else name
        if not option:
            what = f"'{name}' is not one of the options of '{item.id}'."
            section.yaml_file.report("E603", section.at("value"), what, near(name, item.options))
        found.append(option)
    return tuple(found)


def _parse_part(section: Section, item: ClosedItem, value: str) -> tuple[str, ...]:
    """The options of a part: as `part` names it, or `value` in lower case."""
    part = section.text("part", value or "agree")
    if part not in SCALE_PARTS:
        what, remedy = f"there is no part '{part}'.", near(part, SCALE_PARTS)
        section.yaml_file.report("E603", section.at("part"), what, remedy)
    elif value and "part" in section.value:
        what = "'part' is of a scale, and stands instead of 'value'."
        section.yaml_file.report("E603", section.at("part"), what)
    elif value in item.options and item.parts[value] != (value,):
        what = f"'{value}' is an option and a part of the scale."
        remedy = f"Write 'part: {value}', or 'value: [{value}]' for the option."
        section.yaml_file.report("E603", section.at("value"), what, remedy)
    return item.parts.get(part, ())
