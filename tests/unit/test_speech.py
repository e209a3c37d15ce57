"""A screen for the ears: everything that is to be seen is to be heard, and private things only in private."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kiosk.events import Event, WentOn
from kiosk.look import Look
from kiosk.parts import (
    Action,
    Answer,
    Answers,
    Busy,
    Card,
    Cards,
    Choice,
    Consent,
    Countdown,
    Drawing,
    Fact,
    Facts,
    Field,
    Heading,
    Level,
    Notice,
    Number,
    Offer,
    Option,
    Paragraph,
    Part,
    Person,
    Picture,
    PinPad,
    Problem,
    Secret,
)
from kiosk.ports import Utterance
from kiosk.privacy import MASK, Private
from kiosk.screen import Bar, Dialog, HelpState, Progress, Screen
from kiosk.speech import utterances
from kiosk.text import ENGLISH, GERMAN, Verbatim, local, msg, translator

ON: Event = WentOn()


def screen(*parts: Part, **more: object) -> Screen:
    return Screen("test", local("Ihre Adresse", en="Your address"), Look(), parts, **more)  # type: ignore[arg-type]


def spoken(*parts: Part, language: str = "de", **more: object) -> tuple[Utterance, ...]:
    return utterances(screen(*parts, **more), translator(ENGLISH if language == "en" else GERMAN))


def loud(heard: Sequence[Utterance]) -> str:
    return " ".join(one.words.reveal() for one in heard if not one.private)


def quiet(heard: Sequence[Utterance]) -> str:
    return " ".join(one.words.reveal() for one in heard if one.private)


@pytest.mark.en301549("11.1.3.2")
def test_reading_begins_with_the_title_and_ends_with_actions_and_bar() -> None:
    heard = spoken(
        Paragraph("p", local("Wo wohnen Sie jetzt")),
        context=("home", local("Umziehen")),
        progress=Progress(3, 7, local("Wohnung anmelden")),
        lead=local("Wir brauchen nur wenig."),
        back=Action("back", local("Zurück"), ON),
        forward=Action("forward", local("Weiter"), ON),
    )
    assert [one.part for one in heard] == ["title", "context", "progress", "lead", "p", "back", "forward", "bar"]
    assert heard[0].words.reveal() == "Ihre Adresse."
    assert heard[2].words.reveal() == "Schritt 3 von 7. Wohnung anmelden."


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Heading("x", local("Umzug")), ["Umzug."]),
        (Paragraph("x", local("Ein Satz.")), ["Ein Satz."]),
        (
            Notice("x", Level.WARNING, local("PIN falsch"), local("Bitte neu eingeben."), tries=2),
            ["Achtung: PIN falsch. Bitte neu eingeben. Noch 2 Versuche."],
        ),
        (Notice("x", Level.WARNING, local("PIN falsch"), tries=1), ["Noch 1 Versuch."]),
        (Facts("x", (Fact("euro", local("Kosten"), local("12 €")),)), ["Kosten. 12 €."]),
        (Cards("x", (Card("a", local("Hund"), ON, text=local("An- und abmelden")),)), ["Hund. An- und abmelden."]),
        (Cards("x", (Card("a", local("Hund"), ON, chosen=True),)), ["Hund. Gewählt."]),
        (
            Cards("x", (Card("a", local("Drucken"), ON, why_disabled=local("kein Papier")),)),
            ["Drucken. Noch nicht möglich: kein Papier."],
        ),
        (
            Consent("x", local("Einverstanden"), local("Wir senden."), given=True),
            ["Einverstanden. Wir senden. Angekreuzt."],
        ),
        (Consent("x", local("Ja"), local("Gut."), given=False), ["Noch nicht angekreuzt."]),
        (
            Picture("x", Drawing.PRINTER, local("Ein Drucker"), local("Ihr Beleg"), local("Unten links."), busy=True),
            ["Ein Drucker. Ihr Beleg. Unten links. Bitte warten."],
        ),
        (
            Busy("x", local("Es dauert"), local("noch etwas"), action=Action("stop", local("Abbrechen"), ON)),
            ["Es dauert. noch etwas.", "Taste: Abbrechen."],
        ),
        (
            Person("x", local("Frau Yılmaz"), local("kommt zu Ihnen"), local("in 2 Minuten"), local("Schalter 3")),
            ["Frau Yılmaz. kommt zu Ihnen. in 2 Minuten. Schalter 3."],
        ),
        (
            Offer("x", "ticket", local("Lieber persönlich?"), None, Action("t", local("Nummer ziehen"), ON)),
            ["Lieber persönlich?", "Taste: Nummer ziehen."],
        ),
        (Countdown("x", 45, 45, local("Sekunden")), ["45. Sekunden."]),
    ],
)
@pytest.mark.en301549("5.1.2.1", "5.1.3.1", "5.1.3.6", "11.1.1.1")
def test_every_kind_of_part_is_spoken(part: Part, words: list[str]) -> None:
    for sentence in words:
        assert sentence in loud(spoken(part))


def test_a_card_and_an_answer_light_up_by_themselves() -> None:
    cards = Cards("all", (Card("one", local("Eins"), ON), Card("two", local("Zwei"), ON)))
    answers = Answers("group", local("Person"), (Answer("name", local("Name"), Verbatim(Private("Şahin"))),))
    parts = [one.part for one in spoken(cards, answers) if not one.room]
    assert parts == ["title", "one", "two", "group", "name", "name", "bar"]


def test_a_disabled_button_says_why() -> None:
    heard = spoken(forward=Action("forward", local("Weiter"), ON, why_disabled=local("noch 3 Ziffern")))
    assert "Taste: Weiter. Noch nicht möglich: noch 3 Ziffern." in loud(heard)


@pytest.mark.en301549("5.1.3.9")
def test_what_was_typed_is_for_the_headset_and_the_room_hears_only_that_it_is_there() -> None:
    heard = spoken(Field("name", local("Familienname"), Private("Śliwiński"), verified=local("In Łódź")))
    assert "Familienname. Ausgefüllt." in loud(heard)
    assert "Śliwiński" not in loud(heard)
    assert "Łódź" not in loud(heard)
    assert "Śliwiński. In Łódź." in quiet(heard)


@pytest.mark.en301549("5.1.3.15")
def test_an_empty_field_says_its_hint_and_its_error() -> None:
    problem = Problem(local("Die Postleitzahl ist zu kurz"), local("Geben Sie 5 Ziffern ein."))
    heard = spoken(
        Field("zip", local("Postleitzahl"), hint=local("Zum Beispiel 12345"), problem=problem, optional=True)
    )
    assert "Freiwillig. Zum Beispiel 12345. Noch leer." in loud(heard)
    assert "Bitte ändern: Die Postleitzahl ist zu kurz. Geben Sie 5 Ziffern ein." in loud(heard)


@pytest.mark.en301549("5.6.1")
def test_options_are_for_all_and_the_choice_is_private() -> None:
    options = (Option("y", local("Evangelisch")), Option("n", local("Keine")))
    heard = spoken(Choice("faith", local("Religion"), options, Private(frozenset({"n"}))))
    assert "Wählen Sie eine Antwort: Evangelisch. Keine. Ausgefüllt." in loud(heard)
    assert quiet(heard) == "Keine."
    several = spoken(Choice("c", local("Sprachen"), options, Private(frozenset()), several=True))
    assert "Sie können mehrere Antworten wählen:" in loud(several)
    assert quiet(several) == ""


def test_an_answer_on_the_review_is_private_even_if_it_is_not_marked() -> None:
    answers = (Answer("dog", local("Hund"), local("Ja"), change=ON, source=local("Aus dem Ausweis")),)
    heard = spoken(Answers("a", local("Tiere"), answers))
    assert "Hund. Aus dem Ausweis." in loud(heard)
    assert "Jede Antwort können Sie ändern." in loud(heard)
    assert quiet(heard) == "Ja."


@pytest.mark.en301549("5.1.3.9")
def test_any_text_with_visitor_data_in_it_is_private() -> None:
    heard = spoken(Paragraph("p", msg("receipt.item", item=Verbatim(Private("Müller")))))
    assert quiet(heard) == "- Müller."
    assert "Müller" not in loud(heard)


@pytest.mark.en301549("5.1.3.8")
def test_a_pin_is_never_spoken_not_even_in_private() -> None:
    pad = PinPad(
        "pin", local("Ihre PIN"), Secret.PIN, 6, Private("493817"), remarks=(local("Verdecken Sie die Tasten"),)
    )
    heard = spoken(pad)
    assert "3 von 6" in loud(spoken(PinPad("pin", local("PIN"), Secret.PIN, 6, Private("493"))))
    assert not set("49381") & set(quiet(heard))
    assert "493" not in loud(heard)


def test_a_number_is_spelled_in_the_headset_only() -> None:
    heard = spoken(Number("n", local("Ihre Vorgangsnummer"), Private("MU 4F7K"), Private("uuid"), local("Notieren")))
    assert quiet(heard) == "M U 4 F 7 K."
    assert "Ihre Vorgangsnummer. Sie steht auf dem Bildschirm." in loud(heard)
    assert "uuid" not in loud(heard) + quiet(heard)


def test_of_an_open_dialog_only_the_dialog_and_the_bar_are_spoken() -> None:
    dialog = Dialog("still", local("Sind Sie noch da?"), (), (Action("yes", local("Ja, weiter"), ON),))
    heard = spoken(Paragraph("below", local("Darunter")), dialog=dialog)
    assert [one.part for one in heard] == ["still", "yes", "bar"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(HelpState.NONE, "Hilfe rufen"), (HelpState.CALLED, "Hilfe ist gerufen"), (HelpState.COMING, "Hilfe kommt")],
)
def test_the_bar_says_how_the_help_stands(state: HelpState, words: str) -> None:
    assert words in spoken(bar=Bar(help=state))[-1].words.reveal()


@pytest.mark.en301549("5.1.3.14")
def test_words_in_another_language_get_a_voice_of_their_own() -> None:
    heard = spoken(Paragraph("p", local("Nur deutsch")), Paragraph("q", local("Deutsch", en="English")), language="en")
    assert [(one.part, one.language) for one in heard] == [("title", "en"), ("p", "de"), ("q", "en"), ("bar", "en")]


def test_soft_hyphens_are_not_spoken_and_nothing_private_shows_in_a_log() -> None:
    heard = spoken(Paragraph("p", local("An\u00admel\u00addung")))
    assert heard[1].words.reveal() == "Anmeldung."
    assert heard[1].words.reveal() not in repr(heard)
    assert MASK in repr(heard)


def test_the_room_is_told_once_where_answers_are_read() -> None:
    heard = spoken(Field("name", local("Name"), Private("Şahin")), Field("town", local("Ort"), Private("Łódź")))
    room = [one for one in heard if one.room]
    assert [(one.part, one.words.reveal()) for one in room] == [
        ("name", "Ihre Angaben werden nur im Kopfhörer vorgelesen.")
    ]
    assert heard[heard.index(room[0]) + 1].private
    assert not any(one.room for one in spoken(Paragraph("p", local("Guten Tag"))))
