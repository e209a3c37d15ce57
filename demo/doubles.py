"""Everything virtual that stands around a terminal: authority, eID, printer, counter. All on loopback."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from demo.cards import CardSlot
from demo.network import Cable, Network
from devices.eid.simulated_server import HttpEidServer
from devices.eid.simulator import AusweisAppDouble
from devices.presence.simulator import VirtualPresence
from devices.printers.page_simulator import VirtualPagePrinter
from devices.printers.simulator import VirtualPrinter
from devices.printers.virtual_paper import Paper
from devices.scanner.simulator import VirtualScanner
from hub.server import HubServer, running
from hub.settings import HubSettings, Site, Spot, TerminalAccess
from online.simulators.authority import Authority
from online.simulators.authority_tokens import AuthorityKeys
from online.simulators.eid_service import EidServiceDouble
from profiles import settings as chosen
from profiles.settings import Settings
from provisioning.staff_code import hashed

AUTHORITY_CREDENTIAL = "authority"
COUNTER_CREDENTIAL = "counter"
STAFF_CREDENTIAL = "staff-code"
STAFF_CODE = "24681357"
"""Opens the staff's page of the demo."""


@dataclass(frozen=True, slots=True)
class Doubles:
    """What is running. `secrets` are the terminal's, by credential name."""

    authority: Authority
    eid_service: EidServiceDouble
    ausweisapp: AusweisAppDouble
    slot: CardSlot
    printer: VirtualPrinter
    pages: VirtualPagePrinter
    scanner: VirtualScanner
    presence: VirtualPresence
    hub: HubServer
    network: Network
    folder: Path
    secrets: dict[str, str]

    def secret(self, name: str) -> str | None:
        """Return a secret of this run."""
        return self.secrets.get(name)

    def equipped(self, settings: Settings) -> Settings:
        """Return the settings of a terminal that has all of this, and this machine's loudspeaker."""
        authority = self.authority
        return replace(
            settings,
            printer=chosen.EscposTcp("127.0.0.1", self.printer.port),
            documents=chosen.Ipp(self.pages.url),
            eid=chosen.AusweisApp(self.ausweisapp.url, self.eid_service.tc_token_url, self.eid_service.base),
            speech=chosen.Speech(),
            scanner=chosen.SerialScanner(self.scanner.node),
            presence=chosen.SerialPresence(self.presence.node, "P1", "P0"),
            submission=chosen.FitConnect(
                authority.token_url,
                authority.submission_api,
                authority.routing_api,
                authority.client_id,
                AUTHORITY_CREDENTIAL,
                self.folder / "outbox.sqlite",
                destination_url=authority.destination_api,
                routing_issuers=(authority.portal,),
            ),
            staff_code=STAFF_CREDENTIAL,
            counter=chosen.Hub(self.network.counter.address, settings.terminal.name, COUNTER_CREDENTIAL),
        )

    def with_chip_cards(self, settings: Settings) -> Settings:
        """Return the settings of a terminal that sees all cards; `equip` needs `slot.service.connect`."""
        return replace(settings, cards=self.slot.settings)


@asynccontextmanager
async def doubles(
    terminal: str,
    on_paper: Callable[[Paper], None] | None = None,
    pace: float = 0.0,
    keys: Callable[[], AuthorityKeys] = AuthorityKeys.generate,
    city: str = "Musterstadt",
) -> AsyncIterator[Doubles]:
    """Start everything virtual; stop it at the end.

    `pace` slows the card down for human eyes, in seconds. `keys` gives the authority's keys; it may block.
    `city` is who reads from eID cards.
    """
    os.environ["LOTSE_SIMULATORS"] = "1"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lotse-demo-")))
        # A key of 4096 bits takes its time: meanwhile the window stays alive.
        authority = stack.enter_context(Authority(await asyncio.to_thread(keys)).running())
        eid_service = stack.enter_context(EidServiceDouble(subject=city))
        eid_service.port = urlsplit(eid_service.base).port or 0  # where it comes back after the network was away
        ausweisapp = await stack.enter_async_context(AusweisAppDouble(HttpEidServer(), pace=pace))
        slot = CardSlot(ausweisapp, folder)
        printer = VirtualPrinter(on_paper=on_paper)
        await printer.start()
        stack.push_async_callback(printer.close)
        pages = VirtualPagePrinter()
        await pages.start()
        stack.push_async_callback(pages.close)
        scanner, presence = VirtualScanner(folder / "scanner"), VirtualPresence(folder / "presence")
        for device in (scanner, presence):
            device.plug()
            stack.callback(device.unplug)
        key = secrets.token_urlsafe(24)
        access = TerminalAccess.with_key(terminal, key, "Foyer", spot=Spot(35, 60))
        site = Site("Bürgerservice", Path(__file__).parent / "floor.svg")
        settings = HubSettings(folder / "hub.sqlite", secrets.token_urlsafe(16), (access,), sites=(site,))
        hub = stack.enter_context(running(settings))
        cable = Cable(hub.port)
        await cable.start()
        stack.push_async_callback(cable.close)
        network = Network(authority, eid_service, cable)
        kept = {AUTHORITY_CREDENTIAL: authority.client_secret, COUNTER_CREDENTIAL: key}
        kept[STAFF_CREDENTIAL] = await asyncio.to_thread(hashed, STAFF_CODE)
        yield Doubles(
            authority, eid_service, ausweisapp, slot, printer, pages, scanner, presence, hub, network, folder, kept
        )
