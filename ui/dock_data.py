"""What the dock shows, as data: sections of controls, and how the devices are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kiosk.privacy import EMPTY, Private
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

    `button` stands beside the title.
    """

    id: str
    title: Text
    icon: str
    controls: tuple[DockControl, ...]
    condition: Text | None = None
    good: bool = True
    button: DockButton | None = None


@dataclass(frozen=True, slots=True)
class DockPage:
    """A web page of the demonstration: the authority's, the counter's."""

    title: Text
    address: str


@dataclass(frozen=True, slots=True)
class DockControls:
    """What can be done. A device whose callables are None is not shown.

    `insert_card` gets the id of one of `cards`; `set_card_fault`, `set_printer` that of one of
    `card_faults`, `printer_conditions`. `more` makes further sections from a state.
    """

    cards: tuple[DockOption, ...] = ()
    insert_card: Callable[[str], None] | None = None
    remove_card: Callable[[], None] | None = None
    set_reader: Callable[[bool], None] | None = None
    card_faults: tuple[DockOption, ...] = ()
    set_card_fault: Callable[[str], None] | None = None
    printer_conditions: tuple[DockOption, ...] = ()
    set_printer: Callable[[str], None] | None = None
    take_papers: Callable[[], None] | None = None
    set_muted: Callable[[bool], None] | None = None
    set_network: Callable[[bool], None] | None = None
    pages: tuple[DockPage, ...] = ()
    open_page: Callable[[str], None] | None = None
    more: Callable[[DockState], Sequence[DockSection]] | None = None


@dataclass(frozen=True, slots=True)
class DockState:
    """How the devices are. `card` is the id of the card in the reader, or ""; `papers` are newest first."""

    card: str = ""
    card_fault: str = ""
    reader: bool = True
    printer: str = "none"
    papers: tuple[Private[bytes], ...] = field(default=(), repr=False)
    spoken: Private[str] = EMPTY
    muted: bool = False
    network: bool = True
