"""What is really heard: synthesis, playback and a sound server, with a recorder for ears."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .ears import Ears

READER = Path(__file__).with_name("reader.py")
ROOT = Path(__file__).parents[3]
SILENT_AFTER = 0.06


def read(ears: Ears, stop_after: float) -> dict[str, float]:
    """Run the reader; return when it said what."""
    command = [sys.executable, str(READER), str(stop_after)]
    environment = ears.environment | {"PYTHONPATH": str(ROOT)}
    out = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True).stdout
    return {what: float(when) for when, what in (line.split(" ", 1) for line in out.splitlines())}


def test_a_reading_is_heard_while_it_lasts_and_private_words_are_not(ears: Ears) -> None:
    told = read(ears, 0)
    assert [what for what in told if not what.startswith("word")] == ["part title", "part next", "ended"]
    assert len(ears.heard(told["part title"], told["part next"])) > 50
    assert len(ears.heard(told["part next"], told["ended"])) > 50
    assert told["ended"] - told["part title"] < 8


def test_silence_follows_a_stop_at_once(ears: Ears) -> None:
    told = read(ears, 1.2)
    assert "ended" not in told
    assert ears.heard(told["stop"] - 0.3, told["stop"])
    after = ears.heard(told["stop"], told["stop"] + 0.5)
    assert not after or max(after) - told["stop"] <= SILENT_AFTER
