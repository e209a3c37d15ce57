"""`lotse profile preview`: a profile in a window, without devices; applications go nowhere."""

from __future__ import annotations

import asyncio
import sys
import uuid
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from demo.display import NoDisplayError, display_in_the_browser, has_display
from demo.start import say, until_over
from kiosk.application_events import HandedIn
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import Application
from kiosk.place import Place
from kiosk.ports import Tell
from kiosk.privacy import Private
from profiles.settings import Settings

HIGH = 1280
"""Pixels of the window's longer side, where the display has room for them."""


class Nowhere:
    """Takes every application and throws it away (`kiosk.ports.SubmissionService`), so that forms can be walked."""

    async def watch(self, tell: Tell) -> None:
        """Always work."""
        tell(DeviceChanged(Device.SUBMISSION, None))
        await asyncio.Event().wait()

    async def hand_in(self, application: Application, tell: Tell) -> None:  # noqa: ARG002 - nobody gets it
        """Say that it was handed in."""
        tell(HandedIn(Private(str(uuid.uuid4()))))


def preview(profile: Path, *, landscape: bool, smoke: bool) -> int:
    """Show a profile until the window is closed or SIGTERM or SIGINT comes; with `smoke` only until it stands."""
    from composition.process import complain, on_one_loop
    from profiles.loading import load_profile
    from profiles.settings_file import load_settings

    settings, place = load_settings(None), load_profile(profile)
    if isinstance(place, list):
        return complain(place)
    assert isinstance(settings, Settings)
    with ExitStack() as stack:
        if not has_display():
            try:
                address = stack.enter_context(display_in_the_browser())
            except NoDisplayError as missing:
                sys.stderr.write(f"{missing}\n")
                return 2
            say("There is no display here, so the window is shown in the browser (noVNC):", address)
        return on_one_loop(lambda: _show(settings, place, landscape=landscape, smoke=smoke))


async def _show(settings: Settings, place: Place, *, landscape: bool, smoke: bool) -> int:
    from PySide6.QtGui import QGuiApplication

    from composition.equipment import equip
    from composition.process import stopped
    from kiosk.keypad import Keypad
    from kiosk.terminal import Terminal
    from ui.operating import operate
    from ui.window import TerminalWindow

    equipment = equip(settings, place, lambda _: None)
    terminal: Terminal
    window = TerminalWindow(lambda event: terminal.post(event), place)
    terminal = Terminal(place, replace(equipment.ports, submissions=Nowhere()), window.show_screen)
    operate(window, terminal.post, Keypad())
    space = QGuiApplication.primaryScreen().availableGeometry()
    high = min(HIGH, space.width() if landscape else space.height())
    window.resize(*((high, high * 9 // 16) if landscape else (high * 9 // 16, high)))
    window.show()
    terminal.start()
    if not smoke:
        await until_over(stopped())
    await terminal.close()
    await equipment.close()
    window.close()
    return 0
