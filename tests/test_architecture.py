"""The shape of the code: what the import contract cannot say."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.read import READERS

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
TESTS = sorted((ROOT / "tests").glob("test_*.py"))
HEAVY = ("spacy", "sklearn", "pandas", "scipy", "matplotlib")


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_is_over_300_lines_and_no_function_over_45(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= 45]
    assert long == []


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 30


def test_every_module_at_the_top_has_a_test_file() -> None:
    tested = {path.stem.removeprefix("test_") for path in TESTS}
    top = {path.stem for path in (ROOT / "pipeline").iterdir() if not path.name.startswith("_")}
    untested = {name for name in top if not any(t.split("_")[0] == name for t in tested)}
    assert untested == set()


def test_nothing_but_the_boundary_of_the_cli_catches_everything() -> None:
    broad = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                names = ast.unparse(node.type) if node.type else "everything"
                if names in ("everything", "Exception", "BaseException"):
                    broad.append(path.relative_to(ROOT).as_posix())
    assert broad == ["pipeline/cli/boundary.py"]


@pytest.mark.parametrize(
    ("command", "barred"),
    [
        (["--help"], (*HEAVY, "pyarrow", "numpy", "ruamel.yaml")),
        (["run", "--help"], (*HEAVY, "pyarrow", "numpy")),
        (
            ["run", "{tiny}", "--coders", "codebook", "--out", "{out}"],
            ("sklearn", "scipy", "sqlalchemy", "psycopg"),
        ),
    ],
)
def test_a_command_imports_only_what_it_needs(
    command: list[str], barred: tuple[str, ...], make_round, tmp_path: Path
) -> None:
    places = {"tiny": str(make_round()), "out": str(tmp_path / "out")}
    code = (
        "import sys; from pipeline.cli import main\n"
        f"sys.argv = ['verbatims', *{[part.format(**places) for part in command]!r}]\n"
        "try: main()\nexcept SystemExit as stop: code = stop.code\n"
        f"print([name for name in {barred!r} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stderr.splitlines()[-1] == "[] 0"


def test_every_reader_is_exercised_by_the_shared_contract() -> None:
    contract = (ROOT / "tests" / "test_read.py").read_text(encoding="utf-8")
    assert "READERS" in contract
    assert len(READERS) >= 6
