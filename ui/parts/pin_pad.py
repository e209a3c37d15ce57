"""The PIN pad: digits behind dots, large keys in the order of every PIN pad."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.events import Touched, Typed
from kiosk.parts import PinPad
from kiosk.privacy import Private
from kiosk.text import msg
from ui.buttons import ActionButton, Look, SheetButton
from ui.metrics import Role
from ui.parts.base import Context, PartView, Row, frame, hatch
from ui.press import LIFT_SECONDS
from ui.words import Colours, Sheet, TextBlock, Told, longest_word

KEY_SECONDS = 0.12
"""Two strikes on one digit sooner than this are a tremor; a PIN may well hold a digit twice."""


class PinKey(SheetButton):
    """A digit, or "Löschen"."""

    strike_seconds = KEY_SECONDS
    lift_seconds = LIFT_SECONDS
    secret = True

    def __init__(self, digit: str, name: str, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, name, parent)
        self.digit = digit
        self.setObjectName(f"pin/{digit or 'erase'}")

    def smallest(self) -> int:
        """Return the height: 37 mm, less in landscape."""
        m = self.theme.metrics
        return m.px(148) if not m.landscape else m.px(118)

    def compose(self, width: int) -> Sheet:
        """Lay out the digit, or icon and word."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        flat = self.height() < m.px(110)
        if self.digit:
            sheet.text_in(0, 0, width, self.digit, self.theme.font_of(46 if flat else 60), centred=True)
            return sheet
        size, gap, line = m.px(46), m.px(6), round(self.theme.leading(self.theme.font(Role.SMALL_STRONG)))
        if flat or size + gap + line > self.height():
            sheet.text(0, 0, width, self.accessibleName(), Role.SMALL_STRONG, centred=True)
            return sheet
        sheet.icon((width - size) // 2, 0, size, "backspace", "text")
        sheet.text(0, size + gap, width, self.accessibleName(), Role.SMALL_STRONG, centred=True)
        return sheet

    def padding(self) -> int:
        """Return the space above and below."""
        return self.theme.metrics.px(8)


class Dots(Told):
    """What is asked for, and a dot for each digit typed."""

    def __init__(self, pad: PinPad, context: Context, parent: QWidget) -> None:
        self.pad, self.context = pad, context
        super().__init__(context.theme, "", parent)
        self.set_pad(pad)

    def set_pad(self, pad: PinPad) -> None:
        """Show another number of dots."""
        self.pad = pad
        self.count = 0 if self.context.covered else min(len(pad.value.reveal()), pad.length)
        self.remark = self.context.say(msg("ui.digits", typed=self.count, length=pad.length))
        self.changed(f"{self.context.say(pad.label)} {self.remark}")

    def compose(self, width: int) -> Sheet:
        """Lay out label, boxes and remark."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width, mirrors=False)
        y = sheet.text(0, 0, width, self.context.say(self.pad.label), Role.BODY).height + m.px(20)
        length = self.pad.length
        remark_width = self.theme.width_of(self.remark, Role.SMALL)
        aside = max(longest_word(self.theme, self.remark, Role.SMALL), remark_width // 2 + m.px(24))
        gap = m.px(28) if length <= 6 else m.gap
        room = width - aside - m.px(40)
        probe = TextBlock(self.remark, self.theme, self.theme.font(Role.SMALL), aside)
        beside = round(1.08 * (room - (length - 1) * gap) / length)
        under = room < length * m.px(60) or probe.height > min(m.px(112), beside)
        box = min(m.px(80 if m.scarce else 104), ((width if under else room) - (length - 1) * gap) // length)
        high = min(m.px(112), round(box * 1.08))
        for number in range(length):
            rect = QRectF(number * (box + gap), y, box, high)
            sheet.shape(rect, partial(self._box, number))
        if under:
            sheet.text(0, y + high + m.px(12), width, self.remark, Role.SMALL, "muted")
        else:
            x = length * (box + gap) - gap + m.px(40)
            sheet.text(x, y + (high - probe.height) // 2, width - x, self.remark, Role.SMALL, "muted")
        sheet.height = max(sheet.height, y + high)
        return sheet

    def _box(self, at: int, painter: QPainter, rect: QRectF, colours: Colours) -> None:  # noqa: ARG002
        m, p = self.theme.metrics, self.theme.palette
        if self.context.covered:
            hatch(painter, rect, self.theme)
            return
        frame(painter, rect, self.theme, p.surface, p.border, m.edge)
        if at < self.count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(p.text)
            radius = rect.width() * 0.155
            painter.drawEllipse(rect.center(), radius, radius)
        elif at == self.count:
            ring = m.px(8)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(p.focus, ring))
            painter.drawRoundedRect(rect.adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2), m.radius, m.radius)


class Remarks(Told):
    """What to heed while typing a secret, beside the keys."""

    def __init__(self, pad: PinPad, context: Context, parent: QWidget) -> None:
        self.remarks = [context.say(remark) for remark in pad.remarks]
        super().__init__(context.theme, " ".join(self.remarks), parent)

    def compose(self, width: int) -> Sheet:
        """Lay out the remarks one under the other."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        if not self.remarks:
            return sheet
        y = 0
        if not m.landscape or m.closeness == 1:  # small wide screens have room for the words alone
            size = m.px(60)
            sheet.icon(0, 0, size, "eye-off", "text")
            y = size + m.px(20)
        for remark in self.remarks:
            y += sheet.text(0, y, width, remark, Role.SMALL).height + m.px(20)
        return sheet


class PadBlock(QWidget):
    """The keys, and remarks and action beside them where there is room for that."""

    def __init__(self, pad: PinPad, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.pad, self.context, self.theme = pad, context, context.theme
        self.digits = pad.value.reveal()
        erase = context.say(msg("ui.erase"))
        self.keys = [PinKey(digit, digit, context, self) for digit in "1234567890"]
        self.keys.append(PinKey("", erase, context, self))
        for key in self.keys:
            key.acted.connect(partial(self.type, key.digit))
        self.remarks: Remarks | None = None
        self.action: ActionButton | None = None

    def type(self, digit: str) -> None:
        """Add a digit; "" takes the last one away. The screen answers with the new dots."""
        if digit and len(self.digits) >= self.pad.length:
            self.context.post(Touched())
            return
        self.digits = self.digits + digit if digit else self.digits[:-1]
        self.context.post(Typed(self.pad.id, Private(self.digits)))

    def beside(self, remarks: Remarks | None, action: ActionButton | None) -> None:
        """Take remarks and action beside the keys, or none."""
        self.remarks, self.action = remarks, action
        for widget in filter(None, (remarks, action)):
            widget.setParent(self)
            widget.show()

    def key_width(self, width: int) -> int:
        """Return the width of a key: 52 mm, more where a word needs it, less where the screen is narrow."""
        m = self.theme.metrics
        word = longest_word(self.theme, self.keys[-1].accessibleName(), Role.SMALL_STRONG)
        return min(max(m.px(208), word + m.px(16)), (width - 2 * self.gap()) // 3)

    def side_width(self, width: int) -> int:
        """Return the width that is left beside the keys."""
        return width - 3 * self.key_width(width) - 2 * self.gap() - self.theme.metrics.px(48)

    def gap(self) -> int:
        """Return the distance between keys."""
        m = self.theme.metrics
        return max(m.px(18) if not m.scarce else 0, m.gap)

    def height_for(self, width: int) -> int:
        """Return the height that is wanted at a width."""
        keys = 4 * self.keys[0].smallest() + 3 * self.gap()
        return max(keys, self._side_height(self.side_width(width)))

    def least_height(self, width: int) -> int:
        """Return the height with the lowest keys that are still easy to hit: 21 mm, 16 mm where it is cramped."""
        m = self.theme.metrics
        lowest = 4 * max(m.px(64 if m.low or m.landscape else 84), m.target) + 3 * self.gap()
        return max(lowest, self._side_height(self.side_width(width)))

    def _side_height(self, side: int) -> int:
        remarks = self.remarks.height_for(side) if self.remarks else 0
        return remarks + (self.action.height_for(side) + self.gap() if self.action else 0)

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put keys, remarks and action at their places. Keys are never mirrored."""
        width, gap = self.width(), self.gap()
        key = self.key_width(width)
        high = min(self.keys[0].smallest(), (self.height() - 3 * gap) // 4)
        order = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2), (1, 3), (2, 3)]
        for button, (column, row) in zip(self.keys, order, strict=True):
            button.setGeometry(column * (key + gap), row * (high + gap), key, high)
            button.changed()
        side = self.side_width(width)
        x = width - side
        if self.remarks:
            self.remarks.setGeometry(x, 0, side, self.remarks.height_for(side))
        if self.action:
            wanted = max(high, self.action.height_for(side))
            bottom = max(4 * high + 3 * gap, self._side_height(side))
            self.action.setGeometry(x, bottom - wanted, side, wanted)


class PinPadView(PartView[PinPad]):
    """Dots above, keys below. Typing on a physical pad works too: see `type`."""

    passive = False
    narrow = False

    def build(self) -> None:
        """Make dots, keys, remarks and action."""
        self.dots = Dots(self.part, self.context, self.parent)
        self.pad = PadBlock(self.part, self.context, self.parent)
        self.remarks = Remarks(self.part, self.context, self.parent) if self.part.remarks else None
        self.action: ActionButton | None = None
        if self.part.action is not None:
            self.action = ActionButton(self.part.action, self.context, self.parent, Look.STACKED)

    def update(self, part: PinPad) -> bool:
        """Change the dots in place."""
        old = self.part
        same = (part.secret, part.length, part.remarks, part.action) == (
            old.secret,
            old.length,
            old.remarks,
            old.action,
        )
        if not same:
            return False
        self.part = part
        self.dots.set_pad(part)
        self.pad.pad = part
        self.pad.digits = part.value.reveal()
        return True

    def type(self, digit: str) -> None:
        """Add a digit from a physical key; "" takes the last one away."""
        self.pad.type(digit)

    def rows(self, width: int) -> Sequence[Row]:
        """Return dots and keys, kept together; remarks and action under them where there is no room beside."""
        m = self.theme.metrics
        gap = m.px(32) if not m.landscape else m.px(24)
        if self._fits_beside(width):
            self.pad.beside(self.remarks, self.action)
        name = self.context.say(msg("ui.pad"))
        rows = [
            Row((self.dots,), m.px(36), keep=True, name=name, asks=True),
            Row((self.pad,), gap, least=self.pad.least_height(width)),
        ]
        if self.remarks is not None and self.pad.remarks is None:
            rows.append(Row((self.remarks,), m.px(28)))
        if self.action is not None and self.pad.action is None:
            rows.append(Row((self.action,), m.px(28)))
        return rows

    def _fits_beside(self, width: int) -> bool:
        m = self.theme.metrics
        if m.large:
            return False
        words = self.remarks.remarks if self.remarks else []
        need = max((longest_word(self.theme, remark, Role.SMALL) for remark in words), default=0)
        if self.action is not None:
            need = max(need, self.action.least_width())
        return self.pad.side_width(width) >= need

    def widgets(self) -> Sequence[QWidget]:
        """Return dots, keys, remarks and action."""
        return tuple(filter(None, (self.dots, self.pad, self.remarks, self.action)))

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the dots with what is asked for, or the action."""
        if self.part.action is not None and spoken == self.part.action.id and self.action is not None:
            return (self.action,)
        return (self.dots,) if spoken == self.part.id else ()
