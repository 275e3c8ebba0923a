"""Rules and terms that can never fire (W313); noted only where that is certain."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.codebook.model import Theme
from pipeline.refine.check.covers import CoverIndex, covers_word
from pipeline.refine.check.written import WrittenRule, WrittenTerm, line_of
from pipeline.yamlfile import YamlFile


def check_never(rules: Sequence[WrittenRule], yaml_file: YamlFile) -> None:
    """Note every rule, and every term of a rule, that can never count."""
    for rule in rules:
        _check_questions(rule, yaml_file)
        if rule.terms["unless"]:
            _check_unless(rule, yaml_file)
        _check_only_itself(rule, yaml_file)


def _check_questions(rule: WrittenRule, yaml_file: YamlFile) -> None:
    mine, owners = rule.rule.questions, rule.owner.questions
    if mine and owners and not set(mine) & set(owners):
        kind = "theme" if isinstance(rule.owner, Theme) else "facet"
        what = f"the rule never fires: it is for {_and(mine)}, its {kind} for {_and(owners)}."
        remedy = f"Let the two name a question in common, or take 'questions:' off the {kind}."
        yaml_file.report("W313", (*rule.place, "questions"), what, remedy)


def _and(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def _check_unless(rule: WrittenRule, yaml_file: YamlFile) -> None:
    """`unless` is in scope of every hit, since the hit itself or all that it needs holds it."""
    vetoes = rule.terms["unless"]
    index = CoverIndex((term.words for term in vetoes), rule.rule.forms)
    remedy = "Narrow 'unless:', or remove what it always rules out."
    for key, terms in [("any" if rule.terms["any"] else "all", rule.hits), *rule.needs]:
        ruled_out = [(term, _veto(rule, key, term, index)) for term in terms]
        sure = [(term, vetoes[veto]) for term, veto in ruled_out if veto is not None]
        if terms and len(sure) == len(terms):
            shown = _and(list(dict.fromkeys(veto.source for _, veto in sure))[:3])
            what = f"the rule never fires: 'unless:' has {shown}, which stands in all of '{key}:'."
            yaml_file.report("W313", rule.place, what, remedy)
            return
        for term, veto in sure:
            where = line_of(veto.place, yaml_file)
            what = f"'{term.source}' never counts: '{veto.source}' of 'unless:' ({where}) is in it."
            yaml_file.report("W313", term.place, what, remedy)


def _veto(rule: WrittenRule, key: str, term: WrittenTerm, index: CoverIndex) -> int | None:
    """The number of an `unless` term that is in scope wherever the term counts.

    A line break in a phrase ends a sentence, and in a number of words the end of a phrase may be
    out of reach; so there a part of a phrase is not always in scope.
    """
    within = rule.rule.within
    is_hit = key == "any" or term in rule.hits
    for found in index.covering(term.words):
        if (
            found.whole
            or within == "response"
            or (within == "sentence" and found.offset == 0)
            or (is_hit and isinstance(within, int))
        ):
            return found.number
    return None


def _check_only_itself(rule: WrittenRule, yaml_file: YamlFile) -> None:
    """A hit is never its own partner, so a term with itself wants two of it."""
    if len(rule.hits) != 1:
        return
    [hit] = rule.hits
    for key, terms in rule.needs:
        if key != "all" and all(_is_only(hit, term) for term in terms):
            what = f"the rule fires only where '{hit.source}' stands twice: "
            what += f"what '{key}:' asks for is never the hit itself."
            remedy = f"Name in '{key}:' what must stand beside it."
            yaml_file.report("W313", terms[0].place, what, remedy)


def _is_only(hit: WrittenTerm, term: WrittenTerm) -> bool:
    pairs = zip(hit.words, term.words, strict=False)
    return len(hit.words) == len(term.words) and all(covers_word(a, b) for a, b in pairs)
