"""Scenes: what happens at a step, as a row of large pictures with arrows between them. They are never mirrored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRectF

from kiosk.parts import Drawing
from ui.canvas import Canvas
from ui.icons import paint_icon
from ui.palette import Palette

SCENES: Mapping[Drawing, tuple[str, ...]] = MappingProxyType(
    {
        Drawing.APPLYING: ("touch", "document", "town-hall"),
        Drawing.ASKING: ("document", "counter", "person"),
        Drawing.CHECKING: ("document", "pencil", "check"),
        Drawing.SENDING: ("document", "lock", "town-hall"),
        Drawing.ANSWERING: ("town-hall", "mail", "home"),
    }
)
"""The icons of each scene, in the order in which it happens."""

_SIDE, _BETWEEN, _INSET = 220.0, 100.0, 40.0


def proportion(drawing: Drawing) -> float:
    """Return how many times as wide as high a scene is."""
    count = len(SCENES[drawing])
    return (count * _SIDE + (count - 1) * _BETWEEN) / _SIDE


def paint_scene(drawing: Drawing, canvas: Canvas, rect: QRectF, palette: Palette) -> None:
    """Draw the scene in the middle of `rect`, as large as it fits."""
    with canvas.fitted(rect.adjusted(2, 2, -2, -2), _SIDE * proportion(drawing), _SIDE):
        for number, icon in enumerate(SCENES[drawing]):
            x = number * (_SIDE + _BETWEEN)
            if number:
                _arrow(canvas, x - _BETWEEN, palette)
            canvas.box(x + 3, 3, _SIDE - 6, _SIDE - 6, fill=palette.surface, stroke=palette.action, line=6, radius=16)
            side = _SIDE - 2 * _INSET
            paint_icon(icon, canvas.painter, QRectF(x + _INSET, _INSET, side, side), palette.action)


def _arrow(canvas: Canvas, x: float, palette: Palette) -> None:
    """Draw an arrow over the gap that begins at `x`."""
    start, tip, middle = x + 20, x + _BETWEEN - 20, _SIDE / 2
    canvas.lines([(start, middle), (tip, middle)], palette.text, 10)
    canvas.lines([(tip - 24, middle - 26), (tip, middle), (tip - 24, middle + 26)], palette.text, 10)
