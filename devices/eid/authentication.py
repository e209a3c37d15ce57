"""The workflow RUN_AUTH: who wants to read what, consent, card, PIN, result. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from devices.eid.protocol import Command, Hear, Message, Say
from devices.eid.results import CARD_TROUBLE, fault_of, succeeded
from devices.eid.workflow import WITH_CARD, Fetch, Outputs, Stage, Workflow
from kiosk.device_events import EidAsksConsent, EidFailed, EidRead
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Attribute, Identity
from kiosk.parts import Secret
from kiosk.privacy import Private
from kiosk.text import Verbatim

_KNOWN = frozenset(Attribute)


@dataclass(frozen=True, slots=True)
class Authentication(Workflow):
    """Reads `wanted` from a card for the service at `tc_token_url`.

    Optional rights that are not wanted are switched off. Rights that the service requires and that no screen
    can name are refused: nothing is read that the visitor was not shown. A result "ok" is believed only
    after consent and after a PIN was sent for the prompt that stood.
    """

    tc_token_url: str = ""
    wanted: frozenset[Attribute] = frozenset()
    rights: frozenset[str] = frozenset()
    """What will be read: what the service requires, and of the optional what is wanted."""

    FINAL: ClassVar[Hear] = Hear.AUTH

    def start(self) -> Command:
        """Return RUN_AUTH."""
        return Command(Say.RUN_AUTH, {"tcTokenURL": self.tc_token_url, "developerMode": False, "status": False})

    def accepted(self) -> tuple[Self, Outputs]:
        """The visitor agrees to what was told."""
        if self.stage is not Stage.CONSENT:
            return self, ()
        return replace(self, stage=Stage.CARD), (Command(Say.ACCEPT),)

    def fetched(self, result: Private[Identity] | Fault) -> tuple[Self, Outputs]:
        """The service answered what was read, or did not."""
        if self.stage is not Stage.FETCHING:
            return self, ()
        event = EidFailed(result) if isinstance(result, Fault) else EidRead(result)
        return replace(self, stage=Stage.ENDED), (event,)

    def _progressed(self, message: Message) -> tuple[Self, Outputs]:
        match message.name:
            case Hear.ACCESS_RIGHTS:
                return self._rights_told(message)
            case Hear.CERTIFICATE if self.stage is Stage.CERTIFICATE:
                return self._certificate_told(message)
        # Named, since super() does not find its class in a dataclass with slots.
        return Workflow._progressed(self, message)

    def _rights_told(self, message: Message) -> tuple[Self, Outputs]:
        if message.has("error"):
            return self._fail(FaultCode.EID_SERVER, "the access rights were not accepted")
        effective = frozenset(message.names("chat", "effective"))
        if self.stage in (Stage.STARTED, Stage.RIGHTS):
            return self._narrowed(message, effective)
        if effective != self.rights:
            return self._fail(FaultCode.EID_SERVER, "the access rights are not as agreed")
        if self.stage is Stage.NARROWED:
            return replace(self, stage=Stage.CERTIFICATE), (Command(Say.GET_CERTIFICATE),)
        return self, ()

    def _narrowed(self, message: Message, effective: frozenset[str]) -> tuple[Self, Outputs]:
        required = frozenset(message.names("chat", "required"))
        extra = self.wanted & frozenset(message.names("chat", "optional"))
        if required - _KNOWN or not required | extra:
            return self._fail(FaultCode.EID_SERVER, _refusal(required - _KNOWN))
        rights = required | extra
        if rights == effective:
            return replace(self, stage=Stage.CERTIFICATE, rights=rights), (Command(Say.GET_CERTIFICATE),)
        command = Command(Say.SET_ACCESS_RIGHTS, {"chat": sorted(extra)})
        return replace(self, stage=Stage.NARROWED, rights=rights), (command,)

    def _certificate_told(self, message: Message) -> tuple[Self, Outputs]:
        recipient = _line(message.text("description", "subjectName"))
        if not recipient:
            return self._fail(FaultCode.EID_SERVER, "the certificate names nobody")
        attributes = tuple(attribute for attribute in Attribute if attribute in self.rights)
        purpose = Verbatim(_line(message.text("description", "purpose")))
        return replace(self, stage=Stage.CONSENT), (EidAsksConsent(attributes, recipient, purpose),)

    def _final(self, message: Message) -> tuple[Self, Outputs]:
        if not message.has("error") and not message.has("result"):
            return (replace(self, stage=Stage.RIGHTS) if self.stage is Stage.STARTED else self), ()
        if not succeeded(message):
            fault = fault_of(message)
            if self.stage in WITH_CARD and fault.detail == CARD_TROUBLE:
                fault = Fault(FaultCode.EID_CARD_LOST, fault.detail)
            return self._end(fault)
        if self.stage is Stage.WORKING and self.last is Secret.PIN:
            return replace(self, stage=Stage.FETCHING), (Fetch(Private(message.text("url"))),)
        return self._end(Fault(FaultCode.EID_SERVER, f"a success in stage {self.stage}"))


def _refusal(rights: Iterable[str]) -> str:
    named = sorted(right for right in rights if re.fullmatch("[A-Za-z]{1,30}", right))
    return f"the service requires {', '.join(named) or 'nothing that is known'}"


def _line(text: str) -> str:
    """Certificates come with tabs and line ends."""
    return " ".join(text.split())
