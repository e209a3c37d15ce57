"""The settings file: what it chooses, and what is wrong in it, by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kiosk.keypad import NINE_KEYS, Keypad, PadKey, Switches
from profiles.folder import read_yaml
from profiles.loading import SHIPPED
from profiles.mistakes import Mistake, Notes
from profiles.nodes import parse, plain
from profiles.schema_check import SETTINGS_SCHEMA
from profiles.settings import (
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
    LogLevel,
    SerialPresence,
    SerialScanner,
    Settings,
    Speech,
    Terminal,
    Window,
)
from profiles.settings_file import load_settings

EXAMPLE = Path(__file__).parents[2] / "docs" / "settings.example.yaml"


def written(folder: Path, content: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def mistake(folder: Path, content: str) -> Mistake:
    found = load_settings(written(folder, content))
    assert isinstance(found, list)
    assert len(found) == 1, [str(each) for each in found]
    return found[0]


def test_without_a_file_the_shipped_profile_is_shown_and_nothing_attached() -> None:
    assert load_settings(None) == Settings(SHIPPED)
    assert Settings(SHIPPED).printer is None


def test_the_example_loads() -> None:
    settings = load_settings(EXAMPLE)
    assert isinstance(settings, Settings), settings
    assert settings.profile.samefile(SHIPPED)
    assert settings.terminal == Terminal("Terminal 1", "Rathaus, Foyer")
    assert settings.window == Window()
    assert settings.printer == EscposTcp("192.0.2.10", 9100)
    assert isinstance(settings.eid, AusweisApp)
    assert settings.eid.url == ""
    assert settings.speech == Speech()
    assert isinstance(settings.submission, FitConnect)
    assert settings.submission.outbox == Path("/var/lib/lotse/outbox.sqlite")
    assert isinstance(settings.counter, Hub)
    assert settings.logging.level is LogLevel.INFO


def test_the_example_fits_the_published_schema() -> None:
    tree = read_yaml(EXAMPLE, Notes("example"))
    assert tree is not None
    Draft202012Validator(json.loads(SETTINGS_SCHEMA.read_text())).validate(plain(tree))


EID = "eid:\n  driver: ausweisapp\n  tc_token_url: https://eid.example/tc\n  service_url: https://eid.example\n"
AT = "  url: ws://127.0.0.1:24727/eID-Kernel\n"


@pytest.mark.parametrize(
    ("lines", "url"),
    [("", ""), ("  program: managed\n", ""), ("  program: external\n" + AT, "ws://127.0.0.1:24727/eID-Kernel")],
)
def test_the_ausweisapp_is_started_here_or_by_somebody_else(tmp_path: Path, lines: str, url: str) -> None:
    settings = load_settings(written(tmp_path, EID + lines))
    assert isinstance(settings, Settings), settings
    assert settings.eid is not None
    assert settings.eid.url == url
    assert not schema_faults(EID + lines)


@pytest.mark.parametrize("lines", [AT, "  program: managed\n" + AT, "  program: external\n", "  program: mine\n"])
def test_who_starts_the_ausweisapp_must_be_clear(tmp_path: Path, lines: str) -> None:
    assert mistake(tmp_path, EID + lines)
    assert schema_faults(EID + lines)


def schema_faults(content: str) -> list[str]:
    tree = parse(content, Notes("settings"))
    assert tree is not None
    validator = Draft202012Validator(json.loads(SETTINGS_SCHEMA.read_text()))
    return [error.message for error in validator.iter_errors(plain(tree))]


def test_none_is_nothing(tmp_path: Path) -> None:
    content = "printer: none\neid: none\nspeech: none\nsubmission: none\ncounter: none\n"
    assert load_settings(written(tmp_path, content)) == Settings(SHIPPED)


@pytest.mark.parametrize(
    ("lines", "printer"),
    [
        ("driver: escpos-usb, device: /dev/usb/lp0", EscposUsb(Path("/dev/usb/lp0"))),
        ("driver: escpos-serial, device: /dev/ttyS0", EscposSerial(Path("/dev/ttyS0"))),
        (
            "driver: escpos-serial, device: /dev/ttyUSB0, speed: 9600, parity: even, flow: xon-xoff, profile: TM-T88V",
            EscposSerial(Path("/dev/ttyUSB0"), 9600, "even", "xon-xoff", "TM-T88V"),
        ),
    ],
)
def test_a_printer_can_be_at_a_device_file(tmp_path: Path, lines: str, printer: EscposUsb | EscposSerial) -> None:
    path = written(tmp_path, f"printer: {{{lines}}}\n")
    settings = load_settings(path)
    assert isinstance(settings, Settings), settings
    assert settings.printer == printer
    tree = read_yaml(path, Notes("settings"))
    assert tree is not None
    Draft202012Validator(json.loads(SETTINGS_SCHEMA.read_text())).validate(plain(tree))


def test_a_page_printer_speaks_ipp(tmp_path: Path) -> None:
    content = "documents:\n  driver: ipp\n  url: ipps://printer.example.org/ipp/print\n"
    settings = load_settings(written(tmp_path, content))
    assert isinstance(settings, Settings), settings
    assert settings.documents == Ipp("ipps://printer.example.org/ipp/print")
    tree = read_yaml(written(tmp_path, content), Notes("settings"))
    assert tree is not None
    Draft202012Validator(json.loads(SETTINGS_SCHEMA.read_text())).validate(plain(tree))


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    settings = load_settings(written(tmp_path, "profile: city\nlogging: {file: lotse.log}\n"))
    assert isinstance(settings, Settings)
    assert settings.profile == tmp_path / "city"
    assert settings.logging.file == tmp_path / "lotse.log"


@pytest.mark.parametrize(
    ("content", "line", "what", "remedy"),
    [
        ("terminal: {name: A}\nprnter: none\n", 2, '"prnter" is not known', 'mean "printer"'),
        ("printer:\n  driver: escpos-tpc\n  host: a\n", 2, '"driver: escpos-tpc" is not known', "escpos-tcp"),
        ("printer:\n  driver: escpos-tcp\n", 2, '"host" is missing', "Add a line"),
        ("printer:\n  driver: escpos-tcp\n  host: a\n  baud: 9600\n", 4, '"baud" is not known', "Known here"),
        ("printer:\n  driver: escpos-tcp\n  host: a\n  port: 99999\n", 4, "out of range", "1 to 65535"),
        ("printer:\n  host: a\n", 2, '"driver" is missing', "Add"),
        ("printer:\n  driver: escpos-serial\n  device: /dev/ttyS0\n  speed: 4800\n", 4, "speed: 4800", "Choose one of"),
        ("printer:\n  driver: escpos-usb\n", 2, '"device" is missing', "Add a line"),
        ("documents:\n  driver: ipp\n  url: ipp://printer.example.org/ipp/print\n", 3, "not encrypted", "ipps"),
        ("printer: usb\n", 1, '"printer: usb" is not known', "Write none, or a driver"),
        ("profile: nowhere\n", 1, "does not exist", "Create it"),
        (
            "counter:\n  driver: hub\n  url: http://hub.example\n  terminal: a\n  credential: b\n",
            3,
            "not encrypted",
            "https",
        ),
        ("counter:\n  driver: hub\n  url: nonsense\n  terminal: a\n  credential: b\n", 3, "not an address", "https"),
        (
            "counter:\n  driver: hub\n  url: https://u:p@h\n  terminal: a\n  credential: b\n",
            3,
            "not an address",
            "https",
        ),
        (
            "counter:\n  driver: hub\n  url: https://h:99999\n  terminal: a\n  credential: b\n",
            3,
            "not an address",
            "https",
        ),
        ("logging:\n  level: loud\n", 2, '"level: loud" is not known', "Choose one of"),
        ("window:\n  fullscreen: 1\n", 2, "neither true nor false", "Write true or false"),
        ("- a\n", 1, "must have keys", "key: value"),
        ("", 1, "empty", "Fill it"),
    ],
)
def test_a_mistake_is_named_by_line_and_remedy(tmp_path: Path, content: str, line: int, what: str, remedy: str) -> None:
    found = mistake(tmp_path, content)
    assert (found.file, found.line) == ("settings.yaml", line)
    assert what in found.what
    assert remedy in found.remedy


def test_plain_addresses_are_for_this_computer_only(tmp_path: Path) -> None:
    content = "counter:\n  driver: hub\n  url: http://127.0.0.1:8700/\n  terminal: a\n  credential: b\n"
    settings = load_settings(written(tmp_path, content))
    assert isinstance(settings, Settings)
    assert settings.counter == Hub("http://127.0.0.1:8700", "a", "b")


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    found = load_settings(tmp_path / "nowhere.yaml")
    assert isinstance(found, list)
    assert "cannot be read" in found[0].what


def test_the_loader_and_the_schema_know_the_same_keys(tmp_path: Path) -> None:
    known = set(json.loads(SETTINGS_SCHEMA.read_text())["properties"])
    remedy = mistake(tmp_path, "nothing: 1\n").remedy
    assert set(remedy.removeprefix("Remove it. Known here: ").rstrip(".").split(", ")) == known


@pytest.mark.parametrize(
    ("section", "driver"),
    [
        ("printer", "escpos-tcp"),
        ("eid", "ausweisapp"),
        ("speech", "espeak"),
        ("submission", "fit-connect"),
        ("counter", "hub"),
        ("updates", "tuf"),
        ("cards", "pcsc"),
    ],
)
def test_the_loader_and_the_schema_know_the_same_keys_of_each_driver(tmp_path: Path, section: str, driver: str) -> None:
    schema = json.loads(SETTINGS_SCHEMA.read_text())["properties"][section]["oneOf"][1]
    found = load_settings(written(tmp_path, f"{section}:\n  driver: {driver}\n  nothing: 1\n"))
    assert isinstance(found, list)
    hint = next(each.remedy for each in found if '"nothing"' in each.what)
    missing = {each.what.split('"')[1] for each in found if each.what.endswith("is missing")}
    assert set(hint.removeprefix("Remove it. Known here: ").rstrip(".").split(", ")) == set(schema["properties"])
    assert missing | {"driver"} == set(schema["required"])


def test_settings_are_plain_yaml_without_tricks(tmp_path: Path) -> None:
    notes = Notes("x")
    assert parse("printer: &a none\neid: *a\n", notes) is None
    assert notes.mistakes


@pytest.mark.parametrize(
    ("content", "section", "value"),
    [
        ("keypad: {driver: nine-key}", "keypad", Keypad()),
        (
            "keypad: {driver: nine-key, keys: {select: Space, louder: VolumeUp}, strike_seconds: 0.8}",
            "keypad",
            Keypad({**NINE_KEYS, PadKey.SELECT: "Space", PadKey.LOUDER: "VolumeUp"}, 0.8),
        ),
        (
            'switches: {driver: two-switch, next: "1", select: "2", automatic: true, scan_seconds: 2}',
            "switches",
            Switches("1", "2", automatic=True, scan_seconds=2),
        ),
        ("scanner: {driver: serial, device: /dev/ttyACM0}", "scanner", SerialScanner(Path("/dev/ttyACM0"))),
        ("scanner: {driver: keyboard, prefix: X}", "scanner", KeyboardScanner(prefix="X")),
        (
            "scanner: {driver: keyboard, device: /dev/input/event3, layout: de}",
            "scanner",
            KeyboardScanner(Path("/dev/input/event3"), "de"),
        ),
        (
            "presence: {driver: serial, device: /dev/ttyS1, present: P1, absent: P0}",
            "presence",
            SerialPresence(Path("/dev/ttyS1"), "P1", "P0"),
        ),
        (
            "presence: {driver: hid, device: /dev/hidraw0, byte: 1, mask: 4, length: 3}",
            "presence",
            HidPresence(Path("/dev/hidraw0"), 1, 4, 3),
        ),
        (
            "presence: {driver: evdev, device: /dev/input/event5, near: 80}",
            "presence",
            EvdevPresence(Path("/dev/input/event5"), 80),
        ),
    ],
)
def test_what_a_terminal_is_operated_with(tmp_path: Path, content: str, section: str, value: object) -> None:
    path = written(tmp_path, content + "\n")
    settings = load_settings(path)
    assert isinstance(settings, Settings), settings
    assert getattr(settings, section) == value
    tree = read_yaml(path, Notes("settings"))
    assert tree is not None
    Draft202012Validator(json.loads(SETTINGS_SCHEMA.read_text())).validate(plain(tree))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("keypad: {driver: nine-key, keys: {select: Entr}}", "Entr"),
        ("keypad: {driver: nine-key, keys: {jump: F9}}", "jump"),
        ("keypad: {driver: nine-key, keys: {help: Up}}", "twice"),
        ("switches: {driver: two-switch, next: F1, select: F1}", "same key"),
        ("scanner: {driver: serial, device: /dev/ttyS0, speed: 9601}", "9601"),
        ("scanner: {driver: serial}", "device"),
        ("presence: {driver: serial, device: /dev/ttyS0, present: A, absent: A}", "same"),
        ("presence: {driver: hid, device: /dev/hidraw0, byte: 3, length: 2}", "behind"),
    ],
)
def test_a_mistake_about_them_is_named(tmp_path: Path, content: str, what: str) -> None:
    assert what in mistake(tmp_path, content + "\n").what
