"""A screen for the ears: the same parts, in the same order, as words to be spoken.

Whatever the eyes get from a screen is here: state (chosen, ticked, disabled and why), errors,
progress, the words of pictures, and of an open dialog nothing but the dialog and the bar
(EN 301 549 V3.2.1, 5.1.3.3, 5.1.3.6, 5.1.3.15). What the visitor told or chose is an utterance of
its own marked `private`, for a headset (5.1.3.9); beside it stands, for everybody, that something
is filled in, and where there is no headset, once a screen, why it is not read. Secrets (PIN, CAN,
PUK) are never spoken, not even privately.

`Utterance.part` names what lights up while it is spoken: `title`, `context`, `progress`, `lead`,
`slip` (what stands on the paper that comes out), `bar`, the id of a part, of a card within `Cards`, of
an answer within `Answers`, or of an action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING

from kiosk.parts import (
    Action,
    Answer,
    Answers,
    Busy,
    Card,
    Cards,
    Choice,
    Consent,
    Countdown,
    Facts,
    Field,
    Heading,
    Notice,
    Number,
    Offer,
    Paragraph,
    Part,
    Person,
    Picture,
    PinPad,
    Problem,
    Video,
)
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.screen import Bar, HelpState, Screen
from kiosk.text import Msg, Param, Text, Translator, Verbatim, msg
from kiosk.voice import USUAL_VOICE, Voice

if TYPE_CHECKING:
    from kiosk.receipt import Receipt

TITLE = "title"
CONTEXT = "context"
PROGRESS = "progress"
LEAD = "lead"
SLIP = "slip"
BAR = "bar"

UNSPOKEN = re.compile(r"\u00ad|(?<=\w)·(?=\w)")
"""What only helps the eyes: soft hyphens, and the middots that part long words in Leichte Sprache (Bürger·amt)."""


def utterances(
    screen: Screen, translator: Translator, voice: Voice = USUAL_VOICE, start: str = ""
) -> tuple[Utterance, ...]:
    """Return what is to be read aloud for a screen, in reading order, from the part `start` on if it is there.

    Neighbouring words of one part in one language are one utterance, so that they are spoken in one
    breath; a change of language or of privacy begins another one with the same part.
    """
    voice = voice.reading(translator.language)
    everything = tuple(_explained(_joined(_screen(screen), translator, voice), translator, voice))
    return tuple(dropwhile(lambda one: one.part != start, everything)) or everything


def heard(words: str) -> str:
    """Return words as ears get them: without the marks that help the eyes, all breaks one space."""
    return " ".join(UNSPOKEN.sub("", words).split())


def words_of(part: str, spoken: Iterable[Utterance]) -> Private[str]:
    """Return all words of a part, what only the room hears left out: `WordSpoken` counts in these."""
    return Private(" ".join(one.words.reveal() for one in spoken if one.part == part and not one.room))


@dataclass(frozen=True, slots=True)
class _Saying:
    """One sentence of a part. `private` is set where the text itself cannot tell."""

    part: str
    text: Text
    private: bool = False


_Sayings = Iterator[_Saying]


def _screen(screen: Screen) -> _Sayings:
    if screen.dialog is not None:
        yield _Saying(screen.dialog.id, screen.dialog.title)
        yield from _parts(screen.dialog.parts)
        yield from _actions(screen.dialog.actions)
    else:
        yield from _heading(screen)
        yield from _slip(screen.slip)
        yield from _parts(screen.parts)
        yield from _actions(action for action in (screen.back, screen.extra, screen.voice, screen.forward) if action)
    yield from _bar(screen.bar)


def _heading(screen: Screen) -> _Sayings:
    yield _Saying(TITLE, screen.title)
    if screen.context is not None:
        yield _Saying(CONTEXT, screen.context[1])
    if screen.progress is not None:
        at = screen.progress
        yield _Saying(PROGRESS, msg("speech.progress", step=at.step, steps=at.steps))
        yield _Saying(PROGRESS, at.title)
    if screen.lead is not None:
        yield _Saying(LEAD, screen.lead)


def _slip(slip: Receipt | None) -> _Sayings:
    """Say all that a slip says; its number sign by sign, in a headset. Its day is known to the printer alone."""
    if slip is None:
        return
    from kiosk.receipt import Code, Line, LineStyle, Row  # no receipt is known when a terminal starts

    yield _Saying(SLIP, msg("speech.slip"))
    for block in slip.blocks:
        match block:
            case Line(text, LineStyle.LARGE) if isinstance(text, Verbatim) and isinstance(text.words, Private):
                yield _Saying(SLIP, Verbatim(_sign_by_sign(text.words)), private=True)
            case Line(text):
                yield _Saying(SLIP, text)
            case Row(label, value):
                yield from _said(SLIP, label, value)
            case Code():
                yield _Saying(SLIP, msg("receipt.code"))


def _sign_by_sign(number: Private[str]) -> Private[str]:
    return Private(" ".join(number.reveal().replace(" ", "")))


def _parts(parts: Iterable[Part]) -> _Sayings:
    for part in parts:
        yield from _part(part)


def _part(part: Part) -> _Sayings:  # noqa: C901, PLR0912 - one line for each kind of part
    match part:
        case Heading() | Paragraph():
            yield _Saying(part.id, part.text)
        case Notice():
            yield from _notice(part)
        case Facts():
            for fact in part.facts:
                yield from _said(part.id, fact.label, fact.value)
        case Cards():
            for card in part.cards:
                yield from _card(card)
        case Field():
            yield from _field(part)
        case Choice():
            yield from _choice(part)
        case Answers():
            yield from _answers(part)
        case Consent():
            yield from _consent(part)
        case PinPad():
            yield from _pin_pad(part)
        case Picture():
            yield from _said(part.id, part.words, part.title, part.text, msg("speech.busy") if part.busy else None)
        case Number():
            yield from _number(part)
        case Busy():
            yield from _said(part.id, part.text, part.detail)
            yield from _actions((part.action,) if part.action else ())
        case Person():
            yield from _said(part.id, part.name, part.text, part.aside, part.number)
        case Offer():
            yield from _said(part.id, part.title, part.text)
            yield from _actions((part.action,))
        case Video():
            yield from _said(part.id, msg("video.part"), part.title)
            yield from _actions((part.play, part.again))
        case Countdown():
            yield from _said(part.id, msg("speech.number", number=part.left), part.unit)


def _said(part: str, *texts: Text | None) -> _Sayings:
    for text in texts:
        if text is not None:
            yield _Saying(part, text)


def _notice(part: Notice) -> _Sayings:
    tries = None if part.tries is None else msg("speech.tries", count=part.tries)
    yield from _said(part.id, msg(f"speech.level.{part.level}"), part.title, part.text, tries)


def _card(card: Card) -> _Sayings:
    yield from _said(card.id, card.title, card.text, msg("speech.chosen") if card.chosen else None)
    yield from _disabled(card.id, card.why_disabled)


def _field(part: Field) -> _Sayings:
    optional = msg("speech.optional") if part.optional else None
    yield from _said(part.id, part.label, optional, part.hint)
    if part.value:
        yield _Saying(part.id, msg("speech.filled"))
        yield _Saying(part.id, Verbatim(part.value), private=True)
    else:
        yield _Saying(part.id, msg("speech.empty"))
    if part.verified is not None:
        yield _Saying(part.id, part.verified, private=True)
    yield from _problem(part.id, part.problem)


def _problem(part: str, problem: Problem | None) -> _Sayings:
    if problem is not None:
        yield from _said(part, msg("speech.problem"), problem.text, problem.remedy)


def _choice(part: Choice) -> _Sayings:
    how = msg("speech.several-of" if part.several else "speech.one-of")
    optional = msg("speech.optional") if part.optional else None
    yield from _said(part.id, part.label, optional, part.hint, how)
    for option in part.options:
        yield from _said(part.id, option.label, option.text)
    chosen = part.chosen.reveal()
    yield _Saying(part.id, msg("speech.filled" if chosen else "speech.empty"))
    for option in part.options:
        if option.id in chosen:
            yield _Saying(part.id, option.label, private=True)
    yield from _problem(part.id, part.problem)


def _answers(part: Answers) -> _Sayings:
    yield _Saying(part.id, part.title)
    for answer in part.answers:
        yield from _answer(answer)
    if any(answer.change for answer in part.answers):
        yield _Saying(part.id, msg("speech.changeable"))


def _answer(answer: Answer) -> _Sayings:
    yield from _said(answer.id, answer.label, answer.source)
    yield _Saying(answer.id, answer.value, private=True)


def _consent(part: Consent) -> _Sayings:
    yield from _said(part.id, part.title, part.text, msg("speech.checked" if part.given else "speech.unchecked"))
    yield from _actions((part.more,) if part.more else ())


def _pin_pad(part: PinPad) -> _Sayings:
    typed = len(part.value.reveal())
    yield from _said(part.id, part.label, *part.remarks)
    yield _Saying(part.id, msg("speech.digits", typed=typed, length=part.length))
    yield from _actions((part.action,) if part.action else ())


def _number(part: Number) -> _Sayings:
    """Say a number digit by digit in a headset; the loudspeaker says only where to find it."""
    yield from _said(part.id, part.label, msg("speech.on-screen"))
    yield _Saying(part.id, Verbatim(_sign_by_sign(part.number)), private=True)
    yield from _said(part.id, part.hint, msg("speech.qr") if part.code else None)


def _actions(actions: Iterable[Action]) -> _Sayings:
    for action in actions:
        yield from _said(action.id, msg("speech.button"), action.label)
        yield from _disabled(action.id, action.why_disabled)


def _disabled(part: str, why: Text | None) -> _Sayings:
    if why is not None:
        yield from _said(part, msg("speech.disabled"), why)


def _bar(bar: Bar) -> _Sayings:
    helped = {HelpState.NONE: "none", HelpState.CALLED: "called", HelpState.COMING: "coming"}[bar.help]
    yield _Saying(BAR, msg("speech.bar", help=msg(f"speech.help.{helped}")))


def _explained(spoken: Iterable[Utterance], translator: Translator, voice: Voice) -> Iterator[Utterance]:
    """Say to the room, before the first thing that it does not get to hear, where that is read."""
    explained = False
    for one in spoken:
        if one.private and not explained:
            explained = True
            words = Private(_sentence(translator.say(msg("speech.headset-only"))))
            yield Utterance(one.part, words, translator.language, room=True, voice=voice)
        yield one


def _joined(sayings: _Sayings, translator: Translator, voice: Voice) -> Iterator[Utterance]:
    spoken = (_utterance(saying, translator) for saying in sayings)
    audible = (utterance for utterance in spoken if utterance.words)
    for (part, language, private), breath in groupby(audible, key=lambda one: (one.part, one.language, one.private)):
        words = " ".join(utterance.words.reveal() for utterance in breath)
        yield Utterance(part, Private(words), language, private, voice=voice)


def _utterance(saying: _Saying, translator: Translator) -> Utterance:
    words = Private(_sentence(translator.say(saying.text)))
    private = saying.private or _holds_visitor_data(saying.text)
    return Utterance(saying.part, words, translator.language_of(saying.text), private)


def _sentence(words: str) -> str:
    """Return the words with an end that a voice can hear, without the marks that help the eyes."""
    words = heard(words)
    return words if not words or words[-1] in ".!?:…" else f"{words}."


def _holds_visitor_data(text: Param) -> bool:
    match text:
        case Private():
            return True
        case Msg():
            return any(_holds_visitor_data(value) for value in text.params.values())
        case Verbatim():
            return isinstance(text.words, Private)
        case _:
            return False
