"""verbatims verify RUN."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.boundary import Json, echo_json, show

RunPath = Annotated[
    Path,
    typer.Argument(metavar="RUN", help="A run folder, or outputs/<round> for its latest run."),
]


def verify(
    run_path: RunPath,
    expected: Annotated[
        str | None,
        typer.Option(
            "--hash",
            help="The manifest's sha256 as the run printed it (or its first 8 digits or more).",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Re-derive every figure of a run from its evidence.

    Exit 1 on any mismatch: an edited file, quote, verdict, base or count.
    """
    from pipeline import store
    from pipeline.digest import hash_file
    from pipeline.errors import CheckFailed, InputError, Problem
    from pipeline.verify import verify_run

    if expected is not None and (
        len(expected) < 8 or set(expected.lower()) - set("0123456789abcdef")
    ):
        what = f"'{expected}' is not a sha256, nor 8 digits or more of one."
        raise InputError.because(code="E701", what=what)
    folder = store.find_run(run_path)
    mismatches = verify_run(folder, expected or "")
    digest = hash_file(folder / store.MANIFEST)
    if as_json:
        echo_json({"run": folder.as_posix(), "manifest_sha256": digest, "mismatches": mismatches})
    if mismatches:
        where = folder.as_posix()
        raise CheckFailed(*(Problem(code="E503", where=where, what=f"{m}.") for m in mismatches))
    if not as_json:
        manifest = store.read_manifest(folder)
        show(f"{folder.as_posix()} holds: {len(manifest['outputs'])} files, every quote,")
        show("every verdict, base and count follow from its evidence.")
        show(f"Manifest: sha256 {digest}")
        if not expected:
            show("Compare it with the one the run printed, or give that with --hash.")
