"""Co-view, as far as it is the visit's: asked, agreed, a frame that stays, one touch that ends it.

Who looks on can point at a part and say something; neither is a sign of life, and nothing of the visit changes by it.
It ends with the call, with the visit, and when somebody else takes the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.counter_events import (
    CoviewAgreed,
    CoviewAsked,
    CoviewEnded,
    CoviewLine,
    CoviewPointed,
    CoviewStopped,
    HelpQueued,
    HelpTaken,
)
from kiosk.coview import COVIEW, LINE
from kiosk.device_events import Device
from kiosk.effects import SpeakPart
from kiosk.events import Event
from kiosk.journeys.help import HelpPage
from kiosk.parts import Action, ActionStyle, Fact, Facts, FactStyle, Level, Notice, Offer, Paragraph, Part
from kiosk.screen import Dialog, HelpState, Screen
from kiosk.text import msg
from kiosk.visit import Coview, Step, Visit


def is_asked(visit: Visit) -> bool:
    """Whether the visitor is being asked."""
    return visit.coview is not None and not visit.coview.agreed


def dialog(coview: Coview) -> Dialog:
    """Return the question: who would see what, and what they cannot."""
    parts = (
        Paragraph("who", msg("coview.ask.who", name=coview.name, counter=coview.counter), icon="person"),
        Facts(
            "what",
            (
                Fact("check", msg("coview.ask.sees"), msg("coview.ask.sees-text")),
                Fact("eye-off", msg("coview.ask.hidden"), msg("coview.ask.hidden-text")),
                Fact("cross", msg("coview.ask.end"), msg("coview.ask.end-text")),
            ),
            FactStyle.ITEM,
        ),
    )
    actions = (
        Action("coview-agree", msg("coview.ask.yes"), CoviewAgreed(), ActionStyle.PRIMARY, "check"),
        Action("coview-refuse", msg("coview.ask.no"), CoviewStopped(), icon="cross"),
    )
    return Dialog("coview", msg("coview.ask.title"), parts, actions)


def framed(visit: Visit, screen: Screen) -> Screen:
    """Return the screen with the frame: who looks on, what they said, how to end it, and where they point."""
    coview = visit.coview
    if coview is None or not coview.agreed:
        return screen
    stop = Action("coview-stop", msg("coview.stop"), CoviewStopped(), icon="cross")
    seen = Offer(COVIEW, "people", msg("coview.on", name=coview.name), msg("coview.on-text"), stop)
    said: tuple[Part, ...] = ()
    if coview.line is not None:
        said = (Notice(LINE, Level.INFO, msg("coview.says", name=coview.name), coview.line),)
    spoken = screen.spoken or coview.pointed
    return replace(screen, parts=(seen, *said, *screen.parts), spoken=spoken, watched=True)


def moved(before: Visit, visit: Visit) -> Visit:
    """Take the finger away where the page is another one; end the co-view where the call is over."""
    coview = visit.coview
    if coview is None:
        return visit
    if visit.help.state is not HelpState.COMING:
        return replace(visit, coview=None)
    if coview.pointed and type(visit.page) is not type(before.page):
        return replace(visit, coview=replace(coview, pointed=""))
    return visit


def let_go(visit: Visit) -> Visit:
    """Return the visit without the finger: the visitor has done something."""
    coview = visit.coview
    return replace(visit, coview=replace(coview, pointed="")) if coview and coview.pointed else visit


def after_help(visit: Visit, event: HelpQueued | HelpTaken) -> Visit:
    """Return the visit without a co-view where the person who looks on has the call no more."""
    same = isinstance(event, HelpTaken) and visit.coview is not None and event.name == visit.coview.name
    return visit if visit.coview is None or same else replace(visit, coview=None)


def _asked(visit: Visit, event: CoviewAsked) -> Step:
    """Ask; only who has the call may, so that the visitor knows who it is."""
    if visit.help.state is not HelpState.COMING or visit.help.name != event.name:
        return visit, ()
    return replace(visit, coview=Coview(event.session, event.name, event.counter)), ()


def _agreed(visit: Visit, event: CoviewAgreed) -> Step:  # noqa: ARG001 - handlers have one signature
    """Show the page that help is needed with."""
    if visit.coview is None:
        return visit, ()
    path = tuple(page for page in visit.path if not isinstance(page, HelpPage))
    return replace(visit, coview=replace(visit.coview, agreed=True), path=path), ()


def _stopped(visit: Visit, event: CoviewStopped) -> Step:  # noqa: ARG001 - handlers have one signature
    return replace(visit, coview=None), ()


def _ended(visit: Visit, event: CoviewEnded) -> Step:
    ours = visit.coview is not None and visit.coview.session == event.session
    return (replace(visit, coview=None) if ours else visit), ()


def _pointed(visit: Visit, event: CoviewPointed) -> Step:
    coview = _agreed_with(visit, event)
    if coview is None:
        return visit, ()
    return replace(visit, coview=replace(coview, pointed=event.part)), _aloud(visit, event.part)


def _said(visit: Visit, event: CoviewLine) -> Step:
    coview = _agreed_with(visit, event)
    if coview is None:
        return visit, ()
    return replace(visit, coview=replace(coview, line=event.line)), _aloud(visit, LINE)


def _agreed_with(visit: Visit, event: CoviewPointed | CoviewLine) -> Coview | None:
    coview = visit.coview
    return coview if coview and coview.agreed and coview.session == event.session else None


def _aloud(visit: Visit, part: str) -> tuple[SpeakPart, ...]:
    """Read a part aloud, also for who has nothing read: what is private in it, only a headset says."""
    return (SpeakPart(part),) if visit.works(Device.SPEECH) else ()


HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = MappingProxyType(
    {
        CoviewAsked: _asked,
        CoviewAgreed: _agreed,
        CoviewStopped: _stopped,
        CoviewEnded: _ended,
        CoviewPointed: _pointed,
        CoviewLine: _said,
    }
)
