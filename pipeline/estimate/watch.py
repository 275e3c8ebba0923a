"""The batches of a run as they pass -> what estimates need of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook
from pipeline.count import count_themes
from pipeline.estimate.cells import Standing, find_words
from pipeline.estimate.estimates import estimate_counts
from pipeline.estimate.frozen import FrameHash
from pipeline.estimate.trained import Trained
from pipeline.readings.records import Sample
from pipeline.resolve import resolve_verdicts
from pipeline.run import Evidence
from pipeline.tables import DECISIONS, keep, rows


class Watch:
    """Sees every batch once, in any order, and keeps numbers: memory does not grow with texts.

    Of a round without audit samples it keeps only by how much the machine's counts differ from
    those that people's decisions are in.
    """

    def __init__(
        self, codebook: Codebook, coders: Sequence[str], samples: Sequence[Sample], trained: Trained
    ) -> None:
        self._codebook = codebook
        self._coders = coders
        self._audits = [sample for sample in samples if sample.purpose == "audit"]
        self._members = {m.response_id for sample in self._audits for m in sample.members}
        self._trained = trained
        self._seen = FrameHash()
        self._overlap: set[str] = set()
        self._words: dict[tuple[str, str], str] = {}
        self._difference: Counter[tuple[str, str]] = Counter()

    def add(self, evidence: Evidence, verdicts: pa.Table, bases: pa.Table) -> None:
        """See a batch: what was found and decided, and the verdicts and bases that came of it."""
        if "human" not in self._coders:
            evidence = evidence._replace(decisions=DECISIONS.build([]))
        if len(evidence.decisions):
            self._compare(evidence, verdicts, bases)
        if self._audits:
            self._look_at(evidence)

    def _compare(self, evidence: Evidence, verdicts: pa.Table, bases: pa.Table) -> None:
        """Count the decided responses on the machine's word, and on people's."""
        decided = pc.unique(evidence.decisions["response_id"])
        responses, codings, resolved = (
            table.filter(pc.is_in(table["response_id"], value_set=decided))
            for table in (evidence.responses, evidence.codings, verdicts)
        )
        coders = codings["coder"].unique().to_pylist()
        codings = keep(
            codings, "coder", *(c for c in coders if c.partition(":")[0] in self._coders)
        )
        machine = resolve_verdicts(responses, codings, DECISIONS.build([]), self._codebook)
        for sign, table in ((1, machine), (-1, resolved)):
            counts = keep(count_themes(table, bases, self._codebook), "facet", "")
            for question, theme, cited in rows(counts, "question", "theme", "cited"):
                self._difference[question, theme] += sign * cited

    def _look_at(self, evidence: Evidence) -> None:
        living = keep(evidence.responses, "status", "substantive")
        questions, ids, texts = (
            living[name].to_pylist() for name in ("question", "response_id", "text")
        )
        self._seen.add(questions, ids, texts)
        here = {name for name in ids if name in self._members}
        self._words |= find_words(evidence.decisions, here)
        self._overlap |= {
            name
            for name, question, text in zip(ids, questions, texts, strict=True)
            if name in here and self._trained.holds(name, question, text)
        }

    def estimate(self, counts: pa.Table) -> pa.Table:
        """**estimates** of all that was seen, beside its **counts**."""
        themes = keep(counts, "facet", "")
        machine = {
            (question, theme): cited + self._difference[question, theme]
            for question, theme, cited in rows(themes, "question", "theme", "cited")
        }
        standing = Standing(
            codebook=self._codebook,
            sizes=self._seen.sizes,
            frames=self._seen.hashes(),
            words=self._words,
            trained=self._overlap,
        )
        return estimate_counts(counts, machine, self._audits, standing)
