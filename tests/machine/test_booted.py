"""A booted machine with the installed package: its first screen, a visit, keys and gestures, what is denied.

Only by `scripts/test --machine`, which runs the four files in their order: this one, then faults, updates, package.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.machine.machine import Machine, differing, of_one_colour, until
from tests.machine.probe import ALLOWED, FORBIDDEN
from tests.machine.shadow import Shadow

pytestmark = pytest.mark.timeout(240)
KEYS = (
    *("alt+F4", "alt+Tab", "alt+Escape", "super", "super+l", "ctrl+alt+BackSpace", "ctrl+alt+F2", "ctrl+alt+Delete"),
    *("ctrl+alt+t", "ctrl+q", "F1", "F11", "Print", "Menu", "XF86Switch_VT_2", "XF86PowerOff"),
)
IDLE_S, IDLE_PERCENT = 30, 1.0
SCARD_W_SECURITY_VIOLATION = "0x8010006a"
SEND = (
    "import socket as s; c=s.socket(s.AF_INET,s.{kind}); c.settimeout(1); c.connect(('192.0.2.9',{port})); c.send(b'x')"
)


def test_the_first_screen_comes_by_itself_without_any_network(machine: Machine, shadow: Shadow) -> None:
    until(lambda: shadow.is_shown_by(machine))
    assert machine.state("lotse-out-of-order.service") == "inactive"
    assert machine.does("ip", "-brief", "link", "show", "up").startswith("lo "), "there is nothing but loopback"
    machine.picture().save("/tmp/lotse-machine-first.png")
    whole, ours = machine.boot_seconds()
    print(f"boot to the drawn first screen: {whole:.1f} s, of which ours: {ours:.1f} s")  # noqa: T201 - a figure


def test_it_rests_while_nobody_is_there(machine: Machine) -> None:
    time.sleep(5)  # what is read after the first screen is read
    percent, wakes = machine.rests("lotse.service", IDLE_S)
    print(f"idle over {IDLE_S} s: {percent:.2f} % of one core, {wakes:.1f} wake-ups a second")  # noqa: T201 - a figure
    assert percent <= IDLE_PERCENT


def test_nothing_but_what_waits_for_its_settings_has_failed(machine: Machine) -> None:
    assert machine.does("systemctl", "list-units", "--failed", "--plain", "--no-legend", "lotse*") == ""
    for unit in ("lotse-display", "lotse-egress", "lotse-sound", "lotse-firewall", "lotse-keys"):
        assert machine.state(f"{unit}.service") == "active", unit


def test_nobody_can_log_in(machine: Machine) -> None:
    units = machine.does(
        "systemctl", "list-units", "--plain", "--no-legend", "--state=active", "*getty@*", "console-getty*"
    )
    assert units == ""


def test_a_visit(machine: Machine, shadow: Shadow) -> None:
    first = machine.picture()
    shadow.touches(machine, "Jetzt beginnen")
    shadow.touches(machine, "Schrift")
    shadow.touches(machine, "Beenden")
    machine.picture().save("/tmp/lotse-machine-end.png")
    machine.starts_anew()
    until(lambda: differing(first, machine.picture()) < 0.02)


def test_there_is_no_moment_of_a_desktop_or_a_prompt(machine: Machine, shadow: Shadow) -> None:
    """From a display that begins anew to the first screen, everything that is seen is one dark colour."""
    machine.does("systemctl", "restart", "lotse-display.service")
    seen = 0
    end = time.monotonic() + 20
    while time.monotonic() < end:
        picture = machine.picture_or_none()
        if picture is None:
            continue
        if not of_one_colour(picture):
            break
        seen += 1
    machine.full_size()
    until(lambda: shadow.is_shown_by(machine))


# Keys and gestures


@pytest.mark.parametrize("keys", KEYS)
def test_keys_do_not_get_out(keys: str, machine: Machine) -> None:
    _changes_nothing(machine, "key", keys)


@pytest.mark.parametrize(
    "gesture",
    {
        "a long press": "mousemove 540 300 mousedown 1 sleep 2 mouseup 1",
        "the other button": "mousemove 540 300 click 3",
        "the middle button": "mousemove 540 300 click 2",
        "from the upper edge": "mousemove 540 0 mousedown 1 mousemove 540 900 mouseup 1",
        "from the left edge": "mousemove 0 960 mousedown 1 mousemove 900 960 mouseup 1",
        "from the lower edge": "mousemove 540 1919 mousedown 1 mousemove 540 700 mouseup 1",
    }.items(),
    ids=lambda gesture: gesture[0],
)
def test_gestures_do_not_get_out(gesture: tuple[str, str], machine: Machine) -> None:
    _changes_nothing(machine, *gesture[1].split())


def _changes_nothing(machine: Machine, *input_: str) -> None:
    units = ("lotse.service", "lotse-display.service")
    processes = [machine.state(unit, "MainPID") for unit in units]
    before = machine.picture()
    machine.does("xdotool", *input_)
    time.sleep(0.5)
    assert [machine.state(unit, "MainPID") for unit in units] == processes
    assert differing(before, machine.picture()) < 0.02


def test_the_machine_is_not_started_anew_by_keys(machine: Machine) -> None:
    """Ctrl+Alt+Del comes from the kernel as SIGINT to systemd, here nine times."""
    for _ in range(9):
        machine.does("kill", "-INT", "1")
    time.sleep(1)
    assert machine.does("systemctl", "list-jobs", "--no-legend") in ("", "No jobs running.")
    assert machine.state("lotse.service") == "active"


# What is denied


@pytest.fixture(scope="module")
def outcomes(machine: Machine) -> Iterator[dict[str, str | None]]:
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


def test_somebody_else_gets_no_card_readers(machine: Machine) -> None:
    """The terminal may use them by a rule of polkit's, which pcscd 2 asks."""
    if machine.does("dpkg-query", "-W", "-f", "${Version}", "pcscd").startswith("1."):
        pytest.skip("pcscd 1 (Debian 12) asks nobody")
    program = "from smartcard.scard import *; print(hex(SCardEstablishContext(2)[0] & 0xFFFFFFFF))"
    python = ("/usr/lib/lotse/current/bin/python3", "-P", "-c", program)
    answer = machine.does("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *python)
    assert answer == SCARD_W_SECURITY_VIOLATION


@pytest.fixture(scope="module")
def cable(machine: Machine) -> Iterator[None]:
    """A network card that leads nowhere, and counts what is sent."""
    for command in ("add cable type veth peer name end", "set cable addrgenmode none", "set cable up", "set end up"):
        machine.does("ip", "link", *command.split())
    machine.does("ip", "address", "add", "192.0.2.1/24", "dev", "cable")
    machine.does("ip", "neighbour", "add", "192.0.2.9", "lladdr", "02:00:00:00:00:09", "dev", "cable")
    yield
    machine.does("ip", "link", "delete", "cable")


def _sent(machine: Machine, user: str, kind: str, port: int) -> bool:
    def packets() -> int:
        return int(machine.does("cat", "/sys/class/net/cable/statistics/tx_packets"))

    before = packets()
    program = SEND.format(kind=kind, port=port)
    machine.does("setpriv", f"--reuid={user}", "--clear-groups", "python3", "-c", program, check=False)
    return packets() > before


@pytest.mark.usefixtures("cable")
def test_only_the_way_out_sends_packets(machine: Machine) -> None:
    assert _sent(machine, "lotse-egress", "SOCK_STREAM", 443)
    assert not _sent(machine, "lotse-egress", "SOCK_DGRAM", 443)
    for user in ("lotse", "lotse-display", "lotse-agent", "nobody"):
        assert not _sent(machine, user, "SOCK_STREAM", 443), user
