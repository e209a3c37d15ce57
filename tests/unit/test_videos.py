"""Videos: offered on their screen alone, watched on a page of their own that says the same in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.captions import Caption
from kiosk.compose import compose
from kiosk.events import Event, Opened, WentBack
from kiosk.journeys.home import Home
from kiosk.journeys.service import ServicePage
from kiosk.journeys.videos import VideoPage
from kiosk.journeys.welcome import first_visit
from kiosk.parts import Cards, Video
from kiosk.place import Film, FilmKind
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import GERMAN, local, translator
from kiosk.visit import Visit
from tests.places import REGISTER, small_place

FILM = Film(
    FilmKind.SIGN_LANGUAGE,
    f"service-{REGISTER}",
    local("Wohnung anmelden"),
    Path("film.webm"),
    (Caption(0, 2000, "Guten Tag."), Caption(2000, 4000, "Hier melden Sie sich an.")),
)
PLACE = replace(small_place(), videos=(FILM,))


def after(*events: Event) -> Visit:
    visit = first_visit(PLACE)
    for event in events:
        visit = step(visit, event)[0]
    return visit


def test_a_video_is_offered_where_it_belongs_and_nowhere_else() -> None:
    cards = compose(after(Opened(ServicePage(REGISTER)))).parts[0]
    assert isinstance(cards, Cards)
    assert translator(GERMAN).say(cards.cards[0].title) == "Video in Gebärdensprache: Wohnung anmelden"
    assert cards.cards[0].event == Opened(VideoPage(0))
    assert compose(after(Opened(Home()))).parts[0].id != "videos"


@pytest.mark.en301549("5.1.3.7", "11.1.2.1", "11.1.2.3")
def test_what_is_said_in_it_can_be_read_and_heard() -> None:
    screen = compose(after(Opened(ServicePage(REGISTER)), Opened(VideoPage(0))))
    assert isinstance(screen.parts[0], Video)
    said = " ".join(one.words.reveal() for one in utterances(screen, translator(GERMAN)))
    assert "Guten Tag. Hier melden Sie sich an." in said
    assert "Abspielen" in said


def test_one_touch_leads_back() -> None:
    visit = after(Opened(ServicePage(REGISTER)), Opened(VideoPage(0)), WentBack())
    assert visit.page == ServicePage(REGISTER)
