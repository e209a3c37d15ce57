"""Alive means useful: the watchdog is fed only while somebody could be served.

systemd ends the terminal when it hears nothing for `WatchdogSec=` (sd_watchdog_enabled(3)). It is fed only if within
`FRESH` of that time a frame was drawn that shows something, the core took an event and gave it back, and the event
loop came round to ask. So a frozen loop, a core that no longer takes events, and a window that draws nothing or one
colour all end alike: the process is replaced, and the visit with it. What a new process finds of its predecessor
(`Trace`) says whether that was a proper end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from provisioning.notify import notify

FRESH, BEAT = 0.8, 0.3
"""Parts of the watchdog's time: how old a frame or an event may be, and how often is looked."""
WITHOUT_WATCHDOG_S = 5.0

log = logging.getLogger(__name__)


class Frames(Protocol):
    """What is drawn."""

    def ask(self) -> None:
        """Have a frame drawn soon, also where nothing changes."""

    def drawn_since(self, moment: float) -> bool:
        """Whether a frame that shows something was drawn after this moment (time.monotonic), or none can be now."""


@dataclass(slots=True)
class Pulse:
    """When the core last took an event."""

    taken: float = float("-inf")

    def took(self, *_: object) -> None:
        """Note that the core has taken an event: an observer of `kiosk.terminal`."""
        self.taken = time.monotonic()


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: between two looks, and how old a sign of life may be."""

    beat: float
    fresh: float

    @classmethod
    def of_watchdog(cls, environment: Mapping[str, str] = os.environ) -> Patience:
        """Return what fits the watchdog that systemd has set: seen and told, both within its time and `FRESH` of it."""
        microseconds = environment.get("WATCHDOG_USEC", "")
        seconds = int(microseconds) / 1e6 if microseconds.isdecimal() else WITHOUT_WATCHDOG_S
        return cls(seconds * BEAT, seconds * FRESH)


async def stay_alive(
    frames: Frames, pulse: Pulse, beat: Callable[[], None], ended: Callable[[], bool], patience: Patience | None = None
) -> None:
    """Feed the watchdog until cancelled, or `ended` says that this is a good moment to end.

    `beat` sends an event through the core. The first sign of life is what makes the terminal ready.
    """
    patience = patience or Patience.of_watchdog()
    ready = False
    while not ended():
        frames.ask()
        beat()
        await asyncio.sleep(patience.beat if ready else patience.beat / 10)
        oldest = time.monotonic() - patience.fresh
        if pulse.taken < oldest or not frames.drawn_since(oldest):
            log.log(logging.WARNING if ready else logging.DEBUG, "no sign of life: no frame, or no event taken")
            continue
        notify("WATCHDOG=1" if ready else "READY=1\nWATCHDOG=1")
        ready = True


def wanted(environment: Mapping[str, str] = os.environ) -> Callable[[], bool]:
    """Return whether somebody wants the terminal to end between two visits: a path of `LOTSE_RESTART_WHEN` exists."""
    paths = [Path(path) for path in environment.get("LOTSE_RESTART_WHEN", "").split(":") if path]
    return lambda: any(os.path.lexists(path) for path in paths)


class Trace:
    """A file that is there while a terminal runs: a terminal that finds one follows one that broke."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        folder = environment.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        self._file = Path(folder, "running") if folder else None

    def begin(self) -> bool:
        """Leave the trace; whether the one before us broke."""
        if self._file is None:
            return False
        broke = self._file.exists()
        self._file.touch()
        return broke

    def end(self) -> None:
        """Take the trace away: this is a proper end."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
