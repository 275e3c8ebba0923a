"""verbatims review sign ROUND, and review signed ROUND."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, say, show, warner
from pipeline.cli.review_import import store_path
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from pipeline.errors import Problem
    from pipeline.plan import Plan
    from pipeline.readings.records import Signature
    from pipeline.round import Round
    from pipeline.round.place import Place
    from pipeline.run import Figures
    from pipeline.signoff.fingerprints import Fingerprints


def sign_figure(  # noqa: PLR0913 - a command has its options
    round_path: RoundPath,
    question: Annotated[str, typer.Option("--question", help="The figure's question.")],
    theme: Annotated[str, typer.Option("--theme", help="The figure's theme or net.")],
    by: Annotated[str, typer.Option("--by", help="Who signs. A name is a claim.")],
    memo: Annotated[str, typer.Option("--memo", help="A note to keep with it.")] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Sign a figure off, as it is now, on what it rests on now.

    The signature goes into the round's store, which is made where there is none. A change of its
    base, of a verdict of its responses or of its theme's definition un-signs it; runs then say so.
    """
    from pipeline.errors import InputError
    from pipeline.readings.store import open_store
    from pipeline.report.sentences import count_sentence
    from pipeline.signoff.sign import sign_figure as sign

    if not by.strip():
        raise InputError.because(code="E541", what="--by names nobody.", remedy="Say who signs.")
    warn = warner(quiet=quiet)
    the_round = _make_store(round_path, warn)
    plan, figures, fingerprints = _count(the_round, warn)
    count = _find(figures, question, theme)
    path = store_path(the_round)
    with open_store(path, create=True, say=warn) as store, store.together():
        signature = sign(store, count, fingerprints.rests(question, theme), by, memo)
        head = str(store.head())
    sentence = count_sentence(count, plan.coders)
    if as_json:
        echo_json({"store": path.as_posix(), "head": head, "sentence": sentence})
        return
    show(f"Signed by {signature.by}: {sentence}.\n{path.as_posix()}, head {head}")
    if the_round.decisions != path and not quiet:
        name = f"'decisions: {path.name}'"
        say(f"Write {name} in {the_round.path.as_posix()}, so that runs show it.")


def _make_store(round_path: Path, warn: Callable[[Problem], None]) -> Round:
    """The round, with the store that it names; it need not be there yet."""
    from pipeline.readings.sqlitefile import is_store
    from pipeline.readings.store import open_store
    from pipeline.round import load_round

    named = load_round(round_path, with_files=False).decisions
    if named and is_store(named):
        open_store(named, create=True, say=warn).close()
    return load_round(round_path)


def _find(figures: Figures, question: str, theme: str) -> dict[str, Any]:
    """The count of a figure."""
    from pipeline.errors import InputError, near

    counts = {(c["question"], c["theme"]): c for c in figures.counts.to_pylist() if not c["facet"]}
    if (question, theme) not in counts:
        known = [f"{q} {t}" for q, t in counts]
        what = f"there is no figure of '{theme}' in '{question}'."
        raise InputError.because(code="E541", what=what, remedy=near(f"{question} {theme}", known))
    found: dict[str, Any] = counts[question, theme]
    return found


def list_signed(
    round_path: RoundPath,
    head: Annotated[
        str, typer.Option("--head", help="A head of the store that was written down: COUNT:HASH.")
    ] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the figures that were signed, and what has changed since.

    Exit code 1 if one of them no longer rests on what was signed, or if the store is not the one
    of the head.
    """
    from pipeline.errors import CheckFailed, Problem
    from pipeline.round import load_round
    from pipeline.signoff.standing import find_standing

    warn = warner(quiet=quiet)
    the_round = load_round(round_path)
    path = store_path(the_round)
    signatures, last = _read_signatures(path, head, warn)
    _, _, fingerprints = _count(the_round, warn)
    standing = find_standing(signatures, fingerprints)
    if as_json:
        echo_json({"head": last, "figures": [_as_json(signed) for signed in standing.values()]})
    else:
        _print(path, last, [_as_json(signed) for signed in standing.values()])
    undone = [signed for signed in standing.values() if not signed.holds]
    if undone:
        raise CheckFailed(
            *(
                Problem(
                    code="E543",
                    where=f"{signed.signature.question} {signed.signature.theme}",
                    what=f"{', '.join(signed.changed)} changed since {signed.signature.by} signed.",
                    remedy="Look at it again, and sign it again.",
                )
                for signed in undone
            )
        )


def _read_signatures(
    path: Place, head: str, warn: Callable[[Problem], None]
) -> tuple[list[Signature], str]:
    """The signatures of a store, and its head; none where there is no store yet.

    Raises CheckFailed (E581) when the store is not the one of the head that was noted, or was
    altered.
    """
    from pipeline.errors import CheckFailed
    from pipeline.readings.chain import START, Head, parse_head
    from pipeline.readings.store import open_store

    noted = [parse_head(head)] if head else []
    if isinstance(path, Path) and not path.is_file() and not noted:
        return [], str(Head(0, START))
    with open_store(path, say=warn) as store, store.at_once():
        faults = store.verify(*noted) if noted else []
        if faults:
            raise CheckFailed.because(
                code="E581",
                where=path.as_posix(),
                what=f"the store was altered: {faults[0]}.",
                remedy="See 'verbatims review verify'; take the store from a copy that is whole.",
            )
        return store.signatures(), str(store.head())


def _as_json(signed: Any) -> dict[str, Any]:
    signature = signed.signature
    names = ("question", "theme", "by", "time", "cited", "of", "memo")
    return {
        **{name: getattr(signature, name) for name in names},
        "holds": signed.holds,
        "changed": list(signed.changed),
    }


def _print(path: Place, head: str, found: list[dict[str, Any]]) -> None:
    from pipeline.report.plain import align_within

    if not found:
        show(f"Nothing is signed in {path.as_posix()}.")
        return
    table = [["question", "theme", "cited", "of", "by", "on", ""]]
    for one in found:
        state = "holds" if one["holds"] else "CHANGED"
        numbers = (str(one["cited"]), str(one["of"]))
        table.append([one["question"], one["theme"], *numbers, one["by"], one["time"][:10], state])
    show("\n".join(align_within(table, left=(0, 1, 4, 5, 6), wrap=(0, 1, 4))))
    show(f"\n{path.as_posix()}, head {head}")


def _count(the_round: Round, warn: Callable[[Problem], None]) -> tuple[Plan, Figures, Fingerprints]:
    """A round counted, and what its figures rest on."""
    from pipeline.plan import plan_run
    from pipeline.run import Figures, add_figures, run_batches
    from pipeline.signoff.fingerprints import Fingerprints

    plan = plan_run(the_round, (), warn)
    fingerprints = Fingerprints(plan.round, plan.codebook)
    parts = []
    for batch in run_batches(plan):
        parts.append(Figures(batch.bases, batch.counts))
        fingerprints.add(batch.responses, batch.verdicts)
    return plan, add_figures(parts, plan.round), fingerprints
