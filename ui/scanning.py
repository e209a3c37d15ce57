"""Two switches, or one: what can be operated is shown group by group, then row by row, then one by one.

The first switch goes on, the second takes what the ring is around. Automatic: the ring goes on by itself, and either
switch takes. After the last of a group the ring goes back around the group: there is no way to get stuck in one. What
is only told is passed over; with reading on, everything that the ring comes to is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kiosk.device_events import Focused
from kiosk.events import Event, Touched
from kiosk.keypad import Switches
from kiosk.privacy import Private
from kiosk.text import msg, translator
from ui.keypad import KeysOf, Strike, qt_key, reach
from ui.keypad_stops import BAR, KEYBOARD, Stop
from ui.parts.editors import LineEdit, PageEdit
from ui.press import Pressable
from ui.window import TerminalWindow

NEXT, SELECT = "next", "select"
MORE = "more"
"""The button to a further page: there the ring begins anew."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the ring can be around: widgets of a stop, and what is within."""

    stop: Stop
    widgets: tuple[QWidget, ...]
    inner: tuple[Target, ...] = ()


def targets_of(stops: Sequence[Stop]) -> list[Target]:
    """Return the groups of a screen. The keyboard lies within the field that it fills."""
    keyboard = next((stop for stop in stops if stop.part == KEYBOARD), None)
    found = []
    for stop in stops:
        if (stop.passive and not isinstance(stop.elements[0], Pressable)) or stop is keyboard:
            continue
        of_field = keyboard is not None and stop.part == keyboard.of
        found.append(Target(stop, stop.elements, _within(keyboard if of_field and keyboard else stop)))
    return found


def _within(stop: Stop) -> tuple[Target, ...]:
    rows = [tuple(Target(stop, (element,)) for element in row) for row in stop.rows()]
    if len(rows) > 1:
        return tuple(Target(stop, tuple(t.widgets[0] for t in row), row if len(row) > 1 else ()) for row in rows)
    return rows[0] if len(rows[0]) > 1 else ()


class SwitchControl(KeysOf):
    """The switches at work in a window. `post` takes events."""

    def __init__(self, window: TerminalWindow, post: Callable[[Event], None], switches: Switches) -> None:
        super().__init__(window, post, {qt_key(switches.next): NEXT, qt_key(switches.select): SELECT})
        self._switches = switches
        self._strike = Strike()
        self._path: list[int] = []
        self._where: tuple[str, str] = ("", "")
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(round(switches.scan_seconds * 1000))
        self._timer.timeout.connect(self.go_on)

    @property
    def scanning(self) -> bool:
        """Whether the ring goes on by itself now."""
        return self._timer.isActive()

    @property
    def shown(self) -> tuple[QWidget, ...]:
        """What the ring is around; nothing before the first switch."""
        target = self._target(self._targets())
        return target.widgets if target is not None else ()

    def struck(self, key: object, *, down: bool) -> None:
        """Do what a switch does, when it is struck."""
        if not down or not self._strike.counts(key, self._switches.strike_seconds):
            return
        Pressable.by_keyboard = True
        self.post(Touched())
        self._rounds = 0
        if self._switches.automatic:
            if self.scanning and self._target(self._targets()) is not None:
                self._take()
            else:
                self.go_on()
            self._timer.start()
        elif key == NEXT:
            self.go_on()
        else:
            self._take()

    # where the ring is

    def _targets(self) -> list[Target]:
        """Return the groups; on another screen the ring begins anew."""
        screen = self.window.shown
        where = ("", "") if screen is None else (screen.id, screen.dialog.id if screen.dialog else "")
        if where != self._where:
            self._where, self._path = where, []
        return targets_of(self.window.stops())

    def _target(self, targets: Sequence[Target]) -> Target | None:
        """Return what the ring is around; what has gone meanwhile is left upwards."""
        found, level = None, targets
        for depth, at in enumerate(self._path):
            if at >= len(level):
                del self._path[depth:]
                break
            found, level = level[at], level[at].inner
        return found

    def go_on(self) -> None:
        """Go to the next one of the same group; after the last, back around the group."""
        targets = self._targets()
        self._target(targets)
        level: Sequence[Target] = targets
        for at in self._path[:-1]:
            level = level[at].inner
        if not self._path:
            self._path = [0]
        elif self._path[-1] + 1 < len(level):
            self._path[-1] += 1
        elif len(self._path) > 1:
            self._path.pop()
        else:
            self._path = [0]
            self._rounds += 1
        if self.scanning and self._rounds >= self._switches.rounds:
            self._rest()
        else:
            self._show(self._target(targets))

    def _rest(self) -> None:
        """Stand still: nobody has taken anything for some rounds."""
        self._timer.stop()
        self._path, self._rounds = [], 0
        self.window.mark(())

    def _show(self, target: Target | None) -> None:
        self.window.mark(target.widgets if target is not None else ())
        if target is not None:
            self.post(self._said(target))

    def _said(self, target: Target) -> Focused:
        stop = target.stop
        if len(target.widgets) == 1:
            return stop.said(target.widgets[0], entering=len(self._path) == 1)
        if stop.whole or stop.part == BAR:
            return Focused(stop.part)
        screen = self.window.shown
        first, last = (target.widgets[at].accessibleName() for at in (0, -1))
        words = msg("switch.group", first=first, last=last)
        said = translator(screen.look.language).say(words) if screen is not None else first
        at_group = len(self._path) == 1
        return Focused(f"{stop.part}/group", Private(f"{stop.lead} {said}".strip() if at_group else said))

    # taking

    def _take(self) -> None:
        targets = self._targets()
        target = self._target(targets)
        if target is None:
            self.go_on()
            return
        if target.inner:
            if isinstance(target.widgets[0], (LineEdit, PageEdit)):
                reach(target.widgets[0])
            self._path.append(0)
        else:
            self._press(target)
        self._show(self._target(self._targets()))

    def _press(self, target: Target) -> None:
        """Press one thing. Then it begins with the first row again, or goes back around the group."""
        field = len(self._path) == 1 and target.stop.whole
        reach(target.widgets[0])
        for down in (True, False):
            self.press_focus(down=down)
        if field and self._target(self._targets()):
            self._descend()
        elif target.stop.part == MORE:
            self._path = [0]
        elif len(self._path) > 1:
            self._path = [self._path[0], 0] if target.stop.grid else self._path[:1]

    def _descend(self) -> None:
        """Go on into the keyboard that has just opened for a field."""
        target = self._target(self._targets())
        if target is not None and target.inner:
            self._path.append(0)
