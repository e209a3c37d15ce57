"""The keys of a tactile keypad and of switches: what each means, and which key of a keyboard it is.

Both stand at USB as keyboards. Keys are called as Qt calls them (`Qt.Key`, without `Key_`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class PadKey(StrEnum):
    """What a key of the pad does. The first nine are on every pad; the others are for pads that have more."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    SELECT = "select"
    BACK = "back"
    HELP = "help"
    REPEAT = "repeat"
    VOICE = "voice"
    LOUDER = "louder"
    QUIETER = "quieter"
    FASTER = "faster"
    SLOWER = "slower"
    WHERE = "where"
    SPELL = "spell"


NINE_KEYS: Mapping[PadKey, str] = MappingProxyType(
    {
        PadKey.UP: "Up",
        PadKey.DOWN: "Down",
        PadKey.LEFT: "Left",
        PadKey.RIGHT: "Right",
        PadKey.SELECT: "Return",
        PadKey.BACK: "Escape",
        PadKey.HELP: "F1",
        PadKey.REPEAT: "F2",
        PadKey.VOICE: "F3",
    }
)
"""What a pad sends unless its settings say otherwise."""

KEY_NAMES = frozenset(
    {
        *("Up", "Down", "Left", "Right", "Return", "Enter", "Select", "Escape", "Backspace", "Tab", "Backtab", "Space"),
        *("Insert", "Delete", "Home", "End", "PageUp", "PageDown", "Menu", "Help", "Back", "Forward", "Search"),
        *("VolumeUp", "VolumeDown", "VolumeMute", "MediaPlay", "MediaNext", "MediaPrevious", "HomePage"),
        *("Plus", "Minus", "Asterisk", "Slash", "Period", "Comma", "NumberSign"),
        *(f"F{number}" for number in range(1, 36)),
        *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    }
)
"""The keys that a pad or a switch may send."""


@dataclass(frozen=True, slots=True)
class Keypad:
    """A tactile pad. `strike_seconds`: a second strike on a key that acts within this time is a tremor."""

    keys: Mapping[PadKey, str] = field(default_factory=lambda: NINE_KEYS)
    strike_seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class ScreenKeyboard:
    """The keys on the screen. `strike_seconds`: a second strike on the same key within this time is a tremor.

    Usually it is short enough for the two l of "Keller"; EN 301 549 (5.8) wants it to be adjustable to 0.5 s and more.
    """

    strike_seconds: float = 0.15


@dataclass(frozen=True, slots=True)
class Switches:
    """Two switches, or one: `next` goes on, `select` takes what is shown.

    `automatic`: what is shown moves on by itself each `scan_seconds` once a switch was pressed, and either switch
    takes it. It rests after `rounds` rounds in which nobody took anything.
    """

    next: str = "F13"
    select: str = "F14"
    automatic: bool = False
    scan_seconds: float = 1.5
    rounds: int = 3
    strike_seconds: float = 0.5
