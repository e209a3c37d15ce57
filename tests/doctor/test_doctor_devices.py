"""Each device is tried for real, by the terminal's own drivers, on the wires of the virtual devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.eid.simulated_card import sample_cards
from devices.printers.page_simulator import PageTrouble
from devices.printers.simulator import Trouble
from kiosk.device_events import Device
from kiosk.faults import FaultCode
from kiosk.readiness import Verdict
from kiosk.text import GERMAN, translator
from profiles.settings import EscposTcp, Settings
from tests.doctor.conftest import Helper, Terminal

SAY = translator(GERMAN).say


async def test_the_receipt_printer_prints_a_test_page(terminal: Terminal) -> None:
    finding = await terminal.found("printer")
    assert (finding.verdict, finding.fault) == (Verdict.READY, None)
    [page] = terminal.around.printer.papers
    assert "Testseite" in page.text


async def test_the_page_printer_prints_a_test_page(terminal: Terminal) -> None:
    finding = await terminal.found("documents")
    assert (finding.verdict, finding.fault) == (Verdict.READY, None)
    [page] = terminal.around.pages.documents
    assert page.startswith(b"%PDF")


async def test_a_printer_whose_paper_is_nearly_used_up_prints_and_is_limited(terminal: Terminal) -> None:
    await terminal.around.pages.cause(PageTrouble.NEAR_END)
    finding = await terminal.found("documents")
    assert (finding.verdict, finding.fault) == (Verdict.LIMITED, None)
    assert terminal.around.pages.documents


@pytest.mark.parametrize(
    ("trouble", "code"),
    [(Trouble.PAPER_OUT, FaultCode.PRINTER_PAPER_OUT), (Trouble.COVER_OPEN, FaultCode.PRINTER_COVER_OPEN)],
)
async def test_a_printer_that_cannot_print_is_not_ready(terminal: Terminal, trouble: Trouble, code: FaultCode) -> None:
    await terminal.around.printer.cause(trouble)
    finding = await terminal.found("printer")
    assert finding.verdict is Verdict.NOT_READY
    assert finding.fault
    assert finding.fault.code is code
    assert terminal.around.printer.papers == []


async def test_what_fails_is_said_of_the_services_that_need_it_and_nothing_else(terminal: Terminal) -> None:
    gone = EscposTcp("127.0.0.1", 1)
    report = await terminal.examined("printer", "submission", printer=gone)
    services = {str(service.id): service for service in report.services}
    assert services["hund-anmelden"].verdict is Verdict.LIMITED
    assert [SAY(why) for why in services["hund-anmelden"].why] == ["Der Drucker antwortet nicht"]
    assert report.verdict is Verdict.LIMITED


async def test_a_token_is_fetched_and_nothing_is_handed_in(terminal: Terminal) -> None:
    finding = await terminal.found("submission")
    assert finding.verdict is Verdict.READY
    assert terminal.around.authority.arrived == []


async def test_a_wrong_secret_makes_every_form_not_ready(terminal: Terminal) -> None:
    terminal.around.secrets["authority"] = "wrong"
    report = await terminal.examined("submission")
    services = {str(service.id): service.verdict for service in report.services}
    assert services["hund-anmelden"] is Verdict.NOT_READY
    assert services["fuehrungszeugnis"] is Verdict.READY
    assert report.verdict is Verdict.NOT_READY


async def test_the_counter_is_reached(terminal: Terminal) -> None:
    assert (await terminal.found("counter")).verdict is Verdict.READY
    await terminal.around.network.switch(False)
    finding = await terminal.found("counter")
    assert finding.fault
    assert finding.fault.code is FaultCode.HELP_UNREACHABLE


async def test_the_eid_client_answers(terminal: Terminal) -> None:
    finding = await terminal.found("eid")
    assert finding.verdict is Verdict.READY
    details = {SAY(detail.label): SAY(detail.value) for detail in finding.details}
    assert (details["AusweisApp"], details["API-Level"]) == ("double", "1, 2")
    assert details["Leser"]
    terminal.around.ausweisapp.detach_reader()
    finding = await terminal.found("eid")
    assert finding.fault
    assert finding.fault.code is FaultCode.EID_NO_READER


async def test_an_id_card_is_looked_at_and_nothing_of_its_holder_is_told(terminal: Terminal) -> None:
    app = terminal.around.ausweisapp
    helper = Helper(does=lambda: app.insert_card(sample_cards()[0]))
    finding = await terminal.found("eid", helper)
    assert finding.verdict is Verdict.READY
    assert {SAY(detail.label): SAY(detail.value) for detail in finding.details}["Online-Funktion"] == "eingeschaltet"
    assert "Mustermann" not in repr(finding)


async def test_a_network_that_is_away_limits_forms_but_does_not_stop_them(terminal: Terminal) -> None:
    await terminal.around.network.switch(False)
    report = await terminal.examined("submission")
    assert {str(service.id): service.verdict for service in report.services}["hund-anmelden"] is Verdict.LIMITED


async def test_credentials_that_are_missing_are_named_and_never_shown(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert (await terminal.found("credentials")).verdict is Verdict.READY
    secret = terminal.around.secrets.pop("counter")
    finding = await terminal.found("credentials")
    assert finding.verdict is Verdict.NOT_READY
    assert [SAY(detail.value) for detail in finding.details] == ["counter"]
    assert secret not in repr(finding)


async def test_a_store_that_keeps_plain_text_is_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setattr("doctor.machine.use_credentials", _refuse)
    finding = await terminal.found("credentials")
    assert (finding.verdict, finding.essential) == (Verdict.NOT_READY, True)


def _refuse() -> None:
    from provisioning.credentials import CredentialsRefusedError

    raise CredentialsRefusedError("plain text")


async def test_a_profile_that_cannot_be_read_stops_no_device(terminal: Terminal, tmp_path: Path) -> None:
    report = await terminal.examined("profile", "printer", profile=tmp_path)
    found = {finding.check: finding.verdict for finding in report.findings}
    assert (found["profile"], found["printer"]) == (Verdict.NOT_READY, Verdict.READY)
    assert report.verdict is Verdict.NOT_READY
    assert report.services == ()


async def test_what_is_not_asked_for_is_not_claimed(terminal: Terminal) -> None:
    report = await terminal.examined("disk")
    found = {finding.check: finding.verdict for finding in report.findings}
    assert found.pop("disk") is not Verdict.SKIPPED
    assert set(found.values()) == {Verdict.SKIPPED}
    assert {"printer", "eid", "submission", "counter"} <= found.keys()


async def test_a_terminal_without_devices_says_which_services_it_cannot_do(terminal: Terminal) -> None:
    bare = Terminal(terminal.around, Settings(terminal.settings.profile))
    report = await bare.examined("profile")
    assert not [finding for finding in report.findings if finding.device]
    assert {service.verdict for service in report.services if service.id == "hund-anmelden"} == {Verdict.NOT_READY}


async def test_the_clock_is_compared_with_the_servers(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = await terminal.found("clock")
    assert finding.verdict is Verdict.READY
    assert len([detail for detail in finding.details if SAY(detail.label) == "Abstand zu"]) == 2
    monkeypatch.setattr("doctor.network.time", lambda: _later(600))
    assert (await terminal.found("clock")).verdict is Verdict.NOT_READY
    monkeypatch.setattr("doctor.network.time", lambda: 1_000_000_000.0)
    assert SAY((await terminal.found("clock")).words) == "Die Uhr geht nach: Das Profil ist jünger."


def _later(seconds: float) -> float:
    from time import time

    return time() + seconds


async def test_every_letter_can_be_drawn_and_a_hole_is_seen(terminal: Terminal) -> None:
    from doctor.machine import undrawn

    assert (await terminal.found("fonts")).verdict is Verdict.READY
    assert undrawn(("a", "\u00ad", " ", "\u0378")) == "\u0378"


async def test_a_full_disk_is_seen(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    for free, verdict in ((100, Verdict.NOT_READY), (1000, Verdict.LIMITED), (90_000, Verdict.READY)):
        monkeypatch.setattr("shutil.disk_usage", lambda path, free=free: usage(0, 0, free * 1_000_000))
        assert (await terminal.found("disk")).verdict is verdict


def test_every_device_with_a_port_has_a_check() -> None:
    from doctor.bench import Bench
    from doctor.checks import _of_parts
    from doctor.person import Nobody

    bench = Bench(None, None, lambda _: None, Nobody())  # type: ignore[arg-type]
    assert {check.device for check in _of_parts(bench).values() if check.device} == set(Device)
