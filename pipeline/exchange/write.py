"""A dictionary -> the YAML of a codebook, in the order of its source, the same every time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.codebook.terms import parse_term
from pipeline.errors import Problem
from pipeline.exchange.dictionary import MAX_DEPTH, Dictionary, Entry, Net, unreadable
from pipeline.text import fold
from pipeline.yamlfile import MAX_BYTES

_WIDTH = 100
_ID_LENGTH = 60
_PLAIN = re.compile(r"[^\W\d_](?:[\w '’*-]*[\w'’*])?")
_NOT_PLAIN = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
_LONE_STAR = re.compile(r"-\*(?!\S)|(?<!\S)\*-")

_SYMBOLS = "terms with symbols that are no part of a word are left out"
_BARE = "terms without a letter or digit are left out"
_HYPHENS = "terms with a lone * beside a hyphen are left out (here it would be any next word)"
_EMPTY = "themes without terms become 'classifier_only: true'"


@dataclass(slots=True, eq=False)
class _Written:
    """A theme or net on its way into the codebook."""

    source: Entry | Net
    path: tuple[str, ...]
    parent: _Written | None = None
    terms: tuple[str, ...] = ()
    members: tuple[_Written, ...] = ()
    id: str = ""
    label: str = ""

    @property
    def is_net(self) -> bool:
        """Whether it has neither terms nor coding of its own, but themes that do."""
        return bool(self.members)

    @property
    def theme_above(self) -> _Written | None:
        """The nearest theme above that is no net, as a net has no children."""
        above = self.parent
        while above is not None and above.is_net:
            above = above.parent
        return above


def write_codebook(dictionary: Dictionary, name: str = "") -> tuple[str, tuple[Problem, ...]]:
    """The YAML of a codebook, and what it could not take from the dictionary.

    Raises InputError (E321) for a dictionary without themes, nested too deep, or so large that
    no codebook could hold it.
    """
    if not dictionary.entries:
        raise unreadable(dictionary.path, 1, "there is no theme in it.")
    written: list[_Written] = []
    for entry in dictionary.entries:
        _collect(dictionary, entry, None, written)
    _find_members(dictionary, written)
    _name_all(written)
    head = (
        f"codebook: {_quote(_clean(name) or _slug(dictionary.path.stem) or 'codebook')}",
        *("version: 1", "language: en", "themes:"),
    )
    text = "\n".join([*head, *(line for item in written for line in _lines(item))]) + "\n"
    if len(text) > MAX_BYTES:
        what = f"makes a codebook of over {MAX_BYTES:,} characters."
        raise unreadable(dictionary.path, 1, what, "Import the themes that you need.")
    return text, dictionary.warnings()


def _collect(
    dictionary: Dictionary, entry: Entry, parent: _Written | None, written: list[_Written]
) -> None:
    """Add a theme and all under it."""
    path = (*(parent.path if parent else ()), _clean(entry.name))
    if len(path) > MAX_DEPTH:
        raise unreadable(dictionary.path, entry.line, f"nested more than {MAX_DEPTH} deep.")
    item = _Written(entry, path, parent, terms=tuple(_kept_terms(dictionary, entry)))
    written.append(item)
    for child in entry.children:
        _collect(dictionary, child, item, written)


def _kept_terms(dictionary: Dictionary, entry: Entry) -> Iterable[str]:
    """The terms that the codebook's language has, each once; the others are noted."""
    kept: dict[str, None] = {}
    for source, line in entry.terms:
        term = " ".join(source.split())
        if _LONE_STAR.search(fold(term).folded):
            dictionary.leave_out(_HYPHENS, term, line)
            continue
        try:
            parse_term(term)
        except ValueError:
            kind = _SYMBOLS if any(c.isalnum() for c in term) else _BARE
            dictionary.leave_out(kind, term, line)
        else:
            kept[term] = None
    return kept


def _find_members(dictionary: Dictionary, written: list[_Written]) -> None:
    """Tell nets from themes, give the nets their themes, and add the nets that are sets."""
    by_source = {id(item.source): item for item in written}
    nets: list[tuple[_Written, list[Entry]]] = []
    for item in written:
        entry = item.source
        assert isinstance(entry, Entry)
        if item.terms or entry.codable:
            continue
        if entry.children:
            nets.append((item, [entry]))
        elif not dictionary.wordless:
            dictionary.leave_out(_EMPTY, item.path[-1], entry.line)
    for net in dictionary.nets:
        item = _Written(net, (_clean(net.name),))
        written.append(item)
        nets.append((item, net.members))
    groups = {id(item) for item, _ in nets}
    for item, sources in nets:
        under = (by_source[id(entry)] for source in sources for entry in source.walk())
        item.members = tuple(dict.fromkeys(one for one in under if id(one) not in groups))


def _name_all(written: list[_Written]) -> None:
    """Ids and labels of which none means two themes; where a name does, its path tells them."""
    times = Counter(_slug(item.path[-1]) for item in written)
    taken: set[str] = set()
    for item in written:
        slug = _slug(item.path[-1])
        path = item.path if times[slug] > 1 or not slug else item.path[-1:]
        slug, label = _slug(" ".join(path)) or "theme", " / ".join(path)
        item.id = _first_free(slug, "{}-{}", taken)
        taken.add(item.id)
        item.label = item.id if label == item.id else _first_free(label, "{} ({})", taken)
        taken.add(item.label)


def _first_free(name: str, form: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = form.format(name, number)
    return free


def _slug(name: str) -> str:
    """An id from a name.

    >>> _slug("Café & NOT_GOOD")
    'cafe-not-good'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name).folded.replace("'", "")).strip("-")
    return slug[:_ID_LENGTH].rstrip("-")


def _clean(name: str) -> str:
    return _HALF.sub("\ufffd", " ".join(name.split()))


def _lines(item: _Written) -> list[str]:
    """A theme in YAML."""
    lines = [f"  {_quote(item.id)}:"]
    if item.label != item.id:
        lines.append(f"    label: {_quote(item.label)}")
    definition = _HALF.sub("\ufffd", item.source.definition.strip())
    if definition:
        lines.append(f"    definition: {_quote(definition)}")
    if item.is_net:
        return lines + _list("    net:", [member.id for member in item.members])
    if item.theme_above is not None:
        lines.append(f"    parent: {_quote(item.theme_above.id)}")
    if item.terms:
        return [*lines, "    rules:", *_list("      - any:", item.terms)]
    return [*lines, "    classifier_only: true"]


def _list(key: str, items: Iterable[str]) -> list[str]:
    """A key and its list: on one line, or where that is too long one item a line."""
    quoted = [_quote(item) for item in items]
    short = f"{key} [{', '.join(quoted)}]"
    if len(short) <= _WIDTH:
        return [short]
    indent = " " * (len(key) - len(key.lstrip(" -")) + 2)
    return [key, *(f"{indent}- {item}" for item in quoted)]


def _quote(text: str) -> str:
    r"""A scalar that YAML 1.1 and 1.2 both read as this very text.

    >>> [_quote(text) for text in ("crash*", "no", "*ing", "2020", 'a "b"', "a\x7f")]
    ['crash*', '"no"', '"*ing"', '"2020"', '"a \\"b\\""', '"a\\u007f"']
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
