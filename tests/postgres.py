"""A PostgreSQL server of the tests' own: started where its programs are, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tests.missing import skip

PASSWORD = "s3cret-p%40ss"  # as it stands in a URL


class Server(NamedTuple):
    """A running server: its folder, its programs and its port on loopback."""

    folder: Path
    bin: Path
    port: int

    def url(self, database: str, *, user: str = "owner", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, a copy of another if one is named; its URL."""
        import psycopg  # noqa: PLC0415 - only a server needs it

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url(database)

    def restart(self) -> None:
        """Stop at once, as a crash does, and start again."""
        _control(self, "restart", "-m", "immediate")


def find_programs() -> Path | None:
    """The folder with initdb and pg_ctl: Debian keeps it out of the PATH.

    VERBATIMS_POSTGRESQL names another place than Debian's, and then the only one.
    """
    named = os.environ.get("VERBATIMS_POSTGRESQL")
    found = [Path(p).resolve().parent for p in [shutil.which("initdb")] if p and not named]
    found += sorted(Path(named or "/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "pg_ctl").is_file()), None)


def _account() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - there is none on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _call(folder: Path, *command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        timeout=120,
        **_account(),
    )
    assert done.returncode == 0, done.stderr.decode()


def _control(server: Server, *command: object) -> None:
    data, log = server.folder / "data", server.folder / "log"
    _call(server.folder, server.bin / "pg_ctl", "-D", data, "-l", log, "-w", *command)


@contextmanager
def serving() -> Iterator[Server]:
    """A server for as long as the tests need it; they are skipped where there is none."""
    programs = find_programs()
    if programs is None:
        skip("PostgreSQL", "its programs are not here (Debian: apt-get install postgresql)")
    if find_spec("psycopg") is None:
        skip("PostgreSQL", "no psycopg")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        account = _account()
        if account:
            os.chown(folder, account["user"], account["group"])
        secret = folder / "password"
        secret.write_text(PASSWORD.replace("%40", "@"))
        secret.chmod(0o644)
        _call(
            folder,
            *(programs / "initdb", "-D", folder / "data", "-U", "owner", "-E", "UTF8"),
            *("--auth", "scram-sha-256", "--pwfile", secret, "--locale", "C.UTF-8", "-N"),
        )
        server = Server(folder, programs, _free_port())
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p {server.port}"
        _control(server, "-o", options, "start")
        try:
            yield server
        finally:
            _control(server, "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
