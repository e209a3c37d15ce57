"""The tones by which a terminal is found in a room."""

from __future__ import annotations

from array import array
from collections.abc import AsyncGenerator, Callable
from itertools import pairwise

from devices.speech.outputs import Outputs
from devices.speech.sound import Sound, WordMark, tones
from devices.speech.speaker import LocalSpeaker


class Room:
    """Plays nothing, and notes what it was to play."""

    def __init__(self, outputs: Outputs) -> None:
        self.there, self.played = outputs, list[tuple[Sound, str]]()

    async def look(self) -> Outputs:
        return self.there

    async def outputs(self) -> AsyncGenerator[Outputs, None]:
        yield self.there

    async def play(self, sound: Sound, output: str, gain: float, heard: Callable[[WordMark], None]) -> bool:
        self.played.append((sound, output))
        return True

    def stop(self) -> None:
        """Nothing plays."""


async def test_they_are_heard_where_anything_is() -> None:
    room = Room(Outputs(loudspeaker="sink"))
    await LocalSpeaker(playback=room).signal()
    assert room.played == [(tones(), "sink")]


async def test_without_an_output_there_is_silence() -> None:
    room = Room(Outputs())
    await LocalSpeaker(playback=room).signal()
    assert room.played == []


def test_they_are_short_loud_and_without_a_click() -> None:
    sound = tones()
    samples = array("h", sound.samples)
    assert 2 <= sound.seconds <= 4
    assert 8000 < max(samples) < 12_000
    assert max(abs(one - other) for one, other in pairwise(samples)) < 3000
