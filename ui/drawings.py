"""The drawings of a terminal: how a card goes in and out, the printer, covered answers, the city's mark.

Flat fills and borders in the roles of the palette, so each is legible in all four contrasts. The glowing
part is the one that glows at the terminal. Devices are never mirrored. The skyline has a file of its own.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kiosk.parts import Drawing
from ui.canvas import Canvas
from ui.palette import Palette
from ui.scenes import SCENES, paint_scene
from ui.skyline import paint_skyline

_WIDE = 984.0, 500.0
_NARROW = 470.0, 500.0
_PRINTER = 468.0, 300.0
_PAGE = 420.0, 300.0


def paint(drawing: Drawing, painter: QPainter, rect: QRectF, palette: Palette, *, ground: bool = True) -> None:
    """Draw `drawing` into `rect`, as large as its proportions allow, in the middle.

    With `ground` a device stands on a sunken ground that fills `rect`; without it on what is there
    already. The skyline always fills all of `rect`. The painter is left as it was.
    """
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    canvas = Canvas(painter)
    if drawing is Drawing.SKYLINE:
        paint_skyline(canvas, rect, palette)
    elif drawing is Drawing.COVERED:
        _covered(canvas, rect, palette)
    elif drawing in SCENES:
        paint_scene(drawing, canvas, rect, palette)
    else:
        if ground:
            _ground(canvas, rect, palette)
        _device(drawing, canvas, rect, palette)
    painter.restore()


def paint_mark(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Draw the mark of a city that has none of its own: a town at the water, on a square."""
    painter.save()
    canvas = Canvas(painter)
    with canvas.fitted(rect, 64, 64):
        canvas.box(0, 0, 64, 64, fill=palette.action, radius=8)
        canvas.shape(
            [
                (10, 40),
                (10, 25),
                (18, 17),
                (26, 25),
                (26, 12),
                (32, 6),
                (38, 12),
                (38, 25),
                (46, 17),
                (54, 25),
                (54, 40),
            ],
            fill=palette.on_action,
        )
        canvas.box(29.5, 29, 5, 11, fill=palette.action, radius=1.5)
        stripe = palette.help if palette.on_action.lightnessF() > 0.5 else palette.on_action
        canvas.box(10, 46, 44, 4.5, fill=stripe)
        canvas.box(18, 53.5, 28, 3.5, fill=palette.on_action)
    painter.restore()


def _ground(canvas: Canvas, rect: QRectF, palette: Palette) -> None:
    line = 2.0
    edge = None if palette.sunken != palette.bg else palette.line
    inner = rect.adjusted(line / 2, line / 2, -line / 2, -line / 2) if edge else rect
    canvas.box(
        inner.x(), inner.y(), inner.width(), inner.height(), fill=palette.sunken, stroke=edge, line=line, radius=8
    )


def _device(drawing: Drawing, canvas: Canvas, rect: QRectF, palette: Palette) -> None:
    if drawing in (Drawing.PRINTER, Drawing.PRINTER_EMPTY):
        with canvas.fitted(_inset(rect), *_PRINTER):
            _printer(canvas, palette, empty=drawing is Drawing.PRINTER_EMPTY)
        return
    taking = drawing is Drawing.REMOVE_CARD
    wide = rect.width() > rect.height() * 1.35
    with canvas.fitted(_inset(rect), *(_WIDE if wide else _NARROW)):
        if wide:
            _terminal(canvas, palette)
            canvas.lines([(352, 350), (462, 278)], palette.action, 5, dotted=True)
        with canvas.mapped(472 if wide else -6, 50, 1):
            _reader(canvas, palette, taking=taking)


def _inset(rect: QRectF) -> QRectF:
    return rect.adjusted(4, 4, -4, -4)


def _terminal(canvas: Canvas, palette: Palette) -> None:
    """The whole terminal; a ring shows where its slot is. Grid of the wide drawing."""
    ink, grey = palette.text, palette.border
    canvas.lines([(240, 402), (240, 450)], ink, 4)
    canvas.lines([(130, 450), (350, 450)], ink, 4)
    canvas.box(124, 48, 232, 356, fill=palette.surface, stroke=ink, radius=14)
    canvas.box(145, 71, 190, 270, fill=palette.action_tint, stroke=ink, line=3, radius=4)
    for y, length, weight in ((100, 98, 11), (126, 142, 7), (144, 118, 7)):
        canvas.lines([(168, y), (168 + length, y)], grey, weight)
    for x, y in ((164, 168), (244, 168), (164, 214), (244, 214)):
        canvas.box(x, y, 70, 36, fill=palette.surface, stroke=grey, line=2, radius=4)
    canvas.box(164, 302, 150, 22, fill=palette.action, radius=4)
    canvas.disc((302, 372), 44, fill=palette.surface, stroke=palette.action, line=6)
    canvas.lines([(278, 372), (326, 372)], ink, 18)


def _reader(canvas: Canvas, palette: Palette, *, taking: bool) -> None:
    """The slot, large, with the card half in it and an arrow. Grid 484 × 410 from 0, 0."""
    ink = palette.text
    canvas.box(22, 0, 438, 170, fill=palette.surface, stroke=ink, radius=14)
    canvas.lines([(150, 46), (332, 46)], palette.action, 14)
    canvas.lines([(60, 100), (422, 100)], ink, 24)
    drop = 26 if taking else 0
    canvas.painter.save()
    canvas.painter.setClipRect(QRectF(0, 102, 484, 400), Qt.ClipOperation.IntersectClip)
    with canvas.mapped(0, drop, 1):
        _card(canvas, palette)
    canvas.painter.restore()
    canvas.lines([(60, 96), (422, 96)], ink, 16)
    tip, tail = (412, 346) if taking else (322, 400)
    turn = -26 if taking else 26
    canvas.lines([(241, tail), (241, tip)], palette.action, 12)
    canvas.lines([(241 - 34, tip + turn * 1.3), (241, tip), (241 + 34, tip + turn * 1.3)], palette.action, 12)


def _card(canvas: Canvas, palette: Palette) -> None:
    grey = palette.border
    canvas.box(90, 92, 302, 198, fill=palette.surface, stroke=palette.text, radius=12)
    canvas.box(112, 140, 84, 108, fill=palette.action_tint, stroke=grey, line=3, radius=4)
    canvas.painter.save()
    canvas.painter.setClipRect(QRectF(114, 142, 80, 104), Qt.ClipOperation.IntersectClip)
    canvas.disc((154, 176), 18, fill=grey)
    canvas.disc((154, 236), 31, fill=grey)
    canvas.painter.restore()
    for y, length in ((148, 144), (178, 112), (208, 132), (238, 92)):
        canvas.lines([(222, y), (222 + length, y)], grey, 8)


def _printer(canvas: Canvas, palette: Palette, *, empty: bool) -> None:
    ink, grey = palette.text, palette.border
    lamp = palette.warning if empty else palette.success
    canvas.box(74, 30, 320, 96, fill=palette.surface, stroke=ink, radius=12)
    canvas.disc((354, 54), 9, fill=lamp)
    if empty:
        canvas.lines([(132, 90), (336, 90)], ink, 20)
        canvas.lines([(150, 118), (150, 226), (318, 226), (318, 118)], grey, 4.5, dotted=True)
        canvas.lines([(214, 158), (254, 198)], palette.warning, 7)
        canvas.lines([(254, 158), (214, 198)], palette.warning, 7)
        return
    canvas.lines([(132, 90), (336, 90)], ink, 20)
    teeth = [(324 - 15 * i, 250 if i % 2 == 0 else 238) for i in range(13)]
    canvas.shape([(144, 94), (324, 94), *teeth], fill=palette.surface, stroke=ink)
    canvas.lines([(134, 88), (334, 88)], ink, 14)
    for y, length in ((132, 96), (156, 132), (180, 112)):
        canvas.lines([(168, y), (168 + length, y)], grey, 7)
    canvas.box(166, 200, 24, 24, fill=ink)
    canvas.lines([(212, 212), (270, 212)], grey, 7)
    canvas.lines([(400, 176), (400, 246)], palette.action, 8)
    canvas.lines([(380, 226), (400, 247), (420, 226)], palette.action, 8)


def _covered(canvas: Canvas, rect: QRectF, palette: Palette) -> None:
    """A page whose answers are hatched: constant lengths, no hint of what was typed."""
    grey = palette.border
    with canvas.fitted(rect, *_PAGE):
        canvas.box(1.5, 1.5, 417, 297, fill=palette.surface, stroke=grey, line=3, radius=8)
        canvas.lines([(38, 38), (188, 38)], grey, 16)
        paint_hatch(canvas, QRectF(30, 64, 360, 46), palette)
        canvas.lines([(38, 137), (230, 137)], grey, 16)
        paint_hatch(canvas, QRectF(30, 163, 360, 46), palette)
        canvas.box(30, 228, 116, 42, fill=palette.surface, stroke=grey, line=3, radius=5)
        canvas.box(164, 228, 226, 42, fill=grey, radius=5)


def paint_hatch(canvas: Canvas, rect: QRectF, palette: Palette, *, line: float = 3) -> None:
    """Draw the mask that covers an answer: diagonal hatch in a box. `line` is its stroke."""
    step = line * 5
    canvas.painter.save()
    canvas.box(rect.x(), rect.y(), rect.width(), rect.height(), fill=palette.surface, radius=5)
    canvas.painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    x = rect.left() - rect.height()
    while x < rect.right():
        canvas.lines([(x, rect.bottom()), (x + rect.height(), rect.top())], palette.border, line)
        x += step
    canvas.painter.restore()
    canvas.box(rect.x(), rect.y(), rect.width(), rect.height(), stroke=palette.border, line=line, radius=5)
