"""Small numbers: which counts are hidden, so that none can be worked out from the rest."""

from pipeline.suppress.apply import Shown, check_hidden, recoverable, suppress
from pipeline.suppress.attack import Interval, attack
from pipeline.suppress.rule import Rule, parse_rule
from pipeline.suppress.system import Bound, Cell, Sum, System, Union
from pipeline.suppress.warn import warnings_of

__all__ = [
    "Bound",
    "Cell",
    "Interval",
    "Rule",
    "Shown",
    "Sum",
    "System",
    "Union",
    "attack",
    "check_hidden",
    "parse_rule",
    "recoverable",
    "suppress",
    "warnings_of",
]
