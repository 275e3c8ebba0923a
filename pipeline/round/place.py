"""Where a round's decisions are: a file, or a database that a team shares."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

from pipeline.errors import InputError
from pipeline.round.files import named_file
from pipeline.yamlfile import Section

_SCHEMES = ("postgresql", "postgres")
_SECRETS = ("password", "sslpassword")
_FROM = "env:"


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A PostgreSQL database as round.yaml names it: its URL, or env:NAME, the variable that has it.

    It answers what is asked of the path of a file. What it shows of itself has no password: a URL
    with one is refused in round.yaml, and that of a variable is never shown.
    """

    stated: str

    @property
    def name(self) -> str:
        """The name of the database alone, or the variable: what a manifest has of it."""
        if self.stated.startswith(_FROM):
            return self.stated
        return "postgresql:" + urlsplit(self.stated).path.removeprefix("/")

    def as_posix(self) -> str:
        """What messages call it."""
        return self.stated

    def is_file(self) -> bool:
        """Whether it is there to be opened, which only opening it tells."""
        return True

    def exists(self) -> bool:
        """Likewise."""
        return True

    def url(self) -> str:
        """The URL to connect to, which may hold a password. Raises InputError (E582)."""
        if not self.stated.startswith(_FROM):
            return self.stated
        variable = self.stated.removeprefix(_FROM)
        url = os.environ.get(variable, "")
        if is_url(url):
            return url
        what = f"the variable {variable} {'is no postgresql:// URL' if url else 'is not set'}."
        raise InputError.because(
            code="E582",
            where=self.stated,
            what=what,
            remedy=f"Set {variable} to postgresql://USER:PASSWORD@HOST/DATABASE.",
        )


Place: TypeAlias = Path | DatabaseUrl


def is_url(text: str) -> bool:
    """Whether a text is meant as the URL of a database."""
    return text.partition("://")[0] in _SCHEMES


def named_place(section: Section, key: str) -> Place | None:
    """The file that a key names, or the database; a password in its URL is noted (E583)."""
    text = section.text(key)
    if re.fullmatch(re.escape(_FROM) + r"[A-Za-z_][A-Za-z0-9_]*", text):
        return DatabaseUrl(text)
    if not is_url(text):
        return named_file(section, key)
    code, what, remedy = _fault(text)
    if code:
        section.yaml_file.report(code, section.at(key), what, remedy)
        return None
    return DatabaseUrl(text)


def _fault(url: str) -> tuple[str, str, str]:
    """What is wrong with a URL: code, what, remedy. The URL itself is never repeated."""
    try:
        parts = urlsplit(url)
        secret = parts.password is not None or any(key in _SECRETS for key in parse_qs(parts.query))
        named = parts.path.removeprefix("/") and parts.port != 0
    except ValueError:
        secret, named = "@" in url, ""
    if secret:
        return (
            "E583",
            "the URL has a password, and a round.yaml is copied into every run.",
            "Write 'env:NAME' and set that variable to the URL, or keep the password in ~/.pgpass.",
        )
    if not named:
        remedy = "Write postgresql://USER@HOST/DATABASE."
        return "E206", "the URL names no database that can be understood.", remedy
    return "", "", ""
