"""Which figure a claim is about, and whether the data support it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.claims import (
    Knowledge,
    Known,
    Passage,
    Placed,
    Subject,
    find_claims,
    know_closed,
    know_people,
    know_themes,
    place_claims,
)
from pipeline.claims.passages import read_plain
from pipeline.codebook.load import load_codebook
from pipeline.round import load_round
from pipeline.run import count_closed
from pipeline.tables import COUNTS

ROOT = Path(__file__).parents[1]
YORK = ROOT / "corpora" / "york-2017"
COUNTED = {
    ("barriers", "citrix-performance"): (47, 105),
    ("barriers", "appropriate-devices"): (20, 105),
    ("barriers", "citrix-and-network"): (52, 105),
    ("barriers", "support-and-training"): (11, 105),
    ("barriers", "mosaic"): (6, 105),
    ("improve", "citrix-performance"): (17, 143),
    ("improve", "appropriate-devices"): (10, 143),
    ("improve", "citrix-and-network"): (31, 143),
    ("improve", "support-and-training"): (24, 143),
    ("improve", "mosaic"): (14, 143),
    ("improve", "training"): (10, 143),
}


@pytest.fixture(scope="module")
def york_themes() -> Knowledge:
    """Counts of York as given here: what places claims is under test, not what counts."""
    codebook = load_codebook(ROOT / "codebooks" / "ict-strategy.yaml")
    labels = {theme.id: theme.label for theme in codebook.entries}
    rows = [
        {
            **{"question": question, "theme": theme, "facet": "", "label": labels[theme]},
            **{"net": False, "cited": cited, "of": of, "share": cited / of},
            **{"codebook": 0, "classifier": 0, "human": 0},
        }
        for (question, theme), (cited, of) in COUNTED.items()
    ]
    return know_themes(COUNTS.build(rows), load_round(YORK), codebook)


@pytest.fixture(scope="module")
def york_closed() -> Knowledge:
    the_round = load_round(ROOT / "corpora" / "york-2017-closed")
    closed = count_closed(the_round)
    assert closed is not None
    return know_closed(closed.table, the_round.source.closed)


def place(text: str, knowledge: Knowledge, heading: str = "") -> list[Placed]:
    passage = Passage(text=text, heading=heading)
    return list(place_claims(find_claims([passage], knowledge.groups), knowledge))


def verdicts(text: str, knowledge: Knowledge) -> list[str]:
    return [item.verdict for item in place(text, knowledge)]


BARRIERS, IMPROVE = "Asked for barriers to working flexibly, ", "Asked what most needs to improve, "


@pytest.mark.parametrize(
    ("true", "false", "figure"),
    [
        (
            BARRIERS + "over 40 responses, from 105, cited Citrix and its performance.",
            BARRIERS + "over 50 responses, from 105, cited Citrix and its performance.",
            "barriers, Citrix performance",
        ),
        (
            BARRIERS + "20 (from 105) cited a lack of appropriate devices.",
            BARRIERS + "30 (from 105) cited a lack of appropriate devices.",
            "barriers, Lack of appropriate devices",
        ),
        (
            IMPROVE + "31 of 143 responses cited Citrix and network performance.",
            IMPROVE + "13 of 143 responses cited Citrix and network performance.",
            "improve, Citrix and network performance",
        ),
        (
            IMPROVE + "24 responses cited support and training.",
            IMPROVE + "42 responses cited support and training.",
            "improve, Support and training",
        ),
        (
            IMPROVE + "there were 14 references to Mosaic performance and support.",
            IMPROVE + "there were 41 references to Mosaic performance and support.",
            "improve, Mosaic performance and support",
        ),
        (
            "Mosaic was cited in 14 of 143 responses.",
            "Mosaic was cited in 41 of 143 responses.",
            "improve, Mosaic performance and support",
        ),
        (
            IMPROVE + "10% of responses named Mosaic.",
            IMPROVE + "19% of responses named Mosaic.",
            "improve, Mosaic performance and support",
        ),
    ],
)
def test_a_true_statement_on_a_theme_holds_and_a_falsified_one_does_not(
    york_themes: Knowledge, true: str, false: str, figure: str
) -> None:
    for text, verdict in ((true, "holds"), (false, "does not hold")):
        (placed,) = place(text, york_themes)
        assert (placed.verdict, [known.name for known in placed.figures]) == (verdict, [figure])


@pytest.mark.parametrize(
    ("wording", "triple"),
    [
        ("Most ICT staff say a strategy should influence the department's work", "82/12/6"),
        ("Most ICT staff say a strategy should have clear goals", "96/2/2"),
        ("Most ICT staff understand the purpose of a strategy", "82/6/12"),
        ("Most ICT staff say a more digitised council would be an improvement", "72/17/11"),
        ("Most ICT staff say what we deliver improves the business", "80/10/10"),
        ("Most ICT staff say we are the best department to lead change", "68/26/6"),
        ("Most ICT staff are proud of the solutions we provide", "67/20/13"),
        ("Most ICT staff have regular contact with customers", "76/16/8"),
        ("Most ICT staff say we maintain old systems", "72/22/6"),
        ("Just over half of ICT staff say ICT communicates well with its customers", "53/24/23"),
        ("Just under half of ICT staff know the department's goals", "45/20/35"),
        ("Over three quarters of wider staff are confident using the tech ICT delivers", "78/13/9"),
        ("Just over half of wider staff say systems are easy to use", "56/24/20"),
        ("Just over half of wider staff feel supported by ICT personally", "56/28/17"),
        ("Just over half of wider staff feel supported by ICT as a department", "52/28/21"),
        ("Just over a third of wider staff say ICT works well with other departments", "36/51/13"),
        ("There is a split on whether ICT systems are reliable", "38/25/37"),
        ("There is a split on being well supported with new systems", "37/33/30"),
        ("Nearly three quarters of wider staff want to work away from the office", "74/20/6"),
        ("Most wider staff want improvements in internal processes", "61/31/8"),
        ("Half of wider staff say there are barriers to current remote working", "50/25/25"),
        ("Just under half of wider staff are happy with the tech used at work", "49/19/32"),
        ("A third of wider staff want to work remotely", "28/33/39"),
        ("A third of wider staff say automating manual processes would help", "29/58/13"),
    ],
)
def test_the_published_wording_holds_and_a_falsified_triple_is_caught(
    york_closed: Knowledge, wording: str, triple: str
) -> None:
    assert verdicts(f"{wording} ({triple}).", york_closed) == ["holds", "holds"]
    agree, neutral, disagree = triple.split("/")
    false = f"{wording} ({int(agree) - 1}/{neutral}/{int(disagree) + 1})."
    assert verdicts(false, york_closed) == ["holds", "does not hold"]


def test_a_wrong_base_is_told_from_a_wrong_count(york_themes: Knowledge) -> None:
    assert verdicts(IMPROVE + "14 of 134 named Mosaic.", york_themes) == ["base differs"]


def test_what_may_be_two_questions_is_not_placed(york_themes: Knowledge) -> None:
    (placed,) = place("17 responses cited Citrix performance.", york_themes)
    assert placed.verdict == "not placed"
    assert [known.name for known in placed.figures] == [
        "barriers, Citrix performance",
        "improve, Citrix performance",
    ]


def test_the_heading_may_tell_the_question(york_themes: Knowledge) -> None:
    text = "17 responses cited Citrix performance."
    (placed,) = place(text, york_themes, "Services to improve")
    assert placed.verdict == "holds"


def test_numbers_alone_never_support_a_claim(york_themes: Knowledge) -> None:
    (placed,) = place("14 of 143 responses cited parking.", york_themes)
    assert placed.verdict == "not placed"
    assert "the numbers, not the words, fit only improve, Mosaic" in placed.note


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("67% of ICT staff are proud of the solutions we provide; 13% disagree.", ["holds"] * 2),
        ("67% of ICT staff are proud of the solutions we provide; 14% disagree.",
         ["holds", "does not hold"]),
        ("67% of ICT staff are proud of the solutions we provide. 20% of them are neutral.",
         ["holds"] * 2),
        ("67% of ICT staff are proud of the solutions we provide. 20% like tea.",
         ["holds", "not placed"]),
    ],
)  # fmt: skip
def test_a_later_claim_may_leave_unsaid_what_it_is_about(
    york_closed: Knowledge, text: str, expected: list[str]
) -> None:
    assert verdicts(text, york_closed) == expected


def test_a_group_that_nothing_was_counted_of_is_not_taken_for_the_whole(
    york_themes: Knowledge,
) -> None:
    knowledge = york_themes + know_people([("", "", 9), ("role", "Manager", 4)])
    text = IMPROVE + "14 of 143 responses of managers named Mosaic."
    (placed,) = place(text, knowledge)
    assert (placed.verdict, placed.note[:34]) == (
        "not placed",
        "nothing was counted of 'Manager' f",
    )


def test_rows_for_groups_of_themes_are_used_when_they_are_known(york_themes: Knowledge) -> None:
    row = Known(
        **{"subject": "theme:mosaic", "name": "improve, Mosaic, Manager", "question": "improve"},
        **{"group": "role", "group_value": "Manager", "cited": 3, "of": 9},
    )
    knowledge = york_themes + Knowledge((), (row,))
    assert verdicts(IMPROVE + "a third of managers named Mosaic.", knowledge) == ["holds"]
    assert verdicts(IMPROVE + "3 of 9 managers named Mosaic.", knowledge) == ["holds"]
    assert verdicts(IMPROVE + "4 of 9 managers named Mosaic.", knowledge) == ["does not hold"]


VOCABULARY = (
    "40 of 105 responses cited Citrix Mosaic support and training 38% half three quarters disagree "
    "most ICT staff ( ) ; , . 82/12/6 split this none average no one in five 3.5 | £ -"
)
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=200)))
def test_no_text_is_too_odd_to_be_checked(york_themes, york_closed, text: str) -> None:
    knowledge = york_themes + york_closed
    for placed in place_claims(find_claims(list(read_plain(text)), knowledge.groups), knowledge):
        assert placed.verdict in ("holds", "does not hold", "base differs", "not placed")
        assert len(placed.figures) == 1 or placed.verdict == "not placed"


LABELS = [
    "",
    " ",
    "(a+)+$",
    "[",
    "\\",
    "%s{0}",
    "a" * 10_000,
    "same words",
    "same words",
    "40 of 105",
]


def test_a_hostile_codebook_places_nothing_wrongly_and_breaks_nothing() -> None:
    subjects = tuple(
        Subject(id=str(n), kind="open", name=label, label=label, context={"q": label})
        for n, label in enumerate(LABELS)
    )
    figures = tuple(
        Known(subject=s.id, name=s.name, question="q", cited=40, of=105) for s in subjects
    )
    knowledge = Knowledge(subjects, figures)
    assert verdicts("40 of 105 responses cited (a+)+$ and [ and %s.", knowledge) == ["not placed"]
    assert verdicts("40 of 105 responses cited the same words.", knowledge) == ["not placed"]


def test_a_megabyte_is_checked_in_a_few_seconds(york_themes: Knowledge) -> None:
    filler = "Nobody who was there that day would say what came of it, or when, or why. " * 12
    claim = IMPROVE + "14 of 143 responses cited Mosaic performance and support.\n\n"
    text = (filler + claim) * 1_000
    assert len(text) > 950_000
    began = time.process_time()
    placed = place_claims(find_claims(read_plain(text)), york_themes)
    assert [item.verdict for item in placed] == ["holds"] * 1_000
    assert time.process_time() - began < 4
