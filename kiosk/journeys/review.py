"""Before handing in: every answer once more, each with the way to change it, and the consent in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.device_events import Device
from kiosk.events import Chosen, Event, Opened, WentBack, WentOn
from kiosk.faults import FaultCode
from kiosk.forms.application import FormApplication
from kiosk.forms.meaning import ADDRESS, PERSON, Meaning
from kiosk.forms.summary import Row, Section, sections
from kiosk.journeys.form import FormPage, application_of
from kiosk.journeys.handing_in import hand_in
from kiosk.journeys.illustration import illustration
from kiosk.parts import Action, ActionStyle, Answer, Answers, Consent, Drawing, Fact, Facts, FactStyle, Heading, Part
from kiosk.screen import Progress, Screen
from kiosk.text import Text, msg
from kiosk.visit import Step, Visit

CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """All answers by topic, what has to follow on paper, and the consent."""

    def compose(self, visit: Visit) -> Screen:
        """Show what is handed in; the way forward is closed until the consent is given, and says so."""
        application = application_of(visit)
        count = len(application.steps) + 1
        return Screen(
            "form-review",
            msg("form.review.title"),
            visit.look,
            tuple(_parts(visit, application)),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            _forward(visit, application),
            lead=msg("form.review.lead"),
            progress=Progress(count, count, application.service.title),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Take the consent; hand in when nothing stands in the way, otherwise go to what does."""
        application = application_of(visit)
        match event:
            case Chosen(field) if field == CONSENT:
                return visit.with_application(application.with_consent(not application.consent)), ()
            case WentOn() if _why_not(visit, application) is None:
                unfinished = application.first_step_with_problems
                if unfinished is None:
                    return hand_in(visit)
                shown = frozenset(application.problems(unfinished))
                return visit.at(FormPage(unfinished.key, shown, to_review=True)), ()
        return visit, ()


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """What happens to the answers."""

    def compose(self, visit: Visit) -> Screen:
        """Say who gets what, how, and what is deleted here."""
        service = application_of(visit).service
        facts = (
            Fact("town-hall", msg("form.privacy.who"), msg("form.privacy.who-text", office=service.responsible)),
            Fact("lock", msg("form.privacy.how"), msg("form.privacy.how-text")),
            Fact("trash", msg("form.privacy.here"), msg("form.privacy.here-text")),
            Fact("question", msg("form.privacy.rights"), msg("form.privacy.rights-text")),
        )
        return Screen(
            "form-privacy",
            msg("form.privacy.title"),
            visit.look,
            (Facts("privacy", facts, FactStyle.ITEM),),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            Action("next", msg("form.privacy.read"), WentBack(), ActionStyle.PRIMARY, "check"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing to decide here; back is the same on every page."""
        return (visit.back(), ()) if isinstance(event, WentBack) else (visit, ())


def _parts(visit: Visit, application: FormApplication) -> Iterator[Part]:
    yield from illustration(visit, Drawing.CHECKING)
    for section in sections(application, visit.look.language):
        yield Answers(f"section-{section.key}", section.title, tuple(map(_answer, section.rows)), _icon(section))
    documents = application.later_documents
    if documents:
        facts = tuple(Fact("document", label, msg("form.bring-or-send")) for label in documents)
        yield Heading("later", msg("form.documents"))
        yield Facts("documents", facts, FactStyle.ITEM)
    privacy = Action("privacy", msg("form.privacy"), Opened(PrivacyPage()), icon="lock")
    text = msg("form.consent-text", office=application.service.responsible)
    yield Consent(CONSENT, msg("form.consent"), text, application.consent, privacy)


def _answer(row: Row) -> Answer:
    change = Opened(FormPage(row.step, to_review=True))
    return Answer(row.path, row.label, row.value, change, msg("form.from-card") if row.from_card else None)


def _icon(section: Section) -> str:
    if section.about in PERSON:
        return "person"
    if section.about in ADDRESS:
        return "home"
    return "mail" if section.about in {Meaning.EMAIL, Meaning.PHONE} else "document"


def _forward(visit: Visit, application: FormApplication) -> Action:
    why = _why_not(visit, application)
    label = msg("form.hand-in")
    return Action("hand-in", label, WentOn(), ActionStyle.PRIMARY, "arrow-right", icon_after=True, why_disabled=why)


def _why_not(visit: Visit, application: FormApplication) -> Text | None:
    """Why it cannot be handed in now. A server out of reach is no reason: the application is kept and sent later."""
    fault = visit.devices.fault(Device.SUBMISSION)
    if application.service.destination is None or (fault and fault.code is FaultCode.SUBMISSION_ABSENT):
        return msg("form.not-here")
    return None if application.consent else msg("form.consent-first")
