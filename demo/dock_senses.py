"""The dock's scanner, presence sensor and keypad."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from demo.dock_panel import Hand, either, switch
from devices.presence.simulator import VirtualPresence
from devices.scanner.simulator import Trouble, VirtualScanner
from kiosk.keypad import NINE_KEYS, PadKey
from kiosk.text import Verbatim, msg
from ui.dock_data import DockButton, DockButtons, DockChoice, DockOption, DockSection

CODES = ("T123456", "4006381333931")
"""An appointment's number as the profile that ships has them, and what nobody here knows."""
_ROWS = (
    (PadKey.BACK, PadKey.UP, PadKey.HELP),
    (PadKey.LEFT, PadKey.SELECT, PadKey.RIGHT),
    (PadKey.REPEAT, PadKey.DOWN, PadKey.VOICE),
)
"""How the keys lie on the pad."""


class ScannerPanel:
    """Codes to be held before the scanner, and what a scanner does wrong."""

    def __init__(self, scanner: VirtualScanner, hand: Hand) -> None:
        self._scanner = scanner
        self._hand = hand

    def section(self) -> DockSection:
        """Return how the scanner is."""
        there = self._scanner.plugged
        codes = tuple(DockButton(Verbatim(code), partial(self._scanner.scan, code), enabled=there) for code in CODES)
        troubles = tuple(DockOption(trouble, msg(f"dock.scanner.{trouble}")) for trouble in Trouble)
        fault = DockChoice(troubles, self._scanner.trouble, self._cause, msg("dock.scanner.fault"), folded=True)
        plug = switch("dock.pull", "dock.plug", self._plug, now=there)
        return DockSection(
            "scanner",
            msg("dock.scanner.title"),
            "search",
            (DockButtons(codes), fault),
            either("dock.plugged", good=there),
            there,
            plug,
            folded=True,
        )

    def _cause(self, trouble: str) -> None:
        self._scanner.trouble = Trouble(trouble)
        self._hand.changed()

    def _plug(self, plugged: bool) -> None:
        self._hand.now(self._scanner.plug if plugged else self._scanner.unplug)()


class PresencePanel:
    """Somebody steps before the terminal, or away."""

    def __init__(self, sensor: VirtualPresence, hand: Hand) -> None:
        self._sensor = sensor
        self._hand = hand

    def section(self) -> DockSection:
        """Return how the sensor is."""
        there = self._sensor.plugged
        come = DockButton(msg("dock.presence.come"), self._sensor.come, "person", enabled=there)
        leave = DockButton(msg("dock.presence.go"), self._sensor.go, enabled=there)
        plug = switch("dock.pull", "dock.plug", self._plug, now=there)
        return DockSection(
            "presence",
            msg("dock.presence.title"),
            "people",
            (DockButtons((come, leave)),),
            either("dock.plugged", good=there),
            there,
            plug,
            folded=True,
        )

    def _plug(self, plugged: bool) -> None:
        self._hand.now(self._sensor.plug if plugged else self._sensor.unplug)()


class KeypadPanel:
    """The nine keys of the tactile pad. They go to the terminal's window as a keyboard's do."""

    def __init__(self, surface: Callable[[], QObject | None], keys: Mapping[PadKey, str] = NINE_KEYS) -> None:
        """`surface` is what gets the keys: a window of the window system."""
        self._surface = surface
        self._keys = keys

    def section(self) -> DockSection:
        """Return the pad."""
        rows = tuple(
            DockButtons(tuple(DockButton(msg(f"dock.keypad.{key}"), partial(self._strike, key)) for key in row))
            for row in _ROWS
        )
        return DockSection("keypad", msg("dock.keypad.title"), "touch", rows, folded=True)

    def _strike(self, key: PadKey) -> None:
        surface = self._surface()
        code = getattr(Qt.Key, f"Key_{self._keys[key]}")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if surface is not None:
                QCoreApplication.postEvent(surface, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier))
