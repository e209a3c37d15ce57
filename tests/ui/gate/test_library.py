"""The library's screens: another profile's words, colours and logo pass the same gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.application_events import FormOpened
from kiosk.cards import CardKind
from kiosk.compose import compose
from kiosk.device_events import CardInserted, Device
from kiosk.events import Chosen, Event, HelpAsked, Opened, Typed, WentOn
from kiosk.faults import Fault
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import read_file
from kiosk.journeys.counter import CounterPage
from kiosk.journeys.home import AllServices, SituationPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look, TextSize
from kiosk.place import Place
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.text import speak_for
from kiosk.visit import ABSENT, Devices, Visit
from profiles.layers import SHIPPED_PROFILES
from profiles.loading import load_profile
from tests.ui.gate.walk import SHAPES, Shape, close_window, open_window, wrongs

COMBINATIONS = list(enumerate(product(SHAPES, TextSize)))
NOT_THERE = (Device.COUNTER, Device.EID, Device.DOCUMENTS)
ABSENTEES = Devices(tuple(sorted((device, Fault(ABSENT[device])) for device in NOT_THERE)))
CARD = CardInserted(CardKind.LIBRARY, Private("4711000815"))


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = load_profile(SHIPPED_PROFILES / "library")
    assert isinstance(place, Place)
    speak_for(place.words)
    yield place
    speak_for({})


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


def screens(place: Place, look: Look) -> Mapping[str, Screen]:
    """The ways through the library, in a look."""
    first = replace(first_visit(place, ABSENTEES), look=look)
    home = after(first, WentOn())
    [suggestion] = [service for service in place.services if service.form]
    assert suggestion.form is not None
    form = read_file(suggestion.form.schema)
    assert isinstance(form, Form)
    begun = after(home, Opened(ServicePage(suggestion.id)), WentOn(), FormOpened(form))
    title = after(begun, Chosen("G99000000031.F99000000311", Private("001")), WentOn())
    card = after(title, Typed("G99000000031.F99000000312", Private("Momo")), WentOn(), CARD)
    visits = {
        "welcome": first,
        "home": home,
        "all": after(home, Opened(AllServices())),
        "counter": after(home, Opened(CounterPage())),
        "help": after(home, HelpAsked()),
        "card": after(home, CARD),
        "form": begun,
        "form-title": title,
        "form-card": card,
        "form-contact": after(card, WentOn()),
        **{f"situation-{one.id}": after(home, Opened(SituationPage(one.id))) for one in place.situations},
        **{f"service-{one.id}": after(home, Opened(ServicePage(one.id))) for one in place.services},
    }
    return {name: compose(visit) for name, visit in visits.items()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("number", "shape", "size"), [(number, *each) for number, each in COMBINATIONS])
def test_it_can_be_read_hit_and_heard(
    qapp: QApplication, place: Place, number: int, shape: Shape, size: TextSize
) -> None:
    window = open_window(shape, place)
    language = place.languages[number % len(place.languages)]
    sample = list(screens(place, shape.look(language, size)).items())[number % 3 :: 3]
    found = [f"{name}: {wrong}" for name, screen in sample for wrong in wrongs(window, screen)]
    close_window(window)
    assert not found, "\n".join(found)
