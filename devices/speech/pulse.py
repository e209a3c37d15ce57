"""The sound server's own client library, as much of it as a voice needs: outputs, their changes, and a stream to one.

PulseAudio's wire is served by PipeWire too. A `Connection` that broke is ended and a new one made, so a
server that was restarted is simply there again (QtMultimedia 6.11 keeps one for the life of the process: when the
server comes back, its next sound aborts the process in libpulse). Every method here can block, within its
deadline: call it from a thread. Source: PulseAudio 16, `mainloop.h`, `context.h`, `introspect.h`, `stream.h`.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

_NAME = b"Lotse"
_S16LE = 3
_DEFAULT = 0xFFFF_FFFF
_NO_AUTOSPAWN = 1
_CONTEXT_READY = 4
_STREAM_READY = 2
_OPERATION_RUNNING = 0
_PORT_NOT_AVAILABLE = 1
_SINKS_SERVER_CARDS = 0x0001 | 0x0080 | 0x0200
_INTERPOLATE_TIMING = 0x0002
_AUTO_TIMING_UPDATE = 0x0008
_DO_NOT_MOVE = 0x0200
_ADJUST_LATENCY = 0x2000
_STREAM_FLAGS = _INTERPOLATE_TIMING | _AUTO_TIMING_UPDATE | _DO_NOT_MOVE | _ADJUST_LATENCY
_DUMMY = "auto_null"
"""The sink that a server makes up where there is no sound card."""


class NoSoundError(Exception):
    """The sound server, its library or its output is not there, or does not answer in time."""


@dataclass(frozen=True, slots=True)
class Sink:
    """One output of the server, by its name, and the port of it that sounds ("" if it has none)."""

    name: str
    port: str = ""


class _SampleSpec(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _ChannelMap(ctypes.Structure):
    _fields_ = (("channels", ctypes.c_uint8), ("map", ctypes.c_int * 32))


class _Volume(ctypes.Structure):
    _fields_ = (("channels", ctypes.c_uint8), ("values", ctypes.c_uint32 * 32))


class _BufferAttributes(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class _PortInfo(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("priority", ctypes.c_uint32),
        ("available", ctypes.c_int),
    )


class _SinkInfo(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("index", ctypes.c_uint32),
        ("description", ctypes.c_char_p),
        ("sample_spec", _SampleSpec),
        ("channel_map", _ChannelMap),
        ("owner_module", ctypes.c_uint32),
        ("volume", _Volume),
        ("mute", ctypes.c_int),
        ("monitor_source", ctypes.c_uint32),
        ("monitor_source_name", ctypes.c_char_p),
        ("latency", ctypes.c_uint64),
        ("driver", ctypes.c_char_p),
        ("flags", ctypes.c_int),
        ("proplist", ctypes.c_void_p),
        ("configured_latency", ctypes.c_uint64),
        ("base_volume", ctypes.c_uint32),
        ("state", ctypes.c_int),
        ("n_volume_steps", ctypes.c_uint32),
        ("card", ctypes.c_uint32),
        ("n_ports", ctypes.c_uint32),
        ("ports", ctypes.c_void_p),
        ("active_port", ctypes.POINTER(_PortInfo)),
    )


class _ServerInfo(ctypes.Structure):
    _fields_ = (
        ("user_name", ctypes.c_char_p),
        ("host_name", ctypes.c_char_p),
        ("server_version", ctypes.c_char_p),
        ("server_name", ctypes.c_char_p),
        ("sample_spec", _SampleSpec),
        ("default_sink_name", ctypes.c_char_p),
    )


_OnSink = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_SinkInfo), ctypes.c_int, ctypes.c_void_p)
_OnServer = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_ServerInfo), ctypes.c_void_p)
_OnChange = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p)


class Connection:
    """One connection to the sound server, made within `patience` seconds; a context manager.

    Every method raises `NoSoundError` once it is broken. One thread at a time; only `wake` is for others.
    """

    def __init__(self, patience: float) -> None:
        self.library = _library()
        self._patience = patience
        self._loop = ctypes.c_void_p(self.library.pa_mainloop_new())
        api = ctypes.c_void_p(self.library.pa_mainloop_get_api(self._loop))
        self.context = ctypes.c_void_p(self.library.pa_context_new(api, _NAME))
        self._changed = False
        self._on_change = _OnChange(self._note_change)
        try:
            self._connect()
        except NoSoundError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self.library.pa_context_disconnect(self.context)
        self.library.pa_context_unref(self.context)
        self.library.pa_mainloop_free(self._loop)

    def wake(self) -> None:
        """Make `turn` return in the thread that waits in it."""
        self.library.pa_mainloop_wakeup(self._loop)

    def turn(self, seconds: float) -> None:
        """Let things happen: return after the first, or after some seconds without any."""
        library, loop = self.library, self._loop
        alive = (
            library.pa_mainloop_prepare(loop, round(seconds * 1e6)) >= 0
            and library.pa_mainloop_poll(loop) >= 0
            and library.pa_mainloop_dispatch(loop) >= 0
        )
        if not alive or library.pa_context_get_state(self.context) > _CONTEXT_READY:
            raise NoSoundError("the connection broke")

    def until(self, done: Callable[[], bool]) -> None:
        """Turn until something is done, within the connection's patience."""
        deadline = time.monotonic() + self._patience
        while not done():
            if time.monotonic() > deadline:
                raise NoSoundError("no answer in time")
            self.turn(0.02)

    def finish(self, operation: int | None) -> None:
        """Turn until an operation of the library is over."""
        if not operation:
            raise NoSoundError("no operation")
        handle = ctypes.c_void_p(operation)
        try:
            self.until(lambda: self.library.pa_operation_get_state(handle) != _OPERATION_RUNNING)
        finally:
            self.library.pa_operation_cancel(handle)
            self.library.pa_operation_unref(handle)

    def sinks(self) -> tuple[Sink, ...]:
        """Return all real outputs, the server's default first."""
        found: list[Sink] = []
        default: list[str] = []

        def on_sink(_: int, info: Any, end: int, __: int) -> None:
            if not end:
                found.append(_sink(info.contents))

        def on_server(_: int, info: Any, __: int) -> None:
            if info:
                default.append((info.contents.default_sink_name or b"").decode())

        callbacks = _OnSink(on_sink), _OnServer(on_server)
        self.finish(self.library.pa_context_get_server_info(self.context, callbacks[1], None))
        self.finish(self.library.pa_context_get_sink_info_list(self.context, callbacks[0], None))
        real = [sink for sink in found if sink.name != _DUMMY]
        return tuple(sorted(real, key=lambda sink: sink.name not in default))

    def subscribe(self) -> None:
        """Ask to be told of changes: `take_change` then says whether there were any."""
        self.library.pa_context_set_subscribe_callback(self.context, self._on_change, None)
        self.finish(self.library.pa_context_subscribe(self.context, _SINKS_SERVER_CARDS, None, None))

    def take_change(self) -> bool:
        """Whether something changed since the last time that was asked."""
        changed, self._changed = self._changed, False
        return changed

    def _note_change(self, *_: object) -> None:
        self._changed = True

    def _connect(self) -> None:
        if self.library.pa_context_connect(self.context, None, _NO_AUTOSPAWN, None) < 0:
            raise NoSoundError("pa_context_connect")
        self.until(lambda: self.library.pa_context_get_state(self.context) == _CONTEXT_READY)


class Stream:
    """A stream of 16-bit mono sound to one sink and no other: one that goes takes the stream with it.

    `latency` seconds of sound are on their way at most. A context manager; raises `NoSoundError` everywhere.
    """

    def __init__(self, connection: Connection, sink: str, rate: int, latency: float) -> None:
        self._connection = connection
        self._library = connection.library
        spec = _SampleSpec(_S16LE, rate, 1)
        ahead = int(rate * latency) * 2
        buffer = _BufferAttributes(_DEFAULT, ahead, ahead // 8 * 2, ahead // 8 * 2, _DEFAULT)
        stream = self._library.pa_stream_new(connection.context, b"speech", ctypes.byref(spec), None)
        if not stream:
            raise NoSoundError("pa_stream_new")
        self._stream = ctypes.c_void_p(stream)
        try:
            self._connect(sink, buffer)
        except NoSoundError:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._close()

    def room(self) -> int:
        """Return how many bytes can be written now."""
        if self._library.pa_stream_get_state(self._stream) != _STREAM_READY:
            raise NoSoundError("the output is gone")
        room = self._library.pa_stream_writable_size(self._stream)
        return 0 if room == ctypes.c_size_t(-1).value else int(room)

    def write(self, sound: bytes) -> None:
        """Send sound."""
        if self._library.pa_stream_write(self._stream, sound, ctypes.c_size_t(len(sound)), None, 0, 0) < 0:
            raise NoSoundError("pa_stream_write")

    def heard(self) -> float:
        """Return how many seconds of it have come out."""
        microseconds = ctypes.c_uint64()
        known = self._library.pa_stream_get_time(self._stream, ctypes.byref(microseconds)) >= 0
        return microseconds.value / 1e6 if known else 0.0

    def flush(self) -> None:
        """Drop what has been sent but not yet come out."""
        self._connection.finish(self._library.pa_stream_flush(self._stream, None, None))

    def _connect(self, sink: str, buffer: _BufferAttributes) -> None:
        made = self._library.pa_stream_connect_playback(
            self._stream, sink.encode(), ctypes.byref(buffer), _STREAM_FLAGS, None, None
        )
        if made < 0:
            raise NoSoundError("pa_stream_connect_playback")
        state = self._library.pa_stream_get_state
        self._connection.until(lambda: state(self._stream) >= _STREAM_READY)
        if state(self._stream) != _STREAM_READY:
            raise NoSoundError("the output refuses")

    def _close(self) -> None:
        self._library.pa_stream_disconnect(self._stream)
        self._library.pa_stream_unref(self._stream)


def _sink(info: _SinkInfo) -> Sink:
    port = info.active_port.contents if info.active_port else None
    sounds = port is not None and port.available != _PORT_NOT_AVAILABLE
    return Sink((info.name or b"").decode(), (port.name or b"").decode() if port is not None and sounds else "")


_POINTERS = (
    "pa_mainloop_new",
    "pa_mainloop_get_api",
    "pa_context_new",
    "pa_context_get_server_info",
    "pa_context_get_sink_info_list",
    "pa_context_subscribe",
    "pa_stream_new",
    "pa_stream_flush",
)


@lru_cache
def _library() -> Any:
    try:
        library = ctypes.CDLL("libpulse.so.0")
    except OSError as error:
        raise NoSoundError(str(error)) from None
    for name in _POINTERS:
        getattr(library, name).restype = ctypes.c_void_p
    library.pa_stream_writable_size.restype = ctypes.c_size_t
    library.pa_stream_write.argtypes = (
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_void_p,
        ctypes.c_int64,
        ctypes.c_int,
    )
    return library
