"""What is spoken for an effect: a screen, a part, where the visitor is, a part letter by letter, what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from kiosk.effects import Echo, Speak, SpeakPart, SpeakPlace, SpellPart
from kiosk.parts import Action, Answers, Busy, Cards, Choice, Consent, Field, Offer, Part, PinPad
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.senses import part_utterances
from kiosk.speech import BAR, TITLE, utterances
from kiosk.spelling import sign_name, spelled
from kiosk.text import Text, Translator, msg, translator
from kiosk.voice import Voice

Aloud: TypeAlias = Speak | SpeakPart | SpeakPlace | SpellPart | Echo


def said(effect: Aloud, screen: Screen, voice: Voice) -> tuple[Utterance, ...]:
    """Return what is to be spoken for an effect, on the screen as it is now."""
    told = _said(effect, screen, voice)
    secret = any(isinstance(part, PinPad) for part in screen.parts)
    return tuple(_open(told)) if voice.openly and not secret else told


def _open(told: Iterable[Utterance]) -> Iterator[Utterance]:
    """Yield the words for a headset for everybody, and not those that stand for them in the room."""
    return (replace(one, private=False) for one in told if not one.room)


def _said(effect: Aloud, screen: Screen, voice: Voice) -> tuple[Utterance, ...]:
    by = translator(screen.look.language)
    match effect:
        case Speak(part):
            return utterances(screen, by, voice, part)
        case SpeakPart():
            return part_utterances(effect, screen, voice)
        case SpeakPlace(part):
            return _place(screen, by, voice, part)
        case SpellPart(part):
            return _spelled(screen, by, voice, part)
        case Echo():
            return _echo(effect, screen, by, voice)


def _place(screen: Screen, by: Translator, voice: Voice, part: str) -> tuple[Utterance, ...]:
    """Say the title, the step, the part that the visitor is at, and what there is to fill in, choose and press."""
    page = replace(screen, dialog=None, slip=None)
    head = [said for said in utterances(page, by, voice) if said.part in (TITLE, "progress")]
    here = next((label for name, label in _operable(page) if name == part), None)
    things = [label for _, label in _operable(page)]
    keys = [action.label for action in (page.back, page.forward) if action and action.why_disabled is None]
    told = [
        msg("where.here", name=here) if here is not None else None,
        msg("where.things", things=", ".join(map(by.say, things))) if things else None,
        msg("where.keys", keys=", ".join(map(by.say, keys))) if keys else None,
    ]
    bar = next(said for said in utterances(page, by, voice) if said.part == BAR)
    words = (
        Utterance(TITLE, Private(by.say(text)), by.language, voice=voice.reading(by.language)) for text in told if text
    )
    return (*head, *words, bar)


def _operable(screen: Screen) -> Iterator[tuple[str, Text]]:
    """Yield the names of what can be filled in, chosen or pressed in the content, in reading order."""
    for part in screen.parts:
        yield from _within(part)


def _within(part: Part) -> Iterable[tuple[str, Text]]:
    match part:
        case Field() | Choice() | PinPad():
            return [(part.id, part.label)]
        case Consent():
            return [(part.id, part.title)]
        case Cards():
            return [(card.id, card.title) for card in part.cards if card.why_disabled is None]
        case Answers():
            return [(answer.id, answer.label) for answer in part.answers if answer.change]
        case Offer(action=Action() as action) | Busy(action=Action() as action):
            return [(action.id, action.label)]
    return ()


def _spelled(screen: Screen, by: Translator, voice: Voice, part: str) -> tuple[Utterance, ...]:
    """Spell what the visitor told or was told in a part, if there is any, for a headset; else its words."""
    page = replace(screen, dialog=None)
    own = [said for said in utterances(page, by, voice) if said.part == (part or TITLE)]
    private = [said for said in own if said.private]
    empty = any(isinstance(each, Field) and each.id == part for each in page.parts) and not private
    chosen = private or own
    if empty or not chosen:
        words = by.say(msg("speech.empty" if empty else "spelling.nothing"))
        return (Utterance(part, Private(words), by.language, voice=voice.reading(by.language)),)
    rooms = [said for said in own if said.room] or ([_only_in_headset(part, by, voice)] if private else [])
    return (*rooms, *(_letter_by_letter(said, by) for said in chosen if not said.room))


def _only_in_headset(part: str, by: Translator, voice: Voice) -> Utterance:
    words = by.say(msg("speech.headset-only"))
    return Utterance(part, Private(words), by.language, room=True, voice=voice.reading(by.language))


def _letter_by_letter(one: Utterance, by: Translator) -> Utterance:
    """The full stop is for the voice, no letter of the words; names of letters are in the visitor's language."""
    words = one.words.reveal().removesuffix(".")
    return replace(one, words=Private(spelled(words, by)), language=by.language)


def _echo(effect: Echo, screen: Screen, by: Translator, voice: Voice) -> tuple[Utterance, ...]:
    """Say the sign that came or went to a headset, and to the room how many there are; of secrets only how many."""
    voice = voice.reading(by.language)
    part = next((each for each in screen.parts if each.id == effect.part), None)
    before, after = effect.before.reveal(), effect.after.reveal()
    if isinstance(part, PinPad):
        words = msg("typed.digits", typed=len(after), length=part.length)
        return (Utterance(effect.part, Private(by.say(words)), by.language, voice=voice),)
    sign, gone = _changed(before, after)
    private = by.say(msg("typed.erased", sign=sign_name(sign, by))) if gone else sign_name(sign, by)
    count = by.say(msg("typed.count", len(after)))
    return (
        Utterance(effect.part, Private(private), by.language, private=True, voice=voice),
        Utterance(effect.part, Private(count), by.language, room=True, voice=voice),
    )


def _changed(before: str, after: str) -> tuple[str, bool]:
    """Return the last sign that was typed or erased between two values, and whether it is gone."""
    longer, shorter, gone = (after, before, False) if len(after) >= len(before) else (before, after, True)
    tail = 0
    while tail < len(shorter) and shorter[-1 - tail] == longer[-1 - tail]:
        tail += 1
    return longer[len(longer) - tail - 1 : len(longer) - tail] or longer[-1:], gone
