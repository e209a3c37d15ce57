"""A screen for the counter: the same parts in the same order, in the staff's language, every answer masked.

What the visitor told or chose is `HIDDEN` or nothing at all: parameters and words that are `Private`, the content of
fields, which options are chosen, what answers say, numbers, codes, how many digits of a PIN are typed, and which
options a search has found. The rendering is plain data for JSON; it has no events, so nothing can be done with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from kiosk.parts import (
    Action,
    Answers,
    Busy,
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
from kiosk.screen import Screen
from kiosk.text import ENGLISH, GERMAN, Language, Text, Translator, msg, translator
from kiosk.visit import Visit

STAFF_LANGUAGES = (GERMAN, ENGLISH)
"""The languages of the counter's page."""
HIDDEN = "•••"
"""Stands for an answer. Whether there is one can be seen, what it is cannot."""
MOST_PIECES = 60
MOST_WORDS = 240
MOST_BYTES = 15_000
"""A rendering is at most so long, in UTF-8; what is over is left out, the last parts first."""
COVIEW = "coview"
LINE = "coview-line"


Piece = dict[str, Any]


class PreparedLine(StrEnum):
    """Sentences that the counter can say in the visitor's language: `coview.say.<line>`."""

    HELLO = "hello"
    LOOK = "look"
    TOUCH = "touch"
    FILL_IN = "fill-in"
    CHOOSE = "choose"
    GO_ON = "go-on"
    GO_BACK = "go-back"
    CARD = "card"
    PAPER = "paper"
    TAKE_TIME = "take-time"
    RIGHT = "right"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class View:
    """What the counter gets to know of a co-view: its session, and the screen by language, if the visitor agrees."""

    session: str
    screens: dict[str, dict[str, Any]] | None


def view_of(visit: Visit, screen: Screen) -> View | None:
    """Return what the counter sees now, or None where nobody looks on or wants to."""
    if visit.coview is None:
        return None
    if not visit.coview.agreed:
        return View(visit.coview.session, None)
    return View(visit.coview.session, {tag: masked(screen, tag) for tag in STAFF_LANGUAGES})


def masked(screen: Screen, language: Language) -> dict[str, Any]:
    """Return a screen as the counter sees it: JSON's types alone, at most `MOST_BYTES` of it."""
    say = _Words(translator(language, masked=True))
    shown = {
        "id": screen.id,
        "title": say(screen.title),
        "lead": say(screen.lead) if screen.lead else "",
        "progress": _progress(screen, say),
        "pointed": screen.spoken,
        "dialog": say(screen.dialog.title) if screen.dialog else "",
        "pieces": [],
        "left_out": False,
    }
    return _bounded(shown, list(_pieces(screen, say)))


def _bounded(shown: dict[str, Any], pieces: list[Piece]) -> dict[str, Any]:
    import json

    room = MOST_BYTES // len(STAFF_LANGUAGES) - len(json.dumps(shown, ensure_ascii=False).encode()) - 100
    kept: list[Piece] = []
    for piece in pieces[:MOST_PIECES]:
        room -= len(json.dumps(piece, ensure_ascii=False).encode()) + 2
        if room < 0:
            break
        kept.append(piece)
    return {**shown, "pieces": kept, "left_out": len(kept) < len(pieces)}


class _Words:
    """Says texts, each on one line and cut to a bearable length."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def __call__(self, text: Text) -> str:
        words = " ".join(self._translator.say(text).split())
        return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"


def _progress(screen: Screen, say: _Words) -> str:
    at = screen.progress
    return say(msg("speech.progress", step=at.step, steps=at.steps)) if at else ""


def _pieces(screen: Screen, say: _Words) -> Iterator[Piece]:
    if screen.dialog is not None:
        yield from _parts(screen.dialog.parts, say)
        yield from _actions(screen.dialog.actions, say)
        return
    yield from _parts(screen.parts, say)
    yield from _actions((screen.back, screen.extra, screen.voice, screen.forward), say)


def _parts(parts: Iterable[Part], say: _Words) -> Iterator[Piece]:
    searched = {part.id for part in parts if isinstance(part, Field)}
    for part in parts:
        if part.id == COVIEW:
            continue  # the frame that tells the visitor of us
        if isinstance(part, Choice) and any(part.id != field and part.id.startswith(field) for field in searched):
            yield _piece(part.id, "choice", say(part.label), (HIDDEN,))  # what was found tells what was typed
        else:
            yield from _part(part, say)


def _piece(part: str, kind: str, title: str, lines: Iterable[str] = (), *, filled: bool | None = None) -> Piece:
    return {"id": part, "kind": kind, "title": title, "lines": [line for line in lines if line], "filled": filled}


def _part(part: Part, say: _Words) -> Iterator[Piece]:  # noqa: C901, PLR0912 - one case for each kind
    match part:
        case Heading() | Paragraph():
            yield _piece(part.id, "heading" if isinstance(part, Heading) else "text", say(part.text))
        case Notice():
            yield _piece(part.id, "notice", say(part.title), _said(say, part.text))
        case Facts():
            lines = [f"{say(fact.label)}: {say(fact.value)}" for fact in part.facts]
            yield _piece(part.id, "facts", "", lines)
        case Cards():
            for card in part.cards:
                yield _piece(card.id, "card", say(card.title), _said(say, card.text, card.why_disabled))
        case Field():
            lines = _said(say, part.hint, *_problem(part.problem))
            yield _piece(part.id, "field", say(part.label), lines, filled=bool(part.value))
        case Choice():
            lines = [*_said(say, part.hint, *_problem(part.problem)), *(say(option.label) for option in part.options)]
            yield _piece(part.id, "choice", say(part.label), lines, filled=bool(part.chosen.reveal()))
        case Answers():
            yield _piece(part.id, "heading", say(part.title))
            for answer in part.answers:
                yield _piece(answer.id, "answer", say(answer.label), (HIDDEN,))
        case Consent():
            yield _piece(part.id, "consent", say(part.title), _said(say, part.text))
            yield from _actions((part.more,), say)
        case PinPad():
            yield _piece(part.id, "secret", say(part.label), _said(say, *part.remarks))
            yield from _actions((part.action,), say)
        case Picture():
            yield _piece(part.id, "picture", say(part.title or part.words), _said(say, part.text))
        case Number():
            yield _piece(part.id, "answer", say(part.label), (HIDDEN, *_said(say, part.hint)))
        case Busy():
            yield _piece(part.id, "text", say(part.text), _said(say, part.detail))
            yield from _actions((part.action,), say)
        case Person():
            yield _piece(part.id, "notice", say(part.name), _said(say, part.text, part.aside, part.number))
        case Offer():
            yield _piece(part.id, "notice", say(part.title), _said(say, part.text))
            yield from _actions((part.action,), say)
        case Video():
            yield _piece(part.id, "picture", say(part.title), ())
        case Countdown():
            yield _piece(part.id, "text", f"{part.left} {say(part.unit)}")
        case _:
            assert_never(part)


def _said(say: _Words, *texts: Text | None) -> list[str]:
    return [say(text) for text in texts if text is not None]


def _problem(problem: Problem | None) -> tuple[Text, ...]:
    return (problem.text, problem.remedy) if problem else ()


def _actions(actions: Iterable[Action | None], say: _Words) -> Iterator[Piece]:
    for action in actions:
        if action is not None:
            yield _piece(action.id, "button", say(action.label), _said(say, action.why_disabled))
