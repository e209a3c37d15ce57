"""The end of a visit: everything of the visitor is gone already, except a card that was left in the reader."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.device_events import CardRemoved, Device
from kiosk.effects import CancelCall, Effects, SetTimer, SpeakPart
from kiosk.events import Event, HelpAsked, Timer, WentBack, WentHome, WentOn
from kiosk.journeys.welcome import first_visit
from kiosk.parts import Action, ActionStyle, Drawing, Level, Notice, Part, Picture
from kiosk.screen import HelpState, Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit

ASK_AGAIN_S = 10.0
"""So often a card that was left behind is asked for by voice."""
ASK = SpeakPart("title")
"""Asks for the card, in words that everybody may hear: also for a visitor who had nothing read."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Says that all is deleted, and asks for a card that was left behind. Until it is gone nobody else begins."""

    def compose(self, visit: Visit) -> Screen:
        """Say goodbye; as long as a card lies in the reader, ask for it."""
        if card_lies(visit):
            return _card_left(visit)
        again = Action("again", msg("goodbye.again"), WentOn(), ActionStyle.PRIMARY, "arrow-right", icon_after=True)
        return Screen(
            "goodbye",
            msg("goodbye.title"),
            visit.look,
            (Picture("skyline", Drawing.SKYLINE, msg("welcome.skyline", name=visit.place.name)), _deleted()),
            forward=again,
            lead=msg("goodbye.lead"),
            success=True,
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Begin anew, as if nobody had been here."""
        if isinstance(event, (WentOn, WentBack, WentHome)) and not card_lies(visit):
            fresh = first_visit(visit.place, visit.devices)
            called = visit.help.state is not HelpState.NONE
            return replace(fresh, begun=True), ((CancelCall(),) if called else ())
        if isinstance(event, CardRemoved):
            return replace(visit, path=(Goodbye(),)), ()
        return visit, ()


def card_lies(visit: Visit) -> bool:
    """Whether a card lies in the reader, and somebody is there who would see it taken: else nobody waits for that.

    Where there is no reader of PC/SC, the eID client is the one who sees.
    """
    return visit.card_inserted and (visit.has(Device.READER) or visit.works(Device.EID))


def card_is_left(visit: Visit) -> bool:
    """Whether a visit that is over waits for its card to be taken."""
    return isinstance(visit.page, Goodbye) and card_lies(visit)


def timers(visit: Visit) -> Effects:
    """Return the timer after which the next visitor is welcome, or the card is asked for again."""
    return (SetTimer(Timer.GOODBYE, ASK_AGAIN_S if card_lies(visit) else visit.place.timers.goodbye),)


def time_over(visit: Visit) -> Step:
    """Welcome the next visitor; or ask for the card again, unless it is being asked for now.

    While somebody is called, who called is waited for.
    """
    if card_lies(visit):
        return visit, (*(() if visit.spoken else (ASK,)), *timers(visit))
    if visit.help.state is not HelpState.NONE:
        return visit, timers(visit)
    return first_visit(visit.place, visit.devices), ()


def _card_left(visit: Visit) -> Screen:
    card = Picture("card", Drawing.REMOVE_CARD, msg("goodbye.card-words"))
    stuck = Action("stuck", msg("goodbye.stuck"), HelpAsked(), icon="help-bell")
    title, lead = msg("goodbye.card"), msg("goodbye.card-lead")
    return Screen("goodbye-card", title, visit.look, (card, _deleted()), forward=stuck, lead=lead)


def _deleted() -> Part:
    return Notice("deleted", Level.SUCCESS, msg("goodbye.deleted"), msg("goodbye.deleted-text"))
