"""A codebook -> every problem in it: how it is written, and whether its examples hold."""

from __future__ import annotations

from pathlib import Path

from pipeline.codebook.load import parse_codebook
from pipeline.codebook.model import Codebook, Theme
from pipeline.errors import Problem
from pipeline.match import Matcher
from pipeline.tokenise import sentence_starts
from pipeline.yamlfile import YamlFile


def check_codebook(path: Path) -> tuple[Codebook, list[Problem]]:
    """The codebook, and every problem with file:line:column in the order of the file.

    An example must be coded with its theme, a counter-example must not. The examples of themes
    that are written wrongly are tried too, as far as they can be read. Raises InputError only for
    a file that cannot be parsed at all.
    """
    codebook, yaml_file = parse_codebook(path)
    if not any(problem.code in ("E302", "E303") for problem in yaml_file.problems):
        matcher = Matcher(codebook, sentence_starts)
        for theme in codebook.themes:
            _check_examples(theme, matcher, yaml_file)
    return codebook, yaml_file.sorted_problems()


def _check_examples(theme: Theme, matcher: Matcher, yaml_file: YamlFile) -> None:
    question = theme.questions[0] if theme.questions else ""
    for number, example in enumerate(theme.examples):
        if theme.rules and not _fired(theme, example, question, matcher):
            place = ("themes", theme.id, "examples", number)
            what = f"no rule of '{theme.id}' finds the example \"{example}\"."
            yaml_file.report("E306", place, what, "Add a rule that does, or mend the example.")
    for number, example in enumerate(theme.counter_examples):
        rules = _fired(theme, example, question, matcher)
        if rules:
            place = ("themes", theme.id, "counter_examples", number)
            what = f'{", ".join(rules)} finds the counter-example "{example}".'
            yaml_file.report("E307", place, what, "Narrow the rule, with 'unless:' perhaps.")


def _fired(theme: Theme, text: str, question: str, matcher: Matcher) -> list[str]:
    return list(
        dict.fromkeys(
            rule.id
            for owner, rule, what in matcher.find(text, question)
            if owner.id == theme.id and not isinstance(what, TimeoutError)
        )
    )
