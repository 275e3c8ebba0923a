"""The picture of an evaluation: the same bytes, no words over others, one message without it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.evaluate.assess import Assessment, Ceiling, Setting, assess
from pipeline.evaluate.ceiling import CodersAgree, TextsAgree
from pipeline.evaluate.cross import WAYS, CrossValidation, CurvePoint
from pipeline.picture import check_picture, write_picture
from pipeline.picture.words import describe

WORDS = "Which of the services that the council provides most need to improve, and in what way?"


def assessment(
    codebook_of, *, themes: int = 3, questions: int = 2, curve: int = 0, rows: int = 200
) -> Assessment:
    """Made-up figures of a made-up coding: only the drawing is looked at."""
    ids = [f"theme-{n}" for n in range(themes)]
    labels = [f"{'Waiting, for $5 or $6, and ' * (n % 3)}theme number {n}" for n in range(themes)]
    entries = (
        f'  {i}: {{label: "{label}", rules: [{i}x]}}\n'
        for i, label in zip(ids, labels, strict=True)
    )
    codebook = codebook_of("".join(entries))
    dice = np.random.default_rng(1)
    shape = (rows, themes)
    coded = dice.random(shape) < 0.2
    tagged = {way: coded ^ (dice.random(shape) < 0.1) for way in WAYS}
    tagged["majority"][:] = False
    tagged["both"][:, 0] = coded[:, 0] = False
    asked = [f"q{n}" for n in range(questions)]
    cross = CrossValidation(
        themes=tuple(ids),
        questions=np.array(asked)[np.arange(rows) % questions],
        blocks=np.arange(rows),
        tagged=tagged,
        scores=np.clip(coded * 0.6 + dice.random(shape) * 0.4, 0, 1),
        learnt=np.ones(shape, bool),
        coded=coded,
        known=np.ones(shape, bool),
        learnt_from=[160] * 5,
    )
    sizes = [100 * 2.0**n for n in range(curve - 1)] + [100 * 2.0 ** (curve - 2) * 1.07]
    points = [
        CurvePoint(sizes[n], way, 0.5 + n / 40, 0.4 + n / 40, 0.5 - n / 20)
        for n in range(curve)
        for way in ("classifier", "both")
    ]
    setting = Setting("A title", "Made up for tests.", dict.fromkeys(asked, WORDS), codebook, 5, 1)
    ceiling = Ceiling(CodersAgree(20, 0.8), TextsAgree(40, 0.9))
    return assess(cross, setting, ceiling, points)


@pytest.mark.parametrize("suffix", [".svg", ".png", ".SVG"])
def test_the_same_figures_give_the_same_bytes(codebook_of, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    found = assessment(codebook_of, curve=2)
    paths = [tmp_path / "new" / f"{name}{suffix}" for name in "ab"]
    for path in paths:
        write_picture(found, path)
    one, other = (path.read_bytes() for path in paths)
    assert one == other
    assert one.startswith(b"\x89PNG" if suffix == ".png" else b"<?xml")
    assert b"dc:date" not in one
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [p.name for p in paths]


def test_what_the_user_set_for_matplotlib_changes_nothing(codebook_of, tmp_path: Path) -> None:
    mpl = pytest.importorskip("matplotlib")
    found = assessment(codebook_of)
    write_picture(found, tmp_path / "a.svg")
    with mpl.rc_context({"font.size": 20, "axes.grid": True, "svg.hashsalt": "other"}):
        before = dict(mpl.rcParams)
        write_picture(found, tmp_path / "b.svg")
        assert dict(mpl.rcParams) == before
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(
    "size",
    [
        {"themes": 1, "questions": 1},
        {"themes": 16, "questions": 2, "curve": 2},
        {"themes": 44, "questions": 5, "curve": 8},
        {"themes": 5, "questions": 1, "curve": 1},
        {"themes": 4, "questions": 9},
    ],
    ids=str,
)
def test_no_words_stand_over_others_or_off_the_page(codebook_of, size: dict[str, int]) -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.text import Text  # noqa: PLC0415

    from pipeline.picture.page import draw_styled  # noqa: PLC0415

    page = draw_styled(assessment(codebook_of, **size))
    FigureCanvasAgg(page).draw()
    width, height = page.bbox.size
    boxes = [
        (text.get_text(), text.get_window_extent().extents.tolist())
        for text in page.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]
    off = [w for w, (x, y, right, top) in boxes if min(x, y, width - right, height - top) < 0]
    over = [
        (words, others)
        for (words, a), (others, b) in itertools.combinations(boxes, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]
    assert (off, over) == ([], [])
    assert len(boxes) > 4 * size["themes"]


def test_it_says_what_it_is_of_and_what_flatters(codebook_of) -> None:
    found = assessment(codebook_of)
    said = " ".join(describe(found, 100))
    assert said.startswith("Made up for tests. 200 coded responses")
    assert "5 folds, seed 1" in said
    assert "agree at F1 0.80 (20 responses)" in said
    assert "agree at F1 0.90 (40 pairs)" in said
    assert "flatters it" in said
    assert "flatters" not in " ".join(describe(replace(found, ruled=False), 100))


def test_words_that_the_font_lacks_are_no_warning(codebook_of, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = replace(assessment(codebook_of), title="等候時間 <&> $x$ \x1b[31m")
    write_picture(found, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "等候時間 &lt;&amp;&gt; $x$ [31m" in text


@pytest.mark.parametrize("name", ["a.pdf", "a", "svg", "a.svg.gz"])
def test_only_svg_and_png_are_drawn(name: str) -> None:
    with pytest.raises(InputError, match=r"\[E421\].*\.svg or \.png"):
        check_picture(Path(name))


def test_without_matplotlib_one_message_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"\[E421\].*verbatims\[pictures\]"):
        check_picture(Path("a.svg"))


def test_evaluate_draws_and_says_where(york: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "york.svg"
    command = [sys.executable, "-m", "pipeline", "evaluate", str(york), "--picture", str(path)]
    done = subprocess.run([*command, "--json"], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"Picture: {path.as_posix()}\n"
    assert path.read_bytes().startswith(b"<?xml")
