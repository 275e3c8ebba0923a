"""Themes that find nearly the same (W315)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.codebook.model import Codebook, Theme
from pipeline.refine.check.covers import CoverIndex
from pipeline.refine.check.written import WrittenRule, line_of
from pipeline.text import fold
from pipeline.yamlfile import YamlFile

ALIKE = 0.6
"""Two themes are too alike from this share of common terms on."""
FEWEST_TERMS = 3
FEWEST_EXAMPLES = 2

Pair = tuple[str, str]


def check_alike(
    rules: Sequence[WrittenRule],
    found: dict[str, list[set[str]]],
    codebook: Codebook,
    yaml_file: YamlFile,
) -> None:
    """Note pairs of themes by label, terms and examples; `found` holds what each example found."""
    _check_labels(codebook, yaml_file)
    pairs = _shared_terms(rules, codebook)
    for (one, other), shared in pairs.items():
        what = f"'{other}' finds nearly the same as '{one}' ({_line(one, yaml_file)}): "
        what += f"of their terms without conditions they share {_some(shared)}."
        yaml_file.report("W315", ("themes", other), what, "Merge the two, or tell them apart.")
    for theme in codebook.themes:
        for other in _cross_talk(theme, found.get(theme.id, []), codebook):
            if not {(theme.id, other), (other, theme.id)} & pairs.keys():
                what = f"all examples of '{theme.id}' are found by '{other}' too."
                remedy = "Add an example that only it should find, or tell the two apart."
                yaml_file.report("W315", ("themes", theme.id, "examples"), what, remedy)


def _line(theme_id: str, yaml_file: YamlFile) -> str:
    return line_of(("themes", theme_id), yaml_file)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _check_labels(codebook: Codebook, yaml_file: YamlFile) -> None:
    first: dict[str, Theme] = {}
    for theme in codebook.entries:
        known = first.setdefault(" ".join(fold(theme.label).folded.split()), theme)
        if known.label != theme.label:
            what = f"the label '{theme.label}' is that of '{known.id}' but for its capitals."
            place = ("themes", theme.id, "label")
            yaml_file.report("W315", place, what, "Give each a label of its own.")


def _shared_terms(rules: Sequence[WrittenRule], codebook: Codebook) -> dict[Pair, list[str]]:
    """Each pair of themes that share too many of their unconditional terms, with those."""
    own: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    shared: dict[Pair, dict[tuple[str, ...], str]] = defaultdict(dict)
    free = [rule for rule in rules if isinstance(rule.owner, Theme) and rule.is_unconditional]
    for forms in dict.fromkeys(rule.rule.forms for rule in free):
        listed = [
            (rule.owner.id, term)
            for rule in free
            if rule.rule.forms == forms
            for term in rule.terms["any"]
        ]
        index = CoverIndex((term.words for _, term in listed), forms)
        for theme, term in listed:
            own[theme][term.words] = term.source
            for covering in index.covering(term.words):
                other, by = listed[covering.number]
                shared[theme, other][term.words] = term.source
                shared[other, theme][by.words] = by.source
    order = {theme.id: number for number, theme in enumerate(codebook.themes)}
    return {
        (one, other): list(shared[one, other].values())
        for one, other in sorted(shared, key=lambda pair: (order[pair[0]], order[pair[1]]))
        if order[one] < order[other]
        and _may_meet(one, other, codebook)
        and min(len(own[one]), len(own[other])) >= FEWEST_TERMS
        and _share(len(own[one]), len(own[other]), shared, (one, other)) >= ALIKE
    }


def _share(
    ones: int, others: int, shared: dict[Pair, dict[tuple[str, ...], str]], pair: Pair
) -> float:
    """The Jaccard index, where what covers counts as common."""
    both = (len(shared[pair]) + len(shared[pair[1], pair[0]])) / 2
    return both / (ones + others - both)


def _cross_talk(theme: Theme, found: list[set[str]], codebook: Codebook) -> Iterator[str]:
    """The other themes that find every example of a theme."""
    if len(found) < FEWEST_EXAMPLES:
        return
    common = set.intersection(*found) - {theme.id} - _above(theme, codebook)
    for other in codebook.themes:
        if other.id in common and _may_meet(theme.id, other.id, codebook):
            yield other.id


def _above(theme: Theme, codebook: Codebook) -> set[str]:
    """The parents of a theme, which may well find what it finds."""
    parents = {entry.id: entry.parent for entry in codebook.entries}
    above: set[str] = set()
    parent = theme.parent
    while parent and parent not in above:
        above.add(parent)
        parent = parents.get(parent, "")
    return above


def _may_meet(one: str, other: str, codebook: Codebook) -> bool:
    """Whether one response may have both themes."""
    if any({one, other} <= set(group) for group in codebook.exclusive):
        return False
    asked = [set(theme.questions) for theme in codebook.themes if theme.id in (one, other)]
    return not all(asked) or bool(set.intersection(*asked))
