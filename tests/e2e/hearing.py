"""Somebody who does not see: goes by what is sent to the headset, word by word, and by nothing else."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from array import array
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from devices.speech.playback import PulsePlayback
from devices.speech.sound import Sound, WordMark
from devices.speech.speaker import LocalSpeaker
from devices.speech.synthesis import EspeakSynthesis
from kiosk.privacy import Private
from kiosk.text import Language
from online.simulators.authority_tokens import AuthorityKeys
from tests.devices.speech.ears import Ears, NoEarsError, listening
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import as_input

LISTEN_S = 8.0
LOUD = 50
HEADSET = "headset"


class Overheard:
    """What is sent to sound, and on which output: the words go on to the real voice and the real sound server."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.in_the_room: list[str] = []
        self.news = asyncio.Event()
        self._texts: dict[int, tuple[Sound, str]] = {}

    def speaker(self) -> LocalSpeaker:
        """Return a real speaker that is overheard."""
        overheard = self

        class Voice(EspeakSynthesis):
            async def speech(self, words: Private[str], language: Language, rate: float = 1.0) -> Sound:
                sound = await super().speech(words, language, rate)
                overheard._texts[id(sound)] = (sound, words.reveal())
                return sound

        class Playback(PulsePlayback):
            async def play(self, sound: Sound, output: str, gain: float, heard: Callable[[WordMark], None]) -> bool:
                text = overheard._texts[id(sound)][1]
                (overheard.said if output == HEADSET else overheard.in_the_room).append(text)
                overheard.news.set()
                return await super().play(sound, output, gain, heard)

        return LocalSpeaker(Voice(), Playback(), settle=0.0)


class Headset:
    """A second output of the test's sound server; what really sounds there is recorded."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._module = ""
        self.peaks: list[int] = []
        self._recorder: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._listen)

    def plug(self) -> None:
        """Plug it in."""
        self._module = self._ears.pactl("load-module", "module-null-sink", f"sink_name={HEADSET}")
        options = [f"--device={HEADSET}.monitor", "--rate=22050", "--channels=1", "--format=s16le", "--latency-msec=20"]
        command = ["parec", "--raw", *options]
        self._recorder = subprocess.Popen(command, env=self._ears.environment, stdout=subprocess.PIPE)
        self._thread.start()

    def pull(self) -> None:
        """Pull it out."""
        self._ears.pactl("unload-module", self._module)

    def close(self) -> None:
        """Stop recording."""
        if self._recorder is not None:
            self._recorder.terminate()
            self._thread.join(5)
            self._recorder.wait(5)
            assert self._recorder.stdout is not None
            self._recorder.stdout.close()

    @property
    def sounding(self) -> int:
        """How many pieces of 20 ms were not silent so far."""
        return sum(peak > LOUD for peak in self.peaks)

    def _listen(self) -> None:
        assert self._recorder is not None
        assert self._recorder.stdout is not None
        while block := self._recorder.stdout.read(882):
            self.peaks.append(max(map(abs, array("h", block[: len(block) // 2 * 2])), default=0))


@contextmanager
def sound_server(folder: Path) -> Iterator[Ears]:
    """Run a sound server of the test's own; the test is skipped where there is none."""
    with pytest.MonkeyPatch.context() as patch:
        try:
            with listening(folder) as ears:
                patch.setenv("PULSE_SERVER", ears.environment["PULSE_SERVER"])
                yield ears
        except NoEarsError as why:
            pytest.skip(str(why))


class Listener:
    """Somebody who hears, and strikes keys. `heard` is all so far, `last` what came since the last key."""

    def __init__(self, foyer: Foyer, overheard: Overheard, headset: Headset) -> None:
        self.foyer, self.overheard, self.headset = foyer, overheard, headset
        self._from = 0

    @property
    def heard(self) -> list[str]:
        """All that was sent to the headset."""
        return self.overheard.said

    @property
    def last(self) -> list[str]:
        """What was sent to the headset since the last key."""
        return self.heard[self._from :]

    async def strike(self, key: int) -> str:
        """Strike a key; return the first thing that is said then."""
        self._from = len(self.heard)
        await as_input(lambda: QTest.keyClick(self.foyer.window.windowHandle(), Qt.Key(key)))
        return await self.hears("")

    async def hears(self, words: str) -> str:
        """Wait until something with these words is said since the last key, and return it."""
        return await self._said(words, lambda: self.last)

    async def in_the_room_hears(self, words: str) -> str:
        """Wait until everybody hears something with these words."""
        return await self._said(words, lambda: self.overheard.in_the_room)

    async def _said(self, words: str, said: Callable[[], list[str]]) -> str:
        try:
            async with asyncio.timeout(LISTEN_S):
                while not (found := [each for each in said() if words in each]):
                    self.overheard.news.clear()
                    await self.overheard.news.wait()
        except TimeoutError:
            raise AssertionError(f"never said {words!r}, only {said()[-12:]} after {self.heard[-6:]}") from None
        return found[0]


@asynccontextmanager
async def listening_visitor(keys: AuthorityKeys, ears: Ears) -> AsyncIterator[Listener]:
    """Open a foyer with sound, and let somebody plug a headset in: it is being read to from then on."""
    overheard, headset = Overheard(), Headset(ears)
    speaker = overheard.speaker()
    try:
        async with opened(keys, speaker=speaker) as foyer:
            listener = Listener(foyer, overheard, headset)
            await foyer.until(lambda: speaker._outputs is not None, lambda: "a loudspeaker")
            await asyncio.to_thread(headset.plug)
            await listener.hears("Guten Tag")
            yield listener
    finally:
        speaker.close()
        headset.close()
