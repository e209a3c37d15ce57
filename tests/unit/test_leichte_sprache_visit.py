"""A visit in Leichte Sprache: pictures at the main steps, a slower voice, middots for the eyes alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.effects import SpeakPart
from kiosk.journeys.handing_in import Done, Sending
from kiosk.journeys.illustration import illustration
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look
from kiosk.parts import Drawing, Paragraph, Picture
from kiosk.place import Place, ServiceId
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.search import find
from kiosk.senses import part_utterances
from kiosk.speech import utterances
from kiosk.text import ENGLISH, GERMAN, LEICHTE_SPRACHE, Language, Local, Verbatim, translator
from kiosk.visit import Page
from kiosk.voice import USUAL_VOICE
from kiosk.words import tokens
from profiles.loading import SHIPPED, load_profile

DOG, CERTIFICATE = ServiceId("hund-anmelden"), ServiceId("fuehrungszeugnis")


@pytest.fixture(scope="module")
def place() -> Place:
    """The shipped place."""
    place = load_profile(SHIPPED)
    assert isinstance(place, Place)
    return place


def drawings(place: Place, page: Page | None, language: Language) -> Iterator[Drawing]:
    visit = replace(first_visit(place), look=Look(language=language))
    screen = compose(visit if page is None else visit.at(page))
    return (part.drawing for part in screen.parts if isinstance(part, Picture) and part.id == "illustration")


def told(words: str, language: Language = LEICHTE_SPRACHE) -> Screen:
    return Screen("told", Local({language: words}), Look(language=language), (Paragraph("p", Verbatim(words)),))


@pytest.mark.parametrize(
    ("page", "drawing"),
    [
        (None, Drawing.APPLYING),
        (ServicePage(DOG), Drawing.APPLYING),
        (ServicePage(CERTIFICATE), Drawing.ASKING),
        (Sending(), Drawing.SENDING),
        (Done(DOG, Private("b3a0f1de-5a3c-4f51-9d3e-7f1a2b3c4d5e")), Drawing.ANSWERING),
    ],
)
def test_a_picture_shows_what_happens(place: Place, page: Page | None, drawing: Drawing) -> None:
    assert list(drawings(place, page, LEICHTE_SPRACHE)) == [drawing]
    assert list(drawings(place, page, GERMAN)) == []


@pytest.mark.parametrize("language", [GERMAN, ENGLISH, LEICHTE_SPRACHE])
@pytest.mark.en301549("11.1.1.1", "5.1.3.6")
def test_a_picture_has_words_in_the_languages_of_visitor_and_counter(place: Place, language: Language) -> None:
    visit = replace(first_visit(place), look=Look(language=LEICHTE_SPRACHE))
    for drawing in (Drawing.APPLYING, Drawing.ASKING, Drawing.CHECKING, Drawing.SENDING, Drawing.ANSWERING):
        (picture,) = illustration(visit, drawing)
        assert isinstance(picture, Picture)
        assert len(translator(language).say(picture.words)) > 15


def test_middots_are_seen_and_not_heard() -> None:
    spoken = utterances(told("Ihr Personal·ausweis"), translator(LEICHTE_SPRACHE))
    assert [one.words.reveal() for one in spoken if one.part in {"title", "p"}] == ["Ihr Personalausweis."] * 2


def test_the_middot_between_words_is_left_to_the_voice() -> None:
    spoken = utterances(told("Sprache · Language"), translator(LEICHTE_SPRACHE))
    assert spoken[0].words.reveal() == "Sprache · Language."


def test_a_name_that_is_told_by_itself_has_no_middot_either() -> None:
    (key,) = part_utterances(SpeakPart("key", Private("Leer·taste")), told("Hallo"), USUAL_VOICE)
    assert key.words.reveal() == "Leertaste"
    assert key.voice.rate < 1


def test_leichte_sprache_is_read_slower_until_the_visitor_says_otherwise() -> None:
    plain, slow = (
        {one.voice.rate for one in utterances(told("Hallo", language), translator(language))}
        for language in (GERMAN, LEICHTE_SPRACHE)
    )
    assert plain == {1.0}
    assert slow == {0.8}
    assert USUAL_VOICE.faster(1).reading(LEICHTE_SPRACHE).rate > 0.8


def test_a_word_with_middots_is_found_by_the_word_and_by_its_parts() -> None:
    assert tokens("Personal·ausweis") == ["personal", "ausweis", "personalausweis"]


@pytest.mark.parametrize("query", ["personalausweis", "Personal·ausweis", "ausweis"])
def test_the_search_finds_services_by_words_of_either_spelling(place: Place, query: str) -> None:
    assert ServiceId("personalausweis-beantragen") in find(place, LEICHTE_SPRACHE, query)
