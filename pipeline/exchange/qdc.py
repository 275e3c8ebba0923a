"""REFI-QDA .qdc, the codebook of NVivo, MAXQDA, ATLAS.ti and others: themes without terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from pipeline.exchange.dictionary import MAX_DEPTH, Dictionary, Entry, Net, check_size, unreadable

_MEMBERLESS = "sets without a code of this codebook are left out"


@dataclass(slots=True)
class _Tree:
    """What has been read of the document, element by element."""

    dictionary: Dictionary
    parser: expat.XMLParserType
    path: list[str] = field(default_factory=list)
    codes: list[Entry] = field(default_factory=list)
    by_guid: dict[str, Entry] = field(default_factory=dict)
    wanted: list[tuple[Net, str]] = field(default_factory=list)

    def fail(self, what: str) -> NoReturn:
        raise unreadable(self.dictionary.path, self.parser.CurrentLineNumber, what)

    def refuse(self, *_: object) -> None:
        self.fail("a document type or entity is not taken: a codebook needs none.")

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(" ")[2]
        self.path.append(name)
        if len(self.path) == 1 and name != "CodeBook":
            self.fail(f"a .qdc file is a CodeBook, not a {name}.")
        if len(self.path) > MAX_DEPTH + 3:
            self.fail(f"nested more than {MAX_DEPTH} deep.")
        if name == "Code" and "Codes" in self.path:
            self.start_code(attributes)
        elif name == "Set":
            net = Net(self.name_of(attributes), self.parser.CurrentLineNumber)
            self.dictionary.nets.append(net)
        elif name == "MemberCode" and "Set" in self.path:
            guid = attributes.get("guid") or attributes.get("targetGUID") or ""
            self.wanted.append((self.dictionary.nets[-1], guid.lower()))

    def start_code(self, attributes: dict[str, str]) -> None:
        codable = attributes.get("isCodable", "true").strip() not in ("false", "0")
        entry = Entry(self.name_of(attributes), self.parser.CurrentLineNumber, codable=codable)
        (self.codes[-1].children if self.codes else self.dictionary.entries).append(entry)
        self.codes.append(entry)
        if "guid" in attributes:
            self.by_guid[attributes["guid"].lower()] = entry

    def name_of(self, attributes: dict[str, str]) -> str:
        if not attributes.get("name", "").strip():
            self.fail(f"a {self.path[-1]} has no name.")
        return attributes["name"].strip()

    def text(self, data: str) -> None:
        if self.path[-1] != "Description" or len(self.path) < 2:
            return
        if self.path[-2] == "Code" and self.codes:
            self.codes[-1].definition += data
        elif self.path[-2] == "Set":
            self.dictionary.nets[-1].definition += data

    def end(self, _: str) -> None:
        if self.path.pop() == "Code" and self.codes:
            self.codes.pop()

    def join_sets(self) -> None:
        """Give the sets their codes, which may stand before or after them."""
        for net, guid in self.wanted:
            if guid in self.by_guid:
                net.members.append(self.by_guid[guid])
        for net in self.dictionary.nets:
            if not net.members:
                self.dictionary.leave_out(_MEMBERLESS, net.name, net.line)
        self.dictionary.nets = [net for net in self.dictionary.nets if net.members]


def read_qdc(path: Path) -> Dictionary:
    """Read a REFI-QDA codebook: codes with their definitions, and sets of codes.

    Raises InputError (E321) for what is not well-formed XML, has a document type, or is not a
    codebook.
    """
    check_size(path)
    parser = expat.ParserCreate(namespace_separator=" ")
    tree = _Tree(Dictionary(path, wordless=True), parser)
    parser.StartDoctypeDeclHandler = tree.refuse
    parser.EntityDeclHandler = tree.refuse
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        parser.Parse(path.read_bytes(), True)  # noqa: FBT003 - expat takes no keyword
    except (expat.ExpatError, LookupError, ValueError) as error:
        what = f"not well-formed XML ({error})."
        raise unreadable(path, max(1, parser.CurrentLineNumber), what) from error
    tree.join_sets()
    return tree.dictionary
