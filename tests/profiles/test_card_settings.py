"""The settings of card readers, and what is wrong in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kiosk.cards import CardKind, CardRule, Writing
from profiles.folder import read_yaml
from profiles.mistakes import Notes
from profiles.nodes import plain
from profiles.schema_check import SETTINGS_SCHEMA
from profiles.settings import Pcsc, Settings
from profiles.settings_file import load_settings

WHOLE = """
cards:
  driver: pcsc
  readers: ["REINER SCT*", "ACS*"]
  kinds:
    - kind: library
      aid: "D2 76 00 00 85 01 01"
      read: ["00 A4 00 0C 02 E1 04", "00B0000010"]
      pattern: "[0-9]{10}"
    - kind: student
      atr: "^3B8180"
      writing: hex
    - kind: staff
      aid: A000000308000010000100
  staff: staff.pem
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def read(folder: Path, content: str) -> Pcsc | None:
    settings = load_settings(written(folder, content))
    assert isinstance(settings, Settings), settings
    return settings.cards


def fits_the_schema(folder: Path, content: str) -> bool:
    tree = read_yaml(written(folder, content), Notes("settings.yaml"))
    assert tree
    return Draft202012Validator(json.loads(SETTINGS_SCHEMA.read_text())).is_valid(plain(tree))


def test_card_readers_and_kinds_of_cards(tmp_path: Path) -> None:
    (tmp_path / "staff.pem").touch()
    library = CardRule(
        CardKind.LIBRARY,
        aid=bytes.fromhex("D2760000850101"),
        read=(bytes.fromhex("00A4000C02E104"), bytes.fromhex("00B0000010")),
        pattern="[0-9]{10}",
    )
    student = CardRule(CardKind.STUDENT, atr="^3B8180", writing=Writing.HEX)
    staff = CardRule(CardKind.STAFF, aid=bytes.fromhex("A000000308000010000100"))
    expected = Pcsc(("REINER SCT*", "ACS*"), (library, student, staff), tmp_path / "staff.pem")
    assert read(tmp_path, WHOLE) == expected
    assert fits_the_schema(tmp_path, WHOLE)


def test_nothing_but_the_driver_is_needed(tmp_path: Path) -> None:
    assert read(tmp_path, "cards:\n  driver: pcsc\n") == Pcsc()
    assert read(tmp_path, "cards: none\n") is None


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("{kind: library, aid: D2760000850101, read: [FFCA000000]}", "The UID is no number"),
        ("{kind: library, aid: D2760000850101, read: ['ff ca 00 00 00']}", "The UID is no number"),
        ("{kind: library, read: [00B0000010]}", "Nothing tells this kind"),
        ("{kind: library, aid: D276}", "is not an application identifier"),
        ("{kind: library, aid: D2760000850101, read: [00B0ZZ]}", "is not a command for a card"),
        ("{kind: library, atr: '('}", "is not a regular expression"),
        ("{kind: library, aid: D2760000850101, pattern: '[0-'}", "is not a regular expression"),
        ("{kind: passport, atr: 3B}", "is not known"),
        ("{kind: staff, aid: A000000308000010000100}", "cannot prove themselves"),
        ("{kind: library, aid: D2760000850101, writing: bcd}", "is not known"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, rule: str, what: str) -> None:
    found = load_settings(written(tmp_path, f"cards:\n  driver: pcsc\n  kinds:\n    - {rule}\n"))
    assert isinstance(found, list)
    assert [each for each in found if what in each.what], [str(each) for each in found]


def test_a_card_of_the_staff_bears_no_number(tmp_path: Path) -> None:
    (tmp_path / "staff.pem").touch()
    rule = "{kind: staff, aid: A000000308000010000100, read: [00B0000010]}"
    found = load_settings(written(tmp_path, f"cards:\n  driver: pcsc\n  kinds: [{rule}]\n  staff: staff.pem\n"))
    assert isinstance(found, list)
    assert len(found) == 1
    assert "No number is read" in found[0].what


def test_the_schema_refuses_the_uid_too(tmp_path: Path) -> None:
    rule = "{kind: library, aid: D2760000850101, read: [%s]}"
    content = f"cards:\n  driver: pcsc\n  kinds: [{rule}]\n"
    assert fits_the_schema(tmp_path, content % "00B0000010")
    assert not fits_the_schema(tmp_path, content % "FFCA000000")
