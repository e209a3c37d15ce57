"""Nothing is asked twice: what was told in one form of a visit is offered in the next.

It is in memory alone, and gone with the visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.events import Event, WentBack, WentOn
from kiosk.forms.again import fitting, told_in
from kiosk.forms.application import FormApplication
from kiosk.forms.summary import in_words
from kiosk.journeys.form import CONTEXT_ICON, application_of
from kiosk.journeys.identity import offer_or_skip
from kiosk.journeys.library_card import filled
from kiosk.parts import Action, ActionStyle, Answer, Answers, Offer
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.text import Verbatim, msg
from kiosk.visit import Step, Visit

FEW = 2
"""Fewer answers are sooner typed than read."""
ANEW = "anew"


def remembered(visit: Visit) -> Visit:
    """Return the visit with what its form was told so far kept for another one."""
    if visit.application is None:
        return visit
    before = visit.told.reveal() if visit.told else {}
    return replace(visit, told=Private({**before, **told_in(visit.application)}))


def begin(visit: Visit, application: FormApplication) -> Step:
    """Begin a form: by what was told before, where it asks for that; otherwise as usual."""
    visit = remembered(visit)
    application = filled(visit, application)
    visit = replace(visit, application=application)
    told = visit.told.reveal() if visit.told else {}
    return (visit.at(AgainOffer()), ()) if len(fitting(application, told)) >= FEW else offer_or_skip(visit)


@dataclass(frozen=True, slots=True)
class AgainOffer:
    """Take over what was told before, or fill in anew."""

    def compose(self, visit: Visit) -> Screen:
        """Show what would be taken over."""
        application, language = application_of(visit), visit.look.language
        answers = tuple(
            Answer(f"told-{question.path}", question.review, Verbatim(Private(in_words(question, raw, language))))
            for question, raw in fitting(application, visit.told.reveal() if visit.told else {})
        )
        anew = Action(ANEW, msg("again.anew"), WentOn(ANEW))
        return Screen(
            "again",
            msg("again.title"),
            visit.look,
            (
                Answers("told", msg("again.answers"), answers, "person"),
                Offer("told-anew", "pencil", msg("again.anew-title"), None, anew),
            ),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            Action("take", msg("again.take"), WentOn(), ActionStyle.PRIMARY, "check"),
            lead=msg("again.lead"),
            context=(CONTEXT_ICON, application.service.title),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Take it over, or not; then the form begins as usual."""
        if not isinstance(event, WentOn):
            return visit, ()
        if event.choice != ANEW:
            visit = visit.with_application(_filled(visit))
        return offer_or_skip(visit.back())


def _filled(visit: Visit) -> FormApplication:
    application = application_of(visit)
    for question, raw in fitting(application, visit.told.reveal() if visit.told else {}):
        application = application.with_answer(question.path, raw)
    return application
