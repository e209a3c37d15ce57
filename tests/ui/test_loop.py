"""The loop of a terminal: garbage is collected on the window's thread alone."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication

from ui import loop as ui_loop
from ui.loop import WindowLoop

T = TypeVar("T")


class Ring:
    """Something that only the garbage collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def not_by_itself() -> Iterator[None]:
    """Keep Python from collecting, and from looking through what other tests have left."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def run(qapp: QApplication, work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
        return runner.run(work)


def test_while_it_runs_python_does_not_collect_on_any_thread(qapp: QApplication) -> None:
    async def asked() -> tuple[bool, bool]:
        return gc.isenabled(), await asyncio.to_thread(gc.isenabled)

    assert gc.isenabled()
    assert run(qapp, asked()) == (False, False)
    assert gc.isenabled()


def test_it_sweeps_on_its_own_thread(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    swept = asyncio.Event()

    def sweep() -> None:
        threads.append(threading.current_thread().name)
        swept.set()

    monkeypatch.setattr(ui_loop, "SWEEP_MS", 5)
    monkeypatch.setattr(ui_loop, "_sweep", sweep)

    async def until_swept() -> None:
        await asyncio.wait_for(swept.wait(), 10)

    run(qapp, until_swept())
    assert set(threads) == {threading.main_thread().name}


def test_a_sweep_takes_what_has_gathered(not_by_itself: None) -> None:
    rings = [Ring() for _ in range(ui_loop.YOUNG + 1)]
    last = weakref.ref(rings[-1])
    rings.clear()
    assert last() is not None
    ui_loop._sweep()
    assert last() is None


def test_little_garbage_is_left_for_later(not_by_itself: None) -> None:
    ring = Ring()
    kept = weakref.ref(ring)
    del ring
    ui_loop._sweep()
    assert kept() is not None
