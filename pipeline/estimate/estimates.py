"""Counts + audits -> **estimates**: three named numbers, and what is known of the true count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.estimate.cells import Audited, Standing, find_audit
from pipeline.readings.records import Sample
from pipeline.tables import ESTIMATES, keep

if TYPE_CHECKING:
    from pipeline.statistics.audited import Stratum

JOINT = "joint"


def estimate_counts(
    counts: pa.Table,
    machine: Mapping[tuple[str, str], int],
    samples: Sequence[Sample],
    standing: Standing,
) -> pa.Table:
    """**estimates**: a row for each question and theme, parent or net of **counts**.

    `machine` are the counts of the machine's verdicts before any human, by question and theme.
    """
    entries = {entry.id: entry for entry in standing.codebook.entries}
    found = []
    for count in keep(counts, "facet", "").to_pylist():
        question, theme = count["question"], count["theme"]
        audited = find_audit(samples, entries[theme], question, standing)
        found.append(
            {
                "question": question,
                "theme": theme,
                "machine": machine[question, theme],
                "resolved": count["cited"],
                "of": count["of"],
                **estimate_audit(audited),
            }
        )
    return ESTIMATES.build(found)


def estimate_audit(audited: Audited) -> dict[str, Any]:
    """What an audit says of the true count.

    Of a response left unsure or disputed either answer may be right: the ends are those of all
    answers (none present, and all: an end never falls when more are found), and there is no point
    estimate. Nor is there one while some are not known.
    """
    facts = {
        "method": "",
        "audited_tagged": audited.read(tagged=True),
        "audited_untagged": audited.read(tagged=False),
        "known": audited.known,
        "unknown": audited.unknown,
        "left_open": sum(cell.left_open for cell in audited.cells),
        "sample": audited.sample,
        "why": audited.why or "; ".join(_limits(audited)),
    }
    if audited.why:
        return facts
    # A round without an audit does without the fifth of a second that these take.
    from pipeline.statistics.audited import estimate, exact_interval  # noqa: PLC0415
    from pipeline.statistics.joint import joint_interval  # noqa: PLC0415

    few, many = _strata(audited, counted=False), _strata(audited, counted=True)
    joint, exact = (
        [method(strata) for strata in ([few] if few == many else [few, many])]
        for method in (joint_interval, exact_interval)
    )
    return {
        **facts,
        "method": JOINT,
        "estimate": estimate(few) if few == many else None,
        "low": joint[0].low,
        "high": joint[-1].high,
        "exact_low": exact[0].low,
        "exact_high": exact[-1].high,
    }


def _strata(audited: Audited, *, counted: bool) -> list[Stratum]:
    """The cells, and what could not be drawn; `counted` takes those left open for present."""
    from pipeline.statistics.audited import Stratum  # noqa: PLC0415 - as in `estimate_audit`

    cells = [
        Stratum(cell.size, cell.audited, cell.found + cell.left_open * counted)
        for cell in audited.cells
    ]
    apart = Stratum(audited.known, audited.known, audited.known)
    return [*cells, apart, Stratum(audited.unknown, 0, 0)]


def _limits(audited: Audited) -> list[str]:
    """What makes an interval wider than it need be, in words."""
    waiting = sum(cell.drawn - cell.audited - cell.skipped for cell in audited.cells)
    missed = sum(cell.size for cell in audited.cells if not cell.drawn)
    numbers = (
        (missed, "in parts of strata from which none was drawn"),
        (waiting, "not read yet"),
        (sum(cell.skipped for cell in audited.cells), "read out of order and not used"),
        (sum(cell.left_open for cell in audited.cells), "left unsure or disputed"),
        (audited.unknown, "could not be drawn and are not known"),
    )
    return [f"{number} {what}" for number, what in numbers if number]
