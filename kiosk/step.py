"""`step` and `compose`: the two pure functions that a visit consists of.

`step(visit, event)` says what an event changes and what is to be done; `compose(visit)` says what
is on the screen. What holds on every screen is here: help, reading, look, silence, end.
What belongs to one page is in `kiosk.journeys`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk import afar, dialogs, looking_on, reading, senses, unasked
from kiosk.cards import CardKind
from kiosk.effects import (
    CallPerson,
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
    CardInserted,
    CardRemoved,
    ContrastChosen,
    CounterHours,
    Device,
    DeviceChanged,
    EndAsked,
    EndConfirmed,
    Event,
    HandSwapped,
    Heartbeat,
    HelpAsked,
    HelpCancelled,
    HelpDone,
    HelpFailed,
    HelpQueued,
    HelpReasonGiven,
    HelpShown,
    HelpTaken,
    LanguageAsked,
    LanguageChosen,
    LargeTextChosen,
    LookAsked,
    MoreTimeTaken,
    Opened,
    ReachToggled,
    Resumed,
    ServiceSwitched,
    SizeCycled,
    StaffAsked,
    StaffCardShown,
    SteadyToggled,
    Timer,
    TimerFired,
    Typed,
    VisitorEvent,
    WentBack,
    WentHome,
)
from kiosk.journeys import goodbye
from kiosk.journeys import staff_cover as staff
from kiosk.journeys.glossary import with_words
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import REASONS, HelpPage, call_of
from kiosk.journeys.staff_out import OutOfService
from kiosk.journeys.videos import with_videos
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.screen import Action, Bar, Hand, HelpState, Look, Reach, Screen, TextSize
from kiosk.text import msg
from kiosk.visit import Help, Question, Step, Visit

SIZES = tuple(TextSize)
SIGNS_OF_LIFE = (VisitorEvent, CardInserted, CardRemoved)
RESTARTS_TIMERS = (*SIGNS_OF_LIFE, HelpDone)
NORMAL_REACH = Action("normal-reach", msg("reach.normal"), ReachToggled(), icon="touch")
"""On every screen while its operable parts lie low."""
RIGHT_HAND = Action("right-hand", msg("hand.right"), HandSwapped(), icon="touch")
"""On every screen that is made for the left hand, unless it lies low too: that is undone first."""
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


def compose(visit: Visit) -> Screen:
    """Return the screen of a visit."""
    screen = with_videos(with_words(visit.page.compose(visit), visit), visit)
    word = visit.word if visit.spoken else None
    voice = reading.WAY_TO_VOICE if visit.reading else None
    bar = Bar(visit.help.state, visit.reading, can_end=visit.begun and not isinstance(visit.page, Goodbye))
    dialog = dialogs.compose(visit) if visit.question else None
    if dialog is None and visit.coview and not visit.coview.agreed:
        dialog = looking_on.dialog(visit.coview)
    extra = _way_back_of(visit.look)
    everywhere = (bar, dialog, visit.spoken, word, extra, voice)
    if everywhere == (screen.bar, screen.dialog, screen.spoken, screen.word, screen.extra, screen.voice):
        return looking_on.framed(visit, screen)
    screen = replace(screen, bar=bar, dialog=dialog, spoken=visit.spoken, word=word, extra=extra, voice=voice)
    return looking_on.framed(visit, screen)


def _way_back_of(look: Look) -> Action | None:
    if look.reach is Reach.LOW:
        return NORMAL_REACH
    return RIGHT_HAND if look.hand is Hand.LEFT else None


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


# The look and the voice


def _look(**changes: Any) -> Callable[[Visit, Event], Step]:
    def change(visit: Visit, event: Event) -> Step:
        new = {name: value(visit.look) for name, value in changes.items()}
        return replace(visit, look=replace(visit.look, **new)), ()

    return change


def _next_size(look: Look) -> TextSize:
    return SIZES[(SIZES.index(look.size) + 1) % len(SIZES)]


def _contrast_chosen(visit: Visit, event: ContrastChosen) -> Step:
    return replace(visit, look=replace(visit.look, contrast=event.contrast)), ()


def _look_asked(visit: Visit, event: LookAsked) -> Step:
    return replace(visit, question=Question.LOOK), ()


def _language_asked(visit: Visit, event: LanguageAsked) -> Step:
    return replace(visit, question=Question.LANGUAGE), ()


def _language_chosen(visit: Visit, event: LanguageChosen) -> Step:
    if event.language not in visit.place.languages:
        return visit, ()
    return replace(visit, look=replace(visit.look, language=event.language), question=None), ()


# Help: the visit is on hold until it is done or called off


def _help_asked(visit: Visit, event: HelpAsked) -> Step:
    visit = replace(visit, question=None)
    # A counter that is out of reach is called all the same: the call is kept and repeated.
    if visit.help.state is HelpState.NONE and visit.has(Device.COUNTER) and visit.devices.counter_open:
        visit = replace(visit, help=Help(HelpState.CALLED))
        shown = _help_shown(visit, event)[0]
        return shown, (CallPerson(call_of(visit)),)
    return _help_shown(visit, event)


def _help_shown(visit: Visit, event: Event) -> Step:
    return (visit if isinstance(visit.page, HelpPage) else visit.at(HelpPage())), ()


def _help_reason(visit: Visit, event: HelpReasonGiven) -> Step:
    if visit.help.state is HelpState.NONE or event.reason not in REASONS:
        return visit, ()
    visit = replace(visit, help=replace(visit.help, reason=event.reason))
    return visit, (CallPerson(call_of(visit)),)


def _help_cancelled(visit: Visit, event: Event) -> Step:
    called = visit.help.state is not HelpState.NONE
    return _without_help(visit), ((CancelCall(),) if called else ())


def _without_help(visit: Visit) -> Visit:
    path = tuple(page for page in visit.path if not isinstance(page, HelpPage))
    return replace(visit, help=Help(), path=path)


def _help_queued(visit: Visit, event: HelpQueued) -> Step:
    # Whoever had it may have passed it on.
    changes = {"place": event.place, "usual": event.minutes, "name": "", "counter": "", "minutes": None}
    return _help(looking_on.after_help(visit, event), state=HelpState.CALLED, arrived=True, fault=None, **changes)


def _help_taken(visit: Visit, event: HelpTaken) -> Step:
    changes = {"name": event.name, "counter": event.counter, "minutes": event.minutes, "arrived": True, "fault": None}
    visit = looking_on.after_help(visit, event)
    return _help(visit, state=HelpState.COMING, on_the_way=event.on_the_way, **changes)


def _help_failed(visit: Visit, event: HelpFailed) -> Step:
    return _help(visit, arrived=False, fault=event.fault)


def _help(visit: Visit, **changes: Any) -> Step:
    if visit.help.state is HelpState.NONE:
        return visit, ()
    return replace(visit, help=replace(visit.help, **changes)), ()


def _help_done(visit: Visit, event: HelpDone) -> Step:
    return (visit, ()) if visit.help.state is HelpState.NONE else (_without_help(visit), ())


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
            return _help_shown(visit, event)
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
    LanguageAsked: _language_asked,
    LanguageChosen: _language_chosen,
    SizeCycled: _look(size=_next_size),
    LargeTextChosen: _look(size=lambda look: TextSize.M if look.size is TextSize.L else TextSize.L),
    LookAsked: _look_asked,
    ContrastChosen: _contrast_chosen,
    SteadyToggled: _look(steady=lambda look: not look.steady),
    ReachToggled: _look(reach=lambda look: Reach.NORMAL if look.reach is Reach.LOW else Reach.LOW),
    HandSwapped: _look(hand=lambda look: Hand.RIGHT if look.hand is Hand.LEFT else Hand.LEFT),
    **reading.HANDLERS,
    **senses.HANDLERS,
    **unasked.HANDLERS,
    **looking_on.HANDLERS,
    **afar.HANDLERS,
    StaffCardShown: _staff_card,
    StaffAsked: _staff_asked,
    ServiceSwitched: _service_switched,
    CounterHours: _counter_hours,
    HelpAsked: _help_asked,
    HelpShown: _help_shown,
    HelpReasonGiven: _help_reason,
    HelpCancelled: _help_cancelled,
    HelpQueued: _help_queued,
    HelpTaken: _help_taken,
    HelpFailed: _help_failed,
    HelpDone: _help_done,
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
