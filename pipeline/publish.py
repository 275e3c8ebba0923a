"""A planned round -> a run folder: evidence as it streams, then what is published of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from pipeline import store
from pipeline.codebook.model import Codebook
from pipeline.count.crossed import Crossed, count_crossed
from pipeline.count.tally import Tally
from pipeline.embeddings import hash_input
from pipeline.estimate import Watch, trained_of, write_trained
from pipeline.plan import Plan, heard_decisions
from pipeline.readings.lines import write_lines
from pipeline.readings.sqlitefile import is_store
from pipeline.readings.staleness import Held, read_stored
from pipeline.report.data import ReportData, gather_report, report_json
from pipeline.report.plain import render_plain
from pipeline.round import Round
from pipeline.round.place import DatabaseUrl, Place
from pipeline.run import (
    Batch,
    Closed,
    Evidence,
    Figures,
    add_figures,
    count_closed,
    run_batches,
)
from pipeline.signoff.standing import Signing
from pipeline.tables import keep
from pipeline.tables.csvtext import table_to_csv

if TYPE_CHECKING:
    from pipeline.disclosure.hide import Hidden


class Run(NamedTuple):
    """A run that was written: where, the hash of its manifest, its report and its figures."""

    folder: Path
    sha256: str
    report: ReportData
    figures: Figures
    crossed: Crossed
    hidden: Published | None
    timed_out: int
    disputed: int
    set_aside: int


def list_inputs(
    the_round: Round, coders: tuple[str, ...], held: Held | None = None
) -> list[dict[str, str]]:
    """Every file that decides the run, with its role and sha256; names only, no machine paths.

    A store of readings has the hash of what is in it: its bytes differ where its decisions do not,
    and do not tell what SQLite keeps beside it. It also has the head of its chain, by which a later
    change of what it held then is found. `held` is of a store that was read already (`Plan.held`):
    others may have written to it since.
    """
    settings = the_round.classifier if "classifier" in coders else None
    paths: dict[str, Place | None] = {
        "round": the_round.path,
        "codebook": the_round.codebook,
        "source": the_round.source.path,
        "exclude": the_round.exclude,
        "train": settings.train if settings else None,
        "model": settings.model if settings else None,
        "embeddings": settings.embeddings if settings else None,
        "decisions": heard_decisions(the_round, coders),
        "figures": the_round.figures,
    }
    return [
        {"role": role, "file": path.name, **_hash_input(path, role, held)}
        for role, path in paths.items()
        if path
    ]


def _hash_input(path: Place, role: str, held: Held | None) -> dict[str, str]:
    if isinstance(path, DatabaseUrl) or (role == "decisions" and is_store(path)):
        found = held or read_stored(path).held
        return {"sha256": found.digest, "head": found.head}
    return {"sha256": hash_input(path)}


def write_run(
    plan: Plan, folder: Path, inputs: list[dict[str, str]], progress: Callable[[Batch], None]
) -> Run:
    """Run a round and write its folder, whole or not at all; `list_inputs` gives `inputs`."""
    decided = keep(plan.decisions, "decision", "present")["response_id"].unique()
    closed = count_closed(plan.round)
    watch = Watch(plan.codebook, plan.coders, plan.samples, trained_of(plan))
    signing = Signing(plan.signatures, plan.round, plan.codebook)
    with store.open_run(folder) as writer:
        figures: list[Figures] = []
        tallies: list[Tally] = []
        timed_out = disputed = 0
        unheard = set(decided.to_pylist())
        for batch in run_batches(plan):
            for name in store.STREAMED:
                writer.append(name, getattr(batch, name))
            figures.append(Figures(batch.bases, batch.counts))
            tallies.append(batch.tally)
            timed_out += batch.problems.num_rows
            disputed += batch.verdicts["human"].to_pylist().count("disputed")
            living = keep(batch.responses, "status", "substantive")["response_id"]
            unheard.difference_update(living.to_pylist() if unheard else ())
            watch.add(_evidence(batch, plan), batch.verdicts, batch.bases)
            signing.add(batch.responses, batch.verdicts)
            progress(batch)
        total = add_figures(figures, plan.round)
        total = replace(total, estimates=watch.estimate(total.counts), signed=signing.standing())
        crossed = count_crossed(
            tallies, plan.codebook, plan.round, closed.answers if closed else None
        )
        report = gather_report(total, plan.round, plan.codebook, plan.coders, closed, crossed)
        _keep_inputs(writer, plan)
        if closed:
            writer.write_table(store.ANSWERS_FILE, closed.answers)
        hidden = hide(total, crossed, closed, plan.round, plan.codebook)
        for name, text in render_files(total, crossed, report, closed, hidden).items():
            writer.write_text(name, text)
        digest = writer.seal(_facts(plan, inputs))
    return Run(folder, digest, report, total, crossed, hidden, timed_out, disputed, len(unheard))


def _evidence(batch: Batch, plan: Plan) -> Evidence:
    return Evidence(batch.responses, batch.codings, plan.decisions_on(batch.responses))


def _keep_inputs(writer: store.RunWriter, plan: Plan) -> None:
    writer.write_table(store.DECISIONS_FILE, plan.decisions)
    for name, text in _sampled(plan).items():
        writer.write_text(name, text)
    writer.copy(store.ROUND_FILE, plan.round.path)
    writer.copy(store.CODEBOOK_FILE, plan.codebook.path)
    if plan.round.figures:
        writer.copy(store.FIGURES_FILE, plan.round.figures)
    if plan.signatures:
        text = "".join(write_lines([], [], signatures=plan.signatures))
        writer.write_text(store.SIGNATURES_FILE, text)


def _sampled(plan: Plan) -> dict[str, str]:
    """The samples, and if one is an audit what must not have trained the classifier."""
    if not plan.samples:
        return {}
    samples = {store.SAMPLES_FILE: "".join(write_lines([], plan.samples))}
    if any(sample.purpose == "audit" for sample in plan.samples):
        samples[store.TRAINED_FILE] = write_trained(trained_of(plan))
    return samples


def render_files(
    figures: Figures,
    crossed: Crossed,
    report: ReportData,
    closed: Closed | None,
    hidden: Published | None,
) -> dict[str, str]:
    """Every text file that follows from the figures, by its name in the run folder: all of them in
    the evidence, and what is published, which is `hidden` where small numbers are.

    Of what a round does not have (groups, weights, closed questions) there is no file.
    """
    texts = _texts(figures, crossed, closed.table if closed else None)
    found = {store.FIGURE_FILES[name]: text for name, text in texts.items()}
    if hidden:
        texts = _texts(hidden.tables.figures, hidden.tables.crossed, hidden.tables.closed)
    found |= {f"published/{name}.csv": text for name, text in texts.items()}
    data = hidden.data if hidden else report_json(report)
    as_json = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    text = hidden.text if hidden else render_plain(report)
    return found | {"published/report.txt": text, "published/counts.json": as_json}


def _texts(figures: Figures, crossed: Crossed, closed: pa.Table | None) -> dict[str, str]:
    tables = {
        "counts": figures.counts,
        "bases": figures.bases,
        **{name: getattr(crossed, name) for name in store.CROSSED if len(getattr(crossed, name))},
        **({"estimates": figures.estimates} if figures.estimates is not None else {}),
        **({"closed": closed} if closed else {}),
    }
    return {name: table_to_csv(table) for name, table in tables.items()}


class Published(NamedTuple):
    """What may be published where small numbers are hidden: the tables, as text and as JSON."""

    tables: Hidden
    text: str
    data: dict[str, Any]


def hide(
    figures: Figures, crossed: Crossed, closed: Closed | None, the_round: Round, codebook: Codebook
) -> Published | None:
    """What may be published; None where nothing has to be hidden.

    Raises CheckFailed (E523) when a hidden count could be worked out.
    """
    if the_round.suppress == "none":
        return None
    # A round that hides nothing does without the fifth of a second that this takes.
    from pipeline.disclosure.as_json import hidden_json  # noqa: PLC0415
    from pipeline.disclosure.hide import hide_small  # noqa: PLC0415
    from pipeline.disclosure.text import render_hidden  # noqa: PLC0415

    table = closed.table if closed else None
    hidden = hide_small(figures, crossed, table, codebook, the_round)
    text = render_hidden(hidden, the_round, codebook)
    return Published(hidden, text, hidden_json(hidden, the_round))


def _facts(plan: Plan, inputs: list[dict[str, str]]) -> dict[str, Any]:
    settings = plan.model.settings if plan.model else None
    return {
        "round": plan.round.name,
        "coders": list(plan.coders),
        "codebook": plan.codebook.coder,
        "classifier": plan.model.coder if plan.model else None,
        "policies": plan.model.policies if plan.model else {},
        "settings": {
            "base": plan.round.base,
            "repeats": plan.round.repeats,
            "suppress": plan.round.suppress,
            "classifier": settings,
        },
        "inputs": inputs,
    }
