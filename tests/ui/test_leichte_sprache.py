"""How Leichte Sprache looks: each sentence on a line of its own, large pictures; everybody else's screens stay."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kiosk.look import Look, TextSize
from kiosk.parts import Drawing, Fact, FactStyle, Paragraph, Picture
from kiosk.text import GERMAN, LEICHTE_SPRACHE, Language, Local, Text, Verbatim, translator
from ui.parts.base import Context
from ui.parts.facts import FactLine
from ui.parts.pictures import PictureBox
from ui.parts.prose import ParagraphView
from ui.scenes import SCENES
from ui.theme import theme_for

WIDTH = 984


def context(language: Language, size: TextSize = TextSize.M) -> Context:
    theme = theme_for(Look(language=language, size=size), QSize(1080, 1920), 102.46)
    return Context(theme, translator(language), lambda _event: None)


def plain(words: str) -> Text:
    return Local({LEICHTE_SPRACHE: words})


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Guten Tag", 1),
        ("Das geht. Kommen Sie!", 2),
        ("Haben Sie Zeit? Dann kommen Sie. Gut.", 3),
        ("Am 2. Mai ist zu. Zum Beispiel: 12.04.1988. Gut.", 3),
        ("Die Frage war „Wer?“ Antworten Sie. Das kostet 15 Euro.", 3),
    ],
)
def test_each_sentence_begins_a_line(words: str, lines: int) -> None:
    assert len(context(LEICHTE_SPRACHE).say(plain(words)).splitlines()) == lines


def test_other_languages_and_what_visitors_wrote_run_on() -> None:
    words = "Dr. Anna Muster. Lindenweg."
    assert context(GERMAN).say(Local({GERMAN: words})) == words
    assert context(LEICHTE_SPRACHE).say(Verbatim(words)) == words


def test_assistive_technology_gets_neither_line_breaks_nor_middots(qapp: object) -> None:
    parent = QWidget()
    view = ParagraphView(Paragraph("p", plain("Das ist das Bürger·amt. Kommen Sie.")), context(LEICHTE_SPRACHE), parent)
    (label,) = view.widgets()
    assert label.accessibleName() == "Das ist das Bürgeramt. Kommen Sie."


def test_pictures_are_larger(qapp: object) -> None:
    parent = QWidget()
    heights = [
        FactLine(Fact("euro", Verbatim("Kosten"), Verbatim("")), FactStyle.ITEM, 1, True, context(language), parent)
        for language in (GERMAN, LEICHTE_SPRACHE)
    ]
    small, large = (line.height_for(WIDTH) for line in heights)
    assert large > 1.2 * small


@pytest.mark.parametrize("size", TextSize)
@pytest.mark.parametrize("drawing", SCENES)
def test_a_scene_takes_no_more_than_a_strip(drawing: Drawing, size: TextSize, qapp: object) -> None:
    box = PictureBox(Picture("s", drawing, Verbatim("Bild")), context(LEICHTE_SPRACHE, size), QWidget())
    assert 150 < box.height_for(WIDTH) <= 220
    assert box.height_for(400) < 120
