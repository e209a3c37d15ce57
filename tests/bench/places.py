"""Where the buttons are: a window of the same size is asked, so that no picture has to be searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from kiosk.ports import Ports
from profiles.forms import ProfileForms
from tests.bench.display import Region
from tests.bench.journey import shipped_place

if TYPE_CHECKING:
    from ui.window import TerminalWindow

BEGIN = "action/begin"
BACK = "action/back"
CONTRASTS = ("contrast-light", "contrast-dark", "contrast-dim", "contrast-soft")
LOOKS = ("bar/look", *(f"contrasts/{each}" for each in CONTRASTS), "action/close", *(4 * ("bar/size",)))
ROUND = ("situations/", "services/", BACK, BACK, "find/search", BACK, "action/all", BACK, *LOOKS)
"""From the services through the first situation, a service, the search with its keyboard, all services, every
contrast and text size, back to where it began. Object names, or how they begin."""


def regions(width: int = 1080, height: int = 1920) -> tuple[Region, tuple[Region, ...]]:
    """Return where the start is on the first screen, and where the buttons of `ROUND` are, one after the other.

    Needs a running loop.
    """
    begin, *others = _walk((BEGIN, *ROUND), width, height)
    return begin, tuple(others)


def _walk(buttons: Sequence[str], width: int, height: int) -> Iterator[Region]:
    from composition.terminals import ppi_of
    from kiosk.terminal import Terminal
    from profiles.settings import Settings
    from profiles.settings_file import load_settings
    from ui.window import TerminalWindow

    settings, place = load_settings(None), shipped_place()
    assert isinstance(settings, Settings)
    window = TerminalWindow(lambda event: terminal.post(event), place, ppi_of(settings, place))
    terminal = Terminal(place, Ports(ProfileForms()), window.show_screen)
    window.resize(width, height)
    window.show()
    terminal.start()
    for name in buttons:
        region, press = _button(window, name)
        yield region
        press()
    window.close()


def _button(window: TerminalWindow, name: str) -> tuple[Region, Callable[[], None]]:
    """The first button of a name that can be seen, and what presses it."""
    from ui.press import Pressable

    for button in window.findChildren(Pressable):
        if button.isVisible() and button.objectName().startswith(name):
            corner = button.mapTo(window, button.rect().topLeft())
            return Region(corner.x(), corner.y(), button.width(), button.height()), button.acted.emit
    raise LookupError(f"no button {name!r} on the screen {window.windowTitle()}")
