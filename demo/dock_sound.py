"""The dock's sound: what is being read, the headset, the loudspeaker, the sound server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from demo.dock_panel import Hand, either, switch
from demo.sound import HEADSET, LOUDSPEAKER, Desk, OwnServer
from kiosk.device_events import PartSpoken, SpeechEnded
from kiosk.events import Event
from kiosk.ports import Speaker, Tell, Utterance
from kiosk.privacy import EMPTY, Private
from kiosk.text import msg
from ui.dock_data import DockButtons, DockControl, DockLine, DockSection


class Overheard:
    """A speaker whose words can be read in the dock."""

    def __init__(self, speaker: Speaker, show: Callable[[Private[str]], None]) -> None:
        self._speaker = speaker
        self._show = show

    async def watch(self, tell: Tell) -> None:
        """As the speaker itself."""
        await self._speaker.watch(tell)

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        """Speak, and show each part's words as it begins."""
        words: dict[str, list[str]] = {}
        for utterance in utterances:
            words.setdefault(utterance.part, []).append(utterance.words.reveal())

        def heard(event: Event) -> None:
            if isinstance(event, PartSpoken):
                self._show(Private(" ".join(words.get(event.part, []))))
            elif isinstance(event, SpeechEnded):
                self._show(EMPTY)
            tell(event)

        await self._speaker.speak(utterances, heard)

    def stop(self) -> None:
        """Silence."""
        self._show(EMPTY)
        self._speaker.stop()


class SoundPanel:
    """What can be plugged in and pulled, and the words that are being read."""

    def __init__(self, desk: Desk, hand: Hand) -> None:
        self._desk = desk
        self._hand = hand
        self._spoken: Private[str] = EMPTY

    def show(self, words: Private[str]) -> None:
        """Show what is being read now."""
        self._spoken = words
        self._hand.changed()

    def section(self) -> DockSection:
        """Return how the sound is."""
        desk = self._desk
        buttons = [switch("dock.sound.pull-headset", "dock.sound.plug-headset", self._headset, now=desk.headset)]
        if desk.own:
            loud = switch("dock.sound.pull-speaker", "dock.sound.plug-speaker", self._loudspeaker, now=desk.loudspeaker)
            buttons.append(loud)
        controls: list[DockControl] = [DockLine(self._spoken, msg("dock.sound.silence")), DockButtons(tuple(buttons))]
        if desk.own:
            life = switch("dock.sound.end-server", "dock.sound.start-server", self._serve, now=desk.running)
            controls.append(DockButtons((life,)))
        good = desk.running and (desk.loudspeaker or desk.headset)
        condition = msg("dock.sound.headset") if desk.headset else either("dock.sound", good=good)
        return DockSection("sound", msg("dock.sound.title"), "speaker", tuple(controls), condition, good)

    def _headset(self, plugged: bool) -> None:
        self._hand.soon(asyncio.to_thread(self._desk.plug, HEADSET, plugged=plugged))

    def _loudspeaker(self, plugged: bool) -> None:
        self._hand.soon(asyncio.to_thread(self._desk.plug, LOUDSPEAKER, plugged=plugged))

    def _serve(self, running: bool) -> None:
        assert isinstance(self._desk, OwnServer)
        self._hand.soon(asyncio.to_thread(self._desk.start if running else self._desk.stop))
