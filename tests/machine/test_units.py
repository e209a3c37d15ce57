"""The units: how locked down each is, by systemd's own measure, and that what they name is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd" / "system"
MOST = {
    "lotse.service": 0.5,
    "lotse-display.service": 1.1,
    "lotse-agent.service": 1.0,
    "lotse-hub.service": 1.0,
    "lotse-egress.service": 1.1,
    "lotse-devices.service": 0.5,
    "lotse-sound.service": 0.5,
    "lotse-out-of-order.service": 0.5,
}
"""Exposure, 0 (none) to 10, of `systemd-analyze security`."""
RUNS_ONCE_AS_ROOT = {"lotse-firewall.service", "lotse-keys.service"}

with_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs Debian's systemd")


def test_every_service_has_a_bound() -> None:
    assert {path.name for path in UNITS.glob("*.service")} == set(MOST) | RUNS_ONCE_AS_ROOT


@with_systemd
@pytest.mark.parametrize("unit", MOST)
def test_a_unit_is_as_locked_down_as_is_said(unit: str) -> None:
    most = round(MOST[unit] * 10)
    command = ("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}", UNITS / unit)
    judged = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert judged.returncode == 0, judged.stdout[-200:] + judged.stderr


@with_systemd
def test_systemd_understands_every_line() -> None:
    command = ("systemd-analyze", "verify", "--man=no", *map(str, sorted(UNITS.glob("lotse*"))))
    said = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60).stderr.splitlines()
    ours = [line for line in said if "lotse" in line and "is not executable: No such file" not in line]
    assert not ours


@pytest.mark.parametrize("unit", sorted(set(MOST) - {"lotse-hub.service"}))
def test_no_shell_can_start(unit: str) -> None:
    text = (UNITS / unit).read_text()
    allowed = [path for line in re.findall(r"^ExecPaths=(.*)$", text, re.M) for path in line.split()]
    assert re.search(r"^NoExecPaths=/$", text, re.M)
    assert not {"/usr/bin", "/bin", "/"} & {path.lstrip("-") for path in allowed}
    assert not any(path.endswith(("sh", "busybox", "perl")) for path in allowed)


def test_every_user_of_a_unit_is_made() -> None:
    made = set(re.findall(r"^u (\S+)", (ROOT / "systemd/sysusers.d/lotse.conf").read_text(), re.M))
    used = {name for path in UNITS.glob("*.service") for name in re.findall(r"^User=(\S+)$", path.read_text(), re.M)}
    assert used <= made


@pytest.mark.skipif(shutil.which("usbguard-rule-parser") is None, reason="needs Debian's usbguard")
def test_the_rules_for_usb_can_be_read() -> None:
    rules = ROOT / "systemd/usbguard/rules.conf"
    parsed = subprocess.run(
        ("usbguard-rule-parser", "-f", rules), check=False, capture_output=True, text=True, timeout=30
    )
    assert parsed.returncode == 0
    assert "OUTPUT: reject" in parsed.stdout
