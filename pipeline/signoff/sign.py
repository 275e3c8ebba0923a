"""A count and who answers for it -> a signature in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.errors import InputError
from pipeline.readings.records import Signature, now
from pipeline.readings.store import Store
from pipeline.signoff.fingerprints import Rests


def sign_figure(
    store: Store, count: Mapping[str, Any], rests: Rests, by: str, memo: str = ""
) -> Signature:
    """Sign the figure of a theme: `count` is its row of **counts**, without a facet, and `rests`
    what it rests on, both of one run over the round.

    Raises InputError (E541) when nobody is named.
    """
    if not by.strip():
        raise InputError.because(code="E541", what="nobody is named.", remedy="Say who signs.")
    signature = Signature(
        question=count["question"],
        theme=count["theme"],
        by=by.strip(),
        time=now(),
        cited=count["cited"],
        of=count["of"],
        memo=memo,
        **rests._asdict(),
    )
    store.add_signature(signature)
    return signature
