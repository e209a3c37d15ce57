"""A keyboard as the window makes it, and fingers for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kiosk.look import Contrast, Look, TextSize
from kiosk.parts import Input
from kiosk.text import GERMAN, Language
from tests.ui.keyboard.hands import PORTRAIT, Hands, Make
from ui.keyboard import Keyboard
from ui.metrics import REFERENCE_PPI
from ui.press import STRIKES
from ui.theme import theme_for


@pytest.fixture(autouse=True)
def _slow_fingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass between strikes."""
    seconds = iter(range(1_000_000))
    monkeypatch.setattr(STRIKES, "_when", float("-inf"))
    monkeypatch.setattr(STRIKES, "clock", lambda: float(next(seconds)))


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Make keyboards in their zone."""

    def make(
        kind: Input = Input.TEXT,
        *,
        language: Language = GERMAN,
        size: TextSize = TextSize.M,
        window: QSize = PORTRAIT,
        contrast: Contrast = Contrast.SOFT,
        scale: float = 1.0,
    ) -> Hands:
        theme = theme_for(Look(language, size, contrast), window * scale, REFERENCE_PPI * scale)
        keyboard = Keyboard(theme, language)
        keyboard.resize(theme.metrics.zones.keyboard.size())
        keyboard.set_kind(kind)
        qtbot.addWidget(keyboard)
        keyboard.show()
        return Hands(keyboard)

    yield make


@pytest.fixture
def hands(make: Make) -> Hands:
    """The German keyboard for text."""
    return make()
