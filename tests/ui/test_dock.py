"""The dock: it draws what it is told of devices, asks them when touched, and decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.privacy import EMPTY, Private
from kiosk.text import Verbatim
from ui.dock import Dock
from ui.dock_data import DockButton, DockButtons, DockChoice, DockLine, DockOption, DockPictures, DockSection
from ui.dock_papers import PaperPicture

CARDS = (DockOption("erika", Verbatim("Erika Mustermann")), DockOption("blocked", Verbatim("PIN gesperrt")))
FAULTS = (DockOption("none", Verbatim("Keine")), DockOption("lose-card", Verbatim("Karte verloren")))


class Device:
    """A made-up device: the test says how it is, and sees what the dock asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.card = ""
        self.spoken: Private[str] = EMPTY
        self.papers: tuple[Private[bytes], ...] = ()
        self.folded = False

    def asks(self, name: str) -> Callable[..., None]:
        def call(*values: object) -> None:
            self.asked.append((name, values[0] if values else None))

        return call

    def sections(self) -> tuple[DockSection, ...]:
        controls = (
            DockChoice(CARDS, self.card, self.asks("insert")),
            DockButtons((DockButton(Verbatim("Herausziehen"), self.asks("remove"), enabled=bool(self.card)),)),
            DockChoice(FAULTS, "none", self.asks("fault"), Verbatim("Störung"), folded=True),
            DockLine(self.spoken, Verbatim("Stille")),
        )
        here = Verbatim("Karte steckt" if self.card else "Keine Karte")
        slips = DockPictures(self.papers, Verbatim("Nichts gedruckt"), Verbatim("Beleg"))
        take = DockButton(Verbatim("Wegnehmen"), self.asks("take"))
        return (
            DockSection("card", Verbatim("Ausweis"), "id-card", controls, here, good=bool(self.card)),
            DockSection("printer", Verbatim("Drucker"), "printer", (slips,), button=take, folded=self.folded),
        )


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def dock(device: Device, qtbot: QtBot) -> Dock:
    return _shown(device, qtbot)


def _shown(device: Device, qtbot: QtBot) -> Dock:
    dock = Dock(device.sections)
    qtbot.addWidget(dock)
    dock.show()
    return dock


def _button(dock: QWidget, words: str) -> QPushButton:
    found = [button for button in dock.findChildren(QPushButton) if words in {button.text(), button.accessibleName()}]
    assert len(found) == 1, words
    return found[0]


def _press(dock: QWidget, words: str) -> None:
    QTest.mouseClick(_button(dock, words), Qt.MouseButton.LeftButton)


def _words(dock: QWidget) -> set[str]:
    return {label.text() for label in dock.findChildren(QLabel) if label.isVisibleTo(dock)}


def _paper(height: int = 300) -> Private[bytes]:
    file = BytesIO()
    Image.new("L", (576, height), 255).save(file, "PNG")
    return Private(file.getvalue())


@pytest.mark.parametrize(("words", "asked"), [("Erika Mustermann", ("insert", "erika")), ("Wegnehmen", ("take", None))])
def test_a_button_asks_its_device(dock: Dock, device: Device, words: str, asked: tuple[str, object]) -> None:
    _press(dock, words)
    assert device.asked == [asked]


def test_one_of_many_is_chosen_from_a_box(dock: Dock, device: Device) -> None:
    box = dock.findChild(QComboBox)
    assert box is not None
    box.activated.emit(1)
    assert device.asked == [("fault", "lose-card")]


def test_a_touch_alone_changes_nothing_until_the_device_says_so(dock: Dock, device: Device) -> None:
    _press(dock, "Erika Mustermann")
    assert not _button(dock, "Erika Mustermann").isChecked()
    device.card = "erika"
    dock.refresh()
    assert _button(dock, "Erika Mustermann").isChecked()
    assert "● Karte steckt" in _words(dock)
    assert _button(dock, "Herausziehen").isEnabled()


def test_what_cannot_be_done_now_cannot_be_touched(dock: Dock) -> None:
    assert not _button(dock, "Herausziehen").isEnabled()


def test_what_is_spoken_stands_there_as_text(dock: Dock, device: Device) -> None:
    assert "Stille" in _words(dock)
    device.spoken = Private("Guten Tag")
    dock.refresh()
    assert "Guten Tag" in _words(dock)


def test_papers_are_shown_newest_first_and_can_be_taken(dock: Dock, device: Device) -> None:
    assert "Nichts gedruckt" in _words(dock)
    device.papers = (_paper(500), _paper(300))
    dock.refresh()
    papers = dock.findChildren(PaperPicture)
    assert [paper.readable for paper in papers] == [True, True]
    assert papers[0].heightForWidth(330) > papers[1].heightForWidth(330)
    assert papers[0].accessibleName() == "Beleg"
    device.papers = ()
    dock.refresh()
    assert "Nichts gedruckt" in _words(dock)


def test_widgets_stay_when_the_state_changes(dock: Dock, device: Device) -> None:
    before = dock.findChildren(QPushButton)
    device.card, device.spoken = "blocked", Private("a")
    dock.refresh()
    assert dock.findChildren(QPushButton) == before


def test_a_folded_device_shows_its_title_and_condition_alone_until_it_is_opened(device: Device, qtbot: QtBot) -> None:
    device.folded = True
    dock = _shown(device, qtbot)
    assert {"Drucker", "● Keine Karte"} <= _words(dock)
    assert "Nichts gedruckt" not in _words(dock)
    _press(dock, "Drucker: aufklappen")
    assert "Nichts gedruckt" in _words(dock)
    dock.refresh()
    assert "Nichts gedruckt" in _words(dock)
    _press(dock, "Drucker: zuklappen")
    assert "Nichts gedruckt" not in _words(dock)


def test_nothing_is_cut_off_at_the_usual_width(dock: Dock, device: Device) -> None:
    device.card, device.papers, device.spoken = "erika", (_paper(900),), Private("Wort " * 20)
    dock.refresh()
    inner = dock.findChild(QWidget, "inner")
    assert inner is not None
    assert inner.minimumSizeHint().width() <= dock.width()
    assert all(button.width() >= button.minimumSizeHint().width() for button in dock.findChildren(QPushButton))


def test_visitor_data_is_not_in_the_repr(device: Device) -> None:
    device.spoken, device.papers = Private("Geheim"), (Private(b"Geheim"),)
    assert "Geheim" not in repr(device.sections())
