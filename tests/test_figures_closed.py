"""Published figures of closed questions: how they are read, and when they hold."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError
from pipeline.figures import CheckedFigure, check_figures, load_figures
from pipeline.figures.numbers import cut_range, parse_measure, some_count_fits, some_counts_fit
from pipeline.publish import Run
from pipeline.read import read_answers
from pipeline.round import Round, load_round
from pipeline.wording import parse_share

CLOSED = """\
  closed:
    easy: {column: easy, kind: scale, options: [Disagree, Neutral, Agree]}
    legacy: {column: legacy, kind: choice, options: [Yes, No, Don't know]}
    devices: {column: devices, kind: multiple}
    saved: {column: saved, kind: number, unit: £}
    rare: {column: rare, kind: choice, options: [Yes, No]}
    five: {column: five, kind: scale,
      options: [Strongly disagree, Disagree, So, Agree, Strongly agree]}
    lower: {column: lower, kind: scale,
      options: [strongly disagree, disagree, so, agree, strongly agree]}
"""
FIVE = ["Agree"] * 2 + ["So", "Strongly agree", "Disagree"] + [""] * 60
# 65 respondents: 36/18/11 agree, which prints as 55/28/17; 40 of the first 55 say Yes.
EASY = ["Agree"] * 36 + ["Neutral"] * 18 + ["Disagree"] * 11
LEGACY = ["Yes"] * 40 + ["No"] * 10 + ["Don't know"] * 5 + [""] * 10
DEVICES = ["phone;Laptop", "Laptop", ""] * 21 + ["", ""]
SAVED = ["£1", "£12,000,000", "24.5"] + [""] * 62


@pytest.fixture
def folder(make_round: Callable[..., Path]) -> Path:
    made = make_round()
    rows = [
        f"R{n},{('officer', 'supplier')[n >= 33]},It is slow,,{easy},{legacy},{devices},"
        f'"{saved}",,{five},'
        for n, (easy, legacy, devices, saved, five) in enumerate(
            zip(EASY, LEGACY, DEVICES, SAVED, FIVE, strict=True)
        )
    ]
    head = "id,team,q1,q2,easy,legacy,devices,saved,rare,five,lower"
    (made / "responses.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    text = (made / "round.yaml").read_text(encoding="utf-8")
    text = text.replace("  groups: [team]\n", "  groups: [team]\n" + CLOSED)
    (made / "round.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def check(folder: Path) -> Callable[..., list[CheckedFigure]]:
    def checked(*figures: str) -> list[CheckedFigure]:
        (folder / "figures.yaml").write_text(
            "".join(f"- {{id: f{n}, {figure}}}\n" for n, figure in enumerate(figures)),
            encoding="utf-8",
        )
        the_round: Round = load_round(folder)
        published = load_figures(
            folder / "figures.yaml", the_round, load_codebook(folder / "codebook.yaml")
        )
        return check_figures(published, {}, read_answers(the_round.source))

    return checked


def write_easy(folder: Path, counts: tuple[int, int, int]) -> None:
    agree, neutral, disagree = counts
    said = ["Agree"] * agree + ["Neutral"] * neutral + ["Disagree"] * disagree
    rows = "".join(f"R{n},x,,,{easy},,,,,,\n" for n, easy in enumerate(said))
    head = "id,team,q1,q2,easy,legacy,devices,saved,rare,five,lower\n"
    (folder / "responses.csv").write_text(head + rows, encoding="utf-8")


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        ("closed: legacy, value: Yes, share: 72.7", True),
        ("closed: legacy, value: yes, share: 72.7%, of: 55", True),
        ("closed: legacy, value: Yes, share: 72.7, of: 65", False),
        ("closed: legacy, value: Yes, share: 73", True),
        ("closed: legacy, value: Yes, share: 72", False),
        ("closed: legacy, value: Yes, share: nearly three quarters", True),
        ("closed: legacy, value: Yes, share: over three quarters", False),
        ("closed: legacy, value: Yes, cited: about 42", True),
        ("closed: legacy, value: Yes, cited: 40, n: 55", True),
        ("closed: legacy, value: Don’t Know, share: about 10", True),
        ("closed: legacy, value: [No, Don't know], share: 27.3", True),
        ("closed: legacy, value: Yes, share: 100, group: {team: officer}", True),
        ("closed: legacy, value: Yes, share: 31.8, of: 22, group: {team: Supplier}", True),
        ("closed: easy, triple: 55/28/17", True),
        ("closed: easy, triple: 55.4/27.7/16.9", True),
        ("closed: easy, triple: 56/28/16", False),
        ("closed: easy, triple: 55/28/17, share: just over half", True),
        ("closed: easy, share: 55", True),
        ("closed: easy, part: disagree, share: 17", True),
        ("closed: easy, value: Neutral, share: over a quarter", True),
        ("closed: five, value: agree, share: 60", True),
        ("closed: five, value: Agree, share: 40", True),
        ("closed: five, value: [agree], share: 40", True),
        ("closed: five, value: [agree, strongly agree], share: 60", True),
        ("closed: five, part: neutral, share: 20", True),
        ("closed: easy, share: a split", False),
        ("closed: devices, value: laptop, share: all", True),
        ("closed: devices, value: Phone, cited: 21, n: 42", True),
        ("closed: saved, range: '£1 to £12,000,000', n: 3", True),
        ("closed: saved, range: 1-12000000", True),
        ("closed: saved, range: 2 to 12000000", False),
        ("closed: saved, mean: '4,000,008.5', n: 3", True),
        ("closed: saved, mean: about 4000000", True),
        ("closed: saved, mean: 4000000", False),
        ("closed: rare, value: Yes, share: none", False),
        ("closed: rare, n: 0", True),
    ],
)
def test_a_figure_of_a_closed_question_holds_when_all_it_states_is_found(
    check: Callable[..., list[CheckedFigure]], figure: str, holds: bool
) -> None:
    (checked,) = check(figure)
    assert checked.holds is holds, checked.found
    assert checked.coders is None
    assert "nan" not in checked.found


@pytest.mark.parametrize(
    ("counts", "holds"),
    [((38, 25, 37), True), ((37, 33, 30), True), ((45, 20, 35), False), ((28, 33, 39), False)],
)
def test_a_split_is_read_off_the_triple(
    folder: Path,
    check: Callable[..., list[CheckedFigure]],
    counts: tuple[int, int, int],
    holds: bool,
) -> None:
    said = [
        w for w, n in zip(["Agree", "Neutral", "Disagree"], counts, strict=True) for _ in range(n)
    ]
    rows = "".join(f"R{n},x,,,{easy},,,,,,\n" for n, easy in enumerate(said))
    head = "id,team,q1,q2,easy,legacy,devices,saved,rare,five,lower\n"
    (folder / "responses.csv").write_text(head + rows, encoding="utf-8")
    (checked,) = check("closed: easy, share: split")
    assert checked.holds is holds
    assert checked.found == "/".join(map(str, counts)) + " of 100"


def test_what_whole_numbers_cannot_give_is_said_beside_the_verdict(
    check: Callable[..., list[CheckedFigure]],
) -> None:
    one, two, three, four = check(
        "closed: legacy, value: Yes, share: 91.1, of: 22",
        "closed: easy, triple: 55/28/18",
        "closed: easy, triple: 99.9/0.0/0.0",
        "closed: legacy, value: Yes, share: 72.7",
    )
    assert one.notes == ("no whole number of 22 respondents gives 91.1%",)
    assert "55/28/18 adds to 101" in two.notes
    assert any("no whole numbers of 65 respondents" in note for note in three.notes)
    assert four.notes == ()


def test_a_triple_by_largest_remainders_holds_and_is_named(
    folder: Path, check: Callable[..., list[CheckedFigure]]
) -> None:
    write_easy(folder, (10, 5, 3))
    alone, adding = check("closed: easy, triple: 56/28/17", "closed: easy, triple: 55/28/17")
    assert (alone.holds, alone.notes) == (True, ("56/28/17 adds to 101",))
    assert adding.holds
    assert "largest remainders" in adding.notes[0]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("closed: legasy, value: Yes, share: 70", "Did you mean 'legacy'"),
        ("closed: legacy, value: Yse, share: 70", "Did you mean 'Yes'?"),
        ("closed: legacy, share: 70", "'value' is missing"),
        ("closed: legacy, value: Yes", "states nothing of 'legacy'"),
        ("closed: legacy, value: Yes, share: many", "cannot be read as a share"),
        ("closed: legacy, value: Yes, share: a split", "cannot be read as a share"),
        ("closed: legacy, triple: 1/2/3", "kind choice has no 'triple'"),
        ("closed: saved, share: 70", "kind number has no 'share'"),
        ("closed: easy, triple: 1/2", "cannot be read as a triple"),
        ("closed: saved, range: 5", "cannot be read as a range"),
        ("closed: saved, mean: much", "cannot be read as a mean"),
        ("closed: saved, n: lots", "cannot be read as a n"),
        ("closed: easy, part: agreed, share: 55", "Did you mean 'agree'"),
        ("closed: easy, part: agree, value: Agree, share: 55", "stands instead of 'value'"),
        ("closed: lower, value: agree, share: 55", "is an option and a part"),
        ("closed: lower, value: agree, part: agree, share: 55", "stands instead of 'value'"),
        ("closed: legacy, part: agree, value: Yes, share: 55", "'part' is of a scale"),
        ("closed: easy, share: 55, theme: slow", "unknown key 'theme'"),
        ("closed: easy, share: 55, of: lots", "'of' must be a whole number"),
        ("closed: easy, share: 55, group: {tem: x}", "Did you mean 'team'?"),
        ("closed: easy, share: 55, group: {team: oficer}", "Did you mean 'officer'?"),
        ("closed: devices, value: Tablet, share: 5", "nobody gave the answer Tablet"),
    ],
)
def test_what_is_wrong_with_a_figure_of_a_closed_question_is_said(
    check: Callable[..., list[CheckedFigure]], figure: str, said: str
) -> None:
    with pytest.raises(InputError) as refused:
        check(figure)
    assert said in str(refused.value)


def test_figures_of_closed_questions_are_checked_in_a_round_and_in_its_run(
    folder: Path, run: Callable[..., Run], tmp_path: Path
) -> None:
    (folder / "figures.yaml").write_text(
        "- {id: open, question: barriers, theme: slow, share: all}\n"
        "- {id: yes, closed: legacy, value: Yes, share: 72.7, source: page 3}\n"
        "- {id: wrong, closed: easy, triple: 55/28/18}\n",
        encoding="utf-8",
    )
    done = run(folder, tmp_path / "run")
    fresh, kept = (
        subprocess.run(
            [sys.executable, "-m", "pipeline", "figures", "check", str(path), "-q"],
            capture_output=True,
            encoding="utf-8",
        )
        for path in (folder, done.folder)
    )
    assert (fresh.returncode, kept.returncode) == (1, 1)
    assert (fresh.stdout, fresh.stderr) == (kept.stdout, kept.stderr)
    assert "yes     72.7%" in fresh.stdout
    assert "40 of 55 (72.7%)" in fresh.stdout
    assert "wrong: 55/28/18 adds to 101." in fresh.stdout
    assert "2 of 3 published figures hold." in fresh.stdout
    assert "[E602] wrong: published as 55/28/18, found 55/28/17 of 65." in fresh.stderr


def test_a_codebook_is_compared_in_a_round_with_figures_of_closed_questions(folder: Path) -> None:
    (folder / "figures.yaml").write_text(
        "- {id: open, question: barriers, theme: slow, share: all}\n"
        "- {id: north, question: barriers, theme: slow, share: all, group: {team: officer}}\n"
        "- {id: yes, closed: legacy, value: Yes, share: 72.7}\n",
        encoding="utf-8",
    )
    old = folder / "codebook.yaml"
    (folder / "new.yaml").write_text(old.read_text(encoding="utf-8").replace("slow*", "tardy"))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pipeline", "codebook", "diff", str(old)),
            *(str(folder / "new.yaml"), "--on", str(folder), "-q"),
        ],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    held = done.stdout[done.stdout.index("published figure") :].splitlines()
    assert [line.split()[0] for line in held[1:]] == ["open"]


def test_a_checked_figure_as_json_has_its_counts_and_what_is_said(
    check: Callable[..., list[CheckedFigure]],
) -> None:
    one, two = check(
        "closed: easy, triple: 55/28/18, source: p. 3, group: {team: officer}",
        "closed: legacy, value: yes, share: 72.7",
    )
    assert one.as_json() == {
        "id": "f0",
        "closed": "easy",
        "value": ["Agree"],
        "group": {"team": "officer"},
        "published": {"triple": "55/28/18", "of": None},
        "found": {
            "of": 33,
            "cited": 33,
            "parts": {"agree": 33, "neutral": 0, "disagree": 0},
            "said": "100/0/0 of 33",
        },
        "holds": False,
        "notes": list(one.notes),
        "source": "p. 3",
    }
    assert two.as_json()["found"] == {"of": 55, "cited": 40, "said": "40 of 55 (72.7%)"}


def test_closed_figures_cannot_be_checked_without_answers(
    check: Callable[..., list[CheckedFigure]], folder: Path
) -> None:
    (checked,) = check("closed: easy, share: 55")
    with pytest.raises(ValueError, match="against answers"):
        check_figures([checked.published], {})


@pytest.mark.parametrize(
    ("share", "of", "fits"),
    [
        ("91.0", 22, False),
        ("90.9", 22, True),
        ("35.5", 178, False),
        ("35.5", 166, True),
        ("0", 1, True),
        ("100", 1, True),
        ("50", 1, False),
        ("half", 3, False),
        ("over 99", 50, True),
        ("50", 0, False),
    ],
)
def test_a_share_is_possible_when_some_count_of_the_base_has_it(
    share: str, of: int, fits: bool
) -> None:
    limits = parse_share(share)
    assert limits is not None
    assert some_count_fits(limits, of) is fits


def test_possible_shares_are_those_that_trying_every_count_finds() -> None:
    for share in ("12.5", "33.3", "over 40", "nearly three quarters", "half", "all", "none"):
        limits = parse_share(share)
        assert limits is not None
        for of in range(1, 60):
            tried = any(limits.holds(Fraction(100 * n, of)) for n in range(of + 1))
            assert some_count_fits(limits, of) is tried, (share, of)


def test_a_triple_is_possible_when_its_counts_add_to_the_base() -> None:
    def fits(triple: str, of: int, *, whole: bool = True) -> bool:
        return some_counts_fit(tuple(map(Fraction, triple.split("/"))), of, 0, whole=whole)

    assert fits("56/28/17", 18)
    assert not fits("56/28/17", 17)
    assert not fits("82/12/5", 49)
    assert fits("50/0/0", 2, whole=False)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("0-95", ["0", "95"]),
        ("1 to 100", ["1", "100"]),
        ("£1 – £12,000,000", ["£1", "£12,000,000"]),
        ("12", ["12"]),
        ("", [""]),
    ],
)
def test_a_range_is_cut_in_its_ends(text: str, ends: list[str]) -> None:
    assert cut_range(text) == ends


@pytest.mark.parametrize("text", ["", "lots", "1/2", "£", "12 to 15"])
def test_what_is_no_number_is_no_mean(text: str) -> None:
    assert parse_measure(text) is None
