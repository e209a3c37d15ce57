"""The same terminal as the machine's, here, without devices: it knows where things are on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.compose import compose
from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.journeys.welcome import first_visit
from kiosk.place import Place
from kiosk.step import step
from kiosk.visit import ABSENT, Devices
from profiles.loading import SHIPPED, load_profile
from tests.e2e.eyes import Eyes, Role
from tests.machine.machine import HEIGHT, WIDTH, Machine, differing, until
from ui.window import TerminalWindow


class Shadow:
    """A terminal with the profile that ships."""

    def __init__(self) -> None:
        place = load_profile(SHIPPED)
        assert isinstance(place, Place)
        absent = tuple(sorted((device, Fault(code)) for device, code in ABSENT.items()))
        self.visit = first_visit(place, Devices(absent))
        self.window = TerminalWindow(self._post, place, (WIDTH**2 + HEIGHT**2) ** 0.5 / place.screen_inches)
        self.window.resize(WIDTH, HEIGHT)
        self.window.show_screen(compose(self.visit))
        self.window.show()

    def _post(self, event: Event) -> None:
        self.visit, _ = step(self.visit, event)
        self.window.show_screen(compose(self.visit))

    def touch(self, words: str) -> tuple[int, int]:
        """Touch a button here, and return where it is."""
        found = Eyes(self.window).find(words, Role.Button)
        assert found, words
        where = self.window.mapFromGlobal(found.middle)
        button = self.window.childAt(where)
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return where.x(), where.y()

    def touches(self, machine: Machine, words: str) -> None:
        """Touch a button here and on the machine, and wait until something has changed there."""
        before = machine.picture()
        machine.touches(*self.touch(words))
        until(lambda: differing(before, machine.picture()) > 0.005)

    def is_shown_by(self, machine: Machine) -> bool:
        """Whether the machine shows what stands here."""
        return differing(machine.picture(), self.window.picture()) < 0.02
