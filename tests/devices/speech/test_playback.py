"""The way to the sound server: what there is to be heard from, and what happens when it is gone."""

from __future__ import annotations

import asyncio
import math
import time
from array import array
from pathlib import Path

import pytest

from devices.speech.outputs import Outputs
from devices.speech.playback import Heard, PulsePlayback
from devices.speech.sound import Sound, WordMark

from .ears import RATE, Ears


def tone(seconds: float, marks: tuple[WordMark, ...] = ()) -> Sound:
    """Return a hum."""
    count = int(seconds * RATE)
    samples = array("h", (int(9000 * math.sin(number / 10)) for number in range(count)))
    return Sound(samples.tobytes(), RATE, marks)


async def play(playback: PulsePlayback, sound: Sound, gain: float = 1.0, heard: Heard = lambda _: None) -> bool:
    """Play on the test's loudspeaker."""
    return await playback.play(sound, "loudspeaker", gain, heard)


@pytest.fixture
def playback(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> PulsePlayback:
    """Playback on the recorded server."""
    monkeypatch.setenv("PULSE_SERVER", ears.environment["PULSE_SERVER"])
    monkeypatch.setenv("XDG_RUNTIME_DIR", ears.environment["XDG_RUNTIME_DIR"])
    return PulsePlayback()


async def test_a_sink_is_an_output(playback: PulsePlayback) -> None:
    assert await playback.look() == Outputs("loudspeaker")


async def test_the_sink_that_a_server_makes_up_is_none(playback: PulsePlayback, ears: Ears) -> None:
    ears.pactl("unload-module", "module-null-sink")
    ears.pactl("load-module", "module-null-sink", "sink_name=auto_null")
    assert await playback.look() == Outputs()


async def test_without_a_server_there_is_no_output_and_playing_fails_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert await PulsePlayback().look() == Outputs()
    assert not await play(PulsePlayback(), tone(0.1))


async def test_a_piece_takes_as_long_as_it_sounds(playback: PulsePlayback, ears: Ears) -> None:
    began = time.monotonic()
    assert await play(playback, tone(0.5))
    took = time.monotonic() - began
    assert 0.5 < took < 1.0
    heard = ears.heard(began, began + took)
    assert 0.4 < heard[-1] - heard[0] < 0.6


async def test_a_stop_ends_a_piece_at_once(playback: PulsePlayback, ears: Ears) -> None:
    playing = asyncio.create_task(play(playback, tone(3)))
    await asyncio.sleep(0.4)
    began = time.monotonic()
    playback.stop()
    assert not await playing
    assert time.monotonic() - began < 0.2
    assert ears.heard(began - 0.2, began)


async def test_a_server_that_dies_is_a_failure_and_not_the_end_of_the_terminal(
    playback: PulsePlayback, ears: Ears
) -> None:
    playing = asyncio.create_task(play(playback, tone(3)))
    await asyncio.sleep(0.2)
    ears.server.kill()
    async with asyncio.timeout(2):
        assert not await playing
    assert await playback.look() == Outputs()
    assert not await play(playback, tone(0.1))
