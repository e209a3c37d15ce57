"""The window's own event loop for every test here, and the parts of a foyer."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator, Mapping

import pytest
from PySide6.QtWidgets import QApplication

from online.simulators.authority_tokens import AuthorityKeys
from ui.loop import WindowLoop
from ui.press import STRIKES, Pressable


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run these tests as the terminal runs: widgets, timers and network on one loop."""
    return {"qasync": _windows_loop}


def _windows_loop() -> asyncio.AbstractEventLoop:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    # The loop before this one has timers of Qt: they have to go on the thread that they belong to.
    gc.collect()
    loop: asyncio.AbstractEventLoop = WindowLoop(application)
    return loop


@pytest.fixture(scope="session")
def keys() -> AuthorityKeys:
    """The authority's keys: making them takes its time."""
    return AuthorityKeys.generate()


@pytest.fixture(autouse=True)
def patient_fingers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a second pass between touches: nobody here trembles."""
    seconds = iter(range(1_000_000))
    monkeypatch.setattr(STRIKES, "clock", lambda: float(next(seconds)))
    monkeypatch.setattr(STRIKES, "_when", float("-inf"))
    yield
    Pressable.by_keyboard = False
