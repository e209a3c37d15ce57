"""Less instead of nothing: what a device was needed for says why, the rest goes on, and it returns by itself.

The devices are switched off and on in the dock, by its buttons.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtWidgets import QPushButton

from demo.dock import DockKeeper
from demo.sound import HEADSET, Desk, OwnServer, silent_sound
from kiosk.device_events import Device
from kiosk.faults import FaultCode
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByTouch
from tests.e2e.traces import screens_as_text
from ui.dock import Dock
from ui.dock_section import SectionBox


class Hands:
    """Whoever stands at the dock."""

    def __init__(self, dock: Dock) -> None:
        self.dock = dock

    def press(self, device: str, words: str) -> None:
        """Press a button of a device."""
        boxes = {box.section.id: box for box in self.dock.findChildren(SectionBox)}
        [button] = [button for button in boxes[device].findChildren(QPushButton) if button.text() == words]
        assert button.isEnabled(), words
        button.click()


@asynccontextmanager
async def with_dock(keys: AuthorityKeys, *, chip_cards: bool = False) -> AsyncIterator[tuple[Foyer, Hands]]:
    keeper = DockKeeper(Desk())
    async with opened(keys, chip_cards=chip_cards) as foyer:
        dock = keeper.open(foyer.around, foyer.window.windowHandle)
        try:
            yield foyer, Hands(dock)
        finally:
            keeper.close()
            dock.deleteLater()


async def has_fault(foyer: Foyer, device: Device, code: FaultCode) -> None:
    def so() -> bool:
        fault = foyer.terminal.visit.devices.fault(device)
        return fault is not None and fault.code is code

    await foyer.until(so, lambda: f"{device} {code}: {foyer.terminal.visit.devices}")


async def test_a_service_that_needs_the_card_goes_and_returns_with_the_ausweisapp(keys: AuthorityKeys) -> None:
    async with with_dock(keys) as (foyer, hands):
        person = ByTouch(foyer)
        await foyer.until_works(Device.EID)
        await person.press("Jetzt beginnen")
        await person.press("Ausweis und Pass")
        await person.sees("Hilfe mit der Ausweis-PIN", "Reisepass beantragen")
        hands.press("card", "AusweisApp beenden")
        await person.sees("Geht gerade nicht: Der Ausweis-Leser antwortet nicht")
        await person.press("Hilfe mit der Ausweis-PIN")
        await person.sees("Das geht zurzeit nur am Schalter.", "Hilfe zum Terminal rufen")
        hands.press("card", "AusweisApp starten")
        await foyer.until(lambda: not person.eyes.sees("Das geht zurzeit"), lambda: "the service did not return")
        assert not person.eyes.sees("Hilfe zum Terminal rufen")


async def test_one_touch_calls_a_person_where_something_is_missing(keys: AuthorityKeys) -> None:
    async with with_dock(keys) as (foyer, hands):
        person = ByTouch(foyer)
        hands.press("card", "Leser abziehen")
        await has_fault(foyer, Device.EID, FaultCode.EID_NO_READER)
        for name in ("Jetzt beginnen", "Ausweis und Pass", "Hilfe mit der Ausweis-PIN", "Hilfe zum Terminal rufen"):
            await person.press(name)
        await person.sees("Am Schalter ist Ihr Ruf angekommen.")


async def test_a_form_goes_on_without_printer_and_card_and_says_so(keys: AuthorityKeys) -> None:
    async with with_dock(keys) as (foyer, hands):
        person = ByTouch(foyer)
        hands.press("card", "Leser abziehen")
        hands.press("printer", "Deckel offen")
        await has_fault(foyer, Device.PRINTER, FaultCode.PRINTER_COVER_OPEN)
        await has_fault(foyer, Device.EID, FaultCode.EID_NO_READER)
        await person.press("Jetzt beginnen")
        await person.press("Meldebescheinigung")
        said = screens_as_text(foyer.seen[-1:])[0]
        assert "Der Drucker ist offen" in said
        assert "Ihre Angaben tippen Sie selbst ein." in said
        await person.press("Antrag beginnen")
        await foyer.until(lambda: foyer.terminal.visit.application is not None, lambda: "the form did not open")


@pytest.mark.parametrize(
    ("panel", "button", "device", "code"),
    [
        ("pages", "Papierstau", Device.DOCUMENTS, FaultCode.DOCUMENTS_JAM),
        ("network", "− Schalter", Device.COUNTER, FaultCode.HELP_UNREACHABLE),
        ("network", "− Behörde", Device.SUBMISSION, FaultCode.SUBMISSION_NETWORK),
        ("scanner", "Abziehen", Device.SCANNER, FaultCode.SCANNER_LOST),
        ("presence", "Abziehen", Device.PRESENCE, FaultCode.PRESENCE_LOST),
    ],
)
async def test_what_the_dock_does_comes_by_the_devices_own_wire(
    keys: AuthorityKeys, panel: str, button: str, device: Device, code: FaultCode
) -> None:
    async with with_dock(keys) as (foyer, hands):
        await foyer.until_works(device)
        hands.press(panel, button)
        await has_fault(foyer, device, code)


async def test_a_code_held_before_the_docks_scanner_is_read(keys: AuthorityKeys) -> None:
    async with with_dock(keys) as (foyer, hands):
        person = ByTouch(foyer)
        hands.press("scanner", "Abziehen")
        await has_fault(foyer, Device.SCANNER, FaultCode.SCANNER_LOST)
        hands.press("scanner", "Anstecken")
        await foyer.until_works(Device.SCANNER)
        hands.press("scanner", "T123456")
        await person.sees("T123456")


async def test_the_sound_server_ends_and_returns() -> None:
    with silent_sound() as desk:
        if not isinstance(desk, OwnServer):
            pytest.skip("PulseAudio is not installed")
        assert (desk.running, desk.loudspeaker, desk.headset) == (True, True, False)
        await asyncio.to_thread(desk.plug, HEADSET, plugged=True)
        assert desk.headset
        await asyncio.to_thread(desk.stop)
        assert (desk.running, desk.loudspeaker, desk.headset) == (False, False, False)
        await asyncio.to_thread(desk.start)
        assert (desk.running, desk.loudspeaker) == (True, True)
