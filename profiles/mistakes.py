"""What is wrong in a file that a person wrote: where, what, and how to put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake, in plain words.

    `file` is relative to the profile's folder (or the settings file's name), `line` counts from 1.
    `what` is a clause without a full stop, `remedy` one or two whole sentences.
    """

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}. {self.remedy}"


class Notes:
    """The mistakes found in one file, and the texts seen there (for the check of translations)."""

    __slots__ = ("file", "mistakes", "texts")

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self.texts: list[tuple[int, str, frozenset[str]]] = []

    def add(self, line: int, what: str, remedy: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.file, line, what, remedy))

    def saw_text(self, line: int, key: str, languages: frozenset[str]) -> None:
        """Note in which languages the text of `key` exists."""
        self.texts.append((line, key, languages))
