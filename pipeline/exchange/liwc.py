"""LIWC .dic: numbered categories between two lines with %, then terms with their categories."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.exchange.dictionary import Dictionary, Entry, read_lines, unreadable

_CONDITION = re.compile(r"\([^()]*\)\S*|<[^<>]*>\S*")
_CONDITIONS = "conditional categories of LIWC terms are left out"
_UNDEFINED = "categories that the head of the file does not have are left out"
_HOMELESS = "terms without a category are left out"


def read_liwc(path: Path) -> Dictionary:
    """Read a LIWC dictionary.

    A category stands under the one above it that has fewer tabs before it. A term may name its
    categories by number or by name. Raises InputError (E321) when the lines with % or the
    categories cannot be made out.
    """
    lines, notes = read_lines(path)
    marks = [number for number, line in enumerate(lines) if line.strip() == "%"]
    if len(marks) < 2 or any(line.strip() for line in lines[: marks[0]]):
        line = marks[0] + 1 if marks else 1
        what = "the categories of a .dic file stand between two lines with nothing but '%'."
        raise unreadable(path, line, what, "Save it as a text file in the LIWC format.")
    dictionary = Dictionary(path, notes=notes)
    categories: dict[str, Entry] = {}
    stack: list[tuple[int, Entry]] = []
    for number in range(marks[0] + 1, marks[1]):
        if lines[number].strip():
            key, entry = _category(path, lines[number], number + 1)
            if key in categories:
                what = f"category '{key}' stands here again; it is already on line "
                raise unreadable(path, number + 1, f"{what}{categories[key].line}.")
            categories[key] = entry
            _place(dictionary, stack, lines[number], entry)
    for entry in list(categories.values()):
        categories.setdefault(entry.name, entry)
    for number in range(marks[1] + 1, len(lines)):
        if lines[number].strip():
            _add_term(dictionary, categories, lines[number], number + 1)
    return dictionary


def _category(path: Path, line: str, number: int) -> tuple[str, Entry]:
    """What terms call a category, and the category."""
    found = re.fullmatch(r"(\d+)\s+(.*)", line.strip())
    if found:
        return str(int(found[1])), Entry(found[2].strip(), number)
    if line.strip().isdecimal():
        raise unreadable(path, number, f"category {line.strip()} has no name.")
    return line.strip(), Entry(line.strip(), number)


def _place(dictionary: Dictionary, stack: list[tuple[int, Entry]], line: str, entry: Entry) -> None:
    depth = len(line) - len(line.lstrip("\t"))
    while stack and stack[-1][0] >= depth:
        stack.pop()
    (stack[-1][1].children if stack else dictionary.entries).append(entry)
    stack.append((depth, entry))


def _add_term(dictionary: Dictionary, categories: dict[str, Entry], line: str, number: int) -> None:
    term, named = _split(line.strip(), categories)
    conditions = _CONDITION.findall(named)
    for condition in conditions:
        dictionary.leave_out(_CONDITIONS, f"{term} {condition}", number)
    keys = _keys(_CONDITION.sub(" ", named), categories)
    if not keys and not conditions:
        dictionary.leave_out(_HOMELESS, term, number)
    for key in dict.fromkeys(keys):
        if key in categories:
            categories[key].terms.append((term, number))
        else:
            dictionary.leave_out(_UNDEFINED, f"{term} {key}", number)


def _split(line: str, categories: dict[str, Entry]) -> tuple[str, str]:
    """The term and its categories: cut at the first tab, or before the last known categories.

    >>> _split("kind of  1 2", {"1": Entry("a", 2), "2": Entry("b", 3)})
    ('kind of', '1 2')
    """
    if "\t" in line:
        term, _, named = line.partition("\t")
        return term.strip(), named.strip()
    words = line.split()
    cut = len(words)
    while cut > 1 and (_CONDITION.fullmatch(words[cut - 1]) or _key(words[cut - 1]) in categories):
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _keys(named: str, categories: dict[str, Entry]) -> list[str]:
    """The categories named; a name may have spaces where tabs cut the cells."""
    keys: list[str] = []
    for cell in filter(None, (part.strip() for part in named.split("\t"))):
        keys += [cell] if cell in categories else [_key(word) for word in cell.split()]
    return keys


def _key(word: str) -> str:
    return str(int(word)) if word.isdecimal() else word
