"""Reading the settings file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from kiosk.keypad import ScreenKeyboard
from profiles import card_settings as cards
from profiles import input_settings as inputs
from profiles.folder import MAX_YAML_BYTES, read_yaml
from profiles.loading import SHIPPED
from profiles.mistakes import Mistake, Notes
from profiles.nodes import Node, Scalar
from profiles.records import TRUTH, WORDS, Kind, Record, list_of, matching, number, one_of, record_of, whole, words
from profiles.settings import (
    COMMAND_KEYS,
    IDENTITY,
    NOT_ENROLLED,
    AusweisApp,
    EscposSerial,
    EscposTcp,
    EscposUsb,
    EvdevPresence,
    FitConnect,
    HidPresence,
    Hub,
    Ipp,
    KeyboardScanner,
    Logging,
    LogLevel,
    Network,
    SerialPresence,
    SerialScanner,
    Settings,
    Speech,
    Terminal,
    Tuf,
    Window,
)

T = TypeVar("T")

_NAME = matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "a name", "Use letters, digits, dots and hyphens.")
_HOST = matching(r"[A-Za-z0-9:._-]{1,253}", "a host", "Write a name or an address, 192.0.2.10.")
_TARGET = matching(
    r"[a-z0-9][a-z0-9.-]{0,62}(/[a-z0-9][a-z0-9.-]{0,62}){0,3}", "the name of a bundle", "Write city/foyer.tar."
)
_LEVELS = one_of({str(level): level for level in LogLevel}, LogLevel.INFO)
_SPEEDS = (9600, 19200, 38400, 57600, 115200)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def load_settings(path: Path | None) -> Settings | list[Mistake]:
    """Return the settings of the file at `path`, or all mistakes in it. None: the shipped profile, nothing attached.

    Paths in the file are relative to the file's folder.
    """
    if path is None:
        return Settings(SHIPPED)
    notes = Notes(path.name)
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        return [Mistake(path.name, 1, "The file cannot be read", "Check its name and its access rights.")]
    if size > MAX_YAML_BYTES:
        return [Mistake(path.name, 1, "The file is too large", f"At most {MAX_YAML_BYTES:,} bytes are read.")]
    tree = read_yaml(path, notes)
    settings = _settings(tree, notes, path.parent) if tree is not None else None
    return settings if settings is not None and not notes.mistakes else sorted(set(notes.mistakes))


def _settings(tree: Node, notes: Notes, folder: Path) -> Settings:
    record = Record(tree, notes, notes.file)
    directory = _existing(folder, "folder", Path.is_dir)
    settings = Settings(
        profile=record.may("profile", directory, SHIPPED),
        terminal=record.may("terminal", record_of(_terminal, Terminal()), Terminal()),
        window=record.may("window", record_of(_window, Window()), Window()),
        printer=record.may("printer", _driver(_printers(folder)), None),
        documents=record.may("documents", _driver({"ipp": partial(_ipp, folder)}), None),
        cards=record.may("cards", _driver({"pcsc": partial(cards.pcsc, _optional_file(folder))}), None),
        eid=record.may("eid", _driver({"ausweisapp": partial(_ausweisapp, folder)}), None),
        speech=record.may("speech", _driver(_voices(folder)), None),
        submission=record.may("submission", _driver({"fit-connect": partial(_fit_connect, folder)}), None),
        counter=record.may("counter", _driver(_counters(folder)), None),
        updates=record.may("updates", _driver({"tuf": partial(_tuf, folder)}), None),
        keypad=record.may("keypad", _driver({"nine-key": inputs.nine_key}), None),
        switches=record.may("switches", _driver({"two-switch": inputs.two_switch}), None),
        keyboard=record.may("keyboard", record_of(inputs.screen_keyboard, ScreenKeyboard()), ScreenKeyboard()),
        scanner=record.may("scanner", _driver(_scanners(folder)), None),
        presence=record.may("presence", _driver(_sensors(folder)), None),
        staff_code=record.may("staff", record_of(lambda staff: staff.need("credential", _NAME), ""), ""),
        logging=record.may("logging", record_of(partial(_logging, folder), Logging()), Logging()),
        network=record.may("network", record_of(_network, Network()), Network()),
    )
    record.done()
    return settings


def _driver(drivers: Mapping[str, Callable[[Record], T]]) -> Kind[T | None]:
    """A device or service: `none`, or a mapping whose `driver` says how the rest is read."""

    def read(node: Node, notes: Notes, key: str) -> T | None:
        if isinstance(node, Scalar) and node.text == "none":
            return None
        if isinstance(node, Scalar):
            notes.add(node.line, f'"{key}: {node.text[:60]}" is not known', "Write none, or a driver under it.")
            return None
        record = Record(node, notes, key)
        name = record.need("driver", one_of(frozenset(drivers), ""))
        if name not in drivers:
            return None
        value = drivers[name](record)
        record.done()
        return value

    return Kind(read, None)


def _terminal(record: Record) -> Terminal:
    return Terminal(record.may("name", WORDS, Terminal().name), record.may("location", WORDS, ""))


def _window(record: Record) -> Window:
    default = Window()
    ppi = record.may("ppi", number(20, 600, "pixels an inch"), 0)
    return Window(
        fullscreen=record.may("fullscreen", TRUTH, default.fullscreen),
        width=record.may("width", whole(320, 8192, "pixels"), default.width),
        height=record.may("height", whole(320, 8192, "pixels"), default.height),
        ppi=ppi or None,
    )


def _printers(folder: Path) -> dict[str, Callable[[Record], EscposTcp | EscposUsb | EscposSerial]]:
    return {
        "escpos-tcp": _escpos,
        "escpos-usb": partial(_escpos_usb, folder),
        "escpos-serial": partial(_escpos_serial, folder),
    }


def _scanners(folder: Path) -> dict[str, Callable[[Record], SerialScanner | KeyboardScanner]]:
    path = _path(folder)
    return {"serial": partial(inputs.serial_scanner, path), "keyboard": partial(inputs.keyboard_scanner, path)}


def _sensors(folder: Path) -> dict[str, Callable[[Record], SerialPresence | HidPresence | EvdevPresence]]:
    path = _path(folder)
    return {
        "serial": partial(inputs.serial_presence, path),
        "hid": partial(inputs.hid_presence, path),
        "evdev": partial(inputs.evdev_presence, path),
    }


def _escpos_usb(folder: Path, record: Record) -> EscposUsb:
    device = record.need("device", _path(folder))
    return EscposUsb(device, record.may("profile", WORDS, EscposUsb(device).profile))


def _escpos_serial(folder: Path, record: Record) -> EscposSerial:
    device = record.need("device", _path(folder))
    default = EscposSerial(device)
    return EscposSerial(
        device,
        record.may("speed", Kind(_speed, default.speed), default.speed),
        record.may("parity", one_of(frozenset({"none", "even", "odd"}), default.parity), default.parity),
        record.may("flow", one_of(frozenset({"none", "rts-cts", "xon-xoff"}), default.flow), default.flow),
        record.may("profile", WORDS, default.profile),
    )


def _speed(node: Node, notes: Notes, key: str) -> int | None:
    value = whole(1, 4_000_000, "bits a second").read(node, notes, key)
    if value is None or value in _SPEEDS:
        return value
    notes.add(node.line, f'"{key}: {value}" is not known', f"Choose one of: {', '.join(map(str, _SPEEDS))}.")
    return None


def _escpos(record: Record) -> EscposTcp:
    default = EscposTcp("")
    return EscposTcp(
        record.need("host", _HOST),
        record.may("port", whole(1, 65535), default.port),
        record.may("profile", WORDS, default.profile),
    )


def _ipp(folder: Path, record: Record) -> Ipp:
    return Ipp(record.need("url", _url("ipp", "ipps")), record.may("ca_file", _optional_file(folder), None))


def _ausweisapp(folder: Path, record: Record) -> AusweisApp:
    program = record.may("program", one_of(frozenset({"managed", "external"}), "managed"), "managed")
    url = record.may("url", _url("ws", "wss"), "")
    if program == "external" and not url:
        record.notes.add(record.line, '"url" is missing', 'Add a line "url: ws://127.0.0.1:24727/eID-Kernel".')
    elif program == "managed" and url:
        record.notes.add(record.line_of("url"), '"url" has no effect', 'Remove it, or write "program: external".')
    return AusweisApp(
        url=url,
        tc_token_url=record.need("tc_token_url", _url("http", "https", query=True)),
        service_url=record.need("service_url", _url("http", "https")),
        ca_file=record.may("ca_file", _optional_file(folder), None),
    )


def _voices(folder: Path) -> dict[str, Callable[[Record], Speech]]:
    return {name: partial(_speech, folder, name) for name in ("espeak", "pyttsx3", "pico", "piper")}


def _speech(folder: Path, driver: str, record: Record) -> Speech:
    default = Speech(driver)
    program = _existing(folder, "file", Path.is_file)
    return Speech(
        driver,
        record.may("loudspeaker", WORDS, default.loudspeaker),
        record.may("headset", WORDS, default.headset),
        record.need("models", _existing(folder, "folder", Path.is_dir)) if driver == "piper" else None,
        record.may("python", Kind(program.read, None), None) if driver != Speech().driver else None,
    )


def _fit_connect(folder: Path, record: Record) -> FitConnect:
    address = _url("http", "https")
    return FitConnect(
        token_url=record.need("token_url", address),
        submission_url=record.need("submission_url", address),
        routing_url=record.need("routing_url", address),
        destination_url=record.may("destination_url", address, ""),
        client_id=record.need("client_id", WORDS),
        credential=record.need("credential", _NAME),
        outbox=record.need("outbox", _path(folder)),
        routing_issuers=record.may("routing_issuers", list_of(WORDS), ()),
        ca_file=record.may("ca_file", _optional_file(folder), None),
    )


def _counters(folder: Path) -> dict[str, Callable[[Record], Hub]]:
    return {"hub": partial(_hub, folder), "enrolled": partial(_enrolled, folder)}


def _hub(folder: Path, record: Record) -> Hub:
    deeds, commands = (record.may(name, _path(folder), Path()) for name in ("deeds", "commands"))
    return Hub(
        url=record.need("url", _url("http", "https")),
        terminal=record.need("terminal", WORDS),
        credential=record.need("credential", _NAME),
        ca_file=record.may("ca_file", _optional_file(folder), None),
        deeds=deeds if deeds != Path() else None,
        commands=commands if commands != Path() else None,
        command_keys=record.may("command_keys", _path(folder), COMMAND_KEYS),
    )


def _enrolled(folder: Path, record: Record) -> Hub:
    """Read where the hub is and how we are called there from what enrolment has written.

    Before that there is a hub that nobody can reach: the terminal works, and says that the counter cannot be called.
    """
    identity = record.may("identity", _path(folder), IDENTITY)
    kept = [record.may(name, _path(folder), Path()) for name in ("deeds", "commands")]
    deeds, commands = (path if path != Path() else None for path in kept)
    current = identity / "current"
    try:
        known = json.loads((current / "identity.json").read_bytes())
        url, terminal = str(known["hub"]), str(known["terminal"])
    except (OSError, ValueError, TypeError, KeyError):
        url, terminal = NOT_ENROLLED, ""
    return Hub(
        url=url,
        terminal=terminal,
        credential="identity" if (current / "key.cred").exists() else "",
        ca_file=record.may("ca_file", _optional_file(folder), None),
        deeds=deeds,
        commands=commands,
        command_keys=current / "commands.jwks",
        identity=identity,
    )


def _tuf(folder: Path, record: Record) -> Tuf:
    return Tuf(
        url=record.need("url", _url("http", "https")),
        target=record.need("target", _TARGET),
        root=record.need("root", _existing(folder, "file", Path.is_file)),
        state=record.need("state", _path(folder)),
        socket=record.need("socket", _path(folder)),
        every_minutes=record.may("every_minutes", whole(1, 1440, "minutes"), 15),
        ca_file=record.may("ca_file", _optional_file(folder), None),
    )


def _logging(folder: Path, record: Record) -> Logging:
    path = record.may("file", _path(folder), Path())
    return Logging(record.may("level", _LEVELS, LogLevel.INFO), path if path != Path() else None)


def _network(record: Record) -> Network:
    return Network(record.may("hosts", list_of(_HOST), ()))


def _url(plain: str, secure: str, *, query: bool = False) -> Kind[str]:
    """An address: `secure`, or `plain` on this computer itself. Without user, fragment and, unless said, query."""
    unwanted = r"[\s#@]" if query else r"[\s?#@]"

    def read(node: Node, notes: Notes, key: str) -> str | None:
        value = words(node, notes, key)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname, parts.port
        except ValueError:
            parts, host = urlsplit(""), None
        if not host or re.search(unwanted, value) or parts.scheme not in (plain, secure):
            notes.add(node.line, f'"{key}" is not an address', f"Write {secure}://host/path.")
        elif parts.scheme == plain and host not in _LOOPBACK:
            notes.add(node.line, f'"{key}" is not encrypted', f"Use {secure}:// (only 127.0.0.1 may go without).")
        else:
            return value.rstrip("/")
        return None

    return Kind(read, "")


def _path(folder: Path) -> Kind[Path]:
    def read(node: Node, notes: Notes, key: str) -> Path | None:
        value = words(node, notes, key)
        return None if value is None else folder / value

    return Kind(read, Path())


def _existing(folder: Path, what: str, exists: Callable[[Path], bool]) -> Kind[Path]:
    def read(node: Node, notes: Notes, key: str) -> Path | None:
        path = _path(folder).read(node, notes, key)
        if path is None or _safely(exists, path):
            return path
        notes.add(node.line, f'The {what} of "{key}" does not exist: {path}', "Create it, or correct the path.")
        return None

    return Kind(read, Path())


def _safely(exists: Callable[[Path], bool], path: Path) -> bool:
    try:
        return exists(path)
    except (OSError, ValueError):
        return False


def _optional_file(folder: Path) -> Kind[Path | None]:
    kind = _existing(folder, "file", Path.is_file)
    return Kind(kind.read, None)
