"""Which statements are claims, and what each says."""

from __future__ import annotations

import time

import pytest

from pipeline.claims import Passage, find_claims
from pipeline.claims.forms import Stated
from pipeline.claims.numbers import allow_count, allow_ratio, parse_int
from pipeline.claims.sentences import split_sentences

MANY = 10**12


def say(stated: Stated) -> str:
    """What a claim states, on one line: count /base share triple."""
    parts = []
    if stated.count:
        low, high = stated.count
        ends = (str(low), "" if high == MANY else str(high))
        parts.append(str(low) if low == high else f"{ends[0]}..{ends[1]}")
    if stated.of is not None:
        parts.append(f"/{stated.of}")
    parts += [str(limits) for limits in stated.share]
    if stated.triple:
        parts.append("/".join(stated.triple))
    if stated.split:
        parts.append("split")
    return " ".join(parts)


def find(sentence: str, *people: str) -> list[tuple[str, str]]:
    claims = find_claims([Passage(text=sentence)], people)
    return [(claim.text, say(claim.stated)) for claim in claims]


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("40 of 105 responses cited Citrix.", [("40 of 105 responses", "40 /105")]),
        ("40 of the 105 responses cited it.", [("40 of the 105 responses", "40 /105")]),
        ("31 out of 143 named it.", [("31 out of 143", "31 /143")]),
        ("31 out of a total of 143 did.", [("31 out of a total of 143", "31 /143")]),
        ("Over 40 responses, from 105, cited it.", [("Over 40 responses, from 105", "41.. /105")]),
        ("There were 20 responses (from 105).", [("20 responses (from 105)", "20 /105")]),
        ("Devices (20 of 105) came next.", [("20 of 105", "20 /105")]),
        ("at least 1,200 of 3,400 people", [("at least 1,200 of 3,400 people", "1200.. /3400")]),
        ("fewer than 12 of 105 said so", [("fewer than 12 of 105", "0..11 /105")]),
        ("No more than 12 of 105 said so", [("No more than 12 of 105", "0..12 /105")]),
        ("Nearly 40 of 105 said so", [("Nearly 40 of 105", "36..39 /105")]),
        ("About 40 of 105 said so", [("About 40 of 105", "38..42 /105")]),
        ("Between 37 and 49 of 105 cite it", [("Between 37 and 49 of 105", "37..49 /105")]),
        ("150 of 105 responses cite it", [("150 of 105 responses", "150 /105")]),
        ("37–49 of 105 cite it", [("37–49 of 105", "37..49 /105")]),
        ("Twenty of 105 responses.", [("Twenty of 105 responses", "20 /105")]),
        ("Twenty-four of 143 did.", [("Twenty-four of 143", "24 /143")]),
        ("A hundred and five of 143 did.", [("A hundred and five of 143", "105 /143")]),
        ("Only four of 105 did.", [("Only four of 105", "4 /105")]),
        ("40 of 105 responses (38%)", [("40 of 105 responses (38%)", "40 /105 [37.5, 38.5)")]),
        ("38% (40 of 105) cited it.", [("38% (40 of 105)", "40 /105 [37.5, 38.5)")]),
        ("Nearly half (49.4%) say so.", [("Nearly half (49.4%)", "[45, 50) [49.35, 49.45)")]),
        ("20 responses cited devices.", [("20 responses", "20")]),
        ("24 mentioned support.", [("24 mentioned", "24")]),
        ("It was raised by 20.", [("raised by 20", "20")]),
        ("Over 200 respondents took part.", [("Over 200 respondents", "201..")]),
        ("38% of responses cited it.", [("38%", "[37.5, 38.5)")]),
        ("38% of the 105 responses did.", [("38% of the 105", "/105 [37.5, 38.5)")]),
        ("38 per cent agreed.", [("38 per cent", "[37.5, 38.5)")]),
        ("38 percent agreed.", [("38 percent", "[37.5, 38.5)")]),
        ("72.7 % agreed.", [("72.7 %", "[72.65, 72.75)")]),
        ("Forty per cent agreed.", [("Forty per cent", "[39.5, 40.5)")]),
        ("Over 40% agreed.", [("Over 40%", "(40, 100]")]),
        ("At least 40% agreed.", [("At least 40%", "[40, 100]")]),
        ("Under 40% agreed.", [("Under 40%", "[0, 40)")]),
        ("Just over 50% agreed.", [("Just over 50%", "(50, 56.5)")]),
        ("Between 37% and 49% agreed.", [("Between 37% and 49%", "[37, 49]")]),
        ("37–49% agreed.", [("37–49%", "[37, 49]")]),
        ("37 to 49 per cent agreed.", [("37 to 49 per cent", "[37, 49]")]),
        ("One in five cited it.", [("One in five", "[17, 23]")]),
        ("2 in 3 cited it.", [("2 in 3", "[63.67, 69.67]")]),
        ("Nine in ten cited it.", [("Nine in ten", "[87, 93]")]),
        ("Over one in four cited it.", [("Over one in four", "(25, 100]")]),
        ("A fifth of responses cited it.", [("A fifth", "[17, 23]")]),
        ("One third of staff agree.", [("One third", "[27.33, 39.33]")]),
        ("Two-thirds of staff agree.", [("Two-thirds", "[63.67, 69.67]")]),
        ("Just over half of staff agree.", [("Just over half", "(50, 56.5)")]),
        ("Only a quarter of staff agree.", [("Only a quarter", "[22, 28]")]),
        ("Nearly three quarters want it.", [("Nearly three quarters", "[70, 75)")]),
        ("Three quarters of staff want it.", [("Three quarters", "[72, 78]")]),
        ("Most ICT staff agree.", [("Most", "(50, 100)")]),
        ("Most of the staff agree.", [("Most", "(50, 100)")]),
        ("The majority of staff agree.", [("The majority", "(50, 100)")]),
        ("Almost all respondents agree.", [("Almost all", "[90, 100)")]),
        ("Opinion: 82/12/6.", [("82/12/6", "82/12/6")]),
        ("Opinion: 82% / 12% / 6%.", [("82% / 12% / 6%", "82/12/6")]),
        ("Rounded: 56/28/17.", [("56/28/17", "56/28/17")]),
        ("To one decimal: 81.8/12.1/6.1.", [("81.8/12.1/6.1", "81.8/12.1/6.1")]),
        ("There is a split.", [("a split", "split")]),
        ("Staff are evenly split.", [("evenly split", "split")]),
        (
            "40 cited Citrix, 20 cited devices and 12 cited training.",
            [("40 cited", "40"), ("20 cited", "20"), ("12 cited", "12")],
        ),
        (
            "76.2% of suppliers, against 43.6% of officers",
            [("76.2%", "[76.15, 76.25)"), ("43.6%", "[43.55, 43.65)")],
        ),
    ],
)  # fmt: skip
def test_a_statement_of_a_count_or_a_share_is_a_claim(
    sentence: str, claims: list[tuple[str, str]]
) -> None:
    assert find(sentence) == claims


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2017 we asked staff.",
        "The 2017 responses were read twice.",
        "See page 3 of 12.",
        "Step 2 of 5 is next.",
        "Table 1 of 4 shows it.",
        "Section 3.1 of 4.2 applies.",
        "The survey ran from 3 May to 12 June 2017.",
        "It closed on 31/12/2017.",
        "It closed on 12/5/17.",
        "Ring 01904 551550 or 0191 496 0000.",
        "It cost £12,400 of £30,000.",
        "It cost 5 of £30.",
        "Savings of £1,064,567 were made.",
        "Costs rose by 12%.",
        "An increase of 12% was seen.",
        "That is 12 percentage points more.",
        "It is 5% higher than last year.",
        "A 95% confidence interval was used.",
        "Work took 10 of 12 months.",
        "Nine in ten minutes.",
        "It takes half an hour.",
        "In the first half of the year.",
        "A third party runs it.",
        "The third quarter was slow.",
        "A quarter of an hour.",
        "At most, it is slow.",
        "The most important barrier is Citrix.",
        "A few people came.",
        "One of the 3 questions was closed.",
        "One response said so.",
        "Version 2 of 2017.",
        "Support is open 24/7 all year.",
        "The 16/9 screen.",
        "ratio 1:4 of 20",
        "Room 12 of 40 in West Offices",
        "3 of 0 responses",
        "Between 49 and 37 of 105 did.",
        "140% of staff",
        "He split the bill.",
        "The report has 21 questions.",
        "Office365 of 2019",
        "10,5 of 105,2",
        "-5 of 105",
        "one",
        "",
    ],
)
def test_years_pages_dates_money_and_changes_are_no_claims(sentence: str) -> None:
    assert find(sentence) == []


def test_words_for_the_groups_of_a_round_count_as_those_who_answered() -> None:
    assert find("178 officers took part.") == []
    assert find("178 officers took part.", "officers") == [("178 officers", "178")]


def test_a_name_of_a_group_is_no_pattern() -> None:
    assert find("12 (a+)+$ did", "(a+)+$", ".*", "[", "\\") == []


@pytest.mark.parametrize(
    ("printed", "number"),
    [("0", 0), ("1,234,567", 1234567), ("nineteen", 19), ("ninety-nine", 99), ("a hundred", 100),
     ("two hundred and six", 206)],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_in_words(printed: str, number: int) -> None:
    assert parse_int(printed) == number


def test_a_hedge_widens_a_count_to_one_side_or_to_both() -> None:
    assert allow_count("", 40, 40) == (40, 40)
    assert allow_count("up to", 40, 40) == (0, 40)
    assert allow_count("roughly", 100, 100) == (95, 105)
    assert allow_count("almost", 100, 100) == (90, 99)


@pytest.mark.parametrize(("part", "of"), [(0, 5), (5, 5), (6, 5)])
def test_a_ratio_is_of_some_and_not_of_all(part: int, of: int) -> None:
    assert allow_ratio("", part, of) is None


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It was 38.5% of 105. Then 4.", ["It was 38.5% of 105.", "Then 4."]),
        ("Some, e.g. Ann, did.", ["Some, e.g. Ann, did."]),
        ("See no. 4 and Dr. Who.", ["See no. 4 and Dr. Who."]),
        ('He said "no." Then left.', ['He said "no."', "Then left."]),
        ("A B. C. Smith wrote.", ["A B. C. Smith wrote."]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_the_next_begins(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_a_sentence_without_end_is_cut_and_nothing_is_lost() -> None:
    text = "word " * 5_000
    spans = list(split_sentences(text.strip()))
    assert all(end - start <= 2_000 for start, end in spans)
    assert "".join(text[start:end] for start, end in spans).count("word") == 5_000


CLAUSES = [
    ("40 cited Citrix, 20 cited devices", ["40 cited Citrix, ", "20 cited devices"]),
    ("Citrix (40 of 105) and desks (20 of 105)", ["Citrix (40 of 105) and ", "desks (20 of 105)"]),
    ("60.4% saved; 39.1% did not.", ["60.4% saved; ", "39.1% did not."]),
    (
        "40 of 105 cited Citrix, wifi or desks, and 20 of 105 cited training",
        ["40 of 105 cited Citrix, wifi or desks, ", "and 20 of 105 cited training"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "clauses"), CLAUSES)
def test_each_claim_of_a_sentence_has_its_own_clause(sentence: str, clauses: list[str]) -> None:
    passage = Passage(text=sentence)
    found = list(find_claims([passage]))
    assert [sentence[slice(*claim.clause)] for claim in found] == clauses
    assert {claim.quote for claim in found} == {sentence}


def test_a_number_in_a_table_is_a_claim_under_a_header_that_says_so() -> None:
    row = Passage(
        text="Citrix | over 40 | 105 (not restated) | 38",
        kind="row",
        columns=("Theme", "Cited", "Of", "%"),
    )
    found = [(claim.text, say(claim.stated)) for claim in find_claims([row])]
    assert found == [("over 40", "41.. /105"), ("38", "[37.5, 38.5)")]


def test_a_cell_may_hold_words_or_a_triple() -> None:
    row = Passage(text="proud of it | most | 67/20/13", kind="row", columns=("a", "b", "c"))
    found = [(claim.text, say(claim.stated)) for claim in find_claims([row])]
    assert found == [("most", "(50, 100)"), ("67/20/13", "67/20/13")]


HOSTILE = [
    "1 of " * 20_000,
    "9" * 100_000,
    "1,111" * 20_000,
    "over " * 20_000,
    "between 1 and " * 10_000,
    "1/" * 50_000,
    "(" * 100_000,
    "a " * 50_000 + "half",
    "twenty " * 15_000,
    "1 a a " * 15_000,
    "1% to 2% of " * 8_000,
    "." * 100_000,
    "most " * 20_000 + "(",
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    list(find_claims([Passage(text=text.strip(), segments=((0, 0),))]))
    assert time.process_time() - began < 5
