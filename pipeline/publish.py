"""A planned round -> a run folder: evidence as it streams, then what is published of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import store
from pipeline.count.crossed import Crossed, count_crossed
from pipeline.count.tally import Tally
from pipeline.embeddings import hash_input
from pipeline.estimate import Watch, trained_of, write_trained
from pipeline.plan import Plan, heard_decisions
from pipeline.readings.lines import write_lines
from pipeline.readings.sqlitefile import is_store
from pipeline.readings.store import open_store
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
from pipeline.tables import keep
from pipeline.tables.csvtext import table_to_csv


class Run(NamedTuple):
    """A run that was written: where, the hash of its manifest, its report and its figures."""

    folder: Path
    sha256: str
    report: ReportData
    figures: Figures
    crossed: Crossed
    timed_out: int
    disputed: int
    set_aside: int


def list_inputs(the_round: Round, coders: tuple[str, ...]) -> list[dict[str, str]]:
    """Every file that decides the run, with its role and sha256; names only, no machine paths.

    A store of readings has the hash of what is in it: its bytes differ where its decisions do not,
    and do not tell what SQLite keeps beside it. It also has the head of its chain, by which a later
    change of what it held then is found.
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
        {"role": role, "file": path.name, **_hash_input(path, role)}
        for role, path in paths.items()
        if path
    ]


def _hash_input(path: Place, role: str) -> dict[str, str]:
    if isinstance(path, DatabaseUrl) or (role == "decisions" and is_store(path)):
        with open_store(path) as decisions:
            return {"sha256": decisions.digest(), "head": str(decisions.head())}
    return {"sha256": hash_input(path)}


def write_run(
    plan: Plan, folder: Path, inputs: list[dict[str, str]], progress: Callable[[Batch], None]
) -> Run:
    """Run a round and write its folder, whole or not at all; `list_inputs` gives `inputs`."""
    decided = keep(plan.decisions, "decision", "present")["response_id"].unique()
    closed = count_closed(plan.round)
    watch = Watch(plan.codebook, plan.coders, plan.samples, trained_of(plan))
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
            progress(batch)
        total = add_figures(figures, plan.round)
        total = replace(total, estimates=watch.estimate(total.counts))
        crossed = count_crossed(
            tallies, plan.codebook, plan.round, closed.answers if closed else None
        )
        report = gather_report(total, plan.round, plan.codebook, plan.coders, closed, crossed)
        _keep_inputs(writer, plan)
        if closed:
            writer.write_table(store.ANSWERS_FILE, closed.answers)
        for name, text in render_files(total, crossed, report, closed).items():
            writer.write_text(name, text)
        digest = writer.seal(_facts(plan, inputs))
    return Run(folder, digest, report, total, crossed, timed_out, disputed, len(unheard))


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


def _sampled(plan: Plan) -> dict[str, str]:
    """The samples, and if one is an audit what must not have trained the classifier."""
    if not plan.samples:
        return {}
    samples = {store.SAMPLES_FILE: "".join(write_lines([], plan.samples))}
    if any(sample.purpose == "audit" for sample in plan.samples):
        samples[store.TRAINED_FILE] = write_trained(trained_of(plan))
    return samples


def render_files(
    figures: Figures, crossed: Crossed, report: ReportData, closed: Closed | None = None
) -> dict[str, str]:
    """Every text file that follows from the figures, by its name in the run folder.

    Of what a round does not have (groups, weights, closed questions) there is no file.
    """
    tables = {
        "counts": figures.counts,
        "bases": figures.bases,
        **{name: getattr(crossed, name) for name in store.CROSSED if len(getattr(crossed, name))},
        **({"estimates": figures.estimates} if figures.estimates is not None else {}),
        **({"closed": closed.table} if closed else {}),
    }
    texts = {name: table_to_csv(table) for name, table in tables.items()}
    return {
        **{store.FIGURE_FILES[name]: text for name, text in texts.items()},
        **{f"published/{name}.csv": text for name, text in texts.items()},
        "published/report.txt": render_plain(report),
        "published/counts.json": json.dumps(report_json(report), indent=1, ensure_ascii=False)
        + "\n",
    }


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
            "classifier": settings,
        },
        "inputs": inputs,
    }
