"""Nothing that the core can show is left out of the list of screens that the gate goes through."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from kiosk import dialogs, journeys
from kiosk.look import Look
from kiosk.screen import Screen
from kiosk.visit import Question, Visit
from tests.ui.further import FURTHER
from tests.ui.visits import VISITS


def pages() -> Iterator[type[Any]]:
    """Yield every kind of page: the classes of journeys that say what is on the screen."""
    kind: Any
    for module in iter_modules(journeys.__path__, f"{journeys.__name__}."):
        for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            own = kind.__module__ == module.name and "compose" in vars(kind)
            if own and inspect.signature(kind.compose).return_annotation in ("Screen", Screen):
                yield kind


def test_every_page_and_every_question_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[object] = set()

    def noted(kind: type[Any], compose: Callable[..., Screen]) -> Callable[..., Screen]:
        def note(self: Any, visit: Visit) -> Screen:
            seen.update(each for each in type(self).__mro__ if "compose" in vars(each))
            return compose(self, visit)

        return note

    def asked(visit: Visit) -> object:
        seen.add(visit.question)
        return question(visit)

    every = set(pages())
    question = dialogs.compose
    monkeypatch.setattr(dialogs, "compose", asked)
    for kind in every:
        monkeypatch.setattr(kind, "compose", noted(kind, vars(kind)["compose"]))
    for make in (*VISITS.values(), *FURTHER.values()):
        make(Look())
    assert len(every) > 20
    missing = sorted(kind.__name__ for kind in every - seen) + sorted(q for q in Question if q not in seen)
    assert not missing, " ".join(missing)
