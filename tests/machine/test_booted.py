"""A booted machine with the installed package: its screen, a visit, what is denied, and planted faults.

Only by `scripts/test --machine`. The tests go in this order: the last one takes the package away.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.journeys.welcome import first_visit
from kiosk.place import Place
from kiosk.step import compose, step
from kiosk.visit import ABSENT, Devices
from profiles.loading import SHIPPED, load_profile
from tests.e2e.eyes import Eyes, Role
from tests.machine.machine import HEIGHT, WIDTH, Machine, differing, until
from tests.machine.probe import ALLOWED, FORBIDDEN
from ui.window import TerminalWindow

pytestmark = [
    pytest.mark.skipif("LOTSE_MACHINE" not in os.environ, reason="needs a booted machine: scripts/test --machine"),
    pytest.mark.timeout(240),
]
DETECTED_S, USABLE_S = 10, 5


@pytest.fixture(scope="module")
def machine() -> Machine:
    machine = Machine()
    until(lambda: machine.state("lotse.service") == "active", 60)
    machine.full_size()
    return machine


class Shadow:
    """The same terminal here, without devices: it knows where things are on the screen."""

    def __init__(self) -> None:
        place = load_profile(SHIPPED)
        assert isinstance(place, Place)
        absent = tuple(sorted((device, Fault(code)) for device, code in ABSENT.items()))
        self.visit = first_visit(place, Devices(absent))
        self.window = TerminalWindow(self._post, place, (WIDTH**2 + HEIGHT**2) ** 0.5 / place.screen_inches)
        self.window.resize(WIDTH, HEIGHT)
        self.window.show_screen(compose(self.visit))
        self.window.show()

    def _post(self, event: Event) -> None:
        self.visit, _ = step(self.visit, event)
        self.window.show_screen(compose(self.visit))

    def touch(self, words: str) -> tuple[int, int]:
        """Touch a button here, and return where it is."""
        found = Eyes(self.window).find(words, Role.Button)
        assert found, words
        where = self.window.mapFromGlobal(found.middle)
        button = self.window.childAt(where)
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return where.x(), where.y()


@pytest.fixture
def shadow(qapp: QApplication) -> Iterator[Shadow]:
    shadow = Shadow()
    yield shadow
    shadow.window.close()


def _touch(machine: Machine, shadow: Shadow, words: str) -> None:
    before = machine.picture()
    machine.touches(*shadow.touch(words))
    until(lambda: differing(before, machine.picture()) > 0.005)


def test_the_first_screen_comes_by_itself(machine: Machine, shadow: Shadow) -> None:
    until(lambda: differing(machine.picture(), shadow.window.picture()) < 0.02)
    assert machine.state("lotse-out-of-order.service") == "inactive"
    machine.picture().save("/tmp/lotse-machine-first.png")


def test_nothing_but_what_waits_for_its_settings_has_failed(machine: Machine) -> None:
    assert machine.does("systemctl", "list-units", "--failed", "--plain", "--no-legend", "lotse*") == ""
    for unit in ("lotse-display", "lotse-egress", "lotse-sound", "lotse-firewall"):
        assert machine.state(f"{unit}.service") == "active", unit


def test_nobody_can_log_in(machine: Machine) -> None:
    units = machine.does(
        "systemctl", "list-units", "--plain", "--no-legend", "--state=active", "*getty@*", "console-getty*"
    )
    assert units == ""


def test_a_visit(machine: Machine, shadow: Shadow) -> None:
    first = machine.picture()
    _touch(machine, shadow, "Jetzt beginnen")
    _touch(machine, shadow, "Kontrast")
    _touch(machine, shadow, "Beenden")
    machine.picture().save("/tmp/lotse-machine-end.png")
    machine.starts_anew()
    until(lambda: differing(first, machine.picture()) < 0.02)


@pytest.mark.parametrize("keys", ["alt+F4", "alt+Tab", "super", "ctrl+alt+BackSpace", "ctrl+alt+F2", "ctrl+alt+Delete"])
def test_keys_do_not_get_out(keys: str, machine: Machine) -> None:
    process, display = machine.state("lotse.service", "MainPID"), machine.state("lotse-display.service", "MainPID")
    before = machine.picture()
    machine.does("xdotool", "key", keys)
    time.sleep(0.5)
    assert machine.state("lotse.service", "MainPID") == process
    assert machine.state("lotse-display.service", "MainPID") == display
    assert differing(before, machine.picture()) < 0.02


@pytest.fixture(scope="module")
def outcomes(machine: Machine) -> Iterator[dict[str, str | None]]:
    hosts = machine.root / "etc/hosts"
    hosts.write_text("127.0.0.1 localhost\n127.0.0.5 far.example\n127.0.0.6 other.example\n")
    machine.does(
        "sh",
        "-c",
        "mkdir -p /dev/usb; for f in /dev/usb/lp0 /dev/other; do echo x >$f; chgrp lp $f; chmod 660 $f; done",
    )
    echo = "import socketserver as s\nclass E(s.StreamRequestHandler):\n def handle(e): e.wfile.write(e.rfile.read())\n"
    serve = echo + "s.ThreadingTCPServer(('127.0.0.5',443),E).serve_forever()"
    other = echo + "s.ThreadingTCPServer(('0.0.0.0',7777),E).serve_forever()"
    for number, program in enumerate((serve, other)):
        machine.does("systemd-run", "--collect", f"--unit=echo{number}", "python3", "-c", program)
    until(lambda: "127.0.0.5:443" in machine.does("ss", "-Hltn"))
    yield machine.tries_all()
    machine.does("systemctl", "stop", "echo0", "echo1")


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_the_terminal_is_denied(attempt: str, outcomes: dict[str, str | None]) -> None:
    assert outcomes[attempt] is not None


@pytest.mark.parametrize("attempt", ALLOWED)
def test_the_terminal_may(attempt: str, outcomes: dict[str, str | None]) -> None:
    assert outcomes[attempt] is None


def _planted(machine: Machine, fault: str) -> None:
    (machine.root / "etc/lotse/planted").write_text(f"LOTSE_PLANT={fault}\n")
    machine.starts_anew()


@pytest.mark.parametrize("fault", ["freeze", "blank", "stuck"])
def test_a_terminal_that_is_of_no_use_is_replaced(fault: str, machine: Machine) -> None:
    _planted(machine, fault)
    process = machine.state("lotse.service", "MainPID")
    machine.does("systemctl", "kill", "--kill-whom=main", "-s", "USR1", "lotse.service")
    detected = until(lambda: machine.state("lotse.service", "MainPID") != process, DETECTED_S)
    usable = until(lambda: machine.state("lotse.service") == "active", USABLE_S)
    assert machine.state("lotse.service", "NRestarts") == "1"
    print(f"{fault}: detected after {detected:.1f} s, usable {usable:.1f} s later")  # noqa: T201 - a figure


def _crash(machine: Machine) -> None:
    until(lambda: machine.state("lotse.service") == "active")
    process = machine.state("lotse.service", "MainPID")
    machine.does("systemctl", "kill", "--kill-whom=main", "-s", "USR1", "lotse.service")
    until(lambda: machine.state("lotse.service", "MainPID") != process)


def test_three_crashes_show_a_calm_screen_and_it_goes_away(machine: Machine) -> None:
    _planted(machine, "crash")
    first = machine.picture()
    for _ in range(3):
        _crash(machine)
    until(lambda: machine.state("lotse-out-of-order.service") == "active")
    until(lambda: differing(first, machine.picture()) > 0.02)
    time.sleep(1)
    machine.picture().save("/tmp/lotse-machine-out-of-order.png")
    (machine.root / "etc/lotse/planted").unlink()
    machine.starts_anew()
    until(lambda: differing(first, machine.picture()) < 0.02)


def test_a_display_that_broke_comes_back_with_the_terminal(machine: Machine) -> None:
    machine.starts_anew()
    machine.does("systemctl", "kill", "-s", "KILL", "lotse-display.service")
    until(lambda: machine.state("lotse-display.service") == "active")
    until(lambda: machine.state("lotse.service") == "active" and machine.state("lotse.service", "NRestarts") != "0")
    machine.full_size()


def test_a_new_version_begins_when_the_visit_is_over(machine: Machine, shadow: Shadow) -> None:
    machine.starts_anew()
    until(lambda: differing(machine.picture(), shadow.window.picture()) < 0.02)
    before = (machine.root / "usr/lib/lotse/current").readlink()
    process = machine.state("lotse.service", "MainPID")
    _touch(machine, shadow, "Jetzt beginnen")
    subprocess.run(("cp", os.environ["LOTSE_MACHINE_NEXT"], machine.root / "root/next.deb"), check=True)
    machine.does("dpkg", "-i", "/root/next.deb")
    time.sleep(5)
    assert machine.state("lotse.service", "MainPID") == process
    assert (machine.root / "usr/lib/lotse/current").readlink() == before
    _touch(machine, shadow, "Beenden")
    until(lambda: machine.state("lotse.service", "MainPID") not in (process, "0"), 90)
    until(lambda: machine.state("lotse.service") == "active")
    assert (machine.root / "usr/lib/lotse/current").readlink() != before


def test_it_goes_without_a_trace(machine: Machine) -> None:
    machine.does("dpkg", "--purge", "lotse")
    for path in ("usr/lib/lotse", "etc/lotse", "var/lib/lotse", "usr/bin/lotse"):
        assert not (machine.root / path).exists(), path
    assert machine.does("systemctl", "list-units", "--plain", "--no-legend", "--state=active", "lotse*") == ""
