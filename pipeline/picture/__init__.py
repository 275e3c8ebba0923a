"""A picture of an evaluation, in SVG or PNG: everything is computed before, here it is only drawn.

Needs matplotlib (`verbatims[pictures]`), which nothing else here imports.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

from pipeline.atomic import write_file
from pipeline.errors import InputError
from pipeline.evaluate.assess import Assessment

SUFFIXES = (".svg", ".png")


def check_picture(path: Path) -> None:
    """Raises InputError (E421) when a picture cannot be drawn to this file."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError.because(
            code="E421",
            where=path.as_posix(),
            what=f"a picture is not written as '{path.suffix}'.",
            remedy=f"Name a file that ends in {' or '.join(SUFFIXES)}.",
        )
    if find_spec("matplotlib") is None:
        raise InputError.because(
            code="E421",
            where=path.as_posix(),
            what="pictures are drawn with matplotlib, which is not installed.",
            remedy='Install it: pip install "verbatims[pictures]".',
        )


def write_picture(found: Assessment, path: Path) -> None:
    """Draw an evaluation, and write it whole or not at all. The same figures give the same bytes.

    Raises InputError (E421) when it cannot be drawn to this file.
    """
    check_picture(path)
    # The rest of the program works where matplotlib is not installed.
    from pipeline.picture.page import save_page  # noqa: PLC0415

    data = io.BytesIO()
    save_page(found, data, path.suffix.lower()[1:])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, data.getvalue())
