"""A line that is a device file: a USB printer's node or a serial port, without a thread.

The file is opened non-blocking and watched by the event loop. Closing it never waits for bytes
that the printer does not take.
"""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import suppress

_CHUNK = 4096
_PAUSE = 0.02


class DeviceWire:
    """An open device file as a `transport.Wire`. It owns the descriptor.

    `empty_is_end`: whether reading nothing means that the device is gone (a serial port that was hung
    up); for a USB printer it is an empty packet and means nothing.
    """

    lasting = True

    def __init__(self, descriptor: int, *, empty_is_end: bool) -> None:
        self._descriptor = descriptor
        self._empty_is_end = empty_is_end
        self._loop = asyncio.get_running_loop()
        self._arrived = bytearray()
        self._unsent = bytearray()
        self._failure: OSError | None = None
        self._news = asyncio.Event()
        self._resume: asyncio.TimerHandle | None = None
        self._loop.add_reader(descriptor, self._readable)

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken."""
        return len(self._unsent)

    def write(self, data: bytes) -> None:
        """Send behind what is unsent, without waiting."""
        self._unsent += data
        self._send()
        if self._failure is not None:
            raise self._failure

    async def read(self) -> bytes:
        """Return what arrived; wait for it if need be."""
        while not self._arrived:
            if self._failure is not None:
                raise self._failure
            self._news.clear()
            await self._news.wait()
        data = bytes(self._arrived)
        self._arrived.clear()
        return data

    def forget(self) -> None:
        """Drop what the kernel has not taken."""
        self._unsent.clear()
        self._loop.remove_writer(self._descriptor)

    def abort(self) -> None:
        """Close at once."""
        if self._descriptor < 0:
            return
        self._stop()
        with suppress(OSError):
            os.close(self._descriptor)
        self._descriptor = -1

    def _stop(self) -> None:
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)
        if self._resume is not None:
            self._resume.cancel()

    def _readable(self) -> None:
        try:
            data = os.read(self._descriptor, _CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._fail(error)
            return
        if data:
            self._arrived += data
            self._news.set()
        elif self._empty_is_end:
            self._fail(OSError(errno.ENODEV, "the line was hung up"))
        else:
            self._pause()

    def _pause(self) -> None:
        """Look away for a moment, so that a device that is readable and empty does not keep the loop busy."""
        self._loop.remove_reader(self._descriptor)
        self._resume = self._loop.call_later(_PAUSE, self._loop.add_reader, self._descriptor, self._readable)

    def _send(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self._descriptor, self._unsent[:_CHUNK])]
        except (BlockingIOError, InterruptedError):
            self._loop.add_writer(self._descriptor, self._send)
            return
        except OSError as error:
            self._fail(error)
            return
        self._loop.remove_writer(self._descriptor)

    def _fail(self, error: OSError) -> None:
        self._failure = error
        self._stop()
        self._news.set()
