"""Title and parts of a screen: made, changed in place, lit up while they are read, and drawn upon."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.parts import Action, Drawing, Picture
from kiosk.screen import Screen
from ui.arrangement import Arrangement
from ui.buttons import ActionButton, Look
from ui.frames import Frame
from ui.pager import Pager
from ui.parts.base import Context
from ui.parts.fields import FieldView
from ui.parts.pin_pad import PinPadView
from ui.parts.registry import AnyView
from ui.press import Pressable
from ui.title import Title
from ui.views import Views

TITLE_IDS = frozenset({"title", "context", "progress", "lead"})


class Content(QWidget):
    """Title and parts. It covers the whole window and lies under everything else."""

    def __init__(self, parent: QWidget, made: Callable[[AnyView], None]) -> None:
        super().__init__(parent)
        self.setObjectName("content")
        self.views = Views(self, made)
        self.title: Title | None = None
        self._context: Context | None = None
        self._arrangement: Arrangement | None = None
        self._frame: Frame | None = None
        self._lit: list[QWidget] = []

    # what is shown

    @property
    def start(self) -> ActionButton | None:
        """The largest button of a first screen, if it has been shown."""
        return self._arrangement.start if self._arrangement is not None else None

    @property
    def _pagers(self) -> tuple[Pager, ...]:
        return self._arrangement.pagers if self._arrangement is not None else ()

    def show_screen(self, screen: Screen, context: Context, *, new: bool) -> None:
        """Show title and parts; the layout follows by `lay_out`."""
        hero = is_hero(screen)
        if new or context != self._context:
            self._renew(screen, context, hero, keep_page=not new)
        elif self.title is not None:
            self.title.show_screen(screen)
        parts = [p for p in screen.parts if not (isinstance(p, Picture) and p.drawing is Drawing.SKYLINE)]
        self.views.show(parts, context)
        for pager in self._pagers:
            pager.lead = self.wanted(screen.focus) if self.views.field(screen.focus) is None else None
        self._show_start(screen.forward if hero and not context.theme.metrics.low else None, context)

    def _renew(self, screen: Screen, context: Context, hero: bool, *, keep_page: bool) -> None:
        pages = [pager.page for pager in self._pagers] if keep_page else []
        self.views.clear()
        for widget in filter(None, (self.title, self.start)):
            widget.hide()
            widget.deleteLater()
        for pager in self._pagers:
            pager.discard()
        self._lit = []
        self._context = context
        self.title = Title(screen, context, self, hero=hero)
        self._arrangement = Arrangement(self, context, self.title, self.views, self._turned)
        for pager, page in zip(self._pagers, pages, strict=False):
            pager.page = page
        self.title.show()

    def _show_start(self, action: Action | None, context: Context) -> None:
        if action is None:
            if self.start is not None:
                self.start.hide()
        elif self.start is not None:
            if self.start.action != action:
                self.start.set_action(action)
        elif self._arrangement is not None:
            self._arrangement.start = ActionButton(action, context, self, Look.HERO)

    def _turned(self) -> None:
        if self._frame is not None and self.title is not None:
            self.lay_out(self._frame, None)
            self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    # layout

    def widgets_of(self, part: str) -> Sequence[QWidget]:
        """Return the widgets of a part; none if there is no such part."""
        return next((view.widgets() for view in self.views if view.part.id == part), ())

    def wanted(self, part: str) -> QWidget | None:
        """Return the first widget of a part, for the page that has it to be shown."""
        return next(iter(self.widgets_of(part)), None)

    def first(self) -> QWidget | None:
        """Return the first widget of the first part."""
        return next((widget for view in self.views for widget in view.widgets()), None)

    def lay_out(self, frame: Frame, active: FieldView | None, anchor: QWidget | None = None) -> None:
        """Put everything at its place. `active` is being filled; `anchor` shall be on the page shown."""
        if self._arrangement is None:
            return
        self._frame = frame
        self._arrangement.lay_out(frame, active, anchor)
        self.update()

    # reading aloud

    def light(self, spoken: str, relay: Callable[[QWidget], None]) -> None:
        """Light up what is being read; `relay` turns to the page that it is on."""
        if self.title is not None:
            self.title.set_spoken(spoken in TITLE_IDS)
        if self.start is not None:
            self.start.set_spoken(self.start.action.id == spoken)
        lit = self.views.light(spoken)
        if lit == self._lit and not lit:
            return
        self._lit = lit
        if lit and not any(widget.isVisibleTo(self) for widget in lit):
            relay(lit[0])
        self.update()

    @property
    def lit(self) -> list[QWidget]:
        """What is lit up, in reading order."""
        first = [widget for widget in (self.title,) if widget is not None and widget.lit]
        start = [self.start] if self.start is not None and self.start.spoken else []
        return [*first, *start, *self._lit]

    def turners(self) -> list[ActionButton]:
        """Return the buttons to further pages, as far as there are any."""
        return [pager.button for pager in self._pagers if pager.button is not None]

    def pin_pad(self) -> PinPadView | None:
        """Return the PIN pad, if there is one."""
        return next((view for view in self.views if isinstance(view, PinPadView)), None)

    def place_in_order(self, widget: QWidget) -> tuple[int, ...]:
        """Return where the cell that holds a widget stands in the order of reading: smaller comes first."""
        cell = widget
        while (holder := cell.parentWidget()) is not None and holder is not self:
            cell = holder
        corner, context = cell.pos(), self._context
        across = -corner.x() if context is not None and context.theme.rtl else corner.x()
        if context is None or not context.theme.metrics.landscape:
            return (corner.y(), across)
        main = context.theme.metrics.zones.body
        return (main.left() <= cell.geometry().center().x() <= main.right(), corner.y(), across)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the passive ground of low reach, and the yellow under what is being read."""
        if self._context is None or self._arrangement is None:
            return
        painter = QPainter(self)
        theme = self._context.theme
        if theme.metrics.low:
            line = self._arrangement.lower.top() - theme.metrics.px(30)
            painter.fillRect(QRect(0, 0, self.width(), line), theme.palette.sunken)
            painter.fillRect(QRect(0, line, self.width(), theme.metrics.line), theme.palette.line)
        for widget in self._spoken_widgets():
            self._paint_ground(painter, widget)
        painter.end()

    def _spoken_widgets(self) -> list[QWidget]:
        lit = [w for w in self._lit if not isinstance(w, Pressable) and w.isVisibleTo(self)]
        return [self.title, *lit] if self.title is not None and self.title.lit else lit

    def _paint_ground(self, painter: QPainter, widget: QWidget) -> None:
        if self._context is None:
            return
        theme = self._context.theme
        m, p = theme.metrics, theme.palette
        out, bar = m.px(10), m.px(12)
        rect = widget.geometry().adjusted(-out - bar, -out, out, out)
        edge = QRectF(rect.left(), rect.top(), bar, rect.height())
        if theme.rtl:
            edge.moveRight(rect.right() + 1)
        painter.fillRect(rect, p.spoken)
        painter.fillRect(edge, p.text)


def is_hero(screen: Screen) -> bool:
    """Whether this is a first screen: the town above, and the start as the largest button of the content."""
    return any(isinstance(part, Picture) and part.drawing is Drawing.SKYLINE for part in screen.parts)
