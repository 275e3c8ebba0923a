"""The `closed:` of a round's source: questions that are answered by picking or by a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.errors import near
from pipeline.yamlfile import Place, Section

SCALE_PARTS = ("agree", "neutral", "disagree")
_SHARED = ("column", "kind", "label", "battery")
KINDS: dict[str, tuple[str, ...]] = {
    "scale": (*_SHARED, "options", *SCALE_PARTS, "cross"),
    "choice": (*_SHARED, "options", "cross"),
    "multiple": (*_SHARED, "options", "separator", "cross"),
    "number": (*_SHARED, "unit"),
}
"""Each kind of closed question, and the keys that it takes."""
CLOSED_KEYS = tuple(dict.fromkeys(key for keys in KINDS.values() for key in keys))
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’‛ʼ′´`", "'"))
_UNSURE = r"don't know|\bunsure\b|\bn/a\b"
_NOT_AGREE = re.compile(rf"\bdis(?:agree|satisfied)|\boppose|\bnot?\b|{_UNSURE}")
_NOT_DISAGREE = re.compile(rf"^(?!.*\bnot\b).*\b(?:agree|satisfied|support)\b|{_UNSURE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedItem:
    """A closed question. `parts` sorts a scale's options into agree, neutral and disagree.

    Without `options` every value found is one. With `cross` its answers are groups that the themes
    of open questions are counted by.
    """

    id: str
    column: str
    kind: str
    label: str
    battery: str = ""
    options: tuple[str, ...] = ()
    separator: str = ";"
    unit: str = ""
    cross: bool = False
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether the parts of a scale hold all of its options, so that they add to the base."""
        return sum(map(len, self.parts.values())) == len(self.options)


def fold(text: str) -> str:
    """What two answers have in common that are the same but for case, spaces and apostrophes.

    >>> fold("  Don’t   KNOW ")
    "don't know"
    """
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


def find_option(text: str, options: Sequence[str]) -> str:
    """The option that a text is, but for case, spaces and the kind of apostrophe; else empty."""
    wanted = fold(text)
    return next((option for option in options if fold(option) == wanted), "")


def parse_closed(source: Section) -> tuple[ClosedItem, ...]:
    """The closed questions of a source. An open question may have the same id as one of them."""
    items = source.value.get("closed")
    if items is None:
        return ()
    if not isinstance(items, dict):
        source.wrong("closed", "a mapping of ids of closed questions")
        return ()
    parsed = []
    columns: dict[str, str] = {}
    for item_id in items:
        place = (*source.at("closed"), item_id)
        if not item_id.strip():
            source.yaml_file.report("E531", place, "the id of a closed question is empty.")
        item = _parse_item(source, place, items[item_id])
        earlier = columns.setdefault(item.column, item_id)
        if item.column and earlier != item_id:
            what = f"'{item.column}' already holds the answers to '{earlier}'."
            source.yaml_file.report("E531", place, what, "Name each column once.")
        parsed.append(item)
    return tuple(parsed)


def check_crossed(source: Section, items: Sequence[ClosedItem], groups: Sequence[str]) -> None:
    """What is crossed goes with texts by respondent, and is not a group already (E561)."""
    for item in items:
        place = (*source.at("closed"), item.id, "cross")
        if item.cross and not source.value.get("respondent"):
            what = "answers go with texts by respondent, and the source names none."
            source.yaml_file.report("E561", place, what, "Add 'respondent:' to it.")
        if item.cross and (item.column in groups or item.id in groups):
            what = f"'{item.id}' is crossed already: its column or id is among the 'groups:'."
            source.yaml_file.report("E561", place, what, "Name it in one of the two.")


def _parse_item(source: Section, place: Place, value: object) -> ClosedItem:
    kind = value.get("kind") if isinstance(value, dict) else None
    keys = KINDS.get(kind, CLOSED_KEYS) if isinstance(kind, str) else CLOSED_KEYS
    section = Section.of(source.yaml_file, place, value, CLOSED_KEYS)
    for key in section.value:
        if key in CLOSED_KEYS and key not in keys:
            what = f"'{key}' does not belong to a question of kind '{kind}'."
            source.yaml_file.report("E204", section.at(key), what, "Such take: " + _list(keys))
    column = section.text("column", required=True)
    if section.text("kind", required=True):
        kind = section.choice("kind", tuple(KINDS), "choice")
    options = _parse_options(section, kind)
    return ClosedItem(
        id=str(place[-1]),
        column=column,
        kind=str(kind),
        label=section.text("label", column),
        battery=section.text("battery"),
        options=options,
        separator=_parse_separator(section),
        unit=section.text("unit"),
        cross=section.flag("cross"),
        parts=_parse_parts(section, options) if kind == "scale" and options else {},
    )


def _list(keys: Sequence[str]) -> str:
    return ", ".join(keys) + "."


def _parse_separator(section: Section) -> str:
    separator = section.text("separator", ";")
    if not separator.strip() and separator != "\t":
        section.wrong("separator", "what stands between two answers in one cell")
    return separator or ";"


def _parse_options(section: Section, kind: object) -> tuple[str, ...]:
    options = section.texts("options")
    if not options and kind == "scale" and "options" not in section.value:
        section.missing("options")
    if "options" in section.value and len(options) < 2:
        section.wrong("options", "a list of two options or more")
    first: dict[str, str] = {}
    for number, option in enumerate(options):
        place = (*section.at("options"), number)
        if not option.strip():
            section.yaml_file.report("E531", place, "an option is empty: blank is not said.")
        elif first.setdefault(fold(option), option) is not option or options.index(option) < number:
            what = f"the option '{option}' stands twice."
            section.yaml_file.report("E531", place, what, "Case and spaces make no difference.")
    return options


def _parse_parts(section: Section, options: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if not any(part in section.value for part in SCALE_PARTS):
        return _split_in_halves(section, options)
    parts: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    for part in SCALE_PARTS:
        found = [_find(section, part, name, options) for name in section.texts(part)]
        parts[part] = tuple(option for option in found if option)
        for option in parts[part]:
            if taken.setdefault(option, part) != part or parts[part].count(option) > 1:
                what = f"'{option}' is named twice among {', '.join(SCALE_PARTS)}."
                section.yaml_file.report("E531", section.at(part), what, "Name it once.")
    return parts


def _find(section: Section, part: str, name: str, options: tuple[str, ...]) -> str:
    found = find_option(name, options)
    if not found:
        what = f"'{name}' is not one of the options."
        section.yaml_file.report("E531", section.at(part), what, near(name, options))
    return found


def _split_in_halves(section: Section, options: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The upper half, the middle and the lower half of an odd scale, where that is plausible.

    A scale that is listed from agreement down, or that ends in "Don't know", would be counted the
    wrong way round without anyone seeing it.
    """
    half = len(options) // 2
    remedy = "List options from disagreement to agreement, or name 'agree', 'neutral', 'disagree'."
    if len(options) % 2 == 0:
        what = f"a scale of {len(options)} options has no middle."
        section.yaml_file.report("E531", section.at("options"), what, remedy)
    lower, middle, upper = options[:half], options[half:-half], options[-half:]
    for part, wrong, names in (("agree", _NOT_AGREE, upper), ("disagree", _NOT_DISAGREE, lower)):
        for name in names:
            if len(options) % 2 and wrong.search(fold(name)):
                what = f"'{name}' would count as {part}: it is in that half of the scale."
                section.yaml_file.report("E531", section.at("options"), what, remedy)
    return {"agree": upper, "neutral": middle, "disagree": lower}
