"""verbatims review sample ROUND."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, say, show, warner
from pipeline.cli.review_import import Database, store_path
from pipeline.cli.run import RoundPath
from pipeline.errors import InputError, Problem, near

if TYPE_CHECKING:
    from pipeline.plan import Plan
    from pipeline.readings.records import Sample
    from pipeline.review.gather import Gathered
    from pipeline.round import Round
    from pipeline.round.place import Place

    Warn = Callable[[Problem], None]

PURPOSES = ("learning", "audit")
_LEARNING_SIZE = 50


_Purpose = Annotated[str, typer.Option("--for", help="learning or audit.", show_default=False)]
_Double = Annotated[
    int | None,
    typer.Option(
        "--double",
        min=1,
        help="So many at random, that each of --coders reads blind to the others.",
        show_default=False,
    ),
]
_Coders = Annotated[
    str, typer.Option("--coders", help="With --double: two names or more.", show_default=False)
]
_Size = Annotated[
    int | None,
    typer.Option("--size", min=1, help="How many: 50, of an audit 100.", show_default=False),
]
_Tagged = Annotated[
    int | None,
    typer.Option("--tagged", min=0, help="With audit --theme: so many tagged with it (50)."),
]
_Untagged = Annotated[
    int | None, typer.Option("--untagged", min=0, help="And so many not (30 of each question).")
]
_AtRandom = Annotated[
    bool, typer.Option("--random", help="With learning: unread ones at random; see 'review stop'.")
]
_Seed = Annotated[int, typer.Option("--seed", min=0, help="Another seed, another draw.")]
_Sheet = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="The csv to code in, not on stdout; with --double a folder of them.",
        show_default=False,
    ),
]


class Asked(NamedTuple):
    """What the options ask for."""

    purpose: str
    size: int | None
    theme: str
    tagged: int | None
    untagged: int | None
    at_random: bool
    seed: int


def sample(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    purpose: _Purpose = "",
    double: _Double = None,
    coders: _Coders = "",
    size: _Size = None,
    theme: Annotated[str, typer.Option("--theme", help="For this theme only.")] = "",
    tagged: _Tagged = None,
    untagged: _Untagged = None,
    at_random: _AtRandom = False,
    seed: _Seed = 1,
    out: _Sheet = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Draw and record nothing.")] = False,
    database: Database = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw what to read next: what teaches most, a blind random audit, or a blind double reading.

    The draw is recorded in the round's store. Code in the csv that comes of it: a row a theme in
    place of the ?, an empty cell for "read, none applies"; a row that keeps its ? says nothing.
    """
    asked = Asked(purpose, size, theme, tagged, untagged, at_random, seed)
    if double is not None or coders:
        from pipeline.cli.review_double import Double, draw_double

        wanted = Double.asked(asked, double, coders, out, dry_run=dry_run)
        draw_double(round_path, wanted, database, as_json=as_json, quiet=quiet)
        return
    _check(asked)
    gathered, samples, path = read_round(round_path, database, quiet=quiet)
    check_theme(theme, gathered)
    drawn, whys, notes = _draw(asked, gathered, samples)
    for note in notes:
        warner(quiet=quiet)(note)
    named = _record(drawn, path, warner(quiet=quiet), dry_run=dry_run)
    if out:
        out.write_bytes(_sheet(drawn, whys, gathered).encode())
    if as_json:
        echo_json(_as_json(replace(drawn, id=named), whys, None if dry_run else path))
    elif not out:
        show(_sheet(drawn, whys, gathered).removesuffix("\n"))
    if not quiet:
        kept = "not recorded" if dry_run else f"recorded in {path.as_posix()}"
        say(f"{len(drawn.members)} responses drawn: {named or purpose}, {kept}.")


def _check(asked: Asked) -> None:
    """Raises InputError (E701) for options that do not fit each other."""
    what = ""
    if asked.purpose not in PURPOSES:
        neither = "neither --for nor --double says what the sample is for."
        what = f"'{asked.purpose}' is no purpose of a sample." if asked.purpose else neither
    elif asked.purpose == "learning" and (asked.tagged, asked.untagged) != (None, None):
        what = "--tagged and --untagged are for an audit."
    elif asked.purpose == "audit" and asked.at_random:
        what = "an audit is random in any case; --random is for learning."
    elif asked.at_random and asked.theme:
        what = "a random sample is of all unread responses, whatever the theme."
    elif (asked.tagged, asked.untagged) != (None, None) and not asked.theme:
        what = "--tagged and --untagged need --theme."
    elif (asked.tagged, asked.untagged) != (None, None) and asked.size is not None:
        what = "--size goes neither with --tagged nor with --untagged."
    if what:
        raise InputError.because(code="E701", what=what, remedy="See --help.")


def check_theme(theme: str, gathered: Gathered) -> None:
    """Raises InputError (E701) for a theme that the codebook lacks, or that is a net."""
    if theme and theme not in gathered.themes:
        what = f"there is no theme '{theme}' to read for."
        raise InputError.because(code="E701", what=what, remedy=near(theme, gathered.themes))


def read_round(
    round_path: Path, database: Path | None, *, quiet: bool
) -> tuple[Gathered, list[Sample], Place]:
    """The responses of a round, the samples drawn of it so far, and where its store is."""
    return read_planned(round_path, database, quiet=quiet)[1:]


def read_planned(
    round_path: Path, database: Place | None, *, quiet: bool
) -> tuple[Plan, Gathered, list[Sample], Place]:
    """The same with the planned round itself first."""
    from pipeline.cli.progress import Progress
    from pipeline.plan import plan_run
    from pipeline.readings.store import open_store
    from pipeline.review.gather import gather

    the_round = load_planned(round_path)
    path = database or store_path(the_round)
    progress = Progress(quiet=quiet)
    plan = plan_run(the_round, (), warner(quiet=quiet))
    gathered = gather(plan, progress)
    progress.close()
    samples: list[Sample] = []
    if path.is_file():
        with open_store(path) as store:
            samples = store.samples()
    return plan, gathered, samples, path


def load_planned(round_path: Path) -> Round:
    """The round; the store that it names need not be there yet."""
    from pipeline.readings.sqlitefile import is_store
    from pipeline.readings.store import open_store
    from pipeline.round import load_round
    from pipeline.round.place import DatabaseUrl

    named = load_round(round_path, with_files=False)
    if isinstance(named.decisions, DatabaseUrl):
        open_store(named.decisions, create=True).close()
    if named.decisions and is_store(named.decisions) and not named.decisions.exists():
        return replace(named, decisions=None)
    return load_round(round_path)


def _draw(
    asked: Asked, gathered: Gathered, samples: list[Sample]
) -> tuple[Sample, list[str], list[Problem]]:
    """The sample, why each member is in it if that may be told, and what is to be said of it."""
    from pipeline.review import sampling

    size = asked.size or _LEARNING_SIZE
    if asked.purpose == "audit":
        wanted = sampling.Wanted(
            theme=asked.theme, size=asked.size, tagged=asked.tagged, untagged=asked.untagged
        )
        drawn, notes = sampling.audit_sample(gathered, samples, wanted, asked.seed)
        return drawn, [], notes
    if asked.at_random:
        return sampling.random_sample(gathered, samples, size, asked.seed), [], []
    learning = sampling.learning_sample(gathered, samples, size, asked.seed, asked.theme)
    notes = []
    if len(learning.picks) < size:
        what = f"only {len(learning.picks)} of {size} responses are left that differ from others."
        notes.append(Problem(code="W443", what=what, remedy="Near-copies teach nothing new."))
    return learning.sample, [pick.why for pick in learning.picks], notes


def _record(drawn: Sample, path: Place, warn: Warn, *, dry_run: bool) -> str:
    from pipeline.readings.store import open_store

    if dry_run:
        return ""
    with open_store(path, create=True, say=warn) as store:
        return store.add_sample(drawn)


def _sheet(drawn: Sample, whys: list[str], gathered: Gathered) -> str:
    """The csv to code in, no row read yet; that of an audit does not say what the machine found."""
    from pipeline.coded import UNREAD
    from pipeline.sheet import write_sheet

    # Not `text`: a coded.csv brings its own answers under that name, and spreadsheets alter them.
    header = ["response_id", "question", "answer", "theme", "coder", "memo"]
    answers = dict(zip(gathered.ids, gathered.texts, strict=True))
    rows = [
        [member.response_id, member.question, answers[member.response_id], UNREAD, "", ""]
        for member in drawn.members
    ]
    if whys:
        header.append("why")
        rows = [[*row, why] for row, why in zip(rows, whys, strict=True)]
    return write_sheet(header, rows)


def _as_json(drawn: Sample, whys: list[str], path: Place | None) -> dict[str, object]:
    members: list[dict[str, object]] = [
        {"response_id": member.response_id, "question": member.question} for member in drawn.members
    ]
    for member, why in zip(members, whys, strict=False):
        member["why"] = why
    return {
        "sample": drawn.id,
        "purpose": drawn.purpose,
        "seed": drawn.seed,
        "store": path.as_posix() if path else None,
        "size": len(members),
        "strata": drawn.settings.get("strata", {}),
        "apart": drawn.settings.get("apart", {}),
        "members": members,
    }
