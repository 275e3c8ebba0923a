"""The docs say what the code does."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import round as round_module
from pipeline import wording
from pipeline.codebook import load, model, rules
from pipeline.codebook.model import POLICIES
from pipeline.errors import CODES
from pipeline.figures import CLOSED_FIGURE_KEYS, FIGURE_KEYS
from pipeline.match.negation import list_cues
from pipeline.refine.check import check_codebook
from pipeline.round import load_round

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "pipeline").rglob("*.py"))


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def yaml_blocks(text: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("round.md", round_module.ROUND_KEYS),
        ("round.md", round_module.SOURCE_KEYS),
        ("round.md", round_module.QUESTION_KEYS),
        ("round.md", round_module.CLASSIFIER_KEYS),
        ("round.md", round_module.REPEAT_CHOICES),
        ("round.md", round_module.BASE_CHOICES),
        ("round.md", round_module.GROUP_KEYS),
        ("round.md", round_module.POPULATION_KEYS),
        ("closed.md", round_module.CLOSED_KEYS),
        ("closed.md", list(round_module.KINDS)),
        ("closed.md", CLOSED_FIGURE_KEYS),
        ("codebook.md", load.CODEBOOK_KEYS),
        ("codebook.md", load.THEME_KEYS),
        ("codebook.md", rules.RULE_KEYS),
        ("codebook.md", load.FACET_KEYS),
        ("codebook.md", load.HISTORY_KEYS),
        ("codebook.md", POLICIES),
        ("codebook.md", model.NEGATED),
        ("codebook.md", model.OVERLAPS),
        ("codebook.md", model.POSSESSIVES),
        ("codebook.md", model.HYPHENS),
        ("evidence.md", [key for key in FIGURE_KEYS if key != "facet"]),
    ],
)
def test_every_setting_is_documented(name: str, keys: list[str]) -> None:
    text = page(name)
    missing = [key for key in keys if f"`{key}`" not in text and f"{key}:" not in text]
    assert missing == []


def test_the_words_for_shares_are_documented_as_the_code_has_them() -> None:
    text = page("closed.md")
    allowed, said = text.split("## Words for shares")[1].split("| whole per cent | said |")
    phrases = (*wording.ALLOWED, *wording.FRACTIONS)
    assert [phrase for phrase in phrases if phrase not in allowed] == []
    rows = [line.strip("| ").split(" | ") for line in said.splitlines() if line.startswith("| ")]
    listed = [
        (int(top.split("-")[-1]), phrase)
        for tops, names in rows
        for top, phrase in zip(tops.split("; "), names.split("; "), strict=True)
    ]
    assert listed == list(wording.SAID)
    points = (wording.POINTS, wording.THIRD_POINTS, wording.NEARLY_POINTS, wording.JUST_POINTS)
    for number in (*points, wording.SPLIT_POINTS):
        assert f"{float(number):g} points" in allowed


def test_every_message_is_documented_and_every_code_is_used() -> None:
    text = page("messages.md")
    assert [code for code in CODES if f"| {code} |" not in text] == []
    without_list = SOURCES.replace("CODES: dict[str, str] = {", "")
    unused = [c for c in CODES if len(re.findall(rf"""["']{c}["']""", without_list)) < 2]
    assert unused == []


def test_no_message_has_a_code_that_is_not_listed() -> None:
    assert set(re.findall(r"""["']([EW]\d{3})["']""", SOURCES)) <= CODES.keys()


def test_generated_pages_are_as_the_code_has_them() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "docs.py"), "--check"],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout


CODEBOOKS = [b for b in yaml_blocks(page("codebook.md")) if b.startswith("codebook:")]


@pytest.mark.parametrize("text", CODEBOOKS)
def test_an_example_codebook_of_the_docs_passes_its_own_check(text: str, tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    codebook, problems = check_codebook(path)
    assert [str(problem) for problem in problems] == []
    assert any(theme.examples and theme.counter_examples for theme in codebook.themes)


def test_the_docs_have_example_codebooks() -> None:
    assert len(CODEBOOKS) == 3


FORMS = re.findall(
    r"^\| `([^`]+)` \| (\".*) \| (\".*) \|$", page("codebook.md"), flags=re.MULTILINE
)


def test_the_docs_have_tables_of_forms() -> None:
    assert len(FORMS) >= 25


@pytest.mark.parametrize(("form", "finds", "misses"), FORMS)
def test_a_documented_form_finds_and_misses_what_the_docs_say(
    form: str, finds: str, misses: str, tmp_path: Path
) -> None:
    found, missed = (
        re.findall(r'"([^"]*)"', cell.replace("\\n", "\n")) for cell in (finds, misses)
    )
    assert found
    assert missed
    path = tmp_path / "codebook.yaml"
    path.write_text(
        f"codebook: c\nthemes:\n  t:\n    rules: [{form if form[0] == '{' else json.dumps(form)}]\n"
        f"    examples: {json.dumps(found)}\n    counter_examples: {json.dumps(missed)}\n",
        encoding="utf-8",
    )
    assert [str(p) for p in check_codebook(path)[1] if p.code.startswith("E")] == []


@pytest.mark.parametrize("cues", list_cues().values())
def test_the_docs_list_every_cue_of_negation(cues: list[str]) -> None:
    text = " ".join(page("codebook.md").split())
    assert ", ".join(cues) in text


def test_the_example_round_of_the_docs_loads(tmp_path: Path) -> None:
    text = yaml_blocks(page("round.md"))[0]
    for name in re.findall(r"[\w./-]+\.(?:csv|yaml)", text):
        (tmp_path / "a" / "b" / name).resolve().parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / "b" / name).resolve().write_text("", encoding="utf-8")
    (tmp_path / "a" / "b").mkdir(parents=True, exist_ok=True)
    path = tmp_path / "a" / "b" / "round.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_round(path).name == "york-2017"


def test_the_readme_shows_the_sentence_that_the_york_run_prints(york_run) -> None:
    shown = re.search(r"^    (\d+ of \d+ responses cited .*)$", README, flags=re.MULTILINE)
    assert shown is not None
    barriers = york_run.report.questions[0]
    assert shown[1] in barriers.sentences


def test_the_readmes_round_and_codebook_run_as_they_stand(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    round_text, codebook_text = yaml_blocks(README)
    (tmp_path / "round.yaml").write_text(round_text, encoding="utf-8")
    (tmp_path / "codebook.yaml").write_text(codebook_text, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["Respondent ID", "What could we do better?"])
    book.active.append(["007", "I waited three hours"])
    book.save(tmp_path / "export.xlsx")
    command = [sys.executable, "-m", "pipeline", "run", str(tmp_path), "--out", str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "1 of 1 response cited Waiting times" in done.stdout


def test_the_readmes_commands_exist(york_run) -> None:
    lines = re.findall(r"^verbatims (.*?)(?:\s+#.*)?$", README, flags=re.MULTILINE)
    assert len(lines) >= 7
    for line in lines:
        words = [w for w in shlex.split(line) if not w.startswith("--")]
        names = words[:2] if words[0] in ("figures", "codebook") else words[:1]
        command = [sys.executable, "-m", "pipeline", *names, "--help"]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, line
        assert all(flag in done.stdout for flag in re.findall(r"--[a-z]+", line)), line
