"""The eID rescue: every way of it in both languages, what is believed, and that nothing of a PIN stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.compose import compose
from kiosk.device_events import (
    CardInserted,
    CardRemoved,
    Device,
    DeviceChanged,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
    EidWaitsForCard,
    EidWorks,
)
from kiosk.effects import CancelEid, Effect, EnterSecret, LookAtCard, Print, StartEid, StartPinChange
from kiosk.events import Event, HelpAsked, Opened, Typed, WentBack, WentHome, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Address, Attribute, Identity
from kiosk.journeys.card_pages import CardConsent, CardFailed, EnterPin, InsertCard, ReadingCard, TakeCard
from kiosk.journeys.help import HelpPage, call_of
from kiosk.journeys.home import Home
from kiosk.journeys.rescue import START, Advice, CardLook, PinChange, RescueResult, Result, Way, result_of, ways
from kiosk.journeys.rescue_contents import CardContents, SelfDisclosure
from kiosk.journeys.rescue_new_pin import NewPin, easily_guessed
from kiosk.journeys.rescue_parts import RescueErrand, RescueOffer
from kiosk.journeys.secret_entry import LENGTHS, SecretPrompt
from kiosk.journeys.service import ServicePage
from kiosk.journeys.slip import SlipPage
from kiosk.journeys.welcome import Welcome
from kiosk.offers import events_of
from kiosk.parts import Answers, Cards, Notice, PinPad, Secret
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, Language, Msg, Text, Verbatim, translator
from kiosk.visit import Page, Visit
from tests.places import RESCUE, rescue_place

CHANGE, FIRST, UNBLOCK = (PinChange(RESCUE, way) for way in (Way.CHANGE, Way.FIRST, Way.UNBLOCK))
LOOK, CONTENTS = CardLook(RESCUE), SelfDisclosure(RESCUE, Advice(RESCUE, Way.FORGOTTEN))
ERRANDS: tuple[RescueErrand, ...] = (CHANGE, FIRST, UNBLOCK, LOOK, CONTENTS)
OLD, NEW, WEAK = "271828", "314159", "123456"
ASKS_PIN = EidAsksSecret(Secret.PIN, 3, wrong=False)
ASKS_NEW = EidAsksSecret(Secret.NEW_PIN, None, wrong=False)
ASKS_PUK = EidAsksSecret(Secret.PUK, 0, wrong=False)
CONSENT = EidAsksConsent(tuple(Attribute), "Kleinstadt", Verbatim("Auskunft"))
ERIKA = Private(
    Identity("Erika", "Mustermann", "", "", date(1964, 8, 12), "Berlin", "D", Address("Weg 1", "51147", "Köln"))
)


def visit(*pages: Page) -> Visit:
    return Visit(rescue_place(), (Welcome(), Home(), ServicePage(RESCUE), *pages), begun=True)


def after(state: Visit, *events: Event) -> Visit:
    for event in events:
        state = step(state, event)[0]
    return state


def last(state: Visit, *events: Event) -> tuple[Visit, list[Effect]]:
    effects: tuple[Effect, ...] = ()
    for event in events:
        state, effects = step(state, event)
    eid = (StartPinChange, LookAtCard, StartEid, EnterSecret, CancelEid, Print)
    return state, [effect for effect in effects if isinstance(effect, eid)]


def typed(digits: str, secret: Secret = Secret.NEW_PIN) -> Typed:
    return Typed(secret, Private(digits))


def said(text: Text | None, language: Language = GERMAN) -> str:
    assert text
    return translator(language).say(text)


def way_on(state: Visit) -> str:
    forward = compose(state).forward
    assert forward
    return said(forward.label)


def holds(value: object, digits: str) -> bool:
    if isinstance(value, Private):
        return digits in str(value.reveal())
    slots = getattr(value, "__slots__", ())
    parts = value if isinstance(value, tuple) else [getattr(value, slot) for slot in slots if hasattr(value, slot)]
    return any(holds(part, digits) for part in parts)


AT_PIN = (WentOn(), EidWaitsForCard(), CardInserted(), ASKS_PIN)
AT_NEW_PIN = (*AT_PIN, typed(OLD, Secret.PIN), WentOn(), EidWorks(), ASKS_NEW)
SENT = (*AT_NEW_PIN, typed(NEW), WentOn(), typed(NEW), WentOn())


# The service's page


def test_the_services_page_offers_every_way_in_plain_words() -> None:
    cards = next(part for part in compose(visit()).parts if isinstance(part, Cards) and part.id == "ways")
    assert [card.id for card in cards.cards] == list(START)
    for card in cards.cards:
        assert isinstance(card.event, Opened)
        shown = compose(after(visit(), card.event))
        assert shown.id.startswith("rescue-")


def test_without_a_reader_the_advice_still_opens_and_the_rest_says_why_not() -> None:
    broken = after(visit(), DeviceChanged(Device.EID, Fault(FaultCode.EID_NO_READER)))
    cards = {card.id: card for card in ways(broken, RESCUE).cards}
    assert {way for way, card in cards.items() if card.why_disabled is None} == {Way.FORGOTTEN, Way.BLOCKED}
    for errand in ERRANDS:
        offer = compose(replace(broken, path=(*broken.path, RescueOffer(errand))))
        assert said(offer.parts[0].title) == "Der Ausweis-Leser ist nicht angeschlossen"  # type: ignore[union-attr]
        assert "selbst ein" not in said(offer.parts[0].text)  # type: ignore[union-attr]
        assert last(replace(broken, path=(*broken.path, RescueOffer(errand))), WentOn())[1] == []


# A new PIN


def test_a_pin_is_changed_and_only_the_card_says_so() -> None:
    state, effects = last(visit(RescueOffer(CHANGE)), WentOn())
    assert effects == [StartPinChange(transport=False)]
    assert isinstance(state.page, InsertCard)
    state, effects = last(state, EidWaitsForCard(), CardInserted(), ASKS_PIN, typed(OLD, Secret.PIN), WentOn())
    assert effects == [EnterSecret(Secret.PIN, Private(OLD))]
    state, effects = last(state, EidWorks(), ASKS_NEW, typed(NEW), WentOn())
    assert effects == []
    state, effects = last(state, typed(NEW), WentOn())
    assert effects == [EnterSecret(Secret.NEW_PIN, Private(NEW))]
    assert not compose(after(state, EidWorks())).success
    state = after(state, EidWorks(), EidPinChanged())
    assert state.page == RescueResult(RESCUE, Result.CHANGED)
    assert compose(state).success
    assert any(part.id == "slot" for part in compose(state).parts)
    state = after(state, CardRemoved())
    assert state.page == RescueResult(RESCUE, Result.CHANGED)
    assert not any(part.id == "slot" for part in compose(state).parts)


def test_the_first_pin_comes_from_the_five_digits_of_the_letter() -> None:
    state, effects = last(visit(RescueOffer(FIRST)), WentOn())
    assert effects == [StartPinChange(transport=True)]
    state = after(state, CardInserted(), EidAsksSecret(Secret.TRANSPORT_PIN, 3, wrong=False))
    pad = next(part for part in compose(state).parts if isinstance(part, PinPad))
    assert pad.length == 5
    state, effects = last(state, typed("12345", Secret.TRANSPORT_PIN), WentOn())
    assert effects == [EnterSecret(Secret.TRANSPORT_PIN, Private("12345"))]
    state = after(state, ASKS_NEW, typed(NEW), WentOn(), typed(NEW), WentOn(), EidPinChanged())
    assert state.page == RescueResult(RESCUE, Result.FIRST_SET)


def test_two_different_new_pins_cost_nothing_and_are_asked_for_again() -> None:
    state, effects = last(visit(RescueOffer(CHANGE)), *AT_NEW_PIN, typed(NEW), WentOn(), typed("314158"), WentOn())
    assert effects == []
    assert isinstance(state.page, NewPin)
    notice = next(part for part in compose(state).parts if isinstance(part, Notice))
    assert (said(notice.title), said(notice.text)[:17]) == (
        "Die beiden PINs waren verschieden",
        "Das kostet nichts"[:17],
    )
    assert not holds(state.page, "31415")
    assert last(state, typed(NEW), WentOn(), typed(NEW), WentOn())[1] == [EnterSecret(Secret.NEW_PIN, Private(NEW))]


def test_a_pin_that_is_easily_guessed_is_warned_about_and_taken_all_the_same() -> None:
    state = after(visit(RescueOffer(CHANGE)), *AT_NEW_PIN, typed(WEAK), WentOn())
    screen = compose(state)
    assert [part.id for part in screen.parts if isinstance(part, Notice)] == ["weak"]
    assert way_on(state) == "Trotzdem nehmen"
    insisting = after(state, WentOn())
    assert last(insisting, typed(WEAK), WentOn())[1] == [EnterSecret(Secret.NEW_PIN, Private(WEAK))]


def test_the_warning_stays_where_it_is_while_another_pin_is_typed() -> None:
    warned = after(visit(RescueOffer(CHANGE)), *AT_NEW_PIN, typed(WEAK), WentOn())
    typing = after(warned, typed("31"))
    assert [part.id for part in compose(typing).parts] == [part.id for part in compose(warned).parts]
    assert way_on(typing) == "Weiter"
    again = after(typing, typed("111111"), WentOn())
    assert way_on(again) == "Trotzdem nehmen"
    other = after(typing, typed(NEW), WentOn())
    assert compose(other).id == "rescue-new-pin-again"


@pytest.mark.parametrize(
    "digits",
    [
        *("123456", "654321", "890123", "000000", "121212", "112211", "123123", "112233"),
        *("120864", "640812", "081264", "081964", "196408"),
    ],
)
def test_rows_repetitions_and_birthdays_are_easily_guessed(digits: str) -> None:
    assert easily_guessed(digits)


@pytest.mark.parametrize("digits", ["314159", "271828", "907452", "583920", "135790"])
def test_other_digits_are_not(digits: str) -> None:
    assert not easily_guessed(digits)


def test_back_from_the_second_time_leads_to_the_first_and_keeps_the_card_at_work() -> None:
    state, effects = last(visit(RescueOffer(CHANGE)), *AT_NEW_PIN, typed(NEW), WentOn(), WentBack())
    assert effects == []
    assert compose(state).id == "rescue-new-pin"
    assert not holds(state.page, NEW)
    state, effects = last(state, WentBack())
    assert effects == [CancelEid()]
    assert state.page == RescueOffer(CHANGE)


def test_new_digits_are_forgotten_when_the_card_leaves() -> None:
    state = after(visit(RescueOffer(CHANGE)), *AT_NEW_PIN, typed(NEW), WentOn(), typed("31"), CardRemoved())
    assert not holds(state.page, "31")
    notice = next(part for part in compose(state).parts if isinstance(part, Notice))
    assert "noch einmal an" in said(notice.text)
    assert last(state, typed(NEW), WentOn())[1] == []
    failed = after(state, EidFailed(Fault(FaultCode.EID_CARD_SWAPPED)))
    assert last(failed, WentOn())[1] == [StartPinChange(transport=False)]


def test_what_was_typed_is_nowhere_once_it_is_sent() -> None:
    state = after(visit(RescueOffer(CHANGE)), *SENT)
    assert not holds(state, OLD)
    assert not holds(state, NEW)
    assert not holds(after(state, EidPinChanged()), NEW)


def test_a_card_that_fails_while_it_is_written_leaves_it_open_which_pin_counts() -> None:
    state = after(visit(RescueOffer(CHANGE)), *SENT, EidWorks(), EidFailed(Fault(FaultCode.EID_CARD_LOST)))
    assert "unsure" in [part.id for part in compose(state).parts]
    early = after(visit(RescueOffer(CHANGE)), *AT_NEW_PIN, EidFailed(Fault(FaultCode.EID_CARD_LOST)))
    assert "unsure" not in [part.id for part in compose(early).parts]


@pytest.mark.parametrize("leaving", [WentBack(), WentOn("without")])
def test_who_leaves_while_it_is_written_is_told_so_too(leaving: Event) -> None:
    state, effects = last(visit(RescueOffer(CHANGE)), *SENT, leaving)
    assert effects == [CancelEid()]
    assert isinstance(state.page, CardFailed)
    assert "unsure" in [part.id for part in compose(state).parts]


@pytest.mark.parametrize("errand", [LOOK, CONTENTS], ids=str)
def test_a_pin_change_of_somebody_else_is_not_believed(errand: RescueErrand) -> None:
    state = after(visit(RescueOffer(errand)), WentOn(), EidPinChanged())
    assert not isinstance(state.page, RescueResult)


def test_a_wrong_letter_says_that_it_may_be_used_up() -> None:
    asks = EidAsksSecret(Secret.TRANSPORT_PIN, 2, wrong=True)
    state = after(visit(RescueOffer(FIRST)), WentOn(), CardInserted(), asks)
    notice = next(part for part in compose(state).parts if isinstance(part, Notice))
    assert notice.tries == 2
    assert "Dann gilt der Brief nicht mehr." in said(notice.text)
    state, effects = last(state, WentOn("forgotten"))
    assert state.page == Advice(RESCUE, Way.LETTER)
    assert effects == [CancelEid()]


def test_a_reader_with_keys_of_its_own_asks_for_the_new_pin_itself() -> None:
    asks = replace(ASKS_NEW, on_reader=True)
    state = after(visit(RescueOffer(CHANGE)), *AT_PIN, typed(OLD, Secret.PIN), WentOn(), asks)
    assert isinstance(state.page, EnterPin)
    assert not any(isinstance(part, PinPad) for part in compose(state).parts)
    assert after(state, EidPinChanged()).page == RescueResult(RESCUE, Result.CHANGED)


# A blocked PIN


def test_the_puk_lifts_the_block_and_the_pin_stays() -> None:
    state = after(visit(RescueOffer(UNBLOCK)), WentOn(), CardInserted(), ASKS_PUK)
    state, effects = last(state, typed("9876543210", Secret.PUK), WentOn())
    assert effects == [EnterSecret(Secret.PUK, Private("9876543210"))]
    state, effects = last(state, EidWorks(), ASKS_PIN)
    assert effects == [CancelEid()]
    assert state.page == RescueResult(RESCUE, Result.UNBLOCKED)


def test_a_wrong_puk_lifts_nothing() -> None:
    events = (WentOn(), CardInserted(), ASKS_PUK, typed("0000000000", Secret.PUK), WentOn(), EidWorks())
    state = after(visit(RescueOffer(UNBLOCK)), *events, replace(ASKS_PUK, wrong=True))
    assert isinstance(state.page, EnterPin)
    assert state.page.prompt.secret is Secret.PUK


def test_a_card_that_is_not_blocked_is_left_alone() -> None:
    state, effects = last(visit(RescueOffer(UNBLOCK)), WentOn(), CardInserted(), ASKS_PIN)
    assert effects == [CancelEid()]
    assert state.page == RescueResult(RESCUE, Result.NOT_BLOCKED)


def test_a_blocked_pin_can_be_freed_on_the_way_to_a_new_one() -> None:
    state = after(visit(RescueOffer(CHANGE)), WentOn(), CardInserted(), ASKS_PUK, WentOn("forgotten"))
    assert state.page == Advice(RESCUE, Way.BLOCKED)
    events = (WentOn(), CardInserted(), ASKS_PUK, typed("9876543210", Secret.PUK), WentOn(), ASKS_PIN)
    assert isinstance(after(visit(RescueOffer(CHANGE)), *events).page, EnterPin)


# A look


@pytest.mark.parametrize(
    ("seen", "result"),
    [
        (EidCardSeen(activated=True, usable=True, tries=3), Result.READY),
        (EidCardSeen(activated=True, usable=True, tries=None), Result.READY),
        (EidCardSeen(activated=True, usable=True, tries=2), Result.TWO_LEFT),
        (EidCardSeen(activated=True, usable=True, tries=1), Result.ONE_LEFT),
        (EidCardSeen(activated=True, usable=True, tries=0), Result.PIN_BLOCKED),
        (EidCardSeen(activated=True, usable=False, tries=0), Result.UNUSABLE),
        (EidCardSeen(activated=False, usable=True, tries=3), Result.SWITCHED_OFF),
    ],
)
def test_a_look_at_the_card_says_in_words_how_it_is(seen: EidCardSeen, result: Result) -> None:
    assert result_of(seen) is result
    state, effects = last(visit(RescueOffer(LOOK)), WentOn())
    assert effects == [LookAtCard()]
    state = after(state, EidWaitsForCard(), CardInserted(), seen)
    assert state.page == RescueResult(RESCUE, result)
    assert compose(state).success is (result is Result.READY)


def test_a_look_asks_for_no_number() -> None:
    screen = compose(after(visit(RescueOffer(LOOK)), WentOn()))
    assert WentOn("forgotten") not in list(events_of(screen))


# What is on the card


def at_the_contents() -> Visit:
    return after(visit(RescueOffer(CONTENTS)), WentOn(), CONSENT, WentOn(), CardInserted(), ASKS_PIN, EidRead(ERIKA))


def test_the_holder_sees_everything_that_the_chip_says() -> None:
    state, effects = last(visit(RescueOffer(CONTENTS)), WentOn())
    assert effects == [StartEid(frozenset(Attribute))]
    assert isinstance(state.page, CardConsent)
    answers = next(part for part in compose(at_the_contents()).parts if isinstance(part, Answers))
    shown = {said(answer.label): said(answer.value) for answer in answers.answers}
    assert shown == {
        "Vornamen": "Erika",
        "Familienname": "Mustermann",
        "Geburtsdatum": "12. August 1964",
        "Geburtsort": "Berlin",
        "Staatsangehörigkeit": "deutsch",
        "Adresse": "Weg 1, 51147 Köln",
    }


def test_what_the_chip_does_not_say_is_said_so() -> None:
    state = after(visit(RescueOffer(CONTENTS)), WentOn(), CONSENT, WentOn(), EidRead(Private(Identity())))
    answers = next(part for part in compose(state).parts if isinstance(part, Answers))
    assert len(answers.answers) == 6
    assert {said(answer.value) for answer in answers.answers} == {"steht nicht auf dem Chip"}


def test_the_counter_and_the_loudspeaker_get_none_of_it() -> None:
    screen = compose(at_the_contents())
    masked = translator(GERMAN, masked=True)
    answers = next(part for part in screen.parts if isinstance(part, Answers))
    assert {masked.say(answer.value) for answer in answers.answers} == {"…"}
    open_words = [words.words.reveal() for words in utterances(screen, translator(GERMAN)) if not words.private]
    for value in ("Erika", "Mustermann", "1964", "Berlin", "Köln"):
        assert not any(value in words for words in open_words)
    call = call_of(at_the_contents())
    assert "Erika" not in masked.say(call.step)


def test_it_is_covered_while_help_comes() -> None:
    state = after(at_the_contents(), HelpAsked())
    assert isinstance(state.page, HelpPage)
    assert not holds(compose(state), "Erika")


@pytest.mark.parametrize("leaving", [WentOn(), WentBack(), WentHome()])
def test_nothing_of_it_is_left_behind(leaving: Event) -> None:
    state = after(at_the_contents(), leaving)
    assert not holds(state, "Erika")
    assert state.application is None


def test_the_card_is_asked_back_after_it_was_shown() -> None:
    state = after(at_the_contents(), WentOn())
    assert isinstance(state.page, TakeCard)
    assert after(state, CardRemoved()).page == ServicePage(RESCUE)
    without = after(at_the_contents(), CardRemoved())
    assert isinstance(without.page, CardContents)
    assert after(without, WentOn()).page == ServicePage(RESCUE)


# Advice, and ways out


@pytest.mark.parametrize("about", [Way.FORGOTTEN, Way.BLOCKED, Way.LETTER])
def test_advice_leads_to_a_person_and_to_a_slip(about: Way) -> None:
    state = visit(Advice(RESCUE, about))
    assert HelpAsked() in list(events_of(compose(state)))
    state, effects = last(state, WentOn("slip"))
    assert isinstance(state.page, SlipPage)
    assert [type(effect) for effect in effects] == [Print]


def test_what_the_place_has_to_say_stands_under_forgotten() -> None:
    words = [said(text) for text in texts(compose(visit(Advice(RESCUE, Way.FORGOTTEN))))]
    assert "Briefe gibt es nicht mehr." in words


@pytest.mark.parametrize("errand", ERRANDS, ids=str)
def test_every_errand_can_be_stopped_and_the_card_is_given_back(errand: RescueErrand) -> None:
    state, effects = last(visit(RescueOffer(errand)), WentOn(), WentOn("without"))
    assert effects == [CancelEid()]
    assert state.page == ServicePage(RESCUE)
    state, effects = last(visit(RescueOffer(errand)), WentOn(), CardInserted(), WentOn("without"))
    assert effects == [CancelEid()]
    assert isinstance(state.page, TakeCard)
    assert after(state, CardRemoved()).page == ServicePage(RESCUE)


@pytest.mark.parametrize("errand", ERRANDS, ids=str)
@pytest.mark.parametrize("code", [code for code in FaultCode if code.startswith("eid.")])
def test_no_fault_tells_anybody_to_type(errand: RescueErrand, code: FaultCode) -> None:
    screen = compose(after(visit(RescueOffer(errand)), WentOn(), EidFailed(Fault(code, "for IT"))))
    assert "for IT" not in repr(screen)
    for language, typing in ((GERMAN, "selbst ein"), (ENGLISH, "yourself")):
        assert not any(typing in said(text, language) for text in texts(screen))


# All pages

PROMPTS = [
    SecretPrompt(secret, tries, wrong, on_reader, before, out=out)
    for secret in Secret
    for tries in (None, 0, 1, 2, 3)
    for wrong in (False, True)
    for on_reader in (False, True)
    for before in (None, Secret.PUK, secret)
    for out in (False, True)
]
NEW_PROMPT = SecretPrompt(Secret.NEW_PIN)
PAGES: list[Page] = [
    *(RescueOffer(errand) for errand in ERRANDS),
    *(InsertCard(errand) for errand in ERRANDS),
    *(ReadingCard(errand, entered) for errand in ERRANDS for entered in (None, *Secret)),
    *(TakeCard(errand, read=False) for errand in ERRANDS),
    *(CardFailed(errand, Fault(code)) for errand in ERRANDS for code in FaultCode if code.startswith("eid.")),
    *(EnterPin(errand, prompt) for errand in (CHANGE, FIRST, CONTENTS) for prompt in PROMPTS),
    CardConsent(CONTENTS),
    CardConsent(CONTENTS, CONSENT),
    NewPin(CHANGE, NEW_PROMPT),
    NewPin(CHANGE, NEW_PROMPT, Private(NEW)),
    NewPin(CHANGE, NEW_PROMPT, weak=Private(WEAK)),
    NewPin(CHANGE, NEW_PROMPT, differed=True),
    *(Advice(RESCUE, about) for about in (Way.FORGOTTEN, Way.BLOCKED, Way.LETTER)),
    *(RescueResult(RESCUE, result) for result in Result),
    CardContents(RESCUE, CONTENTS, ERIKA),
]


@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
def test_every_page_can_be_said_and_left(language: Language) -> None:
    for page in PAGES:
        for inserted in (False, True):
            state = visit(page)
            state = replace(state, devices=replace(state.devices, card_inserted=inserted))
            screen = compose(state)
            assert all(said(text, language) for text in texts(screen)), page
            assert utterances(screen, translator(language))
            assert screen.back and screen.back.why_disabled is None, page
            assert screen.forward, page
            ids = [part.id for part in screen.parts]
            assert len(ids) == len(set(ids)), page


def test_sentences_are_short() -> None:
    for page in PAGES:
        for text in texts(compose(visit(page))):
            if isinstance(text, Msg) and text.key.startswith("rescue."):
                for sentence in said(text).replace("?", ".").split(". "):
                    assert len(sentence.split()) <= 14, sentence


def test_the_pads_know_the_length_of_every_number() -> None:
    assert set(LENGTHS) == set(Secret)


def texts(screen: Screen) -> list[Text]:
    return _texts(screen)


def _texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    slots = getattr(value, "__slots__", ())
    parts = value if isinstance(value, tuple) else [getattr(value, slot) for slot in slots]
    return [text for part in parts if not isinstance(part, str | Private | Event) for text in _texts(part)]
