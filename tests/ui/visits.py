"""Screens of the shipped profile as visits lead to them: what the core says, for the window to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from kiosk.application_events import HandedIn, HandInFailed, KeptForLater
from kiosk.compose import compose
from kiosk.counter_events import HelpTaken
from kiosk.device_events import (
    CardInserted,
    Device,
    DeviceChanged,
    DocumentFailed,
    DocumentPrinted,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
    EidWaitsForCard,
    Printed,
    PrintFailed,
    Scanned,
)
from kiosk.events import (
    Chosen,
    EndAsked,
    EndConfirmed,
    Event,
    HelpAsked,
    HelpReasonGiven,
    LanguageAsked,
    LookAsked,
    Timer,
    TimerFired,
    Typed,
    WentOn,
)
from kiosk.faults import Fault, FaultCode
from kiosk.forms.application import FormApplication
from kiosk.forms.check import walk_with_samples
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import read_file
from kiosk.identity import Address, Attribute, Identity
from kiosk.journeys.can_help import CanHelp
from kiosk.journeys.form import FormPage
from kiosk.journeys.home import AllServices, Home, SearchPage, SituationPage
from kiosk.journeys.identity import PREFILL, IdentityOffer
from kiosk.journeys.rescue import Advice, CardLook, PinChange, Way
from kiosk.journeys.rescue_contents import SelfDisclosure
from kiosk.journeys.rescue_parts import RescueOffer
from kiosk.journeys.review import ReviewPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look
from kiosk.parts import Secret
from kiosk.place import Place, ServiceId
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.text import Verbatim
from kiosk.visit import Page, Visit
from profiles.loading import SHIPPED, load_profile

DOG, MOVING = ServiceId("hund-anmelden"), ServiceId("wohnung-anmelden")
OWNER = "G99000000021.F99000000211"
DOG_STEP, BREED = "G99000000023.F99000000231", "G99000000023.F99000000232"
ADDRESS_STEP = "G99000000008.G99000000002.F99000000021"
GATE = "G99000000025?"
SUBMISSION = Private("b3a0f1de-5a3c-4f51-9d3e-7f1a2b3c4d5e")
CONSENT = EidAsksConsent((Attribute.FAMILY_NAME, Attribute.DATE_OF_BIRTH), "Musterstadt", Verbatim("Anträge"))


@cache
def shipped() -> Place:
    """Return the shipped place."""
    place = load_profile(SHIPPED)
    assert isinstance(place, Place)
    return place


@cache
def _form(service: ServiceId) -> Form:
    source = shipped().service(service).form
    assert source
    form = read_file(source.schema)
    assert isinstance(form, Form)
    return form


def at(page: Page, look: Look | None = None, service: ServiceId = DOG, *, filled: bool = False) -> Visit:
    """Return a visit on a page, with a form that is begun; `filled` with sample answers."""
    application = FormApplication(shipped(), shipped().service(service), _form(service))
    if filled:
        application, _ = walk_with_samples(application)
    fresh = first_visit(shipped())
    path = (*fresh.path, Home(), page)
    return replace(fresh, path=path, begun=True, look=look or Look(), application=application)


def after(visit: Visit, *events: Event) -> Visit:
    """Return a visit after events."""
    for event in events:
        visit, _ = step(visit, event)
    return visit


def fault(code: FaultCode) -> Fault:
    """Return a fault."""
    return Fault(code)


def breed(look: Look, typed: str = "sch") -> Screen:
    """The dog's breed while it is being typed."""
    return compose(after(at(FormPage(DOG_STEP), look), Typed(BREED, Private(typed))))


def pin(look: Look, tries: int | None = 2, secret: Secret = Secret.PIN, typed: str = "12") -> Screen:
    """The pad, after a wrong number."""
    begun = after(at(IdentityOffer(), look), WentOn(), CardInserted(), CONSENT, WentOn())
    asked = after(begun, EidAsksSecret(secret, tries, wrong=tries == 2), Typed(secret, Private(typed)))
    return compose(asked)


def _sent(look: Look, *events: Event) -> Screen:
    review = at(ReviewPage(), look, filled=True)
    return compose(after(review, Chosen("consent", Private("yes")), WentOn(), *events))


def _page(page: Page, *events: Event, service: ServiceId = DOG, filled: bool = False) -> Callable[[Look], Screen]:
    return lambda look: compose(after(at(page, look, service, filled=filled), *events))


def _plain(page: Page | None, *events: Event) -> Callable[[Look], Screen]:
    """A screen before any form is begun."""

    def make(look: Look) -> Screen:
        fresh = replace(first_visit(shipped()), look=look)
        path = fresh.path if page is None else (*fresh.path, Home(), page)
        return compose(after(replace(fresh, path=path, begun=page is not None), *events))

    return make


RESCUE = ServiceId("pin-setzen")
_CHANGE = RescueOffer(PinChange(RESCUE, Way.CHANGE))
_AT_PIN = (WentOn(), CardInserted(), EidAsksSecret(Secret.PIN, 3, wrong=False))
CONTENTS = SelfDisclosure(RESCUE, Advice(RESCUE, Way.FORGOTTEN))
_NEW_PIN = EidAsksSecret(Secret.NEW_PIN, None, wrong=False)
_AT_NEW_PIN = (*_AT_PIN, Typed(Secret.PIN, Private("271828")), WentOn(), _NEW_PIN)
_WEAK = Typed(Secret.NEW_PIN, Private("123456"))
_STRONG = Typed(Secret.NEW_PIN, Private("314159"))
_SET = (*_AT_NEW_PIN, _STRONG, WentOn(), _STRONG, WentOn(), EidPinChanged())
_LETTER = EidAsksSecret(Secret.TRANSPORT_PIN, 2, wrong=True)
_HOME = Address("Heidestraße 17", "51147", "Köln")
_ERIKA = Private(Identity("Erika", "Mustermann", "Gabler", "", date(1964, 8, 12), "Berlin", "D", _HOME))


def _rescue(offer: Page, *events: Event) -> Callable[[Look], Screen]:
    """A screen of the help with an ID card."""

    def make(look: Look) -> Screen:
        fresh = replace(first_visit(shipped()), look=look, begun=True)
        path = (*fresh.path, Home(), ServicePage(RESCUE), offer)
        return compose(after(replace(fresh, path=path), *events))

    return make


def _seen(tries: int, *, activated: bool = True) -> Callable[[Look], Screen]:
    seen = EidCardSeen(activated=activated, usable=True, tries=tries)
    return _rescue(RescueOffer(CardLook(RESCUE)), WentOn(), CardInserted(), seen)


_CALLED = (HelpAsked(), HelpReasonGiven("papers"))
_COMING = (*_CALLED, HelpTaken("Frau Yılmaz", "Schalter 2", 2))
_KEPT = KeptForLater(SUBMISSION, Fault(FaultCode.SUBMISSION_NETWORK))
_SILENT = TimerFired(Timer.IDLE)
_NOT_SENT = DeviceChanged(Device.SUBMISSION, Fault(FaultCode.SUBMISSION_CREDENTIALS))
_NO_PAPER = DeviceChanged(Device.PRINTER, Fault(FaultCode.PRINTER_PAPER_OUT))
_WITHOUT_PAPER = (HandedIn(SUBMISSION), PrintFailed(Fault(FaultCode.PRINTER_PAPER_OUT)), _NO_PAPER)
_STUCK = Fault(FaultCode.DOCUMENTS_JAM)
_JAM = (DocumentFailed(_STUCK), DeviceChanged(Device.DOCUMENTS, _STUCK))

VISITS: dict[str, Callable[[Look], Screen]] = {
    "a1-welcome": _plain(None),
    "a2-home": _plain(Home()),
    "a3-situation": _plain(SituationPage(shipped().situations[0].id)),
    "a4-search": _plain(SearchPage(), Typed("query", Private("umzug"))),
    "a5-nothing": _plain(SearchPage(), Typed("query", Private("xyzzyq"))),
    "a6-all": _plain(AllServices()),
    "a7-service": _plain(ServicePage(DOG)),
    "a8-language": _page(FormPage(OWNER), LanguageAsked()),
    "a9-look": _page(FormPage(OWNER), LookAsked()),
    "b1-form": _page(FormPage(OWNER)),
    "b2-form-error": _page(FormPage(ADDRESS_STEP), WentOn(), service=MOVING),
    "b3-breed": breed,
    "b4-gate": _page(FormPage(GATE)),
    "b5-review": _page(ReviewPage(), filled=True),
    "c1-offer": _page(IdentityOffer()),
    "c2-consent": _page(IdentityOffer(), WentOn(), CONSENT),
    "c3-insert": _page(IdentityOffer(), WentOn(), CONSENT, EidWaitsForCard()),
    "c4-pin": pin,
    "c5-pin-last": lambda look: pin(look, 1),
    "c6-pin-first": lambda look: pin(look, 3),
    "c7-can": lambda look: pin(look, 1, Secret.CAN),
    "cz-can-help": _page(CanHelp(PREFILL)),
    "c8-puk": lambda look: pin(look, 0, Secret.PUK),
    "d1-sending": _sent,
    "d2-printing": lambda look: _sent(look, HandedIn(SUBMISSION)),
    "d3-printed": lambda look: _sent(look, HandedIn(SUBMISSION), Printed()),
    "d4-paper-out": lambda look: _sent(look, HandedIn(SUBMISSION), PrintFailed(Fault(FaultCode.PRINTER_PAPER_OUT))),
    "d5-kept": lambda look: _sent(look, _KEPT),
    "d7-waits-for-paper": lambda look: _sent(look, *_WITHOUT_PAPER, WentOn("copy")),
    "d8-copy-printed": lambda look: _sent(look, HandedIn(SUBMISSION), Printed(), WentOn("copy"), DocumentPrinted()),
    "d9-copy-jammed": lambda look: _sent(look, HandedIn(SUBMISSION), Printed(), WentOn("copy"), *_JAM),
    "d6-not-sent": lambda look: _sent(look, HandInFailed(Fault(FaultCode.SUBMISSION_REFUSED))),
    "g1-home-lacks": _plain(Home(), _NOT_SENT),
    "g2-situation-lacks": _plain(SituationPage(shipped().service(DOG).situation), _NOT_SENT),
    "g3-search-lacks": _plain(SearchPage(), Typed("query", Private("hund")), _NOT_SENT),
    "g4-service-lacks": _plain(ServicePage(DOG), _NOT_SENT),
    "g5-service-without": _plain(ServicePage(DOG), _NO_PAPER),
    "e1-help-called": _page(FormPage(OWNER), *_CALLED),
    "e2-help-coming": _page(FormPage(OWNER), *_COMING),
    "e3-help-otherwise": _page(
        FormPage(OWNER), DeviceChanged(Device.COUNTER, Fault(FaultCode.HELP_ABSENT)), HelpAsked()
    ),
    "e4-idle": _page(FormPage(OWNER), _SILENT),
    "e5-end": _page(FormPage(OWNER), EndAsked()),
    "r1-rescue": _plain(ServicePage(RESCUE)),
    "r2-change": _rescue(_CHANGE),
    "r3-first": _rescue(RescueOffer(PinChange(RESCUE, Way.FIRST))),
    "r4-insert": _rescue(_CHANGE, WentOn()),
    "r5-letter-pin": _rescue(RescueOffer(PinChange(RESCUE, Way.FIRST)), WentOn(), CardInserted(), _LETTER),
    "r6-new-pin-weak": _rescue(_CHANGE, *_AT_NEW_PIN, _WEAK, WentOn()),
    "r7-new-pin-again": _rescue(_CHANGE, *_AT_NEW_PIN, _STRONG, WentOn()),
    "r8-changed": _rescue(_CHANGE, *_SET),
    "r9-forgotten": _rescue(Advice(RESCUE, Way.FORGOTTEN)),
    "ra-letter": _rescue(Advice(RESCUE, Way.LETTER)),
    "rb-ready": _seen(3),
    "rc-off": _seen(3, activated=False),
    "rd-contents": _rescue(RescueOffer(CONTENTS), WentOn(), CONSENT, WentOn(), CardInserted(), EidRead(_ERIKA)),
    "re-rescue-failed": _rescue(
        _CHANGE, *_AT_NEW_PIN, _STRONG, WentOn(), _STRONG, WentOn(), EidFailed(Fault(FaultCode.EID_CARD_LOST))
    ),
    "h1-code": _plain(Home(), Scanned(Private("T471142"))),
    "h2-code-unknown": _plain(Home(), Scanned(Private("4006381333931"))),
    "h3-code-not-needed": _page(FormPage(OWNER), Scanned(Private("T471142"))),
    "f1-goodbye": _page(FormPage(OWNER), EndConfirmed()),
    "f2-goodbye-card": _page(FormPage(OWNER), CardInserted(), EndConfirmed()),
}
