"""A look at a card: whether its online function is on, and how many tries its PIN has. Pure.

The AusweisApp runs no workflow for it. It recognises a card whenever one comes and tells of it in READER, so to
look is to ask for the readers and to wait. From API level 3 on it names a card that is none of its kind; before that it
says nothing of such a card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from devices.eid.protocol import Card, Command, Hear, Message, Say
from devices.eid.readers import Readers
from devices.eid.workflow import Outputs, Stage, Workflow
from kiosk.device_events import EidCardSeen, EidWaitsForCard
from kiosk.faults import Fault, FaultCode


@dataclass(frozen=True, slots=True)
class Look(Workflow):
    """Tells how the card is that lies there, or the next one that comes."""

    FINAL: ClassVar[Hear] = Hear.READER_LIST

    def start(self) -> Command:
        """Return GET_READER_LIST."""
        return Command(Say.GET_READER_LIST)

    def settled(self) -> tuple[Self, Outputs]:
        """The card has lain there long enough: what is not known of it by now will not be."""
        if self.stage is not Stage.CARD or self.seen is None:
            return self, ()
        return self._told(self.seen) if self.seen.known else self._fail(FaultCode.EID_CARD_UNKNOWN)

    def _final(self, message: Message) -> tuple[Self, Outputs]:
        """Take the list that was asked for; another one is no news."""
        if self.stage is not Stage.STARTED:
            return self, ()
        card = Readers().after(message).card
        here = replace(self, stage=Stage.CARD, seen=card)
        return here._recognised() if card else (here, (EidWaitsForCard(),))

    def _progressed(self, message: Message) -> tuple[Self, Outputs]:
        if message.name != Hear.READER:
            return self, ()
        here, _ = self._reader_changed(message)
        return here._recognised() if here.stage is Stage.CARD else (here, ())

    def _recognised(self) -> tuple[Self, Outputs]:
        card = self.seen
        if card and card.known and (card.deactivated or card.inoperative or card.tries is not None):
            return self._told(card)
        return self, ()

    def _told(self, card: Card) -> tuple[Self, Outputs]:
        # 1.26.2 says "no tries" of a card whose online function is off: it does not know them.
        tries = None if card.deactivated else card.tries
        seen = EidCardSeen(activated=not card.deactivated, usable=not card.inoperative, tries=tries)
        return replace(self, stage=Stage.ENDED), (seen,)

    def _fail(self, code: FaultCode, detail: str = "") -> tuple[Self, Outputs]:
        """Nothing runs at the AusweisApp that would have to be stopped."""
        return self._end(Fault(code, detail))
