"""Made-up people whose every word bears the number of their visit: whose it is can be seen wherever it turns up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from devices.eid.simulated_card import Holder

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = 4
MOST = len(LETTERS) ** DIGITS
PREFIX = "zqx"
_MARK = re.compile(f"{PREFIX}([a-z]{{{DIGITS}}})xq", re.IGNORECASE)
_MARK_BYTES = re.compile(_MARK.pattern.encode(), re.IGNORECASE)


def mark(number: int) -> str:
    """Return the word of a visit."""
    letters = ""
    for _ in range(DIGITS):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return f"Zqx{letters}xq"


def marked(texts: Iterable[str]) -> set[int]:
    """Return the visits whose words are in some texts."""
    return {_number(found) for text in texts for found in _MARK.findall(text)}


def marked_bytes(content: bytes) -> set[int]:
    """Return the visits whose words are in plain bytes, of eight or sixteen bits a letter."""
    found = [*_MARK_BYTES.findall(content), *_MARK_BYTES.findall(content.replace(b"\0", b""))]
    return {_number(each.decode("ascii")) for each in found}


def _number(letters: str) -> int:
    number = 0
    for letter in reversed(letters.lower()):
        number = number * len(LETTERS) + LETTERS.index(letter)
    return number


def holder(number: int) -> Holder:
    """Return whose ID card it is: as cards have it, in capitals."""
    word = mark(number).upper()
    return Holder(
        given_names=f"{word} ANNA",
        family_name=f"{word}-BERG",
        born="19880412",
        birth_place=f"{word}STADT",
        street=f"{word}WEG 4",
        postcode="12345",
        city=f"{word}STADT",
    )


def answers(number: int) -> Mapping[str, str]:
    """Return what this person writes, by the ids of the shipped forms' elements; all else is a usual answer."""
    word = mark(number)
    given, family, street, town = f"{word} Zoë", f"{word}-Größ", f"{word}weg", f"{word}stadt"
    return {
        "F99000000111": given,
        "F99000000112": family,
        "F99000000122": town,
        "F99000000123": street,
        "F99000000151": f"{word}@example.org",
        "F99000000211": given,
        "F99000000212": family,
        "F99000000222": town,
        "F99000000223": street,
        "F99000000231": f"{word}hund",
        "F99000000271": f"{word}@example.org",
    }
