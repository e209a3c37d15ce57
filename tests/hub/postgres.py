"""A real PostgreSQL from Debian's package, in a scratch folder, on a Unix socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

VERSIONS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
USER = "postgres"


class Postgres:
    """A server that runs. `database` returns the URL of an empty schema: as good as a database, and quicker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def database(self) -> str:
        self._count += 1
        schema = f"lotse{self._count}"
        url = f"postgresql://{USER}@/postgres?host={quote(str(self._folder), safe='')}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
        return f"{url}&options={quote(f'-csearch_path={schema}')}"


def _as_user(command: list[str]) -> None:
    """Run one of PostgreSQL's programs as its user: it refuses to be root."""
    program = str(VERSIONS[-1] / command[0])
    drop = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.getuid() == 0 else []
    ran = subprocess.run(
        [*drop, program, *command[1:]], check=False, capture_output=True, text=True, timeout=60, cwd="/"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@contextmanager
def running(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server, and end it; unless it is to be `durable`, it never waits for the disk.

    Skips the test where there is none.
    """
    if not VERSIONS:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="lotse-pg-", dir="/tmp"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        elif os.environ.get("USER") != USER:
            pytest.skip("only root and postgres can start PostgreSQL for a test")
        data, log = str(folder / "data"), str(folder / "log")
        _as_user(["initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"])
        options = f"-k {folder} -c listen_addresses='' -c max_connections=300"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        _as_user(["pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"])
        try:
            yield Postgres(folder)
        finally:
            _as_user(["pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
