"""The journey with the eID card: every page in both languages, every way on, back and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.compose import compose
from kiosk.device_events import (
    CardInserted,
    CardRemoved,
    Device,
    DeviceChanged,
    EidAsksConsent,
    EidAsksSecret,
    EidFailed,
    EidRead,
    EidWaitsForCard,
    EidWorks,
)
from kiosk.effects import AcceptEid, CancelEid, Effects, EnterSecret, StartEid
from kiosk.events import Event, Typed, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.forms.application import FormApplication
from kiosk.identity import Attribute, Identity
from kiosk.journeys.can_help import CanHelp
from kiosk.journeys.card_pages import CardConsent, CardFailed, EnterPin, InsertCard, ReadingCard, TakeCard
from kiosk.journeys.form import begin
from kiosk.journeys.identity import PREFILL, IdentityOffer, PinForgotten, offer_or_skip
from kiosk.journeys.secret_entry import SecretPrompt
from kiosk.journeys.welcome import Welcome
from kiosk.parts import Action, Busy, Level, Notice, Offer, PinPad, Secret
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, Language, Text, Verbatim, translator
from kiosk.visit import Page, Question, Visit
from tests.places import REGISTER, small_form, small_place

EID_FAULTS = [code for code in FaultCode if code.startswith("eid.")]
CONSENT = EidAsksConsent((Attribute.FAMILY_NAME, Attribute.DATE_OF_BIRTH), "Kleinstadt", Verbatim("Anträge"))
ASKS_PIN = EidAsksSecret(Secret.PIN, 3, wrong=False)
ERIKA = Private(Identity(family_name="Mustermann", birth_date=date(1964, 8, 12)))


def visit() -> Visit:
    place = small_place()
    service = place.service(REGISTER)
    assert service.form
    service = replace(service, form=replace(service.form, prefill={"G1.F1": "family_name"}))
    application = FormApplication(place, service, small_form())
    return offer_or_skip(Visit(place, (Welcome(),), begun=True, application=application))[0]


def after(state: Visit, *events: Event) -> Visit:
    for event in events:
        state = step(state, event)[0]
    return state


def last(state: Visit, *events: Event) -> tuple[Visit, Effects]:
    effects: Effects = ()
    for event in events:
        state, effects = step(state, event)
    return state, effects


def eid_effects(effects: Effects) -> list[object]:
    return [effect for effect in effects if isinstance(effect, AcceptEid | CancelEid | EnterSecret | StartEid)]


def form_page(state: Visit) -> Page:
    return begin(state)[0].page


def typed(text: str, secret: Secret = Secret.PIN) -> Typed:
    return Typed(secret, Private(text))


IN_CARD = (WentOn(), CONSENT, WentOn())
AT_PIN = (*IN_CARD, EidWaitsForCard(), CardInserted(), ASKS_PIN)


# The way with a card


def test_the_card_fills_the_form_and_is_taken_back() -> None:
    state, effects = last(visit(), WentOn())
    assert eid_effects(effects) == [StartEid(frozenset({Attribute.FAMILY_NAME, Attribute.DATE_OF_BIRTH}))]
    assert isinstance(state.page, CardConsent)
    state, effects = last(state, CONSENT, WentOn())
    assert eid_effects(effects) == [AcceptEid()]
    assert isinstance(state.page, InsertCard)
    state = after(state, EidWaitsForCard(), CardInserted(), ASKS_PIN)
    state, effects = last(state, typed("123456"), WentOn())
    assert eid_effects(effects) == [EnterSecret(Secret.PIN, Private("123456"))]
    assert state.page == ReadingCard(PREFILL, Secret.PIN)
    state = after(state, EidWorks(), EidRead(ERIKA))
    assert state.page == TakeCard(PREFILL, read=True)
    assert state.application
    assert any(answer.reveal() == "Mustermann" for answer in state.application.answers.values())
    state = after(state, CardRemoved())
    assert state.page == form_page(state)
    assert state.question is None


def test_a_card_that_is_out_already_needs_no_page_of_its_own() -> None:
    state = after(visit(), *AT_PIN, typed("123456"), WentOn(), CardRemoved(), EidRead(ERIKA))
    assert state.page == form_page(state)


def test_the_visitor_can_go_on_before_the_card_is_out() -> None:
    state = after(visit(), *AT_PIN, typed("123456"), WentOn(), EidRead(ERIKA), WentOn())
    assert state.page == form_page(state)
    assert isinstance(state.path[-2], IdentityOffer)


def test_a_card_that_lies_there_goes_on_without_the_picture() -> None:
    state = after(visit(), WentOn(), CardInserted(), CONSENT, WentOn())
    assert isinstance(state.page, ReadingCard)


def test_while_no_card_can_be_seen_it_is_not_asked_for() -> None:
    waiting = after(visit(), *IN_CARD, EidWaitsForCard())
    gone = after(waiting, DeviceChanged(Device.READER, Fault(FaultCode.READER_NONE)))
    screen = compose(gone)
    assert isinstance(screen.parts[0], Notice)
    assert screen.parts[0].level is Level.WARNING
    assert screen.forward
    assert screen.forward.event == WentOn("without")
    assert compose(after(gone, DeviceChanged(Device.READER, None))) == compose(waiting)


def test_a_card_whose_reader_was_pulled_is_not_wanted_back() -> None:
    typing = after(visit(), *AT_PIN, CardRemoved(), DeviceChanged(Device.READER, Fault(FaultCode.READER_NONE)))
    assert isinstance(typing.page, EnterPin)
    assert compose(typing).id == "identity-failed"
    back = after(typing, DeviceChanged(Device.READER, None), CardInserted())
    assert any(isinstance(part, PinPad) for part in compose(back).parts)


# Without


def test_without_a_card_the_form_begins() -> None:
    state, effects = last(visit(), WentOn("without"))
    assert state.page == form_page(state)
    assert not eid_effects(effects)


@pytest.mark.parametrize("events", [IN_CARD[:1], IN_CARD[:2], IN_CARD, (*IN_CARD, ASKS_PIN), (*IN_CARD, EidWorks())])
def test_from_every_page_it_goes_on_without_a_card(events: tuple[Event, ...]) -> None:
    state, effects = last(visit(), *events, WentOn("without"))
    assert eid_effects(effects) == [CancelEid()]
    assert state.page == form_page(state)


@pytest.mark.parametrize("events", [IN_CARD[:1], IN_CARD[:2], IN_CARD, (*IN_CARD, ASKS_PIN), (*IN_CARD, EidWorks())])
def test_back_stops_the_card_and_leads_to_the_offer(events: tuple[Event, ...]) -> None:
    state, effects = last(visit(), *events, WentBack())
    assert eid_effects(effects) == [CancelEid()]
    assert isinstance(state.page, IdentityOffer)


def test_whoever_goes_on_without_takes_the_card_along() -> None:
    state, effects = last(visit(), *AT_PIN, WentOn("without"))
    assert eid_effects(effects) == [CancelEid()]
    assert state.page == TakeCard(PREFILL, read=False)
    assert after(state, CardRemoved()).page == form_page(state)


def test_nothing_is_offered_where_no_card_can_be_read() -> None:
    broken = visit().back()
    devices = broken.devices.changed(Device.EID, Fault(FaultCode.EID_ABSENT))
    state, _ = offer_or_skip(replace(broken, devices=devices))
    assert state.page == form_page(state)


def test_nothing_is_offered_where_the_service_takes_nothing_from_a_card() -> None:
    plain = visit().back()
    assert plain.application
    service = replace(plain.application.service, card=frozenset())
    state, _ = offer_or_skip(plain.with_application(replace(plain.application, service=service)))
    assert state.page == form_page(state)


def test_an_offer_whose_reader_broke_offers_typing_only() -> None:
    state = after(visit(), DeviceChanged(Device.EID, Fault(FaultCode.EID_NO_READER)))
    screen = compose(state)
    assert screen.forward
    assert screen.forward.event == WentOn("without")
    assert step(state, WentOn())[0].page == state.page


# Numbers


def pad(screen: Screen) -> PinPad:
    return next(part for part in screen.parts if isinstance(part, PinPad))


def notice(screen: Screen) -> Notice:
    return next(part for part in screen.parts if isinstance(part, Notice))


def said(text: Text | None) -> str:
    assert text
    return translator(GERMAN).say(text)


@pytest.mark.parametrize(("digits", "words"), [("", "noch 6 Ziffern"), ("12345", "noch 1 Ziffer")])
def test_the_way_on_says_how_many_digits_are_missing(digits: str, words: str) -> None:
    state = after(visit(), *AT_PIN, typed(digits))
    forward = compose(state).forward
    assert forward
    assert said(forward.why_disabled) == words
    state, effects = last(state, WentOn())
    assert isinstance(state.page, EnterPin)
    assert not eid_effects(effects)


def test_only_digits_and_not_too_many_get_into_the_pad() -> None:
    state = after(visit(), *AT_PIN, typed("12a３45678"))
    assert pad(compose(state)).value == Private("124567")


def test_a_wrong_pin_is_said_with_what_is_left() -> None:
    state = after(visit(), *AT_PIN, typed("000000"), WentOn(), EidAsksSecret(Secret.PIN, 2, wrong=True))
    screen = compose(state)
    assert (said(notice(screen).title), notice(screen).tries) == ("Sie haben noch 2 Versuche", 2)
    assert said(notice(screen).text).startswith("Die letzte PIN war falsch.")
    assert pad(screen).value == Private("")


def test_the_can_says_why_it_is_asked_for_and_that_it_costs_nothing() -> None:
    asks = EidAsksSecret(Secret.CAN, 1, wrong=True)
    state = after(visit(), *AT_PIN, typed("000000"), WentOn(), asks)
    assert said(notice(compose(state)).title) == "Sie haben noch 1 Versuch"
    state = after(state, typed("111111", Secret.CAN), WentOn(), asks)
    assert said(notice(compose(state)).title) == "Die 6 Ziffern stimmen nicht"


def test_the_last_try_is_called_that() -> None:
    state = after(visit(), *IN_CARD, EidAsksSecret(Secret.PIN, 1, wrong=False))
    assert said(notice(compose(state)).title) == "Das ist der letzte Versuch"


def test_the_puk_has_ten_digits() -> None:
    state = after(visit(), *IN_CARD, EidAsksSecret(Secret.PUK, 0, wrong=False))
    assert pad(compose(state)).length == 10
    state, effects = last(state, typed("9876543210", Secret.PUK), WentOn())
    assert eid_effects(effects) == [EnterSecret(Secret.PUK, Private("9876543210"))]


def test_a_pin_typed_for_a_card_that_left_is_forgotten() -> None:
    state = after(visit(), *AT_PIN, typed("123456"), CardRemoved())
    screen = compose(state)
    assert pad(screen).value == Private("")
    assert screen.forward
    assert said(screen.forward.why_disabled) == "erst Ausweis einstecken"
    assert state.question is None
    state, effects = last(state, typed("123456"), WentOn())
    assert not eid_effects(effects)
    assert compose(after(state, CardInserted())).forward != screen.forward


def test_the_can_stays_while_it_is_read_off_the_card() -> None:
    asks = EidAsksSecret(Secret.CAN, 1, wrong=False)
    state = after(visit(), *IN_CARD, CardInserted(), asks, CardRemoved(), typed("500540", Secret.CAN))
    state, effects = last(state, CardInserted(), asks, WentOn())
    assert eid_effects(effects) == [EnterSecret(Secret.CAN, Private("500540"))]


def test_a_reader_with_keys_of_its_own_has_no_pad_on_the_screen() -> None:
    state = after(visit(), *IN_CARD, EidAsksSecret(Secret.PIN, 3, wrong=False, on_reader=True))
    screen = compose(state)
    assert not any(isinstance(part, PinPad) for part in screen.parts)
    assert any(isinstance(part, Busy) for part in screen.parts)
    assert not eid_effects(step(state, WentOn())[1])


def test_what_was_typed_is_nowhere_once_it_is_sent() -> None:
    state = after(visit(), *AT_PIN, typed("271828"), WentOn())
    assert not _holds(state, "271828")


def _holds(value: object, secret: str) -> bool:
    if isinstance(value, Private):
        return secret in str(value.reveal())
    slots = getattr(value, "__slots__", ())
    parts = value if isinstance(value, tuple) else [getattr(value, slot) for slot in slots if hasattr(value, slot)]
    return any(_holds(part, secret) for part in parts)


# Failures


@pytest.mark.parametrize("code", EID_FAULTS)
def test_every_fault_says_what_is_wrong_and_how_it_goes_on(code: FaultCode) -> None:
    state = after(visit(), *AT_PIN, EidFailed(Fault(code, "for IT")))
    screen = compose(state)
    assert notice(screen).title == Fault(code).title
    ways = [screen.forward, *(part.action for part in screen.parts if isinstance(part, Offer))]
    assert WentOn("without") in [way.event for way in ways if way]
    assert "for IT" not in repr(screen)


def test_a_failure_can_be_tried_again() -> None:
    state, effects = last(visit(), *AT_PIN, EidFailed(Fault(FaultCode.EID_CARD_LOST)), WentOn())
    assert isinstance(state.page, CardConsent)
    assert [type(effect) for effect in eid_effects(effects)] == [StartEid]


def test_what_cannot_get_better_is_not_tried_again() -> None:
    state, effects = last(visit(), *AT_PIN, EidFailed(Fault(FaultCode.EID_CARD_DEACTIVATED)), WentOn())
    assert isinstance(state.page, CardFailed)
    assert not eid_effects(effects)


def test_a_card_pulled_out_after_a_failure_asks_nothing() -> None:
    state = after(visit(), *AT_PIN, EidFailed(Fault(FaultCode.EID_TIMEOUT)), CardRemoved())
    assert isinstance(state.page, CardFailed)
    assert state.question is None


def test_a_card_pulled_out_in_the_form_asks_whether_to_end() -> None:
    state = after(visit(), *AT_PIN, typed("123456"), WentOn(), EidRead(ERIKA), WentOn(), CardRemoved())
    assert state.question is Question.CARD_REMOVED


def test_a_forgotten_pin_leaves_the_card_alone_and_can_be_remembered() -> None:
    state, effects = last(visit(), *AT_PIN, WentOn("forgotten"))
    assert isinstance(state.page, PinForgotten)
    assert eid_effects(effects) == [CancelEid()]
    assert after(state, ASKS_PIN, EidWorks()).page == state.page
    state, effects = last(state, WentOn())
    assert [type(effect) for effect in eid_effects(effects)] == [StartEid]


def test_who_does_not_find_the_can_is_told_where_it_is_printed_and_comes_back_to_the_pad() -> None:
    at_can = after(visit(), *AT_PIN, EidAsksSecret(Secret.CAN, 1, wrong=False), typed("12", Secret.CAN))
    state, effects = last(at_can, WentOn("forgotten"))
    assert isinstance(state.page, CanHelp)
    assert not eid_effects(effects), "the card stays at work"
    assert after(state, WentOn()).page == at_can.page == after(state, WentBack()).page
    gone, effects = last(state, WentOn("without"))
    assert CancelEid() in effects and not isinstance(gone.page, CanHelp | EnterPin)


# All pages


PROMPTS = [
    SecretPrompt(secret, tries, wrong, on_reader, before, out=out)
    for secret in (Secret.PIN, Secret.CAN, Secret.PUK)
    for tries in (None, 0, 1, 2, 3)
    for wrong in (False, True)
    for on_reader in (False, True)
    for before in (None, Secret.PIN, secret)
    for out in (False, True)
]
PAGES: list[Page] = [
    IdentityOffer(),
    CardConsent(PREFILL),
    CardConsent(PREFILL, CONSENT),
    CardConsent(PREFILL, replace(CONSENT, attributes=tuple(Attribute))),
    InsertCard(PREFILL),
    *(EnterPin(PREFILL, prompt) for prompt in PROMPTS),
    ReadingCard(PREFILL),
    TakeCard(PREFILL, read=True),
    TakeCard(PREFILL, read=False),
    *(CardFailed(PREFILL, Fault(code)) for code in EID_FAULTS),
    PinForgotten(),
    PinForgotten(Secret.PUK),
    CanHelp(PREFILL),
]


@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
def test_every_page_can_be_said_and_left(language: Language) -> None:
    translate = translator(language)
    for page in PAGES:
        for inserted in (False, True):
            state = visit().at(page)
            state = replace(state, devices=replace(state.devices, card_inserted=inserted))
            screen = compose(state)
            words = [translate.say(text) for text in _texts(screen)]
            assert all(words), page
            assert screen.back, page
            assert screen.forward, page
            assert len(_ids(screen)) == len(set(_ids(screen))), page


def _texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    slots = getattr(value, "__slots__", ())
    parts = value if isinstance(value, tuple) else [getattr(value, slot) for slot in slots]
    return [text for part in parts if not isinstance(part, str | Private | Event) for text in _texts(part)]


def _ids(screen: Screen) -> list[str]:
    actions = [part.action for part in screen.parts if isinstance(part, Offer | Busy | PinPad) and part.action]
    return [part.id for part in screen.parts] + [action.id for action in actions if isinstance(action, Action)]


ANY_EVENT = st.sampled_from(
    [
        WentOn(),
        WentOn("without"),
        WentOn("forgotten"),
        WentBack(),
        CONSENT,
        EidWaitsForCard(),
        EidWorks(),
        EidRead(ERIKA),
        EidFailed(Fault(FaultCode.EID_CARD_LOST)),
        CardInserted(),
        CardRemoved(),
        typed("123456"),
        typed("1"),
        *(EidAsksSecret(secret, tries, wrong) for secret in Secret for tries in (None, 1) for wrong in (True, False)),
    ]
)


@given(st.lists(ANY_EVENT, max_size=25))
def test_no_order_of_events_leaves_the_visitor_without_a_way_or_the_card_unstopped(events: list[Event]) -> None:
    state = visit()
    running = False
    for event in events:
        if isinstance(event, EidAsksSecret) and event.secret in (Secret.TRANSPORT_PIN, Secret.NEW_PIN):
            continue
        state, effects = step(state, event)
        running = running or any(isinstance(effect, StartEid) for effect in effects)
        if any(isinstance(effect, CancelEid) for effect in effects) or isinstance(event, EidRead | EidFailed):
            running = False
        screen = compose(state)
        assert screen.forward or screen.parts
        if not screen.id.startswith("identity"):
            assert not running, [type(page).__name__ for page in state.path]


def test_pages_are_told_apart_by_their_ids() -> None:
    consents = (CardConsent(PREFILL), CardConsent(PREFILL, CONSENT))
    pages: list[Page] = [InsertCard(PREFILL), *consents, ReadingCard(PREFILL), TakeCard(PREFILL, read=True)]
    ids = [compose(visit().at(page)).id for page in pages]
    assert all(one != two for one, two in pairwise(ids))
