"""What the AusweisApp tells about readers and cards, followed from message to message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.eid.protocol import Card, Hear, Message, Reader
from kiosk.device_events import CardInserted, CardRemoved
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers that a visitor can use, by name."""

    attached: Mapping[str, Reader] = field(default_factory=dict)

    def after(self, message: Message) -> Readers:
        """Return the readers as `message` tells them; the same object if it tells nothing of them."""
        match message.name:
            case Hear.READER_LIST:
                return Readers({reader.name: reader for reader in _listed(message) if reader.usable})
            case Hear.READER:
                reader = Reader.of(message.body)
                if reader is None:
                    return self
                others = {name: other for name, other in self.attached.items() if name != reader.name}
                return Readers(others | {reader.name: reader} if reader.usable else others)
        return self

    @property
    def card(self) -> Card | None:
        """The card, of whatever kind, that lies in one of them."""
        return next((reader.card for reader in self.attached.values() if reader.card), None)

    @property
    def fault(self) -> Fault | None:
        """Why no card can be read."""
        return None if self.attached else Fault(FaultCode.EID_NO_READER)

    def events_since(self, before: Readers) -> tuple[Event, ...]:
        """Return what happened to the card between two states."""
        if (self.card is None) == (before.card is None):
            return ()
        return (CardInserted(),) if self.card else (CardRemoved(),)


def _listed(message: Message) -> list[Reader]:
    """The list is called `reader` at API level 1."""
    entries = message.body.get("readers") or message.body.get("reader")
    found = [Reader.of(entry) for entry in entries] if isinstance(entries, list) else []
    return [reader for reader in found if reader]
