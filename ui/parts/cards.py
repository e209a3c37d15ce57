"""Cards: what can be touched in the content, as tiles, as rows, as plain labelled buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kiosk.events import Touched
from kiosk.parts import Card, Cards, CardStyle
from ui.buttons import SheetButton
from ui.metrics import Role
from ui.parts.base import Context, PartView, Row, part_gap
from ui.press import Box
from ui.words import Sheet, TextBlock, balanced, longest_word


class CardButton(SheetButton):
    """Base of the three kinds of card. The whole card is the target."""

    title_role = Role.TITLE

    def __init__(self, card: Card, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, context.say(card.title), parent)
        self.context, self.card = context, card
        self.acted.connect(lambda: self.context.post(self.card.event))
        self.refused.connect(lambda: self.context.post(Touched()))
        self.set_card(card)

    def set_card(self, card: Card) -> None:
        """Show another state of the card."""
        self.card = card
        self.title = self.context.say(card.title)
        self.text_ = self.context.say(card.why_disabled or card.text)
        self.setAccessibleName(self.title)
        self.set_blocked(self.context.say(card.why_disabled))
        self.setAccessibleDescription(self.text_)
        self.setCheckable(card.chosen is not None)
        self.setChecked(bool(card.chosen))
        self.changed()

    def nextCheckState(self) -> None:
        """Only the screen says what is chosen."""

    def least_width(self) -> int:
        """Return the width below which a word would be cut."""
        return 2 * self.theme.metrics.px(20) + longest_word(self.theme, self.title, self.title_role)

    def note(self, sheet: Sheet, x: int, y: int, room: int) -> int:
        """Place the card's text under its title; return its height. A warning has its sign in front."""
        if not self.text_:
            return 0
        if not self.card.warned:
            return sheet.text(x, y, room, self.text_, Role.SMALL, "muted").height
        size, sign = self.sign, self.warning_width
        block = sheet.text(x + sign, y, room - sign, self.text_, Role.SMALL, "text")
        sheet.icon(x, y + (block.height // block.lines - size) // 2, size, "warning", "warning")
        return block.height

    @property
    def sign(self) -> int:
        """Return the side of a warning's sign."""
        return self.theme.metrics.by_size(24, 28, 36, 44)

    @property
    def warning_width(self) -> int:
        """Return what a warning's sign takes from the room of its words."""
        return self.sign + self.theme.metrics.px(10) if self.card.warned else 0

    def box(self) -> Box:
        """Return the box: chosen ones have a border of action colour and a tint."""
        p, m = self.theme.palette, self.theme.metrics
        if self.card.chosen and not self.blocked and not self.isDown() and not self.spoken:
            return Box(p.action_tint, p.action, m.px(4))
        return super().box()


class TileCard(CardButton):
    """Icon, title, examples. Where the column is narrow, the icon stands above the words."""

    @property
    def upright(self) -> bool:
        """Whether the icon stands above the words."""
        return self.theme.metrics.landscape and not self.theme.metrics.large and bool(self.text_)

    def _icon_side(self) -> int:
        m = self.theme.metrics
        return self.theme.picture(m.by_size(80, 88, 104, 104) if self.card.text else m.px(92))

    def least_width(self) -> int:
        """Return the width at which the longest word fits beside the icon, or under it in landscape."""
        m = self.theme.metrics
        words = max(longest_word(self.theme, self.title, Role.TITLE), longest_word(self.theme, self.text_, Role.SMALL))
        if self.upright:
            return words + 2 * m.px(24)
        return words + self._icon_side() + (m.px(20 + 20 + 16) if self.text_ else m.px(40 + 32 + 16))

    def smallest(self) -> int:
        """Return the least height: picture choices are higher."""
        m = self.theme.metrics
        if m.landscape:
            return m.px(168)
        return m.px(168) if self.text_ else m.px(208)

    def compose(self, width: int) -> Sheet:
        """Lay out icon and words."""
        return self._upright(width) if self.upright else self._beside(width)

    def _beside(self, width: int) -> Sheet:
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        left, side = m.px(20) if self.text_ else m.px(40), self._icon_side()
        x = left + side + m.px(20) if self.text_ else left + side + m.px(32)
        room = width - x - m.px(16)
        tick = m.icon + m.px(16) if self.card.chosen else 0
        if longest_word(self.theme, self.title, Role.TITLE) > room - tick:  # then the tick stands for the icon
            tick = 0
        room -= tick
        plain = TextBlock(self.title, self.theme, self.theme.font(Role.TITLE), room)
        title = plain if self.text_ else balanced(self.title, self.theme, Role.TITLE, room)
        room = room if self.text_ else min(room, title.longest + 1)
        wide = room - self.warning_width
        text = TextBlock(self.text_, self.theme, self.theme.font(Role.SMALL), wide) if self.text_ else None
        words = title.height + (text.height if text else 0)
        height = max(side, words)
        y = (height - words) // 2
        sheet.text(x, y, room, self.title, Role.TITLE, "text")
        self.note(sheet, x, y + title.height, room)
        if self.card.chosen and not tick:
            sheet.icon(left + (side - m.icon) // 2, (height - m.icon) // 2, m.icon, "check", "action")
        elif self.card.icon:
            self._icon(sheet, left, (height - side) // 2, side)
        if tick:
            sheet.icon(width - m.px(24) - m.icon, (height - m.icon) // 2, m.icon, "check", "action")
        sheet.height = height
        return sheet

    def _icon(self, sheet: Sheet, x: int, y: int, side: int) -> None:
        if self.text_ and not self.blocked:
            sheet.tile(x, y, side, self.card.icon, round(side * 0.58))
        elif self.text_:
            inset = round(side * 0.21)
            sheet.icon(x + inset, y + inset, side - 2 * inset, self.card.icon)
        else:
            sheet.icon(x, y, side, self.card.icon)

    def _upright(self, width: int) -> Sheet:
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        pad, side = m.px(24), self.theme.picture(m.by_size(76, 84, 84, 84))
        if self.card.icon:
            self._icon(sheet, pad, 0, side)
        y = side + m.px(12)
        title = sheet.text(pad, y, width - 2 * pad, self.title, Role.TITLE, "text")
        self.note(sheet, pad, y + title.height, width - 2 * pad)
        return sheet


class RowCard(CardButton):
    """One line: icon, words, an arrow. The search among them looks like the field that it opens."""

    title_role = Role.BODY

    @property
    def searching(self) -> bool:
        """Whether this leads to the search."""
        return self.card.icon == "search"

    def smallest(self) -> int:
        """Return the least height."""
        m = self.theme.metrics
        if self.searching:
            return m.box if not m.landscape else m.px(88)
        return m.by_size(80, 88, 110, 116) if not m.landscape else m.by_size(76, 76, 88, 100)

    def least_width(self) -> int:
        """Return the width below which a word would be cut."""
        m = self.theme.metrics
        return longest_word(self.theme, self.title, Role.BODY) + 2 * m.icon + m.px(24 + 20 + 12 + 24)

    def compose(self, width: int) -> Sheet:
        """Lay out icon, words and arrow."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        size = m.icon
        x = m.px(24) + size + m.px(20) if self.card.icon else m.px(24)
        arrow = 0 if self.searching else size + m.px(12)
        room = width - x - arrow - m.px(20)
        colour = "muted" if self.searching else "text"
        block = sheet.text(x, 0, room, self.title, Role.BODY, colour)
        height = block.height
        height += self.note(sheet, x, height, room)
        if self.card.icon:
            sheet.icon(m.px(24), (height - size) // 2, size, self.card.icon)
        if arrow:
            sheet.icon(width - m.px(20) - size, (height - size) // 2, size, "chevron-right", "text")
        sheet.height = height
        return sheet

    def box(self) -> Box:
        """Return the box; the search has the stronger border of a field."""
        box = super().box()
        if self.searching and box.width == self.theme.metrics.line and not self.blocked:
            return Box(box.fill, box.border, self.theme.metrics.edge)
        return box


class PlainCard(CardButton):
    """A plain labelled button: a language (centred), an easier way in (icon and bold words)."""

    def smallest(self) -> int:
        """Return the least height."""
        m = self.theme.metrics
        return m.by_size(112, 124, 124, 124) if self.card.icon else m.by_size(92, 100, 112, 116)

    def least_width(self) -> int:
        """Return the width below which a word would be cut."""
        m = self.theme.metrics
        icon = m.by_size(44, 48, 56, 60) + m.px(22) if self.card.icon or self.card.chosen else 0
        return longest_word(self.theme, self.title, Role.TITLE) + icon + 2 * m.px(20)

    def compose(self, width: int) -> Sheet:
        """Lay out the words, with the icon or the tick of the chosen one."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        if self.card.icon:
            return self._with_icon(sheet, width)
        role, colour = (Role.TITLE, "action") if self.card.chosen else (Role.BODY, "text")
        tick = m.icon + m.px(14) if self.card.chosen else 0
        probe = TextBlock(self.title, self.theme, self.theme.font(role), width - tick - 2 * m.px(14))
        start = (width - probe.longest - tick) // 2
        block = sheet.text(start + tick, 0, probe.longest + 1, self.title, role, colour, centred=probe.lines > 1)
        if tick:
            sheet.icon(start, (block.height - m.icon) // 2, m.icon, "check", "action")
        return sheet

    def _with_icon(self, sheet: Sheet, width: int) -> Sheet:
        m = self.theme.metrics
        size = m.by_size(44, 48, 56, 60)
        x = m.px(24) + size + m.px(20)
        colour = "action" if self.card.chosen else "text"
        tick = m.icon + m.px(8) if self.card.chosen else 0
        if longest_word(self.theme, self.title, Role.TITLE) > width - x - m.px(14) - tick:
            tick = 0  # then it stands for the icon
        block = sheet.text(x, 0, width - x - m.px(14) - tick, self.title, Role.TITLE, colour)
        height = block.height
        if self.blocked:
            height += sheet.text(x, height, width - x - m.px(14), self.text_, Role.SMALL, "muted").height
        sign = "check" if self.card.chosen and not tick else self.card.icon
        sheet.icon(m.px(24), (height - size) // 2, size, sign, colour)
        if tick:
            sheet.icon(width - m.px(16) - m.icon, (height - m.icon) // 2, m.icon, "check", "action")
        sheet.height = height
        return sheet


_KINDS = {CardStyle.TILE: TileCard, CardStyle.ROW: RowCard, CardStyle.BUTTON: PlainCard}


class CardsView(PartView[Cards]):
    """A grid of cards: as many columns as hold the longest word."""

    passive = False

    @property
    def narrow(self) -> bool:  # type: ignore[override]
        """Rows also look well in a narrow column."""
        return self.part.style is CardStyle.ROW

    def build(self) -> None:
        """Make the cards."""
        kind = _KINDS[self.part.style]
        self.cards: list[CardButton] = [kind(card, self.context, self.parent) for card in self.part.cards]
        for card in self.cards:
            card.setObjectName(f"{self.part.id}/{card.card.id}")

    def update(self, part: Cards) -> bool:
        """Change cards in place while they are the same ones."""
        if part.style is not self.part.style or [c.id for c in part.cards] != [c.id for c in self.part.cards]:
            return False
        for button, old, new in zip(self.cards, self.part.cards, part.cards, strict=True):
            if old != new:
                button.set_card(new)
        self.part = part
        return True

    def columns(self, width: int) -> int:
        """Return the number of columns: the most that hold the longest word."""
        m = self.theme.metrics
        most = self._most(width)
        need = max((card.least_width() for card in self.cards), default=0)
        while most > 1 and (width - (most - 1) * m.gutter) // most < need:
            most -= 1
        if self.part.style is CardStyle.BUTTON and m.large and self._height(width, 1) <= self._height(width, most):
            return 1  # long words in many lines beside each other
        return most

    def _height(self, width: int, columns: int) -> int:
        gutter = self.theme.metrics.gutter
        rows = [self.cards[start : start + columns] for start in range(0, len(self.cards), columns)]
        wide = (width - (columns - 1) * gutter) // columns
        return sum(max(card.height_for(wide) for card in row) for row in rows)

    def _most(self, width: int) -> int:
        m = self.theme.metrics
        if len(self.cards) == 1 and self.part.style is not CardStyle.BUTTON:
            return 1
        if self.part.style is CardStyle.BUTTON:
            return 2 if m.large or len(self.cards) == 4 else 3  # no single one left over
        if m.landscape and width < m.window.width() // 2:
            return 1
        return 2 if len(self.cards) == 4 and m.columns == 3 else m.columns  # two by two, no single one left over

    def rows(self, width: int) -> Sequence[Row]:
        """Return the rows of the grid."""
        m = self.theme.metrics
        columns = self.columns(width)
        between = {CardStyle.TILE: m.gutter, CardStyle.ROW: m.px(16), CardStyle.BUTTON: m.px(16)}[self.part.style]
        grow = m.px(252) if self.part.style is CardStyle.TILE and m.landscape and not m.large else 0
        rows = []
        for start in range(0, len(self.cards), columns):
            gap = between if start else m.px(22)
            rows.append(Row(tuple(self.cards[start : start + columns]), gap, columns, m.gutter, grow=grow))
        if rows and self.part.style is not CardStyle.BUTTON:
            first = rows[0]
            rows[0] = Row(first.cells, part_gap(self.theme), columns, m.gutter, grow=grow)
        return rows

    def widgets(self) -> Sequence[QWidget]:
        """Return the cards."""
        return self.cards

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the card that is read."""
        return [card for card in self.cards if card.card.id == spoken]
