"""A tiny film without sound, written by hand: Motion JPEG in an AVI file (RIFF, OpenDML not needed)."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from PIL import Image

SIZE = (160, 120)
FRAMES_A_SECOND = 10


def write_film(path: Path, seconds: float = 1.0) -> Path:
    """Write a film whose colour goes from red to blue; return its path."""
    count = round(seconds * FRAMES_A_SECOND)
    frames = [_jpeg((255 - 200 * n // count, 30, 55 + 200 * n // count)) for n in range(count)]
    movie = b"".join(_chunk(b"00dc", frame) for frame in frames)
    index = b""
    at = 4
    for frame in frames:
        index += struct.pack("<4sIII", b"00dc", 0x10, at, len(frame))
        at += 8 + len(frame) + len(frame) % 2
    body = _list(b"hdrl", _headers(count)) + _list(b"movi", movie) + _chunk(b"idx1", index)
    path.write_bytes(_chunk(b"RIFF", b"AVI " + body))
    return path


def _jpeg(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", SIZE, colour).save(out, "JPEG")
    return out.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _list(name: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", name + content)


def _headers(count: int) -> bytes:
    wide, high = SIZE
    main = struct.pack("<14I", 1_000_000 // FRAMES_A_SECOND, 0, 0, 0x10, count, 0, 1, 0, wide, high, 0, 0, 0, 0)
    stream = struct.pack(
        "<4s4sIHHIIIIIIII4H", b"vids", b"MJPG", 0, 0, 0, 0, 1, FRAMES_A_SECOND, 0, count, 0, 0, 0, 0, 0, wide, high
    )
    picture = struct.pack("<IiiHH4sIiiII", 40, wide, high, 1, 24, b"MJPG", wide * high * 3, 0, 0, 0, 0)
    return _chunk(b"avih", main) + _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", picture))
