"""The head of the welcome: a made-up town at a river, its town hall, and the pilot's boat.

Coloured in the soft contrast; in the others calm outlines. The yellow and blue stripes are the signal
flag "I require a pilot". Drawn on a grid 420 high whose x = 540 is the middle; wider windows show more of
the same town, so it is given at every width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath

from kiosk.look import Contrast
from ui.canvas import Canvas, Point
from ui.palette import Palette, mix

_HEIGHT = 420.0
_MIDDLE = 540.0
_QUAY = 340.0
_PERIOD = 1240.0
"""After so many units the houses begin again."""


@dataclass(frozen=True, slots=True)
class _Inks:
    """The colours of the skyline. In outline all fills are the ground and `line` draws the borders."""

    sky: QColor
    far: QColor
    near: QColor
    hall: QColor
    tower: QColor
    pane: QColor
    water: QColor
    quay: QColor
    wave: QColor
    leaf: QColor
    leaf_far: QColor
    trunk: QColor
    sun: QColor
    hull: QColor
    cabin: QColor
    yellow: QColor
    blue: QColor
    line: QColor | None
    strong: QColor | None


def paint_skyline(canvas: Canvas, rect: QRectF, palette: Palette) -> None:
    """Draw the town over all of `rect`; the hall stays in its middle, the water at its foot."""
    inks = _soft(palette) if palette.contrast is Contrast.SOFT else _outline(palette)
    scale = rect.height() / _HEIGHT
    half = rect.width() / scale / 2
    with canvas.mapped(rect.center().x() - _MIDDLE * scale, rect.top(), scale):
        left, right = _MIDDLE - half, _MIDDLE + half
        canvas.box(left, 0, right - left, _HEIGHT, fill=inks.sky)
        canvas.disc((318, 206), 50, fill=inks.sun, stroke=inks.line, line=2)
        _town(canvas, inks, left, right)
        _water(canvas, inks, left, right)
        _hall(canvas, inks)
        _boat(canvas, inks)


def _soft(palette: Palette) -> _Inks:
    white, tint, blue = QColor("#ffffff"), palette.action_tint, palette.action
    return _Inks(
        sky=tint,
        far=mix(tint, blue, 0.14),
        near=mix(tint, blue, 0.36),
        hall=blue,
        tower=mix(blue, palette.text, 0.35),
        pane=tint,
        water=mix(tint, blue, 0.15),
        quay=mix(tint, blue, 0.30),
        wave=white,
        leaf=mix(palette.success, white, 0.36),
        leaf_far=mix(palette.success, white, 0.52),
        trunk=mix(blue, palette.text, 0.45),
        sun=mix(palette.help, white, 0.38),
        hull=palette.text,
        cabin=white,
        yellow=palette.help,
        blue=blue,
        line=None,
        strong=None,
    )


def _outline(palette: Palette) -> _Inks:
    ground, line = palette.bg, palette.line
    filled = dict.fromkeys(_Inks.__dataclass_fields__, ground) | {"wave": line, "trunk": line, "quay": line}
    return _Inks(**filled | {"line": line, "strong": palette.border})


class _House(NamedTuple):
    """A house: x from the left of the period, its width, height of the wall and of the gable over it."""

    x: float
    width: float
    wall: float
    gable: float
    stepped: bool


_FAR_HOUSES = (
    _House(0, 84, 70, 44, False),
    _House(88, 76, 96, 40, True),
    _House(220, 90, 74, 48, False),
    _House(316, 72, 104, 38, False),
    _House(416, 84, 82, 46, True),
    _House(520, 96, 78, 52, False),
    _House(742, 80, 92, 44, False),
    _House(826, 84, 76, 46, True),
    _House(962, 78, 102, 40, False),
    _House(1046, 92, 72, 48, False),
    _House(1150, 80, 94, 42, True),
)
_NEAR_HOUSES = (
    _House(34, 92, 76, 50, False),
    _House(150, 84, 60, 44, True),
    _House(246, 96, 52, 52, False),
    _House(858, 96, 58, 50, True),
    _House(980, 90, 82, 48, False),
    _House(1092, 96, 56, 52, False),
)
_TREES = ((14, 16, True), (138, 20, False), (358, 15, True), (392, 22, False), (836, 20, False), (964, 15, True))


def _town(canvas: Canvas, inks: _Inks, left: float, right: float) -> None:
    """Rows of houses and trees, as often as the width needs."""
    first = int(left // _PERIOD)
    starts = [n * _PERIOD for n in range(first, int(right // _PERIOD) + 1)]
    for houses, fill in ((_FAR_HOUSES, inks.far), (_NEAR_HOUSES, inks.near)):
        for start in starts:
            for house in houses:
                _house(canvas, inks, fill, start, house)
    for start in starts:
        for x, radius, far in _TREES:
            _tree(canvas, inks, start + x, radius, far=far)


def _house(canvas: Canvas, inks: _Inks, fill: QColor, start: float, house: _House) -> None:
    wall = QRectF(start + house.x, _QUAY - house.wall, house.width, house.wall)
    gable = _steps(wall, house.gable) if house.stepped else [(wall.center().x(), wall.top() - house.gable)]
    left = [(wall.left(), wall.bottom()), (wall.left(), wall.top())]
    right = [(wall.right(), wall.top()), (wall.right(), wall.bottom())]
    canvas.shape([*left, *gable, *right], fill=fill, stroke=inks.line, line=2)
    columns = 2 if wall.width() > 74 else 1
    pane_width, pane_height = 14.0, 19.0
    for row in range(2 if wall.height() > 70 else 1):
        for column in range(columns):
            x = wall.left() + wall.width() * (column + 1) / (columns + 1) - pane_width / 2
            canvas.box(x, wall.top() + 10 + row * 34, pane_width, pane_height, fill=inks.pane, stroke=inks.line, line=2)


def _steps(wall: QRectF, gable: float) -> list[Point]:
    """The stepped gable of a merchant's house, from its left foot to its right."""
    steps, middle = 3, wall.center().x()
    rising: list[Point] = []
    for n in range(steps):
        x = wall.left() + wall.width() / 2 * n / steps * 0.92 + 4
        rising += [(x, wall.top() - gable * n / steps), (x, wall.top() - gable * (n + 1) / steps)]
    return rising + [(2 * middle - x, y) for x, y in reversed(rising)]


def _tree(canvas: Canvas, inks: _Inks, x: float, radius: float, *, far: bool) -> None:
    canvas.lines([(x, _QUAY - 2), (x, _QUAY - radius * 1.6)], inks.trunk, 4.5)
    leaf = inks.leaf_far if far else inks.leaf
    canvas.disc((x, _QUAY - radius * 1.9), radius, fill=leaf, stroke=inks.line, line=2)


def _water(canvas: Canvas, inks: _Inks, left: float, right: float) -> None:
    canvas.box(left, _QUAY, right - left, _HEIGHT - _QUAY, fill=inks.water)
    if inks.line is None:
        canvas.box(left, _QUAY, right - left, 8, fill=inks.quay)
    else:
        canvas.lines([(left, _QUAY), (right, _QUAY)], inks.line, 2)
    for start in range(int(left // 720) * 720, int(right) + 720, 720):
        for x, y, length in ((20, 378, 90), (150, 402, 74), (420, 366, 118), (600, 396, 150)):
            canvas.lines([(start + x, y), (start + x + length, y)], inks.wave, 4.5 if inks.line is None else 2)


def _hall(canvas: Canvas, inks: _Inks) -> None:
    """The town hall: a long house with a stepped gable over its door and a tower with a clock."""
    strong, line = inks.strong, 3.0
    roof = [(452, 246), (474, 204), (772, 204), (794, 246)]
    canvas.shape(roof, fill=inks.tower, stroke=strong, line=line)
    canvas.box(460, 246, 326, 94, fill=inks.hall, stroke=strong, line=line)
    _gable(canvas, inks)
    _tower(canvas, inks)
    for x in (590, 624, 736, 764):
        for y in (260, 302):
            canvas.box(x - 4, y, 14, 26, fill=inks.pane, stroke=strong, line=2)
    for y in (260, 302):
        canvas.box(470, y, 12, 26, fill=inks.pane, stroke=strong, line=2)


def _gable(canvas: Canvas, inks: _Inks) -> None:
    """The gable house with the door, where visitors go in."""
    wall = QRectF(646, 226, 78, 114)
    outline = [(wall.left(), wall.bottom()), (wall.left(), wall.top()), *_steps(wall, 58)]
    canvas.shape(
        [*outline, (wall.right(), wall.top()), (wall.right(), wall.bottom())],
        fill=inks.hall,
        stroke=inks.strong or inks.tower,
        line=3,
    )
    canvas.disc((685, 204), 9, fill=inks.pane, stroke=inks.strong, line=2)
    for x in (662, 694):
        canvas.box(x, 242, 14, 26, fill=inks.pane, stroke=inks.strong, line=2)
    door = QPainterPath()
    door.moveTo(669, _QUAY)
    door.lineTo(669, 306)
    door.arcTo(QRectF(669, 290, 32, 32), 180, -180)
    door.lineTo(701, _QUAY)
    door.closeSubpath()
    canvas.path(door, fill=inks.yellow, stroke=inks.strong, line=3)


def _tower(canvas: Canvas, inks: _Inks) -> None:
    """The tower, its clock and its spire, with a vane."""
    strong = inks.strong
    canvas.lines([(532, 96), (532, 78)], inks.strong or inks.tower, 4)
    canvas.shape([(532, 92), (566, 146), (498, 146)], fill=inks.hall, stroke=strong, line=3)
    canvas.box(504, 146, 56, 194, fill=inks.tower, stroke=strong, line=3)
    canvas.box(498, 214, 68, 8, fill=inks.hall, stroke=strong, line=2)
    clock = inks.cabin
    hands = inks.strong or inks.tower
    canvas.disc((532, 180), 21, fill=clock, stroke=strong, line=3)
    canvas.lines([(532, 166), (532, 180), (542, 186)], hands, 4)
    for y in (238, 284):
        canvas.box(525, y, 14, 28, fill=inks.pane, stroke=strong, line=2)


def _boat(canvas: Canvas, inks: _Inks) -> None:
    """The pilot's boat, on its way to the hall, with the striped flag."""
    strong = inks.strong
    canvas.lines([(252, 372), (252, 298)], inks.hull if strong is None else strong, 4)
    canvas.shape(
        [(196, 372), (196, 354), (216, 354), (216, 340), (278, 340), (290, 372)], fill=inks.cabin, stroke=strong, line=3
    )
    for x in (224, 248):
        canvas.box(x, 348, 16, 13, fill=inks.blue, stroke=strong, line=2)
    canvas.shape(
        [(170, 370), (352, 370), (330, 390), (314, 402), (192, 402), (180, 392)], fill=inks.hull, stroke=strong, line=3
    )
    if strong is None:
        canvas.lines([(184, 379), (332, 379)], inks.yellow, 4)
    _flag(canvas, inks)


def _flag(canvas: Canvas, inks: _Inks) -> None:
    """Six stripes, yellow at the mast; in outline every second one is filled."""
    for n in range(6):
        fill = inks.yellow if n % 2 == 0 else inks.blue
        if inks.strong is not None and n % 2:
            fill = inks.strong
        canvas.box(254 + n * 8, 298, 8, 28, fill=fill)
    if inks.strong is not None:
        canvas.box(254, 298, 48, 28, stroke=inks.strong, line=2)
