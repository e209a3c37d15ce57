"""The rules of Leichte Sprache that can be measured, on every text that visitors read in it.

After the rules of Netzwerk Leichte Sprache and DIN SPEC 33429:2023. What cannot be measured (is it true, is it
understood?) is checked by the people it is written for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from kiosk.text import LEICHTE_SPRACHE

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "kiosk" / "locale" / LEICHTE_SPRACHE).glob("*.po"))
PROFILES = [ROOT / "profiles" / name for name in ("citizen-centre", "library")]
PROFILE_TEXTS = [profile / "languages" / f"{LEICHTE_SPRACHE}.po" for profile in PROFILES]

WORDS_A_SENTENCE = 10
WORDS_ON_AVERAGE = 5
LETTERS_A_PART = 14
"""Longer words have middots between their parts."""
NEGATED = 0.08
"""The most of all sentences that may be negated: some things have to be said."""

LONG_WORDS = frozenset({"herausnehmen"})
"""Words beyond that length which have no joint to part them at."""

NAMES = frozenset(["PIN", "PINs", "PUK", "CAN", "IBAN", "QR", "DE", "EU", "TÜV"])
"""Short names that stand on cards and letters; those that are not known to everybody are explained at their place."""

_LISTS = frozenset({"spelling.alphabet"})
"""What is taken apart by the program and never read as it is."""
_NEGATION = re.compile(r"\b(nicht|keine?[mnrs]?|nie|niemals|niemand)\b")
_SENTENCE_END = re.compile(r"(?:(?<=[^\d\s]\.)|(?<=[?!])|(?<=[.?!]“)|(?<=\d{3}\.))\s+")
_WORD = re.compile(r"[^\W\d_]+(?:[·-][^\W\d_]+)*")

FORBIDDEN = {
    "genitive": r"\b(des|eines|Ihres|seines|ihres|unseres|meines|deines|keines|wessen|dessen|deren)\b"
    r"|\b(dieses|jedes) \w+s\b"
    r"|(?<![.?!:] )(?<!^)\b(?!Sie |Ihnen |Ihr )[A-ZÄÖÜ][\w·]+ der [A-ZÄÖÜ]"
    r"|\b(?i:wegen|trotz|während|innerhalb|außerhalb|aufgrund|mithilfe|bezüglich|hinsichtlich|mittels)\b",
    "conjunctive": r"\b(würde|könnte|möchte|sollte|müsste|dürfte|hätte|wäre|wüsste|gäbe|käme|ginge|bräuchte)"
    r"(n|t|st)?\b",
    "abbreviation": r"\b(z\. ?B|u\. ?a|d\. ?h|i\. ?d\. ?R|o\. ?ä|usw|bzw|ggf|evtl|etc|ca|inkl|zzgl|max|min|Nr|Tel|Std"
    r"|Min|Str|St|vgl|Mo|Di|Mi|Do|Fr|Abs)\.|\b(Kfz|GdB|WBS|BAMF|Perso)\b",
    "passive": r"\b(wurden?|worden)\b"
    r"|\b(wird|werden)\b[^.?!]*\b(ge|be|ver|er|ent|zer|ab|an|auf|aus|ein|vor)\w+(t|en)\b",
    "number word": r"\b(zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend)(mal|te[nrs]?)?\b",
    "special character": r"[;()\[\]/%&§–—*]",
    "foreign word": r"\b(Terminal|Scanner|Sensor|Status|Option|Display|Touchscreen|Service-\w+|online|digital\w*"
    r"|biometr\w*)\b",
    "impersonal": r"\bman\b",
    "familiar form": r"\b(du|dir|dich|dein\w*)\b",
}
"""What no text may have, and how it is recognised."""

HARD = {
    "genitive": ("Die Nummer des Antrags steht hier.", "Die Unterschrift der Eltern fehlt.", "Wegen Umbau ist zu."),
    "conjunctive": ("Was möchten Sie tun?", "Das wäre gut."),
    "abbreviation": ("Das geht z. B. so.", "Rufen Sie an unter Tel. 115.", "Das ist für Kfz."),
    "passive": ("Der Ausweis wird gelesen.", "Die Angaben wurden gelöscht."),
    "number word": ("Schreiben Sie fünf Ziffern.", "Sie war zweimal falsch."),
    "special character": ("Das Amt (Zimmer 3) hilft.", "Mo–Fr"),
    "foreign word": ("Das Terminal liest vor.", "Ein digitales Foto"),
    "impersonal": ("Das kann man hier machen.",),
    "familiar form": ("Hier ist dein Antrag.",),
}
"""Sentences that each rule has to recognise, or it would hold nothing."""


def _words(path: Path) -> Iterator[tuple[str, str]]:
    """Each text with what names it."""
    with path.open("rb") as file:
        for message in read_po(file, locale="de"):
            key = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else message.string or ()
            yield from ((key, words) for words in forms if key)


def _not_for_reading() -> frozenset[str]:
    """Words to be found by, and names of breeds: nobody translates those."""
    files = (path for profile in PROFILES for path in profile.glob("services/*.yaml"))
    services = (yaml.safe_load(path.read_text("utf-8")) for path in files)
    keywords = {", ".join(service["keywords"]["de"]) for service in services}
    names = {key for path in PROFILE_TEXTS for key, words in _words(path) if key == words and len(key.split()) <= 5}
    return frozenset(keywords | {name for name in names if name.istitle() and "·" not in name})


def _texts() -> dict[str, str]:
    found = {f"{path.stem}:{key}:{n}": words for path in CATALOGUES for n, (key, words) in enumerate(_words(path))}
    skipped = _not_for_reading()
    found = {key: words for key, words in found.items() if key.split(":")[1] not in _LISTS}
    places = {
        f"profile:{path.parts[-3]}:{key}": words
        for path in PROFILE_TEXTS
        for key, words in _words(path)
        if key not in skipped
    }
    return found | places


TEXTS = _texts()


def _plain(words: str) -> str:
    """Without what is filled in; an address on the internet is one word."""
    return re.sub(r"\S+@\S+", "Adresse", re.sub(r"\{\w+\}", "Name", words))


def _sentences() -> Iterator[tuple[str, str]]:
    for key, words in TEXTS.items():
        yield from ((key, sentence) for sentence in _SENTENCE_END.split(_plain(words)) if sentence)


def test_there_are_texts_of_the_terminal_and_of_the_place() -> None:
    assert len(TEXTS) > 900
    assert sum(key.startswith("profile:") for key in TEXTS) > 350


def test_sentences_are_short() -> None:
    lengths = {sentence: len(sentence.split()) for _, sentence in _sentences()}
    assert [sentence for sentence, length in lengths.items() if length > WORDS_A_SENTENCE] == []
    assert sum(lengths.values()) / len(lengths) < WORDS_ON_AVERAGE


def test_a_sentence_has_one_thought() -> None:
    assert [sentence for _, sentence in _sentences() if len(re.findall(r",(?!\d)", sentence)) > 1] == []


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_what_makes_texts_hard_is_not_there(rule: str) -> None:
    pattern = re.compile(FORBIDDEN[rule])
    assert [(key, sentence) for key, sentence in _sentences() if pattern.search(sentence)] == []


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_each_rule_recognises_what_it_forbids(rule: str) -> None:
    assert [sentence for sentence in HARD[rule] if not re.search(FORBIDDEN[rule], sentence)] == []


def test_long_words_are_parted() -> None:
    words = {word for _, sentence in _sentences() for word in _WORD.findall(sentence)}
    parts = {part for word in words for part in re.split("[·-]", word)}
    assert sorted(part for part in parts - LONG_WORDS if len(part) > LETTERS_A_PART) == []


def test_a_middot_is_only_between_letters() -> None:
    joints = re.compile(r"(?<![^\W\d_])·(?=\w)|(?<=\w)·(?![^\W\d_])")
    assert [words for words in TEXTS.values() if joints.search(words)] == []


def test_a_word_is_parted_the_same_way_everywhere() -> None:
    words = {word for _, sentence in _sentences() for word in _WORD.findall(sentence)}
    spellings: dict[str, set[str]] = {}
    for word in words:
        spellings.setdefault(word.replace("·", "").casefold(), set()).add(word.casefold())
    assert [found for found in spellings.values() if len(found) > 1] == []


def test_only_known_names_are_in_capitals() -> None:
    capitals = {word for _, sentence in _sentences() for word in re.findall(r"\b[A-ZÄÖÜ]{2,}s?\b", sentence)}
    assert capitals <= NAMES


def test_few_sentences_are_negated() -> None:
    sentences = [sentence for _, sentence in _sentences()]
    negated = [
        sentence for sentence in sentences if re.search(r"\b(nicht|keine?[mnrs]?|nie|niemals|niemand)\b", sentence)
    ]
    assert len(negated) / len(sentences) < NEGATED
