"""The settings of card readers: which of them count, which kinds of cards there are, whose the staff's cards are."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.cards import CardKind, CardRule, Writing
from profiles.mistakes import Notes
from profiles.nodes import Node
from profiles.records import WORDS, Kind, Record, list_of, one_of, record_of, words
from profiles.settings import Pcsc

_KINDS = {str(kind): kind for kind in (CardKind.LIBRARY, CardKind.STUDENT, CardKind.STAFF)}
_NO_RULE = CardRule(CardKind.UNKNOWN)


def pcsc(certificates: Kind[Path | None], record: Record) -> Pcsc:
    """Read `driver: pcsc`. `certificates` reads the path of a file that exists."""
    cards = Pcsc(
        readers=record.may("readers", list_of(WORDS), Pcsc().readers),
        kinds=record.may("kinds", list_of(record_of(_rule, _NO_RULE)), ()),
        staff=record.may("staff", certificates, None),
    )
    if cards.staff is None and any(rule.kind is CardKind.STAFF for rule in cards.kinds):
        record.notes.add(record.line_of("kinds"), "The staff's cards cannot prove themselves", _STAFF_REMEDY)
    return cards


_STAFF_REMEDY = 'Add a line "staff: FILE.pem" with the certificates of their cards.'


def _rule(record: Record) -> CardRule:
    default = CardRule(CardKind.UNKNOWN)
    rule = CardRule(
        kind=record.need("kind", one_of(_KINDS, CardKind.UNKNOWN)),
        atr=record.may("atr", _EXPRESSION, default.atr),
        aid=record.may("aid", _hex(5, 16, "an application identifier"), default.aid),
        read=record.may("read", list_of(_COMMAND), default.read),
        writing=record.may("writing", one_of({str(one): one for one in Writing}, default.writing), default.writing),
        pattern=record.may("pattern", _EXPRESSION, default.pattern),
    )
    if not rule.atr and not rule.aid:
        record.notes.add(record.line, "Nothing tells this kind of card", 'Add a line "aid: …" or "atr: …".')
    if rule.kind is CardKind.STAFF and rule.read:
        record.notes.add(record.line_of("read"), "No number is read from a card of the staff", "Remove this line.")
    return rule


def _expression(node: Node, notes: Notes, key: str) -> str | None:
    value = words(node, notes, key)
    if value is None:
        return None
    try:
        re.compile(value)
    except re.error as error:
        notes.add(node.line, f'"{key}" is not a regular expression ({error.msg})', "Write digits such as [0-9]{10}.")
        return None
    return value


def _hex(least: int, most: int, what: str) -> Kind[bytes]:
    """Return the kind of bytes in hexadecimal digits."""

    def read(node: Node, notes: Notes, key: str) -> bytes | None:
        value = words(node, notes, key)
        if value is None:
            return None
        digits = value.replace(" ", "")
        if re.fullmatch(f"([0-9A-Fa-f]{{2}}){{{least},{most}}}", digits):
            return bytes.fromhex(digits)
        remedy = f'Write {least} to {most} bytes in hexadecimal digits, in quotes: "D2 76 00 00 85 01 01".'
        notes.add(node.line, f'"{key}: {value[:60]}" is not {what}', remedy)
        return None

    return Kind(read, b"")


def _command(node: Node, notes: Notes, key: str) -> bytes | None:
    command = _hex(4, 261, "a command for a card").read(node, notes, key)
    if command and command[:2] == b"\xff\xca":
        remedy = "Read a number that the library or the university has written on it."
        notes.add(node.line, "The UID is no number of a card: anybody can copy it", remedy)
        return None
    return command


_EXPRESSION = Kind(_expression, "")
_COMMAND = Kind(_command, b"")
