"""A decision holds as long as its text and what its theme means: not for longer, not for less."""

from pathlib import Path

import pytest

from pipeline.classify.example import Example
from pipeline.codebook.load import load_codebook
from pipeline.errors import Problem
from pipeline.learn import add_examples, leave_out_audit, make_examples_of_decisions
from pipeline.match import Matcher
from pipeline.noted import Answer
from pipeline.plan import plan_run
from pipeline.readings import (
    Decision,
    Member,
    Sample,
    StoredReading,
    hash_text,
    hash_theme,
    open_store,
)
from pipeline.readings.records import utc
from pipeline.round import load_round
from pipeline.tables import DECISIONS
from pipeline.tokenise import number_sentences
from pipeline.verify import verify_run

CODEBOOK = """\
codebook: tiny
themes:
  slow:
    label: Slow systems
    definition: Waits.
    include: Freezes.
    exclude: Praise.
    rules: [slow*]
  wifi: {definition: Wireless., rules: [wifi]}
"""


def keep(folder: Path, *readings: tuple[str, str, str, dict[str, str]], sample=None) -> None:
    """Readings of (coder, response, text, decisions) under the codebook as it is now."""
    themes = {theme.id: theme for theme in load_codebook(folder / "codebook.yaml").themes}
    with open_store(folder / "decisions.db", create=True) as store:
        if sample:
            store.add_sample(sample)
        store.add_readings(
            StoredReading(
                response_id=response_id,
                question=response_id.rpartition("/")[2],
                coder=coder,
                time=utc(f"2026-03-01T09:00:{second:02d}Z"),
                text_hash=hash_text(text),
                decisions=tuple(
                    Decision(theme=theme, decision=word, theme_hash=hash_theme(themes[theme]))
                    for theme, word in said.items()
                ),
            )
            for second, (coder, response_id, text, said) in enumerate(readings)
        )


def plan(folder: Path, coders=()):
    said: list[Problem] = []
    return plan_run(load_round(folder), coders, said.append), [problem.code for problem in said]


ROWS = (("R1", "a", "slow here", ""), ("R2", "a", "the wifi", ""), ("R3", "a", " ", ""))
BOTH = {"slow": "present", "wifi": "absent"}


@pytest.fixture
def folder(make_round):
    made = make_round(rows=ROWS, codebook=CODEBOOK, extra="decisions: decisions.db\n", figures="[]")
    keep(made, ("human:ana", "R1/barriers", "slow here", BOTH))
    return made


def decided(folder: Path) -> tuple[dict[str, str], list[str]]:
    planned, codes = plan(folder)
    return {d["theme"]: d["decision"] for d in planned.decisions.to_pylist()}, codes


@pytest.mark.parametrize(
    ("old", "new", "left", "codes"),
    [
        ("rules: [slow*]", "rules: [slow*, crawl*]", {"slow", "wifi"}, []),
        ("label: Slow systems", "label: Sluggish", {"slow", "wifi"}, []),
        ("definition: Waits.", "definition: Waits long.", {"wifi"}, ["W411"]),
        ("include: Freezes.", "include: Crashes.", {"wifi"}, ["W411"]),
        ("exclude: Praise.", "exclude: Nothing.", {"wifi"}, ["W411"]),
        ("  slow:\n", "  sluggish:\n    was: [slow]\n", {"sluggish", "wifi"}, []),
        ("  slow:\n", "  sluggish:\n", {"wifi"}, ["W413"]),
        ("  slow:\n", "  slow:\n    questions: [improve]\n", {"wifi"}, ["W413"]),
    ],
)
def test_a_new_meaning_makes_decisions_stale_and_new_rules_do_not(folder, old, new, left, codes):
    path = folder / "codebook.yaml"
    path.write_text(path.read_text().replace(old, new))
    found, warned = decided(folder)
    assert set(found) == left
    assert [code for code in warned if code != "W406"] == codes


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("slow here", "slow there", "W411"), ("R1", "R9", "W413"), ("the wifi", "no wifi", "")],
)
def test_another_text_makes_decisions_stale(folder, old, new, code) -> None:
    path = folder / "responses.csv"
    path.write_text(path.read_text().replace(old, new))
    found, warned = decided(folder)
    assert (found, warned) == (({}, [code]) if code else (BOTH, []))


def test_of_themes_that_became_one_the_strongest_word_stands(folder) -> None:
    path = folder / "codebook.yaml"
    path.write_text(CODEBOOK.replace("Wireless.", "Waits.").replace("include: Freezes.\n", "\n"))
    path.write_text(path.read_text().replace("exclude: Praise.\n", "\n"))
    (folder / "decisions.db").unlink()
    keep(folder, ("human:ana", "R1/barriers", "slow here", {"wifi": "unsure", "slow": "absent"}))
    path.write_text(
        "codebook: tiny\nthemes:\n  net: {was: [slow, wifi], definition: Waits., rules: [slow*]}\n"
    )
    assert decided(folder) == ({"net": "unsure"}, [])


def test_imported_coders_reach_the_run_only_when_named(folder) -> None:
    keep(folder, ("import:acme", "R2/barriers", "the wifi", {"wifi": "present"}))
    assert {d["coder"] for d in plan(folder)[0].decisions.to_pylist()} == {"human:ana"}
    with (folder / "round.yaml").open("a") as stream:
        stream.write("coders: ['import:acme']\n")
    coders = {d["coder"] for d in plan(folder)[0].decisions.to_pylist()}
    assert coders == {"human:ana", "import:acme"}


def test_a_run_with_a_store_verifies_and_takes_the_persons_word(folder, run) -> None:
    member = Member(
        response_id="R2/barriers",
        question="barriers",
        stratum="all",
        probability=0.5,
        text_hash=hash_text("the wifi"),
    )
    drawn = Sample(purpose="audit", seed=1, members=(member,))
    keep(folder, ("human:ana", "R1/barriers", "slow here", {"slow": "absent"}), sample=drawn)
    done = run(folder, folder / "run")
    assert verify_run(folder / "run") == []
    (line,) = (folder / "run" / "evidence" / "samples.jsonl").read_text().splitlines()
    assert '"response_id":"R2/barriers"' in line
    cited = {
        (row["question"], row["theme"]): row["cited"] for row in done.figures.counts.to_pylist()
    }
    assert cited["barriers", "slow"] == 0


def test_what_people_said_is_taught_as_they_said_it(codebook_of) -> None:
    codebook = codebook_of("  slow: {rules: [slow]}\n  wifi: {rules: [wifi]}\n  desk: {rules: [x]}")
    table = [
        (1, "A", "slow", "human:ana", "present"),
        (1, "A", "wifi", "human:ana", "absent"),
        (2, "B", "slow", "human:ana", "present"),
        (3, "B", "slow", "human:ben", "absent"),
        (3, "B", "wifi", "human:ben", "absent"),
        (4, "C", "slow", "human:ana", "unsure"),
        (5, "D", "slow", "human:ana", "present"),
        (6, "E", "slow", "human:ana", "present"),
        (7, "E", "slow", "human:ana", "absent"),
    ]
    names = ("reading", "response_id", "theme", "coder", "decision")
    decisions = DECISIONS.build(
        {"facet": "", "memo": "", **dict(zip(names, row, strict=True))} for row in table
    )
    answers = {name: Answer(f"P{name}", "q", "slow") for name in "ABCE"}
    matcher = Matcher(codebook, number_sentences)
    found = make_examples_of_decisions(decisions, answers, codebook, matcher)
    assert [(e.response_id, e.group, set(e.themes), set(e.unknown)) for e in found] == [
        ("A", "PA", {"slow"}, {"desk"}),
        ("B", "PB", set(), {"slow", "desk"}),
        ("E", "PE", set(), {"wifi", "desk"}),
    ]
    assert all(example.ruled == {"slow"} for example in found)


def example(name: str, text: str) -> Example:
    return Example(response_id=name, group=name, question="q", text=text, themes=frozenset())


def test_what_audits_never_trains_by_id_and_by_text() -> None:
    said: list[Problem] = []
    every = [example("A", "a"), example("B", "b"), example("C", "c")]
    assert leave_out_audit(every, {"A"}, {hash_text("b")}, said.append) == every[2:]
    assert [problem.code for problem in said] == ["W412"]
    assert said[0].what.startswith("2 responses")
    assert leave_out_audit(every, set(), set(), said.append) == every
    assert len(said) == 1


def test_a_decision_goes_before_a_coded_file() -> None:
    one, two, three = example("A", "old"), example("B", "b"), example("A", "new")
    assert add_examples([one, two], [three]) == [two, three]


def test_a_round_learns_from_its_store_but_not_from_its_audit(make_round) -> None:
    rows = [(f"R{n}", "a", f"{'ages to load' if n % 2 else 'a desk'} {n}", "") for n in range(60)]
    extra = "decisions: decisions.db\nclassifier: {train: training.csv, threshold: 0.5}\n"
    folder = make_round(rows=rows, codebook=CODEBOOK, extra=extra, figures="[]")
    audited = tuple(
        Member(
            response_id=f"R{n}/barriers",
            question="barriers",
            stratum="all",
            probability=0.1,
            text_hash=hash_text(rows[n][2]),
        )
        for n in range(6)
    )
    readings = [
        ("human:ana", f"R{n}/barriers", row[2], {"slow": "present" if n % 2 else "absent"})
        for n, row in enumerate(rows)
    ]
    keep(folder, *readings, sample=Sample(purpose="audit", seed=1, members=audited))
    planned, codes = plan(folder)
    assert planned.model is not None
    assert "W412" in codes
    assert len(planned.samples) == 1
    assert len(planned.model.trained_ids) == 44 + 60 - 6
    assert not {member.response_id for member in audited} & set(planned.model.trained_ids)
    alone, _ = plan(folder, ("codebook", "classifier"))
    assert alone.model is not None
    assert alone.model.coder == planned.model.coder
    assert alone.decisions.num_rows == 0
