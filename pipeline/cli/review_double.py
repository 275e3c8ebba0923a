"""verbatims review sample ROUND --double N --coders ana,ben."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cli.boundary import echo_json, list_coders, say, show, warner
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.cli.review_sample import Asked
    from pipeline.readings.records import Sample, StoredReading
    from pipeline.round.place import Place

_NAME = re.compile(r"[\w][\w.-]*")


class Double(NamedTuple):
    """What the options ask for: `coders` are names without their kind; `out` None writes none."""

    size: int
    coders: tuple[str, ...]
    seed: int
    out: Path | None
    dry_run: bool

    @classmethod
    def asked(
        cls, asked: Asked, size: int | None, coders: str, out: Path | None, *, dry_run: bool
    ) -> Double:
        """Raises InputError (E701) for options that do not fit each other."""
        names = tuple(name.removeprefix("human:") for name in list_coders(coders))
        others = (asked.purpose, asked.size, asked.theme, asked.tagged, asked.untagged)
        what = ""
        if size is None or not coders:
            what = "--double needs --coders, and --coders needs --double."
        elif any(value not in ("", None) for value in others) or asked.at_random:
            what = "--double goes with --coders, --seed and --out alone."
        elif len({name.casefold() for name in names}) < max(2, len(names)):
            what = "--coders needs the names of two or more different people."
        elif not all(_NAME.fullmatch(name) for name in names):
            what = "a name in --coders has letters, digits, dots and hyphens only."
        elif not out and not dry_run:
            what = "--double needs --out: each coder has a sheet of their own."
        if what or size is None:
            raise InputError.because(code="E701", what=what, remedy="See --help.")
        return cls(size, names, asked.seed, out, dry_run)

    def sheet(self, coder: str) -> Path | None:
        """Where a coder's sheet goes: FOLDER/CODER.csv, or NAME-CODER.csv for NAME.csv."""
        if not self.out:
            return None
        if self.out.suffix.lower() == ".csv":
            return self.out.with_name(f"{self.out.stem}-{coder}.csv")
        return self.out / f"{coder}.csv"


def draw_double(
    round_path: Path, wanted: Double, database: Path | None, *, as_json: bool, quiet: bool
) -> None:
    """Draw a double sample, record it, and write a sheet for each coder."""
    from pipeline.cli.review_sample import read_round
    from pipeline.decisions import coder_name
    from pipeline.readings.store import open_store
    from pipeline.review.double import double_sample, find_drawn, write_blind_sheet

    gathered, samples, path = read_round(round_path, database, quiet=quiet)
    names = {coder_name(name): name for name in wanted.coders}
    drawn = find_drawn(samples, tuple(names), wanted.size, wanted.seed)
    if not drawn:
        readings = _readings(path)
        drawn, notes = double_sample(gathered, readings, tuple(names), wanted.size, wanted.seed)
        for note in notes:
            warner(quiet=quiet)(note)
    if not wanted.dry_run:
        with open_store(path, create=True) as store:
            store.add_sample(drawn)
    sheets = {coder: wanted.sheet(name) for coder, name in names.items()}
    for coder, sheet in sheets.items():
        if sheet:
            sheet.parent.mkdir(parents=True, exist_ok=True)
            sheet.write_bytes(write_blind_sheet(drawn, coder, gathered).encode())
    shown = {coder: sheet.as_posix() for coder, sheet in sheets.items() if sheet}
    _show(drawn, shown, None if wanted.dry_run else path, as_json=as_json)
    if not quiet:
        kept = "not recorded" if wanted.dry_run else f"recorded in {path.as_posix()}"
        say(f"{len(drawn.members)} responses drawn: {drawn.id}, {kept}.")


def _readings(path: Place) -> list[StoredReading]:
    from pipeline.readings.store import open_store

    if not path.is_file():
        return []
    with open_store(path) as store:
        return store.readings()


def _show(drawn: Sample, sheets: dict[str, str], path: Place | None, *, as_json: bool) -> None:
    if not as_json:
        if sheets:
            show("\n".join(sheets.values()))
        return
    echo_json(
        {
            "sample": drawn.id,
            "purpose": drawn.purpose,
            "seed": drawn.seed,
            "store": path.as_posix() if path else None,
            "size": len(drawn.members),
            "of": drawn.settings["of"],
            "sheets": sheets,
            "members": [
                {"response_id": member.response_id, "question": member.question}
                for member in drawn.members
            ],
        }
    )
