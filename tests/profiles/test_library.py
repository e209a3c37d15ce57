"""The library that ships: another kind of place, without a counter and without eID, by its profile alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.application_events import FormOpened
from kiosk.cards import CardKind
from kiosk.compose import compose
from kiosk.device_events import CardInserted, CardRemoved, Device
from kiosk.events import Chosen, EndAsked, EndConfirmed, Event, HelpAsked, Opened, Typed, WentOn
from kiosk.faults import Fault
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import read_file
from kiosk.journeys.code import CodePage
from kiosk.journeys.home import Home
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.offers import events_of
from kiosk.place import Place, ServiceId, ServiceKind
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.search import find
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, Language, msg, speak_for, translator
from kiosk.visit import ABSENT, Devices, Question, Visit
from kiosk.voice import Voice
from profiles.checking import check_profile
from profiles.layers import SHIPPED_PROFILES
from profiles.loading import load_profile
from provisioning.bundle_reach import unreachable_services

LIBRARY = SHIPPED_PROFILES / "library"
ROOT = SHIPPED_PROFILES.parent
SUGGESTION = ServiceId("anschaffungsvorschlag")
NUMBER = "G99000000032.F99000000321"
TITLE = "G99000000031.F99000000312"
CARD = CardInserted(CardKind.LIBRARY, Private("4711000815"))
NOT_THERE = (Device.COUNTER, Device.EID, Device.DOCUMENTS)
OF_AN_OFFICE = {
    GERMAN: re.compile(r"Schalter|Behörde|\bAmt|Bürger|\bStadt\b|Antr[aä]g"),
    ENGLISH: re.compile(r"\bcounter|authorit|\boffice|citizen|application|with the city", re.I),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = load_profile(LIBRARY)
    assert isinstance(place, Place), [str(mistake) for mistake in place]
    speak_for(place.words)
    yield place
    speak_for({})


@pytest.fixture
def home(place: Place) -> Visit:
    """A visit in a house where no counter can be called and nobody reads eID cards."""
    devices = Devices(tuple(sorted((device, Fault(ABSENT[device])) for device in NOT_THERE)))
    return after(first_visit(place, devices), WentOn())


@pytest.fixture
def form(home: Visit) -> Visit:
    source = home.place.service(SUGGESTION).form
    assert source is not None
    form = read_file(source.schema)
    assert isinstance(form, Form)
    return after(home, Opened(ServicePage(SUGGESTION)), WentOn(), FormOpened(form))


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


def told(visit: Visit, path: str) -> str:
    assert visit.application is not None
    question = visit.application.question(path)
    assert question is not None
    return visit.application.raw(question).reveal()


def words_of(screen: Screen) -> str:
    said = utterances(screen, translator(screen.look.language), Voice())
    return "\n".join(utterance.words.reveal() for utterance in said)


def screens(visit: Visit, depth: int = 3) -> Iterator[Screen]:
    """Yield every screen that pages lead to from here."""
    screen = compose(visit)
    yield screen
    for event in events_of(screen) if depth else ():
        if isinstance(event, (Opened, HelpAsked)):
            yield from screens(after(visit, event), depth - 1)


def test_it_has_no_mistakes() -> None:
    assert [str(mistake) for mistake in check_profile(LIBRARY)] == []


def test_visitors_get_to_every_service(place: Place) -> None:
    assert unreachable_services(place) == []
    assert [service.id for service in place.services if service.kind is ServiceKind.FORM] == [SUGGESTION]
    assert not any(service.card for service in place.services)


@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
def test_no_screen_speaks_of_a_counter_or_an_office(home: Visit, language: Language) -> None:
    visit = replace(home, look=replace(home.look, language=language))
    seen = {screen.id: words_of(screen) for screen in (compose(first_visit(home.place)), *screens(visit))}
    assert len(seen) > 15
    wrong = {name: OF_AN_OFFICE[language].findall(words) for name, words in seen.items()}
    assert not {name: words for name, words in wrong.items() if words}


def test_help_comes_by_telephone(home: Visit) -> None:
    screen = compose(after(home, HelpAsked()))
    assert screen.id == "help-otherwise"
    assert "040 66969 220" in words_of(screen)
    assert "Am Telefon helfen wir Ihnen gern." in words_of(screen)


def test_words_of_a_place_are_said_only_there(place: Place) -> None:
    german = translator(GERMAN)
    assert "Bibliothek" in german.say(msg("welcome.lead"))
    speak_for({})
    assert "Bibliothek" not in german.say(msg("welcome.lead"))
    speak_for(place.words)
    assert translator(Language("tr")).say(msg("home.counter"))


@pytest.mark.parametrize(
    ("query", "service"),
    [
        ("länger behalten", "medien-verlaengern"),
        ("Büchereiausweis", "ausweis-bekommen"),
        ("Ausweis weg", "ausweis-verloren"),
        ("Gruppenraum", "lernraum"),
        ("kopieren", "drucken"),
        ("wifi", "internet"),
        ("Wunschbuch", "anschaffungsvorschlag"),
        ("Sonntag", "oeffnungszeiten"),
    ],
)
def test_services_are_found_by_what_people_type(place: Place, query: str, service: str) -> None:
    assert find(place, GERMAN, query)[0] == service


def test_a_library_card_is_shown_what_it_is_for(home: Visit) -> None:
    visit = after(home, CARD)
    assert isinstance(visit.page, CodePage)
    assert compose(visit).id == "code-library-card"


def test_a_card_of_another_library_changes_nothing(home: Visit) -> None:
    assert isinstance(after(home, CardInserted(CardKind.LIBRARY, Private("X1"))).page, Home)
    assert isinstance(after(home, CardInserted(CardKind.STUDENT, Private("4711000815"))).page, Home)


def test_a_card_fills_in_its_number(form: Visit) -> None:
    assert told(after(form, CARD), NUMBER) == "4711000815"


def test_what_was_typed_stays(form: Visit) -> None:
    kind = Chosen("G99000000031.F99000000311", Private("001"))
    typed = after(form, kind, WentOn(), Typed(TITLE, Private("Momo")), WentOn(), Typed(NUMBER, Private("1234567890")))
    assert told(typed, TITLE) == "Momo"
    assert told(after(typed, CARD), NUMBER) == "1234567890"


def test_a_card_that_was_shown_before_fills_in_the_form_that_comes(home: Visit) -> None:
    source = home.place.service(SUGGESTION).form
    assert source is not None
    form = read_file(source.schema)
    assert isinstance(form, Form)
    visit = after(home, CARD, CardRemoved(), Opened(ServicePage(SUGGESTION)), WentOn(), FormOpened(form))
    assert told(visit, NUMBER) == "4711000815"


def test_a_library_card_may_be_taken_away_at_once(form: Visit) -> None:
    assert after(form, CARD, CardRemoved()).question is None
    assert after(form, CardInserted(), CardRemoved()).question is Question.CARD_REMOVED


def test_a_card_after_the_end_leaves_nothing_behind(home: Visit) -> None:
    over = after(home, EndAsked(), EndConfirmed())
    assert after(over, CARD).told is None


def test_the_number_is_nowhere_in_plain(form: Visit) -> None:
    assert "4711000815" not in repr(after(form, CARD))


def _code() -> Iterator[Path]:
    for room in (
        "kiosk",
        "devices",
        "online",
        "ui",
        "hub",
        "profiles",
        "provisioning",
        "demo",
        "doctor",
        "composition",
    ):
        yield from (ROOT / room).rglob("*.py")
    yield from (ROOT / "main.py",)


def test_nothing_of_the_places_that_ship_is_in_the_code() -> None:
    words = {"Ulmenfurt", "Erlenau", "040 66969"}
    for profile in (LIBRARY, SHIPPED_PROFILES / "citizen-centre"):
        place = load_profile(profile)
        assert isinstance(place, Place)
        words |= {place.id, *(f'"{service.id}"' for service in place.services if "-" in service.id)}
        words |= {f'"{situation.id}"' for situation in place.situations}
        for path in (profile / "forms").glob("*.xdf.xml"):
            words |= set(re.findall(r"<xdf3:id>([GFS]99\d+)<", path.read_text(encoding="utf-8")))
    found = {path.relative_to(ROOT): [w for w in words if w in path.read_text(encoding="utf-8")] for path in _code()}
    assert not {path: words for path, words in found.items() if words}
