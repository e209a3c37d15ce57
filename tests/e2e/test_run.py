"""`lotse run`: a terminal in a foyer, on a display of its own, without any settings."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kiosk.compose import compose
from kiosk.faults import Fault
from kiosk.journeys.welcome import first_visit
from kiosk.place import Place
from kiosk.visit import ABSENT, Devices
from profiles.loading import load_profile
from profiles.settings import Settings
from profiles.settings_file import load_settings
from tests.e2e.eyes import Eyes, Role
from tests.e2e.programs import lotse, xvfb
from ui.window import TerminalWindow

TOOLS = ("Xvfb", "xdotool", "import")
WIDTH, HEIGHT = 1080, 1920
PATIENCE_S = 30.0

pytestmark = pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}")


def test_the_terminal_starts_reacts_to_a_touch_and_ends_when_it_is_told(tmp_path: Path, qapp: QApplication) -> None:
    expected, begin = _welcome()
    with xvfb(WIDTH, HEIGHT) as display, lotse("run", folder=tmp_path, DISPLAY=display) as terminal:
        _wait_until(lambda: _alike(_picture(display, tmp_path), expected))
        _touch(display, begin)
        _wait_until(lambda: not _alike(_picture(display, tmp_path), expected))
        assert terminal.end() == (0, "")


def _welcome() -> tuple[QImage, QPoint]:
    """Return how the first screen looks, and where "Jetzt beginnen" is."""
    settings = load_settings(None)
    assert isinstance(settings, Settings)
    place = load_profile(settings.profile)
    assert isinstance(place, Place)
    posted: list[object] = []
    window = TerminalWindow(posted.append, place, (WIDTH**2 + HEIGHT**2) ** 0.5 / place.screen_inches)
    window.resize(WIDTH, HEIGHT)
    absent = tuple(sorted((device, Fault(code)) for device, code in ABSENT.items()))
    window.show_screen(compose(first_visit(place, Devices(absent))))
    window.show()
    begin = Eyes(window).find("Jetzt beginnen", Role.Button)
    assert begin
    found = window.picture(), window.mapFromGlobal(begin.middle)
    window.close()
    return found


def _picture(display: str, folder: Path) -> QImage:
    path = folder / "picture.png"
    subprocess.run(["import", "-display", display, "-window", "root", str(path)], check=True, timeout=20)
    return QImage(str(path))


def _alike(one: QImage, other: QImage) -> bool:
    """Whether two pictures are nearly the same: the clock goes on, and what the settings lack is not offered."""
    places = [(x, y) for x in range(20, WIDTH, 40) for y in range(20, HEIGHT, 40)]
    same = sum(one.pixel(x, y) == other.pixel(x, y) for x, y in places)
    return same > 0.95 * len(places)


def _touch(display: str, where: QPoint) -> None:
    place = ["mousemove", str(where.x()), str(where.y()), "click", "1"]
    subprocess.run(["xdotool", *place], check=True, timeout=10, env={"DISPLAY": display})


def _wait_until(true: Callable[[], bool]) -> None:
    """Look again and again: another program's screen tells nobody when it changes."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "the picture never came"
        time.sleep(0.1)
