"""A scanner that is a keyboard (wedge), read below the desktop and grabbed: it cannot type into anything.

Linux input events (linux/input.h, Documentation/input/event-codes): a grab (`EVIOCGRAB`) gives all events of the device
to whoever holds it. The terminal's user needs read access to the node (group `input`, or a udev rule). What its keys
mean comes from xkeyboard-config, as for every keyboard.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from pathlib import Path

from devices.input_events import EV_KEY, reader
from devices.node import Node, SetUp, listen
from devices.scanner.frames import Frames
from devices.scanner.serial import LOST
from kiosk.device_events import Scanned
from kiosk.ports import Tell

_DOWN, _UP = 1, 0
_EVIOCGRAB = 0x40044590
_XKB_OFFSET = 8
"""X's key codes are Linux' plus this (xkeyboard-config, keycodes/evdev)."""


def grab(descriptor: int) -> None:
    """Take the device away from everybody else. Raises `OSError`."""
    fcntl.ioctl(descriptor, _EVIOCGRAB, 1)


class Keys:
    """Turns key events into what a keyboard of that layout types."""

    def __init__(self, layout: str, typed: Callable[[bytes], None]) -> None:
        """`layout`: as in xkeyboard-config ("us", "de"), as the scanner is set to."""
        from xkbcommon import xkb

        self._xkb = xkb
        self._state = xkb.Context().keymap_new_from_names(rules="evdev", layout=layout).state_new()
        self._typed = typed

    def take(self, kind: int, code: int, value: int) -> None:
        """Take one input event."""
        if kind == EV_KEY:
            self._key(code + _XKB_OFFSET, value)

    def _key(self, code: int, value: int) -> None:
        if value == _DOWN:
            self._typed(self._state.key_get_string(code).encode())
        if value in (_DOWN, _UP):
            self._state.update_key(code, self._xkb.XKB_KEY_DOWN if value == _DOWN else self._xkb.XKB_KEY_UP)


class GrabbedScanner:
    """A `kiosk.ports.Scanner` that is a keyboard, by its node (`/dev/input/by-id/…-event-kbd`).

    While it cannot be grabbed the scanner counts as lost: what it types is then held back by the window.
    """

    def __init__(
        self, device: Path, layout: str = "us", *, prefix: str = "", suffix: str = "", take_over: SetUp = grab
    ) -> None:
        self._node = Node(device, take_over)
        self._layout, self._prefix, self._suffix = layout, prefix, suffix

    async def watch(self, tell: Tell) -> None:
        """Tell `DeviceChanged` and `Scanned`, until cancelled."""

        def keys() -> Keys:
            frames = Frames(lambda code: tell(Scanned(code)), time.monotonic, self._prefix, self._suffix)
            return Keys(self._layout, frames.take)

        await listen(self._node, LOST, lambda: reader(keys().take), tell)
