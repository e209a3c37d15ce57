"""The figures that are taken from outside, with the same finger and eye: Lotse and Chromium in turn on one display."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from tests.bench.display import Display, Region, virtual_display
from tests.bench.figure import Figure, p95
from tests.bench.programs import FIRST_BUTTON, chromium, lotse, memory_mb, processor_seconds, uncompiled_lotse, wakeups

Program = Callable[[str, Path], AbstractContextManager["Popen[bytes]"]]

STRIPE = Region(240, 0, 200, 1920)
"""Cuts through everything that matters on both programs' screens."""
ASIDE = (1079, 600)
PAUSE_S = 0.6
"""Longer than Lotse's guard against a double strike."""
PRESSED_S = 0.08
"""How long a finger stays down."""
IDLE_S, READ_S = 20, 5
"""So long it rests; and so long before it reads what the first visitor needs."""


@dataclass(slots=True)
class Starts:
    """What the starts of one program took."""

    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def figures(folder: Path, runs: int, touches: int, begin: Region, tour: Sequence[Region]) -> Iterator[Figure]:
    """Measure both programs. Their files go to `folder`; `begin` and `tour` are where Lotse's buttons are."""
    with virtual_display() as name:
        display = Display(name)
        try:
            bench = Bench(display, name, folder)
            yield from bench.starts(runs)
            yield from bench.touches(begin, tour, touches)
            yield from bench.idle()
        finally:
            display.close()


@dataclass(frozen=True, slots=True)
class Bench:
    """One display with one program at a time."""

    display: Display
    name: str
    folder: Path

    def starts(self, runs: int) -> Iterator[Figure]:
        """Start both in turn. The first start of each warms the disk's cache and is not counted."""
        ours, theirs, raw = Starts(), Starts(), Starts()
        for run in range(runs + 1):
            for program, starts in ((lotse, ours), (chromium, theirs), (uncompiled_lotse, raw)):
                seconds, megabytes = self._start(program, self._home(f"{program.__name__}-{run}"))
                if run:
                    starts.seconds.append(seconds)
                    starts.megabytes.append(megabytes)
        yield _ratio("start to a settled first screen", ours.seconds, theirs.seconds, 0.8, "s")
        yield _ratio("memory (PSS of the process tree)", ours.megabytes, theirs.megabytes, 0.4, "MiB")
        median = statistics.median(raw.seconds)
        yield Figure(
            "start with nothing compiled yet",
            "",
            f"{median / statistics.median(theirs.seconds):.2f} × ({median:.3g} s)",
        )

    def _start(self, program: Program, home: Path) -> tuple[float, float]:
        empty = self.display.look(STRIPE)
        began = time.perf_counter()
        with program(self.name, home) as process:
            self.display.first_change(STRIPE, empty, seconds=30)
            seconds = self.display.settled(STRIPE, still=1.0) - began
            megabytes = memory_mb(process)
        self.display.until(STRIPE, empty)
        return seconds, megabytes

    def touches(self, begin: Region, tour: Sequence[Region], count: int) -> Iterator[Figure]:
        """Touch the start button, and a button of Chromium's page; then walk through Lotse's screens."""
        with self._shown(lotse):
            ours = [self._first_pixel(begin) for _ in range(count)]
            self._turn(begin)
            rounds = max(1, round(count / len(tour)))
            turns = [self._turn(button) for _ in range(rounds + 1) for button in tour]
        with self._shown(chromium):
            theirs = [self._first_pixel(FIRST_BUTTON) for _ in range(count)]
        yield _ratio("touch to first changed pixel, median", ours, theirs, 1.5, "ms", 1000)
        late, first = p95(turns) * 1000, max(turns[: len(tour)]) * 1000
        measured = f"{late:.0f} ms (median {statistics.median(turns) * 1000:.0f} ms, slowest at first {first:.0f} ms)"
        yield Figure("next screen settled, p95", "≤ 100 ms", measured, late <= 100)

    def idle(self) -> Iterator[Figure]:
        """Let Lotse stand on its first screen with nobody there."""
        with self._shown(lotse) as process:
            time.sleep(READ_S)
            before, woken = processor_seconds(process), wakeups(process)
            time.sleep(IDLE_S)
            used = (processor_seconds(process) - before) / IDLE_S * 100
            wakes = (wakeups(process) - woken) / IDLE_S
        yield Figure(f"processor while idle, over {IDLE_S} s", "≤ 1 % of one core", f"{used:.2f} %", used <= 1)
        yield Figure("wake-ups while idle", "", f"{wakes:.1f} a second")

    @contextmanager
    def _shown(self, program: Program) -> Iterator[Popen[bytes]]:
        """A program that runs and has drawn itself."""
        empty = self.display.look(STRIPE)
        with program(self.name, self._home(f"{program.__name__}-{time.monotonic_ns()}")) as process:
            self.display.first_change(STRIPE, empty, seconds=30)
            self.display.settled(STRIPE, still=1.5)
            yield process
        self.display.until(STRIPE, empty)

    def _home(self, name: str) -> Path:
        home = self.folder / name
        home.mkdir()
        return home

    def _first_pixel(self, button: Region) -> float:
        """Seconds to the first changed pixel of a touched button. The finger slides off, so nothing happens."""
        self.display.settled(button)
        before = self.display.look(button)
        touched = self.display.touch(*button.middle)
        seen = self.display.first_change(button, before)
        self.display.move(*ASIDE)
        self.display.lift()
        time.sleep(PAUSE_S)
        return seen - touched

    def _turn(self, button: Region) -> float:
        """Seconds from lifting the finger to the last changed pixel of the next screen."""
        self.display.touch(*button.middle)
        time.sleep(PRESSED_S)
        before = self.display.look(STRIPE)
        lifted = self.display.lift()
        self.display.first_change(STRIPE, before)
        settled = self.display.settled(STRIPE)
        time.sleep(PAUSE_S)
        return settled - lifted


def _ratio(
    name: str, ours: Sequence[float], theirs: Sequence[float], goal: float, unit: str, scale: float = 1
) -> Figure:
    one, other = statistics.median(ours) * scale, statistics.median(theirs) * scale
    measured = f"{one / other:.2f} × ({one:.3g} {unit} against {other:.3g} {unit})"
    return Figure(name, f"≤ {goal} × Chromium", measured, one / other <= goal)
