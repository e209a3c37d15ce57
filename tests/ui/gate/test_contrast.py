"""The four contrasts as they are drawn, on every screen in German: colours do not depend on the language."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.look import Contrast, TextSize
from kiosk.text import GERMAN
from tests.ui.gate.pixels import faint, image_of
from tests.ui.gate.test_screens import sample
from tests.ui.gate.walk import SCREENS, SHAPES, Shape, close_window, open_window, scenes

CASES = list(product(SHAPES[:2], Contrast, TextSize))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("number", "shape", "contrast", "size"),
    [(number, *each) for number, each in enumerate(CASES)],
    ids=[f"{shape.name}-{contrast}-{size}" for shape, contrast, size in CASES],
)
@pytest.mark.en301549("11.1.4.3", "11.1.4.11")
def test_everything_can_be_seen(
    qapp: QApplication, number: int, shape: Shape, contrast: Contrast, size: TextSize
) -> None:
    window = open_window(shape)
    found = []
    for name in sample(number, list(SCREENS)):
        for moment, scene in scenes(window, SCREENS[name](shape.look(GERMAN, size, contrast))):
            QApplication.processEvents()
            image = image_of(window.picture())
            found += [f"{name} {moment}: {wrong}" for wrong in faint(scene, image, contrast)]
    close_window(window)
    assert not found, "\n".join(found)
