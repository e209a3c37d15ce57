"""Connects the dock's window with the virtual devices."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from demo.doubles import Doubles
from devices.eid.simulated_card import sample_cards
from devices.eid.simulated_faults import NextFault
from devices.eid.simulated_faults import Trouble as CardTrouble
from devices.printers.simulator import Trouble
from devices.printers.virtual_paper import Paper
from kiosk.events import Device, DeviceChanged, Event, PartSpoken, SpeechEnded
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Ports, Speaker, Tell, Utterance
from kiosk.privacy import EMPTY, Private
from kiosk.text import Verbatim, msg
from ui.dock import Dock, DockControls, DockOption, DockPage, DockState

NO_FAULT = "none"
CARDS = ("Erika Mustermann", "Šejla Đorđević", "noch 1 Versuch", "PIN gesperrt", "ausgeschaltet", "kein Ausweis")
"""What the sample cards are called on the dock's narrow buttons."""
MUTED = Fault(FaultCode.SPEECH_NO_OUTPUT, "muted in the dock")


class Overheard:
    """A speaker whose words can be read in the dock. Muted, it is as if no loudspeaker were there."""

    def __init__(self, speaker: Speaker, keeper: DockKeeper) -> None:
        self._speaker = speaker
        self._keeper = keeper
        self._tell: Tell | None = None
        self._own: Event = DeviceChanged(Device.SPEECH, None)
        self._muted = False

    def mute(self, muted: bool) -> None:
        """Unplug the loudspeaker, or plug it in."""
        self._muted = muted
        if muted:
            self.stop()
        if self._tell:
            self._tell(DeviceChanged(Device.SPEECH, MUTED) if muted else self._own)

    async def watch(self, tell: Tell) -> None:
        """As the speaker itself, unless muted."""

        def told(event: Event) -> None:
            self._own = event
            if not self._muted:
                tell(event)

        self._tell = tell
        await self._speaker.watch(told)

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        """Speak, and show each part's words as it begins."""
        words: dict[str, list[str]] = {}
        for utterance in utterances:
            words.setdefault(utterance.part, []).append(utterance.words.reveal())

        def heard(event: Event) -> None:
            if isinstance(event, PartSpoken):
                self._keeper.show(spoken=Private(" ".join(words.get(event.part, []))))
            elif isinstance(event, SpeechEnded):
                self._keeper.show(spoken=EMPTY)
            tell(event)

        await self._speaker.speak(utterances, heard)

    def stop(self) -> None:
        """Silence."""
        self._keeper.show(spoken=EMPTY)
        self._speaker.stop()


class DockKeeper:
    """Keeps the dock's window true to the devices."""

    def __init__(self) -> None:
        self._dock: Dock | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._voice: Overheard | None = None

    def overheard(self, ports: Ports) -> Ports:
        """Return the ports with a voice that the dock can read along."""
        if ports.speaker is None:
            return ports
        self._voice = Overheard(ports.speaker, self)
        return replace(ports, speaker=self._voice)

    def open(self, around: Doubles) -> Dock:
        """Make the window."""
        pages = (
            DockPage(msg("dock.page.authority"), around.authority.page),
            DockPage(msg("dock.page.counter"), around.hub.counter_url),
        )
        self._dock = Dock(_controls(self, around, pages), DockState(card_fault=NO_FAULT))
        return self._dock

    def close(self) -> None:
        """Close the window."""
        for task in self._tasks:
            task.cancel()
        if self._dock:
            self._dock.close()

    def mute(self, muted: bool) -> None:
        """Unplug the loudspeaker, or plug it in."""
        if self._voice:
            self._voice.mute(muted)
        self.show(muted=muted)

    def show(self, **changes: Any) -> None:
        """Show changed devices."""
        if self._dock:
            self._dock.show_state(replace(self._dock.state, **changes))

    def paper_came_out(self, paper: Paper) -> None:
        """Show a new slip on top."""
        if self._dock:
            self.show(papers=(Private(paper.png), *self._dock.state.papers))

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what takes a moment."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _controls(keeper: DockKeeper, around: Doubles, pages: tuple[DockPage, ...]) -> DockControls:
    app, printer = around.ausweisapp, around.printer
    cards = dict(zip(CARDS, sample_cards(), strict=True))

    def card_changed() -> None:
        here = next((name for name, card in cards.items() if card is app.card), "")
        fault = app.next_fault.trouble if app.next_fault else NO_FAULT
        keeper.show(card=here, reader=app.attached, card_fault=str(fault))

    def next_fault(fault: str) -> None:
        app.next_fault = None if fault == NO_FAULT else NextFault(CardTrouble(fault))
        keeper.show(card_fault=fault)

    def paper(trouble: str) -> None:
        keeper.soon(printer.cause(Trouble(trouble)))
        keeper.show(printer=trouble)

    def network(on: bool) -> None:
        keeper.soon(around.network.switch(on))
        keeper.show(network=on)

    app.watchers.append(card_changed)
    return DockControls(
        cards=tuple(DockOption(name, Verbatim(name)) for name in cards),
        insert_card=lambda name: app.insert_card(cards[name]),
        remove_card=app.remove_card,
        set_reader=lambda attached: app.attach_reader() if attached else app.detach_reader(),
        card_faults=tuple(DockOption(fault, msg(f"dock.card-fault.{fault}")) for fault in (NO_FAULT, *CardTrouble)),
        set_card_fault=next_fault,
        printer_conditions=tuple(DockOption(trouble, msg(f"dock.printer.{trouble}")) for trouble in Trouble),
        set_printer=paper,
        take_papers=lambda: keeper.show(papers=()),
        set_muted=keeper.mute,
        set_network=network,
        pages=pages,
        open_page=lambda address: keeper.soon(_browse(address)),
    )


async def _browse(address: str) -> None:
    await asyncio.to_thread(webbrowser.open, address)
