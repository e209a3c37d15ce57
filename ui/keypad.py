"""The nine keys: from stop to stop, within a stop, and what each key does.

| key | what it does |
|---|---|
| up, down | the stop before, the next one; among the keys of a keyboard the row above or below, and out at its edge |
| left, right | the element before, the next one of a stop |
| select | as a touch; in a field it leads to the keyboard |
| back | out of the keyboard; out of a question; else one page back |
| help | a person, or how the call stands |
| repeat | says it once more; a second time: letter by letter, or at the title where the visitor is |
| voice | speed, volume, where am I, spell; pads with more keys have louder, quieter, faster, slower, where, spell too |

No key repeats while it is held down. A second strike on a key that acts is ignored for a while, as with every button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.events import (
    Event,
    FasterAsked,
    HelpAsked,
    HelpShown,
    LouderAsked,
    QuieterAsked,
    RepeatAsked,
    Resumed,
    SlowerAsked,
    SpellAsked,
    Touched,
    VoiceAsked,
    WhereAsked,
)
from kiosk.keypad import Keypad, PadKey
from kiosk.screen import HelpState
from ui.keyboard.key import KeyButton
from ui.keyboard.pages import KeyRole
from ui.keypad_stops import KEYBOARD, Stop, turns_page
from ui.parts.editors import LineEdit, PageEdit
from ui.press import STRIKES, Pressable
from ui.window import TerminalWindow

TYPING = frozenset({KeyRole.TEXT, KeyRole.SPACE, KeyRole.ENTER, KeyRole.ERASE})
"""Keys that change the field."""
MOVE_SECONDS = 0.12
"""Two strikes on an arrow sooner than this are a tremor: going through a screen takes many of them."""
_ARROWS = frozenset({PadKey.UP, PadKey.DOWN, PadKey.LEFT, PadKey.RIGHT})
_VOICE: dict[PadKey, Event] = {
    PadKey.VOICE: VoiceAsked(),
    PadKey.LOUDER: LouderAsked(),
    PadKey.QUIETER: QuieterAsked(),
    PadKey.FASTER: FasterAsked(),
    PadKey.SLOWER: SlowerAsked(),
    PadKey.WHERE: WhereAsked(),
    PadKey.SPELL: SpellAsked(),
}


def qt_key(name: str) -> int:
    """Return Qt's number of a key of `kiosk.keypad.KEY_NAMES`."""
    return int(Qt.Key[f"Key_{name}"].value)


class Strike:
    """Tells a strike from a tremor: the same key again within some seconds, by the clock of all buttons."""

    def __init__(self) -> None:
        self._last: tuple[object, float] = (None, float("-inf"))

    def counts(self, key: object, seconds: float) -> bool:
        """Return whether a strike counts."""
        now = STRIKES.clock()
        if self._last[0] == key and now - self._last[1] < seconds:
            return False
        self._last = (key, now)
        return True


class KeysOf(QObject):
    """Takes the keys of one device out of what a window gets, by Qt's numbers. Base of keypad and switches.

    Nothing of them reaches a field.
    """

    def __init__(self, window: TerminalWindow, post: Callable[[Event], None], keys: dict[int, object]) -> None:
        super().__init__(window)
        self.window, self.post = window, post
        self._keys = keys
        window.winId()  # the window's own surface gets every key first
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Take what is one of the keys; what it sends while it is held down does nothing."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) or not isinstance(event, QKeyEvent):
            return False
        key = self._keys.get(event.key())
        if key is not None and not event.isAutoRepeat():
            self.struck(key, down=event.type() is QEvent.Type.KeyPress)
        return key is not None

    def struck(self, key: object, *, down: bool) -> None:
        """Do what a key does; it is let go without `down`."""
        raise NotImplementedError

    def press_focus(self, *, down: bool) -> None:
        """Press what has the focus, or let it go: it acts when let go, as under a finger."""
        widget = self.window.focusWidget()
        if not isinstance(widget, Pressable):
            return
        kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
        QApplication.sendEvent(widget, QKeyEvent(kind, Qt.Key.Key_Select, Qt.KeyboardModifier.NoModifier))


class KeypadControl(KeysOf):
    """The pad at work in a window. `post` takes events."""

    def __init__(self, window: TerminalWindow, post: Callable[[Event], None], keypad: Keypad) -> None:
        super().__init__(window, post, {qt_key(name): key for key, name in keypad.keys.items()})
        self._seconds = keypad.strike_seconds
        self._strike = Strike()
        self._repeated: QWidget | None = None
        """What was just said again: once more, and it is spelled, or said where the visitor is."""

    def struck(self, key: object, *, down: bool) -> None:
        """Do what a key does: arrows when struck, all others when let go."""
        assert isinstance(key, PadKey)
        Pressable.by_keyboard = True
        if key is not PadKey.REPEAT:
            self._repeated = None
        if key is PadKey.SELECT:
            self._select(down=down)
        elif key in _ARROWS:
            if down and self._strike.counts(key, MOVE_SECONDS):
                self._move(key)
        elif not down and self._strike.counts(key, self._seconds):
            self._act(key)

    def _act(self, key: PadKey) -> None:
        match key:
            case PadKey.BACK:
                self._back()
            case PadKey.HELP:
                self.post(HelpAsked() if self._help() is HelpState.NONE else HelpShown())
            case PadKey.REPEAT:
                self._repeat()
            case _:
                self.post(_VOICE[key])

    def _help(self) -> HelpState:
        screen = self.window.shown
        return screen.bar.help if screen is not None else HelpState.NONE

    # moving

    def _move(self, key: PadKey) -> None:
        stops = self.window.stops()
        at, element = whereabouts(stops, self.window.focusWidget())
        forward = key in (PadKey.DOWN, PadKey.RIGHT)
        if at < 0:
            self._enter(stops, 0 if forward else len(stops) - 1)
        elif key in (PadKey.LEFT, PadKey.RIGHT):
            self._sideways(stops[at], element, forward=forward != self._mirrored(stops[at]))
        elif (beyond := _row_beyond(stops[at], element, down=forward)) is not None:
            self._reach(stops[at], beyond, entering=False)
        else:
            self._enter(stops, self._after(stops, at, forward=forward))

    def _mirrored(self, stop: Stop) -> bool:
        """Whether right goes back: where one reads from the right; keys are never mirrored."""
        theme = self.window.theme
        return theme is not None and theme.rtl and not stop.grid

    @staticmethod
    def _after(stops: Sequence[Stop], at: int, *, forward: bool) -> int:
        """Return the next stop. The keyboard is passed by: select leads from a field to it."""
        way = 1 if forward else -1
        after = (at + way) % len(stops)
        return (after + way) % len(stops) if stops[after].part == KEYBOARD else after

    def _enter(self, stops: Sequence[Stop], at: int) -> None:
        stop = stops[at]
        first = next((e for e in stop.elements if e.focusPolicy() & Qt.FocusPolicy.TabFocus), stop.elements[0])
        self._reach(stop, first if stop.grid else stop.elements[0], entering=True)

    def _sideways(self, stop: Stop, element: QWidget, *, forward: bool) -> None:
        row = next(row for row in stop.rows() if element in row)
        at = row.index(element) + (1 if forward else -1)
        if 0 <= at < len(row):
            self._reach(stop, row[at], entering=False)
        else:
            self._reach(stop, element, entering=False)  # the same again: this is the end of the row

    def _reach(self, stop: Stop, element: QWidget, *, entering: bool) -> None:
        """Go to an element; who is read to hears what it is."""
        self.post(Touched())
        reach(element)
        self.post(stop.said(element, entering=entering))

    # what the other keys do

    def _select(self, *, down: bool) -> None:
        if isinstance(self.window.focusWidget(), (LineEdit, PageEdit)):
            stops = self.window.stops()
            at = next((n for n, stop in enumerate(stops) if stop.part == KEYBOARD), -1)
            if down and at >= 0:
                self._enter(stops, at)
            return
        focus, shown = self.window.focusWidget(), {element for stop in self.window.stops() for element in stop.elements}
        self.press_focus(down=down)
        if down and not isinstance(focus, Pressable):
            self.post(Touched())
        elif not down and turns_page(focus):
            self._turned(shown)
        elif not down and focus is self.window.focusWidget():
            self._confirm(focus)

    def _turned(self, shown: Set[QWidget]) -> None:
        """Go to what has come with another page of the screen."""
        stops = self.window.stops()
        self._enter(stops, next((n for n, stop in enumerate(stops) if stop.elements[0] not in shown), 0))

    def _confirm(self, focus: QWidget | None) -> None:
        """Let who is read to hear what the key did where nothing else tells: what is chosen, what keys are there."""
        stops = self.window.stops()
        at, element = whereabouts(stops, focus)
        if at < 0 or not isinstance(element, Pressable):
            return
        turned = isinstance(element, KeyButton) and element.key.role not in TYPING
        if turned or element.isCheckable():  # what was typed is said by itself
            self.post(stops[at].said(element, entering=False))

    def _back(self) -> None:
        screen = self.window.shown
        stops = self.window.stops()
        at, _ = whereabouts(stops, self.window.focusWidget())
        if screen is None:
            return
        if at >= 0 and stops[at].grid:
            self._enter(stops, self._after(stops, at, forward=False))
        elif screen.dialog is not None:
            known = any(isinstance(action.event, Resumed) for action in screen.dialog.actions)
            self.post(Resumed() if known else Touched())
        elif screen.back is not None and screen.back.why_disabled is None:
            self.post(screen.back.event)
        else:
            self.post(Touched())

    def _repeat(self) -> None:
        screen = self.window.shown
        stops = self.window.stops()
        at, element = whereabouts(stops, self.window.focusWidget())
        if screen is None or not screen.bar.reading:
            self.post(RepeatAsked())
        elif self._repeated is element:
            self._repeated = None
            self.post(WhereAsked() if at <= 0 else SpellAsked())
        else:
            self._repeated = element
            if at <= 0:
                self.post(RepeatAsked())
            else:
                self._reach(stops[at], element, entering=True)


def reach(element: QWidget) -> None:
    """Give the focus to an element as a keyboard does: a field opens its keyboard, the ring is shown."""
    Pressable.by_keyboard = True
    element.setFocus(Qt.FocusReason.TabFocusReason)


def whereabouts(stops: Sequence[Stop], focus: QWidget | None) -> tuple[int, QWidget]:
    """Return which stop and which of its elements has the focus; -1 if none."""
    for at, stop in enumerate(stops):
        if focus in stop.elements:
            return at, focus
    return -1, stops[0].elements[0]


def _row_beyond(stop: Stop, element: QWidget, *, down: bool) -> QWidget | None:
    """Return the nearest element in the row below or above, within a grid."""
    rows = stop.rows()
    at = next(n for n, row in enumerate(rows) if element in row) + (1 if down else -1)
    if not stop.grid or not 0 <= at < len(rows):
        return None
    middle = element.geometry().center().x()
    return min(rows[at], key=lambda other: abs(other.geometry().center().x() - middle))
