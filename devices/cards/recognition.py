"""What to ask a card to learn its kind and number. Pure but for `transmit`, which talks to the card.

Commands are those of ISO/IEC 7816-4. The serial number that a reader tells (`FF CA 00 00 00`) is never asked for:
anybody can put it on a card of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from kiosk.cards import CardKind, CardRule
from kiosk.privacy import Private

Transmit: TypeAlias = Callable[[bytes], bytes]
"""Sends a command, returns the answer with its status word. May raise; then the card is of an unknown kind."""

SELECT_EID = bytes.fromhex("00A4040C09E80704007F00070302")
"""The eID application of identity cards, residence permits and eID cards (BSI TR-03110-4)."""
SELECT_MASTER_FILE = bytes.fromhex("00A4000C023F00")
OK = 0x9000
MOST_PIECES = 64
"""No answer comes in more pieces."""


class Proof(Protocol):
    """How a card of the staff proves itself."""

    def holder(self, transmit: Transmit) -> str | None:
        """Return the name that a card has proven to stand for, or None."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a card is. `staff` is the name of its holder, proven."""

    kind: CardKind = CardKind.UNKNOWN
    number: Private[str] | None = None
    staff: str = ""


def recognise(atr: bytes, transmit: Transmit, rules: Sequence[CardRule], proof: Proof | None) -> Recognised:
    """Ask a card what it is. The first rule that fits counts; without one it may be an ID card."""
    for rule in rules:
        if rule.fits(atr) and (not rule.aid or selected(transmit, rule.aid)):
            if rule.kind is not CardKind.STAFF:
                return Recognised(rule.kind, _number(transmit, rule))
            if proof and (name := proof.holder(transmit)):
                return Recognised(CardKind.STAFF, staff=name)
    if asked(transmit, SELECT_EID)[1] == OK:
        transmit(SELECT_MASTER_FILE)  # leave the card as the AusweisApp expects it
        return Recognised(CardKind.ID_CARD)
    return Recognised()


def selected(transmit: Transmit, application: bytes) -> bool:
    """Select an application; whether the card has it."""
    command = bytes([0x00, 0xA4, 0x04, 0x00, len(application)]) + application + b"\x00"
    return asked(transmit, command)[1] == OK


def asked(transmit: Transmit, command: bytes) -> tuple[bytes, int]:
    """Return the whole answer to a command and its status word, also where it comes in pieces (7816-4, 5.3.4)."""
    answer = transmit(command)
    if len(answer) >= 2 and answer[-2] == 0x6C:
        answer = transmit(command[:4] + answer[-1:])
    data = answer[:-2]
    for _ in range(MOST_PIECES):
        if len(answer) < 2 or answer[-2] != 0x61:
            break
        answer = transmit(bytes([command[0] & 0x03, 0xC0, 0x00, 0x00, answer[-1]]))
        data += answer[:-2]
    return data, int.from_bytes(answer[-2:], "big")


def _number(transmit: Transmit, rule: CardRule) -> Private[str] | None:
    data = b""
    for command in rule.read:
        data, status = asked(transmit, command)
        if status != OK:
            return None
    number = rule.number(data) if rule.read else None
    return None if number is None else Private(number)
