"""What the dock shows, as data: a section for each device, with how it is and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.privacy import Private
from kiosk.text import Text


@dataclass(frozen=True, slots=True)
class DockOption:
    """One of several things to choose."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class DockChoice:
    """Buttons of which one is chosen (or none, `""`). `choose` gets the id of the one touched.

    `folded` shows them as one box that drops down.
    """

    options: tuple[DockOption, ...]
    chosen: str
    choose: Callable[[str], None]
    label: Text | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class DockButton:
    """A button that does something at once."""

    label: Text
    act: Callable[[], None]
    icon: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class DockButtons:
    """Buttons beside each other."""

    buttons: tuple[DockButton, ...]


@dataclass(frozen=True, slots=True)
class DockLine:
    """Words, such as those that are being spoken. `words` is shown while it is not empty, else `empty`."""

    words: Private[str]
    empty: Text


@dataclass(frozen=True, slots=True)
class DockPictures:
    """Pictures (PNG), newest first."""

    pictures: tuple[Private[bytes], ...]
    empty: Text
    name: Text


DockControl: TypeAlias = DockChoice | DockButtons | DockLine | DockPictures


@dataclass(frozen=True, slots=True)
class DockSection:
    """One device: what it is, how it is (in words; `good` colours them), what can be done to it.

    `button` stands beside the title. `folded`: only the title is shown until somebody opens it.
    """

    id: str
    title: Text
    icon: str
    controls: tuple[DockControl, ...]
    condition: Text | None = None
    good: bool = True
    button: DockButton | None = None
    folded: bool = False
