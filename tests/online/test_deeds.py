"""What staff did at a terminal is not lost with the power, and is told once."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.server import HubServer, running
from hub.settings import HubSettings
from hub.storage import AuditRow
from kiosk.effects import Note, StaffDeed
from online.deeds import MOST, UntoldDeeds
from online.help_desk import Delays, HelpDeskClient
from tests.hub.town_hall import LEFT_KEY, settings

QUICK = Delays(request=2, silence=3, retry=0.02, retry_most=0.1, health=0.02)
PATIENCE_S = 10
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    return settings(tmp_path / "hub.db")


def desk(address: str, file: Path | None) -> HelpDeskClient:
    return HelpDeskClient(address, "Terminal 1", LEFT_KEY, QUICK, deeds=file)


def written_down(hub: HubServer) -> list[tuple[str, str]]:
    with hub.app.state.audit._engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(AuditRow.actor, AuditRow.deed))]


async def told_all(client: HelpDeskClient) -> None:
    """Let it tell until nothing is left."""
    watching = asyncio.create_task(client.watch(lambda _: None))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while len(client._deeds):  # noqa: ASYNC110 - nothing tells when the hub has it
                await asyncio.sleep(0.02)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await client.aclose()


async def test_a_deed_outlives_the_terminal_that_lost_its_power(site: HubSettings, tmp_path: Path) -> None:
    file = tmp_path / "deeds.json"
    before = desk(NOBODY, file)  # the hub is away, and then the power
    before.note(Note(StaffDeed.OUT_OF_SERVICE, "Aylin Kaya"))
    before.note(Note(StaffDeed.ENDED_VISIT))
    with running(site) as hub:
        await told_all(desk(hub.base_url, file))
        await told_all(desk(hub.base_url, file))
        deeds = written_down(hub)
    assert deeds == [("Aylin Kaya", "staff-out-of-service"), ("Terminal 1", "staff-ended-visit")]


@pytest.mark.expects_log
async def test_a_deed_that_the_hub_refuses_does_not_stop_the_others(site: HubSettings, tmp_path: Path) -> None:
    file = tmp_path / "deeds.json"
    UntoldDeeds(file).add({"deed": "from-another-age", "staff": "", "at": "never"})
    with running(site) as hub:
        client = desk(hub.base_url, file)
        client.note(Note(StaffDeed.TESTED))
        await told_all(client)
        assert written_down(hub) == [("Terminal 1", "staff-tested")]


def test_nobody_else_reads_the_file_and_what_was_told_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "deeds.json"
    deeds = UntoldDeeds(file)
    deeds.add({"deed": "staff-tested"})
    deeds.add({"deed": "staff-helped"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    deeds.told(deeds.all()[0][0])
    assert [deed for _, deed in UntoldDeeds(file).all()] == [{"deed": "staff-helped"}]


@pytest.mark.expects_log
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"short": {}}', b'{"' + b"a" * 32 + b'": 1}'])
def test_a_file_that_is_none_begins_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "deeds.json"
    file.write_bytes(content)
    deeds = UntoldDeeds(file)
    assert len(deeds) == 0
    deeds.add({"deed": "staff-tested"})
    assert len(UntoldDeeds(file)) == 1


@pytest.mark.expects_log
def test_of_too_many_the_oldest_go(tmp_path: Path) -> None:
    deeds = UntoldDeeds(None)
    for number in range(MOST + 1):
        deeds.add({"deed": f"{number}"})
    assert [deed["deed"] for _, deed in deeds.all()] == [str(number) for number in range(1, MOST + 1)]


@pytest.mark.expects_log
def test_a_disk_that_fails_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    deeds = UntoldDeeds(tmp_path / "away" / "deeds.json")
    deeds.add({"deed": "staff-tested"})
    assert len(deeds) == 1
    assert "cannot be kept" in caplog.text


def test_the_settings_say_where(tmp_path: Path, site: HubSettings) -> None:
    from profiles.settings import Hub
    from profiles.settings_file import load_settings

    file = tmp_path / "settings.yaml"
    hub = "counter:\n  driver: hub\n  url: http://127.0.0.1:1\n  terminal: T\n  credential: hub\n"
    file.write_text(hub + "  deeds: deeds.json\n")
    loaded = load_settings(file)
    assert not isinstance(loaded, list)
    assert loaded.counter == Hub("http://127.0.0.1:1", "T", "hub", deeds=tmp_path / "deeds.json")
    file.write_text(hub)
    without = load_settings(file)
    assert not isinstance(without, list)
    assert without.counter == replace(loaded.counter, deeds=None)
