"""From settings to ports: which drivers a terminal has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devices.cards.reader import Pcsc
    from devices.eid.client import Hold
    from kiosk.documents import Document
    from kiosk.place import Place
    from kiosk.ports import (
        CardReader,
        DocumentPrinter,
        Eid,
        HelpDesk,
        Ports,
        Presence,
        ReceiptPrinter,
        Scanner,
        Speaker,
        StaffCode,
        SubmissionService,
    )
    from kiosk.privacy import Private
    from profiles.settings import Hub, Settings
    from ui.wedge import KeyboardWedge

Closers = list[Callable[[], "Awaitable[None] | None"]]


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a terminal is equipped with, and how each part is put away."""

    ports: Ports
    closers: tuple[Callable[[], Awaitable[None] | None], ...] = ()
    wedge: KeyboardWedge | None = None

    async def close(self) -> None:
        """Put everything away."""
        for close in self.closers:
            waiting = close()
            if waiting is not None:
                await waiting


def equip(
    settings: Settings,
    place: Place,
    secret: Callable[[str], str | None],
    pcsc: Callable[[], Pcsc] | None = None,
) -> Equipment:
    """Build the drivers that the settings name. `secret` finds the secret of a credential's name.

    `pcsc` takes the place of the computer's own, which is a library and has no address that settings could name.
    """
    from kiosk.ports import Ports
    from profiles.forms import ProfileForms

    closers: list[Callable[[], Awaitable[None] | None]] = []
    cards, hold = _cards(settings, pcsc)
    ports = Ports(
        ProfileForms(),
        _printer(settings),
        _eid(settings, hold),
        _speaker(settings, closers),
        _submissions(settings, place, secret, closers),
        _desk(settings, secret, closers),
        documents=_documents(settings),
        cards=cards,
        typeset=_typeset,
        presence=_presence(settings),
        staff_code=_staff_code(settings, secret),
    )
    scanner, wedge = _scanner(settings)
    return Equipment(replace(ports, scanner=scanner), tuple(closers), wedge)


def _printer(settings: Settings) -> ReceiptPrinter | None:
    from profiles.settings import EscposSerial, EscposTcp, EscposUsb

    match settings.printer:
        case EscposTcp(host, port, profile):
            from devices.printers.tcp import TcpReceiptPrinter

            return TcpReceiptPrinter(host, port, profile=profile)
        case EscposUsb(device, profile):
            from devices.printers.usb import UsbReceiptPrinter

            return UsbReceiptPrinter(device, profile=profile)
        case EscposSerial(device, speed, parity, flow, profile):
            from devices.printers.serial_port import Flow, LineSettings, Parity, SerialReceiptPrinter

            line = LineSettings(speed, Parity(parity), Flow(flow))
            return SerialReceiptPrinter(device, line, profile=profile)
    return None


def _scanner(settings: Settings) -> tuple[Scanner | None, KeyboardWedge | None]:
    """Return the scanner, and what holds back the keys of one that types."""
    from profiles.settings import KeyboardScanner, SerialScanner

    match settings.scanner:
        case SerialScanner(device, speed, prefix, suffix):
            from devices.scanner.serial import SerialScanner as SerialDriver

            return SerialDriver(device, speed, prefix=prefix, suffix=suffix), None
        case KeyboardScanner(node, layout, prefix, suffix):
            from ui.wedge import KeyboardWedge

            wedge = KeyboardWedge(prefix, suffix)
            if node is None:
                return wedge, wedge
            from devices.scanner.evdev import GrabbedScanner

            return GrabbedScanner(node, layout, prefix=prefix, suffix=suffix), wedge
    return None, None


def _presence(settings: Settings) -> Presence | None:
    from profiles.settings import EvdevPresence, HidPresence, SerialPresence

    if settings.presence is None:
        return None
    from devices.presence.sensor import hid_presence, serial_presence
    from devices.presence.signals import Proximity, Report, Words

    match settings.presence:
        case SerialPresence(device, present, absent, speed):
            return serial_presence(device, Words(present.encode(), absent.encode()), speed)
        case HidPresence(device, byte, mask, length):
            return hid_presence(device, Report(byte, mask, length))
        case EvdevPresence(device, near):
            return hid_presence(device, Proximity(near))


async def _typeset(document: Document) -> Private[bytes]:
    from ui.typesetting import typeset  # when somebody wants paper, not when the terminal starts

    return await typeset(document)


def _documents(settings: Settings) -> DocumentPrinter | None:
    if settings.documents is None:
        return None
    from devices.printers.ipp import IppPrinter

    return IppPrinter(settings.documents.url, ca_file=settings.documents.ca_file)


def _cards(settings: Settings, pcsc: Callable[[], Pcsc] | None) -> tuple[CardReader | None, Hold | None]:
    """Return the card readers, and how they are kept for an eID workflow."""
    if settings.cards is None:
        return None, None
    from devices.cards.arbiter import Arbiter
    from devices.cards.pcsc import Context
    from devices.cards.reader import PcscCardReader
    from devices.cards.staff import StaffCertificates

    chosen, arbiter = settings.cards, Arbiter()
    proof = StaffCertificates(chosen.staff) if chosen.staff else None
    connect = pcsc or Context
    reader = PcscCardReader(chosen.readers, chosen.kinds, proof, arbiter=arbiter, connect=connect)
    return reader, arbiter.held_by_eid


def _eid(settings: Settings, hold: Hold | None) -> Eid | None:
    if settings.eid is None:
        return None
    from devices.eid.ausweisapp import Keeper
    from devices.eid.client import AusweisApp
    from online.eid_service import EidService, EidServiceSettings

    service = EidService(EidServiceSettings(settings.eid.service_url, settings.eid.ca_file))
    return AusweisApp(settings.eid.url or Keeper(), settings.eid.tc_token_url, service.fetch, hold=hold)


def _speaker(settings: Settings, closers: Closers) -> Speaker | None:
    if settings.speech is None:
        return None
    from devices.speech.outputs import Choice
    from devices.speech.playback import PulsePlayback
    from devices.speech.speaker import LocalSpeaker
    from devices.speech.voices import voice_named

    chosen = settings.speech
    voice = voice_named(chosen.driver, chosen.models, chosen.python)
    speaker = LocalSpeaker(voice, PulsePlayback(Choice(chosen.loudspeaker, chosen.headset)))
    closers.append(speaker.close)
    return speaker


def _submissions(
    settings: Settings, place: Place, secret: Callable[[str], str | None], closers: Closers
) -> SubmissionService | None:
    chosen = settings.submission
    if chosen is None:
        return None
    from online.fit_connect import FitConnect, FitConnectSettings, Outbox

    outbox = Outbox(chosen.outbox)
    environment = FitConnectSettings(
        chosen.token_url,
        chosen.submission_url,
        chosen.destination_url or chosen.submission_url,
        chosen.client_id,
        routing_api=chosen.routing_url,
        routing_issuers=chosen.routing_issuers,
        ca_file=chosen.ca_file,
    )
    destinations = [service.destination for service in place.services if service.destination]
    fit_connect = FitConnect(environment, lambda _: secret(chosen.credential), outbox, destinations=destinations)
    closers.append(fit_connect.aclose)
    return fit_connect


def _desk(settings: Settings, secret: Callable[[str], str | None], closers: Closers) -> HelpDesk | None:
    if settings.counter is None:
        return None
    from online.help_desk import HelpDeskClient

    chosen = settings.counter
    key = (secret(chosen.credential) or "") if chosen.identity is None else _membership(chosen, secret, closers)
    desk = HelpDeskClient(chosen.url, chosen.terminal, key, ca_file=chosen.ca_file, deeds=chosen.deeds)
    closers.append(desk.aclose)
    return desk


def _membership(hub: Hub, secret: Callable[[str], str | None], closers: Closers) -> Callable[[], Any]:
    """Return what makes the proofs of an enrolled terminal; its identity is kept young meanwhile."""
    from provisioning.identity_member import Member

    assert hub.identity
    member = Member(hub.identity, secret, hub.ca_file)
    renewing = asyncio.get_running_loop().create_task(member.run())

    async def stop() -> None:
        renewing.cancel()
        await asyncio.wait((renewing,))

    closers.append(stop)
    return member.auth


def _staff_code(settings: Settings, secret: Callable[[str], str | None]) -> StaffCode | None:
    if not settings.staff_code:
        return None
    from provisioning.staff_code import StaffCodeHash

    return StaffCodeHash(secret(settings.staff_code))
