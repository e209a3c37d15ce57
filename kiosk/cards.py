"""Chip cards: which kinds there are, and how one is told from another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class CardKind(StrEnum):
    """What a card is to the terminal."""

    ID_CARD = "id-card"
    STAFF = "staff"
    """Only a card that has proven itself with a key is of this kind."""
    LIBRARY = "library"
    STUDENT = "student"
    UNKNOWN = "unknown"


class Writing(StrEnum):
    """How a number stands on a card."""

    ASCII = "ascii"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class CardRule:
    """How one kind of card is told, and how its number is read.

    All that is given must fit: `atr`, a regular expression on the answer to reset as capital hexadecimal
    digits (it is the same for all cards of a make); `aid`, an application that the card can select (ISO/IEC 7816-4).
    Then the commands of `read` are sent in order; the number is what `pattern` finds in the answer to the last.
    A rule for `CardKind.STAFF` reads nothing: such a card has to prove itself.
    """

    kind: CardKind
    atr: str = ""
    aid: bytes = b""
    read: tuple[bytes, ...] = ()
    writing: Writing = Writing.ASCII
    pattern: str = "[0-9A-Za-z]+"

    def fits(self, atr: bytes) -> bool:
        """Whether the answer to reset does not speak against this kind."""
        return re.search(self.atr, atr.hex().upper()) is not None

    def number(self, answer: bytes) -> str | None:
        """Return the number in the data of the last answer, or None."""
        text = answer.hex().upper() if self.writing is Writing.HEX else answer.decode("ascii", "replace")
        found = re.search(self.pattern, text)
        return found.group() if found and found.group() else None
