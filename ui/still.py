"""While the window draws, Qt moves the focus by itself: that is told apart from what the visitor does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ui.press import Pressable


class Still:
    """Whether widgets are `moving` or being `drawn` now; both nest."""

    def __init__(self) -> None:
        self.is_moving = self.is_drawn = False

    @contextmanager
    def moving(self) -> Iterator[None]:
        """While widgets move, Qt moves the focus too: that is not the visitor's keyboard."""
        before, by_keyboard = self.is_moving, Pressable.by_keyboard
        self.is_moving = True
        try:
            yield
        finally:
            self.is_moving, Pressable.by_keyboard = before, by_keyboard

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """While fields come and go, the focus that Qt hands on begins no typing."""
        before, self.is_drawn = self.is_drawn, True
        try:
            yield
        finally:
            self.is_drawn = before
