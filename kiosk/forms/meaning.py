"""What a field is about: how the ones are recognised that have a form of their own, or that a card can fill.

In this order: by the id of the federal building block ("Baukasten optimierter Bausteine", number range 60)
or of one that the field is derived from (relation `ABL`); by the words of its label and name; by its pattern.
A postcode is German, so one "im Ausland" is not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from kiosk.forms.schema import Field, FieldKind, Group, Placed


class Meaning(StrEnum):
    """What an answer is. The values are also the words of a profile's `prefill`."""

    GIVEN_NAMES = "given_names"
    FAMILY_NAME = "family_name"
    BIRTH_NAME = "birth_name"
    DOCTORAL_DEGREE = "doctoral_degree"
    BIRTH_DATE = "birth_date"
    BIRTH_PLACE = "birth_place"
    NATIONALITY = "nationality"
    STREET = "street"
    """Street with the house number, where the form has one field for both."""
    STREET_NAME = "street_name"
    HOUSE_NUMBER = "house_number"
    POSTCODE = "postcode"
    CITY = "city"
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"


PERSON = frozenset({Meaning.GIVEN_NAMES, Meaning.FAMILY_NAME, Meaning.DOCTORAL_DEGREE})
ADDRESS = frozenset({Meaning.STREET, Meaning.STREET_NAME, Meaning.HOUSE_NUMBER, Meaning.POSTCODE, Meaning.CITY})
WITH_EXAMPLE = frozenset(
    {Meaning.STREET, Meaning.STREET_NAME, Meaning.HOUSE_NUMBER, Meaning.POSTCODE}
    | {Meaning.EMAIL, Meaning.PHONE, Meaning.IBAN}
)
"""Where an example says more than a label; it is shown where the form has no hint of its own."""

_BLOCKS = {
    "F60000000228": Meaning.GIVEN_NAMES,
    "F60000000227": Meaning.FAMILY_NAME,
    "F60000000230": Meaning.BIRTH_NAME,
    "F60000000229": Meaning.DOCTORAL_DEGREE,
    "F60000000234": Meaning.BIRTH_PLACE,
    "F60000000236": Meaning.NATIONALITY,
    "F60000000243": Meaning.STREET_NAME,
    "F60000000244": Meaning.HOUSE_NUMBER,
    "F60000000246": Meaning.POSTCODE,
    "F60000000247": Meaning.CITY,
    "F60000000242": Meaning.EMAIL,
    "F60000000240": Meaning.PHONE,
    "F60000000241": Meaning.PHONE,
    "G60000000083": Meaning.BIRTH_DATE,
}
_WORDS = (
    (re.compile(r"\biban\b", re.I), Meaning.IBAN),
    (re.compile(r"e-?mail", re.I), Meaning.EMAIL),
    (re.compile(r"\b(tele(fon|fax)|mobil(funk|telefon)?|handy|fax)(-?nummer|-?nr\.?)?\b", re.I), Meaning.PHONE),
    (re.compile(r"^(postleitzahl|plz)$", re.I), Meaning.POSTCODE),
    (re.compile(r"^vornamen?$", re.I), Meaning.GIVEN_NAMES),
    (re.compile(r"^(familien|nach|zu)name$", re.I), Meaning.FAMILY_NAME),
    (re.compile(r"^geburtsname$", re.I), Meaning.BIRTH_NAME),
    (re.compile(r"^geburtsort$", re.I), Meaning.BIRTH_PLACE),
    (re.compile(r"^straße,? und hausnummer$|^straße ?[/,] ?hausnummer$", re.I), Meaning.STREET),
    (re.compile(r"^straße$|^straßenname$", re.I), Meaning.STREET_NAME),
    (re.compile(r"^hausnummer$", re.I), Meaning.HOUSE_NUMBER),
    (re.compile(r"^(ort|wohnort|stadt)$", re.I), Meaning.CITY),
)
_TYPED = frozenset({FieldKind.TEXT, FieldKind.SELECT})


def meaning_of(field: Field) -> Meaning | None:
    """Return what a field is about, if it is one of those that are known."""
    if field.kind is FieldKind.DATE:
        return Meaning.BIRTH_DATE if _is_birth_date(field.label, field.name) else None
    if field.kind is FieldKind.PARTIAL_DATE:
        return Meaning.BIRTH_DATE if field.id in _BLOCKS or _is_birth_date(field.label, field.name) else None
    if field.kind not in _TYPED:
        return None
    by_block = _by_block([field.id, *sorted(field.origins)])
    if by_block is not None:
        return by_block
    return _by_words(field) if field.kind is FieldKind.TEXT else None


def _by_block(ids: Iterable[str]) -> Meaning | None:
    return next((_BLOCKS[each] for each in ids if each in _BLOCKS), None)


def _by_words(field: Field) -> Meaning | None:
    for words, meaning in _WORDS:
        if words.search(field.label) or words.search(field.name):
            return meaning
    return Meaning.EMAIL if "@" in field.constraints.pattern else None


def _is_birth_date(*names: str) -> bool:
    return any("geburtsdatum" in name.lower() or "geburtstag" in name.lower() for name in names)


_DAY, _MONTH, _YEAR = {"tag"}, {"monat"}, {"jahr"}


def partial_date_parts(group: Group) -> tuple[Placed, Placed, Placed] | None:
    """Return day, month and year if a group is nothing but these (federal group "Geburtsdatum (teilbekannt)")."""
    if len(group.children) != 3 or group.choice:
        return None
    found: list[Placed] = []
    for names, placed in zip((_DAY, _MONTH, _YEAR), group.children, strict=True):
        field = placed.element
        if not isinstance(field, Field) or field.kind is not FieldKind.INTEGER or placed.occurs.repeats:
            return None
        if field.label.lower() not in names:
            return None
        found.append(placed)
    return found[0], found[1], found[2]
