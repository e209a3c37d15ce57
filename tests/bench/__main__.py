"""The figures: `python -m tests.bench`. Everything in one run, Lotse and Chromium in turn, on one Xvfb.

Prints a line for each figure: whether the goal is met, what was measured, the goal, the result.
Exit 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench import core, side_by_side


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures Lotse beside Chromium.")
    parser.add_argument("--runs", type=int, default=7, help="starts of each program")
    parser.add_argument("--touches", type=int, default=40, help="touches of each button")
    parser.add_argument("--core", action="store_true", help="only what needs no display")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    met = True
    with tempfile.TemporaryDirectory() as folder:
        measured = [] if options.core else [side_by_side.figures(Path(folder), options.runs, options.touches)]
        for figures in (*measured, core.figures(Path(folder))):
            for figure in figures:
                sys.stdout.write(f"{figure}\n")
                sys.stdout.flush()
                met = met and figure.ok is not False
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
