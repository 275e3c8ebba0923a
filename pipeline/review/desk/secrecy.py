"""What a reviewer must not see yet: what machine and colleagues said of audits and double coding.

A response of an audit is shown bare to a reviewer until she has read the whole sample; one that is
coded twice until everyone whom the draw names (or any two people) has.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipeline.decisions import coder_name
from pipeline.readings.records import Sample
from pipeline.review.desk.disputes import is_person
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import People


class Secrecy:
    """Which places are hidden from whom, as readings are added."""

    def __init__(self, material: Material, samples: Iterable[Sample], *, blind: bool) -> None:
        self._size = len(material)
        self._blind = blind
        self._secret = [
            (sample, np.array(sample_places(material, sample), dtype=np.int64))
            for sample in samples
            if sample.purpose in ("audit", "double")
        ]

    def hidden(self, people: People, coder: str) -> np.ndarray:
        """For each response whether the coder sees it bare."""
        found = np.full(self._size, self._blind)
        for sample, places in self._secret:
            if not _is_open(sample, places, people, coder):
                found[places] = True
        return found


def sample_places(material: Material, sample: Sample) -> list[int]:
    """The places of a sample's members, in drawn order; of those that the round still has."""
    names = (member.response_id for member in sample.members)
    return [material.places[name] for name in names if name in material.places]


def _is_open(sample: Sample, places: np.ndarray, people: People, coder: str) -> bool:
    if sample.purpose == "audit":
        return bool(people.read(coder)[places].all())
    named = sample.settings.get("coders") or ()
    if named:
        return all(people.read(coder_name(name))[places].all() for name in named)
    whole = [n for n in people.coders() if is_person(n) and people.read(n)[places].all()]
    return len(whole) > 1
