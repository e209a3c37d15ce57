"""What an eID card tells about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Attribute(StrEnum):
    """Data that can be read from a card, by the AusweisApp's access-right names (TR-03124-1)."""

    GIVEN_NAMES = "GivenNames"
    FAMILY_NAME = "FamilyName"
    BIRTH_NAME = "BirthName"
    DOCTORAL_DEGREE = "DoctoralDegree"
    DATE_OF_BIRTH = "DateOfBirth"
    PLACE_OF_BIRTH = "PlaceOfBirth"
    NATIONALITY = "Nationality"
    ADDRESS = "Address"


@dataclass(frozen=True, slots=True)
class Address:
    """A place of residence (TR-03110-4, GeneralPlace); empty strings where the card is silent."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What was read. Always held as `Private[Identity]`.

    `birth_date` is None when the card knows only a part of it (TR-03110-4 allows missing day or month).
    """

    given_names: str = ""
    family_name: str = ""
    birth_name: str = ""
    doctoral_degree: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    nationality: str = ""
    address: Address = Address()
