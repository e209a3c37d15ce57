"""Draws the example screens as pictures: `python -m tests.ui.gallery OUT [NAME…] [--sizes SMLXL] …`."""

from __future__ import annotations

import argparse
import os
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from kiosk.screen import Contrast, Look, Reach, TextSize
from tests.ui.screens import GALLERY, PLACE, clock
from tests.ui.visits import VISITS
from ui.window import TerminalWindow

SCREENS = {**GALLERY, **VISITS}
SHAPES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}


def draw(out: Path, args: argparse.Namespace) -> None:
    """Draw what the arguments name."""
    application = QApplication.instance() or QApplication([])
    for shape in args.shapes.split(","):
        window = TerminalWindow(lambda _event: None, PLACE, ppi=102.46, clock=clock)
        window.resize(*SHAPES[shape])
        window.show()
        for name, size, contrast in product(
            args.names or (*GALLERY, *VISITS), args.sizes.split(","), args.contrasts.split(",")
        ):
            look = Look(size=TextSize(size), contrast=Contrast(contrast), reach=Reach(args.reach))
            window.show_screen(SCREENS[name](look))
            application.processEvents()
            low = "-low" if args.reach == "low" else ""
            window.picture().save(str(out / f"{name}-{shape}-{size}-{contrast}{low}.png"))
        window.close()


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sizes", default="M")
    parser.add_argument("--contrasts", default="soft")
    parser.add_argument("--shapes", default="portrait")
    parser.add_argument("--reach", default="normal")
    args = parser.parse_intermixed_args()
    args.out.mkdir(parents=True, exist_ok=True)
    draw(args.out, args)


if __name__ == "__main__":
    main()
