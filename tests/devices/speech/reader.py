"""Reads aloud on Qt's loop and stops in the middle, as the terminal does: a program for `test_heard.py`.

It prints, each with the clock's time: `part NAME`, `stop`, `ended`. Its argument is after how many
seconds to stop; 0 lets it read to the end.
"""

from __future__ import annotations

import asyncio
import sys
import time

import qasync
from PySide6.QtCore import QCoreApplication

from devices.speech.speaker import LocalSpeaker
from kiosk.device_events import PartSpoken, SpeechEnded, WordSpoken
from kiosk.events import Event
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN

WORDS = (
    Utterance("title", Private("Ihre Anmeldung ist abgeschickt."), GERMAN),
    Utterance("secret", Private("Das darf niemand hören. " * 20), GERMAN, private=True),
    Utterance("next", Private("The office checks it."), ENGLISH),
)


def tell(event: Event) -> None:
    """Print what is told."""
    match event:
        case PartSpoken(part=part):
            say(f"part {part}")
        case SpeechEnded():
            say("ended")
        case WordSpoken(part, start, _):
            say(f"word {part} {start}")
        case _:
            say(type(event).__name__)


def say(what: str) -> None:
    """Print with the clock's time."""
    print(f"{time.monotonic():.4f} {what}", flush=True)  # noqa: T201


async def read(stop_after: float) -> None:
    """Read, and stop if told to."""
    speaker = LocalSpeaker()
    reading = asyncio.create_task(speaker.speak(WORDS, tell))
    if stop_after:
        await asyncio.sleep(stop_after)
        speaker.stop()
        say("stop")
    await reading
    await asyncio.sleep(0.5 if stop_after else 0)
    speaker.close()


app = QCoreApplication([])
with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
    runner.run(read(float(sys.argv[1])))
