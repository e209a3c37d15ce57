"""What the tests of updates share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.provisioning.signing import Publisher, Server


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory where there is one: thousands of syncs would keep a disk busy for minutes."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """A repository with one bundle, version 1."""
    publisher = Publisher(tmp_path / "office")
    publisher.publish("1")
    return publisher


@pytest.fixture
def server(publisher: Publisher) -> Iterator[Server]:
    """A server that hands it out."""
    with Server(publisher.path) as server:
        yield server
