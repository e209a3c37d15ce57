"""Drawings with words beside them, numbers to copy, and QR codes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from kiosk.parts import Drawing, Number, Picture
from ui.drawings import paint as paint_drawing
from ui.metrics import Role
from ui.parts.base import BoxView, Context, Row, frame, hatch, part_gap
from ui.scenes import SCENES, proportion
from ui.words import Colours, Sheet, Told, longest_word


class PictureBox(Told):
    """A drawing; its title and text beside it, or under it where the words need the width."""

    def __init__(self, part: Picture, context: Context, parent: QWidget) -> None:
        self.part, self.context = part, context
        self._squeezed: Sheet | None = None
        super().__init__(context.theme, "", parent)
        self.set_part(part)

    def sheet(self, width: int) -> Sheet:
        """Return the sheet for a width; with a smaller drawing where it got less height than it wants."""
        whole = super().sheet(width)
        less = whole.height - self.height()
        if less <= 0 or width != self.width():
            return whole
        if self._squeezed is None or self._squeezed.width != width:
            self._squeezed = self._compose(width, less)
        return self._squeezed

    def height_for(self, width: int) -> int:
        """Return the height that is wanted at a width."""
        return super().sheet(width).height

    def least_height(self, width: int) -> int:
        """Return the height with the smallest drawing."""
        return self._compose(width, self.theme.metrics.window.height()).height

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Fit the drawing to the height."""
        self._squeezed = None

    def set_part(self, part: Picture) -> None:
        """Show another state of the picture."""
        self._squeezed = None
        self.part = part
        say = self.context.say
        self.changed(" ".join(filter(None, (say(part.title), say(part.text), say(part.words)))))

    def _worded(self) -> bool:
        return self.part.title is not None or self.part.text is not None

    def compose(self, width: int) -> Sheet:
        """Lay out drawing and words."""
        return self._compose(width, 0)

    def _less(self, high: int, less: int) -> int:
        """Return the height of the drawing where there is `less` room than it wants; never under 30 mm for that."""
        return max(min(high, self.theme.metrics.px(120)), high - less)

    def _alone(self, width: int) -> int:
        """Return the height that a drawing without words beside it wants."""
        m = self.theme.metrics
        if self.part.drawing in SCENES:
            return min(m.px(220), round(width / proportion(self.part.drawing)), round(width * 0.52))
        return min(m.px(400) if m.large else m.px(420) if m.landscape else m.px(500), round(width * 0.52))

    def _compose(self, width: int, less: int) -> Sheet:
        """Lay out drawing and words, the drawing `less` high than it wants to be."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        if not self._worded():
            sheet.shape(QRectF(0, 0, width, self._less(self._alone(width), less)), self._draw)
            return sheet
        covered = self.part.drawing is Drawing.COVERED
        widest = 350 if m.landscape else 420 if covered else 468
        panel = min(m.px(widest), round(width * 0.47))
        x = panel + m.px(32)
        title, text = say(self.part.title), say(self.part.text)
        need = max(longest_word(self.theme, title, Role.H2), longest_word(self.theme, text, Role.BODY))
        if width - x < need or m.extra:
            high = self._less(round(min(width * 0.5, m.px(360))), less)
            sheet.shape(QRectF(0, 0, width, high), self._draw)
            self._words(sheet, 0, high + m.px(20), width)
            return sheet
        high = self._less(round(panel * 300 / (420 if covered else 468)), less)
        words = Sheet(self.theme, width - x)
        needed = self._words(words, 0, 0, width - x)
        total = max(high, needed)
        sheet.shape(QRectF(0, (total - high) // 2, panel, high), self._draw)
        self._words(sheet, x, (total - needed) // 2, width - x)
        sheet.height = total
        return sheet

    def _words(self, sheet: Sheet, x: int, y: int, width: int) -> int:
        m, say = self.theme.metrics, self.context.say
        if self.part.title is not None:
            y += sheet.text(x, y, width, say(self.part.title), Role.H2).height
        if self.part.text is not None:
            y += m.px(8)
            y += sheet.text(x, y, width, say(self.part.text), Role.BODY).height
        if self.part.busy:
            y += m.px(16)
            sheet.icon(x, y, m.icon, "hourglass")
            y += m.icon
        return y

    def _draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:  # noqa: ARG002
        painter.save()
        paint_drawing(self.part.drawing, painter, rect, self.theme.palette)
        painter.restore()


class PictureView(BoxView[Picture]):
    """A picture over the full width. The skyline is drawn by the window, behind its head."""

    box: PictureBox

    def build(self) -> None:
        """Make the picture."""
        self.box = PictureBox(self.part, self.context, self.parent)

    def update(self, part: Picture) -> bool:
        """Change drawing and words in place."""
        self.part = part
        self.box.set_part(part)
        return True

    def rows(self, width: int) -> Sequence[Row]:
        """Return one row; the drawing gets smaller before a page is turned."""
        if self.part.drawing is Drawing.SKYLINE:
            return ()
        return (Row((self.box,), part_gap(self.theme), least=self.box.least_height(width)),)


def qr_image(data: str) -> QImage:
    """Return a QR code, one pixel a module, black on white, with its margin of four modules."""
    import segno

    rows = [bytes(row) for row in segno.make_qr(data, error="m").matrix_iter(border=4)]
    image = QImage(len(rows[0]), len(rows), QImage.Format.Format_RGB32)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.setPixelColor(x, y, QColor(0, 0, 0) if dark else QColor(255, 255, 255))
    return image


class NumberBox(Told):
    """A number to copy, large and in groups, and the same as a QR code."""

    def __init__(self, part: Number, context: Context, parent: QWidget) -> None:
        self.part, self.context = part, context
        self._qr: QImage | None = None
        super().__init__(context.theme, "", parent)
        self.set_part(part)

    def set_part(self, part: Number) -> None:
        """Show another number."""
        if part.code != self.part.code or self._qr is None:
            self._qr = qr_image(part.code.reveal()) if part.code and not self.context.covered else None
        self.part = part
        number = "" if self.context.covered else part.number.reveal()
        self.changed(f"{self.context.say(part.label)}: {number}")

    def compose(self, width: int) -> Sheet:
        """Lay out label, number, hint and code."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        pad = m.px(34)
        side = self._code_side(width)
        beside = side and width - side - 3 * pad >= self._least_words()
        room = width - 2 * pad - (side + pad if beside else 0)
        y = self._words(sheet, pad, room)
        if side and beside:
            sheet.shape(QRectF(width - pad - side, pad, side, side), self._code)
            under = self._hint_height(room) > pad + side - y - m.px(16)
            at = max(pad + side, y) + m.px(20) if under else pad + side - self._hint_height(room) - m.px(4)
            y = max(pad + side, self._hint(sheet, pad, at, width - 2 * pad if under else room))
        elif side:
            sheet.shape(QRectF(pad, y + m.px(16), side, side), self._code)
            y = self._hint(sheet, pad, y + m.px(16) + side + m.px(20), room)
        else:
            y = self._hint(sheet, pad, y + m.px(8), room)
        sheet.height = y + pad
        return sheet

    def _hint(self, sheet: Sheet, x: int, y: int, width: int) -> int:
        """Place the hint; return its lower edge."""
        if self.part.hint is None:
            return y
        m = self.theme.metrics
        indent = m.icon + m.px(20)
        role = Role.SMALL if m.scarce else Role.BODY
        block = sheet.text(x + indent, y, width - indent, self.context.say(self.part.hint), role)
        sheet.icon(x, y + (block.height - m.icon) // 2, m.icon, "phone")
        return y + block.height

    def _hint_height(self, width: int) -> int:
        probe = Sheet(self.theme, width)
        return self._hint(probe, 0, 0, width)

    def _least_words(self) -> int:
        font = self.theme.font(Role.NUMBER)
        from PySide6.QtGui import QFontMetrics

        number = max((QFontMetrics(font).horizontalAdvance(g) for g in self.part.number.reveal().split()), default=0)
        say, m = self.context.say, self.theme.metrics
        hint = longest_word(self.theme, say(self.part.hint), Role.BODY) + m.px(80)
        return max(number, hint, longest_word(self.theme, say(self.part.label), Role.BODY))

    def _words(self, sheet: Sheet, pad: int, room: int) -> int:
        y = pad + sheet.text(pad, pad, room, self.context.say(self.part.label), Role.BODY).height
        y += self.theme.metrics.px(4)
        number = " " if self.context.covered else self.part.number.reveal()
        block = sheet.text(pad, y, room, number, Role.NUMBER)
        self._mask = QRectF(pad, y, min(room, self.theme.metrics.px(420)), block.height)
        return y + block.height

    def _code_side(self, width: int) -> int:
        if self.part.code is None:
            return 0
        m = self.theme.metrics
        modules = self._qr.width() if self._qr else 37
        wanted = max(m.px(324) if m.closeness == 1 else m.mm(42), modules * max(1, m.px(5.5)))
        return min(wanted, width - 2 * m.px(34), m.px(560))

    def _code(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:  # noqa: ARG002
        if self._qr is None:
            hatch(painter, rect, self.theme)
            return
        frame(painter, rect, self.theme, QColor(255, 255, 255), self.theme.palette.border, self.theme.metrics.line)
        module = int((rect.width() - 2 * self.theme.metrics.line) // self._qr.width()) or 1
        side = module * self._qr.width()
        ratio = painter.device().devicePixelRatio()
        scaled = self._qr.scaled(round(side * ratio), round(side * ratio), Qt.AspectRatioMode.IgnoreAspectRatio)
        inset = (rect.width() - side) / 2
        painter.drawImage(QRectF(round(rect.x() + inset), round(rect.y() + inset), side, side), scaled)

    def ground(self, painter: QPainter) -> None:
        """Draw the frame; while answers are covered, the mask."""
        p = self.theme.palette
        frame(painter, QRectF(self.rect()), self.theme, p.surface, p.border, self.theme.metrics.line)
        if self.context.covered:
            self.sheet(self.width())
            hatch(painter, self._mask, self.theme)


class NumberView(BoxView[Number]):
    """A number over the full width."""

    narrow = False

    box: NumberBox

    def build(self) -> None:
        """Make the box."""
        self.box = NumberBox(self.part, self.context, self.parent)

    def update(self, part: Number) -> bool:
        """Change the number in place."""
        self.part = part
        self.box.set_part(part)
        return True
