"""The workflow RUN_CHANGE_PIN: card, old or transport PIN, new PIN, result. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from devices.eid.protocol import Command, Hear, Message, Say
from devices.eid.results import REASONS
from devices.eid.workflow import Outputs, Stage, Workflow
from kiosk.device_events import EidPinChanged
from kiosk.faults import Fault, FaultCode
from kiosk.parts import Secret


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

    def _prompted(self, secret: Secret, message: Message) -> tuple[Self, Outputs]:
        if self.last is Secret.NEW_PIN and secret is not Secret.NEW_PIN:
            # 2.3.1 begins anew when the card's answer was lost. Which PIN is right by now nobody knows: no try for it.
            return self._fail(FaultCode.EID_CARD_LOST, "a prompt after the new PIN")
        return Workflow._prompted(self, secret, message)

    def _final(self, message: Message) -> tuple[Self, Outputs]:
        if not message.has("success") and not message.has("error"):
            return (replace(self, stage=Stage.CARD) if self.stage is Stage.STARTED else self), ()
        if not message.true("success"):
            # 1.26.2 gives no reason, and at the change itself there is only one: the card went away.
            unsaid = FaultCode.EID_CARD_LOST if self.last is Secret.NEW_PIN else FaultCode.EID_REFUSED
            return self._end(Fault(REASONS.get(message.text("reason"), unsaid), "not changed"))
        if self.stage is Stage.WORKING and self.last is Secret.NEW_PIN and not message.has("reason"):
            return replace(self, stage=Stage.ENDED), (EidPinChanged(),)
        return self._end(Fault(FaultCode.EID_CARD_LOST, f"a success in stage {self.stage} is not believed"))
