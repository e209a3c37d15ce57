"""The search: what people type, and the service that they mean."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.place import Counter, LifeSituation, Place, Service, ServiceId, ServiceKind, SituationId
from kiosk.search import LIMIT, SearchIndex, find, search_index
from kiosk.text import ENGLISH, GERMAN, Language, Local, Text, local
from kiosk.words import folded, stemmer, tokens

FREE = local("kostenlos", en="free")


def service(name: str, title: Text, *keywords: Text, summary: str = "", situation: str = "leben") -> Service:
    return Service(
        ServiceId(name),
        ServiceKind.INFORMATION,
        SituationId(situation),
        title,
        local(summary or "Ein Anliegen."),
        "info",
        FREE,
        FREE,
        FREE,
        keywords=keywords,
    )


SERVICES = (
    service(
        "anmelden", local("Wohnung anmelden", en="Register your new home"), local("Umzug"), local("Wohnsitz ummelden")
    ),
    service("hund", local("Hund anmelden", en="Register a dog"), local("Hundesteuer"), Local({ENGLISH: "dog tax"})),
    service("fuehrerschein", local("Führerschein umtauschen", en="Exchange your driving licence")),
    service("ausweis", local("Personalausweis beantragen", en="Apply for an ID card"), local("Perso")),
    service("parken", local("Bewohnerparkausweis", en="Parking permit"), local("Anwohnerparken")),
    service("haeuser", local("Auskunft über Häuser", en="Information about houses"), situation="bauen"),
    service("wohngeld", local("Wohngeld", en="Housing benefit"), local("Mietzuschuss"), summary="Hilfe bei der Miete."),
    service("eid", local("Online-Ausweis einschalten", en="Switch on your online ID")),
)
SITUATIONS = (
    LifeSituation(SituationId("leben"), local("Leben"), local("Dies und das"), "tree"),
    LifeSituation(SituationId("bauen"), local("Bauen", en="Building"), local("Grundstück"), "home"),
)
INDEX = SearchIndex(SERVICES, GERMAN, SITUATIONS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("umzug", "anmelden"),
        ("Umzüge", "anmelden"),
        ("Wohnsitz ummelden", "anmelden"),
        ("Hund", "hund"),
        ("hunde", "hund"),
        ("steuer", "hund"),
        ("Hundesteuer", "hund"),
        ("Hundesteuermarke", "hund"),
        ("hunde steuer", "hund"),
        ("hundestuer", "hund"),
        ("Führerschein", "fuehrerschein"),
        ("fuehrerschein", "fuehrerschein"),
        ("Fuhrerschein", "fuehrerschein"),
        ("FÜHRERSCHIEN", "fuehrerschein"),
        ("fuhrersch", "fuehrerschein"),
        ("perso", "ausweis"),
        ("Persohnalausweis", "ausweis"),
        ("parken", "parken"),
        ("haus", "haeuser"),
        ("haeuser", "haeuser"),
        ("miete", "wohngeld"),
        ("zuschuss", "wohngeld"),
        ("bauen", "haeuser"),
        ("Onlineausweis", "eid"),
        ("online ausweis", "eid"),
        ("ich möchte meinen Hund anmelden", "hund"),
        ("  hund  ", "hund"),
        ("dog tax", "hund"),
        ("driving license", "fuehrerschein"),
    ],
)
def test_finds_what_is_meant(query: str, expected: str) -> None:
    assert INDEX.find(query)[:1] == (expected,)


@pytest.mark.parametrize("query", ["", "   ", "?!", "-", "qqqqqqqq", "\x00", "🐕"])
def test_finds_nothing_for_nothing(query: str) -> None:
    assert INDEX.find(query) == ()


def test_every_beginning_of_a_title_finds_it() -> None:
    for length in range(2, len("führerschein")):
        assert "fuehrerschein" in INDEX.find("führerschein"[:length])


def test_a_word_of_the_title_comes_before_a_keyword_a_part_and_something_similar() -> None:
    services = (
        service("similar", local("Paste")),
        service("part", local("Reisepass")),
        service("keyword", local("Ausweis"), local("Pass")),
        service("title", local("Pass verloren")),
    )
    assert SearchIndex(services, GERMAN).find("pass") == ("title", "keyword", "part")


def test_equal_results_keep_the_order_of_the_place() -> None:
    services = tuple(service(name, local("Hund")) for name in ("c", "a", "b"))
    assert SearchIndex(services, GERMAN).find("hund") == ("c", "a", "b")


def test_who_searches_in_english_finds_english_words_first() -> None:
    index = SearchIndex(SERVICES, ENGLISH, SITUATIONS)
    assert index.find("dogs")[0] == "hund"
    assert index.find("registering")[0] in {"hund", "anmelden"}
    assert index.find("Hundesteuer")[0] == "hund"


def test_a_language_without_stems_finds_words_and_beginnings() -> None:
    services = (service("kopek", Local({GERMAN: "Hund", Language("tr"): "Köpek kaydı"})),)
    index = SearchIndex(services, Language("tr"))
    assert index.find("kope") == ("kopek",)
    assert index.find("Köpek") == ("kopek",)


def test_never_more_than_the_limit() -> None:
    services = tuple(service(f"s{number}", local("Hund anmelden")) for number in range(50))
    index = SearchIndex(services, GERMAN)
    assert len(index.find("hund")) == LIMIT
    assert len(index.find("hund", 3)) == 3


def test_the_index_of_a_place_is_built_once_for_each_language() -> None:
    place = Place("p", FREE, FREE, SITUATIONS, SERVICES, Counter(FREE, FREE))
    assert search_index(place, GERMAN) is search_index(place, GERMAN)
    assert search_index(place, GERMAN) is not search_index(place, ENGLISH)
    assert find(place, GERMAN, "umzug")[0] == "anmelden"


def test_another_place_has_another_index() -> None:
    first = Place("p", FREE, FREE, SITUATIONS, SERVICES, Counter(FREE, FREE))
    other = Place("q", FREE, FREE, SITUATIONS, SERVICES[:1], Counter(FREE, FREE))
    assert find(first, GERMAN, "hund") == ("hund",)
    assert find(other, GERMAN, "hund") == ()


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        INDEX.find("Erika Mustermann")
    assert not caplog.records


@given(st.text(max_size=80))
def test_no_query_raises_and_each_result_is_a_service(query: str) -> None:
    found = INDEX.find(query)
    assert len(set(found)) == len(found)
    assert set(found) <= {each.id for each in SERVICES}


@given(st.sampled_from(["führerschein", "personalausweis", "hundesteuer", "wohngeld"]), st.integers(0, 30), st.data())
def test_one_wrong_letter_is_forgiven(word: str, at: int, data: st.DataObject) -> None:
    at %= len(word)
    changed = data.draw(
        st.sampled_from([word[:at] + word[at + 1 :], word[:at] + "x" + word[at + 1 :], word[:at] + "x" + word[at:]])
    )
    assert INDEX.find(word)[0] in INDEX.find(changed)


def test_words_have_one_spelling() -> None:
    assert folded("Straße") == "strasse"
    assert folded("Ärzte") == folded("Aerzte") == folded("A\u0308rzte") == "aerzte"
    assert folded("Café") == "cafe"
    assert tokens("Online-Ausweis, Kfz (neu)") == ["online", "ausweis", "onlineausweis", "kfz", "neu"]
    assert stemmer(GERMAN)("häuser") == stemmer(GERMAN)("haus")
