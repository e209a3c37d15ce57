"""What a visit without a person leaves behind in a folder: pictures, spoken words, receipt, submission, steps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from kiosk.effects import Effects
from kiosk.events import Event
from kiosk.screen import Screen
from kiosk.speech import utterances
from kiosk.text import translator

LONGEST_NAME = 60


class Picture(Protocol):
    """An image that can be kept (a `QImage`)."""

    def save(self, fileName: str) -> bool:
        """Write it to a file; the ending says how."""


@dataclass(slots=True)
class Record:
    """Writes `screens/NN-id.png`, `spoken.txt`, `receipt.png`, `receipt.txt`, `submission.json` and `visit.json`.

    What an earlier visit left in the folder under these names is taken away first. Raises `OSError`.
    Without `pictures` the screens are only counted.
    """

    out: Path
    pictures: bool = True
    screens: int = 0
    steps: list[dict[str, Any]] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the folder ready."""
        (self.out / "screens").mkdir(parents=True, exist_ok=True)
        old = [*(self.out / "screens").glob("[0-9][0-9]*-*.png")]
        names = ("spoken.txt", "receipt.png", "receipt.txt", "submission.json", "visit.json")
        for path in (*old, *(self.out / name for name in names)):
            path.unlink(missing_ok=True)

    def step(self, screen: Screen, event: Event, effects: Effects, milliseconds: float) -> None:
        """Note a step and the screen after it, without any visitor data: names of events and effects only."""
        names = [type(effect).__name__ for effect in effects]
        step = {"event": type(event).__name__, "effects": names, "ms": round(milliseconds, 3), "screen": screen.id}
        self.steps.append(step)

    def screen(self, screen: Screen, picture: Callable[[], Picture]) -> None:
        """Keep a screen as a picture, and what the loudspeaker says of it."""
        self.screens += 1
        if self.pictures:
            name = re.sub(r"[^\w-]", "_", screen.id)[:LONGEST_NAME]
            picture().save(str(self.out / "screens" / f"{self.screens:02}-{name}.png"))
        self.spoken.append(f"# {screen.id}")
        for utterance in utterances(screen, translator(screen.look.language)):
            self.spoken.append("…" if utterance.private else utterance.words.reveal())

    def receipt(self, text: str, paper: bytes | None) -> None:
        """Keep the receipt's words, and the paper (PNG) if one came out."""
        self._write("receipt.txt", text)
        if paper is not None:
            (self.out / "receipt.png").write_bytes(paper)

    def submission(self, data: Mapping[str, Any]) -> None:
        """Keep what the authority decrypted."""
        self._write("submission.json", json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    def close(self) -> None:
        """Write what was noted."""
        self._write("spoken.txt", "\n".join(self.spoken) + "\n")
        self._write("visit.json", json.dumps(self.steps, indent=1) + "\n")

    def _write(self, name: str, text: str) -> None:
        (self.out / name).write_text(text, encoding="utf-8")
