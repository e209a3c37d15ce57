"""One errand, as people do it: a certificate of residence, without an ID card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.people import Person


@dataclass(frozen=True, slots=True)
class Errand:
    """What is pressed and written. `steps` are the screens of the form: a word of the title, then what to do."""

    begin: str
    service: str
    start: str
    without_card: str
    steps: tuple[tuple[str, Mapping[str, str], tuple[str, ...]], ...]
    onwards: str
    review: str
    consent: str
    hand_in: str
    sent: str
    end: str


def german(name: str = "Größ-Đorđević", town: str = "Ulmenfurt", mail: str = "") -> Errand:
    """Return the errand in German; `name`, `town` and `mail` are the visitor's."""
    return Errand(
        "Jetzt beginnen",
        "Meldebescheinigung",
        "Jetzt beginnen",
        "Ohne Ausweis weitermachen",
        (
            ("Wer sind Sie?", {"Vornamen": name, "Familienname": name, "Geburtsdatum": "12.04.1988"}, ()),
            (
                "Wo wohnen Sie?",
                {"Postleitzahl": "12345", "Ort": town, "Straße": town, "Hausnummer": "4a"},
                (),
            ),
            ("Art der Bescheinigung", {}, ("Einfache Bescheinigung",)),
            ("Wofür brauchen Sie", {"Wie viele Ausfertigungen brauchen Sie?": "2"}, ("Für meine Arbeit (freiwillig)",)),
            ("an eine andere Adresse", {}, ("Nein",)),
            ("Wie erreichen wir Sie?", {"E-Mail-Adresse (freiwillig)": mail} if mail else {}, ()),
        ),
        "Weiter",
        "Stimmt alles?",
        "Einwilligung",
        "Jetzt absenden",
        "Abgeschickt: Meldebescheinigung",
        "Besuch beenden",
    )
