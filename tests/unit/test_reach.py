"""While everything lies low, the way back to the normal height is on every screen: seen, spoken, offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.events import EndAsked, ReachToggled, WentOn
from kiosk.journeys.home import Home
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look, Reach
from kiosk.offers import events_of
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, translator
from kiosk.visit import Visit
from tests.places import small_place


def low() -> Visit:
    visit = replace(first_visit(small_place()), look=Look(ENGLISH, reach=Reach.LOW))
    return step(visit, WentOn())[0]


@pytest.mark.en301549("8.3.2", "8.3.3")
def test_the_way_back_to_normal_height_is_seen_spoken_and_offered() -> None:
    screen = compose(low())
    assert isinstance(low().page, Home)
    assert screen.extra
    assert ReachToggled() in list(events_of(screen))
    spoken = [each for each in utterances(screen, translator(ENGLISH)) if each.part == screen.extra.id]
    assert [each.words.reveal() for each in spoken] == ["Button: Normal height."]


def test_it_is_spoken_between_back_and_forward() -> None:
    screen = compose(low())
    assert screen.back and screen.extra and screen.forward
    order = [each.part for each in utterances(screen, translator(ENGLISH))]
    assert order.index(screen.back.id) < order.index(screen.extra.id) < order.index(screen.forward.id)


def test_one_touch_leads_back_and_takes_it_away() -> None:
    screen = compose(low())
    assert screen.extra
    normal = step(low(), screen.extra.event)[0]
    assert normal.look.reach is Reach.NORMAL
    assert compose(normal).extra is None


def test_it_goes_with_the_visit() -> None:
    ended = step(low(), EndAsked())[0]
    fresh = step(ended, WentOn())[0]
    assert compose(fresh).extra is None
