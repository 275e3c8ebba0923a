"""Signatures: what un-signs a figure, and a file that cannot be changed unseen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import run_batches
from pipeline.signoff.book import Signature, read_book, sign
from pipeline.signoff.fingerprints import Fingerprints, Rests
from pipeline.verify import verify_run
from tests.ended import Ended

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


def signature(number: int = 1, **more: str) -> Signature:
    return Signature(
        **{
            **{"question": "q", "theme": f"t{number}", "by": "ana", "time": "2026-11-27T09:00:00Z"},
            **{"base": "a" * 64, "verdicts": "b" * 64, "meaning": "c" * 64},
            **more,
        },
        cited=number,
        of=10,
    )


def test_each_signature_has_the_hash_of_the_one_before(tmp_path) -> None:
    path = tmp_path / "signatures.jsonl"
    made = [sign(path, signature(n)) for n in range(3)]
    assert read_book(path) == made
    assert [one.previous for one in made[1:]] == [one.digest for one in made[:-1]]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_line_edited_moved_put_in_or_cut_out_is_found(tmp_path_factory, data) -> None:
    path = tmp_path_factory.mktemp("book") / "signatures.jsonl"
    for number in range(5):
        sign(path, signature(number))
    lines = path.read_text(encoding="utf-8").splitlines()
    kind = data.draw(st.sampled_from(["edit", "move", "put in", "cut out"]))
    place = data.draw(st.integers(0, 3))
    if kind == "edit":
        record = json.loads(lines[place])
        key = data.draw(st.sampled_from(sorted(record)))
        record[key] = 99 if isinstance(record[key], int) else f"{record[key]}x"
        lines[place] = json.dumps(record)
    elif kind == "move":
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    elif kind == "put in":
        lines.insert(place, lines[data.draw(st.integers(0, 4))])
    else:
        del lines[place]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="E542"):
        read_book(path)


@pytest.mark.parametrize("line", ["{}", "nonsense", "[1]", '{"question": "q"}'])
def test_a_line_that_is_no_signature_is_refused_with_its_place(tmp_path, line) -> None:
    path = tmp_path / "signatures.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"E542.*signatures\.jsonl:1"):
        read_book(path)


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
    assert "Add 'signatures: signatures.jsonl'" in signed.err
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    (folder / "round.yaml").write_text(text + "signatures: signatures.jsonl\n", encoding="utf-8")
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


def test_signatures_that_were_cut_off_are_found_against_a_head(make_round, verbatims) -> None:
    folder = make_round(rows=ROWS)
    heads = [verbatims("review", "sign", folder, *SIGN, "--json").json["head"] for _ in range(2)]
    assert verbatims("review", "signed", folder, "--head", heads[1][:12]).code == 0
    book = folder / "signatures.jsonl"
    book.write_text(book.read_text("utf-8").splitlines(keepends=True)[0], "utf-8")
    assert verbatims("review", "signed", folder, "--head", heads[0][:12]).code == 0
    cut = verbatims("review", "signed", folder, "--head", heads[1][:12])
    assert (cut.code, "E542" in cut.err) == (2, True)


def test_nothing_signed_is_said(make_round, verbatims) -> None:
    found = verbatims("review", "signed", make_round(rows=ROWS))
    assert (found.code, found.out.startswith("Nothing is signed")) == (0, True)
