"""Words become sound, in the right language, and leave no file behind."""

from __future__ import annotations

import ctypes
import os
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.speech.sound import Sound
from devices.speech.synthesis import EspeakSynthesis
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, Language

try:
    ctypes.CDLL("libespeak-ng.so.1")
except OSError:
    pytest.skip("needs the Debian package libespeak-ng1", allow_module_level=True)

SENTENCE = Private("Wir schreiben Ihnen, sobald Ihr Antrag geprüft ist.")


def alike(one: Sound, other: Sound) -> bool:
    """Whether two sounds last about equally long: the voice breathes a little differently each time."""
    return abs(one.seconds - other.seconds) < 0.04 * one.seconds


@pytest.fixture
def voice() -> Iterator[EspeakSynthesis]:
    """A voice."""
    voice = EspeakSynthesis()
    yield voice
    voice.close()


async def test_a_sentence_becomes_some_seconds_of_sound(voice: EspeakSynthesis) -> None:
    assert await voice.ready() is None
    sound = await voice.speech(SENTENCE, GERMAN)
    assert 2 < sound.seconds < 6
    assert max(map(abs, array("h", sound.samples))) > 5000


@pytest.mark.en301549("5.1.3.14")
async def test_each_language_has_its_own_voice(voice: EspeakSynthesis) -> None:
    number = Private("777 777")
    german, english = [await voice.speech(number, language) for language in (GERMAN, ENGLISH)]
    assert not alike(german, english)
    assert alike(await voice.speech(number, GERMAN), german)


async def test_plain_german_speaks_as_german_and_an_unknown_language_still_speaks(voice: EspeakSynthesis) -> None:
    await voice.speech(SENTENCE, ENGLISH)
    german = await voice.speech(SENTENCE, GERMAN)
    assert alike(await voice.speech(SENTENCE, Language("de-x-leicht")), german)
    assert alike(await voice.speech(SENTENCE, Language("qqq")), german)


async def test_letters_beyond_ascii_are_pronounced(voice: EspeakSynthesis) -> None:
    assert not alike(await voice.speech(Private("Größe"), GERMAN), await voice.speech(Private("Groe"), GERMAN))


@pytest.mark.parametrize("words", ["", " ", "\0", "…"])
async def test_nothing_to_say_is_no_failure(voice: EspeakSynthesis, words: str) -> None:
    assert (await voice.speech(Private(words), GERMAN)).seconds < 2


async def test_a_zero_byte_does_not_cut_a_sentence(voice: EspeakSynthesis) -> None:
    whole = await voice.speech(Private("Guten Tag, Frau Müller"), GERMAN)
    assert (await voice.speech(Private("Guten Tag,\0Frau Müller"), GERMAN)).seconds > whole.seconds * 0.9


async def test_synthesis_is_much_faster_than_speech_and_writes_no_file(
    voice: EspeakSynthesis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    await voice.ready()
    began = time.monotonic()
    sound = await voice.speech(Private("Guten Tag. " * 20), GERMAN)
    assert time.monotonic() - began < sound.seconds / 10
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_each_word_has_its_mark_once_and_in_order(voice: EspeakSynthesis) -> None:
    text = "Schöne Grüße: Frau Müller-Lüdenscheidt zahlt 12.345,60 Euro (z. B. bar)."
    sound = await voice.speech(Private(text), GERMAN)
    words = [text[mark.start : mark.end] for mark in sound.marks]
    assert words == text.split()
    times = [mark.seconds for mark in sound.marks]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] < sound.seconds


async def test_the_rate_makes_it_as_much_faster_or_slower(voice: EspeakSynthesis) -> None:
    usual, fast, slow = [(await voice.speech(SENTENCE, GERMAN, rate)).seconds for rate in (1.0, 2.0, 0.5)]
    assert 0.4 < fast / usual < 0.62
    assert 1.6 < slow / usual < 2.2
