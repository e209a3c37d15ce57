"""The report: a verdict for the whole and each service, as HTML for people and as JSON for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from doctor.report_html import as_html
from doctor.report_json import as_json
from kiosk.device_events import Device
from kiosk.faults import Fault, FaultCode
from kiosk.readiness import Detail, Finding, Report, Verdict, devices_of, readiness_of
from kiosk.text import Verbatim, local, msg
from tests.places import LIBRARY, REGISTER, small_place

PLACE = small_place()
EVIL = "<script>alert(1)</script>"
ALL = frozenset(Device)


def finding(verdict: Verdict, check: str = "disk", **more: object) -> Finding:
    remedy = None if verdict is Verdict.READY else msg(f"doctor.remedy.{check}")
    return Finding(check, verdict, msg(f"doctor.ready.{check}"), remedy, **more)  # type: ignore[arg-type]


def report(*findings: Finding, there: frozenset[Device] = ALL) -> Report:
    devices = devices_of(findings, there)
    services = tuple(readiness_of(service, devices) for service in PLACE.services)
    begun = "2026-03-01T08:00:00+01:00"
    return Report(PLACE.name, "Terminal 1", EVIL, "0.1.0", begun, findings, services)


def verdicts(of: Report) -> dict[str, Verdict]:
    return {service.id: service.verdict for service in of.services}


def broken(device: Device, code: FaultCode, check: str) -> Finding:
    return finding(Verdict.NOT_READY, check, device=device, fault=Fault(code))


def test_all_well_is_ready() -> None:
    assert report(finding(Verdict.READY), finding(Verdict.SKIPPED)).verdict is Verdict.READY


def test_a_broken_printer_limits() -> None:
    found = report(broken(Device.PRINTER, FaultCode.PRINTER_OFF, "printer"))
    assert verdicts(found) == {REGISTER: Verdict.LIMITED, LIBRARY: Verdict.LIMITED}
    assert found.verdict is Verdict.LIMITED


def test_a_service_that_cannot_be_done_makes_the_whole_not_ready() -> None:
    found = report(broken(Device.SUBMISSION, FaultCode.SUBMISSION_CREDENTIALS, "submission"))
    assert verdicts(found) == {REGISTER: Verdict.NOT_READY, LIBRARY: Verdict.READY}
    assert found.verdict is Verdict.NOT_READY


def test_what_there_never_was_counts_for_the_services_that_need_it() -> None:
    found = report(finding(Verdict.READY), there=ALL - {Device.SUBMISSION})
    assert found.verdict is Verdict.NOT_READY


def test_what_is_essential_decides_alone() -> None:
    assert report(finding(Verdict.NOT_READY, essential=True)).verdict is Verdict.NOT_READY
    assert report(finding(Verdict.NOT_READY)).verdict is Verdict.LIMITED


class Outline(HTMLParser):
    """What a document loads, says in which language, and how deep its tags are nested."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.languages: set[str] = set()
        self.scopes = 0
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.languages |= {given["lang"] or ""} if "lang" in given else set()
        self.scopes += "scope" in given
        self.addresses += [value or "" for key, value in attrs if key in {"src", "href"}]


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


def test_the_html_stands_alone_in_both_languages_and_is_escaped() -> None:
    detail = Detail(msg("doctor.detail"), Verbatim(EVIL))
    html = as_html(report(finding(Verdict.LIMITED, details=(detail,)), finding(Verdict.READY, "clock")))
    seen = outline(html)
    assert "script" not in seen.tags
    assert EVIL not in html
    assert seen.languages == {"de", "en"}
    assert seen.addresses == ["#de", "#en"]
    assert "url(" not in html
    for words in ("Eingeschränkt bereit", "Ready with limits", "Schaffen Sie Platz", "Make room"):
        assert words in html


def test_every_table_says_what_its_cells_belong_to() -> None:
    html = as_html(report(finding(Verdict.READY)))
    seen = outline(html)
    assert seen.tags.count("table") == 4
    assert seen.scopes == seen.tags.count("th")


def test_the_json_has_a_version_and_both_languages() -> None:
    found = json.loads(as_json(report(broken(Device.PRINTER, FaultCode.PRINTER_OFF, "printer"))))
    assert (found["version"], found["verdict"]) == (1, "limited")
    [printer] = found["findings"]
    assert (printer["check"], printer["device"], printer["fault"]) == ("printer", "printer", "printer.off")
    assert printer["title"] == {"de": "Belegdrucker", "en": "Receipt printer"}
    assert {service["id"]: service["verdict"] for service in found["services"]}[REGISTER] == "limited"


def test_a_place_with_words_of_its_own_is_named_in_them() -> None:
    found = report(finding(Verdict.READY))
    assert json.loads(as_json(found))["place"] == {"de": "Kleinstadt", "en": "Smalltown"}
    assert local("Kleinstadt", en="Smalltown") == found.place


def doctor(tmp_path: Path, settings: str, *options: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "settings.yaml"
    file.write_text(settings, encoding="utf-8")
    command = (sys.executable, "-m", "main", "doctor", "--settings", str(file), *options)
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, check=False, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=50
    )


def test_the_command_tells_writes_and_ends_with_the_verdict(tmp_path: Path) -> None:
    html, written = tmp_path / "report.html", tmp_path / "report.json"
    ended = doctor(tmp_path, "terminal: {name: T1}\n", "--yes", "--html", str(html), "--json", str(written))
    assert ended.stderr == ""
    assert "Schriften\n  ✓ Alle Buchstaben lassen sich zeichnen." in ended.stdout
    assert ended.stdout.splitlines()[-1] == "✗ Nicht bereit"
    assert ended.returncode == 2
    assert json.loads(written.read_text())["terminal"] == "T1"
    assert "Nicht bereit" in html.read_text()


@pytest.mark.parametrize(
    ("settings", "options", "words"),
    [("printer: {driver: magic}\n", (), "magic"), ("terminal: {name: T}\n", ("--only", "prynter"), "prynter")],
)
def test_what_cannot_be_examined_is_said(tmp_path: Path, settings: str, options: tuple[str, ...], words: str) -> None:
    ended = doctor(tmp_path, settings, *options)
    assert words in ended.stderr
    assert ended.returncode == 2
