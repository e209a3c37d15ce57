"""What authentication and PIN change have in common: the card, the PIN block, and the end.

Pure: each method takes one thing that happened and returns the workflow after it and what is to be put
out, in order: commands for the AusweisApp, events for the visit. No socket, no clock.

Two of the rules of safety live here. A number that was sent is cached by the AusweisApp and replayed on
whatever card comes next; so once any was sent, a request for a card, or a card that came back, cancels at
once. And a number is only ever sent in answer to the visitor's own entry for the prompt that stands.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Self, TypeAlias

from devices.eid.protocol import COMPLAINTS, Card, Command, Hear, Message, Reader, Say, well_formed
from kiosk.device_events import EidAsksSecret, EidFailed, EidWaitsForCard, EidWorks
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.parts import Secret
from kiosk.privacy import Private


class Stage(StrEnum):
    """How far a workflow is."""

    STARTED = "started"
    RIGHTS = "rights"
    NARROWED = "narrowed"
    CERTIFICATE = "certificate"
    CONSENT = "consent"
    CARD = "card"
    PROMPT = "prompt"
    WORKING = "working"
    FETCHING = "fetching"
    ENDING = "ending"
    """The end was told, the AusweisApp was told to stop and has not said that it did."""
    ENDED = "ended"


VISITORS_TURN = frozenset({Stage.CONSENT, Stage.CARD, Stage.PROMPT})
"""Stages in which a person is waited for, not a machine."""

WITH_CARD = frozenset({Stage.CARD, Stage.PROMPT, Stage.WORKING})
"""Stages in which the AusweisApp may ask for card and numbers."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """The authentication succeeded; what was read is to be fetched from this address."""

    url: Private[str]


Output: TypeAlias = "Command | Event | Fetch"
Outputs: TypeAlias = "tuple[Output, ...]"

_SETTERS: Mapping[Secret, Say] = {
    Secret.PIN: Say.SET_PIN,
    Secret.TRANSPORT_PIN: Say.SET_PIN,
    Secret.NEW_PIN: Say.SET_NEW_PIN,
    Secret.CAN: Say.SET_CAN,
    Secret.PUK: Say.SET_PUK,
}

_PINS = frozenset({Secret.PIN, Secret.TRANSPORT_PIN})

_SHOWS_WRONG: Mapping[Secret, frozenset[Secret]] = {
    Secret.PIN: _PINS | {Secret.CAN, Secret.PUK},
    Secret.TRANSPORT_PIN: _PINS | {Secret.CAN, Secret.PUK},
    Secret.CAN: frozenset({Secret.CAN}),
    Secret.PUK: frozenset({Secret.PUK}),
    Secret.NEW_PIN: frozenset({Secret.NEW_PIN}),
}
"""After sending the first, being asked for one of the others says that the first was wrong."""

MOST_PAUSES = 3
_NOT_OURS = frozenset({Say.CANCEL, Say.GET_API_LEVEL, Say.SET_API_LEVEL, Say.GET_READER_LIST})


@dataclass(frozen=True, slots=True)
class Workflow(ABC):
    """One run at the AusweisApp, from its start to its end."""

    stage: Stage = Stage.STARTED
    prompt: Secret | None = None
    tries: int | None = None
    last: Secret | None = None
    """What was sent last."""
    spent: bool = False
    """Whether any number was sent in this run."""
    reader: str = ""
    card: Card | None = None
    """The card as the prompt showed it."""
    seen: Card | None = None
    """The card as the reader showed it last."""
    seen_in: str = ""
    """The reader where that was."""
    out: bool = False
    """Whether the card was seen leaving since the prompt."""
    pauses: int = 0

    FINAL: ClassVar[Hear]

    @abstractmethod
    def start(self) -> Command:
        """Return the command that starts it."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.stage is Stage.ENDED

    # What happens

    def received(self, message: Message) -> tuple[Self, Outputs]:
        """Take a message of the AusweisApp; any, in any order."""
        if self.stage is Stage.ENDED or self.stage is Stage.FETCHING:
            return self, ()
        if message.name == self.FINAL:
            return self._final(message)
        if self.stage is Stage.ENDING:
            return self, ()
        if message.name in COMPLAINTS:
            return self._complained(message)
        return self._progressed(message)

    def entered(self, secret: Secret, digits: Private[str]) -> tuple[Self, Outputs]:
        """Take the visitor's answer; ignored unless it is what is being asked for, and the card is there."""
        if self.stage is not Stage.PROMPT or secret is not self.prompt or self.out:
            return self, ()
        if not well_formed(secret, digits):
            return self, (self._asks(wrong=False),)
        return self._sent(secret), (Command(_SETTERS[secret], {"value": digits}), EidWorks())

    def cancelled(self) -> tuple[Self, Outputs]:
        """The visitor stops it: told at once, whatever the AusweisApp still does."""
        return self._fail(FaultCode.EID_CANCELLED)

    def timed_out(self) -> tuple[Self, Outputs]:
        """The AusweisApp, or the visitor, took too long."""
        if self.stage is Stage.ENDING:
            return replace(self, stage=Stage.ENDED), ()
        return self._fail(FaultCode.EID_TIMEOUT, f"in stage {self.stage}")

    def connection_lost(self) -> tuple[Self, Outputs]:
        """The socket is gone, and with it the workflow."""
        if self.stage in (Stage.ENDED, Stage.FETCHING):
            return self, ()
        if self.stage is Stage.ENDING:
            return replace(self, stage=Stage.ENDED), ()
        return self._end(Fault(FaultCode.EID_CLIENT_LOST, f"in stage {self.stage}"))

    def settled(self) -> tuple[Self, Outputs]:
        """The card has lain there long enough to be recognised. One that cannot be read is refused, not waited for."""
        if self.stage is not Stage.CARD or self.seen is None:
            return self, ()
        if not self.seen.known:
            return self._fail(FaultCode.EID_CARD_UNKNOWN)
        return self._fail(FaultCode.EID_CARD_DEACTIVATED) if self.seen.deactivated else (self, ())

    # Messages

    def _progressed(self, message: Message) -> tuple[Self, Outputs]:
        match message.name:
            case Hear.READER:
                return self._reader_changed(message)
            case Hear.INSERT_CARD:
                return self._card_wanted()
            case Hear.PAUSE:
                return self._paused()
        secret = self._secret_of(message.name)
        return self._prompted(secret, message) if secret else (self, ())

    def _secret_of(self, name: str) -> Secret | None:
        """Which number a prompt asks for."""
        prompts: Mapping[str, Secret] = {
            Hear.ENTER_PIN: Secret.PIN,
            Hear.ENTER_CAN: Secret.CAN,
            Hear.ENTER_PUK: Secret.PUK,
        }
        return prompts.get(name)

    @abstractmethod
    def _final(self, message: Message) -> tuple[Self, Outputs]:
        """Take the message that begins and ends this kind of workflow."""

    def _complained(self, message: Message) -> tuple[Self, Outputs]:
        if message.text("error") in _NOT_OURS:
            return self, ()
        return self._fail(FaultCode.EID_CLIENT_LOST, f"the client said {message.name}")

    def _card_wanted(self) -> tuple[Self, Outputs]:
        if self.spent:
            return self._fail(FaultCode.EID_CARD_SWAPPED, "a card was asked for after a number was sent")
        if self.stage not in WITH_CARD:
            return self._out_of_order(Hear.INSERT_CARD)
        return replace(self, stage=Stage.CARD, prompt=None, out=False), (EidWaitsForCard(),)

    def _paused(self) -> tuple[Self, Outputs]:
        """The card lies badly. Going on may replay a number, so only where none was sent."""
        if self.spent or self.pauses >= MOST_PAUSES:
            return self._fail(FaultCode.EID_CARD_LOST, "paused")
        return replace(self, pauses=self.pauses + 1), (Command(Say.CONTINUE),)

    def _reader_changed(self, message: Message) -> tuple[Self, Outputs]:
        reader = Reader.of(message.body)
        if reader is None or self.reader not in ("", reader.name):
            return self, ()
        if reader.card is None and self.seen_in not in ("", reader.name):
            return self, ()
        here = replace(self, seen=reader.card, seen_in=reader.name if reader.card else "")
        if self.stage not in (Stage.PROMPT, Stage.WORKING):
            return here, ()
        if reader.card is None:
            return replace(here, out=True), ()
        return here._card_back(reader.card) if self.out else (here, ())

    def _card_back(self, card: Card) -> tuple[Self, Outputs]:
        """A card lies there again: the same, for all that can be known, or the run is over."""
        if self.spent or self.card not in (None, card):
            return self._fail(FaultCode.EID_CARD_SWAPPED, "the card came back")
        return replace(self, out=False), (self._asks(wrong=False),)

    def _prompted(self, secret: Secret, message: Message) -> tuple[Self, Outputs]:
        if self.stage not in WITH_CARD:
            return self._out_of_order(message.name)
        if self.spent and self.out:
            return self._fail(FaultCode.EID_CARD_SWAPPED, "a prompt after the card had left")
        reader = Reader.of(message.body.get("reader"))
        card = reader.card if reader else None
        if card and card.deactivated:
            return self._fail(FaultCode.EID_CARD_DEACTIVATED)
        if card and card.inoperative and secret is Secret.PUK:
            return self._fail(FaultCode.EID_CARD_INOPERATIVE)
        wrong = not message.has("error") and self.last is not None and secret in _SHOWS_WRONG[self.last]
        asking = replace(
            self,
            stage=Stage.PROMPT,
            prompt=secret,
            tries=card.tries if card else None,
            reader=reader.name if reader else self.reader,
            card=card,
            out=False,
        )
        if reader and reader.keypad:
            return asking._sent(secret), (asking._asks(wrong, on_reader=True), Command(_SETTERS[secret]))
        return asking, (asking._asks(wrong),)

    # Ways on and out

    def _asks(self, wrong: bool, *, on_reader: bool = False) -> EidAsksSecret:
        assert self.prompt
        return EidAsksSecret(self.prompt, self.tries, wrong, on_reader)

    def _sent(self, secret: Secret) -> Self:
        return replace(self, stage=Stage.WORKING, prompt=None, last=secret, spent=True)

    def _out_of_order(self, name: str) -> tuple[Self, Outputs]:
        return self._fail(FaultCode.EID_CLIENT_LOST, f"{name} in stage {self.stage}")

    def _fail(self, code: FaultCode, detail: str = "") -> tuple[Self, Outputs]:
        """Stop the AusweisApp and tell why. Where it has nothing to stop any more, only tell."""
        if self.stage in (Stage.ENDED, Stage.ENDING):
            return self, ()
        if self.stage is Stage.FETCHING:
            return self._end(Fault(code, detail))
        return replace(self, stage=Stage.ENDING, prompt=None), (Command(Say.CANCEL), EidFailed(Fault(code, detail)))

    def _end(self, fault: Fault) -> tuple[Self, Outputs]:
        """It is over at the AusweisApp: tell why, unless that was told before."""
        if self.last is Secret.PUK and self.seen and self.seen.inoperative:
            # 1.26.2 says no more than "not permitted"; the reader showed what happened.
            fault = Fault(FaultCode.EID_CARD_INOPERATIVE, fault.detail)
        told = self.stage in (Stage.ENDING, Stage.ENDED)
        return replace(self, stage=Stage.ENDED, prompt=None), (() if told else (EidFailed(fault),))
