"""Orders from afar, as far as they touch visits: not at all. They are carried out where nobody is, or not.

Whoever passes them on waits until nobody is here; that is looked at once more in the very step that obeys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.counter_events import Ordered
from kiosk.effects import ClearTimer, Effects, ForgetVisit, Obey, Refuse, SetTimer
from kiosk.events import Event, Timer
from kiosk.journeys.identify import FLASH_S, IdentifyPage
from kiosk.journeys.welcome import first_visit
from kiosk.orders import Identify, PutInService, TakeOutOfService
from kiosk.text import Local, Text
from kiosk.visit import Step, Visit


def nobody_is_here(visit: Visit) -> bool:
    """Whether nobody has begun a visit: then there is nothing of a visitor in it."""
    return not visit.begun


def over(visit: Visit) -> Visit:
    """Return the visit without the flashing: somebody has come."""
    return visit.back() if isinstance(visit.page, IdentifyPage) else visit


def flashed(visit: Visit) -> Step:
    """Flash on, or end."""
    page = visit.page
    if not isinstance(page, IdentifyPage):
        return visit, ()
    if page.left <= 1:
        return visit.back(), ()
    return visit.turned_to(replace(page, left=page.left - 1)), (SetTimer(Timer.FLASH, FLASH_S),)


def _ordered(visit: Visit, event: Ordered) -> Step:
    if not nobody_is_here(visit):
        return visit, (Refuse(event.number),)
    obey = Obey(event.number, event.order)
    match event.order:
        case TakeOutOfService(words):
            return _in_service(visit, on=False, notice=Local(words) if words else None), (*_ENDED, obey)
        case PutInService():
            return _in_service(visit, on=True), (*_ENDED, obey)
        case Identify(name):
            shown = over(visit).at(IdentifyPage(name))
            return shown, (SetTimer(Timer.FLASH, FLASH_S), obey)
    return visit, (obey,)


def _in_service(visit: Visit, *, on: bool, notice: Text | None = None) -> Visit:
    return first_visit(visit.place, replace(visit.devices, out_of_service=not on, notice=notice))


_ENDED: Effects = (*(ClearTimer(timer) for timer in Timer), ForgetVisit())
HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = MappingProxyType({Ordered: _ordered})
