"""The agent on a booted machine: a new profile after the visit, a bad one taken back, and the counter told."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from profiles.loading import SHIPPED, load_profile
from provisioning.bundle_command import run_build
from tests.machine.machine import LATE, Machine, until
from tests.machine.shadow import Shadow
from tests.provisioning.signing import TARGET, Publisher

pytestmark = pytest.mark.timeout(300)
SETTLED_S = 90
"""A trial takes half a minute (provisioning/agent.py, Pace)."""


class Office:
    """Where profiles for the machine are made: its repository is handed out on the machine itself."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.folder, self.publisher = machine, folder, Publisher(folder / "keys")
        (machine.root / "etc/lotse/root.json").write_bytes(self.publisher.root)

    def publish(self, version: str) -> None:
        """Publish the profile that ships, as another version, and have the agent look."""
        profile = self.folder / "citizen-centre"
        shutil.rmtree(profile, ignore_errors=True)
        shutil.copytree(SHIPPED, profile)
        bundle = self.folder / "bundle.tar"
        assert run_build([profile], load_profile, version, bundle, StringIO()) == 0
        self.publisher.repository.publish(bundle, TARGET, {"version": version})
        self.publisher.sign_and_release()
        shutil.copytree(self.publisher.path, self.machine.root / "srv/repository", dirs_exist_ok=True)
        self.machine.does("systemctl", "reload-or-restart", "lotse-agent.service")

    def in_use(self) -> str:
        """Return the version that is in use on the machine."""
        manifest = self.machine.root / "var/lib/lotse-agent/current/bundle.json"
        return str(json.loads(manifest.read_text())["version"]) if manifest.exists() else ""

    def good(self) -> str:
        """Return the version that has proved itself."""
        manifest = self.machine.root / "var/lib/lotse-agent/good/bundle.json"
        return str(json.loads(manifest.read_text())["version"]) if manifest.exists() else ""

    def status(self) -> dict[str, object]:
        """Return what `lotse agent status` says."""
        said = self.machine.does("lotse", "agent", "status", "--settings", "/etc/lotse/settings.yaml", check=False)
        document: dict[str, object] = json.loads(said)
        return document


@pytest.fixture(scope="module")
def office(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    machine.begins_hub()
    office = Office(machine, tmp_path_factory.mktemp("office"))
    settings = machine.root / "etc/lotse/settings.yaml"
    settings.write_text(settings.read_text() + (LATE / "updates.yaml").read_text())
    machine.does("systemctl", "restart", "lotse-egress", "lotse-devices")
    machine.starts_anew()
    yield office
    machine.does("systemctl", "stop", "lotse-agent")


def test_a_first_profile_comes_and_proves_itself(office: Office) -> None:
    office.publish("1")
    until(lambda: office.good() == "1", SETTLED_S)
    assert office.status()["trouble"] == ""


def test_a_new_profile_waits_for_the_end_of_the_visit(office: Office, machine: Machine, shadow: Shadow) -> None:
    until(lambda: shadow.is_shown_by(machine))
    process = machine.state("lotse.service", "MainPID")
    shadow.touches(machine, "Jetzt beginnen")
    office.publish("2")
    releases = machine.root / "var/lib/lotse-agent/releases"
    until(lambda: len(list(releases.iterdir())) == 2)
    assert office.in_use() == "1"
    shadow.touches(machine, "Beenden")
    until(lambda: office.in_use() == "2", 60)
    until(lambda: office.good() == "2", SETTLED_S)
    assert machine.state("lotse.service", "MainPID") == process, "the process is the same: Python and Qt stay"


def test_a_bad_profile_is_taken_back_and_the_counter_knows(office: Office, machine: Machine, shadow: Shadow) -> None:
    (machine.root / "etc/lotse/planted").write_text("LOTSE_PLANT=crash\n")
    machine.starts_anew()
    office.publish("3")
    until(lambda: office.in_use() == "3", 60)
    time.sleep(5)  # it is shown, and on trial for half a minute
    machine.does("systemctl", "kill", "--kill-whom=main", "-s", "USR1", "lotse.service")  # as if the profile did it
    until(lambda: office.in_use() == "2", SETTLED_S)
    until(lambda: machine.known_at_hub()[0].get("profile") == "profile.taken-back", 60)
    until(lambda: shadow.is_shown_by(machine))
    taken_back = office.status()["taken_back"]
    assert isinstance(taken_back, dict)
    assert taken_back["version"] == "3"
    (machine.root / "etc/lotse/planted").unlink()
    machine.starts_anew()


def test_a_corrected_one_is_taken_and_the_counter_knows(office: Office, machine: Machine) -> None:
    office.publish("4")
    until(lambda: office.good() == "4", SETTLED_S)
    until(lambda: "profile" not in machine.known_at_hub()[0], 60)
