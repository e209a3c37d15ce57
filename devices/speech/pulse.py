"""The sound server's own client library, as much of it as a voice needs: a stream out, and what there is to hear from.

PulseAudio's wire is served by PipeWire too. Each call makes a connection of its own and ends it, so a
server that was restarted is simply there again (a connection kept for long is what QtMultimedia
6.11 has: when the server comes back, its next sound aborts the whole process in libpulse).
Every function here can block: call it from a thread. Source: PulseAudio 16, `simple.h`,
`context.h`, `introspect.h`.
"""

from __future__ import annotations

import ctypes
import time
from functools import lru_cache
from types import TracebackType
from typing import Any

_NAME = b"Lotse"
_PLAYBACK = 1
_S16LE = 3
_DEFAULT = 0xFFFF_FFFF
_NO_AUTOSPAWN = 1
_CONTEXT_READY = 4
_OPERATION_RUNNING = 0
_POLL_MICROSECONDS = 20_000
_DUMMY = b"auto_null"
"""The sink that a server makes up where there is no sound card."""

_OnSink = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_void_p)


class NoSoundError(Exception):
    """The sound server, its library or its output is not there."""


class _SampleSpec(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _BufferAttributes(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class SoundStream:
    """One stream of 16-bit mono sound to the default output; a context manager.

    `latency` seconds of sound are on their way at most. Raises `NoSoundError` everywhere.
    """

    def __init__(self, rate: int, latency: float) -> None:
        self._library = _library("libpulse-simple.so.0")
        spec = _SampleSpec(_S16LE, rate, 1)
        ahead = int(rate * latency) * 2
        buffer = _BufferAttributes(_DEFAULT, ahead, _DEFAULT, ahead // 8 * 2, _DEFAULT)
        self._library.pa_simple_new.restype = ctypes.c_void_p
        stream = self._library.pa_simple_new(
            None, _NAME, _PLAYBACK, None, b"speech", ctypes.byref(spec), None, ctypes.byref(buffer), None
        )
        if not stream:
            raise NoSoundError("pa_simple_new")
        self._stream = ctypes.c_void_p(stream)

    def __enter__(self) -> SoundStream:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._library.pa_simple_free(self._stream)

    def write(self, sound: bytes) -> None:
        """Return when the server has taken the sound."""
        if self._library.pa_simple_write(self._stream, sound, ctypes.c_size_t(len(sound)), None) < 0:
            raise NoSoundError("pa_simple_write")

    def flush(self) -> None:
        """Drop what has been taken but not yet played."""
        self._library.pa_simple_flush(self._stream, None)


def has_output(seconds: float) -> bool:
    """Return whether there is a real output; False too if the server does not say so in time."""
    try:
        library = _library("libpulse.so.0")
    except NoSoundError:
        return False
    for name in ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new", "pa_context_get_sink_info_list"):
        getattr(library, name).restype = ctypes.c_void_p
    loop = ctypes.c_void_p(library.pa_mainloop_new())
    context = ctypes.c_void_p(library.pa_context_new(ctypes.c_void_p(library.pa_mainloop_get_api(loop)), _NAME))
    try:
        return _DUMMY not in (sinks := _sinks(library, loop, context, time.monotonic() + seconds)) and bool(sinks)
    finally:
        library.pa_context_disconnect(context)
        library.pa_context_unref(context)
        library.pa_mainloop_free(loop)


def _sinks(library: Any, loop: ctypes.c_void_p, context: ctypes.c_void_p, deadline: float) -> set[bytes]:
    """Connect and return the names of all sinks, none if that does not work before the deadline."""
    names: set[bytes] = set()
    if library.pa_context_connect(context, None, _NO_AUTOSPAWN, None) < 0:
        return names
    while (state := library.pa_context_get_state(context)) != _CONTEXT_READY:
        if state > _CONTEXT_READY or not _turned(library, loop, deadline):
            return names

    def on_sink(_: int, name: Any, end: int, __: int) -> None:
        """Take a sink: the name is the first member of `pa_sink_info`."""
        if not end:
            names.add(name[0])

    callback = _OnSink(on_sink)
    operation = ctypes.c_void_p(library.pa_context_get_sink_info_list(context, callback, None))
    while library.pa_operation_get_state(operation) == _OPERATION_RUNNING and _turned(library, loop, deadline):
        pass
    library.pa_operation_cancel(operation)
    library.pa_operation_unref(operation)
    return names


def _turned(library: Any, loop: ctypes.c_void_p, deadline: float) -> bool:
    """Turn the library's loop once; return whether there is time for another turn."""
    alive = (
        library.pa_mainloop_prepare(loop, _POLL_MICROSECONDS) >= 0
        and library.pa_mainloop_poll(loop) >= 0
        and library.pa_mainloop_dispatch(loop) >= 0
    )
    return alive and time.monotonic() < deadline


@lru_cache
def _library(name: str) -> Any:
    try:
        return ctypes.CDLL(name)
    except OSError as error:
        raise NoSoundError(str(error)) from None
