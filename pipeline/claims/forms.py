"""The forms in which a sentence states a count or a share, and what each says.

The patterns see a text in small letters with single spaces; every repeat in them is bounded, so
that the time they take grows with the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.claims.numbers import (
    HEDGE,
    INT,
    YEAR,
    allow_count,
    allow_ratio,
    allow_share,
    parse_int,
    word_set,
)
from pipeline.wording import ALLOWED, FRACTIONS, Limits, parse_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a claim states; what it leaves open is None. `start` and `end` are of the passage."""

    start: int
    end: int
    count: tuple[int, int] | None = None
    of: int | None = None
    share: tuple[Limits, ...] = ()
    triple: tuple[str, ...] = ()
    split: bool = False


ANSWERS = (
    "responses|response|respondents|respondent|comments|comment|answers|answer|participants"
    "|participant|submissions|submission|replies|consultees|mentions|references"
)
PEOPLE = "people|members of staff|staff|employees|persons|individuals|organisations|colleagues"
_SAID = (
    "said|say|says|cited|cite|mentioned|mention|named|name|raised|raise|referred|reported|report"
    "|agreed|agree|disagreed|disagree|felt|feel|thought|think|wanted|want|asked for|suggested"
    "|wrote|believe|believed|described|identified|complained|commented|highlighted|called for"
)
_AFTER_PHRASE = (
    "of|are|were|is|was|have|has|had|do|did|would|intend|know|understand|use|see|strongly|also"
    f"|answered|experience|experienced|find|found|{_SAID}"
)
_NOT_BEFORE = r"(?<![\w.,/£$€¥#:+–-])"
_TO = r"(?: ?[-–—] ?| to | and )"
_NO_ADJECTIVE = "(?:of|in|out|and|or|to|from|per|by|half|halves|quarters?|thirds?|fifths?|tenths?)"
_BASE_WORDS = r"(?:a (?:total|base) of |all |the |these |those |all the )?"
_PERCENT = r"(?: ?%| ?per ?cent\b| ?pct\b)"
_DECIMAL = r"\d{1,3}(?:\.\d{1,4})?"
_NUMBERED = word_set(
    "page pages p pp step section sections chapter table figure fig appendix part item volume "
    "wave phase version slide question q day week lot stage paragraph para no note annex year "
    "grade level line row room floor route"
)
_TIME = r" ?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|am|pm|miles?|metres?|km)\b"
_AFTER_PERCENT = re.compile(
    r" ?(?:-|percentage |per cent )?(?:points?\b|pts?\b|pp\b|confidence\b|ci\b|interval\b|level\b"
    r"|vat\b|interest\b|discount\b|higher\b|lower\b|more\b|less\b|fewer\b|increase\b|rise\b|cut\b"
    r"|reduction\b|growth\b|fall\b|drop\b|decrease\b|\()?"
)
_BEFORE_PERCENT = re.compile(
    r"(?:\bby|\b(?:increase|rise|fall|cut|reduction|growth|drop|decrease|error|discount|rate) of"
    r"|\bplus or minus|±|\+/-)(?: \w{1,12}){0,2} ?\Z"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern, and what a match of it states; None when it is no claim after all."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], str], Stated | None]


def _counted(found: re.Match[str], text: str) -> Stated | None:
    """N of M, N responses (from M), N responses."""
    parts = found.groupdict()
    low, of = parse_int(parts["low"]), parts.get("of")
    high = parse_int(parts["high"]) if parts.get("high") else low
    base = parse_int(of) if of else None
    if low > high or base == 0:
        return None
    if low == high == 1 and parts["low"] == "one" and not parts.get("hedge"):
        return None  # "one of the 3 questions", "one response said"
    if base is None and YEAR.match(parts["low"]) and not parts.get("hedge"):
        return None
    if _last_word(text, found.start()) in _NUMBERED or re.match(_TIME, text[found.end() :][:12]):
        return None
    count = allow_count(parts.get("hedge") or "", low, high)
    return Stated(start=found.start(), end=found.end(), count=count, of=base)


def _percent(found: re.Match[str], text: str) -> Stated | None:
    parts = found.groupdict()
    low, high = (_as_digits(parts[name] or "") for name in ("low", "high"))
    after = _AFTER_PERCENT.match(text, found.end())
    if after and after[0].strip(" (-"):
        return None
    if _BEFORE_PERCENT.search(text[max(0, found.start() - 40) : found.start()]):
        return None
    share = allow_share(parts["hedge"] or "", low, high)
    if share is None:
        return None
    of = parse_int(parts["of"]) if parts["of"] else None
    return Stated(start=found.start(), end=found.end(), share=(share,), of=of)


def _as_digits(number: str) -> str:
    return number if not number or number[0].isdigit() else str(parse_int(number))


def _triple(found: re.Match[str], text: str) -> Stated | None:
    numbers = found.group("a", "b", "c")
    total = sum(Fraction(number) for number in numbers)
    if not 98 <= total <= 102:
        return None
    return Stated(start=found.start(), end=found.end(), triple=numbers)


def _ratio(found: re.Match[str], text: str) -> Stated | None:
    part, of = parse_int(found["part"]), parse_int(found["whole"])
    after = text[found.end() :][:12]
    named = _last_word(text, found.start()) in _NUMBERED
    if named or re.match(_TIME, after) or of > 100 or re.match(r"(?:-|th\b|st\b| a\b)", after):
        return None
    share = allow_ratio(found["hedge"] or "", part, of)
    return Stated(start=found.start(), end=found.end(), share=(share,)) if share else None


def _phrase(found: re.Match[str], text: str) -> Stated | None:
    words = re.sub(r"^(?:only|exactly|just(?! over| under| above| below)) ", "", found["words"])
    if re.match(r" of (?:the|an?|this|last) " + _SPAN, text[found.end() : found.end() + 40]):
        return None
    share = parse_share(words.replace("-", " "))
    if share is None:
        return None
    return Stated(start=found.start("words"), end=found.end("words"), share=(share,))


_SPAN = r"(?:hour|day|week|month|year|time|way|century|building|site|form|questionnaire|report)s?\b"


def _split(found: re.Match[str], text: str) -> Stated | None:
    return Stated(start=found.start(), end=found.end(), split=True)


def _last_word(text: str, before: int) -> str:
    return text[max(0, before - 14) : before].rstrip(" (").rpartition(" ")[2].strip(".,(")


def _phrases() -> str:
    parts = [name.replace(" ", "[- ]") for name in FRACTIONS]
    parts += [f"one{name[1:]}".replace(" ", "[- ]") for name in FRACTIONS if name[:2] == "a "]
    fractions = "|".join(sorted(parts, key=len, reverse=True))
    said = [n for n in ALLOWED if n not in ("none", "few", "all")] + ["the majority", "almost all"]
    words = "|".join(sorted(said, key=len, reverse=True))
    return rf"(?:{HEDGE} )?(?:{fractions})|{words}"


def build_forms(people: Sequence[str] = ()) -> tuple[Form, ...]:
    """The forms, first those that say most. `people` are more words for who answered: officers."""
    names = {name.lower() for name in people if name.strip()}
    own = [re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))[:200]]
    answered = "|".join([*own, ANSWERS])
    noun = rf"{_ADJECTIVES}(?:{answered}|{PEOPLE})\b"
    return (
        Form(re.compile(_TRIPLE), _triple),
        Form(
            re.compile(
                rf"{_HEDGED}{_COUNTED}(?: {noun})?(?:,? out of|,? \(?(?:of|from|out of)) {_BASE}"
                rf"(?! ?(?:%|per ?cent))(?: {noun})?"
            ),
            _counted,
        ),
        Form(re.compile(_SHARE), _percent),
        Form(re.compile(_RATIO), _ratio),
        Form(
            re.compile(rf"(?<![\w-])(?P<words>{_phrases()})(?= \(| (?:{_AFTER_PHRASE})\b| {noun})"),
            _phrase,
        ),
        Form(re.compile(rf"{_HEDGED}{_COUNTED} {_ADJECTIVES}(?:{answered})\b"), _counted),
        Form(re.compile(_WHO_SAID), _counted),
        Form(re.compile(_SAID_BY), _counted),
        Form(re.compile(r"\b(?:a|evenly|equally|was|were|is|are) split\b"), _split),
    )


_ADJECTIVES = rf"(?:(?!{_NO_ADJECTIVE}\b)[a-z'-]{{1,20}} ){{0,2}}"
_COUNTED = rf"(?:between )?(?P<low>{INT})(?:{_TO}(?P<high>{INT}))?"
_HEDGED = rf"{_NOT_BEFORE}\b(?:(?P<hedge>{HEDGE}) )?"
_BASE = rf"{_BASE_WORDS}(?P<of>{INT})"
_TRIPLE = (
    rf"(?<![\w./£$€-])(?P<a>{_DECIMAL}) ?%? ?/ ?(?P<b>{_DECIMAL}) ?%? ?/ ?"
    rf"(?P<c>{_DECIMAL})(?![\d/]|\.\d|\w)%?"
)
_SHARE = (
    rf"{_HEDGED}(?:between )?(?P<low>{_DECIMAL}|{INT}){_PERCENT}?"
    rf"(?:{_TO}(?P<high>{_DECIMAL}|{INT}))?{_PERCENT}(?: of {_BASE}(?! ?%))?"
)
_RATIO = (
    rf"{_HEDGED}(?P<part>one|two|three|four|five|six|seven|eight|nine|\d{{1,2}}) "
    rf"(?:in|out of)(?: every)? (?P<whole>{INT})"
)
_WHO_SAID = rf"{_HEDGED}{_COUNTED}(?: {_ADJECTIVES}(?:{PEOPLE}))? (?:{_SAID})\b"
_SAID_BY = rf"\b(?:cited|mentioned|raised|named|reported|made) by {_HEDGED}{_COUNTED}"


TRIGGER = re.compile(
    r"\d|per ?cent\b|\b(?:half|third|thirds|quarter|quarters|fifth|fifths|tenth|tenths|split|most"
    r"|majority|minority|nearly all|almost all|hardly any|one|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve|hundred|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b"
)


def find_stated(text: str, forms: Sequence[Form]) -> Iterator[Stated]:
    """What a sentence in small letters states, from left to right, nothing twice.

    What a form finds and takes for no claim ("page 3 of 12 responses") is none of another form.
    """
    taken: list[tuple[int, int]] = []
    stated: list[Stated] = []
    for form in forms:
        for found in form.pattern.finditer(text):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            one = form.read(found, text)
            taken.append((one.start, one.end) if one else found.span())
            stated += [one] if one else []
    yield from sorted(stated, key=lambda one: one.start)
