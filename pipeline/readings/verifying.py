"""The chain against the rows it is laid over: what was edited, deleted, swapped, inserted, cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.readings.chain import START, Entry, Head, link
from pipeline.readings.database import Database
from pipeline.readings.formats import guards_gone
from pipeline.readings.links import KINDS, Leaf, read_chain, read_leaves, read_orphans


def find_faults(database: Database, heads: Sequence[Head]) -> list[str]:
    """See `Store.verify`."""
    chain = read_chain(database)
    leaves = {kind: read_leaves(database, kind) for kind in KINDS}
    return [
        *_broken(chain),
        *_changed(chain, leaves),
        *(fault for kind in KINDS for fault in _inserted(chain, kind, leaves[kind])),
        *(
            f"{kind} {number}: it is gone, and parts of it are there"
            for kind in KINDS
            for number in read_orphans(database, kind)
        ),
        *(fault for head in heads for fault in _short(chain, head)),
        *(f"trigger {name}: it is gone" for name in guards_gone(database)),
    ]


def _broken(chain: Sequence[Entry]) -> Iterator[str]:
    """Links that do not follow from the one before."""
    before = Head(0, START)
    last = dict.fromkeys(KINDS, 0)
    for entry in chain:
        if entry.number != before.entries + 1:
            yield f"entry {before.entries + 1}: it is gone"
            before = Head(entry.number - 1, before.hash)
        if entry.previous != before.hash:
            yield f"entry {entry.number}: it does not follow the entry before it"
        if entry.entry != last.get(entry.kind, 0) + 1:
            yield f"entry {entry.number}: {entry.kind} {entry.entry} is out of its order"
        made = link(Head(before.entries, entry.previous), entry.kind, entry.entry, entry.leaf)
        if made.head != entry.head:
            yield f"entry {entry.number}: its hash is not that of what it links"
        before = Head(entry.number, entry.head)
        last[entry.kind] = entry.entry


def _changed(chain: Iterable[Entry], leaves: dict[str, list[Leaf]]) -> Iterator[str]:
    there = {(kind, leaf.entry): leaf for kind, found in leaves.items() for leaf in found}
    for entry in chain:
        leaf = there.get((entry.kind, entry.entry))
        if leaf is None:
            yield f"{entry.kind} {entry.entry}: it is gone"
        elif leaf.hash != entry.leaf:
            yield f"{entry.kind} {entry.entry} ({leaf.name}): it is not what was linked"


def _inserted(chain: Iterable[Entry], kind: str, leaves: Iterable[Leaf]) -> Iterator[str]:
    linked = {entry.entry for entry in chain if entry.kind == kind}
    for leaf in leaves:
        if leaf.entry not in linked:
            yield f"{kind} {leaf.entry} ({leaf.name}): it was put in beside the chain"


def _short(chain: Sequence[Entry], head: Head) -> Iterator[str]:
    """A head that the chain does not have: it was cut before it, or laid anew."""
    if head.hash == START:
        return
    at = [entry.number for entry in chain if entry.head == head.hash]
    if head.entries > len(chain):
        yield f"entry {len(chain) + 1}: cut off; there were {head.entries} entries"
    elif not at:
        place = f"entry {head.entries} or before it" if head.entries else "somewhere"
        yield f"{place}: not the chain of the head {head.hash[:12]}..., but another"
    elif head.entries not in (0, *at):
        yield f"entry {at[0]}: has the hash of the head, which names entry {head.entries}"
