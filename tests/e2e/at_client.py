"""An assistive technology, by libatspi alone: it sees what is on the bus, and acts by names and roles, without a place.

Run by Debian's Python, which has `gi`: one command a line (JSON) at standard input, one answer a line at the output.
It knows nothing of Lotse but its name.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

gi: Any = importlib.import_module("gi")
gi.require_version("Atspi", "2.0")
Atspi: Any = importlib.import_module("gi.repository.Atspi")
GLib: Any = importlib.import_module("gi.repository.GLib")

APPLICATION = "Lotse"
PATIENCE_S = 20.0
LOOK_S = 0.05
PACE_S = 0.6
"""A person does not press two buttons in less."""
PRESSED = ("push button", "check box", "radio button", "list item", "toggle button", "button")
TYPED = ("text", "entry")
MORE = ("Mehr", "Zurück zum Anfang")


class Missed(Exception):
    """What was waited for never came."""


def until(look: Any) -> Any:
    """Return what a look finds, within patience; what goes away while it is looked at is looked for again."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except GLib.Error:
            pass
        time.sleep(LOOK_S)
    raise Missed


class Technology:
    """One assistive technology at one window."""

    def __init__(self) -> None:
        self.window = until(self._find_window)
        self._pressed = 0.0

    def _find_window(self) -> Any:
        desktop = Atspi.get_desktop(0)
        applications = [desktop.get_child_at_index(n) for n in range(desktop.get_child_count())]
        for application in applications:
            if application is not None and application.get_name() == APPLICATION:
                windows = [application.get_child_at_index(n) for n in range(application.get_child_count())]
                return next((each for each in windows if each.get_name() == APPLICATION), None)
        return None

    def everything(self) -> list[Any]:
        """Return all that is shown, in reading order."""
        return list(_shown(self.window))

    def words(self) -> str:
        """Return all names, texts and descriptions."""
        lines = [(each.get_name(), each.get_description(), _text_of(each)) for each in self.everything()]
        return "\n".join(words for line in lines for words in line if words)

    def sees(self, *words: str) -> None:
        """Wait until all these words are there."""
        until(lambda: all(each in self.words() for each in words))

    def find(self, name: str, roles: tuple[str, ...]) -> Any:
        """Return what has that name and one of the roles, and can be used."""
        named = (each for each in self.everything() if each.get_name() == name and each.get_role_name() in roles)
        return next((each for each in named if _is(each, "ENABLED")), None)

    def reveal(self, name: str, roles: tuple[str, ...]) -> Any:
        """Find something, if need be on a further page of the screen."""
        for _ in range(8):
            found = until(lambda: self.find(name, roles) or self._more())
            if found.get_name() == name:
                return found
            self._act(found)
        raise Missed

    def _more(self) -> Any:
        buttons = (each for each in self.everything() if each.get_role_name() in PRESSED)
        return next((each for each in buttons if (each.get_name() or "").startswith(MORE)), None)

    def press(self, name: str) -> None:
        """Press a button by its action."""
        self._act(self.reveal(name, PRESSED))

    def _act(self, thing: Any) -> None:
        time.sleep(max(0.0, self._pressed + PACE_S - time.monotonic()))
        self._pressed = time.monotonic()
        names = [Atspi.Action.get_action_name(thing, n) for n in range(thing.get_n_actions())]
        assert Atspi.Action.do_action(thing, names.index("Press" if "Press" in names else "Toggle")), names

    def write(self, name: str, words: str) -> None:
        """Focus a field and set its text."""
        found = self.reveal(name, TYPED + PRESSED)
        if found.get_role_name() in PRESSED:
            self._act(found)  # folded together, while another one is being written into
            found = until(lambda: self.find(name, TYPED))
        assert Atspi.Component.grab_focus(found)
        assert Atspi.EditableText.set_text_contents(until(lambda: self.find(name, TYPED)), words)
        until(lambda: _text_of(self.find(name, TYPED)) == words)

    def unnamed(self) -> list[str]:
        """Return what can be operated and has no name."""
        found: list[list[str]] = []

        def looked() -> bool:
            operated = [each for each in self.everything() if _is(each, "FOCUSABLE")]
            found.append([each.get_role_name() for each in operated if not each.get_name()])
            return True

        until(looked)
        return found[-1]

    def roles(self) -> list[str]:
        """Return the roles of all that is shown."""
        return [self.window.get_role_name(), *(each.get_role_name() for each in self.everything())]


def _shown(thing: Any) -> Iterator[Any]:
    for number in range(thing.get_child_count()):
        child = thing.get_child_at_index(number)
        if child is not None and _is(child, "SHOWING"):
            yield child
            yield from _shown(child)


def _is(thing: Any, state: str) -> bool:
    return thing is not None and thing.get_state_set().contains(getattr(Atspi.StateType, state))


def _text_of(thing: Any) -> str:
    text = thing.get_text_iface() if thing is not None else None
    return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text is not None else ""


def main() -> None:
    """Do what is asked, line by line."""
    Atspi.init()
    Atspi.set_timeout(5000, 15000)
    technology = Technology()
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        try:
            answer = {"is": getattr(technology, command)(*arguments)}
        except Exception as error:
            seen = [(each.get_role_name(), each.get_name()) for each in technology.everything()]
            answer = {"missed": f"{type(error).__name__} {error}: {command} {arguments} in {seen}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
