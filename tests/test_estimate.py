"""From the draw of an audit to what it says of a count: the path, the refusals, and the law."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import store as runs
from pipeline.classify.example import Example
from pipeline.classify.model import hash_seen
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.digest import hash_file
from pipeline.errors import InputError
from pipeline.estimate import Standing, estimate_counts, find_audit
from pipeline.estimate.estimates import estimate_audit
from pipeline.estimate.trained import Trained, read_trained
from pipeline.learn import train_on
from pipeline.modelfile import write_model
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
from pipeline.report.audited import audit_sentence, unaudited
from pipeline.review.audit import (
    ABSENT,
    PRESENT,
    UNKNOWN,
    Frame,
    count_strata,
    draw,
    strata_of_all,
    strata_of_theme,
)
from pipeline.review.gather import gather
from pipeline.review.sampling import Wanted, audit_sample
from pipeline.round import ClassifierSettings, load_round
from pipeline.tables import COUNTS
from pipeline.verify import verify_run

CODEBOOK = """\
codebook: tiny
version: 1
themes:
  slow: {label: Slow systems, definition: Waits., rules: [slow*]}
  wifi: {label: Wifi, rules: [wifi]}
  systems: {label: Any of the systems, net: [slow, wifi]}
"""
COUNT = 60
TEXTS = tuple(
    ("slow again", "wifi gone", "slow wifi", "waits and waits", "desks")[n % 5] + f" {n}x{n}"
    for n in range(COUNT)
)
ROWS = tuple((f"R{n:02}", "North", text, "") for n, text in enumerate(TEXTS))
STORE = "decisions: decisions.db\n"


def truth_of(text: str) -> frozenset[str]:
    """What a person finds: the rules miss "waits", and "slow again 0x0" is not meant so."""
    if text.endswith("0x0"):
        return frozenset()
    return frozenset(
        theme
        for theme, words in (("slow", ("slow", "waits")), ("wifi", ("wifi",)))
        if any(word in text for word in words)
    )


SLOW = sum("slow" in truth_of(text) for text in TEXTS)
ANY = sum(bool(truth_of(text)) for text in TEXTS)
Said = Callable[[str], dict[str, str]]


def say_truth(text: str) -> dict[str, str]:
    found = truth_of(text)
    return {theme: "present" if theme in found else "absent" for theme in ("slow", "wifi")}


@pytest.fixture
def folder(make_round: Callable[..., Path]) -> Path:
    return make_round(rows=ROWS, codebook=CODEBOOK, extra=STORE, figures="[]")


def draw_audit(folder: Path, seed: int = 1, **wanted: Any) -> Sample:
    path = folder / "decisions.db"
    open_store(path, create=True).close()
    gathered = gather(plan_run(load_round(folder)))
    with open_store(path) as store:
        sample, _ = audit_sample(gathered, store.samples(), Wanted(**wanted), seed)
        return replace(sample, id=store.add_sample(sample))


def read(folder: Path, members: Iterable[str], said: Said = say_truth, coder: str = "ana") -> None:
    """Readings of responses, under the codebook and texts as they are now."""
    themes = {theme.id: theme for theme in load_codebook(folder / "codebook.yaml").themes}
    with open_store(folder / "decisions.db") as store:
        before = len(store.readings())
        store.add_readings(
            StoredReading(
                response_id=name,
                question="barriers",
                coder=f"human:{coder}",
                time=utc(f"2026-03-01T09:{second // 60:02d}:{second % 60:02d}Z"),
                text_hash=hash_text(TEXTS[int(name[1:3])]),
                decisions=tuple(
                    Decision(theme=theme, decision=word, theme_hash=hash_theme(themes[theme]))
                    for theme, word in said(TEXTS[int(name[1:3])]).items()
                ),
            )
            for second, name in enumerate(members, before)
        )


def ids(sample: Sample) -> list[str]:
    return [member.response_id for member in sample.members]


def estimates(done: Any) -> dict[str, dict[str, Any]]:
    rows = done.figures.estimates.to_pylist()
    return {row["theme"]: row for row in rows if row["question"] == "barriers"}


@pytest.fixture
def run_again(folder: Path, run: Callable[..., Any]) -> Callable[..., dict[str, dict[str, Any]]]:
    def go(**options: Any) -> dict[str, dict[str, Any]]:
        done = run(folder, folder / "run", **options)
        assert verify_run(done.folder) == []
        return estimates(done)

    return go


def test_from_the_draw_through_the_reading_to_the_estimate(folder: Path, run: Callable) -> None:
    sample = draw_audit(folder, theme="slow", tagged=20, untagged=30)
    read(folder, ids(sample))
    done = run(folder, folder / "run")
    found = estimates(done)
    slow = found["slow"]
    assert slow["machine"] == 24
    assert (slow["audited_tagged"], slow["audited_untagged"]) == (20, 30)
    assert slow["low"] <= SLOW <= slow["high"]
    assert slow["exact_low"] <= slow["low"] < slow["high"] <= slow["exact_high"]
    assert slow["low"] <= slow["estimate"] <= slow["high"]
    assert (slow["method"], slow["sample"], slow["why"]) == ("joint", sample.id, "")
    # The strata are of another theme, yet each part of them is a random sample all the same.
    assert found["wifi"]["low"] <= 24 <= found["wifi"]["high"]
    assert found["systems"]["low"] <= ANY <= found["systems"]["high"]
    with (done.folder / "published/estimates.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["question"] == "barriers"]
    published = {row["theme"]: row for row in rows}
    assert published["slow"]["low"] == str(slow["low"])
    (sentence,) = [
        s for s in done.report.questions[0].sentences if " tagged; " in s and "Slow systems" in s
    ]
    between = f"24 tagged; between {slow['low']} and {slow['high']} of 60 cite it"
    assert sentence.endswith(f"{between} (95%, 20 + 30 read)")
    assert verify_run(done.folder) == []


def test_machine_resolved_and_estimated_counts_are_three_numbers(folder: Path, run_again) -> None:
    sample = draw_audit(folder, theme="slow", tagged=20, untagged=30)
    read(folder, ids(sample))
    slow = run_again()["slow"]
    read_slow = [n for n in ids(sample) if "slow" in truth_of(TEXTS[int(n[1:3])])]
    unread = [text for n, text in enumerate(TEXTS) if f"R{n:02}/barriers" not in ids(sample)]
    assert slow["machine"] == sum("slow" in text for text in TEXTS)
    assert slow["resolved"] == len(read_slow) + sum("slow" in text for text in unread)
    assert slow["estimate"] not in (slow["machine"], slow["resolved"])


def test_all_themes_are_audited_at_once(folder: Path, run_again) -> None:
    read(folder, ids(draw_audit(folder, size=50)))
    found = run_again()
    for theme, truth in (("slow", SLOW), ("wifi", 24), ("systems", ANY)):
        assert found[theme]["low"] <= truth <= found[theme]["high"], theme


def test_without_an_audit_every_theme_has_its_machine_count_and_says_so(run_again) -> None:
    found = run_again(coders=["codebook"])
    assert {row["why"] for row in found.values()} == {"not audited"}
    assert [found[theme]["machine"] for theme in ("slow", "wifi", "systems")] == [24, 24, 36]
    assert all(row["low"] is None and row["estimate"] is None for row in found.values())


@pytest.fixture(autouse=True)
def _with_a_store(request: pytest.FixtureRequest) -> None:
    if "folder" in request.fixturenames:
        folder = request.getfixturevalue("folder")
        open_store(folder / "decisions.db", create=True).close()


def test_a_report_says_once_that_nothing_is_audited(folder: Path, run: Callable) -> None:
    done = run(folder, folder / "run")
    text = (done.folder / "published/report.txt").read_text(encoding="utf-8")
    assert text.count("not audited") == 2, "once for each question"
    as_json = json.loads((done.folder / "published/counts.json").read_text(encoding="utf-8"))
    count = as_json["questions"][0]["counts"][0]
    assert count["coding_error"] == {"machine": 24, "why": "not audited"}


# The refusals, one by one.


@pytest.fixture
def audited(folder: Path) -> Sample:
    sample = draw_audit(folder, theme="slow", tagged=20, untagged=30)
    read(folder, ids(sample))
    return sample


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_theme_whose_rules_changed_needs_a_fresh_audit(
    folder: Path, audited: Sample, run_again
) -> None:
    edit(folder / "codebook.yaml", "rules: [slow*]", "rules: [slow*, waits]")
    found = run_again()
    assert found["slow"]["why"] == "the rules changed after the audit was drawn"
    assert found["systems"]["why"] == "the rules changed after the audit was drawn"
    assert found["slow"]["low"] is None
    assert found["wifi"]["why"] == "", "of the other theme nothing has changed"


def test_a_theme_that_means_something_else_needs_a_fresh_audit(
    folder: Path, audited: Sample, run_again
) -> None:
    edit(folder / "codebook.yaml", "Waits.", "Long waits.")
    found = run_again()
    assert found["slow"]["why"] == "the definition changed after the audit was drawn"
    assert found["wifi"]["low"] is not None


def test_a_net_that_holds_other_themes_needs_a_fresh_audit(
    folder: Path, audited: Sample, run_again
) -> None:
    edit(folder / "codebook.yaml", "net: [slow, wifi]", "net: [wifi]")
    found = run_again()
    assert found["systems"]["why"] == "its members changed after the audit was drawn"
    assert found["slow"]["low"] is not None


def test_a_label_or_an_example_that_changes_does_no_harm(
    folder: Path, audited: Sample, run_again
) -> None:
    edit(folder / "codebook.yaml", "label: Slow systems", "label: Slow")
    edit(folder / "codebook.yaml", "version: 1", "version: 2")
    assert run_again()["slow"]["low"] is not None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("R01,North", "S01,North", "other responses, or texts,"),
        ("desks 4x4", "desks 4x5", "other responses, or texts,"),
        ("R04,North,desks 4x4,\n", "", "the round has other responses than"),
        ("desks 4x4", "n/a", "the round has other responses than"),
    ],
)
def test_other_responses_need_a_fresh_audit(
    folder: Path, run_again, old: str, new: str, why: str
) -> None:
    sample = draw_audit(folder, theme="slow", tagged=5, untagged=10)
    kept = [name for name in ids(sample) if name[1:3] not in ("01", "04")]
    read(folder, kept)
    edit(folder / "responses.csv", old, new)
    assert why in run_again()["slow"]["why"]


def test_an_audit_that_is_not_read_says_so(folder: Path, run_again) -> None:
    draw_audit(folder, theme="slow")
    found = run_again()
    assert {row["why"] for row in found.values()} == {"nothing of the audit is read"}


def standing(folder: Path, sample: Sample, **changes: Any) -> Standing:
    words = {
        (member.response_id, theme): word
        for member in sample.members
        for theme, word in say_truth(TEXTS[int(member.response_id[1:3])]).items()
    }
    now = Standing(
        codebook=load_codebook(folder / "codebook.yaml"),
        sizes={"barriers": COUNT},
        frames=sample.settings.get("frame", {}),
        words=words,
    )
    return replace(now, **changes)


def slow_of(now: Standing, *samples: Sample) -> Any:
    (entry,) = [entry for entry in now.codebook.entries if entry.id == "slow"]
    return find_audit(samples, entry, "barriers", now)


@pytest.mark.parametrize(
    ("trained", "why"),
    [
        (1, "1 audit response trained the classifier"),
        (2, "2 audit responses trained the classifier"),
    ],
)
def test_labels_that_trained_the_classifier_never_audit_it(
    folder: Path, audited: Sample, trained: int, why: str
) -> None:
    now = standing(folder, audited, trained=frozenset(ids(audited)[:trained]))
    assert slow_of(now, audited).why == why


@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by text"])
def test_an_audit_of_a_model_that_learnt_from_it_is_refused_in_a_run(
    folder: Path, audited: Sample, run: Callable, by_id: bool
) -> None:
    examples = [
        Example(
            response_id=f"R{n:02}/barriers" if by_id else f"P{n}",
            group=f"R{n}",
            question="barriers",
            text=f"{text} of another day" if by_id else text,
            themes=truth_of(text),
        )
        for n, text in enumerate(TEXTS)
    ]
    codebook = load_codebook(folder / "codebook.yaml")
    trained = train_on(examples, codebook, ClassifierSettings(), "here", lambda problem: None)
    write_model(trained.model, {"n": 1}, codebook, folder / "model.skops")
    with (folder / "round.yaml").open("a", encoding="utf-8") as stream:
        stream.write("classifier: {model: model.skops}\n")
    done = run(folder, folder / "run")
    whys = {row["why"] for row in estimates(done).values()}
    assert whys == {"50 audit responses trained the classifier"}
    assert verify_run(done.folder) == []
    (done.folder / runs.TRAINED_FILE).write_text('{"ids": [], "texts": []}', encoding="utf-8")
    assert any("does not follow" in found for found in verify_run(done.folder))


def test_what_trained_is_known_again_by_id_and_by_text() -> None:
    assert Trained(frozenset({"R1"})).holds("R1", "q", "a text")
    assert Trained(texts=frozenset({hash_text("a text")})).holds("R2", "other", "a text")
    assert Trained(texts=frozenset({hash_seen("q", "A text!")})).holds("R2", "q", "a text")
    assert not Trained(texts=frozenset({hash_seen("q", "a text")})).holds("R2", "other", "a text")
    assert not Trained().holds("R1", "q", "a text")


def test_a_sample_of_before_rules_were_kept_holds_for_the_very_codebook(
    folder: Path, audited: Sample
) -> None:
    new = ("rules", "meanings", "any", "frame")
    old = replace(audited, settings={k: v for k, v in audited.settings.items() if k not in new})
    assert slow_of(standing(folder, old), old).why == ""
    edit(folder / "codebook.yaml", "version: 1", "version: 2")
    assert slow_of(standing(folder, old), old).why.startswith("the codebook changed after")


def test_a_net_of_which_nothing_was_frozen_is_not_audited(folder: Path, audited: Sample) -> None:
    old = replace(audited, settings={k: v for k, v in audited.settings.items() if k != "any"})
    now = standing(folder, old)
    (net,) = now.codebook.nets
    assert find_audit([old], net, "barriers", now).why == "not audited"


def break_off(settings: dict[str, Any], *path: str, value: Any = None) -> dict[str, Any]:
    """The settings with something else in one place; without a value the place is gone."""
    copy = json.loads(json.dumps(settings))
    *above, last = path
    inner = copy
    for name in above:
        inner = inner[name]
    inner[last] = value
    if value is None:
        del inner[last]
    return copy


TAGGED = ("strata", "barriers: tagged")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("strata",), None),
        (("apart",), None),
        (("themes",), "slow"),
        (("coders",), None),
        (("rules",), []),
        (("strata",), [1]),
        ((*TAGGED,), "all"),
        ((*TAGGED, "size"), "many"),
        ((*TAGGED, "size"), -1),
        ((*TAGGED, "size"), True),
        ((*TAGGED, "tagged"), None),
        ((*TAGGED, "tagged"), {"slow": 3.5}),
        ((*TAGGED, "tagged"), {"slow": 19}),
        ((*TAGGED, "tagged"), {"slow": 25}),
        ((*TAGGED, "any"), None),
        ((*TAGGED, "question"), "improve"),
        ((*TAGGED,), None),
    ],
)
def test_a_sample_that_no_audit_drew_is_refused(
    folder: Path, audited: Sample, path: tuple[str, ...], value: Any
) -> None:
    """Samples come in from files, too: whatever they hold, a run must not fall over them."""
    broken = replace(audited, settings=break_off(dict(audited.settings), *path, value=value))
    found = slow_of(standing(folder, broken), broken)
    assert found.why.startswith("the audit is not a sample of strata")


# What is read, and in which order.


def test_what_is_read_beyond_a_gap_does_not_count(folder: Path, run_again) -> None:
    sample = draw_audit(folder, theme="slow", tagged=20, untagged=30)
    tagged = [m.response_id for m in sample.members if m.stratum.endswith(": tagged")]
    untagged = [m.response_id for m in sample.members if m.stratum.endswith(": untagged")]
    read(folder, [*tagged[:7], *tagged[9:12], *untagged])
    slow = run_again()["slow"]
    assert (slow["audited_tagged"], slow["audited_untagged"]) == (7, 30)
    assert slow["why"] == "10 not read yet; 3 read out of order and not used"


def test_a_stratum_of_which_nothing_is_read_may_have_none_or_all(folder: Path, run_again) -> None:
    sample = draw_audit(folder, theme="slow", tagged=24, untagged=30)
    tagged = [m.response_id for m in sample.members if m.stratum.endswith(": tagged")]
    read(folder, tagged)
    slow = run_again()["slow"]
    assert (slow["low"], slow["high"]) == (23, 23 + 36)
    assert slow["estimate"] is None


def test_a_response_left_unsure_may_be_either(folder: Path, audited: Sample, run_again) -> None:
    before = run_again()["slow"]
    name = next(n for n in ids(audited) if "desks" in TEXTS[int(n[1:3])])
    read(folder, [name], lambda text: {"slow": "unsure", "wifi": "absent"})
    after = run_again()["slow"]
    assert after["estimate"] is None
    assert after["left_open"] == 1
    assert after["low"] <= before["low"] < before["high"] <= after["high"]
    assert after["why"] == "1 left unsure or disputed"


def test_a_response_that_people_dispute_may_be_either(
    folder: Path, audited: Sample, run_again
) -> None:
    read(folder, ids(audited)[:2], lambda text: {"slow": "present"}, "bea")
    read(folder, ids(audited)[:2], lambda text: {"slow": "absent"}, "cai")
    found = run_again()
    assert found["slow"]["left_open"] == 2
    assert found["wifi"]["left_open"] == 0


def test_a_net_needs_all_its_themes_in_view(folder: Path, run_again) -> None:
    sample = draw_audit(folder, theme="slow", tagged=20, untagged=30)
    read(folder, ids(sample), lambda text: {"slow": say_truth(text)["slow"]})
    found = run_again()
    assert found["slow"]["low"] is not None
    assert found["systems"]["why"] == "nothing of the audit is read"


def test_a_decision_that_is_stale_is_not_read(folder: Path, audited: Sample, run_again) -> None:
    changed = next(n for n in ids(audited) if "desks" in TEXTS[int(n[1:3])])
    now = standing(folder, audited)
    words = {key: word for key, word in now.words.items() if key[0] != changed}
    found = slow_of(replace(now, words=words), audited)
    assert found.read(tagged=False) < 30
    assert sum(cell.skipped for cell in found.cells) == 30 - found.read(tagged=False) - 1


def test_what_was_read_before_the_draw_is_added_as_it_is(folder: Path, run_again) -> None:
    first = [f"R{n:02}/barriers" for n in range(10)]
    read(folder, first)
    sample = draw_audit(folder, theme="slow", tagged=50, untagged=50)
    assert len(sample.members) == COUNT - 10
    read(folder, ids(sample))
    found = run_again()
    known = sum("slow" in truth_of(text) for text in TEXTS[:10])
    assert found["slow"]["known"] == known
    assert (found["slow"]["low"], found["slow"]["high"]) == (SLOW, SLOW), "everything was read"
    assert (found["systems"]["low"], found["systems"]["high"]) == (ANY, ANY)
    assert audit_sentence(found["slow"]) == f". 24 tagged; {SLOW} of 60 cite it (all were read)"


def test_the_latest_audit_that_is_wholly_read_counts(folder: Path, run_again) -> None:
    first = draw_audit(folder, theme="slow", tagged=10, untagged=15)
    read(folder, ids(first))
    second = draw_audit(folder, theme="slow", tagged=10, untagged=15, seed=2)
    assert run_again()["slow"]["sample"] == first.id, "of the later nothing is read"
    read(folder, ids(second)[:10])
    assert run_again()["slow"]["sample"] == first.id, "the later is not wholly read"
    read(folder, ids(second)[10:])
    slow = run_again()["slow"]
    assert slow["sample"] == second.id
    assert slow["known"] > 0, "what the first found is known"
    assert slow["low"] <= SLOW <= slow["high"]


def test_a_round_without_an_audit_does_without_scipy(folder: Path, tmp_path: Path) -> None:
    edit(folder / "round.yaml", "  groups: [team]\n", "")
    code = (
        "import sys; from pipeline.cli import main\n"
        f"sys.argv = ['verbatims', 'run', {str(folder)!r}, '--out', {str(tmp_path / 'out')!r}]\n"
        "try: main()\nexcept SystemExit as stop: code = stop.code\n"
        "print('scipy' in sys.modules, code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stderr.splitlines()[-1] == "False 0"


def test_a_part_from_which_none_was_drawn_may_have_none_or_all(
    folder: Path, audited: Sample
) -> None:
    """The one response of the untagged that has wifi may not be drawn: of it nothing is known."""
    members = [m for m in audited.members if m.machine["slow"] or not m.machine["wifi"]]
    now = standing(folder, audited)
    (entry,) = [entry for entry in now.codebook.entries if entry.id == "wifi"]
    found = find_audit([replace(audited, members=tuple(members))], entry, "barriers", now)
    row = estimate_audit(found)
    (cell,) = [cell for cell in found.cells if not cell.drawn]
    assert row["estimate"] is None
    assert row["why"] == f"{cell.size} in parts of strata from which none was drawn"
    assert row["high"] - row["low"] >= cell.size


# What is printed.


@pytest.mark.parametrize(
    ("low", "high", "machine", "sentence"),
    [
        (37, 49, 40, ". 40 tagged; between 37 and 49 of 105 cite it (95%, 40 + 30 read)"),
        (0, 1, 0, ". 0 tagged; between 0 and 1 of 105 cite it (95%, 40 + 30 read)"),
        (38, 38, 40, ". 40 tagged; 38 of 105 cite it (all were read)"),
        (1, 1, 1, ". 1 tagged; 1 of 105 cites it (all were read)"),
    ],
)
def test_the_sentence_of_an_audit(low: int, high: int, machine: int, sentence: str) -> None:
    row = {"machine": machine, "low": low, "high": high, "of": 105}
    assert audit_sentence({**row, "audited_tagged": 40, "audited_untagged": 30}) == sentence


@pytest.mark.parametrize(
    ("whys", "sentence"),
    [
        ([""], ""),
        (["not audited", "not audited"], "Coding error: not audited."),
        (["", "not audited"], "Coding error: 1 theme not audited."),
        (
            ["", "x", "not audited", "x"],
            "Coding error: 1 theme not audited; 2 themes not known, x.",
        ),
        (["x", "x"], "Coding error: x."),
    ],
)
def test_what_is_not_audited_is_said_once(whys: list[str], sentence: str) -> None:
    assert unaudited([{"low": None if why else 1, "why": why} for why in whys]) == sentence


# Tampering.


@pytest.mark.parametrize(
    "name", ["evidence/4-estimates.csv", "published/estimates.csv", runs.SAMPLES_FILE]
)
def test_a_tampered_estimate_is_found_though_the_hashes_are_mended(
    folder: Path, audited: Sample, run: Callable, name: str
) -> None:
    done = run(folder, folder / "run")
    slow = estimates(done)["slow"]
    edits = {
        runs.SAMPLES_FILE: ('"size":36', '"size":37'),
        "": (f",{slow['low']},{slow['high']},", f",{slow['low']},{slow['high'] - 1},"),
    }
    edit(done.folder / name, *edits.get(name, edits[""]))
    manifest = json.loads((done.folder / runs.MANIFEST).read_text(encoding="utf-8"))
    for item in manifest["outputs"]:
        item["sha256"] = hash_file(done.folder / item["file"])
    (done.folder / runs.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    digest = hash_file(done.folder / runs.MANIFEST)
    (done.folder / runs.SEAL).write_bytes(f"{digest}  {runs.MANIFEST}\n".encode())
    assert any("does not follow from the evidence" in found for found in verify_run(done.folder))


def test_a_file_that_does_not_say_what_trained_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trained.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="E551"):
        read_trained(path)


# The law: whatever is true, and whatever the machine makes of it.


def simulate(rng: np.random.Generator, codebook: Codebook, *, whole: bool) -> dict[str, Any]:
    """A round of which all is known, and an audit of it: the row of "slow", and the truth."""
    size = 200
    truth = rng.random((size, 2)) < (0.3, 0.15)
    machine = np.where(truth, rng.random((size, 2)) < 0.8, rng.random((size, 2)) < 0.06)
    apart = ["read" if number < 20 else "" for number in range(size)]
    known = np.full((size, 2), UNKNOWN)
    known[:20] = np.where(truth[:20], PRESENT, ABSENT)
    frame = Frame(
        ids=[f"R{number:03}" for number in range(size)],
        questions=["barriers"] * size,
        themes=("slow", "wifi"),
        machine=machine,
        applies=np.ones_like(machine),
        apart=apart,
        known=known,
        nets={"systems": (0, 1)},
    )
    strata = strata_of_all(frame, 80) if whole else strata_of_theme(frame, "slow")
    sizes = {name: min(n, 30) for name, n in count_strata(strata).items()}
    drawn = draw(frame, strata, sizes, int(rng.integers(1 << 30)))
    sample = Sample(
        purpose="audit",
        seed=1,
        settings={
            "themes": ["slow", "wifi"],
            "coders": [codebook.coder],
            "any": {"systems": ["slow", "wifi"]},
            **drawn.settings,
        },
        members=tuple(
            Member(
                response_id=frame.ids[place],
                question="barriers",
                stratum=stratum,
                probability=1.0,
                text_hash="",
                machine=dict(zip(frame.themes, map(bool, machine[place]), strict=True)),
            )
            for place, stratum in zip(drawn.places, drawn.strata, strict=True)
        ),
    )
    words = {
        (frame.ids[place], theme): "present" if truth[place, column] else "absent"
        for place in drawn.places[: int(rng.integers(40, len(drawn.places) + 1))]
        for column, theme in enumerate(frame.themes)
    }
    now = Standing(codebook=codebook, sizes={"barriers": size}, frames={}, words=words)
    true = {"slow": truth[:, 0].sum(), "wifi": truth[:, 1].sum(), "systems": truth.any(1).sum()}
    counts = COUNTS.build(
        {
            **dict.fromkeys(("codebook", "classifier", "human"), 0),
            **{"question": "barriers", "theme": theme, "facet": "", "label": theme},
            **{"net": theme == "systems", "cited": 0, "of": size},
        }
        for theme in true
    )
    machine_counts = {("barriers", theme): 0 for theme in true}
    rows = estimate_counts(counts, machine_counts, [sample], now).to_pylist()
    return {row["theme"]: (row, int(true[row["theme"]])) for row in rows}


@pytest.mark.parametrize("whole", [False, True], ids=["of a theme", "of all themes"])
def test_the_truth_is_within_in_95_of_100_random_audits(folder: Path, whole: bool) -> None:
    rng, codebook = np.random.default_rng(2026), load_codebook(folder / "codebook.yaml")
    held: dict[str, list[bool]] = {}
    for _ in range(300):
        for theme, (row, true) in simulate(rng, codebook, whole=whole).items():
            assert row["low"] < row["high"], "nothing but reading everything is certainty"
            if row["estimate"] is not None:
                assert row["low"] <= row["estimate"] <= row["high"]
            held.setdefault(theme, []).append(row["low"] <= true <= row["high"])
    shares = {theme: np.mean(each) for theme, each in held.items()}
    assert min(shares.values()) >= 0.95, shares


@pytest.mark.parametrize("tagged", [20, 23, 24])
@pytest.mark.parametrize("untagged", [30, 35])
def test_an_audit_without_an_error_never_prints_certainty(
    folder: Path, run_again, tagged: int, untagged: int
) -> None:
    sample = draw_audit(folder, theme="slow", tagged=tagged, untagged=untagged)
    perfect = {m.response_id: "present" if m.machine["slow"] else "absent" for m in sample.members}
    by_text = {TEXTS[int(name[1:3])]: word for name, word in perfect.items()}
    read(folder, ids(sample), lambda text: {"slow": by_text[text]})
    slow = run_again()["slow"]
    assert slow["low"] <= 24 <= slow["high"]
    assert slow["low"] < slow["high"]
