"""`step` and `compose`: the two pure functions that a visit consists of.

`step(visit, event)` says what an event changes and what is to be done; `compose(visit)` says what
is on the screen. What holds on every screen is here: help, reading, look, silence, end.
What belongs to one page is in `kiosk.journeys`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk import dialogs
from kiosk.effects import (
    CallPerson,
    CancelCall,
    CancelEid,
    ClearTimer,
    Effect,
    Effects,
    ForgetVisit,
    SetTimer,
    Speak,
    StopSpeaking,
)
from kiosk.events import (
    CardInserted,
    CardRemoved,
    ContrastCycled,
    Device,
    DeviceChanged,
    EndAsked,
    EndConfirmed,
    Event,
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
    MoreTimeTaken,
    Opened,
    PartSpoken,
    ReachToggled,
    ReadingToggled,
    Resumed,
    SizeCycled,
    SpeechEnded,
    Timer,
    TimerFired,
    VisitorEvent,
    WentBack,
    WentHome,
)
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import REASONS, HelpPage, call_of
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.screen import Action, Bar, Contrast, HelpState, Look, Reach, Screen, TextSize
from kiosk.text import msg
from kiosk.visit import Help, Question, Step, Visit

SIZES = tuple(TextSize)
CONTRASTS = tuple(Contrast)
SIGNS_OF_LIFE = (VisitorEvent, CardInserted, CardRemoved)
RESTARTS_TIMERS = (*SIGNS_OF_LIFE, HelpDone)
NORMAL_REACH = Action("normal-reach", msg("reach.normal"), ReachToggled(), icon="touch")
"""On every screen while its operable parts lie low."""
ENOUGH_PATIENCE = 3
"""How many times the idle time a visitor gets who asks for more time."""
_NO_COUNTDOWN = (ClearTimer(Timer.COUNTDOWN), ClearTimer(Timer.COVER))
_NO_IDLING = (ClearTimer(Timer.COUNTDOWN), ClearTimer(Timer.IDLE))


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
    effects += more
    if isinstance(event, RESTARTS_TIMERS) or visit.page != before.page:
        effects += _timers(visit)
    if visit.reading and _place_of(visit) != _place_of(before):
        visit = replace(visit, spoken="")
        effects.append(Speak())
    return visit, tuple(effects)


def compose(visit: Visit) -> Screen:
    """Return the screen of a visit."""
    screen = visit.page.compose(visit)
    bar = Bar(visit.help.state, visit.reading, can_end=visit.begun and not isinstance(visit.page, Goodbye))
    dialog = dialogs.compose(visit) if visit.question else None
    extra = NORMAL_REACH if visit.look.reach is Reach.LOW else None
    if screen.bar == bar and screen.dialog is dialog and screen.spoken == visit.spoken and screen.extra is extra:
        return screen
    return replace(screen, bar=bar, dialog=dialog, spoken=visit.spoken, extra=extra)


def _place_of(visit: Visit) -> tuple[str, Question | None, str]:
    return visit.page.compose(visit).id, visit.question, visit.look.language


def _noticed(visit: Visit, event: Event, effects: list[Effect]) -> Visit:
    """A sign of life: begin the visit, be silent, answer "still there?" by it."""
    if visit.spoken:
        effects.append(StopSpeaking())
        if not isinstance(event, ReadingToggled):
            visit = replace(visit, spoken="")
    if visit.question is Question.STILL_THERE:
        visit = replace(visit, question=None, countdown=0)
    return visit if visit.begun or isinstance(visit.page, Goodbye) else replace(visit, begun=True)


def _timers(visit: Visit) -> Effects:
    """The timers that run now: none before the first touch, none that ends a visit while help is coming."""
    if isinstance(visit.page, Goodbye):
        return (SetTimer(Timer.GOODBYE, visit.place.timers.goodbye),)
    if not visit.begun or visit.question is Question.STILL_THERE:
        return ()
    if visit.help.state is HelpState.NONE:
        return (*_NO_COUNTDOWN, SetTimer(Timer.IDLE, visit.place.timers.idle * visit.patience))
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

    path = (Welcome(), Home())
    return replace(visit, path=path, application=None, question=None), (CancelEid(),)


# The look and the voice


def _look(**changes: Any) -> Callable[[Visit, Event], Step]:
    def change(visit: Visit, event: Event) -> Step:
        new = {name: value(visit.look) for name, value in changes.items()}
        return replace(visit, look=replace(visit.look, **new)), ()

    return change


def _next_size(look: Look) -> TextSize:
    return SIZES[(SIZES.index(look.size) + 1) % len(SIZES)]


def _next_contrast(look: Look) -> Contrast:
    return CONTRASTS[(CONTRASTS.index(look.contrast) + 1) % len(CONTRASTS)]


def _language_asked(visit: Visit, event: LanguageAsked) -> Step:
    return replace(visit, question=Question.LANGUAGE), ()


def _language_chosen(visit: Visit, event: LanguageChosen) -> Step:
    if event.language not in visit.place.languages:
        return visit, ()
    return replace(visit, look=replace(visit.look, language=event.language), question=None), ()


def _reading_toggled(visit: Visit, event: ReadingToggled) -> Step:
    """On; off while it speaks; once more when it has come to its end."""
    if visit.reading and visit.spoken:
        return replace(visit, reading=False, spoken=""), ()
    if not visit.works(Device.SPEECH):
        return visit, ()
    return replace(visit, reading=True), (Speak(),)


def _part_spoken(visit: Visit, event: PartSpoken) -> Step:
    return replace(visit, spoken=event.part), ()


def _speech_ended(visit: Visit, event: SpeechEnded) -> Step:
    return replace(visit, spoken=""), ()


# Help: the visit is on hold until it is done or called off


def _help_asked(visit: Visit, event: HelpAsked) -> Step:
    visit = replace(visit, question=None)
    # A counter that is out of reach is called all the same: the call is kept and repeated.
    if visit.help.state is HelpState.NONE and visit.has(Device.COUNTER):
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
    return _help(visit, arrived=True, fault=None)


def _help_taken(visit: Visit, event: HelpTaken) -> Step:
    changes = {"name": event.name, "counter": event.counter, "minutes": event.minutes, "arrived": True, "fault": None}
    return _help(visit, state=HelpState.COMING, **changes)


def _help_failed(visit: Visit, event: HelpFailed) -> Step:
    return _help(visit, arrived=False, fault=event.fault)


def _help(visit: Visit, **changes: Any) -> Step:
    if visit.help.state is HelpState.NONE:
        return visit, ()
    return replace(visit, help=replace(visit.help, **changes)), ()


def _help_done(visit: Visit, event: HelpDone) -> Step:
    return (visit, ()) if visit.help.state is HelpState.NONE else (_without_help(visit), ())


# Silence and the end


def _timer_fired(visit: Visit, event: TimerFired) -> Step:
    match event.timer:
        case Timer.IDLE if visit.begun and visit.help.state is HelpState.NONE:
            return _fell_silent(visit)
        case Timer.COUNTDOWN if visit.question is Question.STILL_THERE:
            return _counted(visit)
        case Timer.COVER if visit.help.state is not HelpState.NONE:
            return _help_shown(visit, event)
        case Timer.GOODBYE if isinstance(visit.page, Goodbye) and not visit.card_inserted:
            return first_visit(visit.place, visit.devices), ()
    return visit, ()


def _fell_silent(visit: Visit) -> Step:
    if isinstance(visit.page, Welcome):
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
        devices=visit.devices,
    )
    return _ended(visit, farewell)


def _ended(visit: Visit, after: Visit) -> Step:
    called = visit.help.state is not HelpState.NONE
    timers = tuple(ClearTimer(timer) for timer in Timer)
    return after, (StopSpeaking(), CancelEid(), *((CancelCall(),) if called else ()), *timers, ForgetVisit())


# The world


def _device_changed(visit: Visit, event: DeviceChanged) -> Step:
    return _delivered(replace(visit, devices=visit.devices.changed(event.device, event.fault)), event)


def _card_inserted(visit: Visit, event: CardInserted) -> Step:
    visit = replace(visit, devices=replace(visit.devices, card_inserted=True))
    if visit.question is Question.CARD_REMOVED:
        visit = replace(visit, question=None)
    return _delivered(visit, event)


def _card_removed(visit: Visit, event: CardRemoved) -> Step:
    visit = replace(visit, devices=replace(visit.devices, card_inserted=False))
    after, effects = _delivered(visit, event)
    if after is visit and not effects and visit.application is not None and visit.question is None:
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


_HANDLERS: dict[type[Event], Callable[[Visit, Any], Step]] = {
    Opened: _opened,
    WentBack: _went_back,
    WentHome: _went_home,
    LanguageAsked: _language_asked,
    LanguageChosen: _language_chosen,
    SizeCycled: _look(size=_next_size),
    LargeTextChosen: _look(size=lambda look: TextSize.M if look.size is TextSize.L else TextSize.L),
    ContrastCycled: _look(contrast=_next_contrast),
    ReachToggled: _look(reach=lambda look: Reach.NORMAL if look.reach is Reach.LOW else Reach.LOW),
    ReadingToggled: _reading_toggled,
    PartSpoken: _part_spoken,
    SpeechEnded: _speech_ended,
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
    CardInserted: _card_inserted,
    CardRemoved: _card_removed,
}
