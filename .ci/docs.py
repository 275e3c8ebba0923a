"""The pages of docs/ that are written from the code: commands, messages, tables, the schema.

python .ci/docs.py writes them; --check fails when one differs from the code.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from pipeline.codebook.schema import codebook_schema
from pipeline.errors import CODES
from pipeline.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    "",
    "run",
    "figures check",
    "figures scan",
    "verify",
    "compare",
    "quotes",
    "kwic",
    "train",
    "evaluate",
    "explain",
    "codebook check",
    "codebook schema",
    "codebook try",
    "codebook coverage",
    "codebook diff",
    "codebook suggest",
    "codebook import",
    "review import",
    "review export",
    "review sample",
    "review serve",
    "review agree",
    "review stop",
    "review plan",
    "review suspects",
    "review verify",
    "review sign",
    "review signed",
)
NOTE = "<!-- Written by .ci/docs.py from the code; edits here are lost. -->\n\n"


def main() -> int:
    """Write or compare every page."""
    pages = {
        "cli.md": cli_page(),
        "messages.md": messages_page(),
        "tables.md": tables_page(),
        "codebook.schema.json": schema_page(),
    }
    stale = [name for name, text in pages.items() if current(name) != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/{name} is out of date: run python3 .ci/do.py docs")
        print(f"{len(pages) - len(stale)} of {len(pages)} generated pages are up to date.")
        return 1 if stale else 0
    for name in stale:
        (ROOT / "docs" / name).write_text(pages[name], encoding="utf-8", newline="\n")
        print(f"docs/{name} written")
    return 0


def current(name: str) -> str:
    """A page as it is; empty when it is not there."""
    path = ROOT / "docs" / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def cli_page() -> str:
    """Every command's own help."""
    parts = [
        "# Commands\n\n" + NOTE + "Data goes to stdout, messages to stderr. Exit codes: 0 done; "
        "1 the data or a check says no; 2 usage or bad input; 3 a bug (a log file is named); "
        "130 interrupted.\n"
    ]
    for command in COMMANDS:
        title = f"verbatims {command}".strip()
        parts.append(f"## {title}\n\n```text\n{help_of(command)}\n```\n")
    return "\n".join(parts)


def help_of(command: str) -> str:
    """What --help prints, 80 columns wide."""
    environment = {**os.environ, "COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *command.split(), "--help"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        encoding="utf-8",
        env=environment,
    )
    text = done.stdout.replace("python -m pipeline", "verbatims").strip()
    return "\n".join(line.rstrip() for line in text.splitlines())


def messages_page() -> str:
    """Every code of a message."""
    rows = "\n".join(f"| {code} | {meaning} |" for code, meaning in CODES.items())
    return (
        "# Messages\n\n" + NOTE + "A message names its code, the place (file:line:column or source "
        "row) and what to do. E is an error: nothing is written. W is a warning.\n\n"
        "| code | meaning |\n|---|---|\n" + rows + "\n"
    )


def tables_page() -> str:
    """Every table between stages."""
    parts = [
        "# Tables\n\n" + NOTE + "Stages pass Arrow tables to each other; a run keeps them in "
        "`evidence/`. `.to_pandas()` gives a data frame of any of them "
        '(`pip install "verbatims[notebook]"`).\n'
    ]
    for table in TABLES.values():
        rows = "\n".join(
            f"| `{c.name}` | {c.type}{' or null' if c.optional else ''} | {c.meaning} |"
            for c in table.columns
        )
        key = ", ".join(f"`{name}`" for name in table.key)
        head = "| column | type | meaning |\n|---|---|---|\n"
        parts.append(f"## {table.name}\n\nKey: {key}.\n\n{head}{rows}\n")
    return "\n".join(parts)


def schema_page() -> str:
    """The JSON Schema of a codebook, for editors."""
    return json.dumps(codebook_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
