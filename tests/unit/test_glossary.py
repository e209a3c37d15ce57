"""Official words: found where a screen uses them, explained one touch away, spoken, in the visitor's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.events import LanguageChosen, Opened, Typed, WentBack
from kiosk.glossary import CORE, entries, explained_on
from kiosk.journeys.glossary import GlossaryPage
from kiosk.journeys.home import Home, SearchPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look
from kiosk.parts import Cards, Heading, Paragraph
from kiosk.place import Explained
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, LEICHTE_SPRACHE, Language, Verbatim, local, translator
from kiosk.visit import Visit
from tests.places import REGISTER, small_place

PLACE = replace(
    small_place(),
    glossary=(
        Explained(local("Ulmenpass", en="Elm pass"), local("Damit fahren Sie Bus.", en="For buses."), local("U-Pass")),
    ),
)


def screen_saying(words: str, language: Language = GERMAN) -> Screen:
    return Screen("any", Verbatim(words, language), Look(language))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ihre Meldebescheinigung ist da.", ("registration-certificate",)),
        ("Die Transport-PIN hat 5 Ziffern.", ("transport-pin",)),
        ("Geben Sie die PIN ein, dann die CAN.", ("pin", "can")),
        ("Ihr PIN-Brief", ("pin",)),
        ("Die PIN. Noch einmal die PIN.", ("pin",)),
        ("Der Pinsel und die Spinne", ()),
        ("Mit dem Ulmenpass", ("place.0",)),
        ("Ihr U-Pass", ("place.0",)),
    ],
)
def test_whole_words_are_found_in_all_their_forms(words: str, found: tuple[str, ...]) -> None:
    assert explained_on(screen_saying(words), PLACE) == found


def test_words_are_found_in_the_language_of_the_visitor() -> None:
    assert explained_on(screen_saying("You can use the CAN.", ENGLISH), PLACE) == ("can",)
    assert explained_on(screen_saying("Die Melde·behörde", LEICHTE_SPRACHE), PLACE) == ("registration-office",)
    assert explained_on(screen_saying("Your Elm pass", ENGLISH), PLACE) == ("place.0",)


def test_what_a_visitor_wrote_is_not_looked_through() -> None:
    told = Screen("any", Verbatim("Ihre Angaben"), Look(), (Paragraph("own", Verbatim(Private("meine PIN"))),))
    assert explained_on(told, PLACE) == ()


def at(page: object, language: Language = GERMAN) -> Visit:
    visit = step(first_visit(PLACE), LanguageChosen(language))[0]
    return step(visit, Opened(page))[0]  # type: ignore[arg-type]


def test_one_touch_explains_the_words_of_a_screen_and_one_leads_back() -> None:
    visit = at(ServicePage(REGISTER))
    part = compose(visit).parts[-1]
    assert isinstance(part, Cards)
    assert translator(GERMAN).say(part.cards[0].title) == "Wörter erklärt"
    explained = step(visit, part.cards[0].event)[0]
    headings = [part.text for part in compose(explained).parts if isinstance(part, Heading)]
    assert "PIN" in [translator(GERMAN).say(heading) for heading in headings]
    assert step(explained, WentBack())[0].page == visit.page


def test_explanations_are_spoken() -> None:
    screen = compose(at(GlossaryPage(("pin",))))
    said = " ".join(one.words.reveal() for one in utterances(screen, translator(GERMAN)))
    assert "Die PIN ist Ihre geheime Nummer zum Ausweis." in said


def test_nothing_is_offered_where_nothing_is_to_be_explained() -> None:
    assert not [part for part in compose(at(Home())).parts if part.id == "explained-words"]


def test_a_search_is_not_disturbed_by_what_is_typed() -> None:
    visit = step(at(SearchPage()), Typed("query", Private("PIN")))[0]
    assert "explained-words" not in [part.id for part in compose(visit).parts]


def test_the_language_can_be_changed_while_words_are_explained() -> None:
    visit = step(at(GlossaryPage(("pin", "place.0"))), LanguageChosen(ENGLISH))[0]
    words = [entry.word for entry in entries(("pin", "place.0"), PLACE, ENGLISH)]
    assert [translator(ENGLISH).say(word) for word in words] == ["PIN", "Elm pass"]
    assert compose(visit).look.language == ENGLISH


@pytest.mark.parametrize("language", [GERMAN, ENGLISH, LEICHTE_SPRACHE])
def test_every_word_has_an_explanation_that_says_more(language: Language) -> None:
    say = translator(language).say
    for entry in entries(CORE, PLACE, language):
        assert len(say(entry.text).split()) >= 6, entry.name


def test_a_word_without_an_explanation_in_a_language_is_explained_in_german() -> None:
    assert [entry.name for entry in entries(("pin", "nothing", "place.7"), PLACE, Language("xx"))] == ["pin"]
    (entry,) = entries(("pin",), PLACE, Language("xx"))
    assert translator(GERMAN).language_of(entry.text) == GERMAN
