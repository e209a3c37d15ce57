"""Whether visitors get to every service of a place: walked by the core itself, in every language of the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.compose import compose
from kiosk.events import Opened, WentOn
from kiosk.journeys.home import MOST_HITS, SituationPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.parts import Cards
from kiosk.place import Place, Service
from kiosk.screen import Screen
from kiosk.search import find
from kiosk.step import step
from kiosk.text import Language, translator
from kiosk.visit import Visit


def unreachable_services(place: Place) -> list[str]:
    """Return a line for each service that is in no life situation's list or not found under its own title."""
    lines = []
    for language in place.languages:
        start = first_visit(place)
        home, _ = step(replace(start, look=replace(start.look, language=language)), WentOn())
        listed = set(_services(home))
        for service in place.services:
            if service.id not in listed:
                lines.append(f'{service.id}: no life situation leads to it in the language "{language}"')
            elif not _found(place, service, language):
                title = translator(language).say(service.title)
                lines.append(f'{service.id}: the search for "{title}" does not find it in the language "{language}"')
    return lines


def _services(home: Visit) -> Iterator[str]:
    for page in _opened(compose(home)):
        if isinstance(page, SituationPage):
            situation, _ = step(home, Opened(page))
            yield from (str(page.service) for page in _opened(compose(situation)) if isinstance(page, ServicePage))


def _opened(screen: Screen) -> Iterator[object]:
    for part in screen.parts:
        for card in part.cards if isinstance(part, Cards) else ():
            if isinstance(card.event, Opened):
                yield card.event.page


def _found(place: Place, service: Service, language: Language) -> bool:
    return service.id in find(place, language, translator(language).say(service.title), MOST_HITS)
