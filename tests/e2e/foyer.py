"""A terminal at work in a window, with everything around it on real wires, short of patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from composition.equipment import equip
from demo.doubles import Doubles, doubles
from devices.printers.ipp import IppDelays, IppPrinter
from devices.printers.tcp import TcpReceiptPrinter
from devices.printers.transport import Delays as PrinterDelays
from kiosk.device_events import Device
from kiosk.place import Place, Timers
from kiosk.ports import Speaker
from kiosk.screen import Screen
from kiosk.terminal import Terminal
from online.fit_connect import Delays, FitConnect, FitConnectSettings, Outbox
from online.simulators.authority_tokens import AuthorityKeys
from profiles.loading import load_profile
from profiles.settings import Settings
from profiles.settings_file import load_settings
from ui.window import TerminalWindow

PATIENCE_S = 10.0
PATIENT = Timers(idle=120, countdown=45, cover=20, goodbye=20)
QUICK = Delays(promise=1.5, request=4.0, first=0.02, factor=1.5, most=0.2, jitter=0.0, check=0.2)
QUICK_PAGES = IppDelays(answer=1.0, look=0.05, warned=0.5, finish=2.0, poll=0.2)
QUICK_PRINTER = PrinterDelays(connect=1.0, answer=0.4, look=0.1, finish=2.0, poll=0.2)


@dataclass
class Foyer:
    """The terminal, its window, and what stands around. `seen` are all screens that were shown."""

    around: Doubles
    place: Place
    submissions: FitConnect
    seen: list[Screen] = field(default_factory=list)
    watchers: list[Callable[[], None]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    window: TerminalWindow = field(init=False)
    terminal: Terminal = field(init=False)

    async def until(self, true: Callable[[], bool], otherwise: Callable[[], str]) -> None:
        """Wait until something at the terminal is so; `otherwise` says what was missed."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not true():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"never came: {otherwise()}") from None

    async def until_works(self, device: Device, *, works: bool = True) -> None:
        """Wait until a device works, or does not."""
        await self.until(lambda: self.terminal.visit.works(device) is works, lambda: f"{device} works: {works}")

    def show(self, screen: Screen) -> None:
        """Draw a screen, and tell those who look."""
        self.window.show_screen(screen)
        self.seen.append(screen)
        for watcher in self.watchers:
            watcher()
        self.news.set()

    def observe(self, *_: Any) -> None:
        """Notice a step."""
        self.news.set()


@asynccontextmanager
async def opened(
    keys: AuthorityKeys, timers: Timers = PATIENT, speaker: Speaker | None = None, *, chip_cards: bool = False
) -> AsyncIterator[Foyer]:
    """Open a foyer; close it and everything around. With `chip_cards` there is PC/SC, too."""
    settings = load_settings(None)
    assert isinstance(settings, Settings)
    place = load_profile(settings.profile)
    assert isinstance(place, Place)
    place = replace(place, timers=timers)
    async with doubles(settings.terminal.name, keys=lambda: keys) as around:
        # Sound is there only where a test brings its own; handing in and printing are told to hurry.
        wanted = replace(around.equipped(settings), speech=None, submission=None)
        wanted = around.with_chip_cards(wanted) if chip_cards else wanted
        equipment = equip(wanted, place, around.secret, around.slot.service.connect)
        foyer = Foyer(around, place, _submissions(around, place))
        printer = TcpReceiptPrinter("127.0.0.1", around.printer.port, delays=QUICK_PRINTER)
        pages = IppPrinter(around.pages.url, delays=QUICK_PAGES)
        ports = replace(equipment.ports, printer=printer, documents=pages, submissions=foyer.submissions)
        ports = replace(ports, speaker=speaker)
        foyer.window = TerminalWindow(lambda event: foyer.terminal.post(event), place, 102.46)
        foyer.window.resize(settings.window.width, settings.window.height)
        foyer.terminal = Terminal(place, ports, foyer.show, foyer.observe)
        foyer.window.show()
        foyer.window.activateWindow()
        foyer.terminal.start()
        try:
            yield foyer
        finally:
            await foyer.terminal.close()
            await equipment.close()
            await foyer.submissions.aclose()
            foyer.window.close()
            foyer.window.deleteLater()


def _submissions(around: Doubles, place: Place) -> FitConnect:
    authority = around.authority
    settings = FitConnectSettings(
        authority.token_url,
        authority.submission_api,
        authority.destination_api,
        authority.client_id,
        routing_api=authority.routing_api,
        routing_issuers=(authority.portal,),
    )
    destinations = [service.destination for service in place.services if service.destination]
    outbox = Outbox(around.folder / "outbox.sqlite")
    secrets = {authority.client_id: authority.client_secret}
    return FitConnect(settings, secrets.get, outbox, destinations=destinations, delays=QUICK)
