"""`words.yaml`: what Lotse says in other words at a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.place import Place
from kiosk.text import ENGLISH, GERMAN, Local, local, msg, speak_for, translator
from profiles.checking import check_profile
from profiles.loading import load_profile

PHONE = 'done.question-text: {de: "Rufen Sie an: {phone}", en: "Call: {phone}"}\n'


def write(profile: Path, content: str) -> None:
    (profile / "words.yaml").write_text(content, encoding="utf-8")


def test_they_are_said_instead_of_lotses_own(profile: Path) -> None:
    write(profile, PHONE)
    place = load_profile(profile)
    assert isinstance(place, Place)
    assert check_profile(profile) == []
    try:
        speak_for(place.words)
        assert translator(GERMAN).say(msg("done.question-text", phone="115")) == "Rufen Sie an: 115"
        assert translator(ENGLISH).say(msg("done.question-text", phone="115")) == "Call: 115"
    finally:
        speak_for({})
    assert "115" in translator(GERMAN).say(msg("done.question-text", phone="115"))
    assert "Rufen" not in translator(GERMAN).say(msg("done.question-text", phone="115"))


def test_words_without_german_ones_are_for_some_languages_only(profile: Path) -> None:
    write(profile, "back: {en: Return}\n")
    place = load_profile(profile)
    assert isinstance(place, Place)
    assert place.words == {"back": Local({ENGLISH: "Return"})}
    assert check_profile(profile) == []


def test_a_language_that_they_lack_has_lotses_own() -> None:
    try:
        speak_for({"back": local("Retour")})
        assert (translator(GERMAN).say(msg("back")), translator(ENGLISH).say(msg("back"))) == ("Retour", "Back")
    finally:
        speak_for({})


@pytest.mark.parametrize("words", ["{nobody}", "{", "{0}", "{phone.nothing}"])
def test_words_that_cannot_be_filled_in_leave_lotses_own(words: str) -> None:
    message = msg("done.question-text", phone="115")
    usual = translator(GERMAN).say(message)
    try:
        speak_for({"done.question-text": local(words)})
        assert translator(GERMAN).say(message) == usual
    finally:
        speak_for({})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("welcome.leed: {de: A, en: B}\n", 'nothing that is called "welcome.leed"'),
        ('back: {de: "Zurück zu {place}", en: Back}\n', 'has a "{place}" that nobody fills in'),
        ('back: {de: "Zurück {", en: Back}\n', "brace that is not closed"),
        ("back: {de: Zurück}\n", 'no words in the language "en"'),
        ("- back\n", "must have keys"),
        ("back: {de: 7, en: Back}\n", "must be a text"),
    ],
)
def test_mistakes_are_named(profile: Path, content: str, what: str) -> None:
    write(profile, content)
    found = check_profile(profile)
    assert found
    assert all((mistake.file, mistake.line) == ("words.yaml", 1) for mistake in found)
    assert any(what in mistake.what for mistake in found), [str(mistake) for mistake in found]
