"""Choices: one or several of some options, each over the full width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.events import Chosen
from kiosk.parts import Choice, Option
from kiosk.privacy import Private
from kiosk.text import msg
from ui.buttons import SheetButton
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import Context, PartView, Row, hatch, part_gap
from ui.parts.fields import problem_text
from ui.press import Box
from ui.words import Colours, Sheet, Told


class OptionButton(SheetButton):
    """One option: a mark at the reading edge, then the words. Radio and check have different marks."""

    def __init__(self, option: Option, choice: Choice, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, context.say(option.label), parent)
        self.option, self.choice, self.context = option, choice, context
        self.setObjectName(f"{choice.id}/{option.id}")
        self.setAccessibleDescription(context.say(option.text))
        self.setCheckable(True)
        self.acted.connect(self._post)
        self.set_chosen(option.id in choice.chosen.reveal())

    def _post(self) -> None:
        self.context.post(Chosen(self.choice.id, Private(self.option.id)))

    def set_chosen(self, chosen: bool) -> None:
        """Show whether this is chosen. Radio buttons are told so to assistive technology."""
        self.setAutoExclusive(False)
        if chosen != self.isChecked():
            self.setChecked(chosen)
            self.changed()
        self.setAutoExclusive(not self.choice.several)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def nextCheckState(self) -> None:
        """Only the screen says what is chosen."""

    @property
    def shown(self) -> bool:
        """Whether it is shown as chosen: not while answers are covered."""
        return self.isChecked() and not self.context.covered

    def smallest(self) -> int:
        """Return the least height."""
        return self.theme.metrics.by_size(88, 96, 112, 120)

    def padding(self) -> int:
        """Return the space above and below."""
        return self.theme.metrics.px(14)

    def compose(self, width: int) -> Sheet:
        """Lay out mark, icon and words."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        side = m.by_size(46, 52, 60, 68)
        x = m.px(24) + side + m.px(20)
        icon = m.by_size(44, 48, 56, 64) if self.option.icon else 0
        text_x = x + (icon + m.px(20) if icon else 0)
        room = width - text_x - m.px(20)
        role = Role.TITLE if self.option.text is not None else Role.BODY
        height = sheet.text(text_x, 0, room, say(self.option.label), role).height
        if self.option.text is not None:
            height += sheet.text(text_x, height, room, say(self.option.text), Role.SMALL, "muted").height
        if icon:
            sheet.icon(x, (height - icon) // 2, icon, self.option.icon)
        sheet.shape(QRectF(m.px(24), (height - side) / 2, side, side), self._mark)
        sheet.height = height
        return sheet

    def _mark(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        m = self.theme.metrics
        half = m.edge / 2
        inner = rect.adjusted(half, half, -half, -half)
        painter.setPen(QPen(colours("action") if self.shown else colours("text"), m.edge))
        painter.setBrush(colours("surface"))
        if self.choice.several:
            self._check(painter, rect, inner, colours)
            return
        painter.drawEllipse(inner)
        if self.shown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours("action"))
            dot = rect.width() * 0.25
            painter.drawEllipse(rect.adjusted(dot, dot, -dot, -dot))

    def _check(self, painter: QPainter, rect: QRectF, inner: QRectF, colours: Colours) -> None:
        if self.shown:
            painter.setBrush(colours("action"))
        painter.drawRoundedRect(inner, self.theme.metrics.px(6), self.theme.metrics.px(6))
        if self.shown:
            size = round(rect.width() * 0.8)
            pixmap = icon_pixmap("check", size, colours("on_action"), painter.device().devicePixelRatio())
            painter.drawPixmap(round(rect.center().x() - size / 2), round(rect.center().y() - size / 2), pixmap)

    def box(self) -> Box:
        """Return the box: chosen ones have a border of action colour and a tint."""
        p, m = self.theme.palette, self.theme.metrics
        if self.shown and not self.isDown() and not self.spoken:
            return Box(p.action_tint, p.action, m.px(4))
        return super().box()

    def paint(self, painter: QPainter) -> None:
        """Draw the option; while answers are covered, a mask in place of the mark."""
        super().paint(painter)
        if self.context.covered:
            m = self.theme.metrics
            side = m.by_size(46, 52, 60, 68)
            x = self.width() - m.px(24) - side if self.theme.rtl else m.px(24)
            hatch(painter, QRectF(x, (self.height() - side) / 2, side, side), self.theme)


class ChoiceHead(Told):
    """The question: label, hint, and what is wrong with the answer."""

    def __init__(self, choice: Choice, context: Context, parent: QWidget) -> None:
        self.choice, self.context = choice, context
        super().__init__(context.theme, "", parent)
        self.set_choice(choice)

    def set_choice(self, choice: Choice) -> None:
        """Show another state of the question."""
        self.choice = choice
        say, problem = self.context.say, choice.problem
        self.label = say(choice.label) + (f" ({say(msg('ui.optional'))})" if choice.optional else "")
        words = (say(problem.text), say(problem.remedy)) if problem else ()
        self.changed(" ".join(filter(None, (self.label, say(choice.hint), *words))))

    def compose(self, width: int) -> Sheet:
        """Lay out label, hint and problem."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        y = sheet.text(0, 0, width, self.label, Role.TITLE).height
        if self.choice.hint is not None:
            y += sheet.text(0, y, width, say(self.choice.hint), Role.SMALL, "muted").height
        problem = self.choice.problem
        if problem is not None:
            problem_text(sheet, width, y + m.px(8), say(problem.text), say(problem.remedy), m.icon)
        return sheet


class ChoiceView(PartView[Choice]):
    """The question and its options; `bare`: the options alone, where the keyboard leaves no room for more."""

    passive = False

    def build(self) -> None:
        """Make question and options."""
        self.bare = False
        self.head = ChoiceHead(self.part, self.context, self.parent)
        self.options = [OptionButton(option, self.part, self.context, self.parent) for option in self.part.options]

    def update(self, part: Choice) -> bool:
        """Change what is chosen, and the problem, in place."""
        if part.options != self.part.options or part.several != self.part.several:
            return False
        self.part = part
        chosen = part.chosen.reveal()
        self.head.set_choice(part)
        for button in self.options:
            button.choice = part
            button.set_chosen(button.option.id in chosen)
        return True

    def rows(self, width: int) -> Sequence[Row]:
        """Return the question, then the options: two in a row where they are short."""
        m = self.theme.metrics
        columns = self._columns(width)
        rows = [Row((self.head,), part_gap(self.theme), keep=True, name=self.head.label)]
        if self.bare:
            self.head.hide()
            rows = []
        for start in range(0, len(self.options), columns):
            cells = tuple(self.options[start : start + columns])
            rows.append(Row(cells, m.px(16), columns, m.gutter))
        return rows

    def _columns(self, width: int) -> int:
        m, say = self.theme.metrics, self.context.say
        half = (width - m.gutter) // 2 - m.by_size(46, 52, 60, 68) - m.px(24 + 20 + 20)
        options = self.part.options
        plain = all(option.text is None and not option.icon for option in options)
        fits = all(self.theme.width_of(say(option.label), Role.BODY) <= half for option in options)
        return 2 if plain and fits and not m.extra and len(options) in (2, 4) else 1

    def widgets(self) -> Sequence[QWidget]:
        """Return question and options."""
        return (self.head, *self.options)

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return everything: question and options are read together."""
        return self.widgets() if spoken == self.part.id else ()
