from __future__ import annotations

import pytest

from kiosk.forms.meaning import Meaning, meaning_of
from kiosk.forms.schema import Constraints, Field, FieldKind


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("IBAN", Meaning.IBAN),
        ("IBAN des Kontos", Meaning.IBAN),
        ("E-Mail-Adresse", Meaning.EMAIL),
        ("Email", Meaning.EMAIL),
        ("Telefonnummer", Meaning.PHONE),
        ("Mobilfunknummer", Meaning.PHONE),
        ("Telefax", Meaning.PHONE),
        ("PLZ", Meaning.POSTCODE),
        ("Vorname", Meaning.GIVEN_NAMES),
        ("Nachname", Meaning.FAMILY_NAME),
        ("Straße und Hausnummer", Meaning.STREET),
        ("Hausnummer", Meaning.HOUSE_NUMBER),
        ("Wohnort", Meaning.CITY),
        ("Postleitzahl (Ausland)", None),
        ("Name des Hundes", None),
        ("Ort der Beschäftigung", None),
    ],
)
def test_a_text_field_is_recognised_by_its_label(label: str, meaning: Meaning | None) -> None:
    assert meaning_of(Field("F00000000001", FieldKind.TEXT, label)) is meaning


def test_a_federal_building_block_is_recognised_whatever_it_is_called() -> None:
    assert meaning_of(Field("F60000000227", FieldKind.TEXT, "Wie heißen Sie?")) is Meaning.FAMILY_NAME


def test_what_is_derived_from_a_building_block_is_recognised() -> None:
    field = Field("F99000000001", FieldKind.TEXT, "Wie heißen Sie?", origins=frozenset({"F60000000228"}))
    assert meaning_of(field) is Meaning.GIVEN_NAMES


def test_an_email_address_is_recognised_by_its_pattern() -> None:
    field = Field("F00000000001", FieldKind.TEXT, "Elektronische Post", constraints=Constraints(pattern=".+@.+"))
    assert meaning_of(field) is Meaning.EMAIL


def test_only_a_birthday_among_the_dates_is_recognised() -> None:
    assert meaning_of(Field("F00000000001", FieldKind.DATE, "Geburtsdatum")) is Meaning.BIRTH_DATE
    assert meaning_of(Field("F00000000001", FieldKind.DATE, "Tag des Einzugs")) is None


def test_a_number_is_never_held_to_be_a_text_of_that_name() -> None:
    assert meaning_of(Field("F00000000001", FieldKind.INTEGER, "Telefonnummer")) is None
