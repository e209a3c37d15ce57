"""Lists what the gate finds, by kind: `python -m tests.ui.gate [--screens a1,…] [--languages de,…] …`."""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from itertools import product

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.look import TextSize
from kiosk.text import GERMAN, Language
from tests.ui.gate import tongues
from tests.ui.gate.walk import SCREENS, SHAPES, open_window, wrongs


def main() -> None:
    """Read the arguments, walk, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--screens", default="")
    parser.add_argument("--languages", default=",".join(tongues.TONGUES))
    parser.add_argument("--sizes", default=",".join(TextSize))
    parser.add_argument("--shapes", default=",".join(shape.name for shape in SHAPES))
    args = parser.parse_args()
    application = QApplication([])
    tongues.speak_pseudo(pytest.MonkeyPatch())
    kinds: Counter[str] = Counter()
    for shape in (shape for shape in SHAPES if shape.name in args.shapes.split(",")):
        window = open_window(shape)
        for language, size in product(map(Language, args.languages.split(",")), map(TextSize, args.sizes.split(","))):
            if not tongues.is_whole(language):
                print(f"{language} is not wholly translated")  # noqa: T201 - this is a command
                continue
            for name, make in SCREENS.items():
                if args.screens and not any(name.startswith(each) for each in args.screens.split(",")):
                    continue
                if name[0].isdigit() and language not in (GERMAN, tongues.LONG):
                    continue
                for wrong in wrongs(window, make(shape.look(language, size))):
                    kinds[re.sub(r"“[^”]*”|[\d.]+|PySide6.*", "…", wrong.split(": ", 1)[-1])] += 1
                    print(f"{name} {language} {size} {shape.name} {wrong}")  # noqa: T201
        window.close()
    application.processEvents()
    for kind, count in kinds.most_common(60):
        print(f"{count:6} {kind}")  # noqa: T201


if __name__ == "__main__":
    main()
