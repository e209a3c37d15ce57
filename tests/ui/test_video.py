"""A film on the screen: still until it is played, captions below it, and words where it cannot be played."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.captions import Caption
from kiosk.events import Event, Touched, WentBack
from kiosk.journeys.videos import AGAIN, PAUSE, PLAY
from kiosk.look import Look
from kiosk.parts import Action, Video
from kiosk.screen import Screen
from kiosk.text import local
from tests.ui.clips import write_film
from tests.ui.screens import PLACE, clock
from ui.parts.video import VideoView
from ui.window import TerminalWindow

CAPTIONS = (Caption(0, 600, "Guten Tag."), Caption(600, 5000, "Auf Wiedersehen."))
ROOT = Path(__file__).parents[2]


def screen_with(file: Path) -> Screen:
    back = Action("back", local("Zurück"), WentBack())
    film = Video("film", local("Ein Film"), file, CAPTIONS, PLAY, PAUSE, AGAIN)
    return Screen("film", local("Ein Film"), Look(), (film,), back)


@pytest.fixture
def posted() -> list[Event]:
    return []


@pytest.fixture
def window(qtbot: QtBot, posted: list[Event]) -> Iterator[TerminalWindow]:
    window = TerminalWindow(posted.append, PLACE, ppi=102.46, clock=clock)
    qtbot.addWidget(window)
    window.resize(QSize(1080, 1920))
    window.show()
    yield window


def film_in(window: TerminalWindow) -> VideoView:
    return next(view for view in window._content.views if isinstance(view, VideoView))


@pytest.fixture
def _multimedia_says_much(qtlog: object) -> Iterator[None]:
    """Qt Multimedia tells which decoders it lacks; that is not the terminal's."""
    with qtlog.disabled():  # type: ignore[attr-defined]
        yield


@pytest.mark.en301549("11.2.2.2", "11.1.4.2")
def test_nothing_moves_until_it_is_played(window: TerminalWindow, tmp_path: Path) -> None:
    window.show_screen(screen_with(write_film(tmp_path / "film.avi")))
    film = film_in(window)
    assert not film.stage.playing
    assert film.stage._player is None
    assert film.play.accessibleName() == "Abspielen"


@pytest.mark.usefixtures("_multimedia_says_much")
@pytest.mark.en301549("11.1.2.2", "5.1.5")
def test_it_is_played_with_captions_below_and_paused(
    window: TerminalWindow, tmp_path: Path, qtbot: QtBot, posted: list[Event]
) -> None:
    window.show_screen(screen_with(write_film(tmp_path / "film.avi", 3.0)))
    film = film_in(window)
    QTest.mouseClick(film.play, Qt.MouseButton.LeftButton)
    if film.stage.broken:
        pytest.skip("Qt Multimedia cannot be loaded here")
    assert posted == [Touched()]
    qtbot.waitUntil(lambda: film.stage.caption == "Guten Tag." and not film.stage._frame.isNull(), timeout=10_000)
    red = film.stage._frame.pixelColor(5, 5)
    assert red.red() > red.blue()
    assert film.play.accessibleName() == "Anhalten"
    qtbot.waitUntil(lambda: film.stage.caption == "Auf Wiedersehen.", timeout=10_000)
    film.play.acted.emit()
    qtbot.waitUntil(lambda: not film.stage.playing, timeout=5000)
    assert film.play.accessibleName() == "Abspielen"


@pytest.mark.usefixtures("_multimedia_says_much")
def test_a_film_that_cannot_be_played_says_so_in_words(window: TerminalWindow, tmp_path: Path, qtbot: QtBot) -> None:
    broken = tmp_path / "film.webm"
    broken.write_bytes(b"nothing of the kind")
    window.show_screen(screen_with(broken))
    film = film_in(window)
    film.stage.toggle()
    qtbot.waitUntil(lambda: film.stage.broken, timeout=10_000)
    assert "lässt sich hier nicht abspielen" in film.stage.text()
    assert not film.play.isEnabled()


@pytest.mark.usefixtures("_multimedia_says_much")
def test_another_screen_ends_it(window: TerminalWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window.show_screen(screen_with(write_film(tmp_path / "film.avi", 3.0)))
    film = film_in(window)
    film.stage.toggle()
    qtbot.waitUntil(lambda: film.stage.playing or film.stage.broken, timeout=10_000)
    window.show_screen(Screen("next", local("Etwas anderes"), Look(), (), Action("back", local("Zurück"), WentBack())))
    assert film.stage._player is None


def test_a_terminal_without_films_loads_nothing_for_them() -> None:
    code = "import ui.window, ui.parts.video, sys; print('PySide6.QtMultimedia' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
