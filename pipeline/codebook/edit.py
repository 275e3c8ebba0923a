"""A codebook's YAML with an example or a rule added; every other character stays as it was."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipeline.codebook.load import read_codebook
from pipeline.codebook.model import Codebook
from pipeline.codebook.scalars import Item, write_item, write_lines, write_quoted
from pipeline.errors import InputError, near
from pipeline.yamlfile import YamlFile, parse_yaml

EXAMPLES = ("examples", "counter_examples")
MOST_COLUMNS = 120
"""A list in brackets goes on in a new line where this one would grow longer."""
_AFTER = {"examples": ("rules",), "counter_examples": ("examples", "rules")}
_BREAK = re.compile(r"\r\n|\n|\r")


class Edited(NamedTuple):
    """The new text, and the codebook that is written in it."""

    text: str
    codebook: Codebook


class _Insertion(NamedTuple):
    at: int
    written: str


class _Target(NamedTuple):
    """Where something is to be added: a key of a theme, and the theme's nodes by their keys."""

    yaml_file: YamlFile
    theme: str
    key: str
    flow: bool
    nodes: dict[str, tuple[Node, Node]]


def add_example(path: Path, text: str, theme: str, example: str, key: str = "examples") -> Edited:
    """The text of a codebook with an example of a theme, or with `counter_examples` a text that is
    none.

    Raises InputError: E597 where it cannot be added without changing anything else, or stands
    there already; the problems of the codebook where it has some.
    """
    if not example.strip():
        _refuse("an example without words.", "Mark words, or write some.")
    target = _find_target(path, text, theme, key)
    listed = target.yaml_file.value["themes"][theme]
    for name in EXAMPLES:
        known = listed.get(name)
        if example in (known if isinstance(known, list) else [known]):
            kind = name.removesuffix("s").replace("_", "-")
            article = "an" if name == "examples" else "a"
            _refuse(f"this text is {article} {kind} of '{theme}' already.", "")
    return _add(target, example, [write_quoted(example)], write_quoted(example))


def add_rule(path: Path, text: str, theme: str, rule: Item) -> Edited:
    """The text of a codebook with one more rule of a theme: a term, or the keys of a rule.

    Raises InputError as `add_example` does, and for a rule that is none (E302, E304, E206).
    """
    target = _find_target(path, text, theme, "rules")
    listed = target.yaml_file.value["themes"][theme].get("rules")
    plain = rule if isinstance(rule, str) else dict(rule)
    if not listed:
        _refuse(f"'{theme}' has no rules to add one to.", "Write its first rule in the file.")
    if plain in listed:
        _refuse(f"'{theme}' has this rule already.", "Change it.")
    return _add(target, rule, write_lines(rule), write_item(rule))


def _find_target(path: Path, text: str, theme: str, key: str) -> _Target:
    yaml_file = parse_yaml(path, text)
    codebook = read_codebook(yaml_file)
    yaml_file.raise_problems()
    themes = {one.id: one for one in codebook.themes}
    if theme not in themes:
        _refuse(f"there is no theme '{theme}' that is coded.", near(theme, themes))
    assert yaml_file.root is not None
    node = _children(_children(yaml_file.root)["themes"][1])[theme][1]
    assert isinstance(node, MappingNode)
    return _Target(yaml_file, theme, key, bool(node.flow_style), _children(node))


def _children(node: Node) -> dict[str, tuple[Node, Node]]:
    assert isinstance(node, MappingNode)
    return {key.value: (key, value) for key, value in node.value}


def _add(target: _Target, item: Item, lines: list[str], inline: str) -> Edited:
    yaml_file = target.yaml_file
    if re.search("[\ud800-\udfff]", inline):
        _refuse("half a character (a lone surrogate) is no text.", "")
    at, written = _insertion(target, lines, inline)
    new_text = yaml_file.text[:at] + written + yaml_file.text[at:]
    try:
        new = parse_yaml(yaml_file.path, new_text)
    except InputError:
        _refuse_place(target)
    wanted = copy.deepcopy(yaml_file.value)
    theme = wanted["themes"][target.theme]
    added = item if isinstance(item, str) else {key: _plain(value) for key, value in item.items()}
    theme[target.key] = [*(theme.get(target.key) or []), added]
    if new.value != wanted:
        _refuse_place(target)
    codebook = read_codebook(new)
    if new.problems:
        # The file had none: these are of what was added, and in lines that are not written.
        raise InputError(*(replace(one, where="") for one in new.sorted_problems()))
    return Edited(new_text, codebook)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


def _insertion(target: _Target, lines: list[str], inline: str) -> _Insertion:
    text = target.yaml_file.text
    if target.key not in target.nodes:
        return _new_key(target, lines, inline)
    key, value = target.nodes[target.key]
    if isinstance(value, SequenceNode) and value.flow_style:
        return _into_brackets(value, inline, text)
    if isinstance(value, SequenceNode):
        indent = value.start_mark.column
        return _whole_lines(_last_character(value, text), _dashed(lines, indent), text)
    if isinstance(value, ScalarNode) and not value.value and not value.style and not target.flow:
        indent = key.start_mark.column + 2
        return _whole_lines(key.end_mark.index, _dashed(lines, indent), text)
    _refuse_place(target)


def _new_key(target: _Target, lines: list[str], inline: str) -> _Insertion:
    """Behind the key it belongs to, or behind the last."""
    text = target.yaml_file.text
    before = next((k for k in _AFTER.get(target.key, ()) if k in target.nodes), None)
    key, value = target.nodes[before or list(target.nodes)[-1]]
    if target.flow:
        return _Insertion(_entry_end(key, value, text), f", {target.key}: [{inline}]")
    own, step = key.start_mark.column, 2
    if "rules" in target.nodes:
        rules_key, rules = target.nodes["rules"]
        if isinstance(rules, SequenceNode) and not rules.flow_style:
            step = rules.start_mark.column - rules_key.start_mark.column
    written = [f"{' ' * own}{target.key}:", *_dashed(lines, own + step)]
    return _whole_lines(_entry_end(key, value, text), written, text)


def _into_brackets(value: SequenceNode, inline: str, text: str) -> _Insertion:
    if not value.value:
        return _Insertion(value.start_mark.index + 1, inline)
    at = _last_character(value.value[-1], text)
    column = at - max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
    if column + len(inline) + 2 <= MOST_COLUMNS:
        return _Insertion(at, f", {inline}")
    return _Insertion(at, f",{_line_end(text)}{' ' * value.value[0].start_mark.column}{inline}")


def _dashed(lines: list[str], indent: int) -> list[str]:
    first, *rest = lines
    return [f"{' ' * indent}- {first}", *(f"{' ' * indent}  {line}" for line in rest)]


def _whole_lines(after: int, lines: list[str], text: str) -> _Insertion:
    """Lines after the one that a character is in, with its comment; the file's last may lack its
    end.
    """
    end = _line_end(text)
    found = _BREAK.search(text, after)
    if found is None:
        return _Insertion(len(text), "".join(end + line for line in lines))
    return _Insertion(found.end(), "".join(line + end for line in lines))


def _line_end(text: str) -> str:
    found = _BREAK.search(text)
    return found[0] if found else "\n"


def _last_character(node: Node, text: str) -> int:
    """Where the last thing in a node ends, without the comments and empty lines after it."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        key, value = node.value[-1]
        return _entry_end(key, value, text)
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _last_character(node.value[-1], text)
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if not isinstance(node, ScalarNode) or node.style not in ("|", ">"):
        return end
    block = text[start:end]
    header = _BREAK.split(block)[0].partition("#")[0]
    # With a plus the empty lines are a part of the text: only their last break ends the node.
    return max(start, end - 1) if "+" in header else start + len(block.rstrip())


def _entry_end(key: Node, value: Node, text: str) -> int:
    """The same of a key with its value; where none is written it would be said to be elsewhere."""
    if isinstance(value, ScalarNode) and not value.value and not value.style:
        return int(key.end_mark.index)
    return _last_character(value, text)


def _refuse_place(target: _Target) -> NoReturn:
    where = target.yaml_file.where(("themes", target.theme, target.key))
    what = f"'{target.key}' of '{target.theme}' is written in a way that is not added to."
    remedy = "Make it a list of its own lines, or add it by hand."
    raise InputError.because(code="E597", where=where, what=what, remedy=remedy)


def _refuse(what: str, remedy: str) -> NoReturn:
    raise InputError.because(code="E597", what=what, remedy=remedy)
