"""How far coders agree: people with each other, with the machine, and a person with herself."""

from pipeline.agreement.comparison import Comparison, Disagreement, Frame, compare_coders
from pipeline.agreement.facets import FacetWords, hear_facets, hear_facets_again
from pipeline.agreement.sofar import Quick, SoFar, agree_so_far
from pipeline.agreement.words import (
    Words,
    hear_again,
    hear_coders,
    hear_frozen,
    hear_machine,
    hear_settled,
)

__all__ = [
    "Comparison",
    "Disagreement",
    "FacetWords",
    "Frame",
    "Quick",
    "SoFar",
    "Words",
    "agree_so_far",
    "compare_coders",
    "hear_again",
    "hear_coders",
    "hear_facets",
    "hear_facets_again",
    "hear_frozen",
    "hear_machine",
    "hear_settled",
]
