"""Facts: costs and duration, what is needed, what happens next, numbered steps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.parts import Fact, Facts, FactStyle
from ui.metrics import Role
from ui.parts.base import Context, PartView, Row, part_gap
from ui.words import Colours, Sheet, Told, longest_word


class FactLine(Told):
    """One fact in its style. `number` counts from 1; `first` and `last` say where lines are drawn."""

    def __init__(  # noqa: PLR0913, PLR0917
        self, fact: Fact, style: FactStyle, number: int, last: bool, context: Context, parent: QWidget
    ) -> None:
        self.fact, self.style_, self.number, self.last = fact, style, number, last
        self.context = context
        super().__init__(context.theme, f"{context.say(fact.label)}: {context.say(fact.value)}", parent)

    def compose(self, width: int) -> Sheet:
        """Lay out the fact in its style."""
        match self.style_:
            case FactStyle.KEY:
                return self._key(width)
            case FactStyle.ITEM:
                return self._item(width)
            case FactStyle.STEP:
                return self._step(width)

    def _key(self, width: int) -> Sheet:
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        pad, size = m.by_size(20, 24, 22, 24), self.theme.picture(m.by_size(44, 52, 56, 64))
        x = size + m.px(20)
        label = sheet.text(x, pad, width - x, say(self.fact.label), Role.SMALL, "muted")
        value = sheet.text(x, pad + label.height, width - x, say(self.fact.value), Role.STRONG)
        bottom = max(pad + label.height + value.height, pad + size)
        sheet.icon(0, (pad + bottom - size) // 2, size, self.fact.icon)
        sheet.height = bottom + pad
        return sheet

    def _item(self, width: int) -> Sheet:
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        pad, side = m.by_size(14, 19, 20, 22), self.theme.picture(m.by_size(68, 80, 88, 96))
        x = side + m.px(24)
        label_height = sheet.text(x, pad, width - x, say(self.fact.label), Role.TITLE).height
        value = sheet.text(x, pad + label_height, width - x, say(self.fact.value), Role.SMALL, "muted")
        words = label_height + value.height
        sheet.tile(
            0, pad + max(0, (words - side) // 2) if words < 2 * side else pad, side, self.fact.icon, side * 3 // 5
        )
        bottom = max(pad + words, pad + side) + pad
        if not self.last:
            sheet.rule(bottom)
        sheet.height = bottom + (0 if self.last else m.line)
        return sheet

    def _step(self, width: int) -> Sheet:
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        pad, side = m.px(14), m.by_size(56, 64, 72, 80)
        x = side + m.px(24)
        value = say(self.fact.value)
        line = round(self.theme.leading(self.theme.font(Role.TITLE)))
        top = pad + (0 if value else max(0, (side - line) // 2))
        label = sheet.text(x, top, width - x, say(self.fact.label), Role.TITLE)
        y = top + label.height
        if value:
            y += sheet.text(x, y, width - x, value, Role.SMALL, "muted").height
        sheet.shape(QRectF(0, pad, side, side), self._disc)
        colour = "on_action" if self.number == 1 else "text"
        sheet.text(0, pad + (side - line) // 2, side, str(self.number), Role.TITLE, colour, centred=True)
        sheet.height = max(y, pad + side) + pad
        return sheet

    def _disc(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        width = self.theme.metrics.edge
        if self.number == 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours("action"))
            painter.drawEllipse(rect)
            return
        painter.setPen(QPen(colours("border"), width))
        painter.setBrush(colours("surface"))
        painter.drawEllipse(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))


class FactRule(Told):
    """The line above and between rows of key facts."""

    def compose(self, width: int) -> Sheet:
        """Lay out the line alone."""
        sheet = Sheet(self.theme, width)
        sheet.rule(0)
        return sheet


class FactsView(PartView[Facts]):
    """Facts as lines; key facts in two columns where their words fit."""

    def build(self) -> None:
        """Make a line for each fact, and the rules of key facts."""
        facts, style = self.part.facts, self.part.style
        self.lines = [
            FactLine(fact, style, number, number == len(facts), self.context, self.parent)
            for number, fact in enumerate(facts, 1)
        ]
        self.rules: list[FactRule] = []
        if style is FactStyle.KEY:
            self.rules = [FactRule(self.theme, "", self.parent) for _ in range(len(facts) + 1)]

    def rows(self, width: int) -> Sequence[Row]:
        """Return a row for each line, or for each pair of key facts."""
        gap = part_gap(self.theme)
        if self.part.style is not FactStyle.KEY:
            close = self.theme.metrics.px(4)
            return [Row((line,), 0 if number else close) for number, line in enumerate(self.lines)]
        for rule in self.rules:
            rule.hide()
        result = [Row((self.rules[0],), gap, keep=True)]
        pairs = self._paired(width)
        for number, pair in enumerate(pairs, 1):
            columns = len(pair)
            result.append(Row(tuple(pair), 0, columns, self.theme.metrics.gutter, keep=True))
            result.append(Row((self.rules[number],), 0))
        return result

    def _paired(self, width: int) -> list[list[FactLine]]:
        half = (width - self.theme.metrics.gutter) // 2
        pairs: list[list[FactLine]] = []
        for line in self.lines:
            short = not self.theme.metrics.extra and self._short(line, half)
            if short and pairs and len(pairs[-1]) == 1 and self._short(pairs[-1][0], half):
                pairs[-1].append(line)
            else:
                pairs.append([line])
        return pairs

    def _short(self, line: FactLine, half: int) -> bool:
        m = self.theme.metrics
        room = half - self.theme.picture(m.by_size(44, 52, 56, 64)) - m.px(20)
        value, label = self.context.say(line.fact.value), self.context.say(line.fact.label)
        fits = longest_word(self.theme, f"{value} {label}", Role.STRONG) <= room
        return fits and self.theme.width_of(value, Role.STRONG) <= 2 * room

    def widgets(self) -> Sequence[QWidget]:
        """Return lines and rules."""
        return (*self.lines, *self.rules)

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the lines: all facts are read as one part."""
        return self.lines if spoken == self.part.id else ()
