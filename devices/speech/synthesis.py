"""Words to sound: libespeak-ng, in a thread of its own. It starts at once, and has a voice for every language.

The library is one for the whole process and not thread-safe, so a lock guards it. Neither words
nor sound are ever written to a file. Source: espeak-ng `speak_lib.h`.
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devices.speech.sound import NoVoiceError, Sound, WordMark, words_in
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.text import Language

SAMPLE_RATE = 22_050
"""Samples a second of what `EspeakSynthesis.speech` returns."""

_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_RATE = 1
_LIST_ENDS = 0
_WORD = 1
_WORDS_A_MINUTE = 160
_FALLBACK_VOICE = "de"


class _Event(ctypes.Structure):
    """`espeak_EVENT`: `text_position` counts characters from 1, `sample` samples from the beginning."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class EspeakSynthesis:
    """`Synthesis` by libespeak-ng. `words_a_minute` is how fast it speaks at rate 1."""

    notice: Fault | None = None

    def __init__(self, words_a_minute: int = _WORDS_A_MINUTE) -> None:
        self._words_a_minute = words_a_minute
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech-synthesis")

    async def ready(self) -> Fault | None:
        """Load the library."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, _espeak)
        except NoVoiceError as error:
            return Fault(FaultCode.SPEECH_NO_SYNTHESIS, str(error))
        return None

    async def speech(self, words: Private[str], language: Language, rate: float = 1.0) -> Sound:
        """Return the words as sound; each word has its mark, exact to a few milliseconds."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._speech, words, language, rate)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _speech(self, words: Private[str], language: Language, rate: float) -> Sound:
        return _espeak().speech(words, _voices(language), round(self._words_a_minute * rate))


class _Espeak:
    """The library itself: one for the process."""

    def __init__(self) -> None:
        try:
            self._library: Any = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise NoVoiceError(str(error)) from None
        if self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _DO_NOT_EXIT) != SAMPLE_RATE:
            raise NoVoiceError("espeak_Initialize")
        self._samples = bytearray()
        self._places: list[tuple[int, int]] = []
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def speech(self, words: Private[str], voices: tuple[str, ...], words_a_minute: int) -> Sound:
        """Return the words as sound, in the first of the voices that there is."""
        with _LOCK:
            self._samples, self._places = bytearray(), []
            next((voice for voice in voices if self._library.espeak_SetVoiceByName(voice.encode()) == 0), None)
            self._library.espeak_SetParameter(_RATE, words_a_minute, 0)
            text = words.reveal().replace("\0", " ")
            coded = text.encode() + b"\0"
            self._library.espeak_Synth(coded, len(coded), 0, 0, 0, _UTF8, None, None)
            return Sound(bytes(self._samples), SAMPLE_RATE, tuple(_marks(text, self._places)))

    def _take(self, samples: Any, count: int, events: Any) -> int:
        """Take samples and words from the library; 0 asks for more."""
        for event in _until_end(events):
            if event.type == _WORD:
                self._places.append((event.sample, event.text_position - 1))
        if samples and count > 0:
            self._samples += ctypes.string_at(samples, count * 2)
        return 0


def _until_end(events: Any) -> Iterable[Any]:
    number = 0
    while events and events[number].type != _LIST_ENDS:
        yield events[number]
        number += 1


def _marks(text: str, places: Iterable[tuple[int, int]]) -> Iterable[WordMark]:
    """Yield each word once, when it is come to: the library tells each part of a number, and may be a letter off."""
    words = words_in(text)
    following = 0
    for sample, place in places:
        number = next((n for n in range(following, len(words)) if place < words[n][1]), None)
        if number is None or words[number][0] > place + 1:
            continue
        yield WordMark(sample / SAMPLE_RATE, *words[number])
        following = number + 1


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
