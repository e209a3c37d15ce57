"""The voice that a settings file chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.mistakes import Mistake
from profiles.settings import Settings, Speech
from profiles.settings_file import load_settings


def speech(folder: Path, *lines: str) -> Speech | list[Mistake] | None:
    path = folder / "settings.yaml"
    path.write_text("speech:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    found = load_settings(path)
    return found.speech if isinstance(found, Settings) else found


@pytest.mark.parametrize("driver", ["espeak", "pico", "pyttsx3"])
def test_a_voice_needs_no_more_than_its_name(tmp_path: Path, driver: str) -> None:
    assert speech(tmp_path, f"driver: {driver}") == Speech(driver)


def test_outputs_are_chosen_by_patterns(tmp_path: Path) -> None:
    found = speech(tmp_path, "driver: espeak", 'headset: "*"', 'loudspeaker: "*hdmi*"')
    assert found == Speech("espeak", "*hdmi*", "*")


def test_piper_has_models_and_may_have_an_interpreter(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "python").touch()
    found = speech(tmp_path, "driver: piper", "models: models", "python: python")
    assert found == Speech("piper", models=tmp_path / "models", python=tmp_path / "python")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (("driver: piper",), '"models" is missing'),
        (("driver: piper", "models: nowhere"), 'The folder of "models" does not exist'),
        (("driver: espeak", "python: python"), '"python"'),
        (("driver: parrot",), "parrot"),
    ],
)
def test_what_cannot_be_is_a_mistake(tmp_path: Path, lines: tuple[str, ...], complaint: str) -> None:
    found = speech(tmp_path, *lines)
    assert isinstance(found, list)
    assert complaint in found[0].what
