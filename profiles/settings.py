"""The settings of one terminal: which profile it shows, and which devices and services it has.

One YAML file, read as strictly as a profile. Without a file, a terminal shows the profile that ships
and has nothing attached. Secrets never stand in it: a `credential` is a name, under which the
terminal's credential store keeps the secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.cards import CardRule
from kiosk.keypad import Keypad, ScreenKeyboard, Switches

IDENTITY = Path("/var/lib/lotse-identity")
"""Where enrolment writes who the terminal is; `current` in it is what counts."""
NOT_ENROLLED = "https://not-enrolled.invalid"
"""The hub of a terminal that is not enrolled yet: no name ends so (RFC 6761, 6.4)."""
COMMAND_KEYS = IDENTITY / "current" / "commands.jwks"
"""Where enrolment writes the public keys that commands are signed with."""


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
    """The AusweisApp at this terminal, and the city's eID service.

    `url` is the WebSocket of one that somebody else runs; empty where the terminal starts and watches its own.
    """

    url: str
    tc_token_url: str
    service_url: str
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """A voice: `driver` is espeak, pyttsx3, pico or piper; the latter three in a process, with espeak to stand in.

    `loudspeaker` and `headset` are shell patterns of what the sound server calls its outputs or their ports. What the
    visitor told is read to a headset alone. `models` is the folder of Piper's models, `python` the interpreter that
    has the voice's library, where it is not Lotse's own.
    """

    driver: str = "espeak"
    loudspeaker: str = "*"
    headset: str = "*head*"
    models: Path | None = None
    python: Path | None = None


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
    """The server that brings calls for help to the counter. `terminal` is this terminal's name there.

    What staff did at the terminal is kept in the file `deeds` until the hub has it. Commands from afar are taken if
    there is a file `commands` to write down which were done; they are signed with one of `command_keys`. A terminal
    that is enrolled has an `identity` folder, and `credential` opens the key in it if it is sealed.
    """

    url: str
    terminal: str
    credential: str
    ca_file: Path | None = None
    deeds: Path | None = None
    commands: Path | None = None
    command_keys: Path = COMMAND_KEYS
    identity: Path | None = None


@dataclass(frozen=True, slots=True)
class Tuf:
    """Where the profile comes from: `target` in the repository of signed bundles at `url` (no slash at the end).

    `root` is the repository's root as IT brought it here. The agent keeps what it fetches in the folder `state`, and
    the terminal reaches it at `socket`. `every_minutes` it looks for something new.
    """

    url: str
    target: str
    root: Path
    state: Path
    socket: Path
    every_minutes: int = 15
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class SerialScanner:
    """A scanner at a serial port. `prefix`, `suffix`: what it puts around each code, besides the end of the line."""

    device: Path
    speed: int = 9600
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class KeyboardScanner:
    """A scanner that types (keyboard wedge). With `device`, its node below /dev/input, it is grabbed.

    `layout` is the keyboard layout that the scanner is set to.
    """

    device: Path | None = None
    layout: str = "us"
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class SerialPresence:
    """A presence sensor at a serial port: what it sends when somebody comes, and when nobody is left."""

    device: Path
    present: str
    absent: str
    speed: int = 9600


@dataclass(frozen=True, slots=True)
class HidPresence:
    """A presence sensor at /dev/hidraw*: any bit of `mask` in byte `byte` of its reports of `length` bytes."""

    device: Path
    byte: int = 0
    mask: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True)
class EvdevPresence:
    """A presence sensor below /dev/input: its proximity switch, or a distance of at most `near`."""

    device: Path
    near: int = 100


@dataclass(frozen=True, slots=True)
class Pcsc:
    """Card readers at PC/SC whose names fit one of `readers` (shell patterns), and what cards there are.

    `staff` is a PEM file with the certificates of the staff's cards.
    """

    readers: tuple[str, ...] = ("*",)
    kinds: tuple[CardRule, ...] = ()
    staff: Path | None = None


@dataclass(frozen=True, slots=True)
class Logging:
    """Where messages go: standard error, and a file if one is named."""

    level: LogLevel = LogLevel.INFO
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Hosts (`host`, `host:port`) that a locked-down terminal may reach besides its devices and services."""

    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """One terminal. A device or service that is None is not there, and nothing is offered that needs it."""

    profile: Path
    terminal: Terminal = Terminal()
    window: Window = Window()
    printer: EscposTcp | EscposUsb | EscposSerial | None = None
    documents: Ipp | None = None
    eid: AusweisApp | None = None
    speech: Speech | None = None
    submission: FitConnect | None = None
    counter: Hub | None = None
    updates: Tuf | None = None
    logging: Logging = field(default_factory=Logging)
    network: Network = Network()
    keypad: Keypad | None = None
    switches: Switches | None = None
    keyboard: ScreenKeyboard = field(default_factory=ScreenKeyboard)
    scanner: SerialScanner | KeyboardScanner | None = None
    presence: SerialPresence | HidPresence | EvdevPresence | None = None
    cards: Pcsc | None = None
    staff_code: str = ""
    """The credential with the hash of the staff's code; empty: cards alone open their page."""
