"""What trained the classifier: ids and hashes, against which the members of an audit are held."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import InputError
from pipeline.plan import Plan
from pipeline.readings.records import hash_text


@dataclass(frozen=True, slots=True)
class Trained:
    """The ids of responses that trained the classifier, and hashes of their texts: of the text as
    it stands where the run trained it, of question and words where a file of a model brings them.
    """

    ids: frozenset[str] = field(default_factory=frozenset)
    texts: frozenset[str] = field(default_factory=frozenset)

    def holds(self, response_id: str, question: str, text: str) -> bool:
        """Whether the response, or one with its text, is among them."""
        if not self.ids and not self.texts:
            return False
        # A round without a classifier does without it.
        from pipeline.classify.model import hash_seen  # noqa: PLC0415

        hashes = {hash_text(text), hash_seen(question, text)}
        return response_id in self.ids or not self.texts.isdisjoint(hashes)


def trained_of(plan: Plan) -> Trained:
    """What trained the classifier of a planned round on people's word; labels that the rules gave
    do not count.
    """
    if not plan.model:
        return Trained()
    if not plan.examples:
        return Trained(plan.model.trained_ids, plan.model.trained_texts)
    lessons = [example for example in plan.examples if not example.weak]
    return Trained(
        frozenset(example.response_id for example in lessons),
        frozenset(hash_text(example.text) for example in lessons),
    )


def write_trained(trained: Trained) -> str:
    """The text of the file that a run keeps it in."""
    lists = {"ids": sorted(trained.ids), "texts": sorted(trained.texts)}
    return json.dumps(lists, ensure_ascii=False, indent=0) + "\n"


def read_trained(path: Path) -> Trained:
    """What a run kept; raises InputError (E551) when it cannot be read."""
    try:
        lists = json.loads(path.read_text(encoding="utf-8"))
        return Trained(frozenset(map(str, lists["ids"])), frozenset(map(str, lists["texts"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"it does not say what trained the classifier ({error})."
        raise InputError.because(code="E551", where=path.as_posix(), what=what) from error
