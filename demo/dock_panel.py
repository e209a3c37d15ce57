"""What a panel of the dock is: one virtual device, described anew at each change."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from kiosk.text import Msg, msg
from ui.dock_data import DockButton, DockSection


class Panel(Protocol):
    """One virtual device in the dock. It acts on the device's own wire, never on the terminal's events."""

    def section(self) -> DockSection:
        """Return how the device is now, and what can be done to it."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a panel gets from the dock. `changed`: show it anew; `soon`: do what takes a moment, then show it anew."""

    changed: Callable[[], None]
    soon: Callable[[Coroutine[Any, Any, None]], None]

    def now(self, act: Callable[[], object]) -> Callable[[], None]:
        """Return what does something at once and shows it."""

        def acted() -> None:
            act()
            self.changed()

        return acted


def switch(off: str, on: str, act: Callable[[bool], None], *, now: bool) -> DockButton:
    """Return the button that turns something off that is on now, or on; `off` and `on` are its words' keys."""
    return DockButton(msg(off if now else on), lambda: act(not now))


def either(key: str, *, good: bool) -> Msg:
    """Return the words for one of two conditions: `<key>.good` or `<key>.bad`."""
    return msg(f"{key}.good" if good else f"{key}.bad")
