"""Who looks at what, and what she must not see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.errors import InputError
from pipeline.readings.records import Sample
from pipeline.review.desk.disputes import Disputes
from pipeline.review.desk.figures import RoundFigures
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import People


class View(NamedTuple):
    """Who looks at what: `hidden` says for each response whether `coder` sees it bare, `known` is
    the number of the last reading that is in it, `figures` gives the figures as they stand now.
    """

    material: Material
    people: People
    disputes: Disputes
    samples: Sequence[Sample]
    coder: str
    hidden: np.ndarray
    known: int
    figures: Callable[[], RoundFigures]


def check_figures(view: View) -> None:
    """Raises InputError (E592) when this person must not see what was found."""
    if view.hidden.all():
        what = "figures are not shown to who reads blind."
        raise InputError.because(code="E592", what=what, remedy="Finish reading first.")


def check_settles(place: int, view: View) -> None:
    """Raises InputError (E585) for what must not be seen, or where nobody differs."""
    if view.hidden[place]:
        what = "what people said of this response must not be seen yet."
        remedy = "Its sample is read blind until all its coders are done."
    elif place not in view.disputes.known():
        what, remedy = "people do not differ on this response.", "Choose another to settle."
    else:
        return
    raise InputError.because(code="E585", what=what, remedy=remedy)
