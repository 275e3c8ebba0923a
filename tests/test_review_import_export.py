"""What people read goes into the store and out of it again, to the byte."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError
from pipeline.noted import Answer
from pipeline.readings import Decision, Member, Sample, StoredReading, hash_text, open_store
from pipeline.readings.importing import add_imported, read_incoming
from pipeline.readings.incoming import complete
from pipeline.readings.lines import write_lines
from pipeline.readings.records import hash_of
from pipeline.readings.sheet import write_sheet
from tests.readings import signature

CLOCK = "2026-03-01T09:00:00.000000Z"
CODEBOOK = """\
codebook: test
facets: {stance: {praise: {rules: [good]}, problem: {rules: [bad]}}}
themes:
  slow: {code: S1, label: Slow systems, was: [sluggish], definition: Waits., rules: [slow]}
  wifi: {rules: [wifi]}
"""


@pytest.fixture(scope="module")
def codebook(tmp_path_factory):
    path = tmp_path_factory.mktemp("codebook") / "codebook.yaml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return load_codebook(path)


class Answers(dict[str, Answer]):
    """A round that has every response."""

    def __missing__(self, name: str) -> Answer:
        return Answer(name, "q", f"text of {name}")

    def __contains__(self, name: object) -> bool:
        return True


def bring(store, path: Path, codebook, clock: str = CLOCK, coder: str = ""):
    arrived = read_incoming(path, codebook)
    readings = complete(arrived.readings, Answers(), codebook, coder)
    return add_imported(store, readings, arrived, clock)


def written(store, form: str) -> bytes:
    readings = store.readings()
    lines = (
        write_sheet(readings)
        if form == "csv"
        else write_lines(readings, store.samples(), signatures=store.signatures())
    )
    return "".join(lines).encode()


NASTY = ["", " ", "=1+1", "a,b", 'say "no"', "line\nbreak", "\r", "\r\n", "😀", "\u2028", "e\u0301"]
NASTY += ["\ufeff", "<script>", "'; DROP TABLE readings; --", "\x1b[31m", "null", "007"]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
names = texts.filter(lambda text: text.strip())
places = st.lists(
    st.tuples(st.sampled_from(["slow", "wifi", "sluggish"]), st.sampled_from(["", "praise"])),
    unique=True,
)
hashes = st.sampled_from([hash_text(str(number)) for number in range(3)])
spans = st.one_of(
    st.just({}),
    st.tuples(st.integers(0, 99), st.integers(1, 99)).map(lambda s: {"start": s[0], "end": sum(s)}),
)


@st.composite
def readings(draw) -> StoredReading:
    decisions = tuple(
        Decision(
            theme=theme,
            facet=facet,
            decision=said,
            memo=draw(texts),
            theme_hash=draw(hashes),
            **(draw(spans) if said == "present" else {}),
        )
        for theme, facet in draw(places)
        for said in [draw(st.sampled_from(["present", "absent", "unsure"]))]
    )
    return StoredReading(
        response_id=draw(names),
        question=draw(texts),
        coder="human:" + draw(names),
        time=f"2026-03-0{draw(st.integers(1, 3))}T09:00:00.000000Z",
        text_hash=draw(hashes),
        sample=draw(texts),
        memo=draw(texts),
        decisions=decisions,
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(readings(), min_size=1, max_size=5), st.sampled_from(["csv", "jsonl"]))
def test_what_is_exported_and_imported_again_is_exported_as_the_same_bytes(
    codebook, made, form
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(folder / "one.db", create=True) as store:
            store.add_readings(made)
            first = written(store, form)
        (folder / f"out.{form}").write_bytes(first)
        with open_store(folder / "two.db", create=True) as store:
            added = bring(store, folder / f"out.{form}", codebook).added
            assert written(store, form) == first
            assert added == len(store.readings()) > 0
            again = bring(store, folder / f"out.{form}", codebook)
            assert (again.added, again.skipped) == (0, added)


def test_samples_go_with_the_lines(codebook, tmp_path) -> None:
    member = Member(
        response_id="R1/q",
        question="q",
        stratum="slow:found",
        probability=1 / 3,
        text_hash=hash_text("slow"),
        machine={"slow": True, "wifi": False},
    )
    with open_store(tmp_path / "one.db", create=True) as store:
        drawn = Sample(purpose="audit", seed=7, members=(member,), settings={"per theme": 30})
        store.add_sample(drawn)
        first = written(store, "jsonl")
    (tmp_path / "out.jsonl").write_bytes(first)
    with open_store(tmp_path / "two.db", create=True) as store:
        assert bring(store, tmp_path / "out.jsonl", codebook) == (0, 0, 1, 0)
        assert written(store, "jsonl") == first
        assert store.audit_ids() == {"R1/q"}


def test_signatures_go_with_the_lines(codebook, tmp_path) -> None:
    with open_store(tmp_path / "one.db", create=True) as store:
        for memo in ("", "say \u2028 so", "again"):
            store.add_signature(signature(memo=memo))
        first, head = written(store, "jsonl"), store.head()
    (tmp_path / "out.jsonl").write_bytes(first)
    with open_store(tmp_path / "two.db", create=True) as store:
        for signatures in (3, 0):
            assert bring(store, tmp_path / "out.jsonl", codebook) == (0, 0, 0, signatures)
        assert (written(store, "jsonl"), store.head()) == (first, head)


def book(*themes: str) -> list[dict[str, object]]:
    """The lines of a signatures.jsonl, as versions before the store kept signatures wrote it."""
    lines, previous = [], "0" * 64
    for theme in themes:
        lines.append({**asdict(signature(theme)), "previous": previous})
        previous = hash_of(lines[-1])
    return lines


def test_an_old_file_of_signatures_can_be_imported_and_is_checked(codebook, tmp_path) -> None:
    path = tmp_path / "signatures.jsonl"
    whole = book("slow", "wifi", "slow")
    whole[2]["memo"] = "again"
    path.write_text("\n".join(map(json.dumps, whole)), encoding="utf-8")
    with open_store(tmp_path / "one.db", create=True) as store:
        assert bring(store, path, codebook).signatures == 3
        assert [s.theme for s in store.signatures()] == ["slow", "wifi", "slow"]
    for broken in (whole[1:], whole[::2], [{**whole[0], "by": "eve"}, *whole[1:]]):
        path.write_text("\n".join(map(json.dumps, broken)), encoding="utf-8")
        with pytest.raises(InputError, match="E542"):
            read_incoming(path, codebook)


@pytest.mark.parametrize(
    "change",
    [
        {"cited": "1"},
        {"of": None},
        {"of": True},
        {"theme": 3},
        {"else": ""},
        {"time": "yesterday"},
        {"verdicts": None},
    ],
)
def test_a_line_that_is_no_signature_is_refused(codebook, tmp_path, change) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**asdict(signature()), **change}), encoding="utf-8")
    with pytest.raises(InputError, match="E412"):
        read_incoming(path, codebook)


LINE = {"response_id": "R1/q", "coder": "ana", "present": ["slow"], "unsure": ["wifi"]}


@pytest.mark.parametrize(
    "spans",
    [
        "x",
        [["slow", "", 1]],
        [["slow", "", 3, 3]],
        [["slow", "", -1, 3]],
        [["slow", "", 0, True]],
        [["slow", "", 0, "3"]],
        [["wifi", "", 0, 3]],
        [["desk", "", 0, 3]],
        [["slow", "", 0, 3], ["slow", "", 0, 4]],
        [["slow", "", 0, 99]],
    ],
)
def test_a_line_with_a_span_that_cannot_be_is_refused(codebook, tmp_path, spans) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**LINE, "spans": spans}), encoding="utf-8")
    with open_store(tmp_path / "one.db", create=True) as store:
        with pytest.raises(InputError, match="E412"):
            bring(store, path, codebook)
        path.write_text(json.dumps({**LINE, "spans": [["slow", "", 0, 12]]}), encoding="utf-8")
        assert bring(store, path, codebook).added == 1
        assert [d.span for d in store.readings()[0].decisions if d.span] == [(0, 12)]


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("present,0,12", (0, 12)),
        ("present,,", ()),
        ("present,0,", None),
        ("present,,3", None),
        ("present,3,3", None),
        ("present,a,3", None),
        ("present,-1,3", None),
        ("present,0,99", None),
        ("absent,0,3", None),
    ],
)
def test_a_sheet_may_say_which_words_were_marked(codebook, tmp_path, row, kept) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"response_id,theme,decision,start,end\nR1/q,slow,{row}\n", encoding="utf-8")
    with open_store(tmp_path / "one.db", create=True) as store:
        if kept is None:
            with pytest.raises(InputError, match="E412"):
                bring(store, path, codebook)
        else:
            bring(store, path, codebook)
            assert store.readings()[0].decisions[0].span == kept


def said(store) -> dict[tuple[str, str, str], str]:
    return {(d.coder, d.theme, d.facet): d.decision for d in store.read_decisions()}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "a.csv",
            "response_id,theme,coder\nR1,S1,ana\n",
            {("human:ana", "slow", ""): "present", ("human:ana", "wifi", ""): "absent"},
        ),
        (
            "a.csv",
            "response_id,theme\nR1,\n",
            {("human:bea", "slow", ""): "absent", ("human:bea", "wifi", ""): "absent"},
        ),
        (
            "a.csv",
            "response_id,theme,coder,decision\nR1,sluggish,import:x,unsure\n",
            {("import:x", "slow", ""): "unsure"},
        ),
        (
            "a.jsonl",
            '{"response_id":"R1","coder":"ana","present":["Slow systems"]}\n',
            {("human:ana", "slow", ""): "present", ("human:ana", "wifi", ""): "absent"},
        ),
        (
            "a.jsonl",
            '{"response_id":"R1","in_view":["wifi"],"unsure":["wifi"]}\n',
            {("human:bea", "wifi", ""): "unsure"},
        ),
        ("a.jsonl", '{"response_id":"R1","in_view":[]}\n', {}),
        (
            "a.jsonl",
            '{"response_id":"R1","coder":"ana","in_view":null,"present":[["slow","praise"]]}\n',
            {
                ("human:ana", "slow", ""): "present",
                ("human:ana", "slow", "praise"): "present",
                ("human:ana", "slow", "problem"): "absent",
                ("human:ana", "wifi", ""): "absent",
                ("human:ana", "wifi", "praise"): "absent",
                ("human:ana", "wifi", "problem"): "absent",
            },
        ),
    ],
)
def test_what_was_in_view_and_not_marked_is_absent(codebook, tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with open_store(tmp_path / "d.db", create=True) as store:
        assert bring(store, tmp_path / name, codebook, coder="bea").added == 1
        assert said(store) == expected


def test_the_same_file_again_adds_nothing_and_a_change_of_mind_is_a_new_reading(
    codebook, tmp_path
) -> None:
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    first.write_text("response_id,theme,coder\nR1,slow,ana\nR2,wifi,ana\n", encoding="utf-8")
    second.write_text("response_id,theme,coder\nR1,wifi,ana\nR2,wifi,ana\n", encoding="utf-8")
    with open_store(tmp_path / "d.db", create=True) as store:
        counts = [
            bring(store, path, codebook, f"2026-03-0{day}T00:00:00.000000Z")[:2]
            for day, path in enumerate([first, first, second, second, first], start=1)
        ]
        assert counts == [(2, 0), (0, 2), (1, 1), (0, 2), (1, 1)]
        assert [r.time[:10] for r in store.readings() if r.response_id == "R1"] == [
            "2026-03-01",
            "2026-03-03",
            "2026-03-05",
        ]


def test_readings_without_times_keep_their_order(codebook, tmp_path) -> None:
    lines = [{"response_id": "R1", "coder": "a", "present": [t]} for t in ("slow", "wifi", "slow")]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with open_store(tmp_path / "d.db", create=True) as store:
        assert bring(store, path, codebook)[:2] == (3, 0)
        assert bring(store, path, codebook)[:2] == (0, 3)
        marked = [d.theme for d in store.read_decisions() if d.decision == "present"]
        assert marked == ["slow", "wifi", "slow"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "E109"),
        ("[]", "E412"),
        ("{}", "E412"),
        ('{"response_id":"R1","theme":"slow"}', "E412"),
        ('{"response_id":"R1","present":["slow"],"absent":["slow"]}', "E412"),
        ('{"response_id":"R1","in_view":["wifi"],"present":["slow"]}', "E412"),
        ('{"response_id":"R1","present":[["slow","praise","x"]]}', "E412"),
        ('{"response_id":"R1","present":"slow","memo":3}', "E412"),
        ('{"response_id":"R1","time":"2026-03-01T09:00:00"}', "E412"),
        ('{"response_id":"\\ud800"}', "E109"),
        ('{"response_id":"R1","present":["dragons"]}', "E404"),
        ('{"response_id":"R1","present":[["slow","dragons"]]}', "E404"),
        ('{"sample":"x","purpose":"audit"}', "E412"),
        ('{"response_id":"R1","coder":"human:"}', "E412"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_is_kept(codebook, tmp_path, line, code):
    path = tmp_path / "a.jsonl"
    path.write_text('{"response_id":"R1","present":["slow"]}\n' + line + "\n", encoding="utf-8")
    with open_store(tmp_path / "d.db", create=True) as store:
        with pytest.raises(InputError) as refused:
            bring(store, path, codebook)
        assert refused.value.problems[0].code == code
        assert store.readings() == []


def test_strangers_are_listed_at_once(codebook, tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"response_id":"X","present":["dragons"]}\n', encoding="utf-8")
    with pytest.raises(InputError) as refused:
        complete(read_incoming(path, codebook).readings, {}, codebook, "")
    assert [problem.code for problem in refused.value.problems] == ["E401", "E404"]
    assert "'X'" in str(refused.value)
    assert "'dragons'" in str(refused.value)


def call(*arguments: object):
    return CliRunner().invoke(app, ["review", *map(str, arguments)], catch_exceptions=False)


def test_the_commands_bring_in_and_write_out(make_round) -> None:
    folder = make_round()
    done = call("import", folder, folder / "coded.csv")
    assert done.exit_code == 0
    assert done.stdout.startswith("2 readings added to")
    assert "decisions: decisions.db" in done.stderr
    again = json.loads(call("import", folder, folder / "coded.csv", "--json", "-q").stdout)
    assert (again["added"], again["skipped"]) == (0, 2)
    out = folder / "out.csv"
    assert call("export", folder, "--format", "csv", "--out", out).exit_code == 0
    assert out.read_text(encoding="utf-8").count("\n") == 7
    lines = [json.loads(line) for line in call("export", folder).stdout.splitlines()]
    assert [line["present"] for line in lines[:-1]] == [["slow"], []]
    assert lines[-1]["head"].startswith("2:")
    assert lines[-1]["head"] == again["head"]
    assert out.read_text(encoding="utf-8").count(f',"{again["head"]}"\n') == 6
    other = folder / "other.db"
    assert call("import", folder, out, "--db", other, "-q").exit_code == 0
    assert call("export", folder, "--db", other).stdout == call("export", folder).stdout


def test_a_store_that_the_round_names_is_made_there(make_round) -> None:
    folder = make_round(extra="decisions: people.db\n")
    assert call("import", folder, folder / "coded.csv").stderr == ""
    assert call("export", folder).stdout.count("\n") == 3
    assert not (folder / "decisions.db").exists()
    (folder / "responses.csv").unlink()
    with pytest.raises(InputError, match="E101"):
        call("import", folder, folder / "coded.csv")


def test_ids_that_the_round_lacks_make_no_store_and_an_unknown_format_is_refused(make_round):
    folder = make_round()
    (folder / "strange.csv").write_text("response_id,theme\nR99/barriers,slow\n")
    with pytest.raises(InputError, match="R99/barriers"):
        call("import", folder, folder / "strange.csv")
    assert not (folder / "decisions.db").exists()
    with pytest.raises(InputError, match="E701"):
        call("export", folder, "--format", "xml")


def test_an_import_that_is_killed_leaves_all_or_nothing(make_round) -> None:
    rows = [(f"R{number}", "a", f"slow {number}", "") for number in range(1500)]
    folder = make_round(rows=rows)
    coded = [f"R{number}/barriers,slow" for number in range(1500)]
    (folder / "many.csv").write_text("response_id,theme\n" + "\n".join(coded) + "\n")
    command = [sys.executable, "-m", "pipeline", "review", "import", folder, folder / "many.csv"]
    store_file = folder / "decisions.db"
    for wait in (0.0, 0.02, 0.08):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            end = time.monotonic() + 60
            while not store_file.exists() and run.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(wait)
            run.send_signal(signal.SIGKILL)
        if store_file.exists() and store_file.stat().st_size:
            with open_store(store_file, create=True) as store:
                assert len(store.readings()) in (0, 1500)
    assert call("import", folder, folder / "many.csv", "-q").exit_code == 0
    with open_store(store_file) as store:
        assert len(store.readings()) == 1500
