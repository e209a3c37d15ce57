"""Nothing is asked twice: what one form was told is offered in the next, and gone with the visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.application_events import FormOpened
from kiosk.compose import compose
from kiosk.events import EndConfirmed, LanguageChosen, Opened, WentBack, WentHome, WentOn
from kiosk.forms.application import FormApplication
from kiosk.forms.meaning import Meaning
from kiosk.forms.schema import Field, FieldKind, Form, Group, Occurs, Placed
from kiosk.journeys.again import AgainOffer
from kiosk.journeys.form import FormPage
from kiosk.journeys.service import Opening, ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.parts import Answers
from kiosk.privacy import Private
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, translator
from kiosk.visit import Visit
from tests.places import REGISTER, small_place

PLACE = small_place()
ANNA = {"G1.F1": "Anna", "G1.F2": "Öztürk-Müller", "G1.F3": "12.04.1988", "G1.F9": "blau"}


def form(*further: str) -> Form:
    """A form that asks who one is; and something that belongs to it alone."""
    fields = [
        Field("F1", FieldKind.TEXT, "Vornamen"),
        Field("F2", FieldKind.TEXT, "Familienname"),
        Field("F3", FieldKind.DATE, "Geburtsdatum"),
        *(Field(f"F{number}", FieldKind.TEXT, label) for number, label in enumerate(further, start=9)),
    ]
    person = Group("G1", "Ihre Person", children=tuple(Placed(field.id, Occurs(), field) for field in fields))
    return Form("S1", "1.0", "Formular", (Placed("G1", Occurs(), person),))


def answered(visit: Visit, answers: dict[str, str]) -> Visit:
    assert visit.application is not None
    application = visit.application
    for path, raw in answers.items():
        application = application.with_answer(path, raw)
    return replace(visit, application=application)


def opened(visit: Visit, asked: Form) -> Visit:
    visit = step(visit, Opened(ServicePage(REGISTER)))[0]
    return step(visit.at(Opening(REGISTER)), FormOpened(asked))[0]


@pytest.fixture
def second() -> Visit:
    """A visitor who has filled in one form, and begins another."""
    visit = answered(opened(first_visit(PLACE), form("Lieblingsfarbe")), ANNA)
    return opened(step(visit, WentHome())[0], form("Augenfarbe"))


@pytest.mark.en301549("11.3.3.2")
def test_what_was_told_before_is_shown_and_taken_over_by_one_touch(second: Visit) -> None:
    screen = compose(second)
    assert screen.id == "again"
    part = screen.parts[0]
    assert isinstance(part, Answers)
    say = translator(GERMAN).say
    assert [say(answer.value) for answer in part.answers] == ["Anna", "Öztürk-Müller", "12. April 1988"]
    after = step(second, WentOn())[0]
    assert after.application is not None
    answers = {path: raw.reveal() for path, raw in after.application.answers.items()}
    assert answers == {"G1.F1": "Anna", "G1.F2": "Öztürk-Müller", "G1.F3": "12.04.1988"}


def test_it_can_be_filled_in_anew(second: Visit) -> None:
    after = step(second, WentOn("anew"))[0]
    assert after.application is not None
    assert not after.application.answers
    assert not isinstance(after.page, AgainOffer)


def test_back_leads_to_the_service(second: Visit) -> None:
    assert step(second, WentBack())[0].page == ServicePage(REGISTER)
    assert step(step(second, WentOn())[0], WentBack())[0].page == ServicePage(REGISTER)


def test_the_same_form_begun_again_offers_what_was_typed() -> None:
    visit = answered(opened(first_visit(PLACE), form()), ANNA)
    assert isinstance(opened(visit, form()).page, AgainOffer)


def test_nothing_is_offered_at_the_first_form_or_where_little_fits() -> None:
    first = opened(first_visit(PLACE), form())
    assert not isinstance(first.page, AgainOffer)
    one = answered(first, {"G1.F1": "Anna"})
    assert not isinstance(opened(step(one, WentHome())[0], form()).page, AgainOffer)


def test_what_was_wrong_is_not_taken_along() -> None:
    visit = answered(opened(first_visit(PLACE), form()), {**ANNA, "G1.F3": "31.02.1988"})
    visit = step(visit, WentHome())[0]
    assert visit.told is not None
    assert set(visit.told.reveal()) == {Meaning.GIVEN_NAMES, Meaning.FAMILY_NAME}


def test_it_is_spoken_in_a_headset_alone_and_covered_for_the_counter(second: Visit) -> None:
    spoken = utterances(compose(second), translator(GERMAN))
    assert all(one.private for one in spoken if "Öztürk" in one.words.reveal())
    answers = compose(second).parts[0]
    assert isinstance(answers, Answers)
    assert "Öztürk" not in "".join(translator(GERMAN, masked=True).say(answer.value) for answer in answers.answers)
    assert "Öztürk" not in repr(second)


def test_it_is_in_the_visitors_language(second: Visit) -> None:
    screen = compose(step(second, LanguageChosen(ENGLISH))[0])
    assert translator(ENGLISH).say(screen.title) == "Use your details from before?"


def test_it_is_gone_with_the_visit(second: Visit) -> None:
    assert isinstance(second.told, Private)
    assert step(second, EndConfirmed())[0].told is None


def test_a_form_page_is_reached_after_it(second: Visit) -> None:
    after = step(second, WentOn())[0]
    assert isinstance(after.application, FormApplication)
    assert isinstance(after.page, FormPage) or compose(after).id.startswith("identity")
