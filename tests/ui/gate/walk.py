"""Through everything that one screen may look like: each of its pages, each field while it is being filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.look import Contrast, Look, Reach, TextSize
from kiosk.place import Place
from kiosk.screen import Screen
from kiosk.text import Language
from tests.ui.further import FURTHER
from tests.ui.gate.measure import Scene, scene_of, veil_of
from tests.ui.gate.rules import RULES, everything_is_spoken
from tests.ui.screens import GALLERY, PLACE, clock
from tests.ui.visits import VISITS
from ui.buttons import ActionButton
from ui.parts.fields import FieldBlock
from ui.press import Pressable
from ui.window import TerminalWindow

SCREENS: dict[str, Callable[[Look], Screen]] = {**GALLERY, **VISITS, **FURTHER}
REFERENCE_PPI = 102.46
MOST_PAGES = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """A screen on the wall and how it is used."""

    name: str
    width: int
    height: int
    ppi: float = REFERENCE_PPI
    reach: Reach = Reach.NORMAL

    def look(self, language: Language, size: TextSize, contrast: Contrast = Contrast.SOFT) -> Look:
        """Return the look of a visitor."""
        return Look(language, size, contrast, self.reach)


SHAPES = (
    Shape("portrait", 1080, 1920),
    Shape("landscape", 1920, 1080),
    Shape("low", 1080, 1920, reach=Reach.LOW),
)


def open_window(shape: Shape, place: Place = PLACE) -> TerminalWindow:
    """Return a window of a shape, shown."""
    window = TerminalWindow(lambda _event: None, place, ppi=shape.ppi, clock=clock)
    window.resize(shape.width, shape.height)
    window.show()
    QApplication.processEvents()
    return window


def close_window(window: TerminalWindow) -> None:
    """Close a window for good."""
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def moments(window: TerminalWindow) -> Iterator[str]:
    """Turn the pages of what is shown, and begin to fill each field; yield what each moment is called."""
    yield "page 1"
    for pager in ("pager/more", "side/more"):
        for number in range(2, MOST_PAGES):
            more = _more(window, pager)
            if more is None or more.action.icon == "arrow-up":
                break
            more.acted.emit()
            yield f"{pager.removesuffix('/more')} {number}"
    if veil_of(window) is not None:
        return
    for name in [block.part.id for block in window.findChildren(FieldBlock) if block.part.id]:
        block = next((b for b in window.findChildren(FieldBlock) if b.part.id == name), None)
        if block is not None and isinstance(block.edit, QWidget):
            block.edit.show()
            block.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            if window.focusWidget() is block.edit:
                yield f"filling {name}"


def _more(window: TerminalWindow, name: str) -> ActionButton | None:
    return next((w for w in window.findChildren(ActionButton, name) if w.isVisibleTo(window)), None)


def scenes(window: TerminalWindow, screen: Screen) -> Iterator[tuple[str, Scene]]:
    """Show a screen and yield each of its moments, measured."""
    Pressable.by_keyboard = False
    window.show_screen(screen)
    for moment in moments(window):
        yield moment, scene_of(window)


def wrongs(window: TerminalWindow, screen: Screen) -> list[str]:
    """Return everything that is wrong on a screen, at any moment of it."""
    found: list[str] = []
    try:
        found += everything_is_spoken(screen)
        for moment, scene in scenes(window, screen):
            found += [f"{moment}: {wrong}" for rule in RULES for wrong in rule(scene)]
    except KeyError as error:
        found.append(f"there are no words for {error}")
    return found
