"""As a terminal has it: the window's own loop, and a window that is drawn anew all the time."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from devices.cards.reader import PcscCardReader
from devices.cards.simulator import ChipCard
from devices.eid.npa.slot import Slot
from kiosk.device_events import CardRemoved
from kiosk.events import EndConfirmed, WentOn
from kiosk.look import TextSize
from kiosk.ports import Ports
from kiosk.screen import Screen
from kiosk.terminal import Terminal
from tests.devices.cards.service import ReaderService
from tests.devices.eid.terminal import Told
from tests.ui.screens import PLACE, clock
from tests.unit.core.test_terminal import Library
from ui.loop import WindowLoop
from ui.window import TerminalWindow

MOST_MS = 100
ROUNDS = 4


class Foyer:
    """A terminal with a real window at real readers; how long each card took to its step, and to its drawn screen."""

    def __init__(self) -> None:
        self.driver = PcscCardReader()
        self.told = Told()
        self.took: list[tuple[float, float]] = []
        self.window = TerminalWindow(lambda _: None, PLACE, ppi=102.46, clock=clock)
        self.window.resize(1080, 1920)
        self.window.show()
        ports = Ports(Library(), cards=self.driver)
        self.terminal = Terminal(PLACE, ports, self.shown, lambda _v, event, *_: self.told(event))

    def shown(self, screen: Screen) -> None:
        stepped = time.monotonic()
        self.window.show_screen(screen)
        self.window.repaint()
        if screen.id == "goodbye-card":
            seen = self.driver.seen_at
            self.took.append(((stepped - seen) * 1000, (time.monotonic() - seen) * 1000))

    async def draws(self) -> None:
        """Show another size again and again, which lays everything out anew."""
        sizes = (TextSize.M, TextSize.L)
        for number in range(10_000):
            screen = self.terminal.screen
            self.window.show_screen(replace(screen, look=replace(screen.look, size=sizes[number % 2])))
            self.window.repaint()
            await asyncio.sleep(0)


async def cards_come_and_go(service: ReaderService) -> list[tuple[float, float]]:
    foyer = Foyer()
    foyer.terminal.start()
    foyer.terminal.post(WentOn())
    foyer.terminal.post(EndConfirmed())
    drawing = asyncio.create_task(foyer.draws())
    async with Slot(service.port) as slot:
        for _ in range(ROUNDS):
            await slot.insert(ChipCard())
            while foyer.terminal.screen.id != "goodbye-card":
                foyer.told.news.clear()
                await foyer.told.news.wait()
            await slot.remove()
            await foyer.told.until(CardRemoved)
    drawing.cancel()
    await foyer.terminal.close()
    foyer.window.close()
    return foyer.took


def test_a_card_is_on_the_screen_in_time_while_the_window_is_drawn(
    service: ReaderService, qapp: QApplication, capsys: pytest.CaptureFixture[str]
) -> None:
    service.start()
    with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
        took = runner.run(cards_come_and_go(service))
    steps, screens = zip(*took, strict=True)
    with capsys.disabled():
        words = f"Terminal.post at most {max(steps):.0f} ms, its screen drawn {max(screens):.0f} ms"
        sys.stdout.write(f"\ncard inserted, in a window that is drawn all the time → {words} ({len(took)} cards)\n")
    assert len(took) == ROUNDS
    assert max(steps) <= MOST_MS
