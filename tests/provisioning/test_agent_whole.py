"""The agent with what it meets outside: Debian's nginx before the repository, and the terminal as a real process."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from statistics import median

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from composition.command_line import parsed
from profiles.loading import SHIPPED, load_profile
from provisioning.agent import Agent, Pace
from provisioning.agent_fetch import Fetcher
from provisioning.agent_floor import FloorFile
from provisioning.agent_line import AgentSide
from provisioning.agent_releases import Releases
from provisioning.agent_source import Address, Source, Trouble, UpdateFault
from provisioning.agent_status import Status
from provisioning.bundle_command import run_build
from tests.provisioning.signing import TARGET, Publisher, looking

pytestmark = pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="nginx is not installed")

ROOT = Path(__file__).parents[2]
NOOP_MS, ACTIVATION_S = 20.0, 1.0
BUSY = 4.0
"""The bounds held here are so much wider than the goals: these tests share the machine with others."""
CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{plain}; root {root}; }}
  server {{ listen 127.0.0.1:{tls} ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; root {root}; }}
}}
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Nginx:
    """nginx before a folder, with and without TLS. `authority` is what its certificate is checked against."""

    def __init__(self, root: Path, folder: Path) -> None:
        folder.mkdir()
        self.plain, self.tls, self.authority = free_port(), free_port(), folder / "authority.pem"
        pem = folder / "server.pem"
        certify(pem, self.authority)
        text = CONFIGURATION.format(folder=folder, plain=self.plain, tls=self.tls, pem=pem, root=root)
        (folder / "nginx.conf").write_text(text)
        command = ["/usr/sbin/nginx", "-p", f"{folder}", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        """The address without TLS."""
        return f"http://127.0.0.1:{self.plain}"

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.tls), 1).close()
            except OSError:
                assert self.process.poll() is None, "nginx ended"
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.02)  # nothing tells when it listens
            else:
                return


def certify(pem: Path, authority: Path) -> None:
    """Write a certificate of 127.0.0.1 with its key, and the certificate alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem.write_bytes(secret + authority.read_bytes())


@contextmanager
def nginx_before(publisher: Publisher, folder: Path) -> Iterator[Nginx]:
    found = Nginx(publisher.path, folder)
    try:
        found.wait()
        yield found
    finally:
        found.process.terminate()
        found.process.wait(10)


@pytest.fixture
def nginx(publisher: Publisher, tmp_path: Path) -> Iterator[Nginx]:
    with nginx_before(publisher, tmp_path / "nginx") as found:
        yield found


def test_a_look_at_nothing_new_is_two_requests_and_quick(publisher: Publisher, nginx: Nginx, tmp_path: Path) -> None:
    assert median(looks_ms(publisher, nginx, tmp_path / "state")) < NOOP_MS * BUSY


def looks_ms(publisher: Publisher, nginx: Nginx, state: Path) -> list[float]:
    """Return how long looks at nothing new take; each is two requests."""
    took = []
    with looking(publisher, nginx, state) as source:
        source.look()
        for _ in range(20):
            began = time.perf_counter()
            source.look()
            took.append((time.perf_counter() - began) * 1000)
            assert source._fetcher.requests == 2
    return took


def test_a_proxy_that_opens_tls_brings_nothing(publisher: Publisher, nginx: Nginx, tmp_path: Path) -> None:
    address = Address(f"https://127.0.0.1:{nginx.tls}", TARGET, publisher.root)
    floor = FloorFile(tmp_path / "floor.json")
    trusting, doubting = Fetcher(5, nginx.authority), Fetcher(5)
    try:
        assert Source(address, tmp_path / "state", trusting, floor).look().version == "1"
        with pytest.raises(UpdateFault) as found:
            Source(address, tmp_path / "state", doubting, floor).look()
    finally:
        trusting.close()
        doubting.close()
    assert found.value.trouble is Trouble.NOT_TRUSTED
    assert "proxy" in str(found.value)


def publish_shipped(publisher: Publisher, folder: Path, version: str) -> None:
    """Publish the profile that ships, under another name of the place."""
    profile = folder / "citizen-centre"
    shutil.rmtree(profile, ignore_errors=True)
    shutil.copytree(SHIPPED, profile)
    bundle = folder / "bundle.tar"
    assert run_build([profile], load_profile, version, bundle, StringIO()) == 0
    publisher.repository.publish(bundle, TARGET, {"version": version})
    publisher.sign_and_release()


@asynccontextmanager
async def terminal_process(settings: Path) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Run the terminal, and again when it ends by itself, as its unit does. Yields its processes, from the first on."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "main", "run", "--settings", str(settings)]
    processes: list[asyncio.subprocess.Process] = []

    async def keep() -> None:
        while True:
            process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
            processes.append(process)
            assert await process.wait() == 0

    keeping = asyncio.create_task(keep())
    try:
        yield processes
    finally:
        keeping.cancel()
        for process in processes:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def test_a_terminal_that_begins_anew_in_its_process_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "root.json").touch()
    (tmp_path / "settings.yaml").write_text(
        "window:\n  fullscreen: false\n  width: 540\n  height: 960\nupdates:\n  driver: tuf\n"
        f"  url: http://127.0.0.1:1\n  target: {TARGET}\n  root: root.json\n  state: state\n  socket: line\n"
    )
    side = AgentSide(tmp_path / "line")
    await side.open()
    try:
        async with asyncio.timeout(50), terminal_process(tmp_path / "settings.yaml") as processes:
            await side.until(lambda state: state is not None)
            held: list[tuple[int, int]] = []
            for _ in range(4):
                side.restart()
                await side.until(lambda state: state is None)
                await side.until(lambda state: state is not None)
                await asyncio.sleep(1)  # the old window goes, and what the first visit needs is read
                process = Path(f"/proc/{processes[0].pid}")
                held.append((len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))))
            assert len(processes) == 1
            assert held[-1] == held[1]
    finally:
        await side.close()


async def test_a_real_terminal_changes_its_profile_within_a_second(
    publisher: Publisher, nginx: Nginx, tmp_path: Path
) -> None:
    assert await activation_s(publisher, nginx, tmp_path) < ACTIVATION_S * BUSY


async def activation_s(publisher: Publisher, nginx: Nginx, folder: Path) -> float:
    """Return how long a new profile takes from the rename to its drawn first screen."""
    state, line = folder / "state", folder / "line"
    (folder / "root.json").write_bytes(publisher.root)
    (folder / "settings.yaml").write_text(
        f"window:\n  fullscreen: false\n  width: 540\n  height: 960\nupdates:\n  driver: tuf\n  url: {nginx.url}\n"
        f"  target: {TARGET}\n  root: root.json\n  state: state\n  socket: line\n"
    )
    publish_shipped(publisher, folder, "2026.1")
    side, releases, fetcher = AgentSide(line), Releases(state), Fetcher(20)
    source = Source(
        Address(nginx.url, TARGET, publisher.root), state / "metadata", fetcher, FloorFile(state / "floor.json")
    )

    def check(profile: Path) -> list[str]:
        found = load_profile(profile)
        return [str(mistake) for mistake in found] if isinstance(found, list) else []

    agent = Agent(source, releases, side, check, Status(state))
    await side.open()
    pace = Pace(start=20, settle=0.2, call=20)
    try:
        async with terminal_process(folder / "settings.yaml"):
            await agent.round(pace)
            first = releases.current
            assert first is not None
            assert not releases.on_trial
            publish_shipped(publisher, folder, "2026.2")
            working = asyncio.create_task(agent.round(pace))
            async with asyncio.timeout(30):
                while releases.current == first:  # noqa: ASYNC110 - a link of the file system
                    await asyncio.sleep(0.002)
            began = time.perf_counter()
            second = releases.current
            assert second is not None
            async with asyncio.timeout(30):
                await side.until(lambda seen: seen is not None and seen.profile == str(second.profile))
            took = time.perf_counter() - began
            await working
            assert second.manifest.version == "2026.2"
            assert not releases.on_trial
    finally:
        await side.close()
        await agent._blocking(fetcher.close)
        agent.close()
    return took


def test_the_commands_run_and_stop(
    publisher: Publisher, nginx: Nginx, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The agent as its unit runs it: it ends at SIGTERM, leaves no socket, and says how it is doing."""
    (tmp_path / "root.json").write_bytes(publisher.root)
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        f"updates:\n  driver: tuf\n  url: {nginx.url}\n  target: {TARGET}\n  root: root.json\n"
        "  state: state\n  socket: line\n"
    )
    status = parsed(["agent", "status", "--settings", str(settings)])
    assert status.command(status) == 2
    command = [sys.executable, "-m", "main", "agent", "run", "--settings", str(settings)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as agent:
        try:
            assert agent.stderr is not None
            assert "cannot be shown by this software" in agent.stderr.readline()  # it is a tiny profile
            assert (tmp_path / "line").is_socket()
        finally:
            agent.terminate()
            assert agent.wait(20) == 0
    assert not (tmp_path / "line").exists()
    assert status.command(status) == 1
    assert '"trouble": "unreadable"' in capsys.readouterr().out
    settings.write_text("window: {}\n")
    assert status.command(status) == 2
    assert 'no section "updates"' in capsys.readouterr().err
