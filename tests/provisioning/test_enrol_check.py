"""What stands between a terminal and its hub, each shown on the wire."""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from pathlib import Path

import pytest

from hub.server import running
from provisioning.enrol_check import Finding, Obstacle, Surroundings, look
from provisioning.enrol_command import print_look
from tests.hub.enrolling import keyed
from tests.provisioning.certificates import Authority, Served, self_signed

Speak = Callable[[socket.socket], None]


@contextmanager
def listening(speak: Speak, served: Served | None = None) -> Iterator[int]:
    """A server that speaks with each caller, through TLS if it has a certificate. Yields its port."""
    context = None
    if served:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(served.certificate, served.key)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, context, speak))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        listener.close()


def _serve(listener: socket.socket, context: ssl.SSLContext | None, speak: Speak) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        with suppress(OSError), line:
            line.settimeout(5)
            if context is None:
                speak(line)
                continue
            with context.wrap_socket(line, server_side=True) as wrapped:
                speak(wrapped)


def answering(status: str, *headers: str, at: float | None = None) -> Speak:
    """Return what reads a request and answers so. `at`: what time it is there, in seconds since 1970."""
    date = formatdate(at if at is not None else time.time(), usegmt=True)

    def speak(line: socket.socket) -> None:
        asked = b""
        while asked[:1] != b"\x16" and b"\r\n\r\n" not in asked and (more := line.recv(4096)):
            asked += more
        lines = (f"HTTP/1.1 {status}", f"Date: {date}", *headers, "Content-Length: 0", "Connection: close", "", "")
        line.sendall("\r\n".join(lines).encode())

    return speak


HUB = ("401 Unauthorized", "WWW-Authenticate: Bearer")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def obstacle(url: str, around: Surroundings | None = None) -> tuple[Obstacle | None, str]:
    """Return the last thing that was found."""
    last = look(url, around or Surroundings(environment={}))[-1]
    return last.obstacle, last.words


def test_nothing_is_in_the_way_of_a_real_hub(tmp_path: Path) -> None:
    with running(keyed(tmp_path / "hub.db")) as hub:
        out = io.StringIO()
        assert print_look(hub.base_url, None, out) == 0
    assert "a Lotse hub answers" in out.getvalue()
    assert "FAULT" not in out.getvalue()


def test_nothing_is_in_the_way_where_the_authority_is_known(authority: Authority) -> None:
    with listening(answering(*HUB), authority.serve()) as port:
        found = look(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert [each.obstacle for each in found] == [None] * 5
    assert "Stadt Beispiel CA" in found[2].words


# Network


def test_a_name_that_nobody_knows() -> None:
    found, words = obstacle("https://hub.invalid")
    assert found is Obstacle.NAME_UNKNOWN
    assert "DNS" in words


def test_a_port_that_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert obstacle(f"https://127.0.0.1:{port}")[0] is Obstacle.REFUSED


def test_a_port_that_does_not_answer() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        filled = [socket.socket() for _ in range(3)]
        for line in filled:
            line.setblocking(False)
            line.connect_ex(full.getsockname())
        found, words = obstacle(
            f"https://127.0.0.1:{full.getsockname()[1]}", Surroundings(environment={}, patience=0.5)
        )
        for line in filled:
            line.close()
    assert found is Obstacle.NO_ANSWER
    assert "firewall" in words


def test_a_connection_that_breaks_off(authority: Authority) -> None:
    with listening(lambda line: line.close()) as port:
        assert obstacle(f"https://127.0.0.1:{port}")[0] in (Obstacle.NO_ANSWER, Obstacle.NO_TLS)
    with listening(lambda line: None, authority.serve()) as port:
        found, _ = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert found is Obstacle.NO_ANSWER


# Proxy


def test_a_proxy_that_opens_tls(tmp_path: Path, authority: Authority) -> None:
    proxy = Authority(tmp_path, "Proxy der Stadt")
    with listening(answering(*HUB), proxy.serve()) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert found is Obstacle.PROXY_OPENS_TLS
    assert '"Proxy der Stadt"' in words
    assert "--ca-file" in words


def test_a_portal_that_answers_without_tls() -> None:
    with listening(answering("302 Found", "Location: http://portal.example/login")) as port:
        assert obstacle(f"https://127.0.0.1:{port}")[0] is Obstacle.NO_TLS


def test_a_portal_that_wants_a_log_in_first(authority: Authority) -> None:
    with listening(answering("302 Found", "Location: http://portal.example/login"), authority.serve()) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert found is Obstacle.NOT_A_HUB
    assert "http://portal.example/login" in words


def test_a_proxy_that_wants_a_password() -> None:
    with listening(answering("407 Proxy Authentication Required", "Proxy-Authenticate: Basic")) as port:
        around = Surroundings(environment={"https_proxy": f"http://127.0.0.1:{port}"})
        found, words = obstacle("https://hub.invalid", around)
        assert found is Obstacle.PROXY_LOG_IN
        assert "firewall" in words
        assert obstacle(f"http://127.0.0.1:{port}")[0] is Obstacle.PROXY_LOG_IN  # it is in the way itself


def test_a_proxy_that_is_the_only_way() -> None:
    with listening(answering("200 Connection established")) as port:
        around = Surroundings(environment={"HTTPS_PROXY": f"127.0.0.1:{port}"})
        assert obstacle("https://hub.invalid", around)[0] is Obstacle.PROXY_ONLY


def test_a_proxy_that_is_not_there_hides_nothing() -> None:
    around = Surroundings(environment={"https_proxy": "http://127.0.0.1:9"})
    assert obstacle("https://hub.invalid", around)[0] is Obstacle.NAME_UNKNOWN


# Certificate


def test_an_expired_certificate(authority: Authority) -> None:
    with listening(answering(*HUB), authority.serve(begins=-30, ends=-1)) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert found is Obstacle.CERTIFICATE_EXPIRED
    assert "renewed" in words


def test_a_certificate_that_is_not_valid_yet(authority: Authority) -> None:
    with listening(answering(*HUB), authority.serve(begins=2)) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert found is Obstacle.CERTIFICATE_EXPIRED
    assert "not valid yet" in words


@pytest.mark.parametrize("name", ["hub.example.org", "127.0.0.2"])
def test_a_certificate_for_another_name(authority: Authority, name: str) -> None:
    with listening(answering(*HUB), authority.serve(name)) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
        other, _ = obstacle(f"https://localhost:{port}", Surroundings(authority.file, {}))
    assert found is other is Obstacle.CERTIFICATE_OTHER_NAME
    assert name in words


def test_a_certificate_that_signed_itself(tmp_path: Path) -> None:
    with listening(answering(*HUB), self_signed(tmp_path)) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}")
    assert found is Obstacle.CERTIFICATE_UNKNOWN
    assert "--ca-file" in words


# Clock


@pytest.mark.parametrize(("apart", "wrong"), [(-290, False), (290, False), (-310, True), (310, True)])
def test_a_clock_may_be_wrong_by_five_minutes(authority: Authority, apart: float, wrong: bool) -> None:
    now = time.time()
    with listening(answering(*HUB, at=now), authority.serve()) as port:
        around = Surroundings(authority.file, {}, clock=lambda: now + apart)
        found, words = obstacle(f"https://127.0.0.1:{port}", around)
    assert found is (Obstacle.CLOCK_WRONG if wrong else None)
    assert ("5 minutes" in words) == wrong


def test_a_certificate_that_only_seems_to_have_expired(authority: Authority) -> None:
    """The clock here is the one that is wrong: the server's own says so."""
    there = time.time() - 365 * 86400
    with listening(answering(*HUB, at=there), authority.serve(begins=-400, ends=-300)) as port:
        found, words = obstacle(f"https://127.0.0.1:{port}", Surroundings(authority.file, {}))
    assert found is Obstacle.CLOCK_WRONG
    assert "365 days" in words
    assert "timedatectl" in words


# What answers


@pytest.mark.parametrize("status", ["404 Not Found", "200 OK", "503 Service Unavailable"])
def test_something_else_than_a_hub(status: str) -> None:
    with listening(answering(status)) as port:
        assert obstacle(f"http://127.0.0.1:{port}")[0] is Obstacle.NOT_A_HUB


def test_a_hub_that_does_not_answer_to_this_name(tmp_path: Path) -> None:
    with running(keyed(tmp_path / "hub.db", hosts=("hub.example.org",))) as hub:
        found, words = obstacle(hub.base_url)
    assert found is Obstacle.NOT_A_HUB
    assert "hosts" in words


def test_a_date_that_is_none() -> None:
    def speak(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(b"HTTP/1.1 401 No\r\nDate: tomorrow\r\nWWW-Authenticate: Bearer\r\nConnection: close\r\n\r\n")

    with listening(speak) as port:
        found, words = obstacle(f"http://127.0.0.1:{port}")
    assert found is None
    assert "not compared" in words


def test_what_a_stranger_calls_itself_does_nothing_to_a_console() -> None:
    shown = str(Finding("certificate", "issued by \x1b]0;root\x07\u202e"))
    assert shown == "ok    certificate: issued by ?]0;root??"
