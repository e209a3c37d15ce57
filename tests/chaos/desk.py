"""Where ID cards go in: a real pcscd and AusweisApp with virtual cards, or, where those cannot be, their double."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import psutil
import pytest

from demo.doubles import Doubles
from devices.eid.ausweisapp import ProgramMissingError, found
from devices.eid.npa.card import IdCard
from devices.eid.npa.numbers import Numbers
from devices.eid.npa.slot import Slot
from devices.eid.simulated_card import VirtualCard
from online.simulators.eid_server import EidServerDouble
from profiles import settings as chosen
from profiles.settings import Settings
from tests.chaos.marks import holder
from tests.devices.cards.service import OUR_DOOR, ReaderService, usable
from tests.devices.npa.services import CONFIGURATION, CONFIGURATION_FILES

CAN, PUK = "500540", "9876543210"


@dataclass
class HandCard:
    """A visitor's card, as it can be looked at afterwards."""

    chip: IdCard | VirtualCard

    @property
    def pin(self) -> str:
        """Its PIN by now."""
        return self.chip.numbers.pin if isinstance(self.chip, IdCard) else self.chip.pin

    @property
    def charged(self) -> int:
        """How many wrong PINs it took."""
        return self.chip.numbers.charged if isinstance(self.chip, IdCard) else self.chip.charged


class CardDesk(Protocol):
    """The slot for cards."""

    what: str

    @property
    def lies(self) -> bool:
        """Whether a card lies there."""

    def card(self, number: int, pin: str) -> HandCard:
        """Return the card of the visitor with this number."""

    async def insert(self, card: HandCard) -> None:
        """Put it in; nothing happens where there is no reader."""

    async def remove(self) -> None:
        """Take it out."""

    def equipped(self, settings: Settings) -> Settings:
        """Return the settings with what is here."""


@dataclass
class RealDesk:
    """A pcscd of ours, the machine's AusweisApp, kept by Lotse, and an eID server's double above."""

    service: ReaderService
    city: EidServerDouble
    slot: Slot = field(init=False)
    what: str = "real pcscd, real AusweisApp, virtual ID cards"

    def __post_init__(self) -> None:
        self.slot = Slot(self.service.port)

    @property
    def lies(self) -> bool:
        """Whether a card lies there."""
        return self.slot.card is not None

    def card(self, number: int, pin: str) -> HandCard:
        """Return the card of the visitor with this number."""
        return HandCard(IdCard(Numbers(pin=pin, can=CAN, puk=PUK), holder(number)))

    async def insert(self, card: HandCard) -> None:
        """Put it in; nothing happens where there is no reader."""
        assert isinstance(card.chip, IdCard)
        try:
            await self.slot.insert(card.chip)
        except OSError:
            return

    async def remove(self) -> None:
        """Take it out."""
        await self.slot.remove()

    def equipped(self, settings: Settings) -> Settings:
        """Return the settings with what is here."""
        eid = chosen.AusweisApp("", self.city.tc_token_url, self.city.base, self.city.ca_file)
        return replace(settings, eid=eid, cards=chosen.Pcsc())

    @property
    def ausweisapp(self) -> psutil.Process | None:
        """The program that Lotse keeps, if it runs now."""
        own = (each for each in psutil.Process().children() if each.name().startswith("AusweisApp"))
        return next((each for each in own if each.status() != psutil.STATUS_ZOMBIE), None)


@dataclass
class DoubleDesk:
    """The AusweisApp's double, with cards and a reader of its own."""

    around: Doubles
    what: str = "double of the AusweisApp with its own reader: no pcscd, no program, or not root"

    @property
    def lies(self) -> bool:
        """Whether a card lies there."""
        return self.around.ausweisapp.card is not None

    def card(self, number: int, pin: str) -> HandCard:
        """Return the card of the visitor with this number."""
        return HandCard(VirtualCard(holder=holder(number), pin=pin, can=CAN, puk=PUK))

    async def insert(self, card: HandCard) -> None:
        """Put it in; nothing happens where there is no reader."""
        assert isinstance(card.chip, VirtualCard)
        if self.around.ausweisapp.attached:
            self.around.ausweisapp.insert_card(card.chip)

    async def remove(self) -> None:
        """Take it out."""
        if self.lies:
            self.around.ausweisapp.remove_card()

    def equipped(self, settings: Settings) -> Settings:
        """Return the settings with what is here."""
        return settings


@contextmanager
def desk(around: Doubles) -> Iterator[CardDesk]:
    """Yield the real one, or its double where it cannot be."""
    with ExitStack() as stack:
        try:
            program = found()
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lotse-chaos-")))
            os.environ["PCSCLITE_CSOCK_NAME"] = str(OUR_DOOR)
            service = usable(folder)
            service.start()
        except (ProgramMissingError, pytest.skip.Exception):
            yield DoubleDesk(around)
            return
        stack.callback(service.kill)
        stack.enter_context(_told_where(program, service))
        yield RealDesk(service, stack.enter_context(EidServerDouble(subject="Ulmenfurt")))


@contextmanager
def _told_where(program: str, service: ReaderService) -> Iterator[None]:
    """Put a starter of the AusweisApp first on the path: Lotse gives it none of our environment.

    It learns where the reader service is, and not to look for the authority of made-up certificates.
    """
    with tempfile.TemporaryDirectory(prefix="lotse-chaos-bin-") as folder:
        lines = ["#!/bin/sh", *(f"export {name}='{value}'" for name, value in service.environment.items())]
        for name in CONFIGURATION_FILES:
            lines += [f'mkdir -p "$HOME/.config/{Path(name).parent}"', f'cat >"$HOME/.config/{name}" <<END']
            lines += [CONFIGURATION, "END"]
        starter = Path(folder, "AusweisApp")
        starter.write_text("\n".join([*lines, f'exec {shutil.which(program)} "$@"', ""]))
        starter.chmod(0o755)
        before = os.environ["PATH"]
        os.environ["PATH"] = f"{folder}:{before}"
        try:
            yield
        finally:
            os.environ["PATH"] = before
