"""Buttons with words: actions of screen, parts and dialogs, and all that lays words on a `Sheet`."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.events import Touched
from kiosk.parts import Action, ActionStyle
from ui.metrics import Role
from ui.parts.base import Context
from ui.press import Box, Pressable
from ui.theme import Theme
from ui.words import Sheet, balanced, longest_word


class SheetButton(Pressable):
    """A button whose words and icons lie on a sheet, in the middle of its height."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self._sheet: Sheet | None = None

    def compose(self, width: int) -> Sheet:
        """Return words and icons for a width, without the space above and below."""
        raise NotImplementedError

    def padding(self) -> int:
        """Return the space above and below."""
        return self.theme.metrics.px(16)

    def smallest(self) -> int:
        """Return the least height."""
        return self.theme.metrics.button

    def sheet(self, width: int) -> Sheet:
        """Return the sheet for a width."""
        if self._sheet is None or self._sheet.width != width:
            self._sheet = self.compose(width)
        return self._sheet

    def changed(self) -> None:
        """Say that words have changed."""
        self._sheet = None
        self.update()

    def height_for(self, width: int) -> int:
        """Return the height that is needed at a width."""
        return max(self.smallest(), self.sheet(width).height + 2 * self.padding())

    def colour(self, role: str) -> QColor:
        """Return the colour of a role in the present state."""
        p = self.theme.palette
        if self.blocked:
            return p.bg if role.endswith("tint") else p.disabled
        if self.isDown() and role in ("text", "muted"):
            return self.ink()
        return getattr(p, role)  # type: ignore[no-any-return]

    def paint(self, painter: QPainter) -> None:
        """Draw the box and the sheet."""
        super().paint(painter)
        sheet = self.sheet(self.width())
        sheet.paint(painter, self.colour, (self.height() - sheet.height) / 2)


class Look(Enum):
    """How an action looks."""

    FILLED = auto()
    OUTLINED = auto()
    HERO = auto()
    """Filled, large words at the reading edge, the icon at the other: the start of everything."""
    STACKED = auto()
    """Outlined, the icon above the words."""
    LARGE = auto()
    """Filled, higher, with larger words: the answer that a dialog hopes for."""


class ActionButton(SheetButton):
    """An `Action` as a button. It posts the action's event; a blocked one says why and posts `Touched`."""

    def __init__(
        self, action: Action, context: Context, parent: QWidget | None = None, look: Look | None = None
    ) -> None:
        super().__init__(context.theme, context.say(action.label), parent)
        self.context, self.action = context, action
        self._fixed_look = look
        self.small = False
        self.set_action(action)
        self.acted.connect(lambda: self.context.post(self.action.event))
        self.refused.connect(lambda: self.context.post(Touched()))

    def set_action(self, action: Action) -> None:
        """Show another state of the action."""
        self.action = action
        self.setObjectName(f"action/{action.id}")
        self.words = self.context.say(action.label)
        self.setAccessibleName(self.words)
        why = self.context.say(action.why_disabled)
        self.set_blocked(why)
        if why:
            self.words = f"{self.words}: {why}"
        self.changed()

    @property
    def look(self) -> Look:
        """How it looks: filled if it is the primary action."""
        if self._fixed_look:
            return self._fixed_look
        return Look.FILLED if self.action.style is ActionStyle.PRIMARY else Look.OUTLINED

    @property
    def filled(self) -> bool:
        """Whether it is filled with the action colour."""
        return self.look in (Look.FILLED, Look.HERO, Look.LARGE)

    def padding(self) -> int:
        """Return the space above and below: little, since the height is generous."""
        return self.theme.metrics.px(6)

    def smallest(self) -> int:
        """Return the least height: the start button is the highest."""
        m = self.theme.metrics
        if self.look is Look.HERO:
            return m.px(152) if not m.landscape else m.px(112)
        if self.look is Look.LARGE:
            return m.px(136) if not m.landscape else m.px(112)
        return m.by_size(80, 80, 96, 104) if self.small else m.button

    def role(self) -> Role:
        """Return the role of the words."""
        return Role.H2 if self.look in (Look.HERO, Look.LARGE) else Role.BUTTON

    def natural_width(self) -> int:
        """Return the width at which the words stand on one line."""
        m = self.theme.metrics
        icon = m.icon + m.px(18) if self._icon() else 0
        return self.theme.width_of(self.words, self.role()) + icon + 2 * m.px(28)

    def least_width(self) -> int:
        """Return the width below which a word would be cut."""
        m = self.theme.metrics
        icon = m.icon + m.px(18) if self._icon() and self.look is not Look.STACKED else 0
        return longest_word(self.theme, self.words, self.role()) + icon + 2 * m.px(20)

    def _icon(self) -> str:
        return "" if self.blocked else self.action.icon

    def compose(self, width: int) -> Sheet:
        """Lay out icon and words."""
        if self.look is Look.HERO:
            return self._hero(width)
        if self.look is Look.STACKED and self._icon():
            return self._stacked(width)
        return self._centred(width)

    def _centred(self, width: int) -> Sheet:
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        icon, size, gap = self._icon(), m.icon, m.px(18)
        room = width - 2 * m.px(18) - (size + gap if icon else 0)
        if icon and longest_word(self.theme, self.words, self.role()) > room:  # better without the icon than cut
            icon, room = "", width - 2 * m.px(18)
        probe = balanced(self.words, self.theme, self.role(), room)
        used = min(probe.longest, room)
        start = (width - used - (size + gap if icon else 0)) // 2
        text_x = start if not icon or self.action.icon_after else start + size + gap
        block = sheet.text(text_x, 0, used + 1, self.words, self.role(), self._ink_role(), centred=probe.lines > 1)
        if icon:
            icon_x = start + used + gap if self.action.icon_after else start
            sheet.icon(icon_x, max(0, (block.height - size) // 2), size, icon, self._ink_role())
        return sheet

    def _stacked(self, width: int) -> Sheet:
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        sheet.icon((width - m.icon) // 2, 0, m.icon, self._icon(), self._ink_role())
        side = m.px(12)
        sheet.text(side, m.icon + m.px(8), width - 2 * side, self.words, self.role(), self._ink_role(), centred=True)
        return sheet

    def _hero(self, width: int) -> Sheet:
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        side, size = m.px(50), m.px(60)
        room, usual = width - 2 * side - size - m.px(24), self.theme.font_of(50, bold=True)
        words = max(QFontMetrics(usual).horizontalAdvance(word) + 2 for word in self.words.split())
        font = usual if words <= room else self.theme.font_of(49 * room / words, bold=True)  # better smaller than cut
        block = sheet.text_in(side, 0, room, self.words, font, self._ink_role())
        if self._icon():
            sheet.icon(width - side - size, max(0, (block.height - size) // 2), size, self._icon(), self._ink_role())
        return sheet

    def _ink_role(self) -> str:
        return "on_action" if self.filled else "action"

    def box(self) -> Box:
        """Return the box of the present state."""
        p, m = self.theme.palette, self.theme.metrics
        if self.blocked:
            return Box(QColor(0, 0, 0, 0), p.disabled, m.edge, dashed=True)
        if self.filled:
            return Box(p.action_pressed if self.isDown() else p.action, p.action, 0)
        if self.isDown():
            return Box(p.action_tint, p.action, m.px(4))
        if self.spoken:
            return Box(p.spoken, p.action, m.edge)
        return Box(p.surface, p.action, m.edge)

    def paint_reading_edge(self, painter: QPainter, rect: QRectF) -> None:
        """Filled buttons are shown as spoken by a yellow ring inside their border, others by the bar."""
        if not self.filled:
            super().paint_reading_edge(painter, rect)
            return
        m = self.theme.metrics
        inset = m.px(8)
        painter.save()
        painter.setPen(QPen(self.theme.palette.spoken, m.px(8)))
        painter.setBrush(QColor(0, 0, 0, 0))
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), m.px(4), m.px(4))
        painter.restore()
