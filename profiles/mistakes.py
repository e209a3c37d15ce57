"""What is wrong in a file that a person wrote: where, what, and how to put it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.text import GERMAN, Catalogue, Language, Translated


class Line(int):
    """A line, counted from 1, that knows its file: what is merged of several files keeps where each value stands."""

    file: str

    def __new__(cls, number: int, file: str) -> Line:
        """Return the line of a file, as `Mistake.file` names it."""
        line = super().__new__(cls, number)
        line.file = file
        return line


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake, in plain words.

    `file` is relative to the profile's folder (or the settings file's name; `../name/…` for a layer below), `line`
    counts from 1.
    `what` is a clause without a full stop, `remedy` one or two whole sentences.
    """

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text in a file: where it stands, and its words by language."""

    line: int
    key: str
    words: Mapping[Language, str]


class Notes:
    """The mistakes found in one file, and the texts seen there.

    `catalogues` are the place's translations: words in a language by the German wording.
    """

    __slots__ = ("catalogues", "file", "mistakes", "texts")

    def __init__(self, file: str, catalogues: Mapping[Language, Catalogue] | None = None) -> None:
        self.file = file
        self.catalogues = {} if catalogues is None else catalogues
        self.mistakes: list[Mistake] = []
        self.texts: list[SeenText] = []

    def add(self, line: int, what: str, remedy: str) -> None:
        """Note a mistake. A `Line` of another file is noted under that one's name."""
        file = line.file if isinstance(line, Line) else self.file
        self.mistakes.append(Mistake(file, int(line), what, remedy))

    def translated(self, line: int, key: str, words: Mapping[Language, str]) -> Mapping[Language, str]:
        """Note the text of `key`, and return it with the words that the catalogues have for it."""
        if self.catalogues and GERMAN in words:
            words = Translated(words, self.catalogues)
        self.texts.append(SeenText(line, key, words))
        return words
