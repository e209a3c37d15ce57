"""The workflow RUN_CHANGE_PIN: card, old or transport PIN, new PIN, result. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from devices.eid.protocol import Command, Hear, Message, Say
from devices.eid.workflow import Outputs, PinChanged, Stage, Workflow
from kiosk.faults import Fault, FaultCode
from kiosk.screen import Secret

_REASONS = {"Card_Removed": FaultCode.EID_CARD_LOST, "User_Cancelled": FaultCode.EID_CANCELLED}


@dataclass(frozen=True, slots=True)
class PinChange(Workflow):
    """Sets a new PIN; with `transport` it replaces the five digits of the letter.

    `success: true` can be false (a card lost before the prompt, or held by another process, reports it). It is
    believed only without a reason and after SET_NEW_PIN was sent in answer to ENTER_NEW_PIN.
    """

    transport: bool = False

    FINAL: ClassVar[Hear] = Hear.CHANGE_PIN

    def start(self) -> Command:
        """Return RUN_CHANGE_PIN."""
        return Command(Say.RUN_CHANGE_PIN, {"status": False})

    def _secret_of(self, name: str) -> Secret | None:
        if name == Hear.ENTER_NEW_PIN:
            return Secret.NEW_PIN
        if name == Hear.ENTER_PIN and self.transport:
            return Secret.TRANSPORT_PIN
        # Named, since super() does not find its class in a dataclass with slots.
        return Workflow._secret_of(self, name)

    def _final(self, message: Message) -> tuple[Self, Outputs]:
        if not message.has("success") and not message.has("error"):
            return (replace(self, stage=Stage.CARD) if self.stage is Stage.STARTED else self), ()
        if not message.true("success"):
            # 1.26.2 gives no reason, and at the change itself there is only one: the card went away.
            unsaid = FaultCode.EID_CARD_LOST if self.last is Secret.NEW_PIN else FaultCode.EID_REFUSED
            return self._end(Fault(_REASONS.get(message.text("reason"), unsaid), "not changed"))
        if self.stage is Stage.WORKING and self.last is Secret.NEW_PIN and not message.has("reason"):
            return replace(self, stage=Stage.ENDED), (PinChanged(),)
        return self._end(Fault(FaultCode.EID_CARD_LOST, f"a success in stage {self.stage} is not believed"))
