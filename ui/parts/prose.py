"""Headings and paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kiosk.parts import Heading, Paragraph
from ui.metrics import Role
from ui.parts.base import PartView, Row
from ui.words import Words


class HeadingView(PartView[Heading]):
    """A heading of second rank: it is never the last of a page."""

    def build(self) -> None:
        """Make the words."""
        words = self.context.say(self.part.text)
        self.words = Words(self.theme, words, Role.H2, "text", self.part.icon, self.parent)

    def update(self, part: Heading) -> bool:
        """Change the words in place."""
        if part.icon != self.part.icon:
            return False
        self.part = part
        self.words.set_words(self.context.say(part.text))
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row, kept with the next."""
        m = self.theme.metrics
        return (Row((self.words,), m.by_size(44, 50, 48, 48), keep=True, name=self.words.text()),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the words."""
        return (self.words,)


class ParagraphView(PartView[Paragraph]):
    """Running text, secondary if muted, with an icon if named."""

    def build(self) -> None:
        """Make the words."""
        muted = self.part.muted
        role, colour = (Role.SMALL, "muted") if muted else (Role.BODY, "text")
        self.words = Words(self.theme, self.context.say(self.part.text), role, colour, self.part.icon, self.parent)

    def update(self, part: Paragraph) -> bool:
        """Change the words in place."""
        if (part.icon, part.muted) != (self.part.icon, self.part.muted):
            return False
        self.part = part
        self.words.set_words(self.context.say(part.text))
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row; secondary remarks stand a little closer."""
        gap = self.theme.metrics.px(28) if self.part.muted else self.theme.metrics.px(32)
        return (Row((self.words,), gap),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the words."""
        return (self.words,)
