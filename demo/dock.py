"""Connects the dock's window with the virtual devices."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from demo.doubles import Doubles
from devices.eid.simulated_card import ERIKA, Holder, VirtualCard
from devices.eid.simulated_faults import NextFault
from devices.eid.simulated_faults import Trouble as CardTrouble
from devices.printers.simulator import Trouble
from devices.printers.virtual_paper import Paper
from kiosk.events import Device, DeviceChanged, Event, PartSpoken, SpeechEnded
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Ports, Speaker, Tell, Utterance
from kiosk.privacy import EMPTY, Private
from kiosk.terminal import Terminal
from kiosk.text import Verbatim, msg
from ui.dock import Dock, DockControls, DockOption, DockPage, DockState

HASSAN = Holder(
    "HASSAN ŁUKASZ",
    "YILDIZ-MÜLLER",
    born="1951    ",
    birth_place="İZMİR",
    street="LINDENWEG 12",
    postcode="12345",
    city="ULMENFURT",
)
NO_FAULT = "none"
CARDS = {
    "erika": VirtualCard("Erika Mustermann", ERIKA),
    "hassan": VirtualCard("Hassan Ł. Yıldız", HASSAN),
    "blocked": VirtualCard("PIN gesperrt", ERIKA, tries=0),
    "deactivated": VirtualCard("Ausgeschaltet", ERIKA, deactivated=True),
}


class Overheard:
    """A speaker whose words can be read in the dock. Muted, it is as if no loudspeaker were there."""

    def __init__(self, speaker: Speaker, keeper: DockKeeper) -> None:
        self._speaker = speaker
        self._keeper = keeper

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

    def overheard(self, ports: Ports) -> Ports:
        """Return the ports with a voice that the dock can read along."""
        return ports if ports.speaker is None else replace(ports, speaker=Overheard(ports.speaker, self))

    def open(self, around: Doubles, terminal: Terminal) -> Dock:
        """Make the window."""
        pages = (
            DockPage(msg("dock.page.authority"), around.authority.page),
            DockPage(msg("dock.page.counter"), around.hub.counter_url),
        )
        self._dock = Dock(_controls(self, around, terminal, pages), DockState(card_fault=NO_FAULT))
        return self._dock

    def close(self) -> None:
        """Close the window."""
        for task in self._tasks:
            task.cancel()
        if self._dock:
            self._dock.close()

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


def _controls(keeper: DockKeeper, around: Doubles, terminal: Terminal, pages: tuple[DockPage, ...]) -> DockControls:
    app, printer = around.ausweisapp, around.printer

    def insert(card: str) -> None:
        app.insert_card(CARDS[card])
        keeper.show(card=card)

    def remove() -> None:
        app.remove_card()
        keeper.show(card="")

    def reader(attached: bool) -> None:
        (app.attach_reader if attached else app.detach_reader)()
        keeper.show(reader=attached, card="")

    def next_fault(fault: str) -> None:
        app.next_fault = None if fault == NO_FAULT else NextFault(CardTrouble(fault))
        keeper.show(card_fault=fault)

    def paper(trouble: str) -> None:
        keeper.soon(printer.cause(Trouble(trouble)))
        keeper.show(printer=trouble)

    def mute(muted: bool) -> None:
        fault = Fault(FaultCode.SPEECH_NO_OUTPUT, "muted in the dock") if muted else None
        terminal.post(DeviceChanged(Device.SPEECH, fault))
        keeper.show(muted=muted)

    def network(on: bool) -> None:
        around.authority.online = on
        keeper.show(network=on)

    return DockControls(
        cards=tuple(DockOption(name, Verbatim(card.label)) for name, card in CARDS.items()),
        insert_card=insert,
        remove_card=remove,
        set_reader=reader,
        card_faults=tuple(DockOption(fault, msg(f"dock.card-fault.{fault}")) for fault in (NO_FAULT, *CardTrouble)),
        set_card_fault=next_fault,
        printer_conditions=tuple(DockOption(trouble, msg(f"dock.printer.{trouble}")) for trouble in Trouble),
        set_printer=paper,
        take_papers=lambda: keeper.show(papers=()),
        set_muted=mute,
        set_network=network,
        pages=pages,
        open_page=lambda address: keeper.soon(_browse(address)),
    )


async def _browse(address: str) -> None:
    await asyncio.to_thread(webbrowser.open, address)
