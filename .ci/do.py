"""Everything a fresh machine needs, in one command each. Python 3.11 or newer and pip; no more.

    python3 .ci/do.py york     install verbatims into .venv and run the York round
    python3 .ci/do.py test     install verbatims and its test tools into .venv and run the tests
    python3 .ci/do.py check    format, lint, types, import contract, docs
    python3 .ci/do.py docs     write the generated pages of docs/ anew
    python3 .ci/do.py gold     write the gold files of tests/ anew

--venv DIR uses another folder than .venv. What follows the task is passed on to it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"


def main() -> int:
    """Run one task in its virtual environment, made first if need be."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python should be told, not crash
        sys.exit("verbatims needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument("task", choices=sorted(TASKS))
    arguments, rest = parser.parse_known_args()
    return TASKS[arguments.task](make_environment(arguments.venv.absolute()), rest)


def make_environment(folder: Path) -> Path:
    """The Python of a virtual environment, which is made where there is none."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"Making a virtual environment in {folder}", flush=True)
        venv.create(folder, with_pip=False)
    return python


def install(python: Path, what: str) -> None:
    """Install this project with the pip of the Python that runs this; the venv needs none."""
    print(f"Installing {what}", flush=True)
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    command += ["--disable-pip-version-check", "--constraint", str(CONSTRAINTS)]
    subprocess.run([*command, *what.split()], cwd=ROOT, check=True)


def york(python: Path, rest: list[str]) -> int:
    """The main job, on the round that comes with the project."""
    install(python, ".")
    command = python.with_name("verbatims.exe" if os.name == "nt" else "verbatims")
    return run([str(command), "run", "corpora/york-2017", *rest])


def test(python: Path, rest: list[str]) -> int:
    """The tests, in as many processes as there are cores, up to four; `-n 0` is one."""
    install(python, "--editable .[dev]")
    spread = ["-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"]
    return run([str(python), "-m", "pytest", *spread, *rest])


def check(python: Path, rest: list[str]) -> int:
    """Every check but the tests; all are run, and the first that failed is returned."""
    install(python, "--editable .[dev]")
    module = [str(python), "-m"]
    results = [
        run([*module, "ruff", "format", "--check", "."]),
        run([*module, "ruff", "check", "."]),
        run([*module, "mypy"]),
        run([str(python), "-c", "from importlinter.cli import lint_imports_command as c; c()"]),
        run([str(python), ".ci/docs.py", "--check"]),
    ]
    return next((code for code in results if code), 0)


def docs(python: Path, rest: list[str]) -> int:
    """The pages that are generated from the code."""
    install(python, "--editable .[dev]")
    return run([str(python), ".ci/docs.py", *rest])


def gold(python: Path, rest: list[str]) -> int:
    """The files that tests compare whole outputs with."""
    install(python, "--editable .[dev]")
    os.environ["VERBATIMS_UPDATE_GOLD"] = "1"
    return run([str(python), "-m", "pytest", "tests/test_gold.py", *rest])


def run(command: list[str]) -> int:
    """Run a command in the project's folder; its exit code."""
    print("$ " + " ".join(Path(part).name if i == 0 else part for i, part in enumerate(command)))
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT).returncode


TASKS = {"york": york, "test": test, "check": check, "docs": docs, "gold": gold}

if __name__ == "__main__":
    sys.exit(main())
