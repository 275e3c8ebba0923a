"""The `classifier:` of a round.yaml: what it learns from, or the model it is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import near
from pipeline.round.files import named_file, named_folder
from pipeline.yamlfile import Section

if TYPE_CHECKING:
    from pipeline.round import Source

CLASSIFIER_KEYS = ("train", "model", "threshold", "seed", "embeddings", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierSettings:
    """What the classifier learns from, or the file of a model that has learnt; what its thresholds
    aim at (counts, f1, or a `precision`), or one fixed `threshold`.

    With neither file the round's decisions are what it learns from; where there are too few, what
    the codebook's rules find. `embeddings` is the folder of a model of sentence embeddings to learn
    with, or that the model learnt with. `answers` are closed questions whose answers are learnt
    from beside the text.
    """

    train: Path | None = None
    model: Path | None = None
    aim: str = "counts"
    precision: float = 0.9
    threshold: float | None = None
    seed: int = 1
    embeddings: Path | None = None
    answers: tuple[str, ...] = ()


def parse_classifier(top: Section) -> ClassifierSettings | None:
    """The settings, or None for a round without a classifier."""
    if top.value.get("classifier") is None:
        return None
    section = Section.of(top.yaml_file, ("classifier",), top.value["classifier"], CLASSIFIER_KEYS)
    embeddings = named_folder(section, "embeddings")
    if section.value.get("model") is not None:
        _refuse_beside_model(section)
        return ClassifierSettings(model=named_file(section, "model"), embeddings=embeddings)
    aim, number = _parse_threshold(section)
    seed = section.value.get("seed", 1)
    if not isinstance(seed, int) or isinstance(seed, bool):
        section.wrong("seed", "a whole number")
        seed = 1
    train = named_file(section, "train")
    settings = ClassifierSettings(
        train=train,
        aim=aim,
        seed=seed,
        embeddings=embeddings,
        answers=section.texts("answers"),
    )
    if aim == "precision" and number:
        return replace(settings, precision=number)
    return replace(settings, threshold=number)


def _refuse_beside_model(section: Section) -> None:
    """A model has learnt and has its thresholds: what is set beside it would do nothing."""
    for key in ("train", "threshold", "seed", "answers"):
        if key in section.value:
            section.yaml_file.report(
                "E204",
                section.at(key),
                f"'{key}' belongs to a classifier that is to be trained, and there is a 'model'.",
                f"Leave '{key}' or 'model' out.",
            )


def _parse_threshold(section: Section) -> tuple[str, float | None]:
    """What thresholds aim at, and the precision or the one probability that is wanted."""
    value = section.value.get("threshold", "counts")
    if value in ("counts", "f1"):
        return str(value), None
    is_share = isinstance(value, dict) and list(value) == ["precision"]
    number = value["precision"] if is_share else value
    if isinstance(number, float) and 0 < number < 1:
        return ("precision" if is_share else "counts"), number
    section.wrong("threshold", "counts, f1, {precision: SHARE} or a probability below 1")
    return "counts", None


def check_answers(top: Section, answers: Sequence[str], source: Source) -> None:
    """The classifier may see only closed questions that the round has, and none that counts are
    crossed with: it would write the difference that the counts are then to show.
    """
    items = {item.id: item for item in source.closed}
    yaml_file = top.yaml_file
    for number, name in enumerate(answers):
        place = ("classifier", "answers", number)
        item = items.get(name)
        if item is None:
            what = f"'{name}' is no closed question of the round."
            yaml_file.report("E206", place, what, near(name, items))
        elif item.kind == "number":
            what = f"'{name}' is a number, which is no feature."
            yaml_file.report("E206", place, what, "Name a scale, a choice or a multiple choice.")
        elif item.cross or item.column in source.groups:
            what = f"'{name}' is a group that counts are crossed with ('{item.column}')."
            remedy = "The model would write the difference that the counts then show: leave it out."
            yaml_file.report("E206", place, what, remedy)
    if answers and not source.respondent:
        what = "answers go with texts by respondent, and the source names none."
        yaml_file.report("E206", ("classifier", "answers"), what, "Add 'respondent:' to it.")
