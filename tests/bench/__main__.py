"""The figures: `python -m tests.bench`. Everything in one run, Lotse and Chromium in turn, on one Xvfb.

Prints a line for each figure: whether the goal is met, what was measured, the goal, the result.
Exit 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import core, drawing, places, side_by_side, speech, updates
from tests.bench.display import Region
from tests.bench.figure import Figure


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures Lotse beside Chromium.")
    parser.add_argument("--runs", type=int, default=7, help="starts of each program")
    parser.add_argument("--touches", type=int, default=40, help="touches of each button")
    parser.add_argument("--core", action="store_true", help="only what needs no display")
    options = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as folder:
        for figure in _figures(options, Path(folder)):
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
            met = met and figure.ok is not False
    return 0 if met else 1


def _figures(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    if not options.core:
        begin, tour, drawn = _offscreen()
        yield from side_by_side.figures(folder, options.runs, options.touches, begin, tour)
        yield drawn
        yield from updates.figures(folder)
    yield from core.figures(folder)
    yield from speech.figures(folder)


def _offscreen() -> tuple[Region, Sequence[Region], Figure]:
    """Ask a window that nobody sees where its buttons are, and how long it draws."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from composition.process import on_one_loop

    found: list[tuple[Region, Sequence[Region], Figure]] = []

    async def ask() -> int:
        found.append((*places.regions(), drawing.figure()))
        return 0

    on_one_loop(ask)
    return found[0]


if __name__ == "__main__":
    sys.exit(main())
