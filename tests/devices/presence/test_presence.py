"""Presence sensors on their wires."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.presence.sensor import hid_presence, serial_presence
from devices.presence.signals import Proximity, Report, Signals, Words
from devices.presence.simulator import VirtualPresence
from kiosk.device_events import Device, DeviceChanged, PresenceSensed
from kiosk.events import Event
from kiosk.faults import FaultCode
from tests.devices.listening import watched

WORKS = DeviceChanged(Device.PRESENCE, None)
HERE, AWAY = PresenceSensed(True), PresenceSensed(False)
WORDS = Words(b"P1", b"P0")


def is_lost(events: list[Event]) -> bool:
    last = events[-1] if events else None
    return isinstance(last, DeviceChanged) and last.fault is not None and last.fault.code is FaultCode.PRESENCE_LOST


@pytest.fixture
def sensor(tmp_path: Path) -> Iterator[VirtualPresence]:
    sensor = VirtualPresence(tmp_path / "sensor")
    sensor.plug()
    yield sensor
    sensor.close()


async def test_coming_and_going_are_told_once_each(sensor: VirtualPresence) -> None:
    async with watched(serial_presence(sensor.node, WORDS)) as told:
        await told.last(WORKS)
        for _ in range(3):
            sensor.come()
        await told.last(HERE)
        sensor.go()
        await told.last(AWAY)
        assert told.events == [WORKS, HERE, AWAY]


async def test_a_pulled_sensor_is_lost_and_comes_back(sensor: VirtualPresence) -> None:
    async with watched(serial_presence(sensor.node, WORDS)) as told:
        await told.last(WORKS)
        sensor.unplug()
        await told.until(is_lost)
        sensor.plug()
        await told.last(WORKS)
        sensor.come()
        await told.last(HERE)


def told_by(signals: Signals, *pieces: bytes) -> list[bool]:
    sensed: list[bool] = []
    take = signals.reader(sensed.append)
    for piece in pieces:
        take(piece)
    return sensed


@pytest.mark.parametrize(
    ("pieces", "sensed"),
    [
        ((b"P1\r\n", b"P0\r\n"), [True, False]),
        ((b"P", b"1", b"xxP", b"0"), [True, False]),
        ((b"P1P0P1",), [True]),
        ((b"\xff\x00nonsense" * 500,), []),
    ],
)
def test_words_are_found_in_any_pieces(pieces: tuple[bytes, ...], sensed: list[bool]) -> None:
    assert told_by(WORDS, *pieces) == sensed


def test_one_word_within_the_other_is_the_longer_one() -> None:
    assert told_by(Words(b"MOTION", b"NO MOTION"), b"MOTION\n", b"NO MOTION\n") == [True, False]


def test_a_report_says_it_in_a_bit() -> None:
    assert told_by(Report(1, 0x04, 3), b"\x02\x04\x00", b"\x02\xfb\x00", b"\x02") == [True, False]


def test_the_kernels_sensors_say_it_by_switch_or_distance() -> None:
    def event(kind: int, code: int, value: int) -> bytes:
        return struct.pack("@llHHi", 0, 0, kind, code, value)

    switch = event(5, 0x0B, 1) + event(0, 0, 0) + event(5, 0x0B, 0)
    distance = event(3, 0x19, 80) + event(3, 0x00, 1) + event(3, 0x19, 300)
    assert told_by(Proximity(100), switch[:10], switch[10:]) == [True, False]
    assert told_by(Proximity(100), distance) == [True, False]


async def test_a_hid_sensor_is_read_from_its_node(tmp_path: Path) -> None:
    node = tmp_path / "hidraw"
    os.mkfifo(node)
    async with watched(hid_presence(node, Report(0, 1, 1))) as told:
        await told.last(WORKS)
        writing = os.open(node, os.O_WRONLY)
        os.write(writing, b"\x01")
        await told.last(HERE)
        os.close(writing)
        await told.until(is_lost)


def test_a_virtual_sensor_starts_only_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError):
        VirtualPresence(tmp_path / "sensor")
