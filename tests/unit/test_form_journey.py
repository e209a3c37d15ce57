"""The form's screens as a visitor walks them: events in, screens out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.compose import compose
from kiosk.device_events import Device
from kiosk.effects import HandIn
from kiosk.events import Chosen, Event, LanguageChosen, Opened, Typed, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.forms.check import sample_answer, sample_application
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import read_file
from kiosk.identity import Identity
from kiosk.journeys.form import FormPage, begin
from kiosk.journeys.form_parts import matching_codes
from kiosk.journeys.handing_in import Sending
from kiosk.journeys.review import PrivacyPage, ReviewPage
from kiosk.journeys.welcome import Welcome
from kiosk.parts import Answers, Choice, Consent, Facts, Field, Heading, Input, Level, Notice, Offer, Part
from kiosk.place import Destination
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, translator
from kiosk.visit import Visit

FORMS = Path(__file__).parents[2] / "profiles" / "citizen-centre" / "forms"
MOVING, DOG = FORMS / "wohnung-anmelden.xdf.xml", FORMS / "hund-anmelden.xdf.xml"
NEW_ADDRESS = "G99000000008.G99000000002"
MOVE, PEOPLE = "G99000000008", "G99000000008.G99000000006"


def at_form(path: Path) -> Visit:
    form = read_file(path)
    assert isinstance(form, Form)
    application = sample_application(form, {})
    service = replace(application.service, destination=Destination("99115005104000", "destination"))
    place = replace(application.place, services=(service,))
    visit = Visit(place, (Welcome(),), begun=True, application=replace(application, place=place, service=service))
    return begin(visit)[0]


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit = step(visit, event)[0]
    return visit


def typed(path: str, words: str) -> Event:
    return Typed(path, Private(words))


def chosen(path: str, option: str) -> Event:
    return Chosen(path, Private(option))


def answers(visit: Visit) -> Iterable[Event]:
    """Sample answers for the screen that the visit is at."""
    assert isinstance(visit.page, FormPage)
    assert visit.application
    current = visit.application.step(visit.page.key)
    assert current
    for question in current.questions:
        raw = sample_answer(question)
        searched = question.searched or not question.options
        yield typed(question.path, raw) if searched else chosen(question.path, raw)


def to_review(visit: Visit) -> Visit:
    for _ in range(200):
        if isinstance(visit.page, ReviewPage):
            return visit
        visit = after(visit, *answers(visit), WentOn())
    raise AssertionError("the review was not reached")


def to_step(visit: Visit, start: str) -> Visit:
    for _ in range(200):
        assert isinstance(visit.page, FormPage)
        if visit.page.key.startswith(start):
            return visit
        visit = after(visit, *answers(visit), WentOn())
    raise AssertionError(f"{start} was not reached")


def part(screen: Screen, kind: type[Part], ending: str = "") -> Part:
    return next(each for each in screen.parts if isinstance(each, kind) and each.id.endswith(ending))


def field_of(screen: Screen, ending: str) -> Field:
    found = part(screen, Field, ending)
    assert isinstance(found, Field)
    return found


def say(screen: Screen, text: object) -> str:
    return translator(screen.look.language).say(text)  # type: ignore[arg-type]


def test_the_first_screen_asks_the_first_topic() -> None:
    screen = compose(at_form(MOVING))
    assert say(screen, screen.title) == "Wer zieht um?"
    assert screen.progress
    assert (screen.progress.step, screen.progress.steps) == (1, 8)
    assert screen.forward
    assert screen.back
    assert [each.input for each in screen.parts if isinstance(each, Field)] == [Input.TEXT, Input.TEXT, Input.DATE]


@pytest.mark.en301549("11.3.2.2")
def test_every_keystroke_is_kept_and_shown() -> None:
    visit = at_form(MOVING)
    for words in ("J", "Ja", "Jan", "Jana "):
        visit = after(visit, typed("G99000000001.F99000000011", words))
    assert field_of(compose(visit), "F99000000011").value.reveal() == "Jana "


def test_what_is_typed_elsewhere_is_ignored() -> None:
    visit = at_form(MOVING)
    assert after(visit, typed("G99000000002.F99000000021", "1")).application == visit.application
    assert after(visit, chosen("nowhere", "x")).application == visit.application


@pytest.mark.en301549("11.3.3.1", "11.3.3.3")
def test_going_on_with_mistakes_shows_each_with_its_remedy_and_goes_to_the_first() -> None:
    visit = to_step(at_form(MOVING), NEW_ADDRESS)
    visit = after(
        visit,
        typed(f"{NEW_ADDRESS}.F99000000021", "123"),
        typed(f"{NEW_ADDRESS}.F99000000022", "Musterstadt"),
        WentOn(),
    )
    screen = compose(visit)
    postcode = field_of(screen, "F99000000021")
    assert postcode.value.reveal() == "123"
    assert postcode.problem
    assert say(screen, postcode.problem.text) == "Die Postleitzahl ist zu kurz."
    assert say(screen, postcode.problem.remedy) == "Es fehlen noch 2 Ziffern."
    assert screen.focus == postcode.id
    assert field_of(screen, "F99000000022").problem is None
    assert say(screen, screen.lead) == "Bitte ändern Sie noch 3 Antworten."


def test_a_problem_goes_as_soon_as_it_is_put_right() -> None:
    visit = to_step(at_form(MOVING), NEW_ADDRESS)
    visit = after(visit, typed(f"{NEW_ADDRESS}.F99000000021", "1234"), WentOn())
    assert field_of(compose(visit), "F99000000021").problem
    visit = after(visit, typed(f"{NEW_ADDRESS}.F99000000021", "12345"))
    assert field_of(compose(visit), "F99000000021").problem is None


def test_no_problem_is_shown_while_the_visitor_is_still_writing() -> None:
    visit = after(to_step(at_form(MOVING), NEW_ADDRESS), typed(f"{NEW_ADDRESS}.F99000000021", "1"))
    assert not [each for each in compose(visit).parts if isinstance(each, (Field, Choice)) and each.problem]


def test_back_leads_where_one_came_from_with_the_answers_kept() -> None:
    visit = to_step(at_form(MOVING), NEW_ADDRESS)
    visit = after(visit, typed(f"{NEW_ADDRESS}.F99000000021", "12"), WentBack())
    assert say(compose(visit), compose(visit).title) == "Wer zieht um?"
    again = after(visit, WentOn())
    assert field_of(compose(again), "F99000000021").value.reveal() == "12"


def test_people_moving_along_can_be_added_listed_and_taken_out() -> None:
    visit = to_step(at_form(MOVING), f"{PEOPLE}[1]?")
    visit = after(visit, chosen(f"{PEOPLE}[1]?", "true"), WentOn())
    visit = after(visit, *answers(visit), WentOn())
    screen = compose(visit)
    listed = part(screen, Answers)
    assert isinstance(listed, Answers)
    assert say(screen, listed.answers[0].value) == "Jana Beispiel, 12. April 1988"
    assert listed.answers[0].change
    visit = after(visit, listed.answers[0].change)
    offer = part(compose(visit), Offer, "-remove")
    assert isinstance(offer, Offer)
    visit = after(visit, offer.action.event)
    assert isinstance(visit.page, FormPage)
    assert visit.page.key == f"{PEOPLE}[1]?"
    assert not [path for path in visit.application.answers if path.startswith(f"{PEOPLE}[1].")]  # type: ignore[union-attr]


def test_a_long_list_is_searched_and_a_match_chosen() -> None:
    breed = "G99000000023.F99000000232"
    visit = after(to_step(at_form(DOG), "G99000000023"), typed(breed, "dakel"))
    screen = compose(visit)
    assert field_of(screen, "F99000000232").value.reveal() == "dakel"
    matches = part(screen, Choice, "~")
    assert isinstance(matches, Choice)
    assert say(screen, matches.options[0].label) == "Dackel"
    visit = after(visit, chosen(matches.id, matches.options[0].id))
    box = field_of(compose(visit), "F99000000232")
    assert box.value.reveal() == "Dackel"
    assert box.verified
    assert not [each for each in compose(visit).parts if each.id.endswith("~")]


def test_a_search_that_finds_nothing_says_what_to_do() -> None:
    visit = after(to_step(at_form(DOG), "G99000000023"), typed("G99000000023.F99000000232", "qqqq"))
    notice = part(compose(visit), Notice)
    assert isinstance(notice, Notice)
    assert notice.level is Level.INFO


def test_matches_begin_with_what_was_typed_before_they_only_contain_it() -> None:
    visit = to_step(at_form(DOG), "G99000000023")
    assert visit.application
    question = visit.application.question("G99000000023.F99000000232")
    assert question
    labels = {option.code: option.label for option in question.options}
    found = [translator(GERMAN).say(labels[code]) for code in matching_codes(question, "deut", GERMAN)]
    assert found[:2] == ["Deutsch Drahthaar", "Deutscher Schäferhund"]
    assert matching_codes(question, "mal", GERMAN)


def test_documents_are_announced_and_listed_again_at_the_end() -> None:
    visit = to_step(at_form(MOVING), f"{MOVE}.G99000000005")
    facts = part(compose(visit), Facts)
    assert isinstance(facts, Facts)
    review = compose(to_review(visit))
    assert [each for each in review.parts if isinstance(each, Heading)]
    documents = part(review, Facts, "documents")
    assert isinstance(documents, Facts)
    assert say(review, documents.facts[0].label) == "Bestätigung des Wohnungsgebers"


# The review


def review_rows(visit: Visit) -> dict[str, str]:
    screen = compose(visit)
    groups = [each for each in screen.parts if isinstance(each, Answers)]
    return {say(screen, answer.label): say(screen, answer.value) for group in groups for answer in group.answers}


@pytest.mark.en301549("11.3.3.4")
def test_the_review_shows_every_answer_in_words() -> None:
    rows = review_rows(to_review(at_form(MOVING)))
    assert rows["Name und Geburtsdatum"] == "Jana Beispiel, 12. April 1988"
    assert rows["Neue Wohnung"] == rows["Bisherige Wohnung"] == "Lindenweg 12, 12345 Musterstadt"
    assert rows["Es ziehen mit um"]
    assert rows["Die Wohnung ist"] == "Meine einzige Wohnung"
    assert rows["Einzug am"] == "1. Oktober 2026"


def test_answers_on_the_review_are_covered_for_the_counter() -> None:
    screen = compose(to_review(at_form(MOVING)))
    masked = translator(GERMAN, masked=True)
    values = [masked.say(each.value) for group in screen.parts if isinstance(group, Answers) for each in group.answers]
    assert set(values) == {"…"}


@pytest.mark.en301549("11.3.3.4")
def test_each_answer_can_be_changed_and_one_comes_back() -> None:
    visit = to_review(at_form(MOVING))
    groups = [each for each in compose(visit).parts if isinstance(each, Answers)]
    assert all(answer.change for group in groups for answer in group.answers)
    change = groups[0].answers[0].change
    assert change
    changed = after(visit, change, typed("G99000000001.F99000000011", "Ada"), WentOn())
    assert isinstance(changed.page, ReviewPage)
    you = part(compose(changed), Answers, "G99000000001")
    assert isinstance(you, Answers)
    assert say(compose(changed), you.answers[0].value) == "Ada Beispiel, 12. April 1988"
    assert len(changed.path) == len(visit.path)


def test_a_change_that_asks_for_more_leads_through_it_before_the_review() -> None:
    visit = to_review(at_form(DOG))
    visit = after(visit, Opened(FormPage("G99000000025?", to_review=True)), chosen("G99000000025?", "false"), WentOn())
    assert isinstance(visit.page, ReviewPage)
    visit = after(visit, Opened(FormPage("G99000000025?", to_review=True)), chosen("G99000000025?", "true"))
    visit = after(visit, typed("G99000000025.F99000000251", ""), WentOn())
    visit = visit if isinstance(visit.page, ReviewPage) else after(visit, *answers(visit), WentOn())
    assert isinstance(visit.page, ReviewPage)


def test_a_wrong_change_does_not_come_back_until_it_is_right() -> None:
    visit = to_review(at_form(MOVING))
    changed = after(
        visit,
        Opened(FormPage("G99000000001.F99000000011", to_review=True)),
        typed("G99000000001.F99000000011", ""),
        WentOn(),
    )
    assert isinstance(changed.page, FormPage)
    assert isinstance(after(changed, WentBack()).page, ReviewPage)
    assert isinstance(after(changed, typed("G99000000001.F99000000011", "Ada"), WentOn()).page, ReviewPage)


@pytest.mark.en301549("11.3.3.4")
def test_nothing_is_sent_without_consent_and_the_button_says_so() -> None:
    visit = to_review(at_form(MOVING))
    screen = compose(visit)
    assert screen.forward
    assert screen.forward.why_disabled
    visit, effects = step(visit, WentOn())
    assert not [effect for effect in effects if isinstance(effect, HandIn)]
    assert isinstance(visit.page, ReviewPage)


def test_with_consent_the_application_is_handed_in() -> None:
    visit = after(to_review(at_form(MOVING)), chosen("consent", "yes"))
    consent = part(compose(visit), Consent)
    assert isinstance(consent, Consent)
    assert consent.given
    visit, effects = step(visit, WentOn())
    (handed,) = (effect for effect in effects if isinstance(effect, HandIn))
    assert handed.application.data.reveal()["G99000000001"]["F99000000012"] == "Beispiel"
    assert isinstance(visit.page, Sending)


def test_consent_can_be_taken_back() -> None:
    visit = after(to_review(at_form(MOVING)), chosen("consent", "yes"), chosen("consent", "yes"))
    assert compose(visit).forward.why_disabled  # type: ignore[union-attr]


def test_a_mistake_that_came_in_on_the_way_is_shown_instead_of_sent() -> None:
    visit = after(to_review(at_form(MOVING)), chosen("consent", "yes"))
    assert visit.application
    visit = visit.with_application(visit.application.with_answer("G99000000001.F99000000012", ""))
    visit, effects = step(visit, WentOn())
    assert not [effect for effect in effects if isinstance(effect, HandIn)]
    assert compose(visit).focus == "G99000000001.F99000000012"


@pytest.mark.parametrize("code", [FaultCode.SUBMISSION_ABSENT, FaultCode.SUBMISSION_NETWORK])
def test_only_a_terminal_that_can_never_send_closes_the_way(code: FaultCode) -> None:
    visit = after(to_review(at_form(MOVING)), chosen("consent", "yes"))
    visit = replace(visit, devices=visit.devices.changed(Device.SUBMISSION, Fault(code)))
    why = compose(visit).forward.why_disabled  # type: ignore[union-attr]
    assert (why is not None) == (code is FaultCode.SUBMISSION_ABSENT)


def test_privacy_is_explained_one_touch_away() -> None:
    visit = to_review(at_form(MOVING))
    consent = part(compose(visit), Consent)
    assert isinstance(consent, Consent)
    assert consent.more
    there = after(visit, consent.more.event)
    assert isinstance(there.page, PrivacyPage)
    assert len([each for each in compose(there).parts if isinstance(each, Facts)]) == 1
    assert after(there, WentBack()) == visit


def test_what_came_from_the_card_says_so_on_the_question_and_on_the_review() -> None:
    visit = at_form(MOVING)
    assert visit.application
    visit = visit.with_application(visit.application.prefilled(Identity("Jana", "Beispiel")))
    assert field_of(compose(visit), "F99000000011").verified
    screen = compose(to_review(visit))
    sources = {
        say(screen, each.label): each.source
        for group in screen.parts
        if isinstance(group, Answers)
        for each in group.answers
    }
    assert sources["Name und Geburtsdatum"] is None
    assert sources["Neue Wohnung"] is None
    visit = after(visit, typed("G99000000001.F99000000011", "Ada"))
    assert field_of(compose(visit), "F99000000011").verified is None


@pytest.mark.en301549("11.3.1.1")
def test_another_language_in_the_middle_changes_words_and_keeps_answers() -> None:
    visit = after(to_review(at_form(MOVING)), LanguageChosen(ENGLISH))
    screen = compose(visit)
    assert say(screen, screen.title) == "Is everything right?"
    assert review_rows(visit)["Einzug am"] == "1 October 2026"


def test_parts_of_every_screen_have_ids_of_their_own() -> None:
    visit = at_form(DOG)
    while isinstance(visit.page, FormPage):
        ids = [each.id for each in compose(visit).parts]
        assert len(ids) == len(set(ids))
        visit = after(visit, *answers(visit), WentOn())


EVENTS = st.sampled_from(["answer", "wrong", "on", "back", "yes", "no", "review", "remove", "more"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([MOVING, DOG]), st.lists(EVENTS, max_size=60))
def test_any_walk_has_a_way_on_a_way_back_and_keeps_what_was_typed(path: Path, moves: list[str]) -> None:
    visit = at_form(path)
    for move in moves:
        before = visit
        visit = after(visit, *_events(visit, move))
        if not isinstance(visit.page, (FormPage, ReviewPage)):
            return
        screen = compose(visit)
        assert screen.back
        assert screen.forward
        if move in {"on", "back"} and visit.application and before.application:
            assert visit.application.answers == before.application.answers


def _events(visit: Visit, move: str) -> list[Event]:
    if move in {"on", "back"}:
        return [WentOn() if move == "on" else WentBack()]
    if not isinstance(visit.page, FormPage) or not visit.application:
        return []
    current = visit.application.step(visit.page.key) or visit.application.steps[0]
    paths = [question.path for question in current.questions]
    match move:
        case "answer":
            return list(answers(visit)) if visit.application.step(visit.page.key) else []
        case "wrong":
            return [typed(each, "?") for each in paths]
        case "yes" | "no":
            return [chosen(each, "true" if move == "yes" else "false") for each in paths]
        case "remove":
            return [chosen("remove", current.item)]
        case "more":
            return [chosen(f"{each}#", "more") for each in paths]
    return [Opened(ReviewPage())]
