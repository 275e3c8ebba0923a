"""A quanteda dictionary in YAML: keys are themes, lists are terms, keys may nest."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from pipeline.errors import InputError
from pipeline.exchange.dictionary import MAX_DEPTH, Dictionary, Entry, read_text, unreadable

_OWN_TERMS = "__"  # the key under which quanteda writes the terms of a key that has keys too


def read_quanteda(path: Path) -> Dictionary:
    """Read a quanteda dictionary of glob patterns.

    Raises InputError (E321) for what is not YAML, or not keys over lists of terms.
    """
    text, notes = read_text(path)
    dictionary = Dictionary(path, notes=notes)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except (MarkedYAMLError, YAMLError, RecursionError, ValueError) as error:
        raise _syntax_error(path, text, error) from error
    if not isinstance(root, MappingNode):
        line = root.start_mark.line + 1 if root is not None else 1
        raise unreadable(path, line, "a dictionary is keys with lists of terms under them.")
    if {"codebook", "themes"} <= {str(key.value) for key, _ in root.value}:
        raise unreadable(path, 1, "this is a codebook already.", "Use it as it is.")
    top = Entry("", 1)
    _fill(path, top, root, 0)
    if top.terms:
        raise unreadable(path, top.terms[0][1], f"'{top.terms[0][0]}' stands under no key.")
    dictionary.entries.extend(top.children)
    return dictionary


def _fill(path: Path, entry: Entry, node: Node, depth: int) -> None:
    """Add what stands under a key: terms and keys."""
    line = node.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise unreadable(path, line, f"nested more than {MAX_DEPTH} deep.")
    if node.anchor is not None:
        raise unreadable(path, line, f"anchor '&{node.anchor}'.", "Write the value out.")
    if isinstance(node, MappingNode):
        _fill_keys(path, entry, node, depth)
    elif isinstance(node, ScalarNode):
        if str(node.value).strip():
            entry.terms.append((str(node.value).strip(), line))
    else:
        for item in node.value:
            _fill(path, entry, item, depth + 1)


def _fill_keys(path: Path, entry: Entry, node: MappingNode, depth: int) -> None:
    names = {child.name: child.line for child in entry.children}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode) or not str(key.value).strip():
            raise unreadable(path, line, "a key must be plain text.")
        name = str(key.value).strip()
        if name == _OWN_TERMS:
            _fill(path, entry, value, depth + 1)
            continue
        if name in names:
            what = f"'{name}' stands here again; it is already on line {names[name]}."
            raise unreadable(path, line, what, "Merge the two or rename one.")
        names[name] = line
        child = Entry(name, line)
        entry.children.append(child)
        _fill(path, child, value, depth + 1)


def _syntax_error(path: Path, text: str, error: Exception) -> InputError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
    what = getattr(error, "problem", None) or (str(error).splitlines() or ["nested too deep"])[0]
    return unreadable(path, line, f"not valid YAML: {what}.")
