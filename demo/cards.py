"""The demo's card reader, as the AusweisApp and PC/SC both see it, and the cards that can be put in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from devices.cards.simulator import PIV, ChipCard, certificate, copy_of, staff_card
from devices.cards.virtual_service import VirtualService
from devices.eid.simulated_card import VirtualCard, sample_cards
from devices.eid.simulator import AusweisAppDouble
from kiosk.cards import CardKind, CardRule
from profiles.settings import Pcsc

ID_CARDS = ("Erika Mustermann", "Šejla Đorđević", "noch 1 Versuch", "PIN gesperrt", "ausgeschaltet", "kein Ausweis")
"""What the sample cards are called on the dock's narrow buttons."""
STAFF, COPY, LIBRARY, STUDENT = "Dienstausweis", "Kopie davon", "Bibliothek", "Studierende"
HOLDER = "Sevgi Yılmaz"
"""Whose the card of the staff is."""
NUMBER = "0012345678"
"""What stands on the library card."""
_EID = bytes.fromhex("E80704007F00070302")
_LIBRARY, _STUDENT = bytes.fromhex("D2760000850101"), bytes.fromhex("D276000098FF01")
_READ = bytes.fromhex("00B0000010")
KINDS = (
    CardRule(CardKind.STAFF, aid=PIV),
    CardRule(CardKind.LIBRARY, aid=_LIBRARY, read=(_READ,), pattern="[0-9]{10}"),
    CardRule(CardKind.STUDENT, aid=_STUDENT),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One card: what the AusweisApp sees of it, and what it answers to PC/SC."""

    app: VirtualCard
    chip: ChipCard


class CardSlot:
    """The one reader. A card that goes in or out, and a plug that is pulled, are seen by both.

    `folder` gets the certificate of the staff's card.
    """

    def __init__(self, app: AusweisAppDouble, folder: Path) -> None:
        self.app = app
        self.service = VirtualService()
        key = ec.generate_private_key(ec.SECP256R1())
        self.settings = Pcsc(kinds=KINDS, staff=folder / "staff.pem")
        (folder / "staff.pem").write_bytes(certificate(key, HOLDER).public_bytes(Encoding.PEM))
        staff = staff_card(key)
        content = b"\x04\x0a" + NUMBER.encode()
        others = {
            STAFF: staff,
            COPY: copy_of(staff),
            LIBRARY: ChipCard({_LIBRARY: {_READ: content}}),
            STUDENT: ChipCard({_STUDENT: {}}),
        }
        self.cards = {name: Card(card, _chip(card)) for name, card in zip(ID_CARDS, sample_cards(), strict=True)}
        self.cards |= {name: Card(VirtualCard(name, unknown=True), chip) for name, chip in others.items()}
        app.watchers.append(self._followed)

    @property
    def card(self) -> str:
        """The name of the card that lies there, or ""."""
        return next((name for name, card in self.cards.items() if card.app is self.app.card), "")

    def insert(self, name: str) -> None:
        """Put a card in, in place of one that lies there; nothing happens without a reader."""
        if self.app.attached:
            self.app.insert_card(self.cards[name].app)
            self.service.insert(self.cards[name].chip)

    def remove(self) -> None:
        """Take the card out."""
        self.app.remove_card()

    def attach(self, attached: bool) -> None:
        """Plug the reader in, or pull its plug; the card goes with it."""
        self.service.attach(attached=attached)
        (self.app.attach_reader if attached else self.app.detach_reader)()

    def _followed(self) -> None:
        """Let a card that the AusweisApp's double has lost be gone for all."""
        if self.app.card is None:
            self.service.remove()


def _chip(card: VirtualCard) -> ChipCard:
    return ChipCard({} if card.unknown else {_EID: {}})
