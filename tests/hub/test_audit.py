"""The audit log's chain: whole, or broken where somebody meddled."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hub.audit import START, AuditLog, Deed
from hub.roles import Role
from hub.server import running
from hub.storage import open_database
from tests.hub.staff import browser, employ, log_in
from tests.hub.town_hall import settings


@pytest.fixture
def engine(database: Path | str) -> Iterator[Engine]:
    engine = open_database(settings(database))
    yield engine
    engine.dispose()


@pytest.fixture
def log(engine: Engine) -> AuditLog:
    log = AuditLog(engine)
    for number in range(5):
        log.append("console", Deed.ACCOUNT_ADDED, f"person {number}")
    return log


def meddle(engine: Engine, *statements: str) -> None:
    """Do what only somebody with the database's own password can: take the triggers off first."""
    sqlite = engine.dialect.name == "sqlite"
    off = ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
    with engine.begin() as connection:
        for statement in (*(off if sqlite else ["ALTER TABLE audit DISABLE TRIGGER ALL"]), *statements):
            connection.execute(text(statement))


def test_an_empty_log_is_sound(engine: Engine) -> None:
    verdict = AuditLog(engine).verify()
    assert (verdict.sound, verdict.head, verdict.broken_at) == (0, START, None)


def test_a_log_that_nobody_touched_is_sound(log: AuditLog) -> None:
    assert log.verify().broken_at is None
    assert log.verify().sound == 5
    assert [entry.subject for entry in log.newest(2)] == ["person 4", "person 3"]


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 3", 3),
        ("UPDATE audit SET subject = '' WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("UPDATE audit SET seq = 9 WHERE seq = 5", 5),
    ],
)
def test_meddling_breaks_the_chain_there(engine: Engine, log: AuditLog, statement: str, broken_at: int) -> None:
    meddle(engine, statement)
    assert log.verify().broken_at == broken_at


def test_a_log_that_was_cut_off_is_sound_but_has_lost_its_noted_head(engine: Engine, log: AuditLog) -> None:
    noted = log.verify()
    meddle(engine, "DELETE FROM audit WHERE seq > 3")
    assert log.verify().broken_at is None
    assert log.chain_at(noted.sound) is None


def test_many_who_write_at_once_make_one_chain(engine: Engine) -> None:
    log = AuditLog(engine)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: log.append(f"p{number}", Deed.SIGNED_IN), range(40)))
    assert (log.verify().sound, log.verify().broken_at) == (40, None)


def test_an_auditor_sees_the_log_and_that_is_logged(tmp_path: Path) -> None:
    site = settings(tmp_path / "hub.db")
    employ(site, "audrey", Role.AUDITOR)
    with running(site) as hub, browser(hub) as client:
        log_in(client, "audrey")
        page = client.get("/counter/audit").text
    assert "Die Kette ist unversehrt: 3 Einträge" in page
    assert "Protokoll gelesen" in page
