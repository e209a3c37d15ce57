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

from demo.network import Cable, Network
from devices.eid.simulated_server import HttpEidServer
from devices.eid.simulator import AusweisAppDouble
from devices.printers.simulator import VirtualPrinter
from devices.printers.virtual_paper import Paper
from hub.server import HubServer, running
from hub.settings import HubSettings, TerminalAccess
from online.simulators.authority import Authority
from online.simulators.authority_tokens import AuthorityKeys
from online.simulators.eid_service import EidServiceDouble
from profiles import settings as chosen
from profiles.settings import Settings

AUTHORITY_CREDENTIAL = "authority"
COUNTER_CREDENTIAL = "counter"


@dataclass(frozen=True, slots=True)
class Doubles:
    """What is running. `secrets` are the terminal's, by credential name."""

    authority: Authority
    eid_service: EidServiceDouble
    ausweisapp: AusweisAppDouble
    printer: VirtualPrinter
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
            eid=chosen.AusweisApp(self.ausweisapp.url, self.eid_service.tc_token_url, self.eid_service.base),
            speech=chosen.Espeak(),
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
            counter=chosen.Hub(self.network.counter.address, settings.terminal.name, COUNTER_CREDENTIAL),
        )


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
        printer = VirtualPrinter(on_paper=on_paper)
        await printer.start()
        stack.push_async_callback(printer.close)
        key = secrets.token_urlsafe(24)
        access = TerminalAccess.with_key(terminal, key)
        settings = HubSettings(folder / "hub.sqlite", secrets.token_urlsafe(16), (access,))
        hub = stack.enter_context(running(settings))
        cable = Cable(hub.port)
        await cable.start()
        stack.push_async_callback(cable.close)
        network = Network(authority, eid_service, cable)
        kept = {AUTHORITY_CREDENTIAL: authority.client_secret, COUNTER_CREDENTIAL: key}
        yield Doubles(authority, eid_service, ausweisapp, printer, hub, network, folder, kept)
