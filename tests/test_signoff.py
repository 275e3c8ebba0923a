"""Signatures: what un-signs a figure, and who is told."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.readings import open_store
from pipeline.readings.schema import TABLES
from pipeline.round import load_round
from pipeline.run import run_batches
from pipeline.signoff.fingerprints import Fingerprints, Rests
from pipeline.verify import verify_run
from tests.ended import Ended
from tests.readings import signature

ROWS = [
    ("R1", "North", "The wifi is slow", "training"),
    ("R2", "North", "It is slow", "wifi"),
    ("R3", "South", "We like it here", "wifi, slow wifi"),
    ("R4", "South", "n/a", ""),
]
PLACE = ("barriers", "slow")


def rests(folder: Path, batch_size: int = 10_000, place: tuple[str, str] = PLACE) -> Rests:
    plan = plan_run(load_round(folder))
    seen = Fingerprints(plan.round, plan.codebook)
    for batch in run_batches(plan, batch_size):
        seen.add(batch.responses, batch.verdicts)
    return seen.rests(*place)


def changed(make_round: Callable[..., Path], **change: object) -> list[str]:
    before = make_round("before", rows=ROWS)
    return rests(before).changed(rests(make_round("after", **{"rows": ROWS, **change})))


def codebook(text: str = "", *, rule: str = "slow", other: str = "wifi") -> str:
    return f"""\
codebook: tiny
themes:
  slow: {{label: Slow systems, {text}rules: [{rule}, crash*]}}
  wifi: {{rules: [{other}]}}
  training: {{questions: [improve], rules: [training]}}
  systems: {{net: [slow, wifi]}}
"""


@pytest.mark.parametrize("size", [1, 2, 3])
def test_what_a_figure_rests_on_depends_on_no_batch_and_no_order(make_round, size) -> None:
    whole = rests(make_round("one", rows=ROWS))
    assert rests(make_round("two", rows=ROWS[::-1]), size) == whole


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("R1", "North", "The wifi is slow!", "training"), ["its base"]),
        (("R1", "West", "The wifi is slow", "training"), []),
        (("R1", "North", "The wifi is slow", "other"), []),
        (("R1", "North", "The wifi is fine", ""), ["its base", "its responses' verdicts"]),
        (("R1", "North", "", "training"), ["its base", "its responses' verdicts"]),
    ],
)
def test_only_a_change_of_its_own_base_or_verdicts_unsigns_a_figure(make_round, row, said) -> None:
    assert changed(make_round, rows=[row, *ROWS[1:]]) == said


def test_a_response_more_changes_the_base(make_round) -> None:
    assert changed(make_round, rows=[*ROWS, ("R5", "North", "Nothing new", "")]) == ["its base"]
    assert changed(make_round, rows=[*ROWS, ("R5", "North", "", "slow")]) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (codebook(), []),
        (codebook("definition: Slow things., "), ["its theme's definition"]),
        (codebook("exclude: Praise., "), ["its theme's definition"]),
        (codebook(rule="slow*"), []),
        (codebook(other="wi fi"), []),
        (codebook(rule="quick"), ["its responses' verdicts"]),
    ],
)
def test_the_codebook_unsigns_by_what_a_theme_means_and_finds(make_round, after, said) -> None:
    before = make_round("before", rows=ROWS, codebook=codebook())
    now = make_round("after", rows=ROWS, codebook=after)
    assert rests(before).changed(rests(now)) == said


def test_a_net_rests_on_its_members(make_round) -> None:
    net = ("barriers", "systems")
    before = rests(make_round("before", rows=ROWS, codebook=codebook()), place=net)
    other = make_round("after", rows=ROWS, codebook=codebook("definition: Else., "))
    assert before.changed(rests(other, place=net)) == ["its theme's definition"]


@pytest.fixture
def verbatims(monkeypatch, capsys, tmp_path) -> Callable[..., Ended]:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["verbatims", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return Ended(int(str(stop.value.code)), *capsys.readouterr())

    return call


SIGN = ("--question", "barriers", "--theme", "slow", "--by", "Ana Lee")


def test_a_figure_is_signed_shown_and_unsigned_by_a_change(make_round, verbatims) -> None:
    folder = make_round(rows=ROWS)
    signed = verbatims("review", "sign", folder, *SIGN)
    assert (signed.code, signed.out[:39]) == (0, "Signed by Ana Lee: 2 of 3 responses cit")
    assert "Write 'decisions: decisions.db'" in signed.err
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    (folder / "round.yaml").write_text(text + "decisions: decisions.db\n", encoding="utf-8")
    run = verbatims("run", folder, "--out", "one", "--json")
    slow = next(c for c in run.json["questions"][0]["counts"] if c["theme"] == "slow")
    assert slow["standing"]["state"] == "signed"
    assert "; signed by Ana Lee on 20" in slow["sentence"]
    assert verify_run(Path("one")) == []
    held = verbatims("review", "signed", folder)
    assert (held.code, "holds" in held.out) == (0, True)
    source = folder / "responses.csv"
    source.write_text(source.read_text("utf-8").replace("It is slow", "It is quick"), "utf-8")
    undone = verbatims("review", "signed", folder)
    assert undone.code == 1
    assert "E543" in undone.err
    assert "its base, its responses' verdicts changed since Ana Lee signed" in undone.err
    again = verbatims("run", folder, "--out", "two", "--json")
    slow = next(c for c in again.json["questions"][0]["counts"] if c["theme"] == "slow")
    assert slow["standing"]["state"] == "machine"
    assert slow["standing"]["changed"] == ["its base", "its responses' verdicts"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--question", "barriers", "--theme", "slwo", "--by", "ana"), "Did you mean"),
        (("--question", "barriers", "--theme", "training", "--by", "ana"), "no figure"),
        (("--question", "barriers", "--theme", "slow", "--by", " "), "names nobody"),
    ],
)
def test_what_cannot_be_signed_is_refused(make_round, verbatims, options, said) -> None:
    found = verbatims("review", "sign", make_round(rows=ROWS), *options)
    assert (found.code, "E541" in found.err, said in found.err) == (2, True, True)


def test_a_store_that_the_round_names_is_made_by_the_first_signature(make_round, verbatims) -> None:
    folder = make_round(rows=ROWS, extra="decisions: here.db\n")
    signed = verbatims("review", "sign", folder, *SIGN, "--memo", "read all")
    assert (signed.code, signed.err) == (0, "")
    with open_store(folder / "here.db") as store:
        (one,) = store.signatures()
        assert (one.by, one.memo, one.cited, one.of) == ("Ana Lee", "read all", 2, 3)
        assert str(store.head()) in signed.out


def test_what_was_cut_off_is_found_against_a_head_of_the_store(make_round, verbatims) -> None:
    folder = make_round(rows=ROWS)
    heads = [verbatims("review", "sign", folder, *SIGN, "--json").json["head"] for _ in range(2)]
    for head in heads:
        assert verbatims("review", "signed", folder, "--head", head).code == 0
    with sqlite3.connect(folder / "decisions.db") as connection:
        for name in TABLES:
            connection.execute(f"DROP TRIGGER {name}_no_delete")
        connection.execute("DELETE FROM signatures WHERE number = 2")
        connection.execute("DELETE FROM chain WHERE number = 2")
    connection.close()
    cut = verbatims("review", "signed", folder, "--head", heads[1])
    assert (cut.code, "E581" in cut.err, "cut off" in cut.err) == (1, True, True)
    assert verbatims("review", "signed", folder, "--head", "12ab").code == 2


def test_a_file_of_signatures_is_refused_where_the_round_names_one(make_round) -> None:
    folder = make_round(extra="signatures: signatures.jsonl\n")
    with pytest.raises(InputError, match=r"E544.*round\.yaml:\d+.*review import"):
        load_round(folder)
    assert load_round(folder, with_files=False).name


def test_a_run_keeps_the_signatures_and_is_verified_without_its_store(
    make_round, run, tmp_path
) -> None:
    now = rests(make_round("before", rows=ROWS))._asdict()
    folder = make_round(rows=ROWS, extra="decisions: decisions.db\n")
    with open_store(folder / "decisions.db", create=True) as store:
        for by in ("ana", "ben"):
            store.add_signature(signature(question="barriers", by=by, **now))
    done = run(folder, tmp_path / "run")
    shutil.rmtree(folder)
    assert verify_run(done.folder, done.sha256) == []
    (slow,) = (row for row in done.report.questions[0].rows if row.theme == "slow")
    assert slow.standing == {
        "state": "signed",
        "by": "ben",
        "time": "2026-03-01T09:00:00.000000Z",
        "changed": [],
    }


def test_nothing_signed_is_said(make_round, verbatims) -> None:
    found = verbatims("review", "signed", make_round(rows=ROWS))
    assert (found.code, found.out.startswith("Nothing is signed")) == (0, True)
