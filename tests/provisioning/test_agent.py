"""The agent with a terminal at its socket: when something new comes into use, and when it goes back."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.device_events import Device, DeviceChanged
from kiosk.events import WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.welcome import first_visit
from kiosk.step import step
from kiosk.visit import Visit
from provisioning.agent import Agent, Pace
from provisioning.agent_fetch import Fetcher
from provisioning.agent_floor import FloorFile
from provisioning.agent_line import AgentSide, TerminalSide
from provisioning.agent_releases import Releases, floors_in, profile_in_use
from provisioning.agent_source import Address, Source
from provisioning.agent_status import Status, read_status
from tests.places import small_place
from tests.provisioning.signing import TARGET, Publisher, Server

PACE = Pace(every=3600, start=0.6, settle=0.1, call=0.3)


class Foyer:
    """A terminal and its agent. The terminal begins anew as systemd would have it, with what is in use then."""

    def __init__(self, agent: Agent, side: AgentSide, state: Path) -> None:
        self.agent, self.side, self.state = agent, side, state
        self.mistakes: list[str] = []
        self.shows: list[str] = []
        self.told: list[bool] = []
        self.breaks_on: dict[str, str] = {}
        self.visit = first_visit(small_place())
        self._terminal: asyncio.Task[None] | None = None
        self._line: TerminalSide | None = None

    @property
    def in_use(self) -> str:
        """The version that a terminal would show now."""
        release = Releases(self.state).current
        return release.manifest.version if release else "shipped"

    @property
    def status(self) -> dict[str, object]:
        """What the agent says about itself."""
        return read_status(self.state)

    def switch_on(self) -> None:
        """Start the terminal."""
        self._terminal = asyncio.create_task(self._run())

    async def switch_off(self) -> None:
        """Stop it."""
        if self._terminal:
            self._terminal.cancel()
            with suppress(asyncio.CancelledError):
                await self._terminal
            self._terminal = None

    def touch(self, visit: Visit) -> None:
        """Have the terminal be in another state."""
        self.visit = visit
        if self._line:
            self._line.observe(visit)

    async def _run(self) -> None:
        while True:
            ended = asyncio.Event()
            trouble = self.breaks_on.get(self.in_use, "")
            self.shows.append(self.in_use)
            visit = self.visit
            if trouble == "printer":
                visit, _ = step(visit, DeviceChanged(Device.PRINTER, Fault(FaultCode.PRINTER_PAPER_OUT)))
            shown = profile_in_use(self.state, self.state / "shipped")
            self._line = TerminalSide(self.side._path, shown, ended.set, self.told.append)
            self._line.observe(visit)
            calling = asyncio.create_task(self._line.run(_white if trouble != "black" else _black))
            if trouble == "ends":
                asyncio.get_running_loop().call_later(0.03, ended.set)
            try:
                await ended.wait()
            finally:
                calling.cancel()
                with suppress(asyncio.CancelledError):
                    await calling


def _white() -> bool:
    return True


def _black() -> bool:
    return False


@asynccontextmanager
async def foyer(publisher: Publisher, server: Server, state: Path) -> AsyncIterator[Foyer]:
    """Yield a foyer; its terminal is still off."""
    side, releases = AgentSide(state.parent / "line"), Releases(state)
    fetcher = Fetcher(5)
    source = Source(
        Address(server.url, TARGET, publisher.root), state / "metadata", fetcher, FloorFile(*floors_in(state))
    )
    mistakes: list[str] = []
    agent = Agent(source, releases, side, lambda _: mistakes, Status(state))
    await side.open()
    found = Foyer(agent, side, state)
    found.mistakes = mistakes
    try:
        yield found
    finally:
        await found.switch_off()
        await side.close()
        await agent._blocking(fetcher.close)
        agent.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=False).returncode:
        pytest.skip("cannot mount a file system here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


async def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - most of what is waited for is on the disk
            await asyncio.sleep(0.01)


async def test_something_new_comes_into_use_and_proves_itself(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.switch_on()
        await here.agent.round(PACE)
        assert here.shows == ["shipped", "1"]
        assert not Releases(here.state).on_trial
        publisher.publish("2")
        await here.agent.round(PACE)
        assert here.shows == ["shipped", "1", "2"]
        assert here.status["version"] == "2"
        assert (here.status["trouble"], here.status["taken_back"], here.status["alarm"]) == ("", None, False)
        assert len(list((here.state / "releases").iterdir())) == 1


async def test_nothing_happens_in_the_middle_of_a_visit(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        free = here.visit
        here.switch_on()
        await until(lambda: here.side.state)
        here.touch(step(free, WentOn())[0])
        await until(lambda: here.side.state and not here.side.state.free)
        round_ = asyncio.create_task(here.agent.round(PACE))
        await until(lambda: list((here.state / "releases").iterdir()))
        done, _ = await asyncio.wait([round_], timeout=0.3)
        assert not done
        assert here.in_use == "shipped"
        here.touch(free)
        await round_
        assert here.in_use == "1"


async def test_a_visit_that_begins_meanwhile_goes_on_and_the_terminal_begins_anew_after_it(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        free = here.visit
        here.switch_on()
        await until(lambda: here.side.state)
        here.side.restart()
        here.touch(step(free, WentOn())[0])  # on the terminal's side before the word of the agent arrives
        await until(lambda: here.side.state and not here.side.state.free)
        assert here.shows == ["shipped"]
        here.touch(free)
        await until(lambda: len(here.shows) == 2)


async def test_a_bundle_that_it_assigns_is_looked_for_at_once_and_after_a_restart(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    publisher.publish("library-1", target="koeln/library.tar")
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.switch_on()
        await here.agent.round(PACE)
        assert here.in_use == "1"
        here.agent.look_now.clear()
        assert here._line
        here._line.want("koeln/library.tar")
        await asyncio.wait_for(here.agent.look_now.wait(), 5)
        await here.agent.round(PACE)
        assert (here.in_use, here.status["target"]) == ("library-1", "koeln/library.tar")
    async with foyer(publisher, server, tmp_path / "state") as here:
        await here.agent.round(PACE)  # the terminal has not called yet
        assert here.in_use == "library-1"
        here.switch_on()
        await until(lambda: here.side.state)
        assert here.agent._status.target == "koeln/library.tar"  # nor said what is wanted
        assert here._line
        here._line.want("")
        await asyncio.wait_for(here.agent.look_now.wait(), 5)
        await here.agent.round(PACE)
        assert here.in_use == "1"


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("trouble", "why"), [("black", "did not show"), ("printer", "worked before"), ("ends", "ended within")]
)
async def test_what_is_not_healthy_goes_back_by_itself(
    publisher: Publisher, server: Server, tmp_path: Path, trouble: str, why: str
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.switch_on()
        await here.agent.round(PACE)
        publisher.publish("2")
        here.breaks_on["2"] = trouble
        await here.agent.round(PACE)
        assert here.in_use == "1"
        taken_back = here.status["taken_back"]
        assert isinstance(taken_back, dict)
        assert taken_back["version"] == "2"
        assert why in taken_back["why"]
        if trouble == "black":  # systemd's watchdog ends it
            await here.switch_off()
            here.switch_on()
        await until(lambda: here.side.state and here.side.state.profile.endswith("profile") and here.shows[-1] == "1")
        await here.agent.round(PACE)
        assert here.in_use == "1", "the same is not tried again"
        assert here.status["trouble"] == "refused-before"
        await until(lambda: here.told[-1:] == [True])
        publisher.publish("3")
        await here.agent.round(PACE)
        assert here.in_use == "3"
        await until(lambda: here.told[-1:] == [False])


async def test_a_device_that_did_not_work_before_does_not_count(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.breaks_on = {"shipped": "printer", "1": "printer"}
        here.switch_on()
        await here.agent.round(PACE)
        assert here.in_use == "1"
        assert not Releases(here.state).on_trial


async def test_a_terminal_that_is_off_gets_it_and_tries_it_later(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        await here.agent.round(PACE)
        assert here.in_use == "1"
        assert Releases(here.state).on_trial
        here.switch_on()
        await here.agent.round(PACE)
        assert not Releases(here.state).on_trial


@pytest.mark.expects_log
async def test_what_this_software_cannot_read_is_not_tried(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.mistakes.append("place.yaml:1: something from the future")
        await here.agent.round(PACE)
        assert here.in_use == "shipped"
        assert "from the future" in str(here.status["line"])
        here.mistakes.clear()  # the software was updated: what is there is tried now
        here.switch_on()
        await here.agent.round(PACE)
        assert here.in_use == "1"


@pytest.mark.expects_log
async def test_a_trial_that_was_cut_is_taken_up(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        await here.agent.round(PACE)
    for begun in range(1, 4):
        async with foyer(publisher, server, tmp_path / "state") as here:
            await here.agent._take_up(PACE)
            assert Releases(here.state).trial.begun == begun
            assert here.in_use == "1"
    async with foyer(publisher, server, tmp_path / "state") as here:
        await here.agent._take_up(PACE)
        assert here.in_use == "shipped"
        taken_back = here.status["taken_back"]
        assert isinstance(taken_back, dict)
        assert "began anew 4 times" in taken_back["why"]


@pytest.mark.expects_log
async def test_a_hub_that_is_away_for_a_week_changes_nothing_but_the_alarm(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.switch_on()
        await here.agent.round(PACE)
        server.folder = tmp_path / "nothing"
        elapsed = [0.0]
        here.agent._source.floor._lasting = lambda: here.agent._source.floor._since + elapsed[0]
        for day in range(1, 8):
            elapsed[0] = day * 86_400.0 + 60
            await here.agent.round(PACE)
            assert here.in_use == "1"
        assert here.status["trouble"] == "unreachable"
        assert here.status["alarm"] is True
        assert here.status["hours_old"] == 7 * 24


@pytest.mark.expects_log
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for a file system of its own")
async def test_a_full_disk_changes_nothing(publisher: Publisher, server: Server, small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    async with foyer(publisher, server, small_disk / "state") as here:
        here.switch_on()
        await here.agent.round(PACE)
        assert here.in_use == "1"
        publisher.publish("2")
        ballast.write_bytes(b"x" * (os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
        await here.agent.round(PACE)
        assert here.in_use == "1"
        ballast.unlink()
        await here.agent.round(PACE)
        assert here.in_use == "2"


@pytest.mark.expects_log
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for a file system of its own")
async def test_a_disk_that_fills_up_during_the_trial_does_not_keep_what_is_bad(
    publisher: Publisher, server: Server, small_disk: Path
) -> None:
    async with foyer(publisher, server, small_disk / "state") as here:
        here.switch_on()
        await here.agent.round(PACE)
        publisher.publish("2")
        here.breaks_on["2"] = "printer"
        working = asyncio.create_task(here.agent.round(PACE))
        await until(lambda: here.in_use == "2")
        (small_disk / "ballast").write_bytes(b"x" * (os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
        await working
        assert here.in_use == "1"


async def test_a_stranger_at_the_socket_breaks_nothing(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        for line in (
            b"{",
            b"[]\n",
            b"\xff\n",
            b"x" * 10_000 + b"\n",
            json.dumps({"profile": 1, "faults": []}).encode(),
        ):
            reader, writer = await asyncio.open_unix_connection(here.side._path)
            writer.write(line)
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
        here.switch_on()
        await here.agent.round(PACE)
        assert here.in_use == "1"


async def test_the_agent_looks_again_by_itself_and_when_told(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    async with foyer(publisher, server, tmp_path / "state") as here:
        here.switch_on()
        working = asyncio.create_task(here.agent.run(replace(PACE, every=0.05)))
        await until(lambda: here.in_use == "1")
        publisher.publish("2")
        await until(lambda: here.in_use == "2")
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        working = asyncio.create_task(here.agent.run(PACE))
        publisher.publish("3")
        here.agent.look_now.set()
        await until(lambda: here.in_use == "3")
        working.cancel()
