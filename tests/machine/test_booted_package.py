"""The package on a booted machine: upgraded in the middle of a visit, taken away, brought back, purged."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from tests.machine.machine import Machine, until
from tests.machine.shadow import Shadow

pytestmark = pytest.mark.timeout(240)


def test_a_new_version_begins_when_the_visit_is_over(machine: Machine, shadow: Shadow) -> None:
    machine.starts_anew()
    until(lambda: shadow.is_shown_by(machine))
    before = (machine.root / "usr/lib/lotse/current").readlink()
    process = machine.state("lotse.service", "MainPID")
    shadow.touches(machine, "Jetzt beginnen")
    subprocess.run(("cp", os.environ["LOTSE_MACHINE_NEXT"], machine.root / "root/next.deb"), check=True)
    machine.does("dpkg", "-i", "/root/next.deb")
    time.sleep(5)
    assert machine.state("lotse.service", "MainPID") == process
    assert (machine.root / "usr/lib/lotse/current").readlink() == before
    shadow.touches(machine, "Beenden")
    until(lambda: machine.state("lotse.service", "MainPID") not in (process, "0"), 90)
    until(lambda: machine.state("lotse.service") == "active")
    assert (machine.root / "usr/lib/lotse/current").readlink() != before


def _active(machine: Machine) -> str:
    return machine.does("systemctl", "list-units", "--plain", "--no-legend", "--state=active", "lotse*")


def test_it_goes_and_comes_back_with_its_settings(machine: Machine, shadow: Shadow) -> None:
    machine.does("dpkg", "--remove", "lotse")
    assert _active(machine) == ""
    assert not (machine.root / "usr/lib/lotse").exists()
    assert (machine.root / "etc/lotse/settings.yaml").exists()
    machine.does("dpkg", "-i", "/root/next.deb")
    until(lambda: machine.state("lotse.service") == "active", 60)
    machine.full_size()
    until(lambda: shadow.is_shown_by(machine))


def test_it_goes_without_a_trace(machine: Machine) -> None:
    machine.does("dpkg", "--purge", "lotse")
    for path in ("usr/lib/lotse", "etc/lotse", "var/lib/lotse", "var/lib/lotse-hub", "usr/bin/lotse"):
        assert not (machine.root / path).exists(), path
    assert _active(machine) == ""
    assert machine.does("nft", "list", "tables") == "", "the firewall goes along"
