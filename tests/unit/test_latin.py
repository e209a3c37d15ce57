"""Authorities read Latin letters: it is said before, and again where others were typed; and examples help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.forms.check import sample_application
from kiosk.forms.schema import Field, FieldKind, Form, Occurs, Placed
from kiosk.forms.steps import Question
from kiosk.forms.validation import read
from kiosk.journeys.form import FormPage
from kiosk.look import Look
from kiosk.parts import Field as FieldPart
from kiosk.parts import Paragraph, Problem
from kiosk.screen import Screen
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language, Verbatim, translator
from kiosk.visit import Visit

LATIN = [Language(tag) for tag in ("de", "de-x-leicht", "en", "tr", "pl", "fr")]


def screen_of(label: str, language: Language, kind: FieldKind = FieldKind.TEXT) -> Screen:
    form = Form("S1", "1.0", "Formular", (Placed("F1", Occurs(), Field("F1", kind, label)),))
    application = sample_application(form, {})
    visit = Visit(application.place, (), Look(language), application=replace(application, answers={}))
    return FormPage(application.steps[0].key).compose(visit)


@pytest.mark.en301549("11.3.3.2")
@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_who_writes_in_other_letters_is_told_that_latin_ones_are_needed(language: Language) -> None:
    told = [part for part in screen_of("Familienname", language).parts if isinstance(part, Paragraph)]
    assert bool(told) is (language not in LATIN)


def test_a_day_needs_no_letters() -> None:
    parts = screen_of("Tag des Einzugs", Language("uk"), FieldKind.DATE).parts
    assert not [part for part in parts if isinstance(part, Paragraph)]


@pytest.mark.parametrize(
    ("typed", "taken"), [("Öztürk-Ñandú", True), ("Łukasz 7ª", True), ("Шевченко", False), ("علي", False)]
)
def test_letters_that_no_register_has_are_asked_for_again_with_a_remedy(typed: str, taken: bool) -> None:
    label = Verbatim("Familienname")
    value = read(Question("F1", Field("F1", FieldKind.TEXT, "Familienname"), label, label), typed)
    assert (value == typed) is taken
    if not taken:
        assert isinstance(value, Problem)
        assert "A bis Z" in translator(GERMAN).say(value.remedy)


@pytest.mark.en301549("11.3.3.2")
@pytest.mark.parametrize(
    ("label", "example"),
    [("Straße", "Lindenstraße"), ("Postleitzahl", "12345"), ("E-Mail-Adresse", "jana.beispiel@example.org")],
)
def test_a_field_without_a_hint_of_its_own_shows_an_example(label: str, example: str) -> None:
    field = next(part for part in screen_of(label, GERMAN).parts if isinstance(part, FieldPart))
    assert field.hint is not None
    assert translator(GERMAN).say(field.hint) == f"Zum Beispiel: {example}"
