"""What the page sends when a figure is signed -> its signature, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.errors import InputError
from pipeline.readings.records import Signature
from pipeline.readings.store import Store
from pipeline.review.desk.figures import Counted, RoundFigures
from pipeline.review.desk.posted import read_mapping, read_text
from pipeline.signoff.sign import sign_figure


class ToSign(NamedTuple):
    """A figure that is to be signed; `seen` is the `Counted.seen` that the page showed."""

    question: str
    theme: str
    memo: str
    seen: str


def parse_signing(body: object) -> ToSign:
    """The JSON of the page. Raises InputError (E593) for any other."""
    top: Mapping[str, object] = read_mapping(body)
    return ToSign(*(read_text(top.get(name, "")) for name in ToSign._fields))


def sign_as_shown(to_sign: ToSign, figures: RoundFigures, store: Store, by: str) -> Signature:
    """Keep the signature of a figure as it stands.

    Raises InputError: E592 where there is no such figure, E590 when it is not what was shown.
    """
    entry = figures.find(to_sign.question, to_sign.theme)
    counted: Counted = figures.figure(to_sign.question, entry, None)
    if counted.seen != to_sign.seen:
        raise InputError.because(
            code="E590",
            what=f"the figure has changed since it was shown: {counted.sentence}.",
            remedy="Look at it again; nothing is signed.",
        )
    rests = figures.rests(to_sign.question, to_sign.theme)
    return sign_figure(store, counted._asdict(), rests, by, to_sign.memo)
