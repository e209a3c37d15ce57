"""What room a window leaves for title and parts, beside head, keyboard, actions and bar."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from ui.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for title and parts, in pixels of the window.

    `side` is the floor of the left column in landscape; `typing`: the keyboard is open.
    """

    top: int
    floor: int
    side: int
    typing: bool


def head_height(m: Metrics, *, hero: bool) -> int:
    """Return the height of the head; on a first screen the town stands in it."""
    if not hero or m.extra:
        return m.zones.head.height()
    if m.landscape:
        return m.px(240)
    return m.px(300) if m.large else m.px(420)


def keyboard_rect(m: Metrics, actions: QRect) -> QRect:
    """Return where the keyboard lies: in portrait above the actions, also where they need two rows."""
    rect = QRect(m.zones.keyboard)
    return rect if m.landscape else rect.translated(0, actions.top() - m.zones.actions.top())


def frame_for(m: Metrics, head: int, actions: QRect | None, keyboard: QRect | None) -> Frame:
    """Return the frame under a head of some height (0: none), above the actions and the keyboard, if there are any."""
    top = head or m.px(24 if m.landscape else 40)
    side = actions.top() - m.px(34) if actions else m.zones.bar.top() - m.px(28)
    floor = side
    if m.landscape:
        floor = (actions or m.zones.actions).bottom() + 1
    if keyboard is not None:
        floor = keyboard.top() - m.px(16)
        side = side if m.landscape else floor
    return Frame(top, floor, side, typing=keyboard is not None)
