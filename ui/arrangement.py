"""Where title and parts of a screen stand: one column, two in landscape, upper and lower in low reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.parts import Cards, CardStyle, Heading
from ui.buttons import ActionButton
from ui.flow import Flow
from ui.frames import Frame
from ui.pager import Pager
from ui.parts.base import Context, Row
from ui.parts.choices import ChoiceView
from ui.parts.fields import FieldView
from ui.parts.registry import AnyView
from ui.rows import heading_of, matches_of, passive_start, rows_of
from ui.title import Brevity, Title
from ui.views import Views


class Arrangement:
    """Where the title and the parts of one drawn screen stand on the window: on as many pages as they need.

    `start` is the largest button of a first screen, once there is one: it comes before the parts. `lower` is where the
    operated parts lie in low reach. `turned`: see `Pager`.
    """

    def __init__(
        self, parent: QWidget, context: Context, title: Title, views: Views, turned: Callable[[], None]
    ) -> None:
        self._parent, self._context, self._title, self._views = parent, context, title, views
        self._m = context.theme.metrics
        self._pager = Pager(parent, context, turned)
        self._side_pager = Pager(parent, context, turned, name="side")
        self.start: ActionButton | None = None
        self.lower = QRect()
        self._active: FieldView | None = None

    @property
    def pagers(self) -> tuple[Pager, Pager]:
        """The pager of the left column of a wide screen, and that of what is operated."""
        return (self._side_pager, self._pager)

    def lay_out(self, frame: Frame, active: FieldView | None, anchor: QWidget | None) -> None:
        """Put everything at its place. `active` is being filled; `anchor` shall be on the page shown."""
        self._active = active
        for view in self._views:
            if isinstance(view, FieldView):
                view.fold(False)
            elif isinstance(view, ChoiceView):
                view.bare = False
        if self._m.landscape:
            self._landscape(frame, anchor)
        elif self._m.low:
            self._low(frame, anchor)
        else:
            self._portrait(frame, anchor)

    def _portrait(self, frame: Frame, anchor: QWidget | None) -> None:
        rect = self._under(frame, Brevity.FULL)
        if frame.typing and self._is_cramped(rect):
            rect = self._under(frame, Brevity.ALONE)
        elif not frame.typing and self._is_too_tall(list(self._views), rect):
            self._place_in_turn(list(self._views), frame, anchor, lambda brevity: self._under(frame, brevity))
            return
        self._place(list(self._views), rect, frame, anchor)

    def _is_too_tall(self, views: Sequence[AnyView], rect: QRect) -> bool:
        """Whether something does not fit on any page as it is."""
        m, flow = self._m, self._flow(rect.width())
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
        if first and self._pager.page == 0:
            under(Brevity.FULL)

    def _under(self, frame: Frame, brevity: Brevity) -> QRect:
        """Place the title in portrait; return what is left under it."""
        m = self._m
        self._title.brevity = brevity
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
        m = self._m
        start = max(m.comfort, frame.top)
        rect = self._under(frame, Brevity.FULL)
        if frame.typing and self._is_cramped(rect):
            rect = self._under(frame, Brevity.ALONE)
        top = rect.top()
        upper = QRect(m.margin, top, self._wide(), start - m.px(54) - top)
        above = passive_start(list(self._views))
        above = self._fitting(above, upper)
        self._stack(above, upper)
        self.lower = QRect(m.margin, max(start, top), self._wide(), frame.floor - max(start, top))
        below = [view for view in self._views if view not in above]
        if frame.typing:
            self._raise_lower(below, top)
            if above and self.lower.top() < top + self._flow(upper.width()).height(
                self._rows(above, upper.width(), start=False)
            ):
                below = list(self._views)
        else:
            flow = self._flow(self.lower.width())
            needed = flow.tallest(self._rows(below, self.lower.width(), start=False)) + m.button + m.px(28)
            if needed > self.lower.height():  # better higher than cut
                self.lower.setTop(max(top, m.ceiling, self.lower.bottom() + 1 - needed))
                below = list(self._views)
        self._place(below, self.lower, frame, anchor)

    def _raise_lower(self, views: Sequence[AnyView], title: int) -> None:
        """Let the operated part begin higher while typing: field and error come before reach."""
        if self._active is None:
            return
        width, m = self.lower.width(), self._m
        flow = self._flow(width)
        wanted = flow.height(self._rows(views, width, start=False))
        if wanted - self.lower.height() > m.px(140):
            wanted = flow.height(
                self._rows([self._active, *matches_of(self._active, list(self._views))], width, start=False)
            )
        missing = wanted - self.lower.height()
        if missing > 0:
            self.lower.setTop(max(title, m.ceiling, self.lower.top() - missing))

    def _landscape(self, frame: Frame, anchor: QWidget | None) -> None:
        m = self._m
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
        self._side_pager.place(self._rows(above, left.width(), start=True), left, anchor)
        self._place([view for view in self._views if view not in above], main, frame, anchor, start=False)

    def _title_over(self, main: QRect, aside: QRect, frame: Frame, anchor: QWidget | None) -> None:
        """Put the title over what it is the title of: that is better than cut. All parts are in one column then."""
        self._side_pager.place([], aside)
        over, views = self._over(main, aside, Brevity.FULL), list(self._views)
        if frame.typing or self._is_too_tall(views, over):
            self._place_in_turn(views, frame, anchor, lambda brevity: self._over(main, aside, brevity))
        else:
            self._place(views, over, frame, anchor)

    def _title_fits(self, width: int, height: int) -> bool:
        """Make the title as large as fits into a column; whether it does at all."""
        title = self._title
        for title.brevity in (Brevity.FULL, Brevity.SMALLER):
            if title.height_for(width) <= height:
                return True
        title.brevity = Brevity.FULL
        return False

    def _over(self, main: QRect, aside: QRect, brevity: Brevity) -> QRect:
        """Place the whole title over the right column, or the title alone in the left; return the room for parts."""
        self._title.brevity = brevity
        if brevity is Brevity.FULL:
            top = self._place_title(main) + self._under_title()
        else:
            self._place_title(aside)
            top = max(main.top(), self._m.ceiling)
        return QRect(main.left(), top, main.width(), main.bottom() + 1 - top)

    def _place_title(self, rect: QRect) -> int:
        height = self._title.height_for(rect.width())
        self._title.setGeometry(rect.left(), rect.top(), rect.width(), height)
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
        matches = matches_of(active, list(self._views))
        needed: list[AnyView] = [active, *matches]
        active.block.compact = flow.height(self._rows(needed, width, start=False)) > rect.height()
        active.block.terse = flow.height(self._rows([active], width, start=False)) > rect.height()
        fits = flow.height(self._rows(needed, width, start=False)) <= rect.height()
        for choice in matches:
            choice.bare = not fits
        return self._rows(views, width, start=start)

    def _flow(self, width: int) -> Flow:
        return Pager.flow_of(self._m, width)

    def _stack(self, views: Sequence[AnyView], rect: QRect) -> None:
        """Put parts that surely fit one under the other."""
        Pager(self._parent, self._context, lambda: None).place(self._rows(views, rect.width(), start=False), rect)

    def _rows(self, views: Sequence[AnyView], width: int, *, start: bool) -> list[Row]:
        m = self._m
        first = (Row((self.start,), m.px(40)),) if start and self.start is not None and not m.low else ()
        return rows_of(views, width, m, *first)

    # which parts stand beside or above what is operated

    def _aside(self, rect: QRect, main: QRect) -> list[AnyView]:
        """Return what stands in the left column: what is told, or beside tiles all that is narrow."""
        views = list(self._views)
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
        while views:
            rows = self._rows(views, rect.width(), start=self._m.landscape)
            last_is_heading = isinstance(views[-1].part, Heading)
            if not last_is_heading and self._flow(rect.width()).height(rows) <= rect.height():
                break
            views = views[:-1]
        return views

    def _pages_fit(self, views: list[AnyView], rect: QRect) -> bool:
        """Whether parts fit on one page, or at least each of their groups on one with a button."""
        flow, rows = self._flow(rect.width()), self._rows(views, rect.width(), start=True)
        m = self._m
        return flow.height(rows) <= rect.height() or flow.tallest(rows) <= rect.height() - m.button - m.px(28)

    # small measures

    def _wide(self) -> int:
        m = self._m
        return m.window.width() - 2 * m.margin

    def _air(self) -> int:
        m = self._m
        if self._title.hero:
            return m.px(40)
        return 0 if m.extra else m.px(22)

    def _under_title(self) -> int:
        m = self._m
        return m.by_size(32, 36, 32, 36)
