"""The review: groups of answers, each with the way to change it; and the consent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.events import Chosen, Event
from kiosk.parts import Action, Answer, Answers, Consent
from kiosk.privacy import Private
from kiosk.text import msg
from ui.buttons import ActionButton, SheetButton
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import BoxView, Context, PartView, Row, frame, hatch, part_gap
from ui.press import Box
from ui.theme import Theme
from ui.words import Colours, Sheet, Told


def paint_slice(painter: QPainter, rect: QRectF, theme: Theme, fill: QColor, *, top: bool, bottom: bool) -> None:  # noqa: PLR0913
    """Draw one slice of a frame that goes over several widgets: round only at its own ends."""
    m, p = theme.metrics, theme.palette
    half, reach = m.line / 2, 2 * m.radius
    whole = rect.adjusted(half, half if top else -reach, -half, -half if bottom else reach)
    painter.save()
    painter.setClipRect(rect)
    painter.setPen(QPen(p.border, m.line))
    painter.setBrush(fill)
    painter.drawRoundedRect(whole, m.radius, m.radius)
    painter.restore()


class GroupHead(Told):
    """The heading of a group of answers."""

    def __init__(self, theme: Theme, words: str, icon: str, parent: QWidget) -> None:
        super().__init__(theme, words, parent)
        self.icon = icon

    def compose(self, width: int) -> Sheet:
        """Lay out icon and title."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        pad = m.px(16)
        x = m.px(26) + (m.icon + m.px(16) if self.icon else 0)
        block = sheet.text(x, pad, width - x - m.px(26), self.text(), Role.STRONG)
        if self.icon:
            sheet.icon(m.px(26), pad + (block.height - m.icon) // 2, m.icon, self.icon)
        sheet.height = pad + block.height + pad
        return sheet

    def ground(self, painter: QPainter) -> None:
        """Draw the top of the frame and the line under it."""
        p, rect = self.theme.palette, QRectF(self.rect())
        paint_slice(painter, rect, self.theme, p.sunken, top=True, bottom=False)
        line = self.theme.metrics.line
        painter.fillRect(QRectF(line, rect.bottom() - line, rect.width() - 2 * line, line), p.line)


class AnswerLine(Told):
    """One answer: its label, its value, where it comes from, and "Ändern"."""

    def __init__(self, answer: Answer, last: bool, context: Context, parent: QWidget) -> None:
        self.answer, self.last, self.context = answer, last, context
        self.before: QWidget | None = None
        self.after: QWidget | None = None
        super().__init__(context.theme, "", parent)
        self.button: ActionButton | None = None
        if answer.change is not None:
            self.button = _change_button(answer, answer.change, context, self)
        self._button_at = (0, 0, 0)
        self.set_answer(answer)

    def set_answer(self, answer: Answer) -> None:
        """Show another value."""
        self.answer = answer
        say = self.context.say
        told = [say(answer.label), say(answer.value), say(answer.source)]
        self.changed(": ".join(filter(None, told)))

    def compose(self, width: int) -> Sheet:
        """Lay out the words, and find the button's place."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        pad, side = m.px(18), m.px(26)
        button = self.button.natural_width() if self.button else 0
        source = say(self.answer.source)
        source_width = self.theme.width_of(source, Role.SMALL) + m.icon + m.px(12) if source else 0
        aside = max(button, source_width if source_width < width * 0.4 else 0)
        beside = not m.extra and width - 2 * side - aside - m.gutter > width * 0.45
        room = width - 2 * side - (aside + m.gutter if beside and aside else 0)
        y = pad
        y += sheet.text(side, y, room, say(self.answer.label), Role.SMALL, "muted").height
        value = "" if self.context.covered else say(self.answer.value)
        value_height = sheet.text(side, y, room, value or " ", Role.STRONG).height
        self._mask = QRectF(side, y, min(room, m.px(420)), value_height)
        y += value_height
        if source and not (beside and aside >= source_width):
            y += m.px(4)
            self._source(sheet, side, y, room, source)
            y = sheet.height
        elif source and not self.button:
            line = round(self.theme.leading(self.theme.font(Role.SMALL)))
            self._source(sheet, width - side - source_width, (y + pad - line) // 2, source_width + m.px(4), source)
        y = self._place_button(width, y, beside)
        sheet.height = y + pad + (0 if self.last else m.line)
        if not self.last:
            sheet.rule(y + pad, side, width - 2 * side)
        return sheet

    def _source(self, sheet: Sheet, x: int, y: int, room: int, words: str) -> None:
        m = self.theme.metrics
        indent = m.icon + m.px(8)
        block = sheet.text(x + indent, y, room - indent, words, Role.SMALL, "muted")
        sheet.icon(x, y + (block.height - m.icon) // 2, m.icon, "lock", "muted")

    def _place_button(self, width: int, y: int, beside: bool) -> int:
        if self.button is None:
            return y
        m = self.theme.metrics
        side, pad = m.px(26), m.px(18)
        wide = self.button.natural_width()
        high = max(m.target, self.button.height_for(wide))
        if beside:
            total = max(y - pad, high)
            self._button_at = (width - side - wide, pad + (total - high) // 2, high)
            return pad + total
        self._button_at = (side, y + m.px(10), high)
        return y + m.px(10) + high

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put the button at its place."""
        self._arrange()

    def changed(self, words: str) -> None:
        """Lay out anew, the button included."""
        super().changed(words)
        if self.width() > 1:
            self._arrange()

    def _arrange(self) -> None:
        self.sheet(self.width())
        if self.button is not None:
            x, y, high = self._button_at
            wide = self.button.natural_width()
            self.button.setGeometry(self.width() - x - wide if self.theme.rtl else x, y, wide, high)

    def ground(self, painter: QPainter) -> None:
        """Draw this slice of the frame, and the mask while answers are covered."""
        p, rect = self.theme.palette, QRectF(self.rect())
        top = self.before is not None and self.before.isHidden()
        bottom = self.after is None or self.after.isHidden()
        paint_slice(painter, rect, self.theme, p.surface, top=top, bottom=bottom)
        if self.context.covered:
            self.sheet(self.width())
            hatch(painter, self._mask, self.theme)


class _ChangeButton(ActionButton):
    """ "Ändern": as low as a target may be, since there are many of them."""

    def smallest(self) -> int:
        """Return the least height."""
        return self.theme.metrics.by_size(64, 72, 84, 92)

    def box(self) -> Box:
        """Return the box with a thinner border."""
        box = super().box()
        width = self.theme.metrics.line if box.width == self.theme.metrics.edge else box.width
        return Box(box.fill, box.border, width, box.dashed)


def _change_button(answer: Answer, change: Event, context: Context, parent: QWidget) -> ActionButton:
    action = Action(f"change-{answer.id}", msg("ui.change"), change, icon="pencil")
    button = _ChangeButton(action, context, parent)
    button.setAccessibleName(f"{context.say(action.label)}: {context.say(answer.label)}")
    return button


class AnswersView(PartView[Answers]):
    """A framed group of answers, which may go over pages line by line."""

    passive = False
    narrow = False

    def build(self) -> None:
        """Make heading and lines."""
        part = self.part
        self.head = GroupHead(self.theme, self.context.say(part.title), part.icon, self.parent)
        last = len(part.answers) - 1
        self.lines = [
            AnswerLine(answer, number == last, self.context, self.parent) for number, answer in enumerate(part.answers)
        ]
        for before, line in zip([self.head, *self.lines], self.lines, strict=False):
            line.before = before
        for line, after in zip(self.lines, self.lines[1:], strict=False):
            line.after = after
        for line in self.lines:
            if line.button is not None:
                line.button.setObjectName(f"{part.id}/change-{line.answer.id}")

    def update(self, part: Answers) -> bool:
        """Change values in place while the answers are the same ones."""
        if [(a.id, a.change is None) for a in part.answers] != [(a.id, a.change is None) for a in self.part.answers]:
            return False
        if (part.title, part.icon) != (self.part.title, self.part.icon):
            return False
        if any(new.change != old.change for new, old in zip(part.answers, self.part.answers, strict=True)):
            return False
        self.part = part
        for line, answer in zip(self.lines, part.answers, strict=True):
            line.set_answer(answer)
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return the heading and a row for each answer."""
        gap, name = self.theme.metrics.px(22), self.context.say(self.part.title)
        return [
            Row((self.head,), gap, keep=True, name=name),
            *(Row((line,), 0, name=name) for line in self.lines),
        ]

    def widgets(self) -> Sequence[QWidget]:
        """Return heading and lines."""
        return (self.head, *self.lines)

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the heading, or the answer that is read."""
        if spoken == self.part.id:
            return (self.head,)
        return [line for line in self.lines if line.answer.id == spoken]


class ConsentCheck(SheetButton):
    """The check box of a consent with its own words; it is drawn on the frame that holds it."""

    def __init__(self, consent: Consent, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, "", parent)
        self.consent, self.context = consent, context
        self.setObjectName(f"{consent.id}/yes")
        self.setCheckable(True)
        self.acted.connect(lambda: context.post(Chosen(self.consent.id, Private("yes"))))
        self.set_consent(consent)

    def set_consent(self, consent: Consent) -> None:
        """Show whether consent is given."""
        self.consent = consent
        self.setAccessibleName(self.context.say(consent.title))
        self.setAccessibleDescription(self.context.say(consent.text))
        self.setChecked(consent.given)
        self.changed()

    def nextCheckState(self) -> None:
        """Only the screen says what is given."""

    def padding(self) -> int:
        """Return the space above and below."""
        return self.theme.metrics.px(20)

    def compose(self, width: int) -> Sheet:
        """Lay out the mark and the words."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        left, side = m.px(26), m.by_size(64, 72, 76, 84)
        x = left + side + m.px(24)
        room = width - x - m.px(16)
        height = sheet.text(x, 0, room, say(self.consent.title), Role.TITLE).height
        height += sheet.text(x, height, room, say(self.consent.text), Role.BODY).height
        sheet.shape(QRectF(left, max(0, (height - side) / 2), side, side), self._mark)
        return sheet

    def _mark(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        m, given = self.theme.metrics, self.consent.given
        half = m.edge / 2
        painter.setPen(QPen(colours("action" if given else "text"), m.edge))
        painter.setBrush(colours("action" if given else "surface"))
        painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), m.radius, m.radius)
        if given:
            size = round(rect.width() * 0.75)
            pixmap = icon_pixmap("check", size, colours("on_action"), painter.device().devicePixelRatio())
            painter.drawPixmap(round(rect.center().x() - size / 2), round(rect.center().y() - size / 2), pixmap)

    def box(self) -> Box:
        """Return no box of its own unless pressed or read."""
        box = super().box()
        if self.isDown() or self.spoken:
            return box
        clear = QColor(0, 0, 0, 0)
        return Box(clear, clear, 0)


class ConsentBox(Told):
    """The frame with check box and "read more" side by side, or one under the other."""

    def __init__(self, consent: Consent, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, "", parent)
        self.consent = consent
        self.check = ConsentCheck(consent, context, self)
        self.more: ActionButton | None = None
        if consent.more is not None:
            self.more = _ChangeButton(consent.more, context, self)
            self.more.setObjectName(f"{consent.id}/more")

    def set_consent(self, consent: Consent) -> None:
        """Show whether consent is given."""
        self.consent = consent
        self.check.set_consent(consent)
        if self.more is not None and consent.more is not None:
            self.more.set_action(consent.more)
            self.more.setObjectName(f"{consent.id}/more")
        self.update()

    def _beside(self, width: int) -> int:
        """Return the width of "read more" at the side, 0 where it stands under the words."""
        if self.more is None or self.theme.metrics.extra:
            return 0
        wide = self.more.natural_width()
        return wide if width - wide > width * 0.55 else 0

    def _more_size(self, width: int) -> tuple[int, int]:
        """Return width and height of "read more": its words have one line, or more where there is no room."""
        assert self.more is not None
        m = self.theme.metrics
        wide = min(self.more.natural_width(), width - 2 * m.px(26))
        return wide, max(m.target, self.more.height_for(wide))

    def height_for(self, width: int) -> int:
        """Return the height that is needed at a width."""
        m = self.theme.metrics
        beside = self._beside(width)
        check = self.check.height_for(width - (beside + m.gutter + m.gap if beside else 0))
        if self.more is None or beside:
            return check
        return check + self._more_size(width)[1] + m.px(20) + m.gap

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put both at their places."""
        m, width = self.theme.metrics, self.width()
        beside = self._beside(width)
        room = width - (beside + m.gutter + m.gap if beside else 0)
        x = width - room if self.theme.rtl else 0
        self.check.setGeometry(x, 0, room, self.height() if beside or not self.more else self.check.height_for(room))
        if self.more is None:
            return
        wide, high = self._more_size(width)
        at = width - m.gutter - wide if beside else m.px(26)
        y = (self.height() - high) // 2 if beside else self.check.height() + m.gap
        self.more.setGeometry(width - at - wide if self.theme.rtl else at, y, wide, high)

    def paintEvent(self, event: object) -> None:  # noqa: ARG002
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        m, p = self.theme.metrics, self.theme.palette
        given = self.consent.given
        fill, border = (p.action_tint, p.action) if given else (p.surface, p.border)
        frame(painter, QRectF(self.rect()), self.theme, fill, border, m.edge if given else m.line)
        painter.end()


class ConsentView(BoxView[Consent]):
    """The consent, at the bottom where there is room."""

    passive = False
    narrow = False

    box: ConsentBox

    def build(self) -> None:
        """Make the frame and what is in it."""
        self.box = ConsentBox(self.part, self.context, self.parent)

    def update(self, part: Consent) -> bool:
        """Change the tick in place."""
        if (part.more is None) != (self.part.more is None):
            return False
        self.part = part
        self.box.set_consent(part)
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row."""
        return (
            Row((self.box,), part_gap(self.theme), bottom=True, name=self.context.say(msg("ui.consent")), asks=True),
        )
