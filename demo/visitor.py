"""A visitor who needs no fingers: reads a `Screen` and answers with the next event that it offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from demo.script import AUTO, Script, ScriptFault
from kiosk.events import Chosen, Event, Opened, Typed, WentOn
from kiosk.forms.check import sample_answer
from kiosk.forms.steps import Question
from kiosk.journeys.home import SituationPage
from kiosk.journeys.service import ServicePage
from kiosk.parts import Cards, Choice, Consent, Field, PinPad, Secret
from kiosk.place import ServiceId
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.visit import Visit

WITHOUT_CARD = WentOn("without")
RESULTS = ("done", "kept")
"""Where the walk ends, as soon as the print has."""
CARD_TO_BE_TAKEN = "identity-take"
"""This screen goes on by itself when the card is out."""


class StuckError(Exception):
    """The visitor does not know what to do on a screen; the text names what is asked there, never an answer."""


@dataclass(slots=True)
class Visitor:
    """Walks after a script. `secrets` are what the card's owner knows."""

    script: Script
    secrets: dict[Secret, str] = field(default_factory=dict)
    _answered: set[tuple[str, str]] = field(default_factory=set)

    def answers(self, visit: Visit, screen: Screen) -> Iterator[Event]:
        """Yield what is to be typed and chosen on this screen before going on.

        Raises `ScriptFault` for an answer that the form does not take, `StuckError` where no answer is known.
        """
        for part in screen.parts:
            if isinstance(part, PinPad):
                yield Typed(part.id, Private(self.secrets[part.secret]))
            elif isinstance(part, Consent) and not part.given:
                yield Chosen(part.id, Private("yes"))
            elif isinstance(part, (Field, Choice)) and (question := _question(visit, part)):
                yield from self._once(screen, part, question)

    def next(self, visit: Visit, screen: Screen) -> Event | None:
        """Return the way on from this screen; None while there is none yet."""
        wanted = ServiceId(self.script.service)
        for page in (ServicePage(wanted), SituationPage(visit.place.service(wanted).situation)):
            if Opened(page) in _cards(screen):
                return Opened(page)
        if screen.id == "identity-offer" and not self.script.card:
            return WITHOUT_CARD
        if screen.id in RESULTS or screen.id == CARD_TO_BE_TAKEN:
            return None
        action = screen.dialog.actions[0] if screen.dialog else screen.forward
        if action is None or action.why_disabled is not None:
            return None
        return None if self.script.card and action.event == WITHOUT_CARD else action.event

    def _once(self, screen: Screen, part: Field | Choice, question: Question) -> Iterator[Event]:
        if (screen.id, part.id) not in self._answered:
            self._answered.add((screen.id, part.id))
            yield from self._answer(part, question)
        elif part.problem:
            raise self._refused(question)

    def _refused(self, question: Question) -> Exception:
        element = question.field.id
        if self.script.answer_to(question.path, element) == AUTO:
            return StuckError(f"No sample is known for {element} at {question.path}.")
        return ScriptFault(f"the form does not take the answer to {element} (at {question.path})")

    def _answer(self, part: Field | Choice, question: Question) -> Iterator[Event]:
        wanted = self.script.answer_to(question.path, question.field.id)
        if wanted == AUTO:
            if _given(part):
                return
            wanted = sample_answer(question)
        if not question.options:
            yield Typed(part.id, Private(wanted))
        elif wanted:
            yield from self._choose(part, question, wanted.split("\n"))

    def _choose(self, part: Field | Choice, question: Question, codes: Sequence[str]) -> Iterator[Event]:
        known = [option.code for option in question.options]
        strange = next((code for code in codes if code not in known), None)
        if strange is not None:
            raise ScriptFault(f"{question.field.id} has no option “{strange}”, only {', '.join(known[:20])}")
        chosen = part.chosen.reveal() if isinstance(part, Choice) else frozenset[str]()
        touched = chosen ^ set(codes) if question.several else set(codes) - chosen
        yield from (Chosen(part.id, Private(code)) for code in known if code in touched)


def _question(visit: Visit, part: Field | Choice) -> Question | None:
    return visit.application.question(part.id) if visit.application else None


def _given(part: Field | Choice) -> bool:
    return bool(part.value) if isinstance(part, Field) else bool(part.chosen)


def _cards(screen: Screen) -> list[Event]:
    return [card.event for part in screen.parts if isinstance(part, Cards) for card in part.cards]
