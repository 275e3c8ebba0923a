"""What the random tail knows: urn, what was drawn of it, and what was read beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.readings import Member, Sample, hash_text
from pipeline.review.audit import ABSENT, PRESENT, UNKNOWN
from pipeline.review.gather import Gathered
from pipeline.review.sampling import Members, find_tails, learning_sample, random_sample
from pipeline.review.stopping import Tail
from pipeline.review.tail import TailSample, draw_tail, find_tail, trace_reading

THEMES = ("wifi", "slow")


def make_gathered(marks: str, *, texts: list[str] | None = None) -> Gathered:
    """A letter a response: w wifi, n none, u unsure of both, . not read; ids are A, B, C, ..."""
    count = len(marks)
    said = {"w": (PRESENT, ABSENT), "n": (ABSENT, ABSENT)}
    shape = (count, len(THEMES))
    ids = [chr(65 + number) for number in range(count)]
    return Gathered(
        ids=ids,
        questions=["q"] * count,
        texts=texts or [f"word{number} other{number}" for number in range(count)],
        themes=THEMES,
        machine=np.zeros(shape, dtype=bool),
        ruled=np.zeros(shape, dtype=bool),
        scores=np.full(shape, 0.3),
        thresholds=np.full(shape, 0.5),
        applies=np.ones(shape, dtype=bool),
        known=np.array([said.get(mark, (UNKNOWN, UNKNOWN)) for mark in marks]),
        with_rules=np.ones(2, dtype=bool),
        read=frozenset(name for name, mark in zip(ids, marks, strict=True) if mark != "."),
        learnt=np.zeros(count, dtype=bool),
    )


def tail(members: str, read: str = "", barred: str = "", size: int = 10) -> TailSample:
    return TailSample(
        members=frozenset(members), read=frozenset(read), barred=frozenset(barred), size=size
    )


@pytest.mark.parametrize(
    ("marks", "samples", "barred", "theme", "expected"),
    [
        # Nothing is drawn yet: all that is unread is the urn.
        ("wn........", [], "", "wifi", Tail(found_before=1, urn=8, drawn=0, found=0, looks=0)),
        ("wn........", [], "CD", "wifi", Tail(found_before=1, urn=6, drawn=0, found=0, looks=0)),
        # A and B were read before, C to E are drawn.
        (
            "wnwnn.....",
            [tail("CDE", "AB")],
            "",
            "wifi",
            Tail(found_before=1, urn=8, drawn=3, found=1),
        ),
        # Unsure counts as found; "slow" is decided absent elsewhere.
        (
            "wnwun.....",
            [tail("CDE", "AB")],
            "",
            "slow",
            Tail(found_before=0, urn=8, drawn=3, found=1),
        ),
        # E waits.
        (
            "wnwn......",
            [tail("CDE", "AB")],
            "",
            "",
            Tail(found_before=1, urn=8, drawn=3, found=1, waiting=1),
        ),
        # F and G were read since, beside the sample.
        (
            "wnwnnwn...",
            [tail("CDE", "AB")],
            "",
            "wifi",
            Tail(found_before=1, urn=8, drawn=3, found=1, read_beside=2, found_beside=1),
        ),
        # H was barred at the draw and is read by now: found, and not of the urn.
        (
            "wnwnn..w..",
            [tail("CDE", "AB", "HI")],
            "I",
            "wifi",
            Tail(found_before=2, urn=6, drawn=3, found=1),
        ),
        # A second sample is tested by itself, at the level of a second look.
        (
            "wnwnnwn...",
            [tail("CDE", "AB"), tail("FG", "ABCDE")],
            "",
            "wifi",
            Tail(found_before=2, urn=5, drawn=2, found=1, looks=2),
        ),
    ],
)
def test_the_tail_of_a_theme(
    marks: str, samples: list[TailSample], barred: str, theme: str, expected: Tail
) -> None:
    gathered = make_gathered(marks)
    assert find_tail(gathered, trace_reading(gathered, samples, barred), theme) == expected


def test_a_theme_is_tested_only_where_it_is_looked_for() -> None:
    gathered = make_gathered("wnwn......")
    gathered.applies[5:, 0] = False
    found = find_tail(gathered, trace_reading(gathered, [tail("CDJ", "AB")], ""), "wifi")
    assert found == Tail(found_before=1, urn=3, drawn=2, found=1)


def test_a_tail_is_drawn_of_the_unread_and_of_all_of_them_alike() -> None:
    gathered = make_gathered("wn........")
    times = np.zeros(10)
    for seed in range(2000):
        drawn = draw_tail(gathered, "C", 3, seed)
        assert (len(drawn.members), drawn.unread, drawn.barred) == (3, 7, {"C"})
        times[[ord(name) - 65 for name in drawn.members]] += 1
    assert times[:3].tolist() == [0, 0, 0]
    error = 3 * np.sqrt(3 / 7 * 4 / 7 / 2000)
    assert np.all(np.abs(times[3:] / 2000 - 3 / 7) < error)


def test_a_random_sample_is_kept_as_it_was_drawn_and_read_to_its_end_first() -> None:
    gathered = make_gathered("wn........")
    drawn = random_sample(gathered, [], 4, seed=1)
    assert {member.probability for member in drawn.members} == {0.5}
    (kept,) = find_tails([drawn])
    assert kept == draw_tail(gathered, "", 4, seed=1)
    with pytest.raises(Exception, match="4 responses of an earlier random sample"):
        random_sample(gathered, [drawn], 2, seed=1)
    done = replace(gathered, read=gathered.read | kept.members)
    again = random_sample(done, [drawn], 4, seed=1)
    assert not kept.members & {member.response_id for member in again.members}


def test_what_has_the_text_of_an_audited_response_is_not_drawn_to_learn_from() -> None:
    gathered = make_gathered("....", texts=["one two", "one two", "three four", "five six"])
    member = Member(
        response_id="A", question="q", stratum="s", probability=1.0, text_hash=hash_text("one two")
    )
    audit = Sample(purpose="audit", seed=1, members=(member,))
    assert Members(gathered, [audit]).unread("audit") == {"A", "B"}
    ids = [m.response_id for m in learning_sample(gathered, [audit], 9, 1).sample.members]
    assert ids == ["C", "D"]
    tail_ids = {m.response_id for m in random_sample(gathered, [audit], 9, 1).members}
    assert tail_ids == {"C", "D"}


def test_an_audit_frame_sets_apart_what_was_read_its_copies_and_what_waits() -> None:
    gathered = make_gathered(
        "w......", texts=["Wifi!", "wifi", "desks", "DESKS", "a kettle", "tea", "quiet"]
    )
    gathered.learnt[5] = True
    frame = gathered.frame(waiting={"C"})
    assert list(frame.apart) == ["read", "copy", "learning", "learning", "", "copy", ""]
    assert frame.known[1].tolist() == [PRESENT, ABSENT]
    assert frame.known[5].tolist() == [UNKNOWN, UNKNOWN]


def test_a_copy_in_another_question_takes_no_word_from_its_twin() -> None:
    gathered = make_gathered("w.", texts=["Wifi!", "wifi"])
    frame = replace(gathered, questions=["q", "r"]).frame(waiting=())
    assert list(frame.apart) == ["read", "copy"]
    assert frame.known[1].tolist() == [UNKNOWN, UNKNOWN]
