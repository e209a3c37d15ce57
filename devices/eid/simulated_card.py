"""Cards that exist only in the demo and in tests: their numbers, their counters, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Holder:
    """A made-up person, as the data groups of a card hold them.

    `born` has eight characters; spaces stand for a day or month that nobody knows (TR-03110-4).
    """

    given_names: str
    family_name: str
    birth_name: str = ""
    doctoral_degree: str = ""
    born: str = "19700101"
    birth_place: str = ""
    nationality: str = "D"
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "D"

    def read(self, rights: frozenset[str]) -> dict[str, Any]:
        """Return what a card gives away under these access rights, named as in TR-03130-1 (PersonalData)."""
        return {name: value(self) for right, (name, value) in _GROUPS.items() if right in rights}

    def _residence(self) -> dict[str, Any]:
        if not self.city:
            return {"NoPlaceInfo": "keine Wohnung in Deutschland"}
        place = {"Street": self.street, "City": self.city, "Country": self.country, "ZipCode": self.postcode}
        return {"StructuredPlace": place}


_GROUPS: Mapping[str, tuple[str, Callable[[Holder], Any]]] = {
    "GivenNames": ("GivenNames", lambda holder: holder.given_names),
    "FamilyName": ("FamilyNames", lambda holder: holder.family_name),
    "BirthName": ("BirthName", lambda holder: holder.birth_name),
    "DoctoralDegree": ("AcademicTitle", lambda holder: holder.doctoral_degree),
    "DateOfBirth": ("DateOfBirth", lambda holder: {"DateString": holder.born}),
    "PlaceOfBirth": ("PlaceOfBirth", lambda holder: {"FreetextPlace": holder.birth_place}),
    "Nationality": ("Nationality", lambda holder: holder.nationality),
    "Address": ("PlaceOfResidence", Holder._residence),
}

ERIKA = Holder(
    "ERIKA",
    "MUSTERMANN",
    birth_name="GABLER",
    born="19640812",
    birth_place="BERLIN",
    street="HEIDESTRAẞE 17",
    postcode="51147",
    city="KÖLN",
)


@dataclass(slots=True, eq=False)
class VirtualCard:
    """One card. It counts what was tried on it: `charged` says how many wrong PINs it ever took."""

    label: str = "Ausweis"
    holder: Holder = ERIKA
    pin: str = "123456"
    can: str = "500540"
    puk: str = "9876543210"
    tries: int = 3
    unblocks: int = 10
    deactivated: bool = False
    inoperative: bool = False
    unknown: bool = False
    charged: int = field(default=0)
    can_proven: bool = field(default=False, init=False)

    @property
    def needs(self) -> str:
        """Which number the card wants next: the second-last step of a blocked PIN needs the CAN."""
        if self.tries == 0:
            return "PUK"
        return "CAN" if self.tries == 1 and not self.can_proven else "PIN"

    def try_number(self, kind: str, digits: str) -> bool:
        """Present a number to the card, with all that follows from a wrong one."""
        if kind == "CAN":
            self.can_proven = digits == self.can
            return self.can_proven
        if kind == "PUK":
            return self._unblock(digits)
        if digits != self.pin:
            self.tries, self.charged, self.can_proven = self.tries - 1, self.charged + 1, False
            return False
        self.tries, self.can_proven = 3, False
        return True

    def _unblock(self, digits: str) -> bool:
        if digits != self.puk:
            return False
        if self.unblocks == 0:
            self.inoperative = True
            return False
        self.unblocks, self.tries = self.unblocks - 1, 3
        return True


def sample_cards() -> tuple[VirtualCard, ...]:
    """Return fresh cards for the demo's dock. The PIN is 123456 throughout."""
    far = Holder(
        "ŠEJLA ŁUCJA",
        "ĐORĐEVIĆ-MÜẞIGGANG",
        born="1958    ",
        birth_place="BREZOVIČKI ŽLEB",
        street="AM ALTEN SPEICHER 4A",
        postcode="18055",
        city="ROSTOCK",
    )
    return (
        VirtualCard("Erika Mustermann"),
        VirtualCard("Šejla Đorđević, Geburtstag unbekannt", far),
        VirtualCard("noch 1 Versuch", tries=1),
        VirtualCard("PIN gesperrt", tries=0),
        VirtualCard("Online-Ausweis ausgeschaltet", deactivated=True),
        VirtualCard("keine Ausweiskarte", unknown=True),
    )
