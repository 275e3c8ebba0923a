"""Responses that nobody decided -> examples whose labels are what the codebook's rules find.

A model that sees the words by which rules found a theme learns the rules, and nothing else. So the
quotes are hidden from it: what is left is what stands around them (deletion of seed words: Dong,
Wang & Shang 2023, doi:10.48550/arXiv.2305.14794).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from pipeline.classify.example import Example
from pipeline.codebook.model import Codebook
from pipeline.match import Matcher, match_responses
from pipeline.round import Round
from pipeline.screen import Repeats, screen_responses
from pipeline.tables import RESPONSES, keep, rows

MOST = 4000
"""So many responses are drawn: more teach little more, and take longer."""
ENOUGH = 500
"""From so many decided responses on, none is drawn."""


class Drawn:
    """Draws responses at random as the first pass over the source goes: those of the lowest hash,
    whatever their order or batch.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._luck: list[bytes] = []
        self._kept = RESPONSES.build([])

    def watch(self, batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The same batches."""
        for batch in batches if self.most else ():
            self._luck += [
                hashlib.blake2b(name.encode(), digest_size=8).digest()
                for name in batch["response_id"].to_pylist()
            ]
            self._kept = pa.concat_tables([self._kept, batch])
            if len(self._kept) > 2 * self.most:
                self._drop()
            yield batch
        if not self.most:
            yield from batches

    def settle(self, the_round: Round, repeats: Repeats, excluded: Mapping[str, str]) -> pa.Table:
        """The **responses** drawn that are substantive, in the order of the source."""
        self._drop()
        screened = screen_responses(self._kept, the_round, repeats, excluded)
        return keep(screened, "status", "substantive")

    def _drop(self) -> None:
        lowest = sorted(range(len(self._luck)), key=lambda n: self._luck[n])[: self.most]
        lowest.sort()
        self._luck = [self._luck[n] for n in lowest]
        self._kept = self._kept.take(pa.array(lowest, pa.int64())).combine_chunks()


def make_weak_examples(responses: pa.Table, codebook: Codebook, matcher: Matcher) -> list[Example]:
    """Examples of some substantive **responses**: present is what rules find, absent what they do
    not, and unknown the themes that have no rules.
    """
    found: dict[str, list[tuple[str, int, int]]] = {}
    codings = match_responses(responses, matcher).codings
    for name, theme, start, end in rows(codings, "response_id", "theme", "start", "end"):
        found.setdefault(name, []).append((theme, start, end))
    unruled = frozenset(theme.id for theme in codebook.themes if not theme.rules)
    return [
        Example(
            response_id=name,
            group=respondent or name,
            question=question,
            text=text,
            themes=frozenset(theme for theme, _, _ in found.get(name, ())),
            unknown=unruled,
            weak=True,
            hidden=tuple((start, end) for _, start, end in found.get(name, ())),
        )
        for name, respondent, question, text in rows(
            responses, "response_id", "respondent", "question", "text"
        )
    ]
