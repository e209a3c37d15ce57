"""A terminal as `lotse run` builds it, by settings, with everything around it, and a record of one visit."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from composition.equipment import equip
from composition.terminals import ppi_of
from demo.doubles import Doubles, doubles
from demo.sound import Desk as Sound
from demo.sound import silent_sound
from devices.printers.virtual_paper import Paper
from kiosk.device_events import Device, DeviceChanged, DocumentPrinted, Printed
from kiosk.effects import Effects
from kiosk.events import Event
from kiosk.place import Place, Timers
from kiosk.screen import Screen
from kiosk.terminal import Terminal
from kiosk.text import GERMAN, translator
from kiosk.visit import Visit
from online.fit_connect import FitConnect
from profiles.loading import load_profile
from profiles.settings import Settings
from profiles.settings_file import load_settings
from tests.chaos.counter import Counter
from tests.chaos.desk import CardDesk, desk
from ui.window import TerminalWindow

TIMERS = Timers(idle=3, countdown=2, cover=2, goodbye=1, away=2)
"""Short: who walks away is gone soon, and who waits for long is asked."""
READY_S = 20.0


@dataclass(slots=True)
class Record:
    """What was to be seen and had of one visit."""

    screens: list[Screen] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    pages: list[bytes] = field(default_factory=list)
    printed: int = 0
    """How often the terminal took a slip for printed."""
    pages_printed: int = 0


@dataclass(slots=True)
class Foyer:
    """The terminal, its window, and what stands around."""

    around: Doubles
    desk: CardDesk
    sound: Sound
    counter: Counter
    place: Place
    record: Record = field(default_factory=Record)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    changes: list[tuple[float, Device, bool]] = field(default_factory=list)
    """When which device began to work, or stopped."""
    submissions: FitConnect = field(init=False)
    terminal: Terminal = field(init=False)
    window: TerminalWindow = field(init=False)

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something at the terminal is so; whether it came to be in time."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            return False
        return True

    def works(self, *devices: Device) -> bool:
        """Whether all these work, as far as the terminal knows."""
        return all(map(self.terminal.visit.works, devices))

    def show(self, screen: Screen) -> None:
        """Draw a screen and note it."""
        self.window.show_screen(screen)
        self.record.screens.append(screen)
        self.news.set()

    def observe(self, visit: Visit, event: Event, effects: Effects, took: float) -> None:
        """Note what happened."""
        match event:
            case DeviceChanged(device, fault):
                self.changes.append((time.monotonic(), device, fault is None))
            case Printed():
                self.record.printed += 1
            case DocumentPrinted():
                self.record.pages_printed += 1
        self.news.set()

    def came_out(self, paper: Paper) -> None:
        """Note a slip."""
        self.record.papers.append(paper.text)
        self.news.set()

    def begin_record(self) -> Record:
        """Begin a new record and return the last one. What the printers' doubles kept of it is dropped too."""
        done, self.record, around = self.record, Record(), self.around
        done.pages = list(around.pages.documents)
        around.printer.papers.clear()
        around.pages.documents.clear()
        return done


@asynccontextmanager
async def opened() -> AsyncIterator[Foyer]:
    """Open a foyer with all that this machine can have; close it."""
    settings = load_settings(None)
    assert isinstance(settings, Settings)
    place = load_profile(settings.profile)
    assert isinstance(place, Place)
    place = replace(place, timers=TIMERS)
    foyer: Foyer

    def on_paper(paper: Paper) -> None:
        foyer.came_out(paper)

    city = translator(GERMAN).say(place.name)
    async with AsyncExitStack() as stack:
        sound = stack.enter_context(silent_sound())
        around = await stack.enter_async_context(doubles(settings.terminal.name, on_paper, city=city))
        counter = await stack.enter_async_context(Counter.at(around.hub))
        cards = stack.enter_context(desk(around))
        foyer = Foyer(around, cards, sound, counter, place)
        wanted = cards.equipped(around.equipped(settings))
        if not sound.own:
            wanted = replace(wanted, speech=None)  # nobody knows what this machine's own sound does
        await stack.enter_async_context(_terminal(foyer, wanted))
        yield foyer


@asynccontextmanager
async def _terminal(foyer: Foyer, settings: Settings) -> AsyncIterator[None]:
    equipment = equip(settings, foyer.place, foyer.around.secret)
    assert isinstance(equipment.ports.submissions, FitConnect)
    foyer.submissions = equipment.ports.submissions
    window = TerminalWindow(lambda event: foyer.terminal.post(event), foyer.place, ppi_of(settings, foyer.place))
    window.resize(settings.window.width, settings.window.height)
    foyer.window = window
    foyer.terminal = Terminal(foyer.place, equipment.ports, foyer.show, foyer.observe)
    window.show()
    foyer.terminal.start()
    try:
        yield
    finally:
        await foyer.desk.remove()
        await foyer.terminal.close()
        await equipment.close()
        window.close()
        window.deleteLater()


def words_of_pdf(document: bytes) -> str:
    """Return what stands on A4 pages (poppler's pdftotext; blocks for some milliseconds)."""
    done = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, timeout=10, check=True)
    return done.stdout.decode()
