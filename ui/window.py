"""The terminal's window: draws a `Screen`, and posts what the visitor does. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.events import Event, Touched
from kiosk.keypad import ScreenKeyboard
from kiosk.place import Place
from kiosk.screen import Screen
from kiosk.text import translator
from ui.accessible import tell_roles
from ui.actions import ActionRow
from ui.bar import BarRow
from ui.content import Content, is_hero
from ui.dialog import Veil
from ui.filling import Filling
from ui.frames import frame_for, head_height, keyboard_rect
from ui.head import Clock, Head
from ui.keypad_stops import Stop, chain, stops_of
from ui.metrics import reference_ppi
from ui.parts.base import Context
from ui.parts.fields import FieldView, FoldedField
from ui.parts.registry import AnyView
from ui.press import STRIKES, Pressable
from ui.ring import FocusRing
from ui.spoken import SpokenWord, only_spoken_on
from ui.still import Still
from ui.theme import Theme, theme_for
from ui.title import Title
from ui.views import is_wrong, newly_wanted
from ui.watched import WatchedFrame


def local_time() -> datetime:
    """Return the time that the clock in the head shows."""
    return datetime.now().astimezone()


class TerminalWindow(QWidget):
    """Draws screens. Everything that the visitor does goes out through `post`, as an event of `kiosk.events`.

    `ppi` is the resolution of the real screen, which makes sizes true in millimetres. Without it the
    reference layout is fitted into whatever size the window has: for a demo on a desk.
    `clock` gives the local time for the head.
    """

    def __init__(
        self, post: Callable[[Event], None], place: Place, ppi: float | None = None, clock: Clock = local_time
    ) -> None:
        super().__init__()
        tell_roles()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setWindowTitle("Lotse")
        self._post, self._place, self._ppi = post, place, ppi
        self._screen: Screen | None = None
        self._context: Context | None = None
        self._content = Content(self, self._made)
        self._head = Head(place, clock, self)
        self._actions = ActionRow(self)
        self._actions.went_on.connect(self._insist)
        self._bar: BarRow | None = None
        self._veil: Veil | None = None
        self._filling = Filling(self, self._end_typing)
        self._before_dialog = ""
        self._ring = FocusRing(self)
        self._watched = WatchedFrame(self)
        self._word = SpokenWord()
        self._still = Still()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setCursorFlashTime(0)  # nothing blinks
            application.focusChanged.connect(self._focus_moved)

    # showing

    @property
    def shown(self) -> Screen | None:
        """What is shown, once something is."""
        return self._screen

    @property
    def theme(self) -> Theme | None:
        """The theme of what is shown, once something is."""
        return self._context.theme if self._context else None

    def show_screen(self, screen: Screen) -> None:
        """Draw a screen: in place while it is the same step of the visit, otherwise anew."""
        old, self._screen = self._screen, screen
        if old is not None and only_spoken_on(old, screen):
            self._light(screen)
            return
        self._word.forget()
        if not screen.bar.can_end:
            self._filling.forget()  # a visit is over, or has not begun
        STRIKES.steady = screen.look.steady
        context = self._context_for(screen)
        new = old is None or old.id != screen.id
        focused = self._focus_name()
        self.setUpdatesEnabled(False)
        try:
            with self._still.moving():
                self._draw(screen, context, new=new)
                self._direct_focus(screen, old, focused, new=new)
        finally:
            self.setUpdatesEnabled(True)
        self._light(screen)
        self._ring.follow(self.focusWidget())
        self._watched.show_in(context.theme, watched=screen.watched)

    def picture(self) -> QImage:
        """Return what the window shows, as an image."""
        return self.grab().toImage()

    def _context_for(self, screen: Screen) -> Context:
        ppi = self._ppi or reference_ppi(self.size())
        theme = theme_for(screen.look, self.size(), ppi, self._place.colours, self._place.screen_bottom_mm)
        covered = screen.dialog is not None and screen.dialog.covers
        context = Context(theme, translator(screen.look.language, masked=covered), self._post, covered)
        return self._context if context == self._context and self._context is not None else context

    def _draw(self, screen: Screen, context: Context, *, new: bool) -> None:
        with self._still.drawn():
            self._draw_all(screen, context, new=new)

    def _draw_all(self, screen: Screen, context: Context, *, new: bool) -> None:
        other_theme = self._context is None or context.theme is not self._context.theme
        other_words = self._context is None or context.translator.language != self._context.translator.language
        if new or context != self._context:
            self._filling.end()
        if other_theme or other_words:
            self._renew(context)
        self._context = context
        self._head.show_in(context, skyline=is_hero(screen))
        self._content.show_screen(screen, context, new=new)
        if self._filling.field is not None and not self._is_here(self._filling.field):
            self._filling.end()
        self._actions.show_screen(screen, context, hero=is_hero(screen) and not context.theme.metrics.low)
        if self._bar is not None:
            self._bar.show_bar(screen.bar)
        self._show_dialog(screen, context)
        self._lay_out()

    def _is_here(self, field: FieldView) -> bool:
        """Whether a field is still part of the screen or its question."""
        return field in list(self._content.views) or (self._veil is not None and field in list(self._veil.views))

    def _renew(self, context: Context) -> None:
        """Make anew what depends on theme or language alone."""
        self.setLayoutDirection(context.theme.direction)
        self._filling.discard_keyboard()
        for widget in filter(None, (self._bar, self._veil)):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        self._veil = None
        self._ring.theme = context.theme
        self._bar = BarRow(Context(context.theme, context.translator, self._post), self)
        self._bar.show()

    def _show_dialog(self, screen: Screen, context: Context) -> None:
        dialog = screen.dialog
        for widget in (self._content, self._actions, self._head):
            widget.setEnabled(dialog is None)
        stale = self._veil is not None and (dialog is None or self._veil.objectName() != f"veil/{dialog.id}")
        if self._veil is not None and stale:
            self._veil.hide()
            self._veil.deleteLater()
            self._veil = None
        if dialog is None:
            return
        if self._veil is None:
            self._veil = Veil(Context(context.theme, translator(screen.look.language), self._post), self, self._made)
            self._veil.setObjectName(f"veil/{dialog.id}")
        self._veil.setGeometry(0, 0, self.width(), context.theme.metrics.zones.bar.top())
        self._veil.show_dialog(dialog)
        self._veil.show()
        self._veil.raise_()

    # layout

    def _lay_out(self, anchor: QWidget | None = None) -> None:
        with self._still.moving(), self._still.drawn():
            self._lay_out_all(anchor)

    def _lay_out_all(self, anchor: QWidget | None) -> None:
        context, screen = self._context, self._screen
        if context is None or screen is None:
            return
        m = context.theme.metrics
        zones = m.zones
        self._content.setGeometry(self.rect())
        self._content.lower()
        self._head.setGeometry(QRect(0, 0, self.width(), head_height(m, hero=is_hero(screen))))
        crowded = m.landscape and m.large and self._filling.field is not None
        self._head.setVisible(self._head.height() > 0 and not crowded)
        actions = QRect(zones.actions)
        needed = self._actions.height_for(actions.width())
        if needed:
            actions.setTop(actions.bottom() + 1 - max(needed, actions.height()))
        self._actions.place(actions)
        if self._bar is not None:
            self._bar.setGeometry(zones.bar)
        if self._filling.field is not None:
            self._filling.field.block.compact = self._filling.field.block.terse = False
        keyboard = keyboard_rect(m, actions)
        head = 0 if self._head.isHidden() else self._head.height()
        typing = self._filling.field is not None
        frame = frame_for(m, head, actions if needed else None, keyboard if typing else None)
        self._content.lay_out(frame, self._filling.field, anchor)
        self._filling.place(keyboard, shown=self._veil is None)
        chain(self.stops())

    # focus

    def _focus_name(self) -> str:
        widget = self.focusWidget()
        return widget.objectName() if widget is not None else ""

    def _direct_focus(self, screen: Screen, old: Screen | None, focused: str, *, new: bool) -> None:
        """Keep the focus where it is on the same screen; put it where the screen wants it on another one."""
        if screen.dialog is not None:
            if old is None or old.dialog is None or old.dialog.id != screen.dialog.id or not self._veil_has_focus():
                self._before_dialog = focused if old is None or old.dialog is None else self._before_dialog
                if self._veil is not None:
                    self._veil.take_focus()
            return
        if old is not None and old.dialog is not None and not new:
            focused, self._before_dialog = self._before_dialog, ""
            self._focus_by_name(focused)
            return
        if screen.focus and (new or newly_wanted(screen, old)) and self._go_to(screen.focus, new=new):
            return
        if new:
            self._focus_title()
        elif self._focus_name() != focused or not self._is_shown(self.focusWidget()):
            self._focus_by_name(focused)

    def _go_to(self, part: str, *, new: bool) -> bool:
        """Begin to fill a field, or turn to a part in which something is wrong; a new screen begins at its title."""
        field = self._content.views.field(part)
        if field is not None:
            self._fill(field)
            return True
        wanted = self._content.wanted(part)
        if new or wanted is None:
            return False
        self._filling.end()
        self._lay_out(wanted)
        stops = [w for w in self._content.widgets_of(part) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        (stops[0] if stops else wanted).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _insist(self) -> None:
        """Lead to what is still wrong when the visitor wants to go on and the screen stays as it is."""
        screen = self._screen
        if screen is not None and is_wrong(screen, screen.focus):
            with self._still.moving():
                self._go_to(screen.focus, new=False)

    def _veil_has_focus(self) -> bool:
        widget = self.focusWidget()
        on_bar = self._bar is not None and widget is not None and self._bar.isAncestorOf(widget)
        return on_bar or (self._veil is not None and widget is not None and self._veil.isAncestorOf(widget))

    def _is_shown(self, widget: QWidget | None) -> bool:
        return widget is not None and widget.isVisibleTo(self)

    def _focus_title(self) -> None:
        if self._content.title is not None:
            self._content.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_by_name(self, name: str) -> None:
        found = self.findChild(QWidget, name) if name else None
        if found is not None and found.isVisibleTo(self):
            found.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._focus_title()

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:  # noqa: ARG002
        if new is None or self._still.is_moving or not self.isAncestorOf(new) or new is not self.focusWidget():
            return
        part = isinstance(new, (Pressable, Title)) and not isinstance(new, FoldedField)
        if part and self._filling.field is not None and self._content.isAncestorOf(new):
            self._filling.end()  # keys went on to another part: what the keyboard has covered has room again
            self._lay_out(new if isinstance(new, Pressable) else self._content.first())
        self._ring.follow(new)

    def stops(self) -> list[Stop]:
        """Return where keypad, switches and the tab key can go now: title, content with keyboard, actions, bar."""
        return stops_of(self._content, self._filling, self._actions, self._bar, self._veil)

    def mark(self, widgets: Sequence[QWidget]) -> None:
        """Draw the ring of the focus around several widgets at once; none: around the focus again."""
        self._ring.enclose(widgets)

    # typing

    def _made(self, view: AnyView) -> None:
        if isinstance(view, FieldView):
            view.block.edit.activated.connect(partial(self._begin_typing, view))
            view.wanted = self._fill

    def _fill(self, view: FieldView) -> None:
        """Open the keyboard for a field and put the cursor there."""
        self._begin_typing(view)
        view.block.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin_typing(self, view: FieldView) -> None:
        if self._still.is_drawn or self._filling.field is view or self._context is None:
            return
        self._filling.begin(view, self._context)
        self._lay_out()
        self._ring.follow(self.focusWidget())

    def _end_typing(self) -> None:
        self._filling.end()
        with self._still.moving():
            self._lay_out()
            self._focus_title()
        self._ring.follow(self.focusWidget())
        self._post(Touched())

    def take_keyboard(self, keyboard: ScreenKeyboard) -> None:
        """Take how the keys on the screen are to be from now on."""
        self._filling.strike_seconds = keyboard.strike_seconds

    # reading aloud

    def _light(self, screen: Screen) -> None:
        self._content.light(screen.spoken, self._lay_out)
        for button in self._actions.buttons():
            button.set_spoken(button.action.id == screen.spoken)
        if self._bar is not None:
            self._bar.set_spoken(screen.spoken == "bar")
        if self._veil is not None:
            self._veil.light(screen.spoken)
        lit = self._content.lit if self._veil is None else self._veil.lit
        if self._context is not None:
            self._word.show(screen, self._context.translator, [*lit, *self._actions.lit], self._lay_out)

    # what nobody else took

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch that hits nothing is a sign of life."""
        Pressable.by_keyboard = False
        self._ring.follow(self.focusWidget())
        self._post(Touched())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits go to the PIN pad, arrows move the focus; every other key is a sign of life."""
        pad = self._content.pin_pad() if self._veil is None else None
        if pad is not None and event.text().isdigit() and event.text().isascii():
            pad.type(event.text())
        elif pad is not None and event.key() == Qt.Key.Key_Backspace:
            pad.type("")
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Right):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Left):
            self.focusPreviousChild()
        else:
            self._post(Touched())
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Draw anew in the new size."""
        if self._screen is not None:
            self.show_screen(self._screen)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(event.rect(), theme.palette.bg if theme else Qt.GlobalColor.white)
        painter.end()

    def sizeHint(self) -> QSize:
        """Return the size of the reference screen."""
        return QSize(1080, 1920)
