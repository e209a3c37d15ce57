"""The settings of what visitors operate a terminal with besides the screen: keypad, switches, scanner, sensor."""

from __future__ import annotations

from pathlib import Path

from kiosk.keypad import KEY_NAMES, NINE_KEYS, Keypad, PadKey, ScreenKeyboard, Switches
from profiles.mistakes import Notes
from profiles.nodes import Entries, Node
from profiles.records import TRUTH, WORDS, Kind, Record, matching, number, one_of, whole
from profiles.settings import EvdevPresence, HidPresence, KeyboardScanner, SerialPresence, SerialScanner

_NO_KEYS: dict[PadKey, str] = {}
_KEY = one_of(KEY_NAMES, "")
_STRIKE = number(0.1, 2, "seconds")
_LAYOUT = matching(r"[a-z]{2,8}(\([a-z0-9_-]{1,30}\))?", "a layout", "Use a name of xkeyboard-config: us, de.")
_SPEEDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


def nine_key(record: Record) -> Keypad:
    """Read `driver: nine-key`. Keys that are not named keep what a pad usually sends."""
    default = Keypad()
    keys = record.may("keys", Kind(_keys, _NO_KEYS), _NO_KEYS)
    if len(set({**NINE_KEYS, **keys}.values())) < len({**NINE_KEYS, **keys}):
        record.notes.add(record.line_of("keys"), "A key of the keypad is there twice", "Give each its own.")
    return Keypad({**NINE_KEYS, **keys}, record.may("strike_seconds", _STRIKE, default.strike_seconds))


def _keys(node: Node, notes: Notes, key: str) -> dict[PadKey, str] | None:
    record = Record(node, notes, key)
    if not isinstance(node, Entries):
        return None
    named = {pad: record.may(str(pad), _KEY, "") for pad in PadKey}
    record.done()
    return {pad: name for pad, name in named.items() if name}


def two_switch(record: Record) -> Switches:
    """Read `driver: two-switch`."""
    default = Switches()
    switches = Switches(
        next=record.may("next", _KEY, default.next),
        select=record.may("select", _KEY, default.select),
        automatic=record.may("automatic", TRUTH, default.automatic),
        scan_seconds=record.may("scan_seconds", number(0.3, 10, "seconds"), default.scan_seconds),
        rounds=record.may("rounds", whole(1, 20, "rounds"), default.rounds),
        strike_seconds=record.may("strike_seconds", _STRIKE, default.strike_seconds),
    )
    if switches.next == switches.select:
        record.notes.add(record.line_of("select"), "Both switches send the same key", "Give each its own.")
    return switches


def screen_keyboard(record: Record) -> ScreenKeyboard:
    """Read `keyboard`: the keys on the screen."""
    return ScreenKeyboard(record.may("strike_seconds", _STRIKE, ScreenKeyboard().strike_seconds))


def serial_scanner(path: Kind[Path], record: Record) -> SerialScanner:
    """Read a scanner with `driver: serial`."""
    device = record.need("device", path)
    return SerialScanner(
        device,
        record.may("speed", Kind(_speed, 9600), SerialScanner(device).speed),
        record.may("prefix", WORDS, ""),
        record.may("suffix", WORDS, ""),
    )


def keyboard_scanner(path: Kind[Path], record: Record) -> KeyboardScanner:
    """Read a scanner with `driver: keyboard`."""
    device = record.may("device", path, Path())
    return KeyboardScanner(
        None if device == Path() else device,
        record.may("layout", _LAYOUT, KeyboardScanner().layout),
        record.may("prefix", WORDS, ""),
        record.may("suffix", WORDS, ""),
    )


def serial_presence(path: Kind[Path], record: Record) -> SerialPresence:
    """Read a sensor with `driver: serial`."""
    device = record.need("device", path)
    present, absent = record.need("present", WORDS), record.need("absent", WORDS)
    if present and present == absent:
        record.notes.add(record.line_of("absent"), '"present" and "absent" are the same', "Give each its own.")
    return SerialPresence(device, present, absent, record.may("speed", Kind(_speed, 9600), 9600))


def hid_presence(path: Kind[Path], record: Record) -> HidPresence:
    """Read a sensor with `driver: hid`."""
    device = record.need("device", path)
    default = HidPresence(device)
    sensor = HidPresence(
        device,
        record.may("byte", whole(0, 63, "bytes"), default.byte),
        record.may("mask", whole(1, 255), default.mask),
        record.may("length", whole(1, 64, "bytes"), default.length),
    )
    if sensor.byte >= sensor.length:
        record.notes.add(record.line_of("byte"), '"byte" lies behind the report', 'Bytes count from 0 to "length" - 1.')
    return sensor


def evdev_presence(path: Kind[Path], record: Record) -> EvdevPresence:
    """Read a sensor with `driver: evdev`."""
    device = record.need("device", path)
    return EvdevPresence(device, record.may("near", whole(0, 1_000_000), EvdevPresence(device).near))


def _speed(node: Node, notes: Notes, key: str) -> int | None:
    value = whole(1, 4_000_000, "bits a second").read(node, notes, key)
    if value is None or value in _SPEEDS:
        return value
    notes.add(node.line, f'"{key}: {value}" is not known', f"Choose one of: {', '.join(map(str, _SPEEDS))}.")
    return None
