"""What stands around the terminal: its way out, its device files, and the screen when it does not stay up."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.opening import open_device
from kiosk.place import Place
from kiosk.text import ENGLISH, GERMAN, Language, msg, speak_for, translator
from profiles.destinations import destinations, device_files
from profiles.layers import SHIPPED_PROFILES
from profiles.loading import load_profile
from profiles.settings import AusweisApp, EscposTcp, EscposUsb, Hub, Ipp, Network, SerialScanner, Settings
from provisioning import device_files as handed_over
from provisioning.egress import WayOut, addresses, hosts_file, serve
from provisioning.out_of_order import WORDS, StillPicture, keep_words, kept_words, leads_to, picture

# Hosts


def test_the_way_out_knows_every_host_of_the_settings_and_no_other() -> None:
    settings = Settings(
        Path(),
        printer=EscposTcp("printer.example"),
        documents=Ipp("ipps://pages.example/ipp/print"),
        eid=AusweisApp("", "https://eid.example/tc?x=1", "https://eid.example"),
        counter=Hub("https://hub.example:8443", "Terminal 1", "hub"),
        network=Network(("updates.example", "fresh.example:8080")),
    )
    assert destinations(settings) == (
        ("printer.example", 9100),
        ("pages.example", 631),
        ("eid.example", 443),
        ("hub.example", 8443),
        ("updates.example", 443),
        ("fresh.example", 8080),
    )


def test_each_host_has_an_address_of_its_own_on_loopback() -> None:
    known = (("a.example", 443), ("b.example", 443), ("a.example", 8443), ("127.0.0.1", 631))
    assert addresses(known) == {"127.0.0.1": "127.0.0.1", "a.example": "127.77.0.1", "b.example": "127.77.0.2"}
    assert hosts_file(known) == "127.0.0.1 localhost\n127.77.0.1 a.example\n127.77.0.2 b.example\n"


@pytest.mark.expects_log
def test_a_literal_address_needs_a_name() -> None:
    assert "192.0.2.10" not in hosts_file([("192.0.2.10", 9100)])


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"heard " + await reader.read())
    writer.close()
    await writer.wait_closed()


async def _said(address: str, port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(words)
    writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.expects_log
async def test_bytes_go_through_to_a_known_host_and_nowhere_else(tmp_path: Path) -> None:
    host = await asyncio.start_server(_echo, "127.0.0.1", 0)
    port = host.sockets[0].getsockname()[1]
    listener = socket.create_server(("127.0.0.2", port))
    serving = asyncio.create_task(serve([("localhost", port)], [listener], tmp_path / "hosts"))
    async with host:
        # "localhost" stands at 127.0.0.1: whoever comes to 127.0.0.2 has named no host
        assert await _said("127.0.0.2", port, b"words") == b""
        way = WayOut([("localhost", port)])
        way._hosts = {("127.0.0.2", port): ("127.0.0.1", port)}
        through = await asyncio.start_server(way.connected, "127.0.0.2", 0)
        way._hosts = {("127.0.0.2", through.sockets[0].getsockname()[1]): ("127.0.0.1", port)}
        async with through:
            assert await _said("127.0.0.2", through.sockets[0].getsockname()[1], b"words") == b"heard words"
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert (tmp_path / "hosts").read_text() == "127.0.0.1 localhost\n"


# Device files


def test_only_device_files_of_the_settings_are_known() -> None:
    settings = Settings(Path(), printer=EscposUsb(Path("/dev/usb/lp0")), scanner=SerialScanner(Path("/dev/ttyACM0")))
    assert device_files(settings) == (Path("/dev/usb/lp0"), Path("/dev/ttyACM0"))


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Hands over `device`, and knows `gone`."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(tmp_path / "socket"))
    listener.listen()
    allowed = [tmp_path / "device", tmp_path / "gone"]
    threading.Thread(target=_hand_over, args=(allowed, listener), daemon=True).start()
    monkeypatch.setenv("LOTSE_DEVICES", str(tmp_path / "socket"))
    yield tmp_path
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _hand_over(allowed: list[Path], listener: socket.socket) -> None:
    try:
        handed_over.serve(allowed, listener)
    except OSError:
        return  # the test is over


def test_a_device_file_comes_opened(broker: Path) -> None:
    (broker / "device").write_text("what it says")
    descriptor = open_device(broker / "device", write=True)
    try:
        assert os.read(descriptor, 99) == b"what it says"
        assert not os.get_inheritable(descriptor)
        assert os.write(descriptor, b"!") == 1
    finally:
        os.close(descriptor)


@pytest.mark.expects_log
def test_what_the_settings_do_not_name_is_refused(broker: Path) -> None:
    (broker / "other").touch()
    with pytest.raises(PermissionError):
        open_device(broker / "other", write=False)


def test_a_device_that_is_not_there_is_told_as_such(broker: Path) -> None:
    with pytest.raises(OSError) as caught:
        open_device(broker / "gone", write=False)
    assert caught.value.errno == errno.ENOENT


# Out of order


class Compositor:
    """The other side of the wire: as much of a compositor as a still picture meets."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.asked: list[tuple[int, int]] = []
        self.pixels = b""

    def serve(self) -> None:
        """Greet, configure, and take the picture."""
        for name, interface in enumerate(("wl_compositor", "wl_seat", "wl_shm", "wl_output", "xdg_wm_base")):
            text = interface.encode() + b"\0"
            padded = struct.pack("=I", len(text)) + text + bytes(-len(text) % 4)
            self.tell(2, 0, struct.pack("=I", name) + padded + struct.pack("=I", 1))
        self.tell(6, 1, struct.pack("=Iiii", 3, 270, 480, 60000))
        self.tell(3, 0, struct.pack("=I", 1))
        self.tell(10, 0, struct.pack("=iiI", 0, 0, 0))
        self.tell(7, 0, struct.pack("=I", 77))
        self.tell(9, 0, struct.pack("=I", 1))
        while not self.pixels or (8, 6) not in self.asked[-1:]:
            data, descriptors, _, _ = socket.recv_fds(self.connection, 65536, 4)
            for descriptor in descriptors:
                with os.fdopen(descriptor, "rb") as file:
                    self.pixels = file.read()
            while data:
                thing, request, size = struct.unpack_from("=IHH", data)
                self.asked.append((thing, request))
                data = data[size:]

    def tell(self, thing: int, event: int, arguments: bytes) -> None:
        self.connection.send(struct.pack("=IHH", thing, event, 8 + len(arguments)) + arguments)


def test_the_calm_screen_fills_the_display_and_answers_its_questions() -> None:
    here, there = socket.socketpair()
    with here, there:
        compositor = Compositor(there)
        other = threading.Thread(target=compositor.serve)
        other.start()
        still = StillPicture(here)
        end = time.monotonic() + 10
        while not still.shown and time.monotonic() < end:
            still.until(time.monotonic() + 0.05)
        other.join(10)
    assert len(compositor.pixels) == 270 * 480 * 4
    assert len({compositor.pixels[i : i + 4] for i in range(0, len(compositor.pixels), 4)}) > 2, "words stand there"
    assert compositor.asked.count((2, 0)) == 4, "nothing is bound that takes input"
    assert {(7, 3), (9, 4), (10, 11)} <= set(compositor.asked), "pong, configured, full screen"


def test_a_display_that_goes_is_noticed() -> None:
    here, there = socket.socketpair()
    with here:
        still = StillPicture(here)
        there.close()
        with pytest.raises(OSError):
            still.until(time.monotonic() + 5)


def test_another_version_or_profile_is_seen(tmp_path: Path) -> None:
    link = tmp_path / "current"
    environment = {"LOTSE_TRY_AGAIN_WHEN": f"{tmp_path}/next:{link}"}
    seen = {leads_to(environment)}
    link.symlink_to("releases/1")
    seen.add(leads_to(environment))
    link.unlink()
    link.symlink_to("releases/2")
    seen.add(leads_to(environment))
    (tmp_path / "next").symlink_to("versions/2")
    seen.add(leads_to(environment))
    assert len(seen) == 4
    assert leads_to({}) == ()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_calm_screen_says_where_to_go(language: str) -> None:
    say = translator(Language(language)).say
    assert {"de": "Schalter", "en": "counter"}[language] in say(msg("machine.out-of-order.lead"))
    assert len(picture(320, 240)) == 320 * 240 * 4


LEAD = "machine.out-of-order.lead"


def test_out_of_order_a_place_without_a_counter_sends_nobody_there(tmp_path: Path) -> None:
    library = load_profile(SHIPPED_PROFILES / "library")
    assert isinstance(library, Place)
    speak_for(library.words)
    try:
        keep_words({"STATE_DIRECTORY": str(tmp_path)})
    finally:
        speak_for({})
    found = {"LOTSE_OUT_OF_ORDER_WORDS": str(tmp_path / WORDS)}
    assert "Schalter" not in kept_words(GERMAN, LEAD, found)
    assert "counter" not in kept_words(ENGLISH, LEAD, found)
    assert "Schalter" in kept_words(GERMAN, LEAD, {})


@pytest.mark.parametrize("content", [b"", b"[]", b'{"de": 1}', b'{"de": {"%s": 7}}', b'{"de": {"%s": "\\u001b[2J"}}'])
def test_words_that_cannot_be_used_are_lotses_own(tmp_path: Path, content: bytes) -> None:
    (tmp_path / WORDS).write_bytes(content.replace(b"%s", LEAD.encode()))
    found = {"LOTSE_OUT_OF_ORDER_WORDS": str(tmp_path / WORDS)}
    assert "Schalter" in kept_words(GERMAN, LEAD, found)
