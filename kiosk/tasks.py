"""The terminal's tasks: each is kept, and noticed when it breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from kiosk.faults import Fault, FaultCode

log = logging.getLogger(__name__)

Work: TypeAlias = Coroutine[Any, Any, None]
Broke: TypeAlias = Callable[[Fault], None]
"""Told once when work has ended by an exception."""

CANCELLED_S, CANCELLED_TIMES = 1.0, 5
"""A task is asked again to end: a library can swallow the first time, if a deadline of its own falls into it."""


class Tasks:
    """Work that runs beside the steps, on the loop that runs."""

    def __init__(self) -> None:
        self._named: dict[str, asyncio.Task[None]] = {}
        self._lasting: set[asyncio.Task[None]] = set()

    def keep(self, name: str, work: Work, broke: Broke | None = None) -> None:
        """Start work that ends with the visit or with the next of its name."""
        self.drop(name)
        self._named[name] = self._begun(name, work, broke)

    def last(self, work: Work, broke: Broke | None = None) -> None:
        """Start work that outlasts the visit: what was begun on paper or in the outbox is finished."""
        task = self._begun("lasting", work, broke)
        self._lasting.add(task)
        task.add_done_callback(self._lasting.discard)

    def drop(self, name: str) -> None:
        """End the work of a name, if there is any."""
        if task := self._named.pop(name, None):
            task.cancel()

    async def close(self) -> None:
        """End all work; what does not end is logged."""
        tasks = {*self._named.values(), *self._lasting}
        for _ in range(CANCELLED_TIMES):
            for task in tasks:
                task.cancel()
            if tasks:
                _, tasks = await asyncio.wait(tasks, timeout=CANCELLED_S)
        if tasks:
            log.error("does not end: %s", ", ".join(sorted(task.get_name() for task in tasks)))

    def _begun(self, name: str, work: Work, broke: Broke | None) -> asyncio.Task[None]:
        def ended(task: asyncio.Task[None]) -> None:
            if task.cancelled() or (error := task.exception()) is None:
                return
            # Only the kind of error: its text may hold what a visitor typed.
            log.error("%s broke: %s", name, type(error).__name__)
            if broke:
                broke(Fault(FaultCode.INTERNAL, type(error).__name__))

        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(ended)
        return task
