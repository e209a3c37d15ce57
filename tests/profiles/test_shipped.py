"""The profile that ships: what it offers, in words that everybody understands, found by what people type."""

from __future__ import annotations

import re
import statistics
import time

import pytest

from kiosk.forms.schema import Form
from kiosk.place import Need, Place, Service, ServiceKind
from kiosk.search import find
from kiosk.text import ENGLISH, GERMAN, Local, Text, translator
from profiles.forms import ProfileForms
from profiles.loading import SHIPPED, load_profile


@pytest.fixture(scope="module")
def place() -> Place:
    place = load_profile(SHIPPED)
    assert isinstance(place, Place), [str(mistake) for mistake in place]
    return place


def test_offers_at_least_twelve_services_in_six_situations_of_life(place: Place) -> None:
    assert len(place.services) >= 12
    assert len(place.situations) >= 6
    assert all(place.services_of(situation.id) for situation in place.situations)


async def test_three_services_have_forms_of_their_own_that_can_be_read(place: Place) -> None:
    services = [service for service in place.services if service.kind is ServiceKind.FORM]
    assert {service.id for service in services} == {"wohnung-anmelden", "meldebescheinigung", "hund-anmelden"}
    for service in services:
        assert isinstance(await ProfileForms().open(service), Form)
        assert service.destination is not None
        assert service.card


def test_every_other_service_has_a_slip_to_take_along(place: Place) -> None:
    assert all(service.ticket for service in place.services if service.kind is ServiceKind.INFORMATION)


def texts_of(service: Service) -> list[Text]:
    needs: tuple[Need, ...] = (*service.needs, *service.afterwards)
    said = [service.title, service.summary, service.costs, service.duration, service.responsible, *service.body]
    said += [text for need in needs for text in (need.title, need.text)]
    return said + [text for text in (service.for_whom, service.start) if text is not None]


def test_says_everything_in_german_and_english_in_short_sentences(place: Place) -> None:
    for service in place.services:
        for text in texts_of(service):
            assert isinstance(text, Local)
            assert {GERMAN, ENGLISH} <= set(text.words), (service.id, text)
            for words in (text.words[GERMAN], text.words[ENGLISH]):
                assert "!" not in words, words
                sentences = re.split(r"(?<=[.?])\s", words)
                assert max(len(sentence.split()) for sentence in sentences) <= 20, (service.id, words)


def test_says_for_each_service_what_it_costs_and_what_is_needed(place: Place) -> None:
    for service in place.services:
        assert service.needs, service.id
        assert service.for_whom is not None, service.id
        assert len(translator(GERMAN).say(service.costs)) <= 60


@pytest.mark.parametrize(
    ("query", "service"),
    [
        ("umzug", "wohnung-anmelden"),
        ("Wohnsitz ummelden", "wohnung-anmelden"),
        ("auswandern", "wohnung-abmelden"),
        ("Adressnachweis", "meldebescheinigung"),
        ("perso", "personalausweis-beantragen"),
        ("Personlausweiss", "personalausweis-beantragen"),
        ("Hundesteuer", "hund-anmelden"),
        ("ausweis gestohlen", "ausweis-verloren"),
        ("pin vergessen", "pin-setzen"),
        ("PUK", "pin-setzen"),
        ("PIN-Brief", "pin-setzen"),
        ("pinbrief", "pin-setzen"),
        ("kindergarten", "kita-platz"),
        ("Mietzuschuss", "wohngeld"),
        ("selbstständig", "gewerbe-anmelden"),
        ("Anwohnerparken", "bewohnerparkausweis"),
        ("Fuhrerschein", "fuehrerschein-umtauschen"),
        ("nummernschild", "auto-zulassen"),
        ("visum verlängern", "aufenthaltstitel-verlaengern"),
        ("deutschkurs", "integrationskurs"),
        ("rollstuhl", "schwerbehindertenausweis"),
        ("pflegestufe", "pflegegrad"),
        ("bibliothek", "buechereiausweis"),
        ("sofa entsorgen", "sperrmuell"),
    ],
)
def test_is_found_by_what_people_type(place: Place, query: str, service: str) -> None:
    assert find(place, GERMAN, query)[0] == service


@pytest.mark.parametrize(
    ("query", "service"),
    [
        ("moving", "wohnung-anmelden"),
        ("passport", "reisepass-beantragen"),
        ("dog", "hund-anmelden"),
        ("lost ID", "ausweis-verloren"),
        ("forgot PIN", "pin-setzen"),
    ],
)
def test_is_found_in_english(place: Place, query: str, service: str) -> None:
    assert find(place, ENGLISH, query)[0] == service


def test_loads_quickly() -> None:
    times = []
    for _ in range(5):
        begin = time.thread_time()
        load_profile(SHIPPED)
        times.append((time.thread_time() - begin) * 1000)
    assert statistics.median(times) < 60
