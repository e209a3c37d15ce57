"""True in millimetres on screens of 15 to 32 inches, and within reach."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from kiosk.look import Hand, Look, Reach, TextSize
from kiosk.text import GERMAN, Language
from tests.ui.gate import tongues
from tests.ui.gate.measure import scene_of
from tests.ui.gate.test_screens import EVERYTHING, SPOKEN_BY_THE_CORE, sample
from tests.ui.gate.walk import SCREENS, Shape, close_window, open_window, scenes, wrongs
from tests.ui.screens import PLACE
from ui.metrics import Role
from ui.theme import theme_for

INCHES = (15.0, 17.0, 19.0, 21.5, 32.0)
BANDS_MM = {TextSize.S: (3.5, 4.2), TextSize.M: (4.8, 5.6), TextSize.L: (6.4, 7.1), TextSize.XL: (8.5, 9.0)}
DIAGONAL = (1080**2 + 1920**2) ** 0.5
LOWEST_MM, HIGHEST_MM = 380, 1220
LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)


def shape_of(inches: float, pixels: tuple[int, int], reach: Reach = Reach.NORMAL) -> Shape:
    return Shape(f"{inches:g}-{'portrait' if pixels == PORTRAIT else 'landscape'}", *pixels, DIAGONAL / inches, reach)


SHAPES = [shape_of(inches, pixels) for inches, pixels in product(INCHES, (PORTRAIT, LANDSCAPE))]


@pytest.mark.parametrize("inches", INCHES)
@pytest.mark.parametrize("size", list(TextSize))
@pytest.mark.en301549("5.1.4", "11.1.4.4")
def test_capitals_have_the_height_of_their_size(qapp: QApplication, inches: float, size: TextSize) -> None:
    ppi = DIAGONAL / inches
    font = theme_for(Look(size=size), QSize(*PORTRAIT), ppi).font(Role.BODY)
    low, high = BANDS_MM[size]
    assert low <= QFontMetricsF(font).capHeight() * 25.4 / ppi <= high


@pytest.mark.timeout(300)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@pytest.mark.parametrize(("number", "size"), list(enumerate(TextSize)))
def test_everything_holds_on_smaller_and_larger_screens(
    qapp: QApplication, shape: Shape, number: int, size: TextSize
) -> None:
    window = open_window(shape)
    look = shape.look(GERMAN, size)
    found = [
        f"{name}: {wrong}" for name in sample(number, list(SCREENS)) for wrong in wrongs(window, SCREENS[name](look))
    ]
    close_window(window)
    assert not found, "\n".join(found)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("pixels", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize(("number", "language"), list(enumerate(tongues.TONGUES)))
def test_the_smallest_screen_holds_in_every_language(
    qapp: QApplication, pixels: tuple[int, int], number: int, language: Language
) -> None:
    shape = shape_of(15.0, pixels)
    window = open_window(shape)
    found = []
    for step, size in enumerate(TextSize):
        look = shape.look(language, size)
        names = sample(number + step, SPOKEN_BY_THE_CORE)[:: 1 if EVERYTHING else 3]
        found += [f"{size} {name}: {wrong}" for name in names for wrong in wrongs(window, SCREENS[name](look))]
    close_window(window)
    assert not found, "\n".join(found)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("inches", "pixels", "bottom_mm"),
    [
        (15.0, PORTRAIT, 900),
        (21.5, PORTRAIT, 800),
        (21.5, PORTRAIT, 700),
        (32.0, PORTRAIT, 550),
        (32.0, PORTRAIT, 250),
        (21.5, LANDSCAPE, 900),
        (32.0, LANDSCAPE, 850),
    ],
)
@pytest.mark.parametrize(("number", "size"), list(enumerate(TextSize)))
@pytest.mark.en301549("8.3.2", "8.3.3")
def test_in_low_reach_every_target_is_within_reach(
    qapp: QApplication, inches: float, pixels: tuple[int, int], bottom_mm: float, number: int, size: TextSize
) -> None:
    shape = shape_of(inches, pixels, Reach.LOW)
    window = open_window(shape, replace(PLACE, screen_bottom_mm=bottom_mm))
    found = []
    for name in sample(number, list(SCREENS)):
        for moment, scene in scenes(window, SCREENS[name](shape.look(GERMAN, size))):
            for target in scene.targets:
                top, bottom = (bottom_mm + (shape.height - y) * 25.4 / shape.ppi for y in _span(target.rect))
                if top > HIGHEST_MM + 0.5 or bottom < LOWEST_MM - 0.5:
                    found.append(f"{name} {moment}: {target.name} from {bottom:.0f} to {top:.0f} mm")
    close_window(window)
    assert not found, "\n".join(found)


def _span(rect: QRect) -> tuple[int, int]:
    return rect.top(), rect.bottom() + 1


@pytest.mark.parametrize("pixels", [PORTRAIT, LANDSCAPE])
def test_the_way_on_is_at_the_hand_that_is_used(qapp: QApplication, pixels: tuple[int, int]) -> None:
    shape = shape_of(21.5, pixels)
    window = open_window(shape)
    middle = {}
    for hand in Hand:
        window.show_screen(SCREENS["04-form"](replace(shape.look(GERMAN, TextSize.M), hand=hand)))
        places = {target.name: target.rect.center().x() for target in scene_of(window).targets}
        assert (places["action/next"] > places["action/back"]) is (hand is Hand.RIGHT)
        keys = [target.rect.center().x() for target in scene_of(window).targets if target.name in ("g", "h")]
        middle[hand] = sum(keys) / len(keys)
    close_window(window)
    if pixels == LANDSCAPE:
        assert middle[Hand.LEFT] < shape.width / 2 < middle[Hand.RIGHT]
