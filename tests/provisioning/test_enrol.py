"""`lotse enrol` against a real hub, and against somebody in between who opens TLS."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from jwcrypto.jwk import JWK

from hub.rates import Rates
from hub.server import HubServer, running
from hub.settings import ProfileSource
from kiosk.device_events import Device, DeviceChanged
from kiosk.events import Event
from online.help_desk import Delays, HelpDeskClient
from provisioning.enrol import EnrolError, Order, checked_code, checked_hub, enrol
from provisioning.enrol_command import run_enrol
from provisioning.identity import IdentityFolder
from provisioning.identity_http import HubAuth
from provisioning.identity_key import KeptBy, KeptKey, key_of
from provisioning.identity_member import Member
from provisioning.identity_proof import Prover
from tests.hub.enrolling import code_for, keyed, payload, signed

ROOT = '{"signed": {"_type": "root"}}'


@pytest.fixture(scope="module")
def one_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    place = tmp_path_factory.mktemp("hub")
    (place / "root.json").write_text(ROOT)
    source = ProfileSource("https://updates.example.org", place / "root.json")
    with running(keyed(place / "hub.db", updates=source)) as server:
        yield server


@pytest.fixture
def hub(one_hub: HubServer) -> HubServer:
    """The hub of these tests. It has forgotten how often the tests before were refused."""
    one_hub.app.state.rates = Rates()
    one_hub.app.state.attempts.succeeded("", "127.0.0.1")
    return one_hub


@pytest.fixture
def folder(tmp_path: Path) -> IdentityFolder:
    return IdentityFolder(tmp_path / "identity")


def in_a_file(key: JWK) -> KeptKey:
    """Keep a key without systemd."""
    return KeptKey("key.pem", key.export_to_pem(private_key=True, password=None), KeptBy.FILE)


def nothing(_: str) -> None:
    """Find no secret."""


def health(folder: IdentityFolder) -> int:
    """Ask the hub as this terminal."""
    identity, key = folder.read(), key_of(folder, nothing)
    assert identity and key
    with httpx.Client(auth=HubAuth(Prover(key, identity.token)), trust_env=False) as http:
        return http.get(f"{identity.hub}/api/v1/health").status_code


def test_enrolling_brings_all_that_a_terminal_needs(hub: HubServer, folder: IdentityFolder) -> None:
    code = code_for(hub, "Terminal 1")
    done = enrol(Order(f"{hub.base_url}/", code.lower().replace("-", " "), "Terminal 1"), folder, in_a_file)
    assert done.kept_by is KeptBy.FILE
    identity = folder.read()
    assert identity == done.grant.identity
    assert (identity.hub, identity.terminal) == (hub.base_url, "Terminal 1")
    assert (folder.folder / "current" / "root.json").read_text() == ROOT
    assert identity.root_sha256 == hashlib.sha256(ROOT.encode()).hexdigest()
    (key,) = json.loads(folder.command_keys.read_bytes())["keys"]
    assert (key["alg"], key["use"], "d" in key) == ("ES256", "sig", False)
    assert key["kid"] == hub.app.state.hub_keys.signer("commands")["kid"]
    assert health(folder) == 204


def test_only_the_terminal_reads_its_key(hub: HubServer, folder: IdentityFolder) -> None:
    enrol(Order(hub.base_url, code_for(hub)), folder, in_a_file)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder.folder / "current").iterdir()}
    assert modes == {"key.pem": 0o600, "identity.json": 0o644, "commands.jwks": 0o644, "root.json": 0o644}


def test_the_key_never_leaves_the_terminal(hub: HubServer, folder: IdentityFolder) -> None:
    seen: list[bytes] = []
    with between(hub, lambda answer: answer, seen) as url:
        enrol(Order(url, code := code_for(hub)), folder, in_a_file)
    key = key_of(folder, nothing)
    assert key
    private = json.loads(key.export_private())["d"].encode()
    wire = b"".join(seen)
    assert b"dpop" in wire.lower()
    assert private not in wire
    assert code.replace("-", "").encode() not in wire
    assert code[5:].encode() not in wire


def test_a_second_enrolment_replaces_the_first(hub: HubServer, folder: IdentityFolder) -> None:
    enrol(Order(hub.base_url, code_for(hub, "Terminal 1")), folder, in_a_file)
    enrol(Order(hub.base_url, code_for(hub, "Terminal 2")), folder, in_a_file)
    identity = folder.read()
    assert identity and identity.terminal == "Terminal 2"
    assert health(folder) == 204


# What is asked wrongly


@pytest.mark.parametrize("url", ["http://hub.example.org", "hub.example.org", "https://", "https://u:p@h", "ftp://h"])
def test_an_address_that_is_not_encrypted_or_none(url: str) -> None:
    with pytest.raises(EnrolError):
        checked_hub(url)


@pytest.mark.parametrize(
    "url", ["https://hub.example.org/", "http://127.0.0.1:8410", "http://[::1]:1", "http://localhost"]
)
def test_an_address_that_will_do(url: str) -> None:
    assert checked_hub(url) == url.rstrip("/")


def test_a_code_may_be_typed_as_people_type() -> None:
    assert checked_code("k7qm-3f9t xw2b-8hno") == "K7QM3F9TXW2B8HN0"
    assert checked_code("IL0O-0000-0000-0000") == "1100000000000000"
    for wrong in ("", "K7QM-3F9T-XW2B", "K7QM-3F9T-XW2B-8HNU", "K7QM-3F9T-XW2B-8HNCX", "ÄÖÜ"):
        with pytest.raises(EnrolError, match="16 letters and digits"):
            checked_code(wrong)


# What ends an enrolment: nothing is changed then


def refused(order: Order, folder: IdentityFolder, words: str) -> EnrolError:
    with pytest.raises(EnrolError, match=words) as error:
        enrol(order, folder, in_a_file)
    assert folder.read() is None
    return error.value


def test_a_used_code(hub: HubServer, folder: IdentityFolder, tmp_path: Path) -> None:
    code = code_for(hub)
    enrol(Order(hub.base_url, code), IdentityFolder(tmp_path / "other"), in_a_file)
    refused(Order(hub.base_url, code), folder, "not valid")


def test_another_terminals_code(hub: HubServer, folder: IdentityFolder) -> None:
    refused(Order(hub.base_url, code_for(hub, "Terminal 2"), "Terminal 1"), folder, "another terminal's")


def test_another_root_than_the_one_that_was_named(hub: HubServer, folder: IdentityFolder) -> None:
    refused(Order(hub.base_url, code_for(hub), root_sha256="0" * 64), folder, "another root")
    pinned = hashlib.sha256(ROOT.encode()).hexdigest().upper()
    enrol(Order(hub.base_url, code_for(hub), root_sha256=pinned), folder, in_a_file)


def test_a_folder_that_cannot_be_written_costs_no_code(hub: HubServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code = code_for(hub)
    refused(Order(hub.base_url, code), IdentityFolder(tmp_path / "file" / "identity"), "cannot be")
    enrol(Order(hub.base_url, code), IdentityFolder(tmp_path / "identity"), in_a_file)


def test_what_is_no_hub(folder: IdentityFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert refused(Order(f"http://127.0.0.1:{port}", "0" * 16), folder, "cannot be reached").look


@pytest.mark.expects_log
def test_a_hub_that_cannot_enrol_says_what_it_needs(tmp_path: Path, folder: IdentityFolder) -> None:
    from tests.hub.town_hall import settings

    with running(settings(tmp_path / "keyless.db")) as keyless:
        refused(Order(keyless.base_url, code_for(keyless)), folder, "key_credential")


# Somebody in between who opens TLS


Change = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def between(hub: HubServer, change: Change, seen: list[bytes] | None = None) -> Iterator[str]:
    """A proxy that reads all and changes what the hub grants. Yields the address under which it is the hub."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            if seen is not None:
                seen.extend((str(self.headers).encode(), body))
            headers = {name: value for name, value in self.headers.items() if name != "Content-Length"}
            answer = httpx.post(f"{hub.base_url}{self.path}", content=body, headers=headers, trust_env=False)
            content = answer.content
            if answer.status_code == 200:
                content = json.dumps(change(answer.json())).encode()
            self.send_response(answer.status_code)
            for name in ("dpop-nonce", "www-authenticate"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)


def forged(answer: dict[str, Any]) -> dict[str, Any]:
    """Sign the grant anew with a key of our own, under which our own command keys stand."""
    mine = JWK.generate(kty="EC", crv="P-256", use="sig", alg="ES256", kid="mine")
    public = {"keys": [json.loads(mine.export_public())]}
    claims = payload(answer["grant"]) | {"hub_keys": public, "command_keys": public}
    return answer | {"grant": signed(mine, {"typ": "lotse-grant+jwt", "alg": "ES256", "kid": "mine"}, claims)}


CHANGES: list[Change] = [
    forged,
    lambda answer: answer | {"mac": "0" * 64},
    lambda answer: {"grant": answer["grant"]},
    lambda answer: forged(answer) | {"mac": hmac.digest(b"a guess", forged(answer)["grant"].encode(), "sha256").hex()},
    lambda answer: {},
    lambda answer: {"grant": 1, "mac": []},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_proxy_that_opens_tls_cannot_put_its_own_keys_in(
    hub: HubServer, folder: IdentityFolder, change: Change
) -> None:
    with between(hub, change) as url:
        refused(Order(url, code_for(hub)), folder, "opens TLS|no grant")


# The command, and a terminal that uses what it got


def options(**said: object) -> argparse.Namespace:
    chosen: dict[str, object] = {"code": "", "check": False, "name": "", "ca_file": None, "root_sha256": ""}
    return argparse.Namespace(**chosen | said)


def test_the_command_says_what_it_did(hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.enrol_command.CREDENTIALS", tmp_path / "credstore")
    out = io.StringIO()
    chosen = options(hub=hub.base_url, code=code_for(hub, "Terminal 1"), folder=tmp_path / "identity")
    assert run_enrol(chosen, out) == 0
    said = out.getvalue()
    assert 'This is "Terminal 1"' in said
    assert "systemd-creds" in said
    assert f"driver: enrolled, identity: {tmp_path}/identity" in said


def test_the_command_says_what_is_in_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        hub = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert run_enrol(options(hub=hub, code="0" * 16, folder=tmp_path / "identity"), io.StringIO()) == 1
    assert "FAULT network: connection refused" in capsys.readouterr().err
    assert run_enrol(options(hub=hub, folder=tmp_path / "identity"), io.StringIO()) == 1
    assert "the code is missing" in capsys.readouterr().err
    out = io.StringIO()
    assert run_enrol(options(hub=hub, check=True, folder=None), out) == 1
    assert "FAULT" in out.getvalue()


def test_the_code_comes_by_a_pipe_where_others_could_read_the_command_line(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.enrol_command.CREDENTIALS", tmp_path / "credstore")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code_for(hub, 'Terminal 1')}\n"))
    assert run_enrol(options(hub=hub.base_url, code="-", folder=tmp_path / "identity"), io.StringIO()) == 0


async def test_a_terminal_calls_the_counter_by_its_identity(hub: HubServer, folder: IdentityFolder) -> None:
    await asyncio.to_thread(enrol, Order(hub.base_url, code_for(hub)), folder, in_a_file)
    member = Member(folder.folder, nothing)
    desk = HelpDeskClient(hub.base_url, "Terminal 1", member.auth, Delays(health=0.1, retry=0.05))
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(desk.watch(told.put_nowait))
    try:
        news = await asyncio.wait_for(told.get(), 20)
        assert news == DeviceChanged(Device.COUNTER, None)
        hub.app.state.enrolments.revoke("console", "Terminal 1")
        gone = await asyncio.wait_for(told.get(), 20)
        assert isinstance(gone, DeviceChanged) and gone.fault
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await desk.aclose()


@pytest.mark.expects_log
async def test_a_terminal_that_is_not_enrolled_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert await asyncio.to_thread(Member(tmp_path / "nothing", nothing).auth) is None
    assert "lotse enrol" in caplog.text
