"""Why each rule of a theme fires on a text, or exactly what of it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.codebook.model import Rule, Theme
from pipeline.match import Finding
from pipeline.match.negation import list_cues
from pipeline.refine.explain.nearest import describe_distance, list_near_misses
from pipeline.refine.explain.probe import Prober, bare

_TERMS_SHOWN = 6
_HITS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Why:
    """What a rule does on a text: the quotes it fires on, or the reasons that it does not."""

    rule: str
    quotes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    fires: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One condition of a rule: its key in YAML, its terms, and a rule of the hits and it alone."""

    key: str
    terms: tuple[str, ...]
    alone: Rule


def explain_theme(
    theme: Theme, text: str, question: str, kept: Sequence[Finding], prober: Prober
) -> tuple[Why, ...]:
    """Why each rule of a theme fires, or does not; `kept` is what the whole codebook finds.

    An empty question stands for any. The engine is asked about variants of the rule with parts
    left out, so that what is said here is what it does.
    """
    return tuple(_explain(theme, rule, text, question, kept, prober) for rule in theme.rules)


def _explain(
    theme: Theme,
    rule: Rule,
    text: str,
    question: str,
    kept: Sequence[Finding],
    prober: Prober,
) -> Why:
    for owner, name in ((theme, f"`{theme.id}`"), (rule, "the rule")):
        if question and not owner.applies_to(question):
            asked = ", ".join(owner.questions)
            return Why(rule.id, (), (f"{name} is not tried on '{question}', only {asked}",))
    found = prober.find(rule, text)
    if found:
        return _explain_firing(theme, rule, text, found, kept)
    if rule.pattern:
        return Why(rule.id, (), (_explain_pattern(rule, text, prober),))
    hits = prober.find_terms(rule, rule.hits, text)
    if not hits:
        near = list_near_misses(rule, rule.hits, text, prober)
        return Why(rule.id, (), _explain_absence(rule, text, prober), near)
    return _explain_conditions(rule, text, hits, prober)


def _explain_firing(
    theme: Theme, rule: Rule, text: str, found: Sequence[Finding], kept: Sequence[Finding]
) -> Why:
    quotes = tuple(dict.fromkeys(text[f.start : f.end] for f in found))
    spans = {(f.start, f.end) for f in found}
    if any(k.rule.id == rule.id and (k.start, k.end) in spans for k in kept):
        return Why(rule.id, quotes, fires=True)
    around = [k for k in kept if any(k.start <= start and end <= k.end for start, end in spans)]
    own = [k for k in around if k.theme.id == theme.id]
    for other in own or around:
        longer = text[other.start : other.end]
        how = "the same words as" if longer in quotes else f"within the longer '{longer}' of"
        named = other.rule.id if own else f"{other.rule.id} (overlap: longest)"
        return Why(rule.id, quotes, (f"{how} {named}",), fires=bool(own))
    return Why(rule.id, quotes, fires=True)


def _explain_pattern(rule: Rule, text: str, prober: Prober) -> str:
    if prober.takes_too_long(rule, text):
        return "the pattern takes too long on this text, so it says nothing"
    any_case = replace(rule, forms=replace(rule.forms, case_sensitive=False))
    found = prober.find(any_case, text) if rule.forms.case_sensitive else []
    if found:
        quote = text[found[0].start : found[0].end]
        return f"the pattern matches '{quote}' but for its capitals (case_sensitive)"
    return "the pattern does not match"


def _explain_absence(rule: Rule, text: str, prober: Prober) -> tuple[str, ...]:
    if rule.any and len(rule.any) > 1:
        return (f"no term of `any` ({_listed(rule.any)}) is in the text",)
    wanted = rule.any or rule.all
    missing = [term for term in wanted if not prober.find_terms(rule, [term], text)]
    where = "" if rule.any else " of `all`"
    return tuple(f"`{term}`{where} is not in the text" for term in missing)


def _explain_conditions(rule: Rule, text: str, hits: Sequence[Finding], prober: Prober) -> Why:
    parts = _list_parts(rule)
    failing = [part for part in parts if not prober.find(part.alone, text)]
    if not failing and len(hits) > 1:
        return _explain_each(rule, text, hits, prober)
    here = f"'{text[hits[0].start : hits[0].end]}' is here, but "
    near: list[str] = []
    for part in failing:
        if part.key in ("all", "with", "before", "after"):
            near += list_near_misses(rule, part.terms, text, prober)
    reasons = (here + _explain_part(part, rule, text, hits, prober) for part in failing)
    return Why(rule.id, (), tuple(reasons), tuple(dict.fromkeys(near)))


def _explain_each(rule: Rule, text: str, hits: Sequence[Finding], prober: Prober) -> Why:
    """What each hit lacks, where every condition holds at some hit and no hit has them all."""
    reasons: list[str] = []
    near: list[str] = []
    for hit in hits[:_HITS_SHOWN]:
        others = [other for other in hits if _apart(hit, other)]
        alone = _mask(text, others)
        left = prober.find_terms(rule, rule.hits, alone)
        if left and others:
            why = _explain_conditions(rule, alone, left, prober)
            reasons += why.reasons
            near += why.near_misses
    return Why(rule.id, (), tuple(dict.fromkeys(reasons)), tuple(dict.fromkeys(near)))


def _mask(text: str, hits: Sequence[Finding]) -> str:
    """The text with other words of the same length for some hits, so that all else stands still."""
    characters = list(text)
    for hit in hits:
        for place in range(hit.start, hit.end):
            if characters[place].isalnum():
                characters[place] = "z"
    return "".join(characters)


def _list_parts(rule: Rule) -> list[_Part]:
    base = bare(rule, rule.hits)
    parts = [_Part("all", (term,), replace(base, all=(term,))) for term in rule.others]
    named = (
        ("with", rule.with_, replace(base, with_=rule.with_)),
        ("before", rule.before, replace(base, before=rule.before)),
        ("after", rule.after, replace(base, after=rule.after)),
        ("unless", rule.unless, replace(base, unless=rule.unless)),
    )
    parts += [_Part(*part) for part in named if part[1]]
    if rule.negated != "count":
        parts.append(_Part("negated", (), replace(base, negated=rule.negated)))
    return parts


def _explain_part(
    part: _Part, rule: Rule, text: str, hits: Sequence[Finding], prober: Prober
) -> str:
    if part.key == "unless":
        return _explain_veto(part, rule, text, hits, prober)
    if part.key == "negated":
        return _explain_denial(part, rule, text, hits, prober)
    if len(part.terms) > 1:
        wanted = f"none of `{part.key}` ({_listed(part.terms)})"
    else:
        wanted = f"`{part.terms[0]}` of `{part.key}`"
    return _explain_partner(part, wanted, text, hits, prober)


def _explain_partner(
    part: _Part, wanted: str, text: str, hits: Sequence[Finding], prober: Prober
) -> str:
    """What keeps a condition from a hit: it is nowhere, too far, on the wrong side, or in it."""
    is_ = "is" if wanted.startswith("none") else "is not"
    found = prober.find_terms(part.alone, part.terms, text)
    if not found:
        return f"{wanted} {is_} in the text"
    anywhere = replace(part.alone, within="response")
    if not prober.find(anywhere, text):
        quote = text[found[0].start : found[0].end]
        if part.key in ("before", "after"):
            side = "after" if part.key == "before" else "before"
            return f"{wanted} {is_} {side} it ('{quote}' stands elsewhere)"
        return f"{wanted} {is_} in the text outside it ('{quote}' is a part of it)"
    scope = part.alone.within
    place = "in the same sentence" if scope == "sentence" else f"within {scope} words"
    return f"{wanted} {is_} {place} (nearest: {describe_distance(part.alone, text, hits, prober)})"


def _explain_veto(
    part: _Part, rule: Rule, text: str, hits: Sequence[Finding], prober: Prober
) -> str:
    vetoes = []
    for term in part.terms:
        left = prober.find(replace(bare(rule, rule.hits), unless=(term,)), text)
        if len(left) < len(hits):
            place = prober.find_terms(rule, [term], text)[0]
            quote = text[place.start : place.end]
            named = "" if quote.lower() == term.lower() else f" (`{term}`)"
            vetoes.append(f"'{quote}'{named}")
    return f"vetoed by `unless`: {', '.join(vetoes)}"


def _explain_denial(
    part: _Part, rule: Rule, text: str, hits: Sequence[Finding], prober: Prober
) -> str:
    if rule.negated == "only":
        return "nothing denies it (negated: only)"
    cues = list_cues()
    found = prober.find(Rule(id=rule.id, any=(*cues["cues"], *cues["cues after"])), text)
    # The phrase goes before the cue in it: "not a problem" before "not".
    found.sort(key=lambda cue: (min(_apart(cue, hit) for hit in hits), cue.start - cue.end))
    for blanked in (*([cue] for cue in found), found[:2], found[:3]):
        if prober.find(part.alone, _blank(text, blanked)):
            named = " and ".join(f"'{text[cue.start : cue.end]}'" for cue in blanked)
            return f"denied by {named} (negated: skip)"
    return "denied (negated: skip)"


def _blank(text: str, cues: Sequence[Finding]) -> str:
    for cue in cues:
        text = text[: cue.start] + " " * (cue.end - cue.start) + text[cue.end :]
    return text


def _apart(one: Finding, other: Finding) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _listed(terms: Sequence[str]) -> str:
    more = f", and {len(terms) - _TERMS_SHOWN} more" if len(terms) > _TERMS_SHOWN else ""
    return ", ".join(terms[:_TERMS_SHOWN]) + more
