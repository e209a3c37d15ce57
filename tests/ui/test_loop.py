"""The loop of a terminal: garbage is collected on the window's thread alone."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from ui import loop as ui_loop
from ui.loop import WindowLoop


@pytest.fixture
def threads_that_collect(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The threads on which garbage was collected."""
    seen: set[str] = set()

    def note(phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            seen.add(threading.current_thread().name)

    monkeypatch.setattr(ui_loop, "SWEEP_MS", 5)
    gc.freeze()  # what other tests have left would make each sweep take seconds
    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)
    gc.unfreeze()


def _litter() -> int:
    """Make more garbage that refers to itself than Python usually tolerates."""
    for _ in range(20_000):
        ring: list[Any] = []
        ring.append(ring)
    return 1


async def _busy_elsewhere(collected: asyncio.Event) -> None:
    await asyncio.gather(*(asyncio.to_thread(_litter) for _ in range(4)))
    await asyncio.wait_for(collected.wait(), 20)


def test_garbage_of_other_threads_is_collected_by_the_windows_own(
    qapp: QApplication, threads_that_collect: set[str]
) -> None:
    collected = asyncio.Event()

    def told(phase: str, _: dict[str, Any]) -> None:
        if phase == "stop":
            collected.set()

    with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
        gc.callbacks.append(told)
        try:
            runner.run(_busy_elsewhere(collected))
        finally:
            gc.callbacks.remove(told)
    assert threads_that_collect == {threading.main_thread().name}


def test_collecting_is_as_before_when_the_loop_has_ended(qapp: QApplication) -> None:
    async def nothing() -> bool:
        return gc.isenabled()

    assert gc.isenabled()
    with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
        assert runner.run(nothing()) is False
    assert gc.isenabled()
