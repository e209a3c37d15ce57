"""Texts: keys become words, in each language, with the visitor's data only for the visitor."""

from __future__ import annotations

import re
import string
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, LANGUAGE_NAMES, Language, Verbatim, local, msg, translator

ROOT = Path(__file__).parents[3]
LOCALES = ROOT / "kiosk" / "locale"
NO_VISITOR_READS = ("dock.po", "doctor.po", "staff.po")
"""For IT, the staff and those who show the demo: in German and English alone."""


def catalogue(language: Language, but: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    texts: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        if path.name in but:
            continue
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if not message.id:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                assert key not in texts, f"{key} stands twice in {language}"
                words = message.string or ""
                texts[key] = (words,) if isinstance(words, str) else tuple(words)
    return texts


def placeholders(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name} - {"count"}


@pytest.mark.parametrize("language", [tag for tag in LANGUAGE_NAMES if tag != GERMAN])
@pytest.mark.en301549("11.3.1.1", "5.1.3.14")
def test_every_language_says_all_that_german_says(language: Language) -> None:
    but = () if language == ENGLISH else NO_VISITOR_READS
    german, other = catalogue(GERMAN, but), catalogue(language)
    assert set(other) == set(german)
    for key, words in german.items():
        assert all(other[key]), f"{key} is empty in {language}"
        assert placeholders(other[key][-1]) == placeholders(words[-1]), key


def test_every_key_in_the_code_has_words() -> None:
    known = set(catalogue(GERMAN))
    missing = set()
    rooms = ("kiosk", "devices", "online", "ui", "demo", "doctor", "composition")
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        for key in re.findall(r'\bmsg\(\s*"([^"]+)"', path.read_text(encoding="utf-8")):
            if key not in known:
                missing.add(f"{path.relative_to(ROOT)}: {key}")
    assert not missing


def test_every_key_is_used() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("kiosk", "devices", "online", "ui", "demo", "profiles")
        for path in (ROOT / room).rglob("*.py")
    )
    made = [made_of(pattern) for pattern in re.findall(r'f"([a-z0-9.-]*\{[^"\n]*)"', code) if "." in pattern]
    unused = [key for key in catalogue(GERMAN) if f'"{key}"' not in code and not any(m.fullmatch(key) for m in made)]
    assert not unused


def made_of(pattern: str) -> re.Pattern[str]:
    """What an f-string may become."""
    fixed = re.split(r"\{[^}]*\}", pattern)
    return re.compile("[A-Za-z0-9.-]+".join(map(re.escape, fixed)))


@pytest.mark.parametrize("code", FaultCode)
@pytest.mark.parametrize("language", list(LANGUAGE_NAMES))
def test_every_fault_has_words(code: FaultCode, language: Language) -> None:
    say = translator(language).say
    assert say(Fault(code).title)
    assert say(Fault(code).remedy)


def test_plurals_and_numbers_follow_the_language() -> None:
    say = translator(GERMAN).say
    assert say(msg("help.minutes", count=1)) == "1 Minute"
    assert say(msg("help.minutes", count=2)) == "2 Minuten"
    text = msg("done.question-text", phone=Decimal("1234.5"))
    assert say(text).endswith("1.234,5")
    assert translator(ENGLISH).say(text).endswith("1,234.5")


def test_dates_are_written_as_the_language_writes_them() -> None:
    text = msg("done.question-text", phone=Private(date(1951, 4, 12)))
    assert translator(GERMAN).say(text).endswith("12. April 1951")
    assert translator(ENGLISH).say(text).endswith("12 April 1951")


def test_the_counter_sees_no_visitor_data() -> None:
    masked = translator(GERMAN, masked=True)
    assert masked.say(Verbatim(Private("Jana Geheim"))) == "…"
    assert "Geheim" not in masked.say(msg("done.title", service=Verbatim(Private("Geheim"))))


def test_a_place_falls_back_to_german_and_says_so() -> None:
    text = local("Bürgeramt")
    assert translator(ENGLISH).say(text) == "Bürgeramt"
    assert translator(ENGLISH).language_of(text) == GERMAN
    assert translator(ENGLISH).language_of(local("Amt", en="Office")) == ENGLISH


def test_a_missing_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        translator(GERMAN).say(msg("no.such.message"))
