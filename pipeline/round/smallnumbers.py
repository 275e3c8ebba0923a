"""The `suppress:` of a round.yaml: which small numbers are not published."""

from __future__ import annotations

from pipeline.errors import InputError
from pipeline.suppress.rule import parse_rule
from pipeline.yamlfile import Section


def parse_suppress(top: Section) -> str:
    """The name of a rule; `none` where nothing is said. One that is not known is noted (E521)."""
    name = top.text("suppress", "none")
    try:
        parse_rule(name)
    except InputError as error:
        (problem,) = error.problems
        top.yaml_file.report(problem.code, top.at("suppress"), problem.what, problem.remedy)
    return name
