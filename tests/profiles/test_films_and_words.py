"""Videos and words to be explained in place.yaml: files that are there, captions to be read, words in all languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.captions import Caption
from kiosk.place import FilmKind, Place
from kiosk.text import ENGLISH, translator
from profiles.checking import check_profile
from profiles.loading import load_profile

VIDEO = """
videos:
  - kind: sign-language
    service: hund
    title: {de: Hund anmelden, en: Register a dog}
    file: videos/hund.webm
    captions: videos/hund.vtt
glossary:
  - word: {de: Hundemarke, en: dog tag}
    text: {de: Sie zeigt die Steuer., en: It shows the tax.}
    forms: {de: Hundemarken, en: dog tags}
"""


@pytest.fixture
def with_film(profile: Path) -> Path:
    """The profile with a film and a word of its own."""
    (profile / "videos").mkdir()
    (profile / "videos" / "hund.webm").write_bytes(b"a film")
    (profile / "videos" / "hund.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag.\n", encoding="utf-8")
    place = profile / "place.yaml"
    place.write_text(place.read_text(encoding="utf-8") + VIDEO, encoding="utf-8")
    return profile


def test_films_and_words_are_read(with_film: Path) -> None:
    assert check_profile(with_film) == []
    place = load_profile(with_film)
    assert isinstance(place, Place)
    (film,) = place.videos
    assert (film.kind, film.screen, film.captions) == (
        FilmKind.SIGN_LANGUAGE,
        "service-hund",
        (Caption(0, 2000, "Guten Tag."),),
    )
    assert film.file == with_film / "videos" / "hund.webm"
    assert translator(ENGLISH).say(place.glossary[0].word) == "dog tag"


def mistakes(path: Path) -> list[str]:
    return [f"{each.file}: {each.what}" for each in check_profile(path)]


@pytest.mark.en301549("11.1.2.2")
def test_a_film_without_captions_is_a_mistake(with_film: Path) -> None:
    (with_film / "videos" / "hund.vtt").unlink()
    assert any('There is no file "videos/hund.vtt"' in each for each in mistakes(with_film))


def test_a_film_that_is_not_there_is_a_mistake(with_film: Path) -> None:
    (with_film / "videos" / "hund.webm").unlink()
    assert any('There is no file "videos/hund.webm"' in each for each in mistakes(with_film))


def test_captions_that_are_none_are_told_by_line(with_film: Path) -> None:
    (with_film / "videos" / "hund.vtt").write_text("WEBVTT\n\n00:00 --> 00:02\nGuten Tag.\n", encoding="utf-8")
    (mistake,) = check_profile(with_film)
    assert (mistake.file, mistake.line) == ("videos/hund.vtt", 3)


def test_a_film_too_large_is_a_mistake(with_film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.place_file.MAX_FILM_BYTES", 3)
    assert any("is too large" in each for each in mistakes(with_film))


def test_a_film_belongs_to_one_screen(with_film: Path) -> None:
    place = with_film / "place.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("    service: hund\n", ""), encoding="utf-8")
    assert any("Nobody knows where this video is shown" in each for each in mistakes(with_film))


def test_a_word_without_translation_is_a_mistake(with_film: Path) -> None:
    place = with_film / "place.yaml"
    place.write_text(
        place.read_text(encoding="utf-8").replace("{de: Hundemarke, en: dog tag}", "Hundemarke"), encoding="utf-8"
    )
    assert any('"word" has no words in the language "en"' in each for each in mistakes(with_film))
