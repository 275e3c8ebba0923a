"""verbatims review sign ROUND, and review signed ROUND."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, say, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from pipeline.plan import Plan
    from pipeline.run import Figures
    from pipeline.signoff.book import Signature
    from pipeline.signoff.fingerprints import Fingerprints, Rests

BOOK = "signatures.jsonl"


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

    A change of its base, of a verdict of its responses or of its theme's definition un-signs it;
    runs then say so.
    """
    from pipeline.errors import InputError
    from pipeline.report.sentences import count_sentence
    from pipeline.signoff.book import sign

    if not by.strip():
        raise InputError.because(code="E541", what="--by names nobody.", remedy="Say who signs.")
    plan, figures, fingerprints = _count(round_path, quiet=quiet)
    count = _find(figures, question, theme)
    path = plan.round.signatures or plan.round.path.parent / BOOK
    signature = sign(path, _word(count, by.strip(), memo, fingerprints.rests(question, theme)))
    sentence = count_sentence(count, plan.coders)
    if as_json:
        echo_json({"file": path.as_posix(), "head": signature.digest, "sentence": sentence})
        return
    show(f"Signed by {signature.by}: {sentence}.\n{path.as_posix()}, head {signature.digest}")
    if not plan.round.signatures and not quiet:
        say(f"Add 'signatures: {BOOK}' to {plan.round.path.as_posix()}, so that runs show it.")


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


def _word(count: dict[str, Any], by: str, memo: str, rests: Rests) -> Signature:
    from pipeline.readings.records import now
    from pipeline.signoff.book import Signature

    figure = {name: count[name] for name in ("question", "theme", "cited", "of")}
    return Signature(**figure, by=by, time=now(), memo=memo, **rests._asdict())


def list_signed(
    round_path: RoundPath,
    head: Annotated[
        str, typer.Option("--head", help="The head that was written down; from its start.")
    ] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the figures that were signed, and what has changed since.

    Exit code 1 if one of them no longer rests on what was signed.
    """
    from pipeline.errors import CheckFailed, InputError, Problem
    from pipeline.signoff.book import START, read_book
    from pipeline.signoff.standing import find_standing

    plan, _, fingerprints = _count(round_path, quiet=quiet)
    path = plan.round.signatures or plan.round.path.parent / BOOK
    signatures = read_book(path)
    last = signatures[-1].digest if signatures else START
    if head and not any(one.digest.startswith(head.lower()) for one in signatures):
        what = f"none of its signatures has the hash {head}: some were cut off, or it is another."
        raise InputError.because(code="E542", where=path.as_posix(), what=what)
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


def _as_json(signed: Any) -> dict[str, Any]:
    signature = signed.signature
    names = ("question", "theme", "by", "time", "cited", "of", "memo")
    return {
        **{name: getattr(signature, name) for name in names},
        "holds": signed.holds,
        "changed": list(signed.changed),
    }


def _print(path: Path, head: str, found: list[dict[str, Any]]) -> None:
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


def _count(round_path: Path, *, quiet: bool) -> tuple[Plan, Figures, Fingerprints]:
    """A round counted, and what its figures rest on."""
    from pipeline.plan import plan_run
    from pipeline.round import load_round
    from pipeline.run import Figures, add_figures, run_batches
    from pipeline.signoff.fingerprints import Fingerprints

    plan = plan_run(load_round(round_path), (), warner(quiet=quiet))
    fingerprints = Fingerprints(plan.round, plan.codebook)
    parts = []
    for batch in run_batches(plan):
        parts.append(Figures(batch.bases, batch.counts))
        fingerprints.add(batch.responses, batch.verdicts)
    return plan, add_figures(parts, plan.round), fingerprints
