"""A place's texts in one more language: `languages/<tag>.po` and the command that keeps it up to date."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.forms.schema import Form
from kiosk.forms.wording import Wording
from kiosk.forms.xdf3 import read_file
from kiosk.place import Place, ServiceId
from kiosk.text import ENGLISH, GERMAN, LEICHTE_SPRACHE, translator
from profiles.checking import check_profile
from profiles.loading import load_profile
from profiles.texts_command import run_texts

Change = Callable[[str, str, str], int]
TITLE = "title: {de: Hund anmelden, en: Register a dog}"


def catalogue(profile: Path, content: str) -> Path:
    path = profile / "languages" / "en.po"
    path.parent.mkdir()
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n' + content, encoding="utf-8")
    return path


def loaded(profile: Path) -> Place:
    place = load_profile(profile)
    assert isinstance(place, Place), place
    return place


def said(profile: Path) -> str:
    return translator(ENGLISH).say(loaded(profile).service(ServiceId("hund")).title)


def test_words_of_the_catalogue_are_a_texts_words(profile: Path, change: Change) -> None:
    change("services/hund.yaml", TITLE, "title: Hund anmelden")
    catalogue(profile, 'msgid "Hund anmelden"\nmsgstr "Your dog"\n')
    assert said(profile) == "Your dog"
    assert check_profile(profile) == []


def test_words_beside_the_german_ones_win(profile: Path) -> None:
    catalogue(profile, 'msgid "Hund anmelden"\nmsgstr "Your dog"\n')
    assert said(profile) == "Register a dog"


def test_keywords_are_translated_as_one_list(profile: Path, change: Change) -> None:
    change("services/hund.yaml", "  en: [dog tax]\n", "")
    catalogue(profile, 'msgid "Hundesteuer, Welpe"\nmsgstr "dog tax, puppy, hound"\n')
    (keywords,) = loaded(profile).service(ServiceId("hund")).keywords
    assert translator(ENGLISH).say(keywords) == "dog tax, puppy, hound"


def test_a_forms_questions_are_translated_by_their_german_words(form_service: Path) -> None:
    (form_service / "forms" / "kurz.texts.yaml").unlink()
    catalogue(form_service, 'msgid "Familienname"\nmsgstr "Surname"\n')
    source = loaded(form_service).service(ServiceId("formular")).form
    assert source
    form = read_file(source.schema)
    assert isinstance(form, Form)
    words = Wording.of(source)
    labels = [words.label((placed.element.id,), placed.element) for placed in form.placed()]
    assert "Surname" in {translator(ENGLISH).say(label) for label in labels}
    spoken = {translator(ENGLISH).language_of(label) for label in labels}
    assert GERMAN in spoken, "what nobody translated stays German, and says so"


def test_a_text_without_words_is_named_with_the_way_to_give_it_some(profile: Path, change: Change) -> None:
    line = change("services/hund.yaml", TITLE, "title: Hund anmelden")
    catalogue(profile, 'msgid "Katze anmelden"\nmsgstr "Your cat"\n')
    (mistake,) = check_profile(profile)
    assert (mistake.file, mistake.line) == ("services/hund.yaml", line)
    assert "lotse profile texts en" in mistake.remedy


@pytest.mark.parametrize("content", ["msgid\n", "\udcff"])
def test_a_broken_catalogue_is_a_mistake_and_nothing_else(profile: Path, content: str) -> None:
    path = catalogue(profile, "")
    path.write_bytes(path.read_bytes() + content.encode("utf-8", "surrogateescape"))
    assert [mistake.file for mistake in check_profile(profile)] == ["languages/en.po"]


@pytest.mark.parametrize("name", ["xx.po", "de.po", "en.txt"])
def test_only_languages_of_lotse_can_be_there(profile: Path, name: str) -> None:
    (profile / "languages").mkdir()
    (profile / "languages" / name).write_text("")
    (mistake,) = check_profile(profile)
    assert mistake.file == f"languages/{name}"


def test_the_command_writes_what_is_to_be_translated_and_keeps_what_is(profile: Path, change: Change) -> None:
    change("services/hund.yaml", TITLE, "title: Hund anmelden")
    change("place.yaml", "site: {de: Rathaus, en: Town hall}", "site: Rathaus")
    path = catalogue(profile, 'msgid "Rathaus"\nmsgstr "City hall"\n\nmsgid "Katze"\nmsgstr "Cat"\n')
    out = io.StringIO()
    assert run_texts(profile, "en", out) == 0
    assert "1 texts have no words yet" in out.getvalue()
    content = path.read_text(encoding="utf-8")
    assert 'msgid "Hund anmelden"\nmsgstr ""' in content
    assert 'msgid "Rathaus"\nmsgstr "City hall"' in content
    assert "Katze" not in content


def test_the_command_reads_again_what_it_wrote_for_leichte_sprache(profile: Path) -> None:
    out = io.StringIO()
    assert run_texts(profile, LEICHTE_SPRACHE, out) == 0
    path = profile / "languages" / f"{LEICHTE_SPRACHE}.po"
    translated = path.read_text("utf-8").replace('"Hund anmelden"\nmsgstr ""', '"Hund anmelden"\nmsgstr "Ihr Hund"')
    path.write_text(translated, encoding="utf-8")
    assert run_texts(profile, LEICHTE_SPRACHE, out) == 0
    assert path.read_text("utf-8") == translated
    assert translator(LEICHTE_SPRACHE).say(loaded(profile).service(ServiceId("hund")).title) == "Ihr Hund"


def test_the_command_refuses_what_is_no_language(profile: Path) -> None:
    out = io.StringIO()
    assert run_texts(profile, "tlh", out) == 2
    assert not (profile / "languages").exists()


def test_the_command_keeps_the_places_own_questions_of_a_form(form_service: Path) -> None:
    texts = form_service / "forms" / "kurz.texts.yaml"
    texts.write_text(texts.read_text(encoding="utf-8").replace("en:", "xx:"), encoding="utf-8")
    path = catalogue(form_service, "")
    for _ in range(2):
        assert run_texts(form_service, "en", io.StringIO()) == 0
        content = path.read_text(encoding="utf-8").replace('msgstr ""', 'msgstr "x"')
        path.write_text(content.replace('msgid ""\nmsgstr "x"', 'msgid ""\nmsgstr ""', 1), encoding="utf-8")
        asked = [line for line in texts.read_text(encoding="utf-8").splitlines() if "#ask" in line and "de:" in line]
        assert asked
        german = asked[0].split('de: "')[1].split('"')[0]
        assert f'msgid "{german}"' in content
