"""Draws the example screens: `python -m tests.ui.gallery OUT [NAME…] [--sizes S,M] …`, or all modes on one sheet.

python -m tests.ui.gallery pictures 04-form --sizes M,XL --contrasts soft,dark
python -m tests.ui.gallery --sheet sheet.png
"""

from __future__ import annotations

import argparse
import os
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kiosk.look import Contrast, Hand, Look, Reach, TextSize
from kiosk.text import Language
from tests.ui.further import FURTHER
from tests.ui.screens import GALLERY, PLACE, clock
from tests.ui.visits import VISITS
from ui.window import TerminalWindow

SCREENS = {**GALLERY, **VISITS, **FURTHER}
USUAL_PPI, SMALL_PPI = 102.46, 146.87
"""Of 21.5 inches, and of 15."""
SHAPES = {
    "portrait": (1080, 1920, USUAL_PPI),
    "landscape": (1920, 1080, USUAL_PPI),
    "small": (1080, 1920, SMALL_PPI),
    "small-landscape": (1920, 1080, SMALL_PPI),
}
MAIN = ("a1-welcome", "a2-home", "a7-service", "b2-form-error", "c4-pin", "b5-review", "d3-printed", "e2-help-coming")
"""The screens of the sheet."""
MODES: tuple[tuple[str, str, Look], ...] = (
    ("M, soft", "portrait", Look()),
    ("S, light", "portrait", Look(size=TextSize.S, contrast=Contrast.LIGHT)),
    ("L, soft", "portrait", Look(size=TextSize.L)),
    ("XL, dark", "portrait", Look(size=TextSize.XL, contrast=Contrast.DARK)),
    ("M, dim", "portrait", Look(contrast=Contrast.DIM)),
    ("Leichte Sprache, M", "portrait", Look(Language("de-x-leicht"))),
    ("العربية, M", "portrait", Look(Language("ar"))),
    ("low reach, M", "portrait", Look(reach=Reach.LOW)),
    ("left hand, L", "portrait", Look(size=TextSize.L, hand=Hand.LEFT)),
    ("wide, M", "landscape", Look()),
    ("wide, XL, dark", "landscape", Look(size=TextSize.XL, contrast=Contrast.DARK)),
    ("wide, left hand, M", "landscape", Look(hand=Hand.LEFT)),
    ("15 inch, M", "small", Look()),
    ("15 inch, XL, dark", "small", Look(size=TextSize.XL, contrast=Contrast.DARK)),
    ("15 inch, العربية, L", "small", Look(Language("ar"), TextSize.L)),
    ("15 inch, wide, M", "small-landscape", Look()),
    ("15 inch, wide, XL", "small-landscape", Look(size=TextSize.XL)),
)
HIGH, GAP, LABEL = 560, 16, 28
"""Pixels on the sheet: height of a picture, between pictures, of the words over a column."""


def open_window(shape: str) -> TerminalWindow:
    """Return a window of a shape."""
    width, height, ppi = SHAPES[shape]
    window = TerminalWindow(lambda _event: None, PLACE, ppi=ppi, clock=clock)
    window.resize(width, height)
    window.show()
    return window


def draw(out: Path, args: argparse.Namespace) -> None:
    """Draw what the arguments name."""
    for shape in args.shapes.split(","):
        window = open_window(shape)
        for name, size, contrast in product(
            args.names or (*GALLERY, *VISITS), args.sizes.split(","), args.contrasts.split(",")
        ):
            look = Look(Language(args.language), TextSize(size), Contrast(contrast), Reach(args.reach), Hand(args.hand))
            window.show_screen(SCREENS[name](look))
            QApplication.processEvents()
            low = "-low" if args.reach == "low" else ""
            window.picture().save(str(out / f"{name}-{shape}-{size}-{contrast}{low}.png"))
        window.close()


def pictures_of(shape: str, look: Look) -> list[QImage]:
    """Return the main screens in a look, as high as on the sheet."""
    window = open_window(shape)
    pictures = []
    for name in MAIN:
        window.show_screen(SCREENS[name](look))
        QApplication.processEvents()
        pictures.append(window.picture().scaledToHeight(HIGH, Qt.TransformationMode.SmoothTransformation))
    window.close()
    return pictures


def sheet(out: Path) -> None:
    """Draw the main screens in all modes on one picture: a column a mode, a row a screen."""
    columns = [(words, pictures_of(shape, look)) for words, shape, look in MODES]
    width = sum(pictures[0].width() + GAP for _, pictures in columns) + GAP
    picture = QImage(width, LABEL + len(MAIN) * (HIGH + GAP) + GAP, QImage.Format.Format_RGB32)
    picture.fill(QColor("#8c8c8c"))
    painter = QPainter(picture)
    font = QFont("Noto Sans")
    font.setPixelSize(18)
    painter.setFont(font)
    x = GAP
    for words, pictures in columns:
        painter.drawText(QPoint(x, LABEL - 8), words)
        for row, each in enumerate(pictures):
            painter.drawImage(QPoint(x, LABEL + row * (HIGH + GAP)), each)
        x += pictures[0].width() + GAP
    painter.end()
    picture.save(str(out))


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sizes", default="M")
    parser.add_argument("--contrasts", default="soft")
    parser.add_argument("--shapes", default="portrait")
    parser.add_argument("--reach", default="normal")
    parser.add_argument("--hand", default="right")
    parser.add_argument("--language", default="de")
    parser.add_argument("--sheet", type=Path, help="all modes of the main screens on this one picture")
    args = parser.parse_intermixed_args()
    application = QApplication([])
    if args.sheet:
        sheet(args.sheet)
    elif args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        draw(args.out, args)
    else:
        parser.error("say where the pictures go")
    application.processEvents()


if __name__ == "__main__":
    main()
