"""A codebook -> every problem in it: how it is written, and whether its examples hold."""

from __future__ import annotations

from pathlib import Path

from pipeline.codebook.load import parse_codebook
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError, Problem
from pipeline.match import Matcher
from pipeline.refine.check.alike import check_alike
from pipeline.refine.check.examples import Example, check_examples, try_examples
from pipeline.refine.check.never import check_never
from pipeline.refine.check.patterns import check_patterns
from pipeline.refine.check.terms import check_terms
from pipeline.refine.check.written import list_rules
from pipeline.tokenise import number_sentences
from pipeline.yamlfile import YamlFile


def check_codebook(path: Path) -> tuple[Codebook, list[Problem]]:
    """The codebook, and every error with file:line:column in the order of the file.

    An example must be coded with its theme, a counter-example must not. The examples of themes
    that are written wrongly are tried too, as far as they can be read. Raises InputError only for
    a file that cannot be parsed at all.
    """
    codebook, yaml_file, _ = _find_errors(path)
    return codebook, yaml_file.sorted_problems()


def list_problems(path: Path) -> tuple[Codebook, list[Problem]]:
    """The same with every warning: of what adds nothing, never fires, takes too long, is alike."""
    codebook, yaml_file, examples = _find_errors(path)
    rules = list(list_rules(codebook, yaml_file))
    check_terms(rules, codebook, yaml_file)
    check_never(rules, yaml_file)
    check_patterns(rules, yaml_file)
    found: dict[str, list[set[str]]] = {}
    for example in examples:
        if example.key == "examples":
            found.setdefault(example.theme.id, []).append(set(example.fired))
    check_alike(rules, found, codebook, yaml_file)
    _check_history(codebook, yaml_file)
    return codebook, yaml_file.sorted_problems()


def _find_errors(path: Path) -> tuple[Codebook, YamlFile, list[Example]]:
    codebook, yaml_file = parse_codebook(path)
    if any(problem.code in ("E302", "E303") for problem in yaml_file.problems):
        return codebook, yaml_file, []
    try:
        examples = try_examples(codebook, Matcher(codebook, number_sentences))
    except InputError as error:  # word tables are wanted that are not installed
        for problem in error.problems:
            yaml_file.report(problem.code, (), problem.what, problem.remedy)
        return codebook, yaml_file, []
    check_examples(examples, codebook, yaml_file)
    return codebook, yaml_file, examples


def _check_history(codebook: Codebook, yaml_file: YamlFile) -> None:
    told = {entry.version for entry in codebook.history}
    if told and codebook.version > max(told):
        what = f"the history does not tell of version {codebook.version}."
        remedy = f"Add an entry to 'history:' with 'version: {codebook.version}' and a note."
        yaml_file.report("W316", ("version",), what, remedy)
