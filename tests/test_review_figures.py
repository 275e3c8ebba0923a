"""The figures of the review page are those of a run, and are signed as they were shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.readings.records import Decision, StoredReading, hash_text, hash_theme
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.signing import ToSign
from pipeline.round import load_round
from pipeline.run import Figures, add_figures, run_batches
from pipeline.signoff.fingerprints import Fingerprints
from pipeline.signoff.standing import rests_of
from pipeline.tables import rows
from tests.reviewpage import Reader, hold

WORDS = ("present", "absent", "unsure")
CODERS = ("human:ana", "human:ben", "human:adjudicator:eve", "import:acme")


@pytest.fixture
def folder(make_round: Callable[..., Path]) -> Path:
    folder = make_round(extra="decisions: decisions.db\ncoders: ['import:acme']\n")
    open_store(folder / "decisions.db", create=True).close()
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with open_store(folder / "decisions.db") as opened:
        yield opened


@pytest.fixture
def ana(folder: Path, store: Store) -> Reader:
    return Reader(Desk(hold(folder), store))


def run_of(folder: Path) -> tuple[dict[tuple[str, str], tuple[int, int]], Fingerprints]:
    """cited and of by figure, and what the figures rest on, as a run of the round finds them."""
    plan = plan_run(load_round(folder))
    prints = Fingerprints(plan.round, plan.codebook)
    parts = []
    for batch in run_batches(plan):
        parts.append(Figures(batch.bases, batch.counts))
        prints.add(batch.responses, batch.verdicts)
    counts = add_figures(parts, plan.round).counts
    found = {(q, t): (c, of) for q, t, c, of in rows(counts, "question", "theme", "cited", "of")}
    return found, prints


def reading(desk: Desk, name: str, coder: str, said: dict[str, str]) -> StoredReading:
    material, themes = desk.material, {t.id: t for t in desk.material.codebook.themes}
    place = material.places[name]
    return StoredReading(
        response_id=name,
        question=material.gathered.questions[place],
        coder=coder,
        time="2026-03-01T09:00:00.000000Z",
        text_hash=hash_text(material.gathered.texts[place]),
        decisions=tuple(
            Decision(theme=t, decision=d, theme_hash=hash_theme(themes[t])) for t, d in said.items()
        ),
    )


NAMES = ("R1/barriers", "R1/improve", "R2/barriers", "R3/barriers", "R4/improve", "R6/barriers")
SAID = st.dictionaries(st.sampled_from(["slow", "wifi"]), st.sampled_from(WORDS), min_size=1)
READINGS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(CODERS), SAID), max_size=8)


@given(readings=READINGS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_figures_are_those_of_a_run_whatever_was_decided(
    readings, tmp_path_factory, write_round
) -> None:
    folder = write_round(
        tmp_path_factory.mktemp("law"),
        extra="decisions: decisions.db\ncoders: ['import:acme']\n",
    )
    with open_store(folder / "decisions.db", create=True) as store:
        desk = Desk(hold(folder), store)
        for number, (name, coder, said) in enumerate(readings):
            one = reading(desk, name, coder, said)
            time = f"2026-03-01T09:00:{number:02}.000000Z"
            store.add_readings([dataclasses.replace(one, time=time)])
        counted = desk.figures().count([])
        expected, prints = run_of(folder)
        assert {(c.question, c.theme): (c.cited, c.of) for c in counted} == expected
        for one in counted:
            rests = desk.figures().rests(one.question, one.theme)
            assert rests == prints.rests(one.question, one.theme)
            places = [
                desk.figures().places(one.question, one.theme, cited=c) for c in (True, False)
            ]
            both = sorted(int(place) for part in places for place in part)
            names = desk.material.questions == one.question
            assert both == [int(p) for p in names.nonzero()[0]]


def test_a_store_that_the_round_does_not_name_changes_no_figure(make_round, tmp_path) -> None:
    with open_store(tmp_path / "other.db", create=True) as store:
        desk = Desk(hold(make_round()), store)
        before = desk.figures().count([])
        store.add_readings([reading(desk, "R3/barriers", "human:ana", {"slow": "present"})])
        assert desk.figures().count([]) == before


def test_people_and_disagreements_are_told(ana: Reader, store: Store) -> None:
    store.add_readings([reading(ana.desk, "R3/barriers", "human:ana", {"slow": "present"})])
    found = {(c.question, c.theme): c for c in ana.desk.figures().count([])}
    assert found["barriers", "slow"].sentence == "3 of 4 responses cited Slow systems (75%)"
    assert found["barriers", "slow"].people == 1
    assert found["barriers", "systems"].people == 1
    store.add_readings([reading(ana.desk, "R3/barriers", "human:ben", {"slow": "absent"})])
    found = {(c.question, c.theme): c for c in ana.desk.figures().count([])}
    assert (found["barriers", "slow"].cited, found["barriers", "slow"].disputed) == (2, 1)


def test_a_queue_of_a_figure_and_of_the_rest_of_its_base(ana: Reader, store: Store) -> None:
    def ids(key: str) -> list[str]:
        return [
            ana.desk.material.gathered.ids[p] for p in ana.desk.open_queue(key, ana.coder).places
        ]

    assert ids("figure:barriers/slow") == ["R1/barriers", "R2/barriers"]
    assert ids("others:barriers/slow") == ["R3/barriers", "R6/barriers"]
    assert ids("figure:barriers/systems") == ["R1/barriers", "R2/barriers"]
    for key in ("figure:barriers/training", "figure:nothing/slow", "others:barriers", "figure:"):
        with pytest.raises(InputError, match="E592"):
            ana.desk.open_queue(key, ana.coder)


def test_the_pages_show_every_figure_and_its_quotes(ana: Reader) -> None:
    page = ana.get("/figures").text
    assert page.count('<th scope="row">') == len(ana.desk.figures().count([]))
    figure = ana.get("/figure?question=barriers&theme=slow")
    assert "2 of 4 responses cited Slow systems (50%)" in figure.text
    assert "The wifi is <mark>slow</mark> 😀" in figure.text
    assert "Nobody has signed it." in figure.text
    rest = ana.get("/list?queue=others:barriers/slow").text
    assert "It is not slow" in rest
    assert "Everything" not in rest
    assert ana.get("/figure?question=barriers&theme=training").status == 404
    assert ana.get("/list?queue=nothing").status == 404


def test_who_reads_blind_sees_no_figures(folder: Path, store: Store) -> None:
    ana = Reader(Desk(hold(folder), store, blind=True))
    assert ana.get("/figures").status == 404
    assert ana.get("/figure?question=barriers&theme=slow").status == 404
    body = {"question": "barriers", "theme": "slow", "memo": "", "seen": ""}
    assert ana.post("/signatures", body).status == 404
    assert "Figures" not in ana.get("/?all").text
    with pytest.raises(InputError, match="E592"):
        ana.desk.sign(ToSign("barriers", "slow", "", ""), ana.coder)


def seen_of(desk: Desk, question: str, theme: str) -> str:
    found = {(c.question, c.theme): c for c in desk.figures().count([])}
    return found[question, theme].seen


def test_a_figure_is_signed_as_it_was_shown(ana: Reader, store: Store, folder: Path) -> None:
    seen = seen_of(ana.desk, "barriers", "slow")
    body = {"question": "barriers", "theme": "slow", "memo": "read <both>", "seen": seen}
    answer = ana.post("/signatures", body)
    assert answer.status == 200
    (signature,) = store.signatures()
    assert (signature.by, signature.cited, signature.of) == ("ana", 2, 4)
    assert rests_of(signature) == run_of(folder)[1].rests("barriers", "slow")
    page = ana.get(answer.json["next"]).text
    assert "Signed by ana" in page
    assert "read &lt;both&gt;" in page
    assert "It rests on the same today." in page
    assert "signed" in ana.get("/figures").text


def test_what_a_signed_figure_rests_on_changes(ana: Reader, store: Store) -> None:
    seen = seen_of(ana.desk, "barriers", "slow")
    body = {"question": "barriers", "theme": "slow", "memo": "", "seen": seen}
    ana.post("/signatures", body)
    ana.say("all", ana.desk.material.places["R3/barriers"], {"slow": {"decision": "present"}})
    page = ana.get("/figure?question=barriers&theme=slow").text
    assert "Not since its responses&#39; verdicts changed." in page
    answer = ana.post("/signatures", body)
    assert (answer.status, answer.json["code"]) == (409, "E590")
    assert len(store.signatures()) == 1
    assert (
        ana.post("/signatures", {**body, "seen": seen_of(ana.desk, "barriers", "slow")}).status
        == 200
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "E593"),
        ({"question": 1}, "E593"),
        ({"question": "barriers", "theme": "slow", "memo": "\ud800", "seen": ""}, "E593"),
        ({"question": "barriers", "theme": "nothing"}, "E592"),
        ({"question": "barriers", "theme": "slow"}, "E590"),
    ],
)
def test_what_cannot_be_signed_is_refused(ana: Reader, store: Store, body, code: str) -> None:
    assert ana.post("/signatures", body).json["code"] == code
    assert store.signatures() == []


def test_a_figure_is_not_signed_while_the_classifier_has_more_to_learn(make_round) -> None:
    extra = "decisions: decisions.db\nclassifier: {train: training.csv, threshold: 0.5}\n"
    folder = make_round(extra=extra)
    with open_store(folder / "decisions.db", create=True) as store:
        ana = Reader(Desk(hold(folder), store))
        assert not ana.desk.ledger.behind(ana.desk.material)
        ana.say("all", 0, {"slow": {"decision": "present"}, "wifi": {"decision": "present"}})
        assert ana.desk.ledger.behind(ana.desk.material)
        seen = seen_of(ana.desk, "barriers", "slow")
        body = {"question": "barriers", "theme": "slow", "memo": "", "seen": seen}
        assert ana.post("/signatures", body).json["code"] == "E590"
        assert "Start the page anew" in ana.get("/figure?question=barriers&theme=slow").text
    with open_store(folder / "decisions.db") as store:
        assert Reader(Desk(hold(folder), store)).post("/signatures", body).status in (200, 409)


def test_a_long_list_goes_by_pages(make_round, tmp_path) -> None:
    rows_ = [(f"R{n}", "North", f"the wifi is slow {n}", "") for n in range(120)]
    with open_store(tmp_path / "s.db", create=True) as store:
        ana = Reader(Desk(hold(make_round(rows=rows_, figures="[]\n")), store))
        first, last = (ana.get(f"/list?queue=theme:slow&page={page}").text for page in (1, 99))
    assert "1 to 50 of 120." in first
    assert "101 to 120 of 120." in last
    assert last.count("<li>") == 20
    assert "page=2" in first
