"""`lotse agent run` and `lotse agent status`: the agent put together."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Protocol, TextIO

from provisioning.agent import Agent, Check, Pace
from provisioning.agent_fetch import Fetcher
from provisioning.agent_floor import FloorFile
from provisioning.agent_line import AgentSide
from provisioning.agent_releases import Releases, floors_in
from provisioning.agent_source import Address, Source
from provisioning.agent_status import Status, read_status

TRANSFER_S = 600.0
"""So long a whole update may take to come: 64 MiB at 1 Mbit/s."""


class Wanted(Protocol):
    """What the settings say about updates (`profiles.settings.Tuf`)."""

    @property
    def url(self) -> str:
        """The repository's address."""

    @property
    def target(self) -> str:
        """The bundle's name there."""

    @property
    def root(self) -> Path:
        """The root that IT brought here."""

    @property
    def state(self) -> Path:
        """Where the agent keeps what it fetches."""

    @property
    def socket(self) -> Path:
        """Where the terminal calls."""

    @property
    def every_minutes(self) -> int:
        """How often to look."""

    @property
    def ca_file(self) -> Path | None:
        """The certificates that the repository's is checked against."""


def run_agent(wanted: Wanted, check: Check) -> int:
    """Run the agent until SIGTERM or SIGINT. SIGHUP makes it look at once."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for library in ("httpx", "httpcore", "tuf", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        asyncio.run(_until_stopped(wanted, check, Pace(every=wanted.every_minutes * 60.0)))
    except OSError as error:
        sys.stderr.write(f"{error.filename or wanted.state}: {error.strerror}\n")
        return 2
    return 0


async def _until_stopped(wanted: Wanted, check: Check, pace: Pace) -> None:
    os.umask(0o022)  # the terminal, another user, reads what is fetched
    releases, line = Releases(wanted.state), AgentSide(wanted.socket)
    floor = FloorFile(*floors_in(wanted.state))
    fetcher = Fetcher(TRANSFER_S, wanted.ca_file)
    address = Address(wanted.url, wanted.target, wanted.root.read_bytes())
    source = Source(address, wanted.state / "metadata", fetcher, floor)
    agent = Agent(source, releases, line, check, Status(wanted.state))
    await line.open()
    working = asyncio.create_task(agent.run(pace))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, agent.look_now.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        if not working.cancelled():
            raise
    finally:
        await line.close()
        agent.close()


def print_status(state: Path, out: TextIO) -> int:
    """Print how the agent is doing, as JSON. Return 0, 1 if there is trouble or an alarm, 2 if it never ran."""
    status = read_status(state)
    if not status:
        return 2
    out.write(json.dumps(status, indent=1, ensure_ascii=False) + "\n")
    return 1 if status.get("trouble") or status.get("alarm") or status.get("taken_back") else 0
