"""How long the window takes for the screens of a whole visit: forms, typing, review and result included."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from operator import itemgetter

from kiosk.screen import Screen
from profiles.settings import Settings
from profiles.settings_file import load_settings
from tests.bench.figure import Figure, p95
from tests.bench.journey import moving_house, shipped_place


def figure() -> Figure:
    """Draw the screens of a visit, each as it comes for the first time. Needs a `QApplication`."""
    drawn = list(_drawn([moment.screen for moment in moving_house(shipped_place())]))
    late = p95([milliseconds for milliseconds, _ in drawn])
    slowest, screen = max(drawn, key=itemgetter(0))
    measured = f"{late:.0f} ms (slowest {slowest:.0f} ms: {screen})"
    return Figure(f"{len(drawn)} screens of a form drawn, p95", "≤ 100 ms", measured, late <= 100)


def _drawn(screens: Sequence[Screen]) -> Iterator[tuple[float, str]]:
    """Yield milliseconds and name of each screen that differs from the one before."""
    from PySide6.QtWidgets import QApplication

    from composition.terminals import ppi_of
    from ui.window import TerminalWindow

    settings = load_settings(None)
    assert isinstance(settings, Settings)
    place = shipped_place()
    window = TerminalWindow(lambda event: None, place, ppi_of(settings, place))
    window.resize(settings.window.width, settings.window.height)
    window.show()
    before: Screen | None = None
    for screen in screens:
        if screen != before:
            began = time.perf_counter()
            window.show_screen(screen)
            window.repaint()
            QApplication.processEvents()
            yield (time.perf_counter() - began) * 1000, screen.id
        before = screen
    window.close()
