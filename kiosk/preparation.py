"""Loading beforehand what the first visitor would otherwise have to wait for."""

from __future__ import annotations

from importlib import import_module

from kiosk.place import Place
from kiosk.search import search_index

FIRST_PAGES = ("kiosk.journeys.home", "kiosk.journeys.help")
FORMS = (
    "kiosk.journeys.review",
    "kiosk.forms.xdf3",
    "defusedxml.ElementTree",
    "babel.dates",
    "babel.numbers",
    "email_validator",
    "phonenumbers",
    "stdnum.iban",
)
"""What reading a form and checking its answers needs. Importing it takes 0.2 s: too long under somebody's finger."""


def prepare(place: Place, *, forms: bool) -> None:
    """Load modules and build the search of a place; with `forms`, also what those need.

    Takes up to half a second: for a thread, once the first screen stands.
    """
    for module in (*FIRST_PAGES, *(FORMS if forms else ())):
        import_module(module)
    for language in place.languages:
        search_index(place, language)
