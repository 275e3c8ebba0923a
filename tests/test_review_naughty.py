"""A list of naughty strings on the review page: each is shown as itself, and adds nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from tests.naughty import NAUGHTY, write_naughty_round
from tests.reviewpage import Reader, Tree, hold


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_round: Callable[..., Path]) -> Path:
    return write_naughty_round(write_round, tmp_path_factory.mktemp("naughty") / "round")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "decisions.db", create=True) as opened:
        yield opened


def test_the_list_is_whole() -> None:
    assert len(NAUGHTY) == 515
    assert not any("\0" in string for string in NAUGHTY)


def shape(page: str) -> Counter[tuple[str, ...]]:
    return Counter((tag, *sorted(attrs)) for tag, attrs in Tree(page).elements)


def test_as_memo_and_note_each_comes_back_as_itself(
    make_round: Callable[..., Path], store: Store
) -> None:
    reader = Reader(Desk(hold(make_round()), store))
    said = {"slow": {"decision": "present"}, "wifi": {"decision": "absent", "note": "a note"}}
    assert reader.say("all", 0, said, memo="a memo").status == 200
    plain = shape(reader.get("/read?queue=all&place=0").text)
    for string in NAUGHTY:
        said["wifi"]["note"] = string
        assert reader.say("all", 0, said, memo=string).status == 200
        page = reader.get("/read?queue=all&place=0").text
        tree = Tree(page)
        assert shape(page) == plain
        # A textarea drops the line break that it begins with; the page puts one there.
        assert tree.texts["memo"] == f"\n{string}"
        notes = [attrs["value"] for attrs in tree.all("input") if attrs.get("class") == "note"]
        assert notes == ["", string, ""]
    assert [reading.memo for reading in store.readings()[1:]] == list(NAUGHTY)


def test_as_a_search_each_is_looked_for_as_it_is(folder: Path, store: Store) -> None:
    reader = Reader(Desk(hold(folder), store))
    for string in NAUGHTY:
        answer = reader.get(f"/read?search={quote(string)}")
        assert answer.status == 303
        found = reader.get(answer.headers["location"])
        if not string.strip():
            continue
        assert found.status == 303, string
        tree = Tree(reader.get(found.headers["location"]).text)
        assert string.strip().casefold() in tree.texts["text"].casefold()
        assert len(tree.all("script")) == 1


def in_yaml(text: str) -> str:
    """As a quoted scalar; whatever is not plain ASCII as an escape."""
    return '"' + re.sub(r"[^ !#-\[\]-~]", lambda c: f"\\U{ord(c[0]):08x}", text) + '"'


def test_as_the_label_of_a_theme_each_is_shown_as_itself(
    make_round: Callable[..., Path], store: Store
) -> None:
    labels = [f"{n} {string}" for n, string in enumerate(NAUGHTY)]
    themes = [
        f"  t{n}: {{label: {in_yaml(label)}, rules: [zzz]}}" for n, label in enumerate(labels)
    ]
    codebook = "codebook: naughty\nthemes:\n" + "\n".join(themes)
    material = hold(make_round(codebook=codebook, figures="[]"))
    assert [theme.label for theme in material.codebook.themes] == labels
    reader = Reader(Desk(material, store))
    addable = Tree(reader.get("/read?queue=all&place=0").text).all("option")
    assert [option["value"] for option in addable] == labels
    plain = shape(reader.get("/theme/t0").text)
    for number, label in enumerate(labels):
        page = reader.get(f"/theme/t{number}").text
        assert shape(page) == plain
        assert f"\n{label}\n" in Tree(page).texts["main"]
