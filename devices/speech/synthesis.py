"""Words to sound: libespeak-ng, in a thread of its own.

The library is one for the whole process and not thread-safe, so a lock guards it. Neither words
nor sound are ever written to a file. Source: espeak-ng `speak_lib.h`.
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kiosk.privacy import Private
from kiosk.text import Language

SAMPLE_RATE = 22_050
"""Samples a second of what `EspeakSynthesis.speech` returns: 16-bit, mono, little-endian."""

_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_RATE = 1
_WORDS_A_MINUTE = 155
_FALLBACK_VOICE = "de"

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class NoVoiceError(Exception):
    """The speech library is missing or does not start."""


class EspeakSynthesis:
    """The voice. `words_a_minute` is how fast it speaks (80 to 450)."""

    def __init__(self, words_a_minute: int = _WORDS_A_MINUTE) -> None:
        self._rate = words_a_minute
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech-synthesis")

    async def ready(self) -> bool:
        """Load the library; return whether it can speak."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, _espeak)
        except NoVoiceError:
            return False
        return True

    async def speech(self, words: Private[str], language: Language) -> bytes:
        """Return the words as sound (`SAMPLE_RATE`). Raises `NoVoiceError`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._speech, words, language)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _speech(self, words: Private[str], language: Language) -> bytes:
        return _espeak().speech(words, _voices(language), self._rate)


class _Espeak:
    """The library itself: one for the process."""

    def __init__(self) -> None:
        try:
            self._library: Any = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise NoVoiceError(str(error)) from None
        if self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _DO_NOT_EXIT) != SAMPLE_RATE:
            raise NoVoiceError("espeak_Initialize")
        self._sound = bytearray()
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def speech(self, words: Private[str], voices: tuple[str, ...], rate: int) -> bytes:
        """Return the words as sound, in the first of the voices that there is."""
        with _LOCK:
            self._sound = bytearray()
            next((voice for voice in voices if self._library.espeak_SetVoiceByName(voice.encode()) == 0), None)
            self._library.espeak_SetParameter(_RATE, rate, 0)
            text = words.reveal().replace("\0", " ").encode() + b"\0"
            self._library.espeak_Synth(text, len(text), 0, 0, 0, _UTF8, None, None)
            return bytes(self._sound)

    def _take(self, samples: Any, count: int, _: int | None) -> int:
        """Take samples from the library; 0 asks for more."""
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0


_LOCK = threading.Lock()
_loaded: list[_Espeak] = []


def _espeak() -> _Espeak:
    with _LOCK:
        if not _loaded:
            _loaded.append(_Espeak())
        return _loaded[0]


def _voices(language: Language) -> tuple[str, ...]:
    """The library's voice files are named by the primary language (`en` is British English)."""
    return (language.split("-")[0], _FALLBACK_VOICE)
