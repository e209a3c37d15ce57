"""The dock: the panels of all virtual devices, in one window beside the terminal's."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from demo.dock_card import CardPanel
from demo.dock_clock import ClockPanel
from demo.dock_network import NetworkPanel
from demo.dock_panel import Hand, Panel
from demo.dock_paper import PagePanel, ReceiptPanel
from demo.dock_senses import KeypadPanel, PresencePanel, ScannerPanel
from demo.dock_sound import Overheard, SoundPanel
from demo.doubles import Doubles
from demo.sound import Desk
from devices.printers.virtual_paper import Paper
from kiosk.ports import Ports
from kiosk.text import msg
from ui.dock import Dock
from ui.dock_data import DockSection


class DockKeeper:
    """Keeps the dock's window true to the devices. `desk` is the sound that there is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._dock: Dock | None = None
        self._panels: tuple[Panel, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hand = Hand(self.refresh, self.soon)
        self._sound = SoundPanel(desk, self._hand)
        self._receipts: ReceiptPanel | None = None

    def overheard(self, ports: Ports) -> Ports:
        """Return the ports with a voice that the dock can read along."""
        if ports.speaker is None:
            return ports
        return replace(ports, speaker=Overheard(ports.speaker, self._sound.show))

    def open(self, around: Doubles, surface: Callable[[], QObject | None]) -> Dock:
        """Make the window. `surface` is what gets the keypad's keys."""
        hand = self._hand
        self._receipts = ReceiptPanel(around.printer, hand)
        pages = (
            (msg("dock.page.authority"), around.authority.page),
            (msg("dock.page.counter"), around.hub.counter_url),
        )
        self._panels = (
            CardPanel(around.slot, hand),
            NetworkPanel(around.network, pages, self._browse, hand),
            self._sound,
            self._receipts,
            PagePanel(around.pages, hand),
            KeypadPanel(surface),
            ScannerPanel(around.scanner, hand),
            PresencePanel(around.presence, hand),
            ClockPanel(around.authority, hand),
        )
        self._dock = Dock(self.sections)
        return self._dock

    def sections(self) -> tuple[DockSection, ...]:
        """Return how all devices are now."""
        return tuple(panel.section() for panel in self._panels)

    def close(self) -> None:
        """Close the window."""
        for task in self._tasks:
            task.cancel()
        self._desk.close()
        if self._dock:
            self._dock.close()
            self._dock = None

    def refresh(self) -> None:
        """Show how all devices are now."""
        if self._dock:
            self._dock.refresh()

    def paper_came_out(self, paper: Paper) -> None:
        """Show a new slip on top."""
        if self._receipts:
            self._receipts.came_out(paper)

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what takes a moment. How things are is shown now, and when it is done."""

        def done(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self.refresh()

        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(done)
        self.refresh()

    def _browse(self, address: str) -> None:
        self.soon(_opened(address))


async def _opened(address: str) -> None:
    await asyncio.to_thread(webbrowser.open, address)
