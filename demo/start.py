"""`lotse demo`: the terminal's window, the dock of virtual devices, the authority's and the counter's page."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from demo.display import NoDisplayError, display_in_the_browser, has_display
from demo.sound import Desk, silent_sound
from kiosk.place import Place
from profiles.settings import Logging, LogLevel, Settings

PORTRAIT = (720, 1280)
PACE_S = 0.6
"""How long each step at the card takes, so that a person can follow it."""


def demonstrate(profile: Path | None, *, smoke: bool) -> int:
    """Show everything until the window is closed or SIGTERM or SIGINT comes; with `smoke` only until it stands."""
    os.environ["LOTSE_SIMULATORS"] = "1"
    from composition.process import on_one_loop, set_up_logging
    from profiles.loading import load_profile
    from profiles.settings_file import load_settings

    settings = load_settings(None)
    assert isinstance(settings, Settings)
    settings = replace(settings, profile=profile or settings.profile, logging=Logging(LogLevel.WARNING))
    set_up_logging(settings)
    place = load_profile(settings.profile)
    if isinstance(place, list):
        sys.stderr.writelines(f"{mistake}\n" for mistake in place)
        return 2
    with ExitStack() as stack:
        desk = Desk()
        if not has_display():
            try:
                address = stack.enter_context(display_in_the_browser())
                desk = stack.enter_context(silent_sound())
            except NoDisplayError as missing:
                sys.stderr.write(f"{missing}\n")
                return 2
            say("There is no display here, so the windows are shown in the browser (noVNC):", address)
        return on_one_loop(lambda: _show(settings, place, desk, smoke=smoke))


def say(*lines: str) -> None:
    """Tell the person at the console."""
    sys.stdout.write("\n  ".join(lines) + "\n")
    sys.stdout.flush()


async def _show(settings: Settings, place: Place, desk: Desk, *, smoke: bool) -> int:
    from composition.equipment import equip
    from composition.process import stopped
    from demo.dock import DockKeeper
    from demo.doubles import STAFF_CODE, doubles
    from kiosk.keypad import Keypad
    from kiosk.terminal import Terminal
    from kiosk.text import GERMAN, translator
    from ui.operating import operate
    from ui.window import TerminalWindow

    say("Starting the authority, the counter, the eID client and the printer, all virtual …")
    keeper = DockKeeper(desk)
    city = translator(GERMAN).say(place.name)
    async with doubles(settings.terminal.name, keeper.paper_came_out, PACE_S, city=city) as around:
        wanted = around.with_chip_cards(around.equipped(settings))
        equipment = equip(wanted, place, around.secret, around.slot.service.connect)
        terminal: Terminal
        window = TerminalWindow(lambda event: terminal.post(event), place)
        terminal = Terminal(place, keeper.overheard(equipment.ports), window.show_screen)
        operate(window, terminal.post, Keypad(), staff_code=True)
        _place_windows(window, keeper.open(around, window.windowHandle))
        terminal.start()
        say(
            "The terminal's window is open, and beside it the dock of virtual devices.",
            f"What the authority gets:  {around.authority.page}",
            f"The counter's page:       {around.hub.counter_url}",
            f"Staff: hold the mark at the top for 3 seconds; the code is {STAFF_CODE}.",
            "Numbers of the sample cards: PIN 123456, CAN 500540, PUK 9876543210",
            "End it with Ctrl+C.",
        )
        if not smoke:
            await until_over(stopped())
        await terminal.close()
        await equipment.close()
        keeper.close()
        window.close()
    return 0


async def until_over(signalled: Any) -> None:
    """Wait until the last window is closed, or for `signalled`."""
    from PySide6.QtGui import QGuiApplication

    closed = asyncio.Event()
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.lastWindowClosed.connect(closed.set)
    waiting = [asyncio.ensure_future(signalled), asyncio.ensure_future(closed.wait())]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _place_windows(window: Any, dock: Any) -> None:
    """Put both windows beside each other, as large as the display allows."""
    from PySide6.QtGui import QGuiApplication

    space = QGuiApplication.primaryScreen().availableGeometry()
    height = min(PORTRAIT[1], space.height())
    window.resize(height * PORTRAIT[0] // PORTRAIT[1], height)
    window.move(space.x(), space.y())
    dock.resize(min(dock.width(), max(360, space.width() - window.width() - 20)), height)
    dock.move(space.x() + window.width() + 20, space.y())
    window.show()
    dock.show()
