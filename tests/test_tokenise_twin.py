"""Sentence starts against their slow twin, in which spaCy reads every line."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.tokenise import sentences as tokenise
from pipeline.tokenise.sentences import KEEP_THEIR_STOP, MAY_END, sentence_starts

BREAKS = "\r\n\v\f\x85\u2028\u2029"


@cache
def language():
    import spacy  # noqa: PLC0415 - only the twin loads it

    english = spacy.blank("en")
    english.add_pipe("sentencizer")
    return english


def slow_twin(text: str) -> tuple[int, ...]:
    if not re.search(r"[^\x00-\x7f]|[.!?]|[\r\n\v\f]", text):
        return (0,)
    starts = {0}
    line_start = 0
    for line_end in [m.start() for m in re.finditer(f"[{BREAKS}]+", text)] + [len(text)]:
        line = text[line_start:line_end]
        if line.strip():
            lead = len(line) - len(line.lstrip())
            later = [sentence.start_char for sentence in language()(line).sents][1:]
            starts.update(line_start + start for start in (lead, *later))
        line_start = line_end
    return tuple(sorted(starts))


def is_certain(text: str) -> bool:
    return tokenise._certain_starts(text) is not None


WORDS_TEXT = """
    wifi slow The I a B it's don't CAN'T I've they'd I'ma wed shes Id im thats ma e.g i.e a.m p.m Dr
    Mrs etc No Jan Sept Wash D.C U.K Ph.D Ph D vs v.good approx follow-up plan-b Plan-B co-op a&e
    A&E T&Cs iPhone iPhoneX xD DVLA NHS 's 'em n't rock'n'roll café naïve É über ä Ärzte 5 10 3.5
    1,000 £5 £5k $3 5km 5m 30mins 10am 10a.m 9p 50% 20°C °C km/h and/or w/o 8) :) :-( :D (o: <3 ^_^
    o.O 0.0 ._. (._.) >.< ;_; york.gov.uk www.york.gov.uk http://x.com/a.b?c=d me@york.gov.uk
    x.com/A.B slow.Then slow.I it.Its 5.Then St.Paul's C++ ... .. … ? ! . ?! !? !!! -- - – — • * +
    / : ; , & # ~ ( ) [ ] { } " ' “ ” ‘ ’ « » `` '' 😀 👍🏽 ❤️ ™ ° ² ½ ٣ 中文 。 ！ ؟ । ‼ ‽ \u200b
    \u0301 \ufeff ª µg
"""
WORDS = WORDS_TEXT.split()
STOPS = [".", ".", ".", "!", "?", "..", "...", "?!", "…", "。", "।"]
SPACES = [*" " * 3, "  ", "\t", "\xa0", "\u2009", "\n", "\r\n", "\x85", "\u2028", "\x1c", " \t "]
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(STOPS),
    st.sampled_from(SPACES),
    st.sampled_from(sorted(KEEP_THEIR_STOP)),
    st.sampled_from(list("()[]\"'“”‘’-–,:;/&%£°+*_")),
)
SENTENCES = st.tuples(
    st.sampled_from(["", "", "", "(", '"', "“", "- ", "'", "[", "* "]),
    st.sampled_from(WORDS),
    st.sampled_from(STOPS),
    st.sampled_from(["", "", "", ")", '"', "”", "'", "]", "’", '")', "%"]),
    st.sampled_from(SPACES),
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=9).map("".join))
@example("They said shes. But Id. And wed. then")
@example("It is 20°C. Now")
@example("I'ma. Then")
def test_pieces_of_any_kind_start_sentences_where_spacy_does(text: str) -> None:
    assert sentence_starts(text) == slow_twin(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(SENTENCES, PIECES), max_size=6).map("".join))
def test_sentences_of_any_kind_start_where_spacy_starts_them(text: str) -> None:
    assert sentence_starts(text) == slow_twin(text)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="aAbsdDmIoxv Z.!?.. -,:;()[]\"'’“”&/°0159%£\t\n\xa0é😀…_^<>=", max_size=24))
def test_characters_in_any_order_start_sentences_where_spacy_does(text: str) -> None:
    assert sentence_starts(text) == slow_twin(text)


def spacy_rules() -> list[str]:
    return sorted(language().tokenizer.rules)


@pytest.mark.parametrize(
    "frame", ["{}. Then", "({}. Then", "{}.) Then", "{}.Then it", "a-{}. Then"]
)
def test_every_special_case_of_spacy_ends_as_it_does_there(frame: str) -> None:
    texts = [frame.format(rule.removesuffix(".")) for rule in spacy_rules()]
    texts += [frame.format(rule.removesuffix(".").title()) for rule in spacy_rules()]
    texts += [frame.format("a" + rule.removesuffix(".")) for rule in spacy_rules()]
    assert [text for text in texts if sentence_starts(text) != slow_twin(text)] == []


@pytest.mark.parametrize(
    "frame", ["So. {}", "So. {}x", "So. ({}", "So. - {}", "So! {}.", "So! {}!)"]
)
def test_every_special_case_of_spacy_follows_a_stop_as_it_does_there(frame: str) -> None:
    texts = [frame.format(rule) + " then" for rule in spacy_rules()]
    assert [text for text in texts if sentence_starts(text) != slow_twin(text)] == []


def test_the_words_that_keep_their_stop_are_those_of_spacy() -> None:
    words = [rule for rule in spacy_rules() if re.fullmatch(r"[A-Za-z]{2,}\.?", rule)]
    kept = {rule.removesuffix(".") for rule in words if rule.endswith(".")}
    kept |= {rule for rule in words if language()(f"{rule.removesuffix('.')}.")[-1].text != "."}
    kept.discard("xD")  # its last letter alone is a capital
    dotted = {"a.m", "p.m", "e.g", "E.g", "i.e", "I.e", "v.s"}
    assert {word.removesuffix(".") for word in kept} | dotted == KEEP_THEIR_STOP
    assert {f"{word}." for word in dotted} <= set(spacy_rules())


def test_no_special_case_holds_what_the_rules_take_to_be_safe() -> None:
    stops = set(language().get_pipe("sentencizer").punct_chars)
    rules = spacy_rules()
    assert [rule for rule in rules if len(rule) > 1 and any(map(str.isspace, rule))] == []
    assert [rule for rule in rules if rule[-1] in stops - {"."} or rule[0] in stops] == ["._."]
    assert [rule for rule in rules if ".." in rule] == []
    assert {f"{letter}." for letter in "abcdefghijklmnopqrstuvwxyz"} <= set(rules)
    assert language().tokenizer.token_match is None


def test_the_stops_are_those_of_spacy() -> None:
    stops = language().get_pipe("sentencizer").punct_chars
    found = {chr(code) for code in range(0x110000) if MAY_END.match(chr(code))}
    assert {code for code in found if code <= "\uffff"} == {
        *BREAKS,
        *(s for s in stops if s <= "\uffff"),
    }
    rare = {stop for stop in stops if stop > "\uffff"}
    assert (min(rare), max(rare)) == (min(found - {*map(chr, range(0x10000))}), max(found))


@pytest.mark.parametrize(
    "text",
    [
        "It drops out. Every day!",
        "NOT FIT!!! Really?! Yes",
        "It's slow. I can't work. They don't help.",
        "See e.g. the wifi, i.e. the G drive. Dr. Who",
        "Costs £5. Open 10am. 5km. away",
        "Too slow... Then it stops. 1. Buy one",
        "(The desks are old.) - They creak. (Badly)",
        "“No.” He said no. “Never.” Then",
        "It was slow.Then it stopped. I left",
        "At 3.50 p.m. on www.york.gov.uk. That",
        "Went to A&E. Then a&e. Then the U.K. office",
        "Great! 😀 Or not.  Two spaces",
    ],
)
def test_plain_texts_are_certain(text: str) -> None:
    assert is_certain(text)
    assert sentence_starts(text) == slow_twin(text)


def test_plain_texts_never_load_spacy(monkeypatch) -> None:
    monkeypatch.setattr(tokenise, "_language", None)
    assert sentence_starts("It drops out. Every day!\nNo help. At all") == (0, 14, 25, 34)


@pytest.mark.parametrize(
    "text", ["Slow.:) Then", "It is 20°C. Now", "one。 two", "e-b. Then", "?. no"]
)
def test_where_nothing_is_certain_spacy_is_asked(text: str) -> None:
    assert not is_certain(text)
    assert sentence_starts(text) == slow_twin(text)


@pytest.mark.parametrize("length", [62, 63, 64, 65, 66, 200])
@pytest.mark.parametrize("frame", ["{}. B", "(x {}. B", "{}.Then it", "{}\tDr. B", "{}5. B"])
def test_a_long_word_before_a_stop_changes_nothing(length: int, frame: str) -> None:
    text = frame.format("a" * length)
    assert sentence_starts(text) == slow_twin(text)


def test_a_long_line_without_spaces_takes_no_longer_a_stop_than_a_short_one() -> None:
    assert not is_certain("ab.\t" * 100_000)
    assert is_certain("ab. " * 100_000)
