"""How fast reading aloud begins and ends: from the event that a touch posts to what a sound server puts out."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from devices.speech.speaker import LocalSpeaker
from kiosk.events import Opened, ReadingToggled
from kiosk.journeys.home import Home
from kiosk.ports import Ports
from kiosk.terminal import Terminal
from profiles.forms import ProfileForms
from tests.bench.figure import Figure, p95
from tests.bench.journey import shipped_place
from tests.devices.speech.ears import Ears, NoEarsError, listening

TOUCHES = 30
AT_ONCE_MS = 60


def figures(folder: Path) -> Iterator[Figure]:
    """Measure with espeak-ng and a PulseAudio whose null sink is recorded; nothing where there is none."""
    before = os.environ.get("PULSE_SERVER")
    try:
        with listening(folder) as ears:
            os.environ["PULSE_SERVER"] = ears.environment["PULSE_SERVER"]
            firsts, silences = asyncio.run(_touches(ears))
    except NoEarsError as why:
        yield Figure("reading aloud", "", str(why))
        return
    finally:
        os.environ.pop("PULSE_SERVER") if before is None else os.environ.update(PULSE_SERVER=before)
    yield _figure("touch to first sample, p95", firsts)
    yield _figure("touch to silence, p95", silences)


def _figure(name: str, seconds: Sequence[float]) -> Figure:
    late = p95(seconds) * 1000
    measured = f"{late:.0f} ms (median {statistics.median(seconds) * 1000:.0f} ms)"
    return Figure(name, f"≤ {AT_ONCE_MS} ms", measured, late <= AT_ONCE_MS)


async def _touches(ears: Ears) -> tuple[list[float], list[float]]:
    speaker = LocalSpeaker(settle=0)
    terminal = Terminal(shipped_place(), Ports(ProfileForms(), speaker=speaker), lambda _: None)
    terminal.start()
    terminal.post(Opened(Home()))
    await asyncio.sleep(1)
    times = [await _touched_twice(terminal, ears) for _ in range(TOUCHES)]
    await terminal.close()
    speaker.close()
    return [first for first, _ in times], [silence for _, silence in times]


async def _touched_twice(terminal: Terminal, ears: Ears) -> tuple[float, float]:
    """Switch reading on and, in the middle of a word, off; return how long sound and silence took."""
    began = time.monotonic()
    terminal.post(ReadingToggled())
    await asyncio.sleep(0.4)
    stopped = time.monotonic()
    terminal.post(ReadingToggled())
    await asyncio.sleep(0.2)
    after = ears.heard(stopped, stopped + 0.2)
    return ears.heard(began, stopped)[0] - began, max([0.0, *(when - stopped for when in after)])
