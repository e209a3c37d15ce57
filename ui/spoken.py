"""The word that is heard, underlined where the eyes can find it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QWidget

from kiosk.screen import Screen
from kiosk.speech import UNSPOKEN, utterances, words_of
from kiosk.text import Translator
from ui.buttons import SheetButton
from ui.words import Sheet, Told

Turn = Callable[[QWidget], None]
_DRAWN_OTHERWISE = (Told.compose, SheetButton.compose)
"""What has no sheet of its own."""


def only_spoken_on(old: Screen, new: Screen) -> bool:
    """Whether nothing but the voice has moved: then nothing needs to be laid out."""
    moved = (old.spoken, old.word) != (new.spoken, new.word)
    return moved and replace(old, spoken=new.spoken, word=new.word) == new


@dataclass(frozen=True, slots=True)
class _Place:
    """The words of a text of a widget's sheet, as they lie in what is spoken: from `start` on, letter by letter."""

    widget: Told | SheetButton
    number: int
    start: int
    letters: tuple[int, ...]
    """For each letter that is spoken, its place in the text (which has marks and breaks besides)."""


class SpokenWord:
    """Underlines one word of the part that is being read, where that part shows it. It changes no layout."""

    def __init__(self) -> None:
        self._part = ""
        self._screen: Screen | None = None
        self._places: list[_Place] = []
        self._sheet: Sheet | None = None
        self._widget: QWidget | None = None

    def forget(self) -> None:
        """Say that widgets have changed: words are to be looked for anew."""
        self._part = ""
        if self._sheet is not None:
            self._sheet.underlined = None
        self._sheet = self._widget = None

    def show(self, screen: Screen, translator: Translator, lit: Sequence[QWidget], turn_to: Turn) -> None:
        """Underline the word of the screen among the widgets that are lit; `turn_to` its page if that is not shown."""
        self._clear()
        if screen.word is None:
            return
        if self._part != screen.spoken:
            self._part = screen.spoken
            spoken = words_of(screen.spoken, utterances(screen, translator)).reveal()
            self._places = list(_places(lit, spoken))
        begin, end = screen.word
        for place in self._places:
            covered = place.letters[max(0, begin - place.start) : max(0, end - place.start)]
            if covered:
                if place.widget.isHidden():
                    turn_to(place.widget)
                self._underline(place, covered[0], covered[-1] + 1)
                return

    def _underline(self, place: _Place, begin: int, end: int) -> None:
        self._widget, self._sheet = place.widget, place.widget.sheet(place.widget.width())
        self._sheet.underlined = (place.number, begin, end)
        place.widget.update()

    def _clear(self) -> None:
        if self._sheet is not None and self._widget is not None:
            self._sheet.underlined = None
            self._widget.update()
        self._sheet = self._widget = None


def _places(lit: Sequence[QWidget], spoken: str) -> Iterator[_Place]:
    """Yield where the texts of widgets are in what is spoken: both in reading order, each text whole."""
    cursor = 0
    for widget in _with_sheets(lit):
        for number, text in enumerate(widget.sheet(widget.width()).words()):
            plain, letters = _as_spoken(text)
            at = _whole(spoken, plain, cursor)
            if at >= 0:
                cursor = at + len(plain)
                yield _Place(widget, number, at, letters)


def _with_sheets(lit: Iterable[QWidget]) -> Iterator[Told | SheetButton]:
    for widget in lit:
        for each in (widget, *widget.findChildren(QWidget)):
            if isinstance(each, (Told, SheetButton)) and type(each).compose not in _DRAWN_OTHERWISE:
                yield each


def _as_spoken(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text without the marks that are not spoken, each break one space; and where each letter came from."""
    kept: list[tuple[str, int]] = []
    silent = {mark.start() for mark in UNSPOKEN.finditer(text)}
    for at, letter in enumerate(text):
        if at in silent:
            continue
        if not letter.isspace():
            kept.append((letter, at))
        elif kept and kept[-1][0] != " ":
            kept.append((" ", at))
    while kept and kept[-1][0] == " ":
        kept.pop()
    return "".join(letter for letter, _ in kept), tuple(at for _, at in kept)


def _whole(spoken: str, text: str, start: int) -> int:
    """Return where a text stands in what is spoken, not within a longer word; -1 if nowhere."""
    at = spoken.find(text, start) if text else -1
    while at >= 0:
        around = spoken[at - 1 : at] + spoken[at + len(text) : at + len(text) + 1]
        if not any(letter.isalnum() for letter in around):
            return at
        at = spoken.find(text, at + 1)
    return -1
