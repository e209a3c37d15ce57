"""What holds for every test: no display needed, no unexpected warning in a log, no leaked thread."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LOTSE_SIMULATORS"] = "1"


@pytest.fixture(autouse=True)
def _quiet_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs at WARNING or above, unless it is marked `expects_log`."""
    with caplog.at_level(logging.INFO):
        yield
    if request.node.get_closest_marker("expects_log"):
        return
    loud = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.WARNING]
    assert not loud, [f"{r.name}: {r.getMessage()}" for r in loud]


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread of ours running (library pools are daemons by name)."""
    before = set(threading.enumerate())
    yield
    pools = ("asyncio_", "ThreadPoolExecutor", "AnyIO worker thread")
    new = [t for t in threading.enumerate() if t not in before and not t.daemon and not t.name.startswith(pools)]
    for thread in new:
        thread.join(timeout=2)
    names = [t.name for t in new if t.is_alive()]
    assert not names, names
