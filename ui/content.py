"""Title and parts of a screen in their zones: one column, two in landscape, upper and lower in low reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.screen import Action, Cards, CardStyle, Drawing, Heading, Picture, Screen
from ui.buttons import ActionButton, Look
from ui.flow import Flow
from ui.frames import Frame
from ui.pager import Pager
from ui.parts.base import Context, Row
from ui.parts.choices import ChoiceView
from ui.parts.fields import FieldView
from ui.parts.pin_pad import PinPadView
from ui.parts.registry import AnyView
from ui.press import Pressable
from ui.rows import heading_of, matches_of, passive_start, rows_of
from ui.theme import Metrics
from ui.title import Brevity, Title
from ui.views import Views

TITLE_IDS = frozenset({"title", "context", "progress", "lead"})


class Content(QWidget):
    """Title and parts. It covers the whole window and lies under everything else."""

    def __init__(self, parent: QWidget, made: Callable[[AnyView], None]) -> None:
        super().__init__(parent)
        self.setObjectName("content")
        self.views = Views(self, made)
        self.title: Title | None = None
        self.start: ActionButton | None = None
        self._context: Context | None = None
        self._pager: Pager | None = None
        self._side_pager: Pager | None = None
        self._frame: Frame | None = None
        self._active: FieldView | None = None
        self._lit: list[QWidget] = []
        self._lower = QRect()

    # what is shown

    def show_screen(self, screen: Screen, context: Context, *, new: bool) -> None:
        """Show title and parts; the layout follows by `lay_out`."""
        hero = is_hero(screen)
        if new or context != self._context:
            self._renew(screen, context, hero, keep_page=not new)
        elif self.title is not None:
            self.title.show_screen(screen)
        parts = [p for p in screen.parts if not (isinstance(p, Picture) and p.drawing is Drawing.SKYLINE)]
        self.views.show(parts, context)
        for pager in filter(None, (self._pager, self._side_pager)):
            pager.lead = self.wanted(screen.focus) if self.views.field(screen.focus) is None else None
        self._show_start(screen.forward if hero and not context.theme.metrics.low else None, context)

    def _renew(self, screen: Screen, context: Context, hero: bool, *, keep_page: bool) -> None:
        pagers = (self._pager, self._side_pager)
        pages = [pager.page if pager and keep_page else 0 for pager in pagers]
        self.views.clear()
        for widget in filter(None, (self.title, self.start)):
            widget.hide()
            widget.deleteLater()
        for pager in filter(None, pagers):
            pager.discard()
        self._lit, self.start, self._active = [], None, None
        self._context = context
        self._pager = Pager(self, context, self._turned)
        self._side_pager = Pager(self, context, self._turned, name="side")
        self._pager.page, self._side_pager.page = pages
        self.title = Title(screen, context, self, hero=hero)
        self.title.show()

    def _show_start(self, action: Action | None, context: Context) -> None:
        if action is None:
            if self.start is not None:
                self.start.hide()
            return
        if self.start is None:
            self.start = ActionButton(action, context, self, Look.HERO)
        elif self.start.action != action:
            self.start.set_action(action)

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
        if self._context is None or self.title is None or self._pager is None:
            return
        self._frame, self._active = frame, active
        for view in self.views:
            if isinstance(view, FieldView):
                view.fold(False)
            elif isinstance(view, ChoiceView):
                view.bare = False
        m = self._context.theme.metrics
        if m.landscape:
            self._landscape(frame, anchor)
        elif m.low:
            self._low(frame, anchor)
        else:
            self._portrait(frame, anchor)
        self.update()

    def _portrait(self, frame: Frame, anchor: QWidget | None) -> None:
        rect = self._under(frame, Brevity.FULL)
        if frame.typing and self._is_cramped(rect):
            rect = self._under(frame, Brevity.ALONE)
        elif not frame.typing and self._is_too_tall(list(self.views), rect):
            self._place_in_turn(list(self.views), frame, anchor, lambda brevity: self._under(frame, brevity))
            return
        self._place(list(self.views), rect, frame, anchor)

    def _is_too_tall(self, views: Sequence[AnyView], rect: QRect) -> bool:
        """Whether something does not fit on any page as it is."""
        m, flow = self._metrics(), self._flow(rect.width())
        rows = self._rows(views, rect.width(), start=True)
        room = rect.height() - m.button - m.px(28)
        return flow.tallest(rows) > room and flow.height(rows) > rect.height()

    def _place_in_turn(
        self, views: Sequence[AnyView], frame: Frame, anchor: QWidget | None, under: Callable[[Brevity], QRect]
    ) -> None:
        """Give the whole title to the first page, and to all further ones the title alone."""
        whole, rect = under(Brevity.FULL), under(Brevity.ALONE)
        first = whole.top() - rect.top() if not frame.typing else 0
        self._place(views, rect, frame, anchor, first=first)
        if first and self._pager is not None and self._pager.page == 0:
            under(Brevity.FULL)

    def _under(self, frame: Frame, brevity: Brevity) -> QRect:
        """Place the title in portrait; return what is left under it."""
        m = self._metrics()
        if self.title is not None:
            self.title.brevity = brevity
        top = self._place_title(QRect(m.margin, frame.top + self._air(), self._wide(), 0)) + self._under_title()
        return QRect(m.margin, top, self._wide(), frame.floor - top)

    def _is_cramped(self, rect: QRect) -> bool:
        """Whether the field being filled does not fit, not even without its hint."""
        if self._active is None:
            return False
        self._active.block.compact = True
        height = self._flow(rect.width()).height(self._rows([self._active], rect.width(), start=False))
        self._active.block.compact = False
        return height > rect.height()

    def _low(self, frame: Frame, anchor: QWidget | None) -> None:
        m = self._metrics()
        start = max(m.comfort, frame.top)
        rect = self._under(frame, Brevity.FULL)
        if frame.typing and self._is_cramped(rect):
            rect = self._under(frame, Brevity.ALONE)
        top = rect.top()
        upper = QRect(m.margin, top, self._wide(), start - m.px(54) - top)
        above = passive_start(list(self.views))
        above = self._fitting(above, upper)
        self._stack(above, upper)
        self._lower = QRect(m.margin, max(start, top), self._wide(), frame.floor - max(start, top))
        below = [view for view in self.views if view not in above]
        if frame.typing:
            self._raise_lower(below, top)
            if above and self._lower.top() < top + self._flow(upper.width()).height(
                self._rows(above, upper.width(), start=False)
            ):
                below = list(self.views)
        elif self._pager is not None:
            flow = self._flow(self._lower.width())
            needed = flow.tallest(self._rows(below, self._lower.width(), start=False)) + m.button + m.px(28)
            if needed > self._lower.height():  # better higher than cut
                self._lower.setTop(max(top, m.ceiling, self._lower.bottom() + 1 - needed))
                below = list(self.views)
        self._place(below, self._lower, frame, anchor)

    def _raise_lower(self, views: Sequence[AnyView], title: int) -> None:
        """Let the operated part begin higher while typing: field and error come before reach."""
        if self._pager is None or self._active is None:
            return
        width, m = self._lower.width(), self._metrics()
        flow = self._flow(width)
        wanted = flow.height(self._rows(views, width, start=False))
        if wanted - self._lower.height() > m.px(140):
            wanted = flow.height(
                self._rows([self._active, *matches_of(self._active, list(self.views))], width, start=False)
            )
        missing = wanted - self._lower.height()
        if missing > 0:
            self._lower.setTop(max(title, m.ceiling, self._lower.top() - missing))

    def _landscape(self, frame: Frame, anchor: QWidget | None) -> None:
        m = self._metrics()
        zones = m.zones
        aside = QRect(zones.aside)
        aside.setTop(frame.top + m.px(12))
        main = QRect(zones.body)
        main.setTop(aside.top())
        main.setBottom(frame.floor - 1)
        start = self._rows([], aside.width(), start=True)
        under_it = self._flow(aside.width()).height(start) + self._under_title() if start else 0
        if not self._title_fits(aside.width(), frame.side - aside.top() - under_it):
            self._title_over(main, aside, frame, anchor)
            return
        top = max(self._place_title(aside) + self._under_title(), m.ceiling)
        main.setTop(max(main.top(), m.ceiling))
        left = QRect(aside.left(), top, aside.width(), frame.side - top)
        above = self._aside(left, main)
        if frame.typing and self._active in above:
            above = []
        if self._side_pager is not None:
            self._side_pager.place(self._rows(above, left.width(), start=True), left, anchor)
        self._place([view for view in self.views if view not in above], main, frame, anchor, start=False)

    def _title_over(self, main: QRect, aside: QRect, frame: Frame, anchor: QWidget | None) -> None:
        """Put the title over what it is the title of: that is better than cut. All parts are in one column then."""
        if self._side_pager is not None:
            self._side_pager.place([], aside)
        over, views = self._over(main, aside, Brevity.FULL), list(self.views)
        if frame.typing or self._is_too_tall(views, over):
            self._place_in_turn(views, frame, anchor, lambda brevity: self._over(main, aside, brevity))
        else:
            self._place(views, over, frame, anchor)

    def _title_fits(self, width: int, height: int) -> bool:
        """Make the title as large as fits into a column; whether it does at all."""
        title = self.title
        if title is None:
            return True
        for title.brevity in (Brevity.FULL, Brevity.SMALLER):
            if title.height_for(width) <= height:
                return True
        title.brevity = Brevity.FULL
        return False

    def _over(self, main: QRect, aside: QRect, brevity: Brevity) -> QRect:
        """Place the whole title over the right column, or the title alone in the left; return the room for parts."""
        if self.title is not None:
            self.title.brevity = brevity
        if brevity is Brevity.FULL:
            top = self._place_title(main) + self._under_title()
        else:
            self._place_title(aside)
            top = max(main.top(), self._metrics().ceiling)
        return QRect(main.left(), top, main.width(), main.bottom() + 1 - top)

    def _place_title(self, rect: QRect) -> int:
        title = self.title
        if title is None:
            return rect.top()
        height = title.height_for(rect.width())
        title.setGeometry(rect.left(), rect.top(), rect.width(), height)
        return rect.top() + height

    def _place(  # noqa: PLR0913
        self,
        views: Sequence[AnyView],
        rect: QRect,
        frame: Frame,
        anchor: QWidget | None,
        *,
        start: bool = True,
        first: int = 0,
    ) -> None:
        """Put the operated parts into their zone, folded where the keyboard leaves no room."""
        if self._pager is None:
            return
        rows = self._rows(views, rect.width(), start=start)
        if frame.typing and self._active is not None:
            anchor = self._active.block
            rows = self._rows_while_typing(views, self._active, rect, rows, start=start)
        self._pager.place(rows, rect, anchor, typing=frame.typing, first=first)

    def _rows_while_typing(
        self, views: Sequence[AnyView], active: FieldView, rect: QRect, rows: list[Row], *, start: bool
    ) -> list[Row]:
        """Make room above the keyboard: other fields are folded, the hint goes, then the words over matches."""
        width, flow = rect.width(), self._flow(rect.width())
        if flow.height(rows) <= rect.height():
            return rows
        for view in views:
            if isinstance(view, FieldView) and view is not active:
                view.fold(True)
        matches = matches_of(active, list(self.views))
        needed: list[AnyView] = [active, *matches]
        active.block.compact = flow.height(self._rows(needed, width, start=False)) > rect.height()
        active.block.terse = flow.height(self._rows([active], width, start=False)) > rect.height()
        fits = flow.height(self._rows(needed, width, start=False)) <= rect.height()
        for choice in matches:
            choice.bare = not fits
        return self._rows(views, width, start=start)

    def _flow(self, width: int) -> Flow:
        return Pager.flow_of(self._metrics(), width)

    def _stack(self, views: Sequence[AnyView], rect: QRect) -> None:
        """Put parts that surely fit one under the other."""
        if self._pager is None or self._context is None:
            return
        Pager(self, self._context, lambda: None).place(self._rows(views, rect.width(), start=False), rect)

    def _rows(self, views: Sequence[AnyView], width: int, *, start: bool) -> list[Row]:
        m = self._metrics()
        first = (Row((self.start,), m.px(40)),) if start and self.start is not None and not m.low else ()
        return rows_of(views, width, m, *first)

    # which parts stand beside or above what is operated

    def _aside(self, rect: QRect, main: QRect) -> list[AnyView]:
        """Return what stands in the left column: what is told, or beside tiles all that is narrow."""
        views = list(self.views)
        tiles = [n for n, v in enumerate(views) if isinstance(v.part, Cards) and v.part.style is CardStyle.TILE]
        if any(len(views[n].part.cards) > 2 for n in tiles):
            headed = {above for n in tiles for above in heading_of(views, n)}
            narrow = [v for n, v in enumerate(views) if n not in tiles and n not in headed and v.narrow]
            fitting = self._fitting(narrow, rect)
            rest = self._rows([view for view in views if view not in fitting], main.width(), start=False)
            if len(fitting) == len(narrow) or self._flow(main.width()).height(rest) <= main.height():
                return fitting
            return narrow if self._pages_fit(narrow, rect) else fitting
        passive = self._fitting(passive_start(views), rect)
        return passive if len(passive) < len(views) else passive[: len(passive) // 2]

    def _fitting(self, views: list[AnyView], rect: QRect) -> list[AnyView]:
        """Return as many of the first parts as fit, no heading as the last."""
        if self._pager is None:
            return []
        while views:
            rows = self._rows(views, rect.width(), start=self._metrics().landscape)
            last_is_heading = isinstance(views[-1].part, Heading)
            if not last_is_heading and self._flow(rect.width()).height(rows) <= rect.height():
                break
            views = views[:-1]
        return views

    def _pages_fit(self, views: list[AnyView], rect: QRect) -> bool:
        """Whether parts fit on one page, or at least each of their groups on one with a button."""
        if self._pager is None:
            return False
        flow, rows = self._flow(rect.width()), self._rows(views, rect.width(), start=True)
        m = self._metrics()
        return flow.height(rows) <= rect.height() or flow.tallest(rows) <= rect.height() - m.button - m.px(28)

    # small measures

    def _metrics(self) -> Metrics:
        if self._context is None:
            raise RuntimeError("nothing is shown yet")
        return self._context.theme.metrics

    def _wide(self) -> int:
        m = self._metrics()
        return m.window.width() - 2 * m.margin

    def _air(self) -> int:
        m = self._metrics()
        if self.title is not None and self.title.hero:
            return m.px(40)
        return 0 if m.extra else m.px(22)

    def _under_title(self) -> int:
        m = self._metrics()
        return m.by_size(32, 36, 32, 36)

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
        pagers = filter(None, (self._side_pager, self._pager))
        return [pager.button for pager in pagers if pager.button is not None]

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
        if self._context is None:
            return
        painter = QPainter(self)
        theme = self._context.theme
        if theme.metrics.low:
            line = self._lower.top() - theme.metrics.px(30)
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
