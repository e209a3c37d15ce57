"""What goes on, who comes, and what else could be done: `Busy`, `Person`, `Offer`, `Countdown`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.parts import Action, Busy, Countdown, Offer, Person
from kiosk.text import Text
from ui.buttons import ActionButton
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import BoxView, Context, PartView, Row, frame, part_gap
from ui.words import Colours, Sheet, Told, balanced, longest_word


class Aside(Told):
    """Icon, bold words and a remark, with a button at the side, or under them where it does not fit."""

    def __init__(  # noqa: PLR0913, PLR0917
        self, icon: str, title: Text, text: Text | None, action: Action | None, context: Context, parent: QWidget
    ) -> None:
        self.context, self.ruled, self.plain_text = context, False, Role.BODY
        self.text_colour = "text"
        self.icon_, self.title_, self.text_ = icon, title, text
        super().__init__(context.theme, "", parent)
        self.button = ActionButton(action, context, self) if action else None
        if self.button:
            self.button.small = True
        self.show_words(icon, title, text)

    def show_words(self, icon: str, title: Text, text: Text | None) -> None:
        """Change icon and words."""
        self.icon_, self.title_, self.text_ = icon, title, text
        self.changed(" ".join(filter(None, (self.context.say(title), self.context.say(text)))))

    def _button_width(self, width: int) -> int:
        """Return the button's width at the side; 0 where it stands under the words."""
        if self.button is None:
            return 0
        m = self.theme.metrics
        words = max(
            longest_word(self.theme, self.context.say(self.title_), Role.TITLE),
            longest_word(self.theme, self.context.say(self.text_), self.plain_text),
        )
        wide = self.button.natural_width()
        fits = width - wide - m.gutter >= max(words + self._indent(), width * 0.45)
        return wide if fits and not m.extra else 0

    def _size(self) -> int:
        return self.theme.metrics.by_size(52, 60, 64, 72)

    def _indent(self) -> int:
        return self._size() + self.theme.metrics.px(22) if self.icon_ else 0

    def compose(self, width: int) -> Sheet:
        """Lay out icon and words; find the button's place."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        top = m.px(32) if self.ruled else 0
        if self.ruled:
            sheet.rule(0)
        aside = self._button_width(width)
        x, size = self._indent(), self._size()
        room = width - x - (aside + m.gutter if aside else 0)
        probe = Sheet(self.theme, room)
        words = probe.text(0, 0, room, say(self.title_), Role.TITLE).height
        if self.text_ is not None:
            words += probe.text(0, words, room, say(self.text_), self.plain_text).height
        button = max(m.target, self.button.height_for(aside or width)) if self.button else 0
        line = max(words, size if self.icon_ else 0, button if aside else 0)
        y = top + (line - words) // 2
        y += sheet.text(x, y, room, say(self.title_), Role.TITLE).height
        if self.text_ is not None:
            sheet.text(x, y, room, say(self.text_), self.plain_text, self.text_colour)
        if self.icon_:
            sheet.icon(0, top + (line - size) // 2, size, self.icon_)
        self._button_at = QRectF(width - aside, top + (line - button) // 2, aside, button)
        if self.button and not aside:
            self._button_at = QRectF(0, top + line + m.px(20), width, button)
            line += m.px(20) + button
        sheet.height = max(sheet.height, top + line + (m.px(16) if self.ruled else 0))
        return sheet

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put the button at its place."""
        self._arrange()

    def changed(self, words: str) -> None:
        """Lay out anew, the button included."""
        super().changed(words)
        if self.width() > 1 and hasattr(self, "button"):
            self._arrange()

    def _arrange(self) -> None:
        self.sheet(self.width())
        if self.button is not None:
            rect = QRectF(self._button_at)
            if self.theme.rtl:
                rect.moveLeft(self.width() - rect.x() - rect.width())
            self.button.setGeometry(rect.toRect())


class BusyView(PartView[Busy]):
    """Something takes a while."""

    @property
    def passive(self) -> bool:  # type: ignore[override]
        """Whether it has no button."""
        return self.part.action is None

    def build(self) -> None:
        """Make the line."""
        part = self.part
        self.aside = Aside(part.icon, part.text, part.detail, part.action, self.context, self.parent)

    def update(self, part: Busy) -> bool:
        """Change the words in place."""
        if part.action != self.part.action:
            return False
        self.part = part
        self.aside.show_words(part.icon, part.text, part.detail)
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row, at the bottom where there is room."""
        return (Row((self.aside,), part_gap(self.theme), bottom=self.part.action is not None),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the line."""
        return (self.aside,)

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the line, or its button."""
        return _lights(self.part.id, self.aside, self.part.action, spoken)


class OfferView(PartView[Offer]):
    """A remark with one button at its side, under a dividing line."""

    passive = False

    def build(self) -> None:
        """Make the line."""
        part = self.part
        self.aside = Aside(part.icon, part.title, part.text, part.action, self.context, self.parent)
        self.aside.ruled, self.aside.plain_text, self.aside.text_colour = True, Role.SMALL, "muted"

    def update(self, part: Offer) -> bool:
        """Change the words in place."""
        if part.action != self.part.action:
            return False
        self.part = part
        self.aside.show_words(part.icon, part.title, part.text)
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row, at the bottom where there is room."""
        return (Row((self.aside,), part_gap(self.theme), bottom=True),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the line."""
        return (self.aside,)

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the line, or its button."""
        return _lights(self.part.id, self.aside, self.part.action, spoken)


def _lights(part: str, aside: Aside, action: Action | None, spoken: str) -> Sequence[QWidget]:
    if action is not None and spoken == action.id and aside.button is not None:
        return (aside.button,)
    return (aside,) if spoken == part else ()


class PersonBox(Told):
    """Who is coming, on the help yellow."""

    def __init__(self, part: Person, context: Context, parent: QWidget) -> None:
        self.part, self.context = part, context
        super().__init__(context.theme, "", parent)
        self.set_part(part)

    def set_part(self, part: Person) -> None:
        """Show somebody else, or another time."""
        self.part = part
        say = self.context.say
        self.changed(" ".join(filter(None, (say(part.name), say(part.text), say(part.aside), say(part.number)))))

    def compose(self, width: int) -> Sheet:
        """Lay out figure, name, and when."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        pad, side = m.px(38), m.by_size(112, 128, 128, 128)
        aside = 0
        if self.part.number is not None or self.part.aside is not None:
            number = self.theme.width_of(say(self.part.number), Role.H1)
            aside = max(number, self.theme.width_of(say(self.part.aside), Role.BODY))
        x = pad + side + m.px(32)
        beside = width - x - pad - aside - 2 * m.px(34) >= longest_word(self.theme, say(self.part.name), Role.H1)
        room = width - x - pad - (aside + 2 * m.px(34) if beside and aside else 0)
        probe = Sheet(self.theme, room)
        words = probe.text(0, 0, room, say(self.part.name), Role.H2).height
        origin = balanced(say(self.part.text), self.theme, Role.BODY, room).longest + 1
        words += probe.text(0, words, origin, say(self.part.text), Role.BODY).height
        high = max(side, words)
        y = pad + (high - words) // 2
        y += sheet.text(x, y, room, say(self.part.name), Role.H2, "on_help").height
        sheet.text(x, y, origin, say(self.part.text), Role.BODY, "on_help")
        sheet.shape(QRectF(pad, pad + (high - side) // 2, side, side), self._figure)
        bottom = pad + high
        if aside:
            at, y = (width - pad - aside, pad) if beside else (x, bottom + m.px(12))
            bottom = self._when(sheet, at, y, min(aside, width - pad - at), high)
        sheet.height = max(bottom, pad + high) + pad
        return sheet

    def _when(self, sheet: Sheet, x: int, y: int, width: int, high: int) -> int:
        m, say = self.theme.metrics, self.context.say
        probe = Sheet(self.theme, width)
        total = probe.text(0, 0, width + 2, say(self.part.aside), Role.BODY).height if self.part.aside else 0
        total += probe.text(0, total, width + 2, say(self.part.number), Role.H1).height if self.part.number else 0
        if y == m.px(38):
            sheet.shape(QRectF(x - m.px(34), y + m.px(10), m.edge, high - m.px(20)), self._line)
            y += max(0, (high - total) // 2)
        if self.part.aside is not None:
            y += sheet.text(x, y, width + 2, say(self.part.aside), Role.BODY, "on_help", centred=True).height
        if self.part.number is not None:
            y += sheet.text(x, y, width + 2, say(self.part.number), Role.H1, "on_help", centred=True).height
        return y

    def _line(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        painter.fillRect(rect, colours("on_help"))

    def _figure(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        m, p = self.theme.metrics, self.theme.palette
        ink = p.on_help
        painter.setPen(QPen(ink, m.edge))
        painter.setBrush(colours("surface") if p.contrast in ("soft", "light") else p.help)
        painter.drawEllipse(rect.adjusted(2, 2, -2, -2))
        size = round(rect.width() * 0.6)
        pixmap = icon_pixmap("person", size, ink, painter.device().devicePixelRatio())
        painter.drawPixmap(rect.center() - QPointF(size / 2, size / 2), pixmap)

    def ground(self, painter: QPainter) -> None:
        """Draw the yellow box."""
        p, m = self.theme.palette, self.theme.metrics
        frame(painter, QRectF(self.rect()), self.theme, p.help, p.on_help, m.edge)


class PersonView(BoxView[Person]):
    """Who is coming to help."""

    box: PersonBox

    def build(self) -> None:
        """Make the box."""
        self.box = PersonBox(self.part, self.context, self.parent)

    def update(self, part: Person) -> bool:
        """Change name and time in place."""
        self.part = part
        self.box.set_part(part)
        return True


class Ring(Told):
    """A ring that empties, and the seconds in it. It moves once a second, and not at all where calm is wanted."""

    def __init__(self, part: Countdown, context: Context, parent: QWidget) -> None:
        self.part, self.context = part, context
        super().__init__(context.theme, "", parent)
        self.set_part(part)

    def set_part(self, part: Countdown) -> None:
        """Show other seconds."""
        self.part = part
        self.changed(f"{part.left} {self.context.say(part.unit)}")

    def side(self) -> int:
        """Return the diameter."""
        m, unit = self.theme.metrics, self.context.say(self.part.unit)
        return max(m.by_size(240, 252, 280, 300), longest_word(self.theme, unit, Role.SMALL) + 4 * m.px(20))

    def compose(self, width: int) -> Sheet:
        """Lay out ring, number and unit."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        side = self.side()
        x = max(0, (width - side) // 2)
        sheet.shape(QRectF(x, 0, side, side), self._draw)
        font = self.theme.font_px(m.px(92 if not m.large else 84), Role.NUMBER)
        unit_high = round(self.theme.leading(self.theme.font(Role.SMALL)))
        number_high = round(self.theme.leading(font))
        y = (side - number_high - unit_high) // 2
        sheet.text_in(x, y, side, str(self.part.left), font, centred=True)
        sheet.text(
            x, y + number_high - m.px(4), side, self.context.say(self.part.unit), Role.SMALL, "muted", centred=True
        )
        sheet.height = side
        return sheet

    def _draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        width = self.theme.metrics.px(20)
        half = width / 2
        circle = rect.adjusted(half, half, -half, -half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours("track"), width))
        painter.drawEllipse(circle)
        pen = QPen(colours("action"), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        share = self.part.left / max(1, self.part.total)
        painter.drawArc(circle, 90 * 16, -round(share * 360 * 16))


class CountdownView(PartView[Countdown]):
    """The countdown ring."""

    def build(self) -> None:
        """Make the ring."""
        self.ring = Ring(self.part, self.context, self.parent)

    def update(self, part: Countdown) -> bool:
        """Change the seconds in place."""
        self.part = part
        self.ring.set_part(part)
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row."""
        return (Row((self.ring,), part_gap(self.theme)),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the ring."""
        return (self.ring,)
