"""The action row: back at the left, forward at the right, always in the same place."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget

from kiosk.parts import Action
from kiosk.screen import Screen
from ui.buttons import ActionButton
from ui.parts.base import Context
from ui.theme import Theme


class ActionRow(QWidget):
    """Back and forward, and between them what a screen has besides ("Normale Höhe", "Stimme").

    Signal: `went_on` after the way forward was pressed and its event posted.
    """

    went_on = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("actions")
        self._context: Context | None = None
        self._buttons: dict[str, ActionButton] = {}

    def show_screen(self, screen: Screen, context: Context, *, hero: bool) -> None:
        """Show the actions of a screen. With `hero` forward stands in the content instead."""
        wanted: dict[str, Action] = {}
        if screen.back is not None:
            wanted["back"] = screen.back
        if screen.extra is not None:
            wanted["extra"] = screen.extra
        if screen.voice is not None:
            wanted["voice"] = screen.voice
        if screen.forward is not None and not hero:
            wanted["forward"] = screen.forward
        if context is not self._context:
            self._clear()
        self._context = context
        for place in [place for place in self._buttons if place not in wanted]:
            self._remove(place)
        for place, action in wanted.items():
            button = self._buttons.get(place)
            if button is None:
                self._buttons[place] = self._new_button(place, action, context)
            elif button.action != action:
                button.set_action(action)
        self._buttons = {place: self._buttons[place] for place in wanted}

    def _new_button(self, place: str, action: Action, context: Context) -> ActionButton:
        button = ActionButton(action, context, self)
        if place == "forward":
            button.acted.connect(self.went_on)
        return button

    def buttons(self) -> list[ActionButton]:
        """Return the buttons in reading order: for the left hand the way on comes first."""
        back = self._context is not None and self._context.theme.rtl
        return sorted(self._buttons.values(), key=lambda b: (b.y(), -b.x() if back else b.x()))

    @property
    def lit(self) -> list[ActionButton]:
        """What is lit up."""
        return [button for button in self.buttons() if button.spoken]

    def height_for(self, width: int) -> int:
        """Return the height that is needed: more than usual where words need two rows."""
        if not self._buttons or self._context is None:
            return 0
        rows = self._rows(self._context.theme, width)
        gap = self._context.theme.metrics.gap
        heights = [max(b.height_for(w) for b, _, w in row) for row in rows]
        return sum(heights) + gap * (len(rows) - 1)

    def place(self, rect: QRect) -> None:
        """Lay the buttons out in `rect` of the window."""
        self.setGeometry(rect)
        if self._context is None or not self._buttons:
            self.hide()
            return
        theme = self._context.theme
        y = 0
        rows = self._rows(theme, rect.width())
        for row in rows:
            high = max(b.height_for(w) for b, _, w in row) if len(rows) > 1 else rect.height()
            for button, x, width in row:
                left = x if not theme.metrics.swapped else rect.width() - x - width
                button.setGeometry(left, y, width, high)
                button.show()
            y += high + theme.metrics.gap
        self.show()

    def _rows(self, theme: Theme, width: int) -> list[list[tuple[ActionButton, int, int]]]:
        """Return rows of (button, x, width): side by side where no word is cut, else one a row."""
        buttons = list(self._buttons.values())
        if len(buttons) == 1:
            return [[(buttons[0], 0, width)]]
        gutter = theme.metrics.gutter
        shares = _shares(buttons, theme, width - gutter * (len(buttons) - 1))
        if shares is not None:
            return [_side_by_side(buttons, shares, gutter)]
        *first, last = buttons
        upper = _shares(first, theme, width - gutter * (len(first) - 1)) if len(first) > 1 else None
        if upper is not None:
            return [_side_by_side(first, upper, gutter), [(last, 0, width)]]
        return [[(button, 0, width)] for button in buttons]

    def _remove(self, place: str) -> None:
        button = self._buttons.pop(place)
        button.hide()
        button.deleteLater()

    def _clear(self) -> None:
        for place in list(self._buttons):
            self._remove(place)


def _side_by_side(buttons: list[ActionButton], shares: list[int], gutter: int) -> list[tuple[ActionButton, int, int]]:
    row, x = [], 0
    for button, share in zip(buttons, shares, strict=True):
        row.append((button, x, share))
        x += share + gutter
    return row


def _shares(buttons: list[ActionButton], theme: Theme, free: int) -> list[int] | None:
    """Return the widths of buttons side by side, or None where words would be cut or towers built."""
    count = len(buttons)
    naturals = [button.natural_width() for button in buttons]
    if count == 2 and naturals[0] <= free * 0.28 and not theme.metrics.large:
        return [free // 3, free - free // 3]
    if all(natural <= free // count for natural in naturals):
        return [free // count] * count
    if sum(naturals) <= free:
        spare = (free - sum(naturals)) // count
        return [natural + spare for natural in naturals]
    least = [button.least_width() for button in buttons]
    if any(need > free // count for need in least):
        return None
    shares = [max(need, free * natural // sum(naturals)) for need, natural in zip(least, naturals, strict=True)]
    shares[-1] = free - sum(shares[:-1])
    tall = any(
        b.sheet(w).height > 2.2 * theme.leading(theme.font(b.role())) for b, w in zip(buttons, shares, strict=True)
    )
    return None if tall or shares[-1] < least[-1] else shares
