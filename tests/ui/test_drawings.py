"""Drawings: each is there in every contrast, stays in its place and can be told from its ground."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kiosk.look import Contrast
from kiosk.parts import Drawing
from kiosk.place import Colours
from ui.drawings import paint, paint_mark
from ui.palette import Palette, luminance, palette_for, ratio

_WIDTH, _HEIGHT, _EDGE = 400, 260, 20
_OUTSIDE = QColor("#ff00ff")
_DEVICES = [drawing for drawing in Drawing if drawing is not Drawing.SKYLINE]


def _picture(drawing: Drawing, palette: Palette, width: int = _WIDTH, *, ground: bool = True) -> QImage:
    image = QImage(width + 2 * _EDGE, _HEIGHT + 2 * _EDGE, QImage.Format.Format_RGB32)
    image.fill(_OUTSIDE)
    painter = QPainter(image)
    place = QRectF(_EDGE, _EDGE, width, _HEIGHT)
    painter.fillRect(place, palette.bg)
    paint(drawing, painter, place, palette, ground=ground)
    painter.end()
    return image


def _colours(image: QImage) -> dict[str, int]:
    """How often each colour occurs inside."""
    found: dict[str, int] = {}
    for x in range(_EDGE, image.width() - _EDGE):
        for y in range(_EDGE, image.height() - _EDGE):
            name = image.pixelColor(x, y).name()
            found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize(("drawing", "contrast"), [*product(Drawing, Contrast)])
def test_a_drawing_stays_in_its_place(drawing: Drawing, contrast: Contrast, qapp: QApplication) -> None:
    image = _picture(drawing, palette_for(contrast, Colours()))
    frame = [(x, y) for x in range(image.width()) for y in (0, _EDGE - 1, image.height() - _EDGE, image.height() - 1)]
    assert all(image.pixelColor(x, y) == _OUTSIDE for x, y in frame)
    assert len(_colours(image)) > 3


@pytest.mark.parametrize(("drawing", "contrast"), [*product(_DEVICES, Contrast)])
def test_a_device_can_be_told_from_its_ground(drawing: Drawing, contrast: Contrast, qapp: QApplication) -> None:
    palette = palette_for(contrast, Colours())
    ground = palette.sunken if drawing is not Drawing.COVERED else palette.surface
    colours = _colours(_picture(drawing, palette))
    strong = sum(count for name, count in colours.items() if ratio(QColor(name), ground) >= 3)
    assert strong > _WIDTH * _HEIGHT * 0.015


@pytest.mark.parametrize("contrast", [Contrast.LIGHT, Contrast.DARK, Contrast.DIM])
def test_the_skyline_is_grey_outside_the_soft_contrast(contrast: Contrast, qapp: QApplication) -> None:
    names = _colours(_picture(Drawing.SKYLINE, palette_for(contrast, Colours())))
    assert all(QColor(name).saturation() == 0 for name in names)


def test_the_skyline_has_the_citys_colour_in_soft(qapp: QApplication) -> None:
    green = palette_for(Contrast.SOFT, Colours(action="#00563f", action_tint="#e2f2ec"))
    assert green.action.name() == "#00563f"
    assert _colours(_picture(Drawing.SKYLINE, green))["#00563f"] > 500


@pytest.mark.parametrize("width", [300, 700, 1600])
def test_the_skyline_fills_any_width(width: int, qapp: QApplication) -> None:
    palette = palette_for(Contrast.SOFT, Colours())
    image = _picture(Drawing.SKYLINE, palette, width)
    quay = _EDGE + round(_HEIGHT * 0.8)
    for part in range(6):
        left = _EDGE + part * width // 6
        column = {image.pixelColor(x, y).name() for x in range(left, left + width // 6, 2) for y in range(_EDGE, quay)}
        assert len(column - {palette.action_tint.name()}) > 2, part


def test_an_empty_printer_looks_different_from_one_that_prints(qapp: QApplication) -> None:
    palette = palette_for(Contrast.SOFT, Colours())
    prints, empty = (_colours(_picture(d, palette)) for d in (Drawing.PRINTER, Drawing.PRINTER_EMPTY))
    assert palette.success.name() in prints
    assert palette.success.name() not in empty
    assert palette.warning.name() in empty


def test_without_ground_the_notice_behind_stays_visible(qapp: QApplication) -> None:
    palette = palette_for(Contrast.SOFT, Colours())
    colours = _colours(_picture(Drawing.PRINTER_EMPTY, palette, ground=False))
    assert palette.sunken.name() not in colours
    assert palette.bg.name() in colours


def test_a_narrow_place_shows_the_reader_alone(qapp: QApplication) -> None:
    palette = palette_for(Contrast.SOFT, Colours())
    narrow = _picture(Drawing.INSERT_CARD, palette, 260)
    assert _colours(narrow)[palette.text.name()] > 600


@pytest.mark.parametrize("contrast", list(Contrast))
def test_the_mark_is_legible(contrast: Contrast, qapp: QApplication) -> None:
    palette = palette_for(contrast, Colours())
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(palette.bg)
    painter = QPainter(image)
    paint_mark(painter, QRectF(0, 0, 64, 64), palette)
    painter.end()
    lights = [luminance(image.pixelColor(x, y)) for x in range(64) for y in range(64)]
    assert (max(lights) + 0.05) / (min(lights) + 0.05) >= 3
