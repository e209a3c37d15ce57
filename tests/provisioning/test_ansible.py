"""The Ansible role of the first install: it is sound, it tells no secret, and its second run changes nothing.

The run into a fresh Debian root needs root, mmdebstrap and a package: LOTSE_LONG_TESTS=1, and LOTSE_PACKAGE=FILE where
dist/ has none. Ansible is Debian's (ansible-core), a program: it shares nothing with this process.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from hub.audit import AuditLog
from hub.enrolment import EnrolmentBook, NewCode
from hub.server import HubServer, running
from hub.settings import HubSettings, ProfileSource
from hub.storage import open_database

ROOT = Path(__file__).parents[2]
ANSIBLE = ROOT / "packaging/ansible"
ROLE = ANSIBLE / "roles/lotse"
SECRET, CODE = "the-secret-of-fit-connect", "K7QM-3F9T-XW2B-8HNC"
installed = pytest.mark.skipif(
    not shutil.which("ansible-playbook", path="/usr/bin"), reason="ansible-core is not installed"
)
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_PIPELINING": "1",
}


def read(path: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))
    return found


def known() -> dict[str, dict[str, object]]:
    """Return the variables that the role describes."""
    specs = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, dict[str, object]] = specs["argument_specs"]["main"]["options"]
    return options


def playbook(home: Path, *more: str) -> str:
    """Run the playbook, and return all that it says; fail if it fails."""
    command = ["/usr/bin/ansible-playbook", "-i", "inventory.yml", str(ANSIBLE / "terminal.yml"), *more]
    environment = ENVIRONMENT | {"HOME": str(home)}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def inventory(home: Path, variables: dict[str, object]) -> None:
    local = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": "/usr/bin/python3"}
    hosts = {"foyer-1": local | variables}
    (home / "inventory.yml").write_text(yaml.safe_dump({"all": {"children": {"terminals": {"hosts": hosts}}}}))


def test_every_variable_is_described_and_has_a_default() -> None:
    needed = {name for name, said in known().items() if said.get("required")}
    assert set(read("defaults/main.yml")) == set(known()) - needed
    files = [*ROLE.glob("tasks/*.yml"), *ROLE.glob("templates/*"), ROLE / "vars/main.yml"]
    used = {name for file in files for name in re.findall(r"\blotse_\w+", file.read_text(encoding="utf-8"))}
    assert set(known()) <= used


def test_what_holds_a_secret_says_so() -> None:
    assert {name for name, said in known().items() if said.get("no_log")} == {"lotse_enrol_code", "lotse_credentials"}


def test_the_example_uses_what_there_is() -> None:
    example = yaml.safe_load((ANSIBLE / "inventory.example.yml").read_text(encoding="utf-8"))
    terminals = example["all"]["children"]["terminals"]
    said = set(terminals["vars"]).union(*terminals["hosts"].values())
    assert {name for name in said if not name.startswith("ansible_")} <= set(known())


@installed
def test_ansible_can_read_it(tmp_path: Path) -> None:
    shutil.copy(ANSIBLE / "inventory.example.yml", tmp_path / "inventory.yml")
    assert "terminal.yml" in playbook(tmp_path, "--syntax-check")


@installed
@pytest.mark.timeout(180)
def test_a_trial_run_on_a_bare_machine_changes_nothing_and_tells_no_secret(tmp_path: Path) -> None:
    (tmp_path / "lotse_0.0~trial_amd64.deb").write_bytes(b"")
    inventory(
        tmp_path,
        {
            "lotse_package": str(tmp_path / "lotse_0.0~trial_amd64.deb"),
            "lotse_hub": "https://hub.invalid",
            "lotse_enrol_code": CODE,
            "lotse_profile": "koeln/foyer.tar",
            "lotse_updates_url": "https://updates.invalid/lotse",
            "lotse_admin_networks": ["198.51.100.0/24"],
            "lotse_screen_connector": "HDMI-A-1",
            "lotse_screen_transform": "90",
            "lotse_usbguard": True,
            "lotse_credentials": {"fit-connect": SECRET},
        },
    )
    before = sorted(Path("/etc").glob("lotse*"))
    said = playbook(tmp_path, "--check", "--diff", "-vvv")
    assert "failed=0" in said
    assert "driver: enrolled" in said
    assert CODE not in said
    assert SECRET not in said
    assert sorted(Path("/etc").glob("lotse*")) == before


# Into a fresh root

LONG = os.environ.get("LOTSE_LONG_TESTS") == "1"


def package() -> str:
    """Return the package for Debian 12, empty if there is none."""
    found = sorted((ROOT / "dist").glob("lotse_*~deb12_*.deb"), key=lambda path: path.stat().st_mtime)
    return os.environ.get("LOTSE_PACKAGE") or (str(found[-1]) if found else "")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[HubServer, NewCode]]:
    """A hub that names a repository, and a code for a terminal."""
    (tmp_path / "root.json").write_text('{"signed": {}}')
    source = ProfileSource("https://updates.example.org/lotse", tmp_path / "root.json")
    settings = HubSettings(tmp_path / "hub.sqlite", key="a-key-of-the-hub", updates=source)
    with running(settings) as server:
        engine = open_database(settings)
        code = EnrolmentBook(engine, AuditLog(engine)).new_code("test", "Terminal 1", settings.all_sites[0].name)
        engine.dispose()
        assert isinstance(code, NewCode)
        yield server, code


def in_roots(script: str, *arguments: str) -> str:
    """Run what scripts/roots.sh offers; return what it says."""
    whole = f"set -euo pipefail; . scripts/roots.sh; {script}"
    done = subprocess.run(
        ["/bin/bash", "-c", whole, "bash", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-4000:]
    return said


@pytest.fixture(scope="session")
def fresh_root() -> Iterator[Path]:
    if not LONG:
        pytest.skip("LOTSE_LONG_TESTS=1")
    if os.geteuid() or not shutil.which("mmdebstrap") or not package():
        pytest.skip("needs root, mmdebstrap and a package for Debian 12 (scripts/package 12)")
    with TemporaryDirectory(dir="/var/tmp", prefix="lotse-ansible.") as folder:
        root = Path(folder, "root")
        in_roots('make_root 12 "$1" systemd,udev,init-system-helpers,ca-certificates,ansible-core', str(root))
        in_roots('systemd-machine-id-setup --root="$1"', str(root))  # else nothing can be sealed
        (root / "etc/apt/apt.conf.d/90lean").write_text('APT::Install-Recommends "false";\n')
        shutil.copytree(ANSIBLE, root / "srv/ansible")
        shutil.copy(package(), root / "srv")
        yield root


PLAY = 'inside "$1" ansible-playbook -i /srv/inventory.yml /srv/ansible/terminal.yml -v "${@:2}"'


@pytest.mark.timeout(1200)
def test_a_fresh_machine_becomes_a_terminal_and_the_second_run_changes_nothing(
    fresh_root: Path, town: tuple[HubServer, NewCode]
) -> None:
    hub, new = town
    inventory(
        fresh_root / "srv",
        {
            "lotse_package": f"/srv/{Path(package()).name}",
            "lotse_hub": hub.base_url,
            "lotse_terminal_name": "Terminal 1",
            "lotse_profile": "koeln/foyer.tar",
            "lotse_updates_url": "https://updates.example.org/lotse",
            "lotse_admin_networks": ["198.51.100.0/24", "2001:db8::/32"],
            "lotse_screen_connector": "HDMI-A-1",
            "lotse_credentials": {"fit-connect": SECRET},
        },
    )
    secrets = fresh_root / "srv/codes.yml"
    secrets.write_text(yaml.safe_dump({"lotse_enrol_code": new.code}))
    first = in_roots(PLAY, str(fresh_root), "-e", "@/srv/codes.yml")
    secrets.unlink()
    second = in_roots(PLAY, str(fresh_root))
    trial = in_roots(PLAY, str(fresh_root), "--check")
    assert "failed=0" in first
    assert re.search(r"changed=0\b", second), second
    assert re.search(r"changed=0\b", trial), trial
    for said in (first, second, trial):
        assert new.code not in said
        assert SECRET not in said
    settings = yaml.safe_load((fresh_root / "etc/lotse/settings.yaml").read_text(encoding="utf-8"))
    assert settings["counter"]["driver"] == "enrolled"
    assert settings["updates"]["target"] == "koeln/foyer.tar"
    root = Path(settings["updates"]["root"])
    assert (fresh_root / root.relative_to("/")).read_text() == '{"signed": {}}'
    assert (fresh_root / "var/lib/lotse-identity/current/identity.json").exists()
    assert SECRET.encode() not in (fresh_root / "etc/credstore.encrypted/lotse.fit-connect").read_bytes()
    assert "ip6 saddr 2001:db8::/32 tcp dport 22" in (fresh_root / "etc/lotse/nftables.d/ssh.nft").read_text()
