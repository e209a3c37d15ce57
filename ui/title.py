"""The title zone: context, progress, heading, lead. Nothing here can be touched."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.screen import Screen
from kiosk.text import msg
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import Context
from ui.words import Colours, Sheet, Told, longest_word


class Brevity(IntEnum):
    """How much of a title there is: all of it; all of it, smaller; the title alone, while somebody types."""

    FULL = 0
    SMALLER = 1
    ALONE = 2


class Title(Told):
    """What the screen is about. It takes the first focus, so that assistive technology begins to read here."""

    def __init__(self, screen: Screen, context: Context, parent: QWidget, *, hero: bool = False) -> None:
        self.screen_, self.context, self.hero = screen, context, hero
        self.lit = False
        self._brevity = Brevity.FULL
        super().__init__(context.theme, "", parent)
        self.setObjectName("title")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_screen(screen)

    def show_screen(self, screen: Screen) -> None:
        """Show another state of the title."""
        self.screen_ = screen
        say = self.context.say
        told = [say(screen.context[1]) if screen.context else "", self._steps(), say(screen.title), say(screen.lead)]
        words = " ".join(filter(None, told))
        if words != self.text() or self.sheet_is_stale:
            self.changed(words)

    @property
    def brevity(self) -> Brevity:
        """How much of it there is, for the room that is left."""
        return self._brevity

    @brevity.setter
    def brevity(self, brevity: Brevity) -> None:
        if brevity is not self._brevity:
            self._brevity = brevity
            self._sheet = None
            self.update()

    @property
    def sheet_is_stale(self) -> bool:
        """Whether it has never been laid out."""
        return self._sheet is None

    def set_spoken(self, lit: bool) -> None:
        """Show that the title is being read."""
        if lit != self.lit:
            self.lit = lit
            self.update()

    def _steps(self) -> str:
        progress = self.screen_.progress
        return self.context.say(msg("ui.step", step=progress.step, steps=progress.steps)) if progress else ""

    def compose(self, width: int) -> Sheet:
        """Lay out everything that the screen has for its title."""
        m, say, screen = self.theme.metrics, self.context.say, self.screen_
        sheet = Sheet(self.theme, width)
        alone = self._brevity is Brevity.ALONE
        y = self._progress(sheet, width, self._context_line(sheet, width)) if not alone else 0
        y += m.px(4) if self.theme.rtl else 0  # signs over Arabic letters are high
        x = 0
        side = m.by_size(96, 112, 112, 112) if not m.landscape else m.px(96)
        if screen.success:
            sheet.shape(QRectF(0, y, side, side), self._tick)
            x = side + m.px(28)
        words, top = say(screen.title), y
        if screen.success and longest_word(self.theme, words, Role.TITLE) > width - x:
            x, y = 0, y + side + m.px(12)
        y += sheet.text(x, y, width - x, words, self._role(words, width - x)).height
        if screen.lead is not None and not alone:
            y += m.px(10 if self.hero else 12)
            y += sheet.text(x, y, width - x, say(screen.lead), self._lead_role()).height
        sheet.height = max(sheet.height, top + side if screen.success else 0)
        return sheet

    def _role(self, words: str, width: int) -> Role:
        """Return the largest role that cuts no word."""
        largest = (Role.HERO if self.hero else Role.H1,) if self._brevity is Brevity.FULL else ()
        roles = (*largest, Role.H2, Role.TITLE)
        return next((role for role in roles if longest_word(self.theme, words, role) <= width), Role.TITLE)

    def _lead_role(self) -> Role:
        if self._brevity is Brevity.SMALLER:
            return Role.SMALL
        return Role.VALUE if self.hero else Role.BODY

    def _context_line(self, sheet: Sheet, width: int) -> int:
        context = self.screen_.context
        if context is None:
            return 0
        m = self.theme.metrics
        indent = m.icon + m.px(12)
        block = sheet.text(indent, 0, width - indent, self.context.say(context[1]), Role.SMALL, "muted")
        sheet.icon(0, (block.height - m.icon) // 2, m.icon, context[0])
        return block.height + m.px(6)

    def _progress(self, sheet: Sheet, width: int, y: int) -> int:
        progress = self.screen_.progress
        if progress is None:
            return y
        m = self.theme.metrics
        steps, title = self._steps(), self.context.say(progress.title)
        left = self.theme.width_of(steps, Role.TITLE) + m.px(32)
        right = self.theme.width_of(title, Role.SMALL)
        block = sheet.text(0, y, width, steps, Role.TITLE)
        if left + right <= width and not m.extra:
            shift = round((block.height - self.theme.leading(self.theme.font(Role.SMALL))) / 2)
            sheet.text(width - right - 2, y + shift, right + 2, title, Role.SMALL, "muted")
        y += block.height
        if left + right > width and not m.extra:
            y += sheet.text(0, y, width, title, Role.SMALL, "muted").height
        y += m.px(12)
        sheet.shape(QRectF(0, y, width, m.px(16)), self._segments)
        return y + m.px(16) + m.by_size(26, 32, 28, 28)

    def _segments(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        progress = self.screen_.progress
        if progress is None:
            return
        m = self.theme.metrics
        gap = m.px(8) if progress.steps <= 12 else m.px(4)
        wide = (rect.width() - gap * (progress.steps - 1)) / progress.steps
        for step in range(1, progress.steps + 1):
            high = m.px(16) if step == progress.step else m.px(12)
            place = step - 1 if not self.theme.rtl else progress.steps - step
            x = rect.left() + place * (wide + gap)
            segment = QRectF(x, rect.center().y() - high / 2, wide, high)
            if step <= progress.step:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colours("action"))
            else:
                painter.setPen(QPen(colours("border"), m.line))
                painter.setBrush(colours("track"))
                segment.adjust(1, 1, -1, -1)
            painter.drawRoundedRect(segment, high / 2, high / 2)

    def _tick(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours("success"))
        painter.drawEllipse(rect)
        size = round(rect.width() * 0.66)
        pixmap = icon_pixmap("check", size, colours("surface"), painter.device().devicePixelRatio())
        painter.drawPixmap(rect.center() - QPointF(size / 2, size / 2), pixmap)
