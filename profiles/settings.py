"""The settings of one terminal: which profile it shows, and which devices and services it has.

One YAML file, read as strictly as a profile. Without a file, a terminal shows the profile that ships
and has nothing attached. Secrets never stand in it: a `credential` is a name, under which the
terminal's credential store keeps the secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class LogLevel(StrEnum):
    """From which weight on messages are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Terminal:
    """How the terminal is called, at the counter and in IT's lists, and where it stands."""

    name: str = "Terminal"
    location: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The window: the whole screen, or `width` × `height` pixels.

    `ppi` is the screen's pixels an inch; None takes the profile's diagonal (`screen.inches`).
    """

    fullscreen: bool = True
    width: int = 1080
    height: int = 1920
    ppi: float | None = None


@dataclass(frozen=True, slots=True)
class EscposTcp:
    """A receipt printer that speaks ESC/POS over TCP. `profile` is its name in python-escpos' capabilities."""

    host: str
    port: int = 9100
    profile: str = "TM-T20II"


@dataclass(frozen=True, slots=True)
class EscposUsb:
    """A receipt printer at USB, by its device node (`/dev/usb/lp0`, or a udev rule's link to it)."""

    device: Path
    profile: str = "TM-T20II"


@dataclass(frozen=True, slots=True)
class EscposSerial:
    """A receipt printer at a serial port. `parity`: none, even, odd; `flow`: none, rts-cts, xon-xoff."""

    device: Path
    speed: int = 19200
    parity: str = "none"
    flow: str = "rts-cts"
    profile: str = "TM-T20II"


@dataclass(frozen=True, slots=True)
class Ipp:
    """A page printer, or CUPS' queue for it: `ipps://host/ipp/print`, `ipp://127.0.0.1/printers/name`."""

    url: str
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class AusweisApp:
    """The AusweisApp's WebSocket at this terminal, and the city's eID service."""

    url: str
    tc_token_url: str
    service_url: str
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Espeak:
    """espeak-ng. With `headset`, answers are read aloud too, since only the visitor hears them."""

    headset: bool = False


@dataclass(frozen=True, slots=True)
class FitConnect:
    """FIT-Connect v2: addresses without a trailing slash, client, and where the outbox lies.

    `destination_url` is empty where destinations are asked for at `submission_url`. `routing_issuers` are the
    portals whose signature on a destination is trusted; without one, only fixed destinations can be used.
    """

    token_url: str
    submission_url: str
    routing_url: str
    client_id: str
    credential: str
    outbox: Path
    destination_url: str = ""
    routing_issuers: tuple[str, ...] = ()
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Hub:
    """The server that brings calls for help to the counter. `terminal` is this terminal's name there."""

    url: str
    terminal: str
    credential: str
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Logging:
    """Where messages go: standard error, and a file if one is named."""

    level: LogLevel = LogLevel.INFO
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """One terminal. A device or service that is None is not there, and nothing is offered that needs it."""

    profile: Path
    terminal: Terminal = Terminal()
    window: Window = Window()
    printer: EscposTcp | EscposUsb | EscposSerial | None = None
    documents: Ipp | None = None
    eid: AusweisApp | None = None
    speech: Espeak | None = None
    submission: FitConnect | None = None
    counter: Hub | None = None
    logging: Logging = field(default_factory=Logging)
