"""Screens that few visits lead to: with those of `visits.py` there is one of every page and every question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.captions import Caption
from kiosk.compose import compose
from kiosk.device_events import CardInserted, CardRemoved
from kiosk.events import VoiceAsked
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.again import AgainOffer, remembered
from kiosk.journeys.card_pages import CardFailed, ReadingCard, TakeCard
from kiosk.journeys.counter import CounterPage
from kiosk.journeys.form import FormPage
from kiosk.journeys.glossary import GlossaryPage
from kiosk.journeys.identify import IdentifyPage
from kiosk.journeys.identity import PinForgotten
from kiosk.journeys.rescue import PinChange, Way
from kiosk.journeys.review import PrivacyPage, ReviewPage
from kiosk.journeys.service import Opening
from kiosk.journeys.slip import SlipPage
from kiosk.journeys.staff import StaffCodePage, StaffPage, StaffPaper, StaffTest
from kiosk.journeys.staff_out import OutOfService
from kiosk.journeys.videos import VideoPage
from kiosk.look import Look
from kiosk.place import Film, FilmKind
from kiosk.screen import Screen
from kiosk.text import local
from kiosk.visit import Page
from tests.ui.visits import DOG, OWNER, RESCUE, after, at

_ERRAND = PinChange(RESCUE, Way.CHANGE)
_LOST = Fault(FaultCode.EID_CARD_LOST)


def _on(page: Page, *, filled: bool = False) -> Callable[[Look], Screen]:
    return lambda look: compose(at(page, look, filled=filled))


def _again(look: Look) -> Screen:
    """A second form, after one was filled in."""
    told = remembered(at(ReviewPage(), look, filled=True))
    return compose(replace(told, path=(*told.path[:-1], AgainOffer())))


def _voice(look: Look) -> Screen:
    return compose(after(at(FormPage(OWNER), look), VoiceAsked()))


def _card_taken(look: Look) -> Screen:
    return compose(after(at(FormPage(OWNER), look), CardInserted(), CardRemoved()))


def _video(look: Look) -> Screen:
    words = (
        Caption(0, 2000, "Hier sehen Sie, wie Sie den Ausweis einlegen."),
        Caption(2000, 4000, "Legen Sie ihn flach hin."),
    )
    film = Film(FilmKind.HELP, "home", local("So legen Sie den Ausweis ein"), Path("film.avi"), words)
    visit = at(VideoPage(0), look)
    return compose(replace(visit, place=replace(visit.place, videos=(film,))))


FURTHER: dict[str, Callable[[Look], Screen]] = {
    "k1-counter": _on(CounterPage()),
    "k2-opening": _on(Opening(DOG)),
    "k3-opening-failed": _on(Opening(DOG, _LOST)),
    "k4-slip": _on(SlipPage(DOG)),
    "k5-privacy": _on(PrivacyPage(), filled=True),
    "k6-pin-forgotten": _on(PinForgotten()),
    "k7-again": _again,
    "k8-glossary": _on(GlossaryPage(("pin",))),
    "k9-voice": _voice,
    "ka-video": _video,
    "l1-card-taken": _card_taken,
    "l2-reading": _on(ReadingCard(_ERRAND)),
    "l3-take-card": _on(TakeCard(_ERRAND, read=True)),
    "l4-card-failed": _on(CardFailed(_ERRAND, _LOST)),
    "s1-staff-code": _on(StaffCodePage()),
    "s2-staff": _on(StaffPage("Frau Yılmaz")),
    "s3-staff-paper": _on(StaffPaper("Frau Yılmaz")),
    "s4-staff-test": _on(StaffTest("Frau Yılmaz")),
    "s5-out-of-service": _on(OutOfService()),
    "s6-identify": _on(IdentifyPage("Terminal 2 · Foyer links")),
}
