"""Which voice a terminal has, after its settings' word for it."""

from __future__ import annotations

from pathlib import Path

from devices.speech.fallback import FallbackSynthesis
from devices.speech.process import ProcessSynthesis
from devices.speech.sound import Synthesis
from devices.speech.synthesis import EspeakSynthesis


def voice_named(name: str, models: Path | None = None, python: Path | None = None) -> Synthesis:
    """Return `espeak`, or `pyttsx3`, `pico` or `piper` in a process, with espeak for what those cannot say.

    `models` is the folder of Piper's models, `python` the interpreter that has the library if it is not this one.
    """
    if name == "espeak":
        return EspeakSynthesis()
    options = (str(models),) if models is not None else ()
    return FallbackSynthesis(ProcessSynthesis(name, *options, python=python), EspeakSynthesis())
