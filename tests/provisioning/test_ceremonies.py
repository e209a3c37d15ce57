"""The ceremonies of a repository, as people type them: made, signed by many, delegated, keys changed."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from composition.command_line import parsed
from provisioning.repository import Repository
from tests.provisioning.signing import TARGET, Publisher, Server, bundle, looking

WORDS = "correct horse battery"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


class Office:
    """People at their command lines, in one folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        folder.mkdir()
        monkeypatch.chdir(folder)
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def says(self, line: str, typed: str = "", exit_code: int = 0) -> str:
        """Type `lotse LINE`, and `typed` where a secret is asked for; return what was said."""
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        options = parsed(line.split())
        assert options.command(options) == exit_code, self._capsys.readouterr()
        captured = self._capsys.readouterr()
        return captured.out + captured.err

    def key(self, name: str, *, plain: bool = False) -> str:
        """Make a key; return its id."""
        return self.says(f"repository key {name}.pem{' --plain' if plain else ''}", f"{WORDS}\n").strip()

    def signs(self, *names: str) -> str:
        """Each of these people signs."""
        return "".join(self.says(f"repository sign repo --key {name}.pem", f"{WORDS}\n") for name in names)

    def releases(self, exit_code: int = 0) -> str:
        """The online keys release."""
        return self.says("repository release repo --key snap.pem time.pem", exit_code=exit_code)

    def founds(self) -> None:
        """Make a repository: root 2 of 3, targets 2 of 2."""
        for name in ("r1", "r2", "r3", "t1", "t2", "city"):
            self.key(name)
        for name in ("snap", "time"):
            self.key(name, plain=True)
        self.says(
            "repository create repo --root r1.pub r2.pub r3.pub --root-threshold 2 --targets t1.pub t2.pub "
            "--targets-threshold 2 --snapshot snap.pub --timestamp time.pub"
        )

    def looks(self, server: Server, state: Path) -> str:
        """Return the version that a terminal with the first root sees."""
        publisher = Publisher.__new__(Publisher)
        publisher.path = self.folder / "repo"
        with looking(publisher, server, state) as source:
            return source.look().version


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path / "hall", monkeypatch, capsys)


def test_nothing_is_released_before_enough_have_signed(office: Office) -> None:
    office.founds()
    assert "lacks 2 signatures" in office.releases(exit_code=2)
    office.signs("r1", "t1")
    assert "lacks 1 signatures" in office.releases(exit_code=2)
    office.signs("r1")  # the same person again is still one
    assert "root lacks 1" in office.releases(exit_code=2)
    assert "staged root 1: signed" in office.signs("r3")
    assert "targets lacks 1" in office.releases(exit_code=2)
    assert "next: lotse repository release" in office.signs("t2")
    assert "released: root, targets" in office.releases()
    assert "released: a new timestamp" in office.releases()
    shown = office.says("repository show repo")
    assert "root: version 1" in shown
    assert "2 of" in shown


def test_a_city_publishes_by_itself_and_a_terminal_sees_it(office: Office, tmp_path: Path) -> None:
    office.founds()
    office.signs("r1", "r2", "t1", "t2")
    office.releases()
    office.says("repository delegate repo koeln --key city.pub")
    office.signs("t1", "t2", "city")
    office.releases()
    Path("x.tar").write_bytes(bundle(tmp_path, "7"))
    said = office.says(f"profile publish repo x.tar --as {TARGET} --key city.pem", f"{WORDS}\n")
    assert f"{TARGET} is version 7" in said
    office.releases()
    with Server(office.folder / "repo") as server:
        assert office.looks(server, tmp_path / "state") == "7"
    assert "koeln/foyer.tar: 7" in office.says("repository show repo")


def test_every_role_can_get_other_keys_and_terminals_follow(office: Office, tmp_path: Path) -> None:
    office.founds()
    office.signs("r1", "r2", "t1", "t2")
    office.releases()
    office.says("repository delegate repo koeln --key city.pub")
    office.signs("t1", "t2", "city")
    Path("x.tar").write_bytes(bundle(tmp_path, "1"))
    office.says(f"profile publish repo x.tar --as {TARGET} --key city.pem", f"{WORDS}\n")
    office.releases()
    ids = {name: json.loads(Path(f"{name}.pub").read_text())["keyid"] for name in ("r1", "t1", "snap", "time", "city")}
    with Server(office.folder / "repo") as server:
        assert office.looks(server, tmp_path / "state") == "1"
        changes = {"r1": "root", "t1": "targets", "snap": "snapshot", "time": "timestamp", "city": "koeln"}
        signers = {
            "root": ("r2", "r3", "r1-new"),
            "targets": ("r2", "r1-new", "t2", "t1-new"),
            "snapshot": ("r2", "r1-new"),
            "timestamp": ("r2", "r1-new"),
            "koeln": ("t2", "t1-new", "city-new"),
        }
        for old, role in changes.items():
            office.key(f"{old}-new", plain=old in ("snap", "time"))
            office.says(f"repository rotate repo {role} --add {old}-new.pub --remove {ids[old][:8]}")
            office.signs(*signers[role])
            if old in ("snap", "time"):
                shutil.move(f"{old}-new.pem", f"{old}.pem")
            office.releases()
            assert office.looks(server, tmp_path / "state") == "1", role
            assert office.looks(server, tmp_path / f"new-{role}") == "1", role
        Path("x.tar").write_bytes(bundle(tmp_path, "2"))
        nothing = office.says(f"profile publish repo x.tar --as {TARGET} --key city.pem", f"{WORDS}\n", exit_code=2)
        assert "nothing waits" in nothing
        office.signs("city-new")
        office.releases()
        assert office.looks(server, tmp_path / "state") == "2"


def test_the_old_keys_must_agree_to_a_new_root(office: Office) -> None:
    office.founds()
    office.signs("r1", "r2", "t1", "t2")
    office.releases()
    ids = [json.loads(Path(f"{name}.pub").read_text())["keyid"] for name in ("r1", "r2", "r3")]
    office.key("n1")
    office.says(f"repository rotate repo root --add n1.pub --remove {' '.join(ids)} --threshold 1")
    office.signs("n1")
    assert "lacks 2" in office.releases(exit_code=2)
    office.signs("r2", "r3")
    assert "released: root" in office.releases()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("repository show nowhere", "nowhere"),
        ("repository sign repo --key r1.pub", "no key"),
        ("repository sign repo --key nowhere.pem", "nowhere.pem"),
        ("repository sign repo --key city.pem", "nothing waits"),
        ("repository delegate repo Köln --key city.pub", "small letters"),
        ("repository rotate repo root --remove abc", "no key abc"),
        ("repository rotate repo root --threshold 9", "cannot be asked for"),
        ("repository rotate repo bonn --threshold 1", "no role bonn"),
        ("repository create repo --root r1.pub --targets r1.pub --snapshot r1.pub --timestamp r1.pub", "already"),
        ("profile publish repo r1.pub --as koeln/foyer.tar", "no bundle"),
        ("repository key r1.pem --plain", "File exists"),
        ("repository release repo --key r1.pem", "lacks"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(office: Office, line: str, said: str) -> None:
    office.founds()
    found = office.says(line, f"{WORDS}\n", exit_code=2)
    assert said in found
    assert found.count("\n") == 1


def test_private_keys_are_locked_and_for_their_owner_alone(office: Office) -> None:
    office.key("a")
    assert stat.S_IMODE(Path("a.pem").stat().st_mode) == 0o600
    assert "ENCRYPTED" in Path("a.pem").read_text()
    assert "PRIVATE" not in Path("a.pub").read_text()
    assert "at least 12" in office.says("repository key b.pem", "short\n", exit_code=2)
    assert not Path("b.pem").exists()


def test_unused_bundles_are_swept(publisher: Publisher) -> None:
    publisher.publish("2")
    publisher.publish("3")
    assert Repository(publisher.path).sweep() == 2
    assert len(list((publisher.path / "targets" / "koeln").iterdir())) == 1


@pytest.mark.skipif(not SOFTHSM.exists(), reason="softhsm2 is not installed")
def test_root_and_targets_sign_on_tokens(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made on the tokens and never leave them; a PIN is asked for."""
    monkeypatch.setenv("PYKCS11LIB", str(SOFTHSM))
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
    script = [sys.executable, "-c", _ON_TOKENS]
    made = subprocess.run(script, env={**os.environ}, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stderr
    for name in ("snap", "time"):
        office.key(name, plain=True)
    # The module reads its settings once a process, so all of this office is one
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    def types(line: str, typed: str = "", code: int = 0) -> str:
        command = [sys.executable, "-m", "main", *line.split()]
        done = subprocess.run(
            command, input=typed, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    for label in ("root", "targets"):
        types(f"repository key hsm:2?label={label} --public {label}.pub")
    types("repository create repo --root root.pub --targets targets.pub --snapshot snap.pub --timestamp time.pub")
    assert "does not sign: PinIncorrect" in types("repository sign repo --key hsm:2?label=root", "9999\n", code=2)
    types("repository sign repo --key hsm:2?label=root", "1234\n")
    types("repository sign repo --key hsm:2?label=targets", "1234\n")
    types("repository release repo --key snap.pem time.pem")
    Path("x.tar").write_bytes(bundle(tmp_path, "4"))
    types("profile publish repo x.tar --as koeln/foyer.tar --key hsm:2?label=targets", "1234\n")
    types("repository release repo --key snap.pem time.pem")
    with Server(office.folder / "repo") as server:
        assert office.looks(server, tmp_path / "state") == "4"


_ON_TOKENS = """
import os, subprocess, pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters
for label in ("root", "targets"):
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", "1234", "--so-pin", "5678"],
                   check=True, stdout=subprocess.DEVNULL)
lib = pkcs11.lib(os.environ["PYKCS11LIB"])
for label in ("root", "targets"):
    with lib.get_token(token_label=label).open(rw=True, user_pin="1234") as session:
        curve = encode_named_curve_parameters("secp256r1")
        parameters = session.create_domain_parameters(KeyType.EC, {Attribute.EC_PARAMS: curve}, local=True)
        parameters.generate_keypair(id=b"\\x02", label=label, store=True,
                                    public_template={Attribute.PRIVATE: False})
"""
