"""The dock: what it offers, how it shows the devices, that it decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.privacy import Private
from kiosk.text import Verbatim, msg
from ui.dock import Dock, DockButton, DockButtons, DockControls, DockOption, DockPage, DockSection, DockState
from ui.dock_parts import PaperPicture

CARDS = (DockOption("erika", Verbatim("Erika Mustermann")), DockOption("blocked", Verbatim("PIN gesperrt")))
FAULTS = tuple(DockOption(name, msg(f"dock.card-fault.{name}")) for name in ("none", "lose-card"))


class Calls:
    """What the dock asked for."""

    def __init__(self) -> None:
        self.made: list[tuple[str, object]] = []

    def to(self, name: str) -> Callable[..., None]:
        def call(*values: object) -> None:
            self.made.append((name, values[0] if values else None))

        return call


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def controls(calls: Calls) -> DockControls:
    return DockControls(
        cards=CARDS,
        insert_card=calls.to("insert"),
        remove_card=calls.to("remove"),
        set_reader=calls.to("reader"),
        card_faults=FAULTS,
        set_card_fault=calls.to("fault"),
        set_printer=calls.to("printer"),
        take_papers=calls.to("take"),
        set_muted=calls.to("muted"),
        set_network=calls.to("network"),
        pages=(DockPage(msg("dock.page.counter"), "http://127.0.0.1:1/"),),
        open_page=calls.to("page"),
    )


@pytest.fixture
def dock(controls: DockControls, qtbot: QtBot) -> Dock:
    dock = Dock(controls, DockState(card_fault="none"))
    qtbot.addWidget(dock)
    dock.show()
    return dock


def _button(dock: QWidget, words: str) -> QPushButton:
    found = [button for button in dock.findChildren(QPushButton) if button.text() == words]
    assert len(found) == 1, words
    return found[0]


def _words(dock: QWidget) -> set[str]:
    return {label.text() for label in dock.findChildren(QLabel) if label.isVisibleTo(dock)}


def _paper(height: int = 300) -> Private[bytes]:
    file = BytesIO()
    Image.new("L", (576, height), 255).save(file, "PNG")
    return Private(file.getvalue())


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("Erika Mustermann", ("insert", "erika")),
        ("Leser abziehen", ("reader", False)),
        ("Papier leer", ("printer", "paper-out")),
        ("Deckel offen", ("printer", "cover-open")),
        ("Aus", ("printer", "off")),
        ("Stumm schalten", ("muted", True)),
        ("Trennen", ("network", False)),
        ("Seite des Schalters", ("page", "http://127.0.0.1:1/")),
    ],
)
def test_a_button_asks_its_device(dock: Dock, calls: Calls, words: str, call: tuple[str, object]) -> None:
    QTest.mouseClick(_button(dock, words), Qt.MouseButton.LeftButton)
    assert calls.made == [call]


def test_the_next_fault_of_the_card_is_chosen_from_a_box(dock: Dock, calls: Calls) -> None:
    box = dock.findChild(QComboBox)
    assert box is not None
    box.activated.emit(1)
    assert calls.made == [("fault", "lose-card")]


def test_a_touch_alone_changes_nothing_until_the_device_says_so(dock: Dock) -> None:
    QTest.mouseClick(_button(dock, "Erika Mustermann"), Qt.MouseButton.LeftButton)
    assert not _button(dock, "Erika Mustermann").isChecked()
    dock.show_state(replace(dock.state, card="erika"))
    assert _button(dock, "Erika Mustermann").isChecked()
    assert "● Karte steckt" in _words(dock)
    assert _button(dock, "Karte herausziehen").isEnabled()


def test_without_a_card_there_is_none_to_take_out(dock: Dock) -> None:
    assert not _button(dock, "Karte herausziehen").isEnabled()


def test_the_state_is_shown_in_words(dock: Dock) -> None:
    dock.show_state(DockState(reader=False, printer="paper-out", muted=True, network=False))
    assert {"● Kein Leser", "● Papier leer", "● Stumm", "● Kein Netz"} <= _words(dock)
    assert _button(dock, "Leser anstecken")
    assert _button(dock, "Ton einschalten")
    assert _button(dock, "Verbinden")


def test_what_is_spoken_stands_there_as_text(dock: Dock) -> None:
    assert "Gerade wird nichts vorgelesen." in _words(dock)
    dock.show_state(replace(dock.state, spoken=Private("Guten Tag")))
    assert "Guten Tag" in _words(dock)


def test_papers_are_shown_and_can_be_taken(dock: Dock, calls: Calls, qtbot: QtBot) -> None:
    assert "Noch nichts gedruckt." in _words(dock)
    dock.show_state(replace(dock.state, papers=(_paper(500), _paper(300))))
    papers = dock.findChildren(PaperPicture)
    assert [paper.readable for paper in papers] == [True, True]
    assert papers[0].heightForWidth(330) > papers[1].heightForWidth(330)
    assert papers[0].accessibleName() == "Gedruckter Beleg"
    QTest.mouseClick(_button(dock, "Wegnehmen"), Qt.MouseButton.LeftButton)
    assert calls.made == [("take", None)]
    dock.show_state(replace(dock.state, papers=()))
    assert "Noch nichts gedruckt." in _words(dock)


def test_widgets_stay_when_the_state_changes(dock: Dock) -> None:
    before = dock.findChildren(QPushButton)
    dock.show_state(replace(dock.state, card="blocked", printer="off", spoken=Private("a"), network=False))
    assert dock.findChildren(QPushButton) == before


def test_a_device_that_is_not_there_has_no_section(qtbot: QtBot, calls: Calls) -> None:
    dock = Dock(DockControls(set_network=calls.to("network")))
    qtbot.addWidget(dock)
    titles = {label.text() for label in dock.findChildren(QLabel) if label.objectName() == "title"}
    assert titles == {"Netz"}


def test_further_devices_come_as_sections(qtbot: QtBot, calls: Calls) -> None:
    button = DockButton(Verbatim("Kopfhörer einstecken"), calls.to("plug"))
    section = DockSection("headset", Verbatim("Kopfhörer"), "headphones", (DockButtons((button,)),))
    dock = Dock(DockControls(more=lambda state: (section,)))
    qtbot.addWidget(dock)
    QTest.mouseClick(_button(dock, "Kopfhörer einstecken"), Qt.MouseButton.LeftButton)
    assert calls.made == [("plug", None)]


def test_everything_fits_the_usual_height(dock: Dock) -> None:
    dock.show_state(replace(dock.state, card="erika", papers=(_paper(900),), spoken=Private("Wort " * 20)))
    inner = dock.findChild(QWidget, "inner")
    assert inner is not None
    assert inner.minimumSizeHint().width() <= dock.width()
    assert all(button.width() >= button.minimumSizeHint().width() for button in dock.findChildren(QPushButton))


def test_visitor_data_is_not_in_the_repr() -> None:
    state = DockState(spoken=Private("Erika"), papers=(Private(b"Erika"),))
    assert "Erika" not in repr(state)
