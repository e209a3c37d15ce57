"""One errand, as people do it: a certificate of residence, without an ID card, typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Person(Protocol):
    """Whoever does an errand, by whatever means."""

    async def sees(self, *words: str) -> None:
        """Wait until all these words are there."""

    async def press(self, name: str) -> None:
        """Find something by its name and press it."""

    async def fill(self, name: str, words: str) -> None:
        """Write into a field."""


@dataclass(frozen=True, slots=True)
class FormScreen:
    """One screen of the form: words that stand on it, what is written, and what is chosen."""

    words: str
    fields: Mapping[str, str]
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is pressed on the way, and what is answered."""

    language: str
    way: tuple[str, ...]
    form: tuple[FormScreen, ...]
    onwards: str
    review: str
    consent: str
    hand_in: str
    sent: str
    end: str
    goodbye: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The words of one visitor."""

    given: str = "Zoë"
    family: str = "Größ-Đorđević"
    town: str = "Ulmenfurt"
    street: str = "Lindenweg"
    mail: str = ""

    @property
    def submission(self) -> dict[str, object]:
        """What the authority is to get of them."""
        contact = {"G99000000015": {"F99000000151": self.mail}} if self.mail else {}
        return {
            "G99000000011": {
                "F99000000111": self.given,
                "F99000000112": self.family,
                "F99000000113": "1988-04-12",
            },
            "G99000000012": {
                "F99000000121": "12345",
                "F99000000122": self.town,
                "F99000000123": self.street,
                "F99000000124": "4a",
            },
            "G99000000013": {"F99000000131": "001", "F99000000132": "003", "F99000000133": 2},
            **contact,
        }


def in_german(answers: Answers) -> Errand:
    """Return the errand of a visitor who reads German."""
    name = {"Vornamen": answers.given, "Familienname": answers.family, "Geburtsdatum": "12.04.1988"}
    home = {"Postleitzahl": "12345", "Ort": answers.town, "Straße": answers.street, "Hausnummer": "4a"}
    return Errand(
        "Deutsch",
        ("Jetzt beginnen", "Meldebescheinigung", "Antrag beginnen", "Ohne Ausweis weitermachen"),
        (
            FormScreen("Wer sind Sie?", name),
            FormScreen("Wo wohnen Sie?", home),
            FormScreen("Art der Bescheinigung", {}, "Einfache Bescheinigung"),
            FormScreen("Wofür brauchen", {"Wie viele Ausfertigungen brauchen Sie?": "2"}, "Für ein anderes Amt"),
            FormScreen("an eine andere Adresse", {}, "Nein"),
            FormScreen("Wie erreichen wir Sie?", {"E-Mail-Adresse (freiwillig)": answers.mail}),
        ),
        "Weiter",
        "Stimmt alles?",
        "Meine Angaben stimmen.",
        "Jetzt absenden",
        "Abgeschickt: Meldebescheinigung",
        "Besuch beenden",
        "Auf Wiedersehen",
    )


def in_english(answers: Answers) -> Errand:
    """Return the same of a visitor who reads English."""
    name = {"Given names": answers.given, "Family name": answers.family, "Date of birth": "12.04.1988"}
    home = {"Postcode": "12345", "Town": answers.town, "Street": answers.street, "House number": "4a"}
    return Errand(
        "English",
        ("Start now", "Certificate of residence", "Start application", "Continue without ID card"),
        (
            FormScreen("Who are you?", name),
            FormScreen("Where do you live?", home),
            FormScreen("Kind of certificate", {}, "Simple certificate"),
            FormScreen("What do you need", {"How many copies do you need?": "2"}, "For another authority"),
            FormScreen("to another address?", {}, "No"),
            FormScreen("How can we reach you?", {"E-mail address (optional)": answers.mail}),
        ),
        "Continue",
        "Is everything right?",
        "My answers are right.",
        "Send now",
        "Sent: Certificate of residence",
        "End the visit",
        "Goodbye",
    )


async def to_the_form(person: Person, errand: Errand) -> None:
    """Go from the welcome to the form's first screen."""
    for name in errand.way:
        await person.press(name)
    await person.sees(errand.form[0].words)


async def answer(person: Person, screen: FormScreen) -> None:
    """Answer one screen of the form."""
    await person.sees(screen.words)
    if screen.choice:
        await person.press(screen.choice)
    for field, words in screen.fields.items():
        if words:
            await person.fill(field, words)


async def to_the_review(person: Person, errand: Errand) -> None:
    """Go from the welcome to the review, answering everything."""
    await to_the_form(person, errand)
    for screen in errand.form:
        await answer(person, screen)
        await person.press(errand.onwards)
    await person.sees(errand.review)


async def hand_in(person: Person, errand: Errand) -> None:
    """Consent and hand in."""
    await person.press(errand.consent)
    await person.press(errand.hand_in)
