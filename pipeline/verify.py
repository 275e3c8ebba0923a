"""A run against its own evidence: hashes, quotes, verdicts, bases, counts, published files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import __version__, store
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.count.crossed import count_crossed
from pipeline.digest import hash_file
from pipeline.errors import InputError
from pipeline.estimate import Trained, Watch, read_trained
from pipeline.match import Matcher, match_responses
from pipeline.publish import hide, render_files
from pipeline.read.numbers import parse_number
from pipeline.readings.lines import read_lines
from pipeline.report.data import gather_report
from pipeline.round import Round, load_round
from pipeline.run import Evidence, Settled, settle, settle_closed
from pipeline.signoff.standing import Signing
from pipeline.tables import STATUSES, hold_the_same, keep, rows
from pipeline.text import cut_quote
from pipeline.tokenise import number_sentences

_LISTED = 10


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as its folder keeps it."""

    folder: Path
    manifest: dict[str, Any]
    round: Round
    codebook: Codebook
    evidence: Evidence
    verdicts: pa.Table

    @property
    def coders(self) -> tuple[str, ...]:
        """The kinds of coder that were in play."""
        return tuple(self.manifest["coders"])


def open_kept(folder: Path) -> KeptRun:
    """Read a run folder; InputError (E502) when a part cannot be read."""
    evidence = Evidence(
        store.read_table(folder, "responses", store.STREAMED["responses"]),
        store.read_table(folder, "codings", store.STREAMED["codings"]),
        store.read_table(folder, "decisions", store.DECISIONS_FILE),
    )
    manifest = store.read_manifest(folder)
    return KeptRun(
        folder=folder,
        manifest=manifest,
        round=load_round(folder / store.ROUND_FILE, with_files=False),
        codebook=load_codebook(folder / store.CODEBOOK_FILE).with_policies(
            manifest.get("policies", {})
        ),
        evidence=evidence,
        verdicts=store.read_table(folder, "verdicts", store.STREAMED["verdicts"]),
    )


def recount(kept: KeptRun, coders: tuple[str, ...]) -> Settled:
    """What follows from a run's evidence, on the word of these coders."""
    settled = settle(kept.evidence, kept.codebook, kept.round, coders)
    samples, trained = kept.folder / store.SAMPLES_FILE, kept.folder / store.TRAINED_FILE
    watch = Watch(
        kept.codebook,
        coders,
        read_lines(samples).samples if samples.is_file() else (),
        read_trained(trained) if trained.is_file() else Trained(),
    )
    watch.add(kept.evidence, settled.verdicts, settled.figures.bases)
    estimates = watch.estimate(settled.figures.counts)
    signed = kept.folder / store.SIGNATURES_FILE
    signatures = read_lines(signed).signatures if signed.is_file() else ()
    signing = Signing(signatures, kept.round, kept.codebook)
    signing.add(kept.evidence.responses, settled.verdicts)
    found = replace(settled.figures, estimates=estimates, signed=signing.standing())
    return settled._replace(figures=found)


def kept_answers(kept: KeptRun) -> pa.Table | None:
    """The **answers** to a run's closed questions; None if it has none."""
    if not kept.round.source.closed:
        return None
    return store.read_table(kept.folder, "answers", store.ANSWERS_FILE)


def verify_run(folder: Path, expected: str = "") -> list[str]:
    """Every mismatch of a run with itself; empty when it holds.

    `expected` is the manifest's hash as it was printed when the run was made: without it, someone
    who rewrote the manifest and its seal along with a file would be believed as to hashes, and is
    caught only where figures no longer follow from the evidence.
    """
    manifest = store.read_manifest(folder)
    mismatches = list(_check_seal(folder, expected))
    try:
        mismatches += _check_hashes(folder, manifest)
        kept = open_kept(folder)
        mismatches += _check_manifest(kept)
        mismatches += _check_responses(kept)
        mismatches += _check_quotes(kept)
        mismatches += _check_rules(kept)
        answers = kept_answers(kept)
        mismatches += _check_answers(kept, answers)
        mismatches += _check_figures(kept, answers)
    except (InputError, KeyError, TypeError, ValueError) as error:
        mismatches.append(f"the evidence cannot be read: {error}")
    return mismatches


def _check_seal(folder: Path, expected: str) -> Iterator[str]:
    digest = hash_file(folder / store.MANIFEST)
    seal = folder / store.SEAL
    if not seal.is_file():
        yield f"{store.SEAL} is missing"
    elif seal.read_bytes() != f"{digest}  {store.MANIFEST}\n".encode():
        yield f"{store.MANIFEST} is not the one that {store.SEAL} seals"
    if expected and not digest.startswith(expected.lower()):
        yield f"{store.MANIFEST} has the hash {digest}, not {expected}"


def _check_hashes(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    stated = {item["file"]: item["sha256"] for item in manifest.get("outputs", [])}
    found = set(store.list_files(folder))
    for name in sorted(found - stated.keys()):
        yield f"{name} is not of this run"
    for name, digest in stated.items():
        if name not in found:
            yield f"{name} is missing"
        elif hash_file(folder / name) != digest:
            yield f"{name} was changed after the run: its hash differs"


def _check_manifest(kept: KeptRun) -> Iterator[str]:
    if kept.manifest["codebook"] != kept.codebook.coder:
        yield f"{store.CODEBOOK_FILE} is {kept.codebook.coder}, not {kept.manifest['codebook']}"
    stated = {item["role"]: item["sha256"] for item in kept.manifest["inputs"]}
    for role, name in (("round", store.ROUND_FILE), ("codebook", store.CODEBOOK_FILE)):
        if stated.get(role) != hash_file(kept.folder / name):
            yield f"{name} is not the {role} that was read"
    known = {kept.manifest["codebook"], kept.manifest["classifier"]}
    for coder in kept.evidence.codings["coder"].unique().to_pylist():
        if coder not in known:
            yield f"codings by '{coder}', which the manifest does not name"


def _check_responses(kept: KeptRun) -> Iterator[str]:
    statuses = set(kept.evidence.responses["status"].unique().to_pylist())
    for status in sorted(statuses - set(STATUSES)):
        yield f"responses with the status '{status}', which there is not"
    ids = keep(kept.evidence.responses, "status", "substantive")["response_id"]
    if len(ids.unique()) != len(ids):
        yield "two substantive responses have one id"


def _check_quotes(kept: KeptRun) -> Iterator[str]:
    substantive = keep(kept.evidence.responses, "status", "substantive")
    texts: dict[str, str] = dict(rows(substantive, "response_id", "text"))
    rules = {rule.id for theme in kept.codebook.themes for rule in theme.rules}
    rules |= {rule.id for facet in kept.codebook.facets for rule in facet.rules}
    wrong = [
        f"the quote of {coding['rule'] or coding['coder']} in {coding['response_id']} is not in it"
        for coding in kept.evidence.codings.to_pylist()
        if not _holds(coding, texts, rules)
    ]
    yield from _shorten(wrong)


def _holds(coding: dict[str, Any], texts: dict[str, str], rules: set[str]) -> bool:
    text = texts.get(coding["response_id"])
    if text is None:
        return False
    if coding["start"] is None or coding["end"] is None:
        return coding["score"] is not None and not coding["quote"] and not coding["rule"]
    if coding["rule"] not in rules or not 0 <= coding["start"] < coding["end"] <= len(text):
        return False
    quote: str = coding["quote"]
    return cut_quote(text, coding["start"], coding["end"]) == quote


def _check_rules(kept: KeptRun) -> Iterator[str]:
    """The codebook's codings are those that its rules find, if this version made the run."""
    if kept.manifest["verbatims"] != __version__ or "codebook" not in kept.coders:
        return
    matcher = Matcher(kept.codebook, number_sentences)
    derived = match_responses(kept.evidence.responses, matcher)
    stated = keep(kept.evidence.codings, "coder", kept.codebook.coder)
    if hold_the_same(derived.codings, stated):
        return
    # A pattern may take too long at one time and not at another: of its theme nothing is known.
    noted = store.read_table(kept.folder, "problems", store.STREAMED["problems"])
    unknown = {
        (response_id, rule.rpartition("/")[0])
        for table in (noted, derived.problems)
        for response_id, rule in rows(table, "response_id", "rule")
    }
    ours, theirs = (
        [_as_text(c) for c in t.to_pylist() if (c["response_id"], c["theme"]) not in unknown]
        for t in (derived.codings, stated)
    )
    if ours != theirs or not unknown:
        differing = sorted(set(ours) ^ set(theirs)) or ["their order"]
        yield from _shorten([f"the rules do not find the codings: {item}" for item in differing])


def _as_text(coding: dict[str, Any]) -> str:
    what = f"{coding['rule']}{' as ' if coding['facet'] else ''}{coding['facet']}"
    return f"{what} in {coding['response_id']} at [{coding['start']}, {coding['end']})"


def _check_answers(kept: KeptRun, answers: pa.Table | None) -> Iterator[str]:
    """Every answer is one that its question takes, and a respondent has one, or several."""
    items = {item.id: item for item in kept.round.source.closed}
    seen: set[tuple[str, str, str]] = set()
    wrong = []
    for answer in answers.to_pylist() if answers is not None else ():
        respondent, value = answer["respondent"], answer["value"]
        item = items.get(answer["item"])
        place = (respondent, answer["item"], value if item and item.kind == "multiple" else "")
        number = parse_number(value, item.unit) if item and item.kind == "number" else None
        known = item and (value in item.options or not item.options)
        if not known or answer["number"] != number or place in seen:
            wrong.append(f"the answer '{value}' of {respondent} to '{answer['item']}' is not one")
        seen.add(place)
    yield from _shorten(wrong)


def _check_figures(kept: KeptRun, answers: pa.Table | None) -> Iterator[str]:
    closed = settle_closed(answers, kept.round) if answers is not None else None
    verdicts, figures, tally = recount(kept, kept.coders)
    if not verdicts.equals(kept.verdicts):
        yield from _shorten(_verdict_differences(verdicts, kept.verdicts))
    crossed = count_crossed([tally], kept.codebook, kept.round, answers)
    report = gather_report(figures, kept.round, kept.codebook, kept.coders, closed, crossed)
    hidden = hide(figures, crossed, closed, kept.round, kept.codebook)
    for name, text in render_files(figures, crossed, report, closed, hidden).items():
        path = kept.folder / name
        if not path.is_file() or path.read_bytes() != text.encode():
            yield f"{name} does not follow from the evidence"


def _verdict_differences(derived: pa.Table, stated: pa.Table) -> list[str]:
    def rows(table: pa.Table) -> dict[tuple[str, str, str], dict[str, Any]]:
        return {(r["response_id"], r["theme"], r["facet"]): r for r in table.to_pylist()}

    ours, theirs = rows(derived), rows(stated)
    places = sorted(p for p in ours.keys() | theirs.keys() if ours.get(p) != theirs.get(p))
    if not places:
        return ["the verdicts are not in the order of the responses, or one stands twice"]
    return [
        f"the verdict on {' x '.join(filter(None, place))} does not follow from its codings"
        for place in places
    ]


def _shorten(mismatches: list[str]) -> list[str]:
    if len(mismatches) <= _LISTED:
        return mismatches
    return [*mismatches[:_LISTED], f"and {len(mismatches) - _LISTED} more like these"]
