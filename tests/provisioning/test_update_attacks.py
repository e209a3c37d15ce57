"""Attacks on updates: those of the TUF specification (1.5.2), and the four that it leaves to its user.

Each ends with nothing fetched or activated, and one line that says what it was.
"""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata

from provisioning.agent_floor import FloorFile
from provisioning.agent_source import Offer, Trouble, UpdateFault
from provisioning.repository import Holders, Repository
from tests.provisioning.signing import TARGET, Answer, Publisher, Server, bundle, key_at, looking

NOW = datetime.now(UTC).replace(microsecond=0)


def refused(publisher: Publisher, server: Server, state: Path, **more: object) -> UpdateFault:
    """Return how looking and fetching ends, which must not bring anything."""
    with looking(publisher, server, state, **more) as source, pytest.raises(UpdateFault) as found:  # type: ignore[arg-type]
        source.fetch(source.look(), state / "bundle.tar")
    assert not (state / "bundle.tar").exists()
    assert "\n" not in str(found.value)
    return found.value


def seen(publisher: Publisher, server: Server, state: Path) -> Offer:
    """Look once, as an honest terminal at an honest repository."""
    with looking(publisher, server, state) as source:
        return source.look()


def sends(content: bytes) -> Answer:
    """Answer with these bytes, whatever was asked for."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def test_what_was_published_arrives(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    content = publisher.publish("2")
    with looking(publisher, server, tmp_path / "state") as source:
        offer = source.look()
        source.fetch(offer, tmp_path / "bundle.tar")
    assert offer.version == "2"
    assert (tmp_path / "bundle.tar").read_bytes() == content


# Arbitrary software, and metadata


def test_another_bundle_of_the_same_length(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    server.answers[".foyer.tar"] = sends(bundle(publisher.folder, "1").replace(b"Eins", b"Zwei"))
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.TAMPERED


def test_half_a_bundle(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    server.answers[".foyer.tar"] = sends(bundle(publisher.folder, "1")[:2000])
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.TAMPERED


def test_a_connection_that_ends_in_the_middle(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    def breaks(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"half")

    server.answers[".foyer.tar"] = breaks
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "koeln"])
def test_metadata_that_somebody_else_signed(publisher: Publisher, server: Server, tmp_path: Path, role: str) -> None:
    stranger = key_at(tmp_path / "stranger.pem")
    metadata = publisher.repository.current(role)
    metadata.signatures.clear()
    metadata.sign(stranger.signer)
    server.answers[f"{role}.json"] = sends(metadata.to_bytes())
    fault = refused(publisher, server, tmp_path / "state")
    # The digest of a snapshot stands in the timestamp, so that one is noticed sooner
    assert fault.trouble is (Trouble.TAMPERED if role == "snapshot" else Trouble.UNSIGNED)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"signed": {}}', b"\xff\xfe", b"[" * 16_000])
def test_metadata_that_is_none(publisher: Publisher, server: Server, tmp_path: Path, content: bytes) -> None:
    server.answers["timestamp.json"] = sends(content)
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.TAMPERED


def test_a_new_root_that_the_old_one_did_not_sign(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    stranger = key_at(tmp_path / "stranger.pem")
    root: Metadata = publisher.repository.current("root")  # type: ignore[type-arg]
    root.signed.version = 2
    root.signed.add_key(stranger.public, "root")
    root.signatures.clear()
    root.sign(stranger.signer)
    server.answers["2.root.json"] = sends(root.to_bytes())
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.UNSIGNED


def test_a_key_of_a_city_signs_nothing_outside_it(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    """What a city's role lists for another city is not looked at."""
    key = key_at(tmp_path / "bonn.pem")
    publisher.repository.delegate("bonn", Holders((key.public,), 1))
    publisher.sign_and_release(key)
    found = publisher.repository.current("koeln").signed.targets[TARGET]
    bonn = publisher.repository.current("bonn")
    bonn.signed.version, bonn.signed.targets[TARGET] = 2, found
    bonn.sign(key.signer)
    (publisher.path / "metadata" / "2.bonn.json").write_bytes(bonn.to_bytes())
    koeln = publisher.repository.current("koeln")
    koeln.signed.version += 1
    koeln.signed.targets.clear()
    koeln.sign(publisher.keys["koeln"].signer)
    (publisher.path / "metadata" / f"{koeln.signed.version}.koeln.json").write_bytes(koeln.to_bytes())
    publisher.sign_and_release()
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.NOTHING_THERE


# Older than before


def test_rollback_to_an_older_timestamp(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    old = (publisher.path / "metadata" / "timestamp.json").read_bytes()
    publisher.publish("2")
    seen(publisher, server, tmp_path / "state")
    server.answers["timestamp.json"] = sends(old)
    fault = refused(publisher, server, tmp_path / "state")
    assert fault.trouble is Trouble.ROLLED_BACK
    assert "older" in str(fault)


def test_mix_of_an_old_snapshot_with_a_new_timestamp(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    old = publisher.repository.current("snapshot").to_bytes()
    publisher.publish("2")
    server.answers["snapshot.json"] = sends(old)
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.TAMPERED


def test_mix_of_an_old_role_with_a_new_snapshot(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    old = publisher.repository.current("koeln").to_bytes()
    publisher.publish("2")
    server.answers["koeln.json"] = sends(old)
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.ROLLED_BACK


def test_fast_forward_ends_when_the_keys_are_changed(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    """A stolen key signs a huge version; after its rotation terminals follow again (specification, 5.3.11)."""
    timestamp = publisher.path / "metadata" / "timestamp.json"
    honest = timestamp.read_bytes()
    huge = publisher.repository.current("timestamp")
    huge.signed.version = 2**31
    huge.sign(publisher.keys["timestamp"].signer)
    timestamp.write_bytes(huge.to_bytes())
    seen(publisher, server, tmp_path / "state")
    timestamp.write_bytes(honest)
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.ROLLED_BACK

    fresh = key_at(tmp_path / "fresh.pem")
    publisher.repository.rotate("timestamp", [fresh.public], [publisher.keys["timestamp"].public.keyid], None)
    publisher.keys["timestamp"] = fresh
    publisher.sign_and_release()
    assert seen(publisher, server, tmp_path / "state").version == "1"


# Too much, too slow, nothing


def test_endless_data(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    server.answers["timestamp.json"] = endless
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.TAMPERED


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "9000")
    handler.end_headers()
    _drips(handler, b" ")


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    _drips(handler, b"x")


def _drips(handler: BaseHTTPRequestHandler, drop: bytes) -> None:
    try:
        for _ in range(200):
            handler.wfile.write(drop)
            handler.wfile.flush()
            time.sleep(0.02)  # the attack itself
    except OSError:
        pass


@pytest.mark.parametrize("answer", [drip, drip_headers])
@pytest.mark.parametrize("file", ["timestamp.json", ".foyer.tar"])
def test_drip_feed_ends_at_the_deadline(
    publisher: Publisher, server: Server, tmp_path: Path, answer: Answer, file: str
) -> None:
    server.answers[file] = answer
    began = time.monotonic()
    assert refused(publisher, server, tmp_path / "state", seconds=0.5).trouble is Trouble.SLOW
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(("status", "file"), [(500, "timestamp.json"), (404, "timestamp.json"), (302, ".foyer.tar")])
def test_a_server_that_only_complains(
    publisher: Publisher, server: Server, tmp_path: Path, status: int, file: str
) -> None:
    def complains(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()

    server.answers[file] = complains
    fault = refused(publisher, server, tmp_path / "state")
    assert fault.trouble is Trouble.UNREACHABLE
    assert str(status) in str(fault)


def test_no_server(publisher: Publisher, tmp_path: Path) -> None:
    server = Server(publisher.path)
    with server:
        pass
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.UNREACHABLE


# Freeze, wiped metadata, and clocks


def test_freeze_ends_after_a_day(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    assert seen(publisher, server, tmp_path / "state").version == "1"
    later = NOW + timedelta(hours=25)
    fault = refused(publisher, server, tmp_path / "state", now=lambda: later)
    assert fault.trouble is Trouble.EXPIRED
    assert "held back" in str(fault)


def test_a_timestamp_that_is_good_for_too_long(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    timestamp = publisher.repository.current("timestamp")
    timestamp.signed.expires += timedelta(days=30)
    timestamp.signed.version += 1
    timestamp.sign(publisher.keys["timestamp"].signer)
    server.answers["timestamp.json"] = sends(timestamp.to_bytes())
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.GOOD_FOR_TOO_LONG


@pytest.mark.parametrize("at", [None, "yesterday", 5, "2026-11-22T20:00:00"])
def test_a_timestamp_that_does_not_say_when(
    publisher: Publisher, server: Server, tmp_path: Path, at: str | int | None
) -> None:
    timestamp = publisher.repository.current("timestamp")
    timestamp.signed.unrecognized_fields["signed_at"] = at
    timestamp.sign(publisher.keys["timestamp"].signer)
    server.answers["timestamp.json"] = sends(timestamp.to_bytes())
    assert refused(publisher, server, tmp_path / "state").trouble is Trouble.GOOD_FOR_TOO_LONG


def test_wiped_metadata_do_not_open_the_way_back(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    before = shutil.copytree(publisher.path, tmp_path / "before")
    publisher.publish("2")
    seen(publisher, server, tmp_path / "state")
    shutil.rmtree(tmp_path / "state" / "metadata")
    server.folder = before
    fault = refused(publisher, server, tmp_path / "state")
    assert fault.trouble is Trouble.ROLLED_BACK
    assert "was seen" in str(fault)


def test_the_floor_is_in_the_release_too(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    before = shutil.copytree(publisher.path, tmp_path / "before")
    publisher.publish("2")
    seen(publisher, server, tmp_path / "state")
    floor, copy = tmp_path / "state" / "floor.json", tmp_path / "copy.json"
    shutil.copyfile(floor, copy)
    shutil.rmtree(tmp_path / "state")
    server.folder = before
    (tmp_path / "state").mkdir()
    with looking(publisher, server, tmp_path / "state") as source, pytest.raises(UpdateFault) as found:
        source.floor = FloorFile(floor, copy)
        source.look()
    assert found.value.trouble is Trouble.ROLLED_BACK


def test_a_clock_a_year_late_does_not_bring_expired_metadata_back(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    """The repository was quiet for three days: a terminal that has seen them does not take what is older."""
    old = shutil.copytree(publisher.path, tmp_path / "old")
    later = NOW + timedelta(days=3)
    publisher.now = later
    publisher.publish("2")
    with looking(publisher, server, tmp_path / "state", now=lambda: later) as source:
        source.look()
    (tmp_path / "state" / "floor.json").write_text(
        json.dumps({**json.loads((tmp_path / "state" / "floor.json").read_text()), "roles": {}})
    )
    shutil.rmtree(tmp_path / "state" / "metadata")
    server.folder = old
    fault = refused(publisher, server, tmp_path / "state", now=lambda: NOW - timedelta(days=365))
    assert fault.trouble is Trouble.EXPIRED


def test_a_clock_a_year_late_still_gets_what_is_new(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    with looking(publisher, server, tmp_path / "state", now=lambda: NOW - timedelta(days=365)) as source:
        assert source.look().version == "1"
        assert source.floor.late_by() > timedelta(days=364)


def test_a_clock_a_year_fast_gets_nothing_and_recovers(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    seen(publisher, server, tmp_path / "state")
    fault = refused(publisher, server, tmp_path / "state", now=lambda: NOW + timedelta(days=365))
    assert fault.trouble is Trouble.EXPIRED
    assert f"{NOW.year + 1}" in str(fault)  # the clock's year is in the line
    assert seen(publisher, server, tmp_path / "state").version == "1"


def test_the_floor_rises_while_the_agent_runs(tmp_path: Path) -> None:
    clock = [0.0]
    (tmp_path / "floor.json").write_text(json.dumps({"time": NOW.isoformat(), "root": 1, "roles": {}}))
    floor = FloorFile(tmp_path / "floor.json", wall=lambda: NOW - timedelta(days=30), lasting=lambda: clock[0])
    clock[0] = 90_000
    assert floor.now() == NOW + timedelta(seconds=90_000)


@pytest.mark.expects_log
def test_a_broken_floor_is_no_floor_but_its_copy_is(tmp_path: Path) -> None:
    (tmp_path / "floor.json").write_text("{")
    (tmp_path / "copy.json").write_text(json.dumps({"time": NOW.isoformat(), "root": 3, "roles": {}}))
    assert FloorFile(tmp_path / "floor.json", tmp_path / "copy.json").floor.root == 3


def test_a_terminal_follows_roots_that_were_changed_while_it_was_away(
    publisher: Publisher, server: Server, tmp_path: Path
) -> None:
    seen(publisher, server, tmp_path / "state")
    for number in range(3):
        old, new = publisher.keys["root"], key_at(tmp_path / f"root{number}.pem")
        publisher.repository.rotate("root", [new.public], [old.public.keyid], None)
        publisher.keys["root"] = new
        publisher.sign_and_release(old)
    publisher.publish("2")
    assert Repository(publisher.path).current("root").signed.version == 4
    assert seen(publisher, server, tmp_path / "state").version == "2"
