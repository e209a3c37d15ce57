"""The tables, as the steps of the migrations leave them, on both databases."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from hub.audit import AuditLog, Deed
from hub.storage import Table, open_database, writing
from hub.terminal_states import TerminalBook
from tests.hub.town_hall import settings


@pytest.fixture
def engine(database: Path | str) -> Iterator[Engine]:
    engine = open_database(settings(database))
    yield engine
    engine.dispose()


def test_the_steps_lead_to_the_tables_that_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_a_database_is_opened_again_as_it_was(database: Path | str) -> None:
    for _ in range(2):
        engine = open_database(settings(database))
        assert [terminal.name for terminal in TerminalBook(engine, "a").terminals()] == ["Terminal 1", "Terminal 2"]
        engine.dispose()


def test_hubs_that_start_at_the_same_time_open_one_database(postgresql: object, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgresql").database()
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda _: open_database(settings(url)), range(4)))
    assert len(TerminalBook(engines[0], "a").terminals()) == 2
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("attack", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_database_itself_keeps_the_audit_log(engine: Engine, attack: str) -> None:
    AuditLog(engine).append("console", Deed.ACCOUNT_ADDED, "kern")
    with pytest.raises(DatabaseError, match="the audit log only grows"), engine.begin() as connection:
        connection.execute(text(attack))
    assert AuditLog(engine).verify().sound == 1


def test_what_lasts_waits_for_the_disk_and_what_is_only_shown_does_not(engine: Engine) -> None:
    setting: str
    expected: list[object]
    if engine.dialect.name == "sqlite":
        setting, expected = "PRAGMA synchronous", [2, 1, 2]  # FULL, NORMAL
    else:
        with engine.connect() as connection:  # a PostgreSQL of tests may wait for no disk at all
            usual = connection.scalar(text("SHOW synchronous_commit"))
        setting, expected = "SHOW synchronous_commit", [usual, "off", usual]
    found: list[object] = []
    for lasting in (True, False, True):
        with writing(engine, lasting=lasting) as session:
            found.append(session.scalar(text(setting)))
    assert found == expected


def test_nobody_else_on_the_machine_reads_the_file(tmp_path: Path) -> None:
    open_database(settings(tmp_path / "hub.db")).dispose()
    assert stat.S_IMODE((tmp_path / "hub.db").stat().st_mode) == 0o600
