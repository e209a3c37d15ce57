"""A library card was read: its number fills the form that asks for it; elsewhere it is a code that was brought along.

It proves nothing about who holds it, so it opens nothing that is private.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.forms.application import FormApplication
from kiosk.privacy import Private

if TYPE_CHECKING:
    from kiosk.visit import Visit

NUMBER = "library_card"
"""What a profile's `prefill` calls the number."""


def shown(visit: Visit, number: Private[str]) -> Visit:
    """Return the visit after a card with this number was read; it is kept for a form that comes later.

    Nothing of it is kept where no form is near: after the end of a visit, on the staff's page.
    """
    from kiosk.journeys.code import CodePage, may_show_code
    from kiosk.journeys.service import ServicePage

    looking = may_show_code(visit.page)
    if not (looking or visit.application is not None or isinstance(visit.page, ServicePage)):
        return visit
    told = visit.told.reveal() if visit.told else {}
    visit = replace(visit, told=Private({**told, NUMBER: number.reveal()}))
    if visit.application is not None:
        return visit.with_application(filled(visit, visit.application))
    page = CodePage.of(visit.place, number)
    if page.pattern is None or not looking:
        return visit
    return visit.turned_to(page) if isinstance(visit.page, CodePage) else visit.at(page)


def filled(visit: Visit, application: FormApplication) -> FormApplication:
    """Return a form with the card's number where it asks for that and has no answer yet."""
    from kiosk.forms.again import fitting

    told = visit.told.reveal() if visit.told else {}
    for question, number in fitting(application, {key: told[key] for key in (NUMBER,) if key in told}):
        application = application.with_answer(question.path, number)
    return application
