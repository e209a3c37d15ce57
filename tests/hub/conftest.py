"""A real hub on loopback, and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.server import HubServer, running
from tests.hub import postgres
from tests.hub.town_hall import settings


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    """A hub with two terminals, on a thread of its own."""
    with running(settings(tmp_path / "hub.db")) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Postgres]:
    """A PostgreSQL for all tests that want one."""
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return tmp_path / "hub.db"
    server: postgres.Postgres = request.getfixturevalue("postgresql")
    return server.database()
