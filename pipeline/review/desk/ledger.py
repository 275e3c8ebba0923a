"""The figures of a round as a store has them, and their signatures in it."""

from __future__ import annotations

from pipeline.errors import InputError
from pipeline.readings.records import Signature
from pipeline.readings.store import Store
from pipeline.review.desk.figures import RoundFigures
from pipeline.review.desk.material import Material
from pipeline.review.desk.signing import ToSign, sign_as_shown


class Ledger:
    """Counts when it is asked, and again when something was read or held anew since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun = store.last().reading
        self._counted: tuple[int, Material, RoundFigures] | None = None

    def figures(self, material: Material) -> RoundFigures:
        """The figures as they stand now."""
        with self._store.at_once():
            last = self._store.last().reading
            if not self._counted or self._counted[0] != last or self._counted[1] is not material:
                decisions = self._store.read_decisions()
                self._counted = last, material, RoundFigures(material, decisions)
        return self._counted[2]

    def signatures(self, question: str = "", theme: str = "") -> list[Signature]:
        """The signatures in the store, of all figures or of one, in the order they came."""
        found = self._store.signatures()
        wanted = (question, theme)
        return [one for one in found if not theme or (one.question, one.theme) == wanted]

    def behind(self, material: Material) -> bool:
        """Whether a run would teach the classifier decisions that it has not learnt from yet."""
        return material.base.learns and self._store.last().reading != self._begun

    def sign(self, to_sign: ToSign, by: str, material: Material) -> Signature:
        """Keep a signature. Raises InputError: E592, E590."""
        if self.behind(material):
            raise InputError.because(
                code="E590",
                what="the classifier learns from what was decided since this page was started.",
                remedy="Start it anew, look at the figure again, and sign it then.",
            )
        with self._store.together():
            return sign_as_shown(to_sign, self.figures(material), self._store, by)
