"""The word that is heard, on the screen."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from kiosk.look import Look, TextSize
from kiosk.reading import WAY_TO_VOICE
from kiosk.speech import utterances, words_of
from kiosk.text import GERMAN, translator
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from ui.words import Told


@pytest.mark.en301549("5.1.3.3")
def test_the_word_that_is_heard_is_underlined_and_nothing_is_laid_out_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = replace(GALLERY["03-service"](Look()), spoken="lead")
    window = stage.show(screen)
    lit = window.picture()
    spoken = words_of("lead", utterances(screen, translator(GERMAN))).reveal()
    start = spoken.index("Umzug")
    monkeypatch.setattr(window, "_lay_out", lambda *_: pytest.fail("laid out"))
    assert stage.show(replace(screen, word=(start, start + 5))).picture() != lit
    assert stage.show(screen).picture() == lit


def test_a_word_that_is_not_to_be_seen_lights_its_part_alone(stage: Stage) -> None:
    screen = replace(GALLERY["03-service"](Look()), spoken="pin")
    lit = stage.show(screen).picture()
    assert stage.show(replace(screen, word=(0, 8))).picture() == lit  # "Hinweis:" is a colour and an icon here


def test_no_underline_stays_when_the_screen_changes(stage: Stage) -> None:
    screen = GALLERY["03-service"](Look())
    plain = stage.show(screen).picture()
    stage.show(replace(screen, spoken="title", word=(0, 7)))
    covered = stage.show(replace(screen, lead=None, spoken="", word=None))
    assert covered.picture() != plain
    assert stage.show(screen).picture() == plain


def test_the_page_turns_to_the_line_with_the_word(stage: Stage) -> None:
    screen = replace(GALLERY["03-service"](Look(size=TextSize.XL)), spoken="needed")
    spoken = words_of("needed", utterances(screen, translator(GERMAN))).reveal()
    stage.show(screen)
    shown = []
    for word in ("Ausweis", "umziehen"):
        start = spoken.index(word)
        stage.show(replace(screen, word=(start, start + len(word))))
        shown.append({w.text() for w in stage.window.findChildren(Told) if w.isVisibleTo(stage.window)})
    assert any("Ausweis" in text for text in shown[0])
    assert any("umziehen" in text for text in shown[1])


def test_a_word_costs_next_to_nothing(stage: Stage) -> None:
    screen = replace(GALLERY["07-review"](Look()), spoken="lead")
    spoken = words_of("lead", utterances(screen, translator(GERMAN))).reveal()
    stage.show(replace(screen, word=(0, 5)))
    took = []
    for word in spoken.split()[1:]:
        start = spoken.index(word)
        began = time.thread_time()
        stage.window.show_screen(replace(screen, word=(start, start + len(word))))
        took.append(time.thread_time() - began)
    assert sorted(took)[len(took) // 2] < 0.004  # usually 0.5 ms


def test_the_way_to_the_voice_stands_between_back_and_forward(stage: Stage) -> None:
    stage.show(replace(GALLERY["03-service"](Look()), voice=WAY_TO_VOICE))
    xs = [stage.find(f"action/{name}").x() for name in ("back", "voice", "next")]
    assert xs == sorted(xs)
    stage.touch("action/voice")
    assert stage.posted == [WAY_TO_VOICE.event]
