"""How a button of a terminal answers to fingers and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.look import Look
from ui.press import LIFT_SECONDS, STRIKE_SECONDS, STRIKES, Pressable
from ui.theme import theme_for

LEFT = Qt.MouseButton.LeftButton
INSIDE, OUTSIDE = QPoint(50, 50), QPoint(500, 50)


class Counted(Pressable):
    """A button that counts."""

    def __init__(self) -> None:
        super().__init__(theme_for(Look(), QSize(1080, 1920), 102.46), "Weiter")
        self.acts, self.refusals = 0, 0
        self.acted.connect(self._act)
        self.refused.connect(self._refuse)

    def _act(self) -> None:
        self.acts += 1

    def _refuse(self) -> None:
        self.refusals += 1


@pytest.fixture
def button(qapp: QApplication) -> Iterator[Counted]:
    button = Counted()
    button.resize(200, 96)
    button.show()
    qapp.processEvents()
    yield button
    button.close()
    button.deleteLater()


@pytest.mark.en301549("5.5.1", "11.2.5.2")
def test_it_acts_when_let_go_inside(button: Counted) -> None:
    QTest.mousePress(button, LEFT, pos=INSIDE)
    assert button.isDown()
    assert button.acts == 0
    QTest.mouseRelease(button, LEFT, pos=INSIDE)
    assert button.acts == 1


@pytest.mark.en301549("11.2.5.2")
def test_letting_go_outside_drops_the_press(button: Counted) -> None:
    QTest.mousePress(button, LEFT, pos=INSIDE)
    QTest.mouseMove(button, OUTSIDE)
    assert not button.isDown()
    QTest.mouseRelease(button, LEFT, pos=OUTSIDE)
    assert button.acts == 0


@pytest.mark.en301549("5.8")
def test_a_second_strike_within_half_a_second_is_ignored(button: Counted, patient_fingers: list[float]) -> None:
    patient_fingers[1] = 0.2
    for _ in range(3):
        QTest.mouseClick(button, LEFT, pos=INSIDE)
    assert button.acts == 1
    patient_fingers[1] = 0.6
    QTest.mouseClick(button, LEFT, pos=INSIDE)
    assert button.acts == 2


@pytest.mark.en301549("5.8")
def test_a_double_strike_does_not_reach_what_comes_up_under_the_finger(
    button: Counted, patient_fingers: list[float]
) -> None:
    other = Counted()
    other.setGeometry(button.geometry())
    other.show()
    patient_fingers[1] = 0.2
    QTest.mouseClick(button, LEFT, pos=INSIDE)
    QTest.mouseClick(other, LEFT, pos=INSIDE)
    assert (button.acts, other.acts) == (1, 0)
    other.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select])
def test_keys_act_like_fingers(button: Counted, key: Qt.Key) -> None:
    button.setFocus()
    QTest.keyClick(button, key)
    assert button.acts == 1
    assert Pressable.by_keyboard


def test_a_blocked_button_refuses_and_says_why(button: Counted) -> None:
    button.set_blocked("noch 3 Ziffern")
    QTest.mouseClick(button, LEFT, pos=INSIDE)
    assert (button.acts, button.refusals) == (0, 1)
    assert button.accessibleDescription() == "noch 3 Ziffern"
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert button.isEnabled()


def test_a_touch_hides_the_ring_of_keyboards(button: Counted) -> None:
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.mouseClick(button, LEFT, pos=INSIDE)
    assert not Pressable.by_keyboard


def _typed(button: Counted, times: list[float], monkeypatch: pytest.MonkeyPatch) -> int:
    """Touch a key that may be struck twice: at each time down, 30 ms later up; return what counted."""
    now = [0.0]
    monkeypatch.setattr(STRIKES, "clock", lambda: now[0])
    button.strike_seconds, button.lift_seconds = 0.15, LIFT_SECONDS
    for down in times:
        now[0] = down
        QTest.mousePress(button, LEFT, pos=INSIDE)
        now[0] = down + 0.03
        QTest.mouseRelease(button, LEFT, pos=INSIDE)
    return button.acts


@pytest.mark.en301549("5.8")
@pytest.mark.parametrize(
    ("times", "counted"),
    [
        ([0.0, 0.2], 2),  # the two l of "Keller"
        ([0.0, 0.09, 0.17, 0.25, 0.33], 1),  # a finger that trembles on the key
        ([0.0, 0.09, 0.6], 2),
    ],
)
def test_a_letter_is_typed_twice_on_purpose_and_not_by_a_finger_that_bounces(
    button: Counted, times: list[float], counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _typed(button, times, monkeypatch) == counted


@pytest.mark.en301549("5.8")
def test_for_hands_that_tremble_half_a_second_holds_on_every_key(
    button: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(STRIKES, "steady", True)
    assert _typed(button, [0.0, 0.2, STRIKE_SECONDS + 0.1], monkeypatch) == 2
