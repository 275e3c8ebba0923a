"""The solver of integer programs (HiGHS, in SciPy), kept from writing on stdout."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Any

from scipy.optimize import milp


def solve(cost: Any, **given: Any) -> Any:
    """`scipy.optimize.milp`, silent."""
    with _silent():
        return milp(cost, **given)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """HiGHS now and then prints a line on stdout, whatever it is told; there it would be data."""
    library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    sys.stdout.flush()
    library.fflush(None)
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        # What C has printed waits in its buffer, and would go where stdout then is.
        library.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
