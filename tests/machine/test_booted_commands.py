"""IT's commands on a booted machine: what needs a unit's credentials runs in that unit's place (packaging/lotse)."""

from __future__ import annotations

import pytest

from tests.machine.machine import Machine, until

pytestmark = pytest.mark.timeout(120)
HUB = ("--settings", "/etc/lotse/hub.yaml")


def mode(machine: Machine, path: str) -> str:
    return machine.does("stat", "--format=%a %U", path)


def test_the_hub_s_commands_have_its_key_and_its_rights(machine: Machine) -> None:
    machine.begins_hub()
    until(lambda: machine.state("lotse-hub.service") == "active")
    said = machine.does("lotse", "hub", "enrol-code", "Terminal 2", "--location", "Foyer", *HUB)
    assert "Good once" in said
    assert "sound" in machine.does("lotse", "hub", "audit", "verify", *HUB)
    assert mode(machine, "/var/lib/lotse-hub") == "700 lotse-hub"
    assert mode(machine, "/var/lib/lotse-hub/hub.sqlite").endswith(" lotse-hub")


def test_the_doctor_examines_in_the_terminal_s_place(machine: Machine) -> None:
    command = ("doctor", "--settings", "/etc/lotse/settings.yaml", "--yes", "--only", "credentials,counter,fonts")
    machine.begins_hub()
    machine.does("systemctl", "stop", "lotse.service")
    try:
        said = machine.does(
            "lotse", *command, "--language", "en", "--html", "/var/lib/lotse/readiness.html", check=False
        )
    finally:
        machine.starts_anew()
    assert "✓ All credentials are there" in said
    assert "✓ Every letter can be drawn" in said
    assert "server knows this terminal" in said
    assert mode(machine, "/var/lib/lotse/readiness.html").endswith(" lotse")
    assert mode(machine, "/var/lib/lotse") == "700 lotse"


def test_all_else_runs_as_whoever_calls_it(machine: Machine) -> None:
    assert "The code for the staff" in machine.does("setpriv", "--reuid=nobody", "sh", "-c", "lotse staff-code 2>&1")
