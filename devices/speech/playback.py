"""Sound to ears: a stream to the sound server, silent the moment it is told.

Each piece of sound is played by a thread of its own, so neither a busy window nor a server that
hangs can make the other wait. The threads are daemons: a hanging server does not hold up the exit.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from devices.speech.pulse import NoSoundError, SoundStream, has_output
from devices.speech.synthesis import SAMPLE_RATE

T = TypeVar("T")

_LATENCY = 0.05
_PAUSE = 0.15
_STEP = SAMPLE_RATE // 100 * 2
_PATIENCE = 2.0


class PulsePlayback:
    """Plays 16-bit mono sound on the default output of PulseAudio or PipeWire."""

    def __init__(self, latency: float = _LATENCY) -> None:
        """`latency`: seconds of sound that are on their way, and are dropped by `stop`."""
        self._latency = latency
        self._stopped = threading.Event()

    async def has_output(self) -> bool:
        """Whether there is anything to be heard from."""
        try:
            async with asyncio.timeout(_PATIENCE * 2):
                return await _in_thread(lambda: has_output(_PATIENCE))
        except TimeoutError:
            return False

    async def play(self, sound: bytes) -> bool:
        """Play a piece and a short pause; True when it is over, False if it failed or was stopped.

        One piece at a time: a second one silences the first. Cancelling is silence too.
        """
        self.stop()
        self._stopped = stopped = threading.Event()
        longest = len(sound) / 2 / SAMPLE_RATE + _PAUSE + _PATIENCE
        try:
            async with asyncio.timeout(longest):
                return await _in_thread(lambda: self._played(sound, stopped))
        except TimeoutError:
            return False
        finally:
            stopped.set()

    def stop(self) -> None:
        """Be silent now: within one step of 10 ms what is on its way is dropped."""
        self._stopped.set()

    def _played(self, sound: bytes, stopped: threading.Event) -> bool:
        silence = bytes(int((_PAUSE + self._latency) * SAMPLE_RATE) * 2)
        pieces = memoryview(sound + silence)
        try:
            with SoundStream(SAMPLE_RATE, self._latency) as stream:
                for start in range(0, len(pieces), _STEP):
                    if stopped.is_set():
                        stream.flush()
                        return False
                    stream.write(bytes(pieces[start : start + _STEP]))
        except NoSoundError:
            return False
        return True


async def _in_thread(work: Callable[[], T]) -> T:
    """Return what `work` returns in a daemon thread; if it hangs, only the thread does."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(result: T) -> None:
        if not done.done():
            done.set_result(result)

    def run() -> None:
        result = work()
        if not loop.is_closed():
            loop.call_soon_threadsafe(finish, result)

    threading.Thread(target=run, name="speech-playback", daemon=True).start()
    return await done
