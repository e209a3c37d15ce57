"""A person is called: the visit is on hold until that is done or called off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk import looking_on
from kiosk.counter_events import HelpDone, HelpFailed, HelpQueued, HelpTaken
from kiosk.device_events import Device
from kiosk.effects import CallPerson, CancelCall
from kiosk.events import Event, HelpAsked, HelpCancelled, HelpReasonGiven, HelpShown
from kiosk.journeys.help import REASONS, HelpPage, call_of
from kiosk.screen import HelpState
from kiosk.visit import Help, Step, Visit


def _asked(visit: Visit, event: HelpAsked) -> Step:
    visit = replace(visit, question=None)
    # A counter that is out of reach is called all the same: the call is kept and repeated.
    if visit.help.state is HelpState.NONE and visit.has(Device.COUNTER) and visit.devices.counter_open:
        visit = replace(visit, help=Help(HelpState.CALLED))
        return shown(visit, event)[0], (CallPerson(call_of(visit)),)
    return shown(visit, event)


def shown(visit: Visit, event: Event) -> Step:
    """Show how the help stands."""
    return (visit if isinstance(visit.page, HelpPage) else visit.at(HelpPage())), ()


def _reason_given(visit: Visit, event: HelpReasonGiven) -> Step:
    if visit.help.state is HelpState.NONE or event.reason not in REASONS:
        return visit, ()
    visit = replace(visit, help=replace(visit.help, reason=event.reason))
    return visit, (CallPerson(call_of(visit)),)


def _cancelled(visit: Visit, event: Event) -> Step:
    called = visit.help.state is not HelpState.NONE
    return _without_help(visit), ((CancelCall(),) if called else ())


def _without_help(visit: Visit) -> Visit:
    path = tuple(page for page in visit.path if not isinstance(page, HelpPage))
    return replace(visit, help=Help(), path=path)


def _queued(visit: Visit, event: HelpQueued) -> Step:
    # Whoever had it may have passed it on.
    changes = {"place": event.place, "usual": event.minutes, "name": "", "counter": "", "minutes": None}
    return _while_called(
        looking_on.after_help(visit, event), state=HelpState.CALLED, arrived=True, fault=None, **changes
    )


def _taken(visit: Visit, event: HelpTaken) -> Step:
    changes = {"name": event.name, "counter": event.counter, "minutes": event.minutes, "arrived": True, "fault": None}
    visit = looking_on.after_help(visit, event)
    return _while_called(visit, state=HelpState.COMING, on_the_way=event.on_the_way, **changes)


def _failed(visit: Visit, event: HelpFailed) -> Step:
    return _while_called(visit, arrived=False, fault=event.fault)


def _while_called(visit: Visit, **changes: Any) -> Step:
    if visit.help.state is HelpState.NONE:
        return visit, ()
    return replace(visit, help=replace(visit.help, **changes)), ()


def _done(visit: Visit, event: HelpDone) -> Step:
    return (visit, ()) if visit.help.state is HelpState.NONE else (_without_help(visit), ())


HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = MappingProxyType(
    {
        HelpAsked: _asked,
        HelpShown: shown,
        HelpReasonGiven: _reason_given,
        HelpCancelled: _cancelled,
        HelpQueued: _queued,
        HelpTaken: _taken,
        HelpFailed: _failed,
        HelpDone: _done,
    }
)
