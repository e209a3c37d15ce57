"""A real hub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.server import HubServer, running
from tests.hub.town_hall import settings


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    """A hub with two terminals, on a thread of its own."""
    with running(settings(tmp_path / "hub.db")) as server:
        yield server
