"""Puts rows of widgets into a rectangle, on as many pages as they need, with a button to the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.events import Touched
from kiosk.parts import Action
from kiosk.text import Text, Verbatim, msg
from ui.buttons import ActionButton
from ui.flow import Flow, Placed
from ui.metrics import Metrics, Role
from ui.parts.base import Context, Row


class Pager:
    """The rows of one zone. `turned` is called after the visitor turned the page.

    The row of `lead`, and what is kept with it, come first where they would be on a later page.
    """

    def __init__(self, parent: QWidget, context: Context, turned: Callable[[], None], name: str = "pager") -> None:
        self._parent, self._context, self._turned, self._name = parent, context, turned, name
        self.page = 0
        self.pages = 1
        self.lead: QWidget | None = None
        self._more: ActionButton | None = None

    def place(
        self,
        rows: Sequence[Row],
        rect: QRect,
        anchor: QWidget | None = None,
        *,
        typing: bool = False,
        first: int = 0,
    ) -> None:
        """Show the page with `anchor`, or the present one. While typing, what is around the anchor.

        The first page begins `first` pixels lower.
        """
        flow = self.flow(rect.width()).fitted(rows, rect.height())
        m = self._context.theme.metrics
        if typing and flow.height(rows) > rect.height():
            shown = flow.around(rows, rect.height(), _index(rows, anchor))
            self._show(rows, flow.stack(shown), rect)
            self._hide_more()
            return
        button = m.button
        pages = flow.pages(rows, rect.height(), button + m.px(28), first)
        if self.lead is not None and _index(pages[0], self.lead, -1) < 0:
            rows = flow.led(rows, _index(rows, self.lead))
            pages = flow.pages(rows, rect.height(), button + m.px(28), first)
        self.pages = len(pages)
        if anchor is not None:
            self.page = next((n for n, page in enumerate(pages) if _index(page, anchor, -1) >= 0), self.page)
        self.page = min(self.page, len(pages) - 1)
        if self.page == 0:
            rect = rect.adjusted(0, first, 0, 0)
        if len(pages) == 1:
            self._show(rows, flow.spread(pages[0], rect.height()) if not typing else flow.stack(pages[0]), rect)
            self._hide_more()
            return
        self._show(rows, flow.squeezed(pages[self.page], rect.height() - button - m.px(28)), rect)
        self._show_more(pages, QRect(rect.left(), rect.bottom() + 1 - button, rect.width(), button))

    def flow(self, width: int) -> Flow:
        """Return how rows flow in a width."""
        return self.flow_of(self._context.theme.metrics, width)

    @staticmethod
    def flow_of(m: Metrics, width: int) -> Flow:
        """Return how rows flow in a width in a window of these measures."""
        return Flow(width, m.px(20), m.gap)

    @property
    def button(self) -> ActionButton | None:
        """The button to the next page, while there is one."""
        return self._more if self._more is not None and not self._more.isHidden() else None

    def discard(self) -> None:
        """Remove the button."""
        if self._more is not None:
            self._more.hide()
            self._more.deleteLater()
            self._more = None

    def _show(self, rows: Sequence[Row], placed: Sequence[Placed], rect: QRect) -> None:
        shown = {id(cell) for p in placed for cell in p.row.cells}
        for row in rows:
            for cell in row.cells:
                if id(cell) not in shown:
                    cell.hide()
        for p in placed:
            self._place_row(p, rect)

    def _place_row(self, placed: Placed, rect: QRect) -> None:
        row = placed.row
        widths = row.widths(rect.width())
        x = rect.left()
        for cell, width in zip(row.cells, widths, strict=True):
            left = x if not self._context.theme.rtl else rect.left() + rect.right() - x - width + 1
            cell.setGeometry(left, rect.top() + placed.y, width, placed.height)
            cell.show()
            x += width + row.gutter

    # the button

    def _show_more(self, pages: Sequence[Sequence[Row]], rect: QRect) -> None:
        words, name = msg("ui.top"), ""
        if self.page < len(pages) - 1:
            name = _name(pages[self.page + 1])
            words = msg("ui.more.of", what=name) if name else msg("ui.more")
        icon = "arrow-down" if self.page < len(pages) - 1 else "arrow-up"
        action = Action("more", self._short(words, name, rect.width()), Touched(), icon=icon)
        if self._more is None:
            self._more = ActionButton(action, self._context, self._parent)
            self._more.acted.connect(self._turn)
        self._more.set_action(action)
        self._more.setAccessibleName(self._context.say(words))
        self._more.setObjectName(f"{self._name}/more")
        self._more.setGeometry(rect)
        self._more.show()

    def _short(self, words: Text, name: str, width: int) -> Text:
        """Return the words for the button that stay on one line: what follows in full, its name, or "more"."""
        theme = self._context.theme
        room = width - theme.metrics.icon - theme.metrics.px(18 + 2 * 28)
        choices: tuple[Text, ...] = (words, Verbatim(name)) if name else (words,)
        fitting = (each for each in choices if theme.width_of(self._context.say(each), Role.BUTTON) <= room)
        return next(fitting, msg("ui.more"))

    def _hide_more(self) -> None:
        if self._more is not None:
            self._more.hide()

    def _turn(self) -> None:
        self.page = (self.page + 1) % self.pages
        self._turned()


def _index(rows: Sequence[Row], widget: QWidget | None, otherwise: int = 0) -> int:
    if widget is None:
        return otherwise
    holders = [n for n, row in enumerate(rows) if any(c is widget or c.isAncestorOf(widget) for c in row.cells)]
    return holders[0] if holders else otherwise


def _name(rows: Sequence[Row]) -> str:
    """Return what a page is called: by what is to be done there, else by what it begins with."""
    asks = next((row.name for row in rows if row.asks), "")
    return asks or (rows[0].name if rows else "")
