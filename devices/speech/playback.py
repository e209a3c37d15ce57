"""Sound to ears: a stream to the sound server, silent the moment it is told, and a look at what there is to hear from.

Each piece of sound is played by a thread of its own, so neither a busy window nor a server that
hangs can make the other wait. The threads are daemons: a hanging server does not hold up the exit.
"""

from __future__ import annotations

import asyncio
import threading
from array import array
from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

from devices.speech.outputs import Choice, Outputs
from devices.speech.pulse import Connection, NoSoundError, Stream
from devices.speech.sound import SAMPLE_BYTES, Sound, WordMark

T = TypeVar("T")

_LATENCY = 0.05
_PAUSE = 0.15
_STEPS_A_SECOND = 100
_TURN = 0.005
_PATIENCE = 2.0
_LOOK_AGAIN = 1.0
_IDLE = 60.0

Heard = Callable[[WordMark], None]
"""Told on the loop's thread as a word comes out."""


class PulsePlayback:
    """Plays on the outputs of PulseAudio or PipeWire that `choice` names."""

    def __init__(self, choice: Choice | None = None, latency: float = _LATENCY) -> None:
        """`latency`: seconds of sound that are on their way, and are dropped by `stop`."""
        self._choice = choice or Choice()
        self._latency = latency
        self._stopped = threading.Event()

    async def look(self) -> Outputs:
        """Return what there is to be heard from now."""
        try:
            async with asyncio.timeout(_PATIENCE * 2):
                return await _in_thread(self._outputs)
        except TimeoutError:
            return Outputs()

    async def outputs(self) -> AsyncGenerator[Outputs, None]:
        """Yield what there is to be heard from, now and as soon as it changes; the server may die and return."""
        watch = _Watch(self._choice, asyncio.get_running_loop())
        threading.Thread(target=watch.run, name="speech-outputs", daemon=True).start()
        try:
            while True:
                yield await watch.news.get()
        finally:
            watch.end()

    async def play(self, sound: Sound, output: str, gain: float, heard: Heard) -> bool:
        """Play a piece and a short pause; True when it is over, False if it failed or was stopped.

        One piece at a time: a second one silences the first. Cancelling is silence too.
        """
        self.stop()
        self._stopped = stopped = threading.Event()
        loop = asyncio.get_running_loop()

        def tell(mark: WordMark) -> None:
            if not stopped.is_set():
                heard(mark)

        def came_out(mark: WordMark) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, mark)

        piece = _Piece(sound, gain, self._latency, stopped, came_out)
        try:
            async with asyncio.timeout(sound.seconds + _PAUSE + _PATIENCE):
                return await _in_thread(lambda: piece.played(output))
        except TimeoutError:
            return False
        finally:
            stopped.set()

    def stop(self) -> None:
        """Be silent now: what is on its way is dropped."""
        self._stopped.set()

    def _outputs(self) -> Outputs:
        try:
            with Connection(_PATIENCE) as connection:
                return self._choice.of(connection.sinks())
        except NoSoundError:
            return Outputs()


class _Piece:
    """One sound on its way to one output, in a thread of its own."""

    def __init__(self, sound: Sound, gain: float, latency: float, stopped: threading.Event, heard: Heard) -> None:
        self._sound, self._gain, self._latency = sound, gain, latency
        self._stopped, self._heard = stopped, heard
        self._coming = list(reversed(sound.marks))

    def played(self, output: str) -> bool:
        """Play to the end; False if it failed or was stopped."""
        rate = self._sound.rate
        silence = bytes(int((_PAUSE + self._latency) * rate) * SAMPLE_BYTES)
        samples = memoryview(self._sound.samples + silence)
        step = rate // _STEPS_A_SECOND * SAMPLE_BYTES
        try:
            with Connection(_PATIENCE) as connection, Stream(connection, output, rate, self._latency) as stream:
                for start in range(0, len(samples), step):
                    piece = louder(samples[start : start + step], self._gain)
                    if not self._room_for(piece, connection, stream):
                        stream.flush()
                        return False
                    stream.write(piece)
                self._tell_heard(self._sound.seconds)
        except NoSoundError:
            return False
        return True

    def _room_for(self, piece: bytes, connection: Connection, stream: Stream) -> bool:
        """Wait until the server takes more; False if it is to be silent."""
        while not self._stopped.is_set():
            self._tell_heard(stream.heard())
            if stream.room() >= len(piece):
                return True
            connection.turn(_TURN)
        return False

    def _tell_heard(self, seconds: float) -> None:
        while self._coming and self._coming[-1].seconds <= seconds:
            self._heard(self._coming.pop())


class _Watch:
    """Follows what outputs a server has, in a thread of its own."""

    def __init__(self, choice: Choice, loop: asyncio.AbstractEventLoop) -> None:
        self.news: asyncio.Queue[Outputs] = asyncio.Queue()
        self._choice, self._loop = choice, loop
        self._ended = threading.Event()
        self._connection: Connection | None = None
        self._guard = threading.Lock()
        self._told: Outputs | None = None

    def run(self) -> None:
        """Look until it is ended; without a server, look again every second."""
        while not self._ended.is_set():
            try:
                self._follow()
            except NoSoundError:
                self._tell(Outputs())
            self._ended.wait(_LOOK_AGAIN)

    def end(self) -> None:
        """Make the thread end."""
        self._ended.set()
        with self._guard:
            if self._connection is not None:
                self._connection.wake()

    def _follow(self) -> None:
        with Connection(_PATIENCE) as connection:
            try:
                with self._guard:
                    self._connection = connection
                connection.subscribe()
                self._tell(self._choice.of(connection.sinks()))
                while not self._ended.is_set():
                    connection.turn(_IDLE)
                    if connection.take_change():
                        self._tell(self._choice.of(connection.sinks()))
            finally:
                with self._guard:
                    self._connection = None

    def _tell(self, outputs: Outputs) -> None:
        if outputs != self._told and not self._loop.is_closed() and not self._ended.is_set():
            self._told = outputs
            self._loop.call_soon_threadsafe(self.news.put_nowait, outputs)


def louder(samples: memoryview, gain: float) -> bytes:
    """Return 16-bit samples times `gain`, which is at most 1."""
    if gain >= 1:
        return bytes(samples)
    return array("h", (int(sample * gain) for sample in array("h", bytes(samples)))).tobytes()


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
