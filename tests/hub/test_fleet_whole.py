"""`lotse fleet`, a hub and a terminal, as they meet: over HTTP, with the hub's own keys."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.enrolment_keys import Purpose
from hub.roles import Role
from hub.server import HubServer, running
from kiosk.events import EndConfirmed, Timer, TimerFired, WentOn
from kiosk.journeys.staff_out import OutOfService
from kiosk.orders import Identify, Restart, TakePicture, TellLog
from kiosk.ports import Ports
from kiosk.terminal import Terminal
from kiosk.text import GERMAN, translator
from online.fleet import FleetLink
from online.help_desk import Delays, HelpDeskClient
from profiles.forms import ProfileForms
from provisioning.commands_desk import CommandDesk
from provisioning.commands_ledger import Ledger
from provisioning.fleet import run
from tests.hub.staff import KEY, employ
from tests.hub.town_hall import LEFT_KEY, settings
from tests.places import small_place

NAME = "Terminal 1"
SOON = Delays(request=5, silence=10, retry=0.05, retry_most=0.2, health=0.1, about=0.1)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[HubServer]:
    chosen = settings(tmp_path / "hub.db", key=KEY)
    employ(chosen, "it", Role.IT)
    with running(chosen) as server:
        made = server.app.state.tokens.make("console", "it", "", timedelta(days=1))
        (tmp_path / "token").write_text(f"{made}\n")
        yield server


class Foyer:
    """A terminal that belongs to the hub's fleet."""

    def __init__(self, city: HubServer, folder: Path) -> None:
        self.folder, self.done, self.runs = folder, list[str](), "1.2.3"
        keys = city.app.state.hub_keys
        keys.signer(Purpose.COMMANDS)
        (folder / "commands.jwks").write_text(keys.published(Purpose.COMMANDS).export(private_keys=False))
        self.link = FleetLink(self.about)
        self.client = HelpDeskClient(city.base_url, NAME, LEFT_KEY, SOON)
        self.client.join(self.link)
        self.desk = CommandDesk(NAME, folder / "commands.jwks", self.ledger, self.hands(), self.link.answer)
        self.link.offered, self.link.told = self.desk.heard, self.desk.told
        ports = Ports(ProfileForms(), desk=self.client, orders=self.desk)
        self.terminal = Terminal(small_place(), ports, lambda _: None, lambda visit, *_: self.desk.observe(visit))

    def ledger(self) -> Ledger:
        return Ledger(self.folder / "commands.json")

    def hands(self) -> dict[type, Any]:
        async def picture() -> bytes:
            return b"\x89PNG of the first screen"

        async def lines(order: TellLog) -> bytes:
            return b"Zeile\n" * order.lines

        return {
            Identify: lambda order: self.done.append(order.name),
            Restart: lambda _: self.done.append("restart"),
            TakePicture: lambda _: picture(),
            TellLog: lines,
        }

    async def about(self) -> dict[str, Any]:
        return {"software": self.runs, "profile": "small", "alarm": True}


@pytest.fixture
async def foyer(city: HubServer, tmp_path: Path) -> AsyncIterator[Foyer]:
    made = Foyer(city, tmp_path)
    made.terminal.start()
    made.desk.observe(made.terminal.visit)
    obeying = asyncio.create_task(made.desk.run(made.terminal.post))
    yield made
    obeying.cancel()
    await asyncio.wait((obeying,))
    await made.terminal.close()
    await made.client.aclose()


async def fleet(city: HubServer, folder: Path, *words: str) -> int:
    """Run `lotse fleet` as IT does, on a thread."""
    options = ["--hub", city.base_url, "--token-file", str(folder / "token")]
    return await asyncio.to_thread(run, [*options, *words])


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - most of what is waited for is on the disk
            await asyncio.sleep(0.01)


async def test_a_terminal_is_listed_as_table_csv_and_json(
    city: HubServer, foyer: Foyer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with asyncio.timeout(20):
        while True:
            assert await fleet(city, tmp_path, "list", "--format", "json") == 0
            left, right = json.loads(capsys.readouterr().out)
            if left["connected"] and left["software"]:
                break
    assert (left["software"], left["profile"], left["alarm"], right["software"]) == ("1.2.3", "small", True, "")
    assert await fleet(city, tmp_path, "list", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == ["Terminal 1", "Terminal 2"]
    assert await fleet(city, tmp_path, "list") == 0
    assert "1.2.3" in capsys.readouterr().out.replace("\n", "")


async def test_commands_reach_the_terminal_and_answers_come_back(
    city: HubServer, foyer: Foyer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await fleet(city, tmp_path, "command", "identify", NAME, "--wait", "20") == 0
    assert foyer.done == [f"{NAME} · Foyer links"]
    out = tmp_path / "out"
    assert await fleet(city, tmp_path, "command", "picture", NAME, "--out", str(out), "--wait", "20") == 0
    assert await fleet(city, tmp_path, "command", "log", NAME, "--lines", "2", "--out", str(out)) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "Terminal-1-2.png": b"\x89PNG of the first screen",
        "Terminal-1-3.log": b"Zeile\nZeile\n",
    }
    capsys.readouterr()
    assert await fleet(city, tmp_path, "show", NAME, "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(one["do"], one["outcome"]) for one in shown["commands"]] == [
        ("log", "done"),
        ("picture", "done"),
        ("identify", "done"),
    ]
    await until(lambda: not foyer.ledger().answers)


async def test_out_of_service_comes_after_the_visit(city: HubServer, foyer: Foyer, tmp_path: Path) -> None:
    foyer.terminal.post(WentOn())
    words = ("--text", "de=Wir bauen um.", "--text", "en=We are rebuilding.")
    assert await fleet(city, tmp_path, "command", "out-of-service", NAME, *words, "--wait", "1") == 1
    assert foyer.terminal.screen.id == "home"
    foyer.terminal.post(EndConfirmed())
    foyer.terminal.post(TimerFired(Timer.GOODBYE))
    await until(lambda: isinstance(foyer.terminal.visit.page, OutOfService))
    assert foyer.terminal.screen.lead
    assert translator(GERMAN).say(foyer.terminal.screen.lead) == "Wir bauen um."


async def test_what_runs_here_is_told_soon_after_it_changes(city: HubServer, foyer: Foyer) -> None:
    book = city.app.state.fleet
    await until(lambda: book.fleet().get(NAME) and book.fleet()[NAME].about.get("software") == "1.2.3")
    foyer.runs = "1.2.4"
    await until(lambda: book.fleet()[NAME].about["software"] == "1.2.4")


async def test_a_command_that_waits_for_the_end_of_a_visit_can_be_withdrawn(
    city: HubServer, foyer: Foyer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foyer.terminal.post(WentOn())
    assert await fleet(city, tmp_path, "command", "identify", NAME, "--format", "json") == 0
    [given] = json.loads(capsys.readouterr().out)
    await until(lambda: given["id"] in foyer.desk._offered)
    assert await fleet(city, tmp_path, "withdraw", given["id"]) == 0
    assert await fleet(city, tmp_path, "withdraw", given["id"]) == 1
    assert "too late" in capsys.readouterr().err
    await until(lambda: given["id"] not in foyer.desk._offered)
    foyer.terminal.post(EndConfirmed())
    foyer.terminal.post(TimerFired(Timer.GOODBYE))
    await until(lambda: city.app.state.fleet.command(given["id"]).outcome == "expired")
    assert foyer.done == []


async def test_a_profile_is_assigned(city: HubServer, foyer: Foyer, tmp_path: Path) -> None:
    assert await fleet(city, tmp_path, "assign", "city/library.tar", NAME) == 0
    await until(lambda: foyer.ledger().target == "city/library.tar")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "Terminal 9"), "no such terminal"),
        (("command", "restart", "Terminal 9"), "no such terminal"),
        (("command", "out-of-service", NAME, "--text", "en=only"), "German"),
        (("command", "restart", NAME, "--text", "de=?"), "out-of-service alone"),
        (("assign", "../x", NAME), "name of a bundle"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_line(
    city: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert await fleet(city, tmp_path, *words) == 1
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


async def test_a_wrong_token_and_a_plain_address_are_refused(
    city: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text("lotse_wrong\n")
    assert await fleet(city, tmp_path, "list") == 1
    assert "does not know this token" in capsys.readouterr().err
    assert run(["--hub", "http://hub.example.org", "--token-file", str(tmp_path / "token"), "list"]) == 1
    assert "https://" in capsys.readouterr().err
    assert run(["--hub", city.base_url, "--token-file", str(tmp_path / "nowhere"), "list"]) == 1


def test_a_spreadsheet_takes_no_word_of_a_terminal_for_a_formula() -> None:
    from provisioning.fleet import _cell, _harmless

    assert _harmless(_cell("=HYPERLINK(1)")) == "'=HYPERLINK(1)"
    assert _cell("a\x1b[2Jb") == "a [2Jb"
