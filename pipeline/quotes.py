"""From a figure of a run to the responses behind it, and to the rest of its base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.count.counts import WORD_ORDER
from pipeline.errors import InputError, near
from pipeline.tables import ANSWERED
from pipeline.verify import KeptRun


@dataclass(frozen=True, slots=True)
class Quoted:
    """A response of a figure's base; `by` and `reasons` say why it cites the theme."""

    response_id: str
    text: str
    by: str
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "response_id": self.response_id,
            "text": self.text,
            "by": self.by,
            "reasons": list(self.reasons),
        }


def quote_figure(kept: KeptRun, question: str, theme: str) -> tuple[list[Quoted], list[Quoted]]:
    """The responses of a figure that cite the theme, and those of its base that do not.

    Raises InputError (E701) for a question or theme that the run does not have.
    """
    members = _members(kept, theme)
    questions = kept.evidence.responses["question"].unique().to_pylist()
    if question not in questions:
        what = f"there is no question '{question}'."
        raise InputError.because(code="E701", what=what, remedy=near(question, questions))
    if not any(t.applies_to(question) for t in kept.codebook.themes if t.id in members):
        what = f"the theme '{theme}' is not looked for in '{question}'."
        raise InputError.because(code="E701", what=what, remedy="See its 'questions:'.")
    words = _words(kept, members)
    reasons = _reasons(kept, members)
    counted = ("substantive",) if kept.round.base == "substantive" else ANSWERED
    cited, rest = [], []
    for response in kept.evidence.responses.to_pylist():
        if response["question"] != question or response["status"] not in counted:
            continue
        key = response["response_id"]
        if key in words and response["status"] == "substantive":
            cited.append(Quoted(key, response["text"], words[key], tuple(reasons.get(key, ()))))
        else:
            rest.append(Quoted(key, response["text"], "", ()))
    return cited, rest


def _members(kept: KeptRun, theme: str) -> tuple[str, ...]:
    entries = {entry.id: entry for entry in kept.codebook.entries}
    if theme not in entries:
        what = f"there is no theme '{theme}'."
        raise InputError.because(code="E701", what=what, remedy=near(theme, entries))
    return entries[theme].net or (theme,)


def _words(kept: KeptRun, members: tuple[str, ...]) -> dict[str, str]:
    """Whose word each response stands on; in a net the same as the count's."""
    words: dict[str, str] = {}
    for verdict in kept.verdicts.to_pylist():
        if verdict["present"] and verdict["theme"] in members:
            known = words.get(verdict["response_id"], verdict["by"])
            words[verdict["response_id"]] = min(known, verdict["by"], key=WORD_ORDER.index)
    return words


def _reasons(kept: KeptRun, members: tuple[str, ...]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for coding in kept.evidence.codings.to_pylist():
        in_play = coding["coder"].partition(":")[0] in kept.coders
        if in_play and coding["theme"] in members:
            reasons.setdefault(coding["response_id"], []).append(_reason(coding))
    return reasons


def _reason(coding: dict[str, Any]) -> str:
    if coding["rule"]:
        return f'{coding["rule"]}: "{coding["quote"]}"'
    terms = ", ".join(f"{term['term']} {term['weight']:+.2f}" for term in coding["terms"])
    return f"{coding['theme']} by {coding['coder']}: {coding['score']:.2f} ({terms})"
