"""The way to the sound server: what there is to be heard from, and what happens when it is gone."""

from __future__ import annotations

import asyncio
import math
import subprocess
import time
from array import array
from pathlib import Path

import pytest

from devices.speech.playback import PulsePlayback
from devices.speech.synthesis import SAMPLE_RATE

from .conftest import Ears


def tone(seconds: float) -> bytes:
    """Return a hum."""
    count = int(seconds * SAMPLE_RATE)
    return array("h", (int(9000 * math.sin(number / 10)) for number in range(count))).tobytes()


def pactl(ears: Ears, *command: str) -> None:
    """Change the server."""
    subprocess.run(["pactl", *command], env=ears.environment, check=True, capture_output=True, timeout=10)


@pytest.fixture
def playback(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> PulsePlayback:
    """Playback on the recorded server."""
    monkeypatch.setenv("PULSE_SERVER", ears.environment["PULSE_SERVER"])
    monkeypatch.setenv("XDG_RUNTIME_DIR", ears.environment["XDG_RUNTIME_DIR"])
    return PulsePlayback()


async def test_a_sink_is_an_output(playback: PulsePlayback) -> None:
    assert await playback.has_output()


async def test_the_sink_that_a_server_makes_up_is_none(playback: PulsePlayback, ears: Ears) -> None:
    pactl(ears, "unload-module", "module-null-sink")
    pactl(ears, "load-module", "module-null-sink", "sink_name=auto_null")
    assert not await playback.has_output()


async def test_without_a_server_there_is_no_output_and_playing_fails_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not await PulsePlayback().has_output()
    assert not await PulsePlayback().play(tone(0.1))


async def test_a_piece_takes_as_long_as_it_sounds(playback: PulsePlayback, ears: Ears) -> None:
    began = time.monotonic()
    assert await playback.play(tone(0.5))
    took = time.monotonic() - began
    assert 0.5 < took < 1.0
    heard = ears.heard(began, began + took)
    assert 0.4 < heard[-1] - heard[0] < 0.6


async def test_a_stop_ends_a_piece_at_once(playback: PulsePlayback, ears: Ears) -> None:
    playing = asyncio.create_task(playback.play(tone(3)))
    await asyncio.sleep(0.4)
    began = time.monotonic()
    playback.stop()
    assert not await playing
    assert time.monotonic() - began < 0.2
    assert ears.heard(began - 0.2, began)


async def test_a_server_that_dies_is_a_failure_and_not_the_end_of_the_terminal(
    playback: PulsePlayback, ears: Ears
) -> None:
    playing = asyncio.create_task(playback.play(tone(3)))
    await asyncio.sleep(0.2)
    ears.server.kill()
    async with asyncio.timeout(2):
        assert not await playing
    assert not await playback.has_output()
    assert not await playback.play(tone(0.1))
