"""`step`: what an event changes and what is to be done, as a pure function.

What holds on every page is here: moving about, silence, the end, the staff, cards. What fills a subject of its own is
in a module with its own `HANDLERS`; what belongs to one page is in `kiosk.journeys`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk import afar, appearance, calling, looking_on, reading, senses, unasked
from kiosk.cards import CardKind
from kiosk.counter_events import CounterHours, HelpDone, ServiceSwitched, StaffAsked, StaffCardShown
from kiosk.device_events import CardInserted, CardRemoved, Device, DeviceChanged
from kiosk.effects import (
    CancelCall,
    CancelEid,
    ClearTimer,
    Effect,
    Effects,
    ForgetVisit,
    Note,
    ReportDevice,
    SetTimer,
    Speak,
    StaffDeed,
    StopSpeaking,
)
from kiosk.events import (
    EndAsked,
    EndConfirmed,
    Event,
    Heartbeat,
    MoreTimeTaken,
    Opened,
    Resumed,
    Timer,
    TimerFired,
    Typed,
    VisitorEvent,
    WentBack,
    WentHome,
)
from kiosk.journeys import goodbye
from kiosk.journeys import staff_cover as staff
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import HelpPage
from kiosk.journeys.staff_out import OutOfService
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.screen import HelpState
from kiosk.visit import Question, Step, Visit

SIGNS_OF_LIFE = (VisitorEvent, CardInserted, CardRemoved)
RESTARTS_TIMERS = (*SIGNS_OF_LIFE, HelpDone)
ENOUGH_PATIENCE = 3
"""How many times the idle time a visitor gets who asks for more time."""
_NO_COUNTDOWN = (ClearTimer(Timer.COUNTDOWN), ClearTimer(Timer.COVER), ClearTimer(Timer.AWAY))
_NO_IDLING = (ClearTimer(Timer.COUNTDOWN), ClearTimer(Timer.IDLE), ClearTimer(Timer.AWAY))


def step(visit: Visit, event: Event) -> Step:
    """Return the visit after `event`, and the effects to be performed, in order."""
    before = visit
    effects: list[Effect] = []
    if isinstance(event, SIGNS_OF_LIFE):
        visit = _noticed(visit, event, effects)
    handler = _HANDLERS.get(type(event))
    if handler is None:
        handler = _page_step if isinstance(event, VisitorEvent) else _delivered
    visit, more = handler(visit, event)
    if visit.unprinted or before.unprinted or visit.reading:
        visit, more = unasked.slip_first(before, visit, event, more)
    effects += more
    visit = looking_on.moved(before, staff.guarded(visit))
    if isinstance(event, RESTARTS_TIMERS) or visit.page != before.page:
        effects += _timers(visit)
    if visit.reading and _place_of(visit) != _place_of(before):
        same_page = _place_of(visit)[0] == _place_of(before)[0]
        visit = replace(visit, spoken="", heard=visit.heard if same_page else "")
        effects.append(Speak())
    elif visit.reading and not before.begun and not before.reading and Speak() not in effects:
        effects.append(Speak())  # a headset waited for the first visit
    elif visit.reading and isinstance(event, Typed):
        effects += unasked.echo(before, visit, event)
    elif goodbye.card_is_left(visit) and not goodbye.card_is_left(before):
        effects.append(goodbye.ASK)
    return visit, tuple(effects)


def _place_of(visit: Visit) -> tuple[str, Question | None, str, bool]:
    return visit.page.compose(visit).id, visit.question, visit.look.language, looking_on.is_asked(visit)


def _noticed(visit: Visit, event: Event, effects: list[Effect]) -> Visit:
    """A sign of life: begin the visit, be silent, answer "still there?" by it."""
    if visit.prompted:
        visit = replace(visit, prompted=False)
    visit = afar.over(looking_on.let_go(visit))
    if visit.spoken:
        effects.append(StopSpeaking())
        if visit.question is None:
            visit = replace(visit, heard=visit.spoken)
        if not isinstance(event, reading.KEEP_THE_PLACE):
            visit = replace(visit, spoken="")
    if visit.question is Question.STILL_THERE:
        visit = replace(visit, question=None, countdown=0)
    return visit if visit.begun or isinstance(visit.page, Goodbye) else reading.first_touched(visit)


def _timers(visit: Visit) -> Effects:
    """The timers that run now: none before the first touch, none that ends a visit while help is coming."""
    if isinstance(visit.page, Goodbye):
        return goodbye.timers(visit)
    if not visit.begun or visit.question is Question.STILL_THERE:
        return ()
    if staff.is_open(visit):
        return (*_NO_COUNTDOWN, SetTimer(Timer.IDLE, staff.IDLE_S))
    if visit.help.state is HelpState.NONE:
        idle = SetTimer(Timer.IDLE, visit.place.timers.idle * visit.patience)
        return (*_NO_COUNTDOWN, idle, *unasked.prompting(visit))
    return (*_NO_IDLING, SetTimer(Timer.COVER, visit.place.timers.cover))


# Moving about


def _page_step(visit: Visit, event: Event) -> Step:
    return visit.page.step(visit, event)


def _opened(visit: Visit, event: Opened) -> Step:
    return replace(visit, question=None).at(event.page), ()


def _went_back(visit: Visit, event: WentBack) -> Step:
    after, effects = visit.page.step(visit, event)
    return (visit.back(), ()) if after is visit and not effects else (after, effects)


def _went_home(visit: Visit, event: WentHome) -> Step:
    from kiosk.journeys.home import Home

    if visit.devices.out_of_service:
        return replace(visit, path=(OutOfService(),), question=None), ()
    path = (Welcome(), Home())
    if visit.application is not None:
        from kiosk.journeys.again import remembered

        visit = remembered(visit)
    return replace(visit, path=path, application=None, question=None), (CancelEid(),)


# Silence and the end


def _timer_fired(visit: Visit, event: TimerFired) -> Step:  # noqa: PLR0911 - one for each timer
    match event.timer:
        case Timer.IDLE | Timer.AWAY if staff.is_open(visit):
            return staff.closed(visit), ()
        case Timer.IDLE if visit.begun and visit.help.state is HelpState.NONE:
            return _fell_silent(visit)
        case Timer.AWAY if senses.may_ask_sooner(visit):
            return _fell_silent(visit)
        case Timer.COUNTDOWN if visit.question is Question.STILL_THERE:
            return _counted(visit)
        case Timer.COVER if visit.help.state is not HelpState.NONE:
            return calling.shown(visit, event)
        case Timer.PROMPT if visit.begun and visit.help.state is HelpState.NONE:
            return unasked.prompted(visit)
        case Timer.GOODBYE if isinstance(visit.page, Goodbye):
            return goodbye.time_over(visit)
        case Timer.FLASH:
            return afar.flashed(visit)
    return visit, ()


def _fell_silent(visit: Visit) -> Step:
    if isinstance(visit.page, Welcome | OutOfService):
        if goodbye.card_lies(visit):
            return _end_confirmed(visit, EndConfirmed())
        return _ended(visit, first_visit(visit.place, visit.devices))
    asking = replace(visit, question=Question.STILL_THERE, countdown=visit.place.timers.countdown)
    return asking, (SetTimer(Timer.COUNTDOWN, 1),)


def _counted(visit: Visit) -> Step:
    if visit.countdown <= 1:
        return _end_confirmed(visit, EndConfirmed())
    return replace(visit, countdown=visit.countdown - 1), (SetTimer(Timer.COUNTDOWN, 1),)


def _resumed(visit: Visit, event: Resumed) -> Step:
    if visit.question:
        return replace(visit, question=None), ()
    if looking_on.is_asked(visit):
        return replace(visit, coview=None), ()
    return (visit.back() if isinstance(visit.page, HelpPage) else visit), ()


def _more_time(visit: Visit, event: MoreTimeTaken) -> Step:
    return replace(visit, question=None, patience=ENOUGH_PATIENCE), ()


def _end_asked(visit: Visit, event: EndAsked) -> Step:
    if visit.application is None and visit.help.state is HelpState.NONE:
        return _end_confirmed(visit, EndConfirmed())
    return replace(visit, question=Question.END), ()


def _end_confirmed(visit: Visit, event: EndConfirmed) -> Step:
    if isinstance(visit.page, Goodbye):
        return visit, ()
    farewell = Visit(
        visit.place,
        (Goodbye(),),
        visit.look,
        begun=True,
        reading=visit.reading,
        voice=visit.voice,
        devices=visit.devices,
    )
    after, effects = _ended(visit, farewell)
    return after, (*staff.signed(visit, StaffDeed.ENDED_VISIT), *effects)


# The staff


def _staff_card(visit: Visit, event: StaffCardShown) -> Step:
    from kiosk.journeys.staff import StaffPage

    return staff.opened(visit, StaffPage(event.staff)), (Note(StaffDeed.OPENED, event.staff),)


def _staff_asked(visit: Visit, event: StaffAsked) -> Step:
    from kiosk.journeys.staff import StaffCodePage

    return (visit if staff.is_open(visit) else staff.opened(visit, StaffCodePage())), ()


def _service_switched(visit: Visit, event: ServiceSwitched) -> Step:
    """End what is there, and begin anew in or out of service."""
    from kiosk.journeys.staff import StaffPage

    if not isinstance(visit.page, StaffPage):
        return visit, ()
    devices = replace(visit.devices, out_of_service=not event.on, notice=None)
    after, effects = _ended(visit, first_visit(visit.place, devices))
    deed = StaffDeed.IN_SERVICE if event.on else StaffDeed.OUT_OF_SERVICE
    return after, (*staff.signed(visit, deed), *effects)


def _counter_hours(visit: Visit, event: CounterHours) -> Step:
    return replace(visit, devices=replace(visit.devices, counter_open=event.open)), ()


def _ended(visit: Visit, after: Visit) -> Step:
    called = visit.help.state is not HelpState.NONE
    timers = tuple(ClearTimer(timer) for timer in Timer)
    return after, (StopSpeaking(), CancelEid(), *((CancelCall(),) if called else ()), *timers, ForgetVisit())


# The world


def _device_changed(visit: Visit, event: DeviceChanged) -> Step:
    worked = visit.works(event.device)
    after, effects = _delivered(replace(visit, devices=visit.devices.changed(event.device, event.fault)), event)
    if event.device is Device.SPEECH and not worked and event.fault is None:
        effects += reading.voice_is_back(after)
    if event.device is not Device.COUNTER:
        effects += (ReportDevice(event.device, event.fault or event.notice),)
    return after, effects


def _card_inserted(visit: Visit, event: CardInserted) -> Step:
    visit = replace(visit, devices=replace(visit.devices, card_inserted=True, card_kind=event.kind))
    if visit.question is Question.CARD_REMOVED:
        visit = replace(visit, question=None)
    may_be_shown = visit.question is None and not staff.is_open(visit)
    if event.kind is CardKind.LIBRARY and event.number is not None and may_be_shown:
        from kiosk.journeys.library_card import shown

        visit = shown(visit, event.number)
    return _delivered(visit, event)


def _card_removed(visit: Visit, event: CardRemoved) -> Step:
    brought = visit.devices.card_kind
    visit = replace(visit, devices=replace(visit.devices, card_inserted=False, card_kind=CardKind.UNKNOWN))
    after, effects = _delivered(visit, event)
    asks = visit.application is not None and visit.question is None and not staff.is_open(visit)
    asks = asks and brought is not CardKind.LIBRARY  # it need not stay: its number is known
    if after is visit and not effects and asks:
        return replace(visit, question=Question.CARD_REMOVED), ()
    return after, effects


def _delivered(visit: Visit, event: Event) -> Step:
    """What the world answers finds the page that asked, also while another one (help) lies over it."""
    for depth in range(len(visit.path), 0, -1):
        below = replace(visit, path=visit.path[:depth]) if depth < len(visit.path) else visit
        after, effects = below.page.step(below, event)
        if after is not below or effects:
            return replace(after, path=after.path + visit.path[depth:]), effects
    return visit, ()


def _unmoved(visit: Visit, event: Event) -> Step:
    return visit, ()


_HANDLERS: dict[type[Event], Callable[[Visit, Any], Step]] = {
    Opened: _opened,
    WentBack: _went_back,
    WentHome: _went_home,
    **appearance.HANDLERS,
    **reading.HANDLERS,
    **senses.HANDLERS,
    **unasked.HANDLERS,
    **looking_on.HANDLERS,
    **afar.HANDLERS,
    StaffCardShown: _staff_card,
    StaffAsked: _staff_asked,
    ServiceSwitched: _service_switched,
    CounterHours: _counter_hours,
    **calling.HANDLERS,
    TimerFired: _timer_fired,
    Resumed: _resumed,
    MoreTimeTaken: _more_time,
    EndAsked: _end_asked,
    EndConfirmed: _end_confirmed,
    DeviceChanged: _device_changed,
    Heartbeat: _unmoved,
    CardInserted: _card_inserted,
    CardRemoved: _card_removed,
}
