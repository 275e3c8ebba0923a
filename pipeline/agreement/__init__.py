"""How far coders agree: people with each other, with the machine, and a person with herself."""

from pipeline.agreement.comparison import Comparison, Disagreement, Frame, compare_coders
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
    "Frame",
    "Quick",
    "SoFar",
    "Words",
    "agree_so_far",
    "compare_coders",
    "hear_again",
    "hear_coders",
    "hear_frozen",
    "hear_machine",
    "hear_settled",
]
