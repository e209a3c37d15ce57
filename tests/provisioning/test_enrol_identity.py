"""The identity on the terminal's disk: written by one rename, renewed in time, its key kept by systemd."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest
from jwcrypto.jwk import JWK

from hub.enrolment_grants import IDENTITY_SECONDS
from hub.enrolment_keys import Purpose
from hub.rates import Rates
from hub.server import HubServer, running
from profiles.destinations import destinations
from profiles.settings import NOT_ENROLLED
from profiles.settings_file import load_settings
from provisioning.enrol import Order, enrol
from provisioning.identity import Identity, IdentityFolder
from provisioning.identity_grant import Asked, GrantRefused, renewed_grant
from provisioning.identity_http import HubAuth
from provisioning.identity_key import KeptBy, kept, key_of, new_key
from provisioning.identity_member import Member
from provisioning.identity_proof import Prover
from provisioning.identity_renewal import Pace, Renewal
from tests.hub.enrolling import DAY, KEY, code_for, keyed, payload, signed, time_moved
from tests.provisioning.test_enrol import in_a_file, nothing

A = Identity("https://hub.example.org", "Terminal 1", "old", 1000, 4000, {"keys": []})
OLD = {"identity.json": A.to_bytes(), "key.pem": b"old", "commands.jwks": b"old"}
NEW = {"identity.json": A.to_bytes().replace(b'"old"', b'"new"'), "key.pem": b"new", "commands.jwks": b"new"}
QUICK = Pace(every=0.05, request=5, least=0.01)


@pytest.fixture(scope="module")
def one_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    with running(keyed(tmp_path_factory.mktemp("hub") / "hub.db")) as server:
        yield server


@pytest.fixture
def hub(one_hub: HubServer) -> HubServer:
    """The hub of these tests. It has forgotten how often the tests before were refused."""
    one_hub.app.state.rates = Rates()
    return one_hub


@pytest.fixture
def folder(tmp_path: Path) -> IdentityFolder:
    return IdentityFolder(tmp_path / "identity")


# The folder


def test_a_terminal_that_is_not_enrolled_has_no_identity(folder: IdentityFolder) -> None:
    assert folder.read() is None
    assert folder.names() == ()
    assert folder.file("key.pem") is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "hub": "x"}', "\xff"])
def test_a_file_that_cannot_be_read_is_no_identity(folder: IdentityFolder, content: str) -> None:
    folder.write(OLD | {"identity.json": content.encode("latin-1")})
    assert folder.read() is None


class Cut(BaseException):
    """The power fails."""


@contextmanager
def cut_before_line(number: int) -> Iterator[list[int]]:
    """Fail before the n-th line of provisioning/identity.py is run; yields how many lines there were."""
    count = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith("provisioning/identity.py"):
            return None
        if event == "line":
            count[0] += 1
            if count[0] == number:
                raise Cut
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


def contents(folder: IdentityFolder) -> dict[str, bytes | None]:
    return {name: folder.file(name) for name in ("identity.json", "key.pem", "commands.jwks")}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a cut closes no file either
def test_a_cut_before_any_line_leaves_the_old_or_the_new(folder: IdentityFolder) -> None:
    folder.write(OLD)
    number, seen = 0, set()
    while True:
        number += 1
        with cut_before_line(number) as lines, suppress(Cut):
            folder.write(NEW)
        now = contents(folder)
        assert now in (OLD, NEW), number
        seen.add("new" if now == NEW else "old")
        if lines[0] < number:
            break
        folder.write(OLD)
        assert contents(folder) == OLD, number
    assert seen == {"old", "new"}
    assert number > 30
    assert len(list(folder.folder.glob("generation-*"))) <= 2


def test_the_generation_before_stays_for_whoever_reads_it(folder: IdentityFolder) -> None:
    folder.write(OLD)
    reading = (folder.folder / "current").resolve()
    folder.write(NEW)
    assert (reading / "key.pem").read_bytes() == b"old"


def test_a_disk_that_is_full_changes_nothing(folder: IdentityFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(OLD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("provisioning.identity.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.write(NEW)
    assert contents(folder) == OLD


# Renewal


def member_of(folder: IdentityFolder, hub: HubServer) -> Prover:
    """Enrol, and return what the terminal's requests are made with."""
    enrol(Order(hub.base_url, code_for(hub)), folder, in_a_file)
    identity, key = folder.read(), key_of(folder, nothing)
    assert identity and key
    return Prover(key, identity.token)


async def health(prover: Prover, hub: HubServer) -> int:
    async with httpx.AsyncClient(auth=HubAuth(prover), trust_env=False, timeout=10) as http:
        return (await http.get(f"{hub.base_url}/api/v1/health")).status_code


async def test_an_identity_is_renewed_a_third_of_its_life_through(hub: HubServer, folder: IdentityFolder) -> None:
    prover = member_of(folder, hub)
    renewal = Renewal(folder, prover, pace=QUICK)
    before = folder.read()
    assert before and not await renewal.look()  # the hub was not asked yet: nobody knows what time it is
    with time_moved(hub, 0):
        assert await health(prover, hub) == 204
    assert not await renewal.look()
    prover._late = IDENTITY_SECONDS / 3 + 5  # the hub's Date, a week later
    assert await renewal.look()
    after = folder.read()
    assert after and after.token != before.token
    assert prover.token == after.token
    assert after.root_sha256 == before.root_sha256
    assert key_of(folder, nothing).thumbprint() == prover.thumbprint  # type: ignore[union-attr]
    assert await health(prover, hub) == 204


@pytest.mark.parametrize("years", [-1, 1])
async def test_a_clock_that_is_wrong_by_a_year_neither_renews_nor_forgets(
    hub: HubServer, folder: IdentityFolder, years: int
) -> None:
    right = member_of(folder, hub)
    prover = Prover(right.key, right.token, clock=lambda: time.time() + years * 365 * DAY)
    renewal = Renewal(folder, prover, pace=QUICK)
    assert await health(prover, hub) == 204
    assert not await renewal.look()
    now = prover.hub_time()
    assert now is not None and abs(now - time.time()) < 60


async def test_a_hub_that_is_away_is_asked_again(
    hub: HubServer, folder: IdentityFolder, caplog: pytest.LogCaptureFixture
) -> None:
    prover = member_of(folder, hub)
    identity = folder.read()
    assert identity
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = f"http://127.0.0.1:{taken.getsockname()[1]}"
    at_hub = {name: folder.file(name) or b"" for name in folder.names()}
    folder.write(at_hub | {"identity.json": at_hub["identity.json"].replace(identity.hub.encode(), away.encode())})
    prover._late = IDENTITY_SECONDS / 2
    renewal = Renewal(folder, prover, pace=QUICK)
    assert not await renewal.look()
    assert "not renewed now" in caplog.text
    folder.write(at_hub)
    assert await renewal.look()


test_a_hub_that_is_away_is_asked_again = pytest.mark.expects_log(test_a_hub_that_is_away_is_asked_again)


async def test_an_identity_that_has_expired_is_renewed_when_the_hub_says_so(
    hub: HubServer, folder: IdentityFolder
) -> None:
    prover = member_of(folder, hub)
    before = prover.token
    with time_moved(hub, IDENTITY_SECONDS + 60):
        member = Member(folder.folder, nothing)
        auth = await asyncio.to_thread(member.auth)
        assert auth
        keeping = asyncio.create_task(member.run(Pace(every=3600, request=10, least=0.01), first=0))
        try:
            async with asyncio.timeout(20):
                while await health(auth.prover, hub) != 204:  # noqa: ASYNC110 - the hub is asked, as a terminal does
                    await asyncio.sleep(0.05)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
    after = folder.read()
    assert after and after.token != before


@pytest.mark.expects_log
async def test_a_revoked_terminal_keeps_what_it_has_and_says_so(
    hub: HubServer, folder: IdentityFolder, caplog: pytest.LogCaptureFixture
) -> None:
    prover = member_of(folder, hub)
    before = folder.read()
    hub.app.state.enrolments.revoke("console", "Terminal 1")
    prover._late = IDENTITY_SECONDS / 2
    assert not await Renewal(folder, prover, pace=QUICK).look()
    assert "a new code is needed" in caplog.text
    assert folder.read() == before


async def test_new_keys_of_the_hub_come_with_a_renewal(hub: HubServer, folder: IdentityFolder) -> None:
    prover = member_of(folder, hub)
    keys = hub.app.state.hub_keys
    commands = keys.renew(Purpose.COMMANDS).kid
    identity = folder.read()
    assert identity
    prover._late = IDENTITY_SECONDS / 2
    renewal = Renewal(folder, prover, pace=QUICK)
    assert await renewal.look()
    brought = json.loads(folder.command_keys.read_bytes())["keys"]
    assert len(brought) == 2
    assert commands in {key["kid"] for key in brought}


GRANTED = {"terminal": "Terminal 1", "identity": "x", "answers": "n", "iat": 1, "exp": 2, "cnf": {"jkt": "t"}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"terminal": "Terminal 2"}, "another terminal's"),
        ({"answers": "an older one"}, "another request"),
        ({"cnf": {"jkt": "somebody"}}, "another request"),
        ({"command_keys": {"keys": []}}, "does not say"),
        ({"exp": "later"}, "does not say"),
    ],
)
def test_a_renewal_is_believed_only_whole_and_to_its_request(change: dict[str, Any], words: str) -> None:
    own = JWK.generate(kty="EC", crv="P-256", use="sig", alg="ES256", kid="hub")
    public = {"keys": [json.loads(own.export_public())]}
    claims = GRANTED | {"hub_keys": public, "command_keys": public} | change
    before = Identity("https://hub", "Terminal 1", "", 0, 1, public, "pinned", "https://updates")
    asked = Asked("https://hub", "t", "n")
    header = {"typ": "lotse-grant+jwt", "alg": "ES256", "kid": "hub"}
    answer = {"grant": signed(own, header, claims)}
    if words:
        with pytest.raises(GrantRefused, match=words):
            renewed_grant(asked, answer, before)
        return
    grant = renewed_grant(asked, answer, before)
    assert (grant.identity.root_sha256, grant.identity.updates) == ("pinned", "https://updates")
    mine = JWK.generate(kty="EC", crv="P-256", kid="hub")
    for forged in (
        signed(mine, header, claims),
        signed(mine, header | {"kid": "mine"}, claims),
        signed(own, header | {"typ": "JWT"}, claims),
        answer["grant"] + "x",
        "a.b",
    ):
        with pytest.raises(GrantRefused):
            renewed_grant(asked, {"grant": forged}, before)


@pytest.mark.expects_log
async def test_a_renewal_does_not_write_over_what_a_new_code_has_brought_meanwhile(
    hub: HubServer, folder: IdentityFolder
) -> None:
    prover = member_of(folder, hub)
    prover._late = IDENTITY_SECONDS / 2
    renewal, write = Renewal(folder, prover, pace=QUICK), IdentityFolder.write

    def enrolled_first(self: Renewal, *arguments: Any) -> bool:
        write(folder, NEW)
        return bool(Renewal._write(self, *arguments))

    renewal._write = enrolled_first.__get__(renewal)  # type: ignore[method-assign]
    assert not await renewal.look()
    assert {name: folder.file(name) for name in folder.names()} == NEW


ENROLS_AS_ROOT = """
import sys
from pathlib import Path
from provisioning.enrol import _demand_room
from provisioning.identity import IdentityFolder
folder = IdentityFolder(Path(sys.argv[1]))
try:
    _demand_room(folder)
except Exception as error:
    sys.stdout.write(type(error).__name__)
if sys.argv[2:]:
    folder.write({"key.pem": b"new"})
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")
def test_root_follows_no_link_that_the_terminals_user_has_put_into_its_folder(tmp_path: Path) -> None:
    precious = tmp_path / "shadow"
    precious.write_bytes(b"root's")
    with tempfile.TemporaryDirectory() as above:  # where anybody can go
        Path(above).chmod(0o755)
        folder = Path(above) / "identity"
        folder.mkdir(mode=0o755)
        os.chown(folder, 12345, 12345)
        command = [sys.executable, "-c", ENROLS_AS_ROOT, str(folder)]
        (folder / ".trial").symlink_to(precious)
        assert subprocess.run(command, capture_output=True, timeout=30, check=True).stdout == b"EnrolError"
        assert precious.read_bytes() == b"root's"
        (folder / ".trial").unlink()
        assert subprocess.run([*command, "write"], capture_output=True, timeout=30, check=True).stdout == b""
        key = folder / "current" / "key.pem"
        assert (key.stat().st_uid, key.stat().st_gid, key.stat().st_mode & 0o777) == (12345, 12345, 0o600)


# Who keeps the key

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-creds"), reason="systemd-creds is not installed")


@needs_systemd
def test_systemd_seals_the_key_with_the_machines_own(tmp_path: Path, folder: IdentityFolder) -> None:
    key = new_key()
    sealed = kept(key, tpm=str(tmp_path / "no-tpm"))
    if sealed.by is KeptBy.FILE:
        pytest.skip("this machine's own key cannot be made here")
    assert (sealed.by, sealed.file) == (KeptBy.HOST, "key.cred")
    assert b"PRIVATE" not in sealed.content
    assert opened(sealed.content, tmp_path).thumbprint() == key.thumbprint()
    folder.write(OLD | {sealed.file: sealed.content})


def opened(sealed: bytes, tmp_path: Path, *more: str) -> JWK:
    """Open what is sealed as systemd does for the unit, and read it as the terminal does."""
    command = ["systemd-creds", "decrypt", "--name=lotse.identity", *more, "-", "-"]
    done = subprocess.run(command, input=sealed, capture_output=True, timeout=30, check=True)
    key = key_of(IdentityFolder(tmp_path / "none"), {"identity": done.stdout.decode()}.get)
    assert key
    return key


def two_free_ports() -> int:
    """Return a port that is free, and the next one too."""
    for _ in range(50):
        with socket.create_server(("127.0.0.1", 0)) as one, suppress(OSError):
            port: int = one.getsockname()[1]
            socket.create_server(("127.0.0.1", port + 1)).close()
            return port
    raise AssertionError("no two ports are free")


@contextmanager
def tpm(state: Path) -> Iterator[str]:
    """A TPM in software (swtpm), as libtss2 calls it."""
    port = two_free_ports()
    control = port + 1  # where libtss2 looks for it
    state.mkdir()
    command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "startup-clear"]
    command += ["--server", f"type=tcp,port={port},disconnect", "--ctrl", f"type=tcp,port={control}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", control), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline and process.poll() is None
                time.sleep(0.05)
        yield f"swtpm:host=127.0.0.1,port={port}"
    finally:
        process.terminate()
        process.wait(10)


@needs_systemd
@pytest.mark.skipif(not shutil.which("swtpm"), reason="swtpm is not installed")
def test_systemd_seals_the_key_with_the_tpm_where_there_is_one(tmp_path: Path) -> None:
    key = new_key()
    with tpm(tmp_path / "tpm") as device:
        sealed = kept(key, tpm=device)
        if sealed.by is not KeptBy.TPM:
            pytest.skip("systemd-creds cannot use this TPM here")
        assert opened(sealed.content, tmp_path, f"--tpm2-device={device}").thumbprint() == key.thumbprint()
    with tpm(tmp_path / "another") as device, pytest.raises(subprocess.CalledProcessError):
        opened(sealed.content, tmp_path, f"--tpm2-device={device}")


@pytest.mark.expects_log
def test_where_systemd_cannot_the_key_is_in_a_file_of_its_owner(tmp_path: Path, folder: IdentityFolder) -> None:
    failing = tmp_path / "systemd-creds"
    failing.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    failing.chmod(0o755)
    key = new_key()
    for program in (str(failing), "no-such-program"):
        plain = kept(key, program=program)
        assert (plain.by, plain.file) == (KeptBy.FILE, "key.pem")
        assert "PRIVATE" not in repr(plain)
    folder.write(OLD | {plain.file: plain.content})
    found = key_of(folder, nothing)
    assert found and found.thumbprint() == key.thumbprint()


@pytest.mark.expects_log
def test_what_is_no_key_is_none(folder: IdentityFolder) -> None:
    assert key_of(folder, lambda _: "not a key") is None


# The terminal's settings


def settings_of(tmp_path: Path, folder: IdentityFolder) -> Any:
    file = tmp_path / "settings.yaml"
    file.write_text(f"counter:\n  driver: enrolled\n  identity: {folder.folder}\n")
    settings = load_settings(file)
    assert not isinstance(settings, list), settings
    return settings


def test_an_enrolled_terminal_knows_its_hub_from_its_identity(tmp_path: Path, folder: IdentityFolder) -> None:
    folder.write(OLD)
    settings = settings_of(tmp_path, folder)
    counter = settings.counter
    assert (counter.url, counter.terminal) == ("https://hub.example.org", "Terminal 1")
    assert counter.command_keys == folder.command_keys
    assert counter.credential == ""
    assert ("hub.example.org", 443) in list(destinations(settings))
    folder.write({"identity.json": OLD["identity.json"], "key.cred": b"sealed"})
    assert settings_of(tmp_path, folder).counter.credential == "identity"


def test_a_terminal_that_is_not_enrolled_yet_has_settings_all_the_same(tmp_path: Path, folder: IdentityFolder) -> None:
    assert settings_of(tmp_path, folder).counter.url == NOT_ENROLLED


def test_the_identity_says_who_it_is_in_words_for_it(hub: HubServer, folder: IdentityFolder) -> None:
    member_of(folder, hub)
    said = json.loads(folder.file("identity.json") or b"")
    assert said["terminal"] == "Terminal 1"
    assert payload(said["token"])["sub"] == "Terminal 1"
    assert KEY not in json.dumps(said)
