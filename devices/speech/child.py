"""A voice in a process of its own: one of three libraries behind two pipes. A program, run by its path.

    child.py pyttsx3 | pico | piper FOLDER

The first line out is `{"languages": ["de", …]}`. Each line in is `{"text", "language", "rate"}`; the answer
to it is a line `{"rate", "bytes"}` (samples a second) and that many bytes of 16-bit mono sound, or a
line `{"error"}` with the kind of error alone. Words come in by the pipe, never as an argument, which every process
of the machine could read. It imports nothing of Lotse, so it starts fast and can be run without it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

Say = Callable[[str, str, float], tuple[int, bytes]]
"""(text, language, rate) → (samples a second, samples)"""

_WORDS_A_MINUTE = 160
_PATIENCE = 5.0
_NOTHING = (16_000, b"")


def by_pyttsx3() -> tuple[list[str], Say]:
    """Use whatever pyttsx3 finds, as a synthesiser alone: it writes to memory that has no name in any folder.

    Its `runAndWait` may return while espeak's thread still works (2.99): only its own event says that all is written.
    """
    import pyttsx3

    engine: Any = pyttsx3.init()
    finished = threading.Event()
    engine.connect("finished-utterance", lambda **_: finished.set())
    settled = _espeak_settled()
    voices: dict[str, str] = {}
    for voice in engine.getProperty("voices"):
        for tag in voice.languages or ():
            primary = str(tag).split("-")[0].lower()
            if primary not in voices or str(tag).lower() == primary:
                voices[primary] = voice.id

    def say(text: str, language: str, rate: float) -> tuple[int, bytes]:
        memory = os.memfd_create("speech")
        try:
            settled()
            engine.setProperty("voice", voices[language])
            engine.setProperty("rate", round(_WORDS_A_MINUTE * rate))
            settled()
            finished.clear()
            engine.save_to_file(text, f"/proc/self/fd/{memory}")
            engine.runAndWait()
            if not finished.wait(_PATIENCE):
                raise TimeoutError
            with os.fdopen(os.dup(memory), "rb") as file:
                file.seek(0)
                return _read_wave(file)
        finally:
            os.close(memory)

    return sorted(voices), say


def _espeak_settled() -> Callable[[], object]:
    """Return what waits until espeak's own thread has nothing to do: what is set meanwhile may be lost."""
    try:
        from pyttsx3.drivers import _espeak
    except (ImportError, RuntimeError):  # another system's voice
        return lambda: None
    settled: Callable[[], object] = _espeak.Synchronize
    return settled


def by_pico() -> tuple[list[str], Say]:
    """Use SVOX Pico as py-nanotts has it: in this process's memory. (`pico2wave` wants words as an argument.)"""
    from py_nanotts import NanoTTS, Voice

    engine = NanoTTS()
    voices = {voice.value.split("-")[0]: voice.value for voice in reversed(Voice)}

    def say(text: str, language: str, rate: float) -> tuple[int, bytes]:
        return 16_000, engine.speak(text, voice=voices[language], speed=rate)

    return sorted(voices), say


def by_piper(folder: str) -> tuple[list[str], Say]:
    """Use Piper with the models in a folder (`*.onnx`, each with its `.onnx.json`)."""
    from piper import PiperVoice, SynthesisConfig

    models = {}
    for path in sorted(Path(folder).glob("*.onnx")):
        about = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
        family = about.get("language", {}).get("family") or about["espeak"]["voice"].split("-")[0]
        models[family] = PiperVoice.load(path)

    def say(text: str, language: str, rate: float) -> tuple[int, bytes]:
        model = models[language]
        chunks = model.synthesize(text, syn_config=SynthesisConfig(length_scale=1 / rate))
        return model.config.sample_rate, b"".join(chunk.audio_int16_bytes for chunk in chunks)

    return sorted(models), say


def _read_wave(file: BinaryIO) -> tuple[int, bytes]:
    with wave.open(file, "rb") as sound:
        if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
            raise ValueError("not 16-bit mono")
        return sound.getframerate(), sound.readframes(sound.getnframes())


def serve(voice: tuple[list[str], Say], requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    languages, say = voice
    _answer(answers, {"languages": languages})
    for line in requests:
        try:
            request = json.loads(line)
            text = request["text"]
            rate, samples = say(text, request["language"], request["rate"]) if _audible(text) else _NOTHING
        except Exception as error:  # its text may hold the words
            _answer(answers, {"error": type(error).__name__})
        else:
            _answer(answers, {"rate": rate, "bytes": len(samples)}, samples)


def _audible(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _answer(answers: BinaryIO, head: dict[str, object], samples: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + samples)
    answers.flush()


def main() -> None:
    """Serve with the library that the arguments name. What libraries print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    name, *options = sys.argv[1:]
    try:
        voice = {"pyttsx3": by_pyttsx3, "pico": by_pico, "piper": by_piper}[name](*options)  # type: ignore[operator]
    except Exception as error:
        _answer(answers, {"error": f"{type(error).__name__}: {error}"})
        return
    serve(voice, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
