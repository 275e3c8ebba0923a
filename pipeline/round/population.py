"""The `population:` of a round.yaml: whether its respondents are a sample of somebody."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.yamlfile import Section

POPULATION_KEYS = ("kind", "size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """`census`: figures are of those who answered. `sample`: the respondents were drawn at random,
    from `size` people if that is known, and figures have a sampling error.
    """

    kind: str = "census"
    size: int | None = None

    @property
    def is_sample(self) -> bool:
        """Whether figures have a sampling error."""
        return self.kind == "sample"


def parse_population(top: Section) -> Population:
    """`population: sample`, or `{kind: sample, size: 4200}`; a census where nothing is said."""
    value = top.value.get("population", "census")
    if not isinstance(value, dict):
        return Population(kind=top.choice("population", ("census", "sample"), "census"))
    section = Section.of(top.yaml_file, ("population",), value, POPULATION_KEYS)
    kind = section.choice("kind", ("census", "sample"), "census")
    size = section.value.get("size")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
        section.wrong("size", "the number of people that the respondents were drawn from")
        size = None
    if size is not None and kind != "sample":
        section.wrong("size", "left out: a census has no population that it was drawn from")
    return Population(kind=kind, size=size)
