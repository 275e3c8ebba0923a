"""The examples of a codebook as tests: what each must be coded with, and must not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.match import Matcher
from pipeline.refine.explain.probe import Prober
from pipeline.refine.explain.why import Why, explain_theme
from pipeline.tokenise import number_sentences
from pipeline.yamlfile import YamlFile

MOST_EXPLAINED = 25
"""So many failing examples are told why; it takes a look at every rule of the theme."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text of a theme, and the rules that fire on it, by theme."""

    theme: Theme
    key: str
    number: int
    text: str
    fired: dict[str, list[str]]

    @property
    def holds(self) -> bool:
        """Whether it is coded as it must be; a theme without rules asks nothing of its own."""
        found = self.theme.id in self.fired
        return not self.theme.rules or found == (self.key == "examples")


class Tested(NamedTuple):
    """Examples that held before a change of the codebook and do not now, and the reverse."""

    broken: list[Example]
    mended: list[Example]


def compare_examples(old: Codebook, new: Codebook) -> Tested:
    """What a change of rules does to the examples, which are the same in both codebooks."""
    before, after = (try_examples(one, Matcher(one, number_sentences)) for one in (old, new))
    pairs = list(zip(before, after, strict=True))
    return Tested(
        [now for was, now in pairs if was.holds and not now.holds],
        [now for was, now in pairs if now.holds and not was.holds],
    )


def try_examples(codebook: Codebook, matcher: Matcher) -> list[Example]:
    """Every example and counter-example, each as an answer to the first question of its theme."""
    examples = list(_list_examples(codebook))
    texts = pa.array([example.text for example in examples], pa.string())
    questions = [(*example.theme.questions, "")[0] for example in examples]
    if examples:
        for finding in matcher.list(matcher.find(texts, questions)):
            fired = examples[finding.row].fired.setdefault(finding.theme.id, [])
            if finding.rule.id not in fired:
                fired.append(finding.rule.id)
    return examples


def _list_examples(codebook: Codebook) -> Iterator[Example]:
    for theme in codebook.themes:
        for key in ("examples", "counter_examples"):
            for number, text in enumerate(getattr(theme, key)):
                yield Example(theme, key, number, text, {})


def check_examples(examples: list[Example], codebook: Codebook, yaml_file: YamlFile) -> None:
    """Note every example that no rule of its theme finds, and counter-examples that one does."""
    prober = Prober(codebook)
    explained = 0
    for example in examples:
        theme, text = example.theme, example.text
        rules = example.fired.get(theme.id, [])
        place = ("themes", theme.id, example.key, example.number)
        if example.key == "counter_examples" and rules:
            what = f'{", ".join(rules)} finds the counter-example "{text}".'
            yaml_file.report("E307", place, what, "Narrow the rule, with 'unless:' perhaps.")
        elif example.key == "examples" and theme.rules and not rules:
            explained += 1
            reason = _say_why(theme, text, prober) if explained <= MOST_EXPLAINED else ""
            what = f"no rule of '{theme.id}' finds the example \"{text}\"{reason}."
            yaml_file.report("E306", place, what, "Add a rule that does, or mend the example.")


def _say_why(theme: Theme, text: str, prober: Prober) -> str:
    """What is missing, of the rule that comes nearest to firing."""
    tried = explain_theme(theme, text, "", (), prober)
    best = min(tried, key=_distance)
    if _distance(best) == 2 and len(tried) > 1:
        return f": nothing that its {len(tried)} rules look for is in it"
    hint = f"; {best.near_misses[0]}" if best.near_misses else ""
    return f": {best.rule}: {best.reasons[0]}{hint}" if best.reasons else ""


def _distance(why: Why) -> int:
    """0 where a hit stands and a condition fails, 1 where something near it does."""
    if any(" is here, but " in reason for reason in why.reasons):
        return 0
    return 1 if why.near_misses else 2
