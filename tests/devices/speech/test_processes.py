"""Voices in processes of their own: what they say, that they come back, and what stands in for them."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.speech import process
from devices.speech.fallback import FallbackSynthesis
from devices.speech.process import ProcessSynthesis
from devices.speech.sound import NoLanguageError, NoVoiceError, Sound, estimated_marks
from devices.speech.synthesis import EspeakSynthesis
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, Language

LIBRARIES = {"pico": "py_nanotts", "pyttsx3": "pyttsx3"}
SENTENCE = Private("Guten Tag, Frau Müller. Ihr Antrag ist angekommen.")
TURKISH = Language("tr")

OBEDIENT = """
import json, os, sys, time
print(json.dumps({"languages": ["de"]}), flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "die": os._exit(1)
    if text == "hang": time.sleep(60)
    if text == "fail": print(json.dumps({"error": "ValueError"}), flush=True); continue
    samples = bytes(2000) if text != "cut" else bytes(10)
    sys.stdout.buffer.write(json.dumps({"rate": 1000, "bytes": 2000}).encode() + b"\\n" + samples)
    sys.stdout.flush()
    if text == "cut": os._exit(1)
"""


@pytest.fixture(params=sorted(LIBRARIES))
def voice(request: pytest.FixtureRequest) -> Iterator[ProcessSynthesis]:
    """A real voice, where its library is installed."""
    if importlib.util.find_spec(LIBRARIES[request.param]) is None:
        pytest.skip(f"needs the Python package {LIBRARIES[request.param]}")
    voice = ProcessSynthesis(request.param)
    yield voice
    voice.close()


@pytest.fixture
def obedient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessSynthesis]:
    """A process that does what the words say."""
    program = tmp_path / "child.py"
    program.write_text(OBEDIENT)
    monkeypatch.setattr(process, "_CHILD", program)
    voice = ProcessSynthesis("obedient", patience=3)
    yield voice
    voice.close()


async def test_a_sentence_becomes_sound_with_its_words(voice: ProcessSynthesis) -> None:
    assert await voice.ready() is None
    sound = await voice.speech(SENTENCE, GERMAN, 1.0)
    assert 2 < sound.seconds < 7
    assert any(sound.samples)
    assert len(sound.marks) == len(SENTENCE.reveal().split())
    again = await voice.speech(SENTENCE, GERMAN, 2.0)
    assert again.seconds < 0.75 * sound.seconds
    assert (await voice.speech(Private("Good morning"), ENGLISH, 1.0)).seconds > 0.3


@pytest.mark.parametrize("words", ["", "…", " \0 "])
async def test_nothing_to_say_is_no_failure(voice: ProcessSynthesis, words: str) -> None:
    assert (await voice.speech(Private(words), GERMAN, 1.0)).seconds == 0


async def test_the_words_are_nowhere_on_a_disk_and_in_no_command_line(voice: ProcessSynthesis) -> None:
    secret = "Quastenflosser"
    before = _files()
    working = [asyncio.create_task(voice.speech(Private(f"{secret} {n}. " * 10), GERMAN, 1.0)) for n in range(4)]
    while not all(task.done() for task in working):
        assert not _in_command_lines(secret)
        assert not [path for path in _files() - before if _holds(path, secret)]
        await asyncio.sleep(0.01)
    await asyncio.gather(*working)
    assert not [path for path in _files() - before if path.suffix == ".wav" or _holds(path, secret)]


async def test_a_missing_library_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    voice = ProcessSynthesis("nothing-like-it")
    fault = await voice.ready()
    assert fault is not None
    assert fault.code is FaultCode.SPEECH_NO_SYNTHESIS
    with pytest.raises(NoVoiceError):
        await voice.speech(SENTENCE, GERMAN, 1.0)
    voice.close()


async def test_a_missing_interpreter_is_a_fault(tmp_path: Path) -> None:
    voice = ProcessSynthesis("pico", python=tmp_path / "python")
    fault = await voice.ready()
    assert fault is not None
    assert "FileNotFoundError" in fault.detail
    voice.close()


@pytest.mark.parametrize("trouble", ["die", "cut"])
async def test_a_process_that_died_is_started_anew(obedient: ProcessSynthesis, trouble: str) -> None:
    with pytest.raises(NoVoiceError, match="died"):
        await obedient.speech(Private(trouble), GERMAN, 1.0)
    assert (await obedient.speech(Private("again"), GERMAN, 1.0)).seconds == 1.0


async def test_a_process_that_hangs_is_ended(obedient: ProcessSynthesis) -> None:
    await obedient.ready()
    obedient._patience = 0.3
    with pytest.raises(NoVoiceError, match="in time"):
        await obedient.speech(Private("hang"), GERMAN, 1.0)
    obedient._patience = 3
    assert (await obedient.speech(Private("again"), GERMAN, 1.0)).seconds == 1.0


async def test_an_error_names_its_kind_and_never_the_words(obedient: ProcessSynthesis) -> None:
    with pytest.raises(NoVoiceError) as raised:
        await obedient.speech(Private("fail"), GERMAN, 1.0)
    assert str(raised.value) == "obedient: ValueError"


async def test_a_language_that_it_lacks_is_said_by_espeak_and_is_no_fault(obedient: ProcessSynthesis) -> None:
    with pytest.raises(NoLanguageError):
        await obedient.speech(SENTENCE, TURKISH, 1.0)
    voice = FallbackSynthesis(obedient, EspeakSynthesis())
    assert await voice.ready() is None
    assert (await voice.speech(Private("Merhaba"), TURKISH, 1.0)).rate == 22_050
    assert voice.notice is None
    voice.close()


async def test_espeak_stands_in_while_the_other_voice_fails_and_it_is_said(obedient: ProcessSynthesis) -> None:
    voice = FallbackSynthesis(obedient, EspeakSynthesis(), rest=0)
    assert (await voice.speech(Private("die"), GERMAN, 1.0)).rate == 22_050
    assert voice.notice == Fault(FaultCode.SPEECH_NO_SYNTHESIS, "obedient: the process died")
    assert (await voice.speech(Private("again"), GERMAN, 1.0)).rate == 1000
    assert not voice.notice
    voice.close()


async def test_a_voice_that_failed_is_left_in_peace_for_a_while(obedient: ProcessSynthesis) -> None:
    voice = FallbackSynthesis(obedient, EspeakSynthesis(), rest=60)
    for words in ("die", "again"):
        assert (await voice.speech(Private(words), GERMAN, 1.0)).rate == 22_050
    assert voice.notice
    voice.close()


async def test_without_any_voice_there_is_a_fault() -> None:
    voice = FallbackSynthesis(ProcessSynthesis("nothing"), ProcessSynthesis("nothing-either"))
    fault = await voice.ready()
    assert fault is not None
    assert fault.detail.startswith("nothing-either")
    voice.close()


def test_estimated_marks_give_each_word_its_share() -> None:
    marks = estimated_marks("Ja, das ist gut.", 2.0)
    assert [(mark.start, mark.end) for mark in marks] == [(0, 3), (4, 7), (8, 11), (12, 16)]
    assert marks[0].seconds == 0
    assert marks[1].seconds > marks[2].seconds - marks[1].seconds  # the comma is a pause
    assert estimated_marks("…", 1.0) == ()
    assert Sound(bytes(2000), 1000).seconds == 1.0


def _files() -> set[Path]:
    folders = [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home(), Path.cwd()]
    found: set[Path] = set()
    for folder in folders:
        try:
            found.update(path for path in folder.iterdir() if path.is_file())
        except OSError:
            continue
    return found


def _holds(path: Path, secret: str) -> bool:
    try:
        return path.stat().st_size < 10_000_000 and secret.encode() in path.read_bytes()
    except OSError:
        return False


def _in_command_lines(secret: str) -> bool:
    lines = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(line.read_bytes())
        except OSError:
            continue
    return any(secret.encode() in line for line in lines)
