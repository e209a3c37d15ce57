"""Finding a service: by life situation, by search, from A to Z; and the way to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.alphabets import sort_key
from kiosk.events import Event, Opened, Typed, WentBack
from kiosk.journeys.counter import CounterPage
from kiosk.journeys.service import ServicePage
from kiosk.parts import Action, Card, Cards, CardStyle, Field, Heading, Input, Level, Notice, Offer, Paragraph, Part
from kiosk.place import Service, SituationId
from kiosk.privacy import EMPTY, Private
from kiosk.requirements import blocked
from kiosk.screen import Screen
from kiosk.search import find
from kiosk.text import Text, msg, translator
from kiosk.visit import Devices, Step, Visit

MOST_HITS = 6
"""So many services are found at most: a longer list is no answer."""

BACK = Action("back", msg("back"), WentBack(), icon="arrow-left")


@dataclass(frozen=True, slots=True)
class Home:
    """The life situations, what is often used, and the search."""

    def compose(self, visit: Visit) -> Screen:
        """Offer the life situations of the place."""
        place = visit.place
        situations = tuple(
            Card(situation.id, situation.title, Opened(SituationPage(situation.id)), situation.icon, situation.examples)
            for situation in place.situations
        )
        often = [place.service(service) for service in place.often]
        parts: tuple[Part, ...] = (
            Cards("find", (Card("search", msg("home.search"), Opened(SearchPage()), "search"),), CardStyle.ROW),
            Cards("situations", situations),
            *((Heading("often", msg("home.often")), _rows("often-used", often, visit.devices)) if often else ()),
            Offer(
                "person",
                place.counter.icon,
                msg("home.person"),
                place.counter.hours,
                Action("counter", msg("home.counter"), Opened(CounterPage())),
            ),
        )
        everything = Action("all", msg("home.all"), Opened(AllServices()), icon="arrow-right", icon_after=True)
        return Screen("home", msg("home.title"), visit.look, parts, BACK, everything)

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()


@dataclass(frozen=True, slots=True)
class SituationPage:
    """The services of one life situation."""

    situation: SituationId

    def compose(self, visit: Visit) -> Screen:
        """Offer the services, each with a sentence."""
        situation = visit.place.situation(self.situation)
        parts = (_tiles("services", visit.place.services_of(self.situation), visit.devices),)
        search = Action("search", msg("home.search-short"), Opened(SearchPage()), icon="search")
        return Screen(
            f"situation-{self.situation}", situation.title, visit.look, parts, BACK, search, lead=situation.examples
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()


@dataclass(frozen=True, slots=True)
class AllServices:
    """Every service, in alphabetical order."""

    def compose(self, visit: Visit) -> Screen:
        """Offer all services in the order of the visitor's language."""
        say = translator(visit.look.language).say
        in_order = sort_key(visit.look.language)
        services = sorted(visit.place.services, key=lambda service: in_order(say(service.title)))
        search = Action("search", msg("home.search-short"), Opened(SearchPage()), icon="search")
        return Screen(
            "all-services", msg("all.title"), visit.look, (_rows("services", services, visit.devices),), BACK, search
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A search that answers at each letter."""

    query: Private[str] = EMPTY

    def compose(self, visit: Visit) -> Screen:
        """Show the field and what was found."""
        field = Field("query", msg("search.label"), self.query, msg("search.hint"), Input.SEARCH, max_length=80)
        everything = Action("all", msg("home.all"), Opened(AllServices()), icon="arrow-right", icon_after=True)
        return Screen(
            "search",
            msg("search.title"),
            visit.look,
            (field, *self._hits(visit)),
            BACK,
            everything,
            focus="query",
        )

    def _hits(self, visit: Visit) -> tuple[Part, ...]:
        query = self.query.reveal().strip()
        if not query:
            return ()
        hits = find(visit.place, visit.look.language, query, MOST_HITS)
        if not hits:
            return (Notice("nothing", Level.INFO, msg("search.nothing"), msg("search.nothing-remedy")),)
        found = Paragraph("found", msg("search.found", count=len(hits)), muted=True)
        return (found, _rows("hits", [visit.place.service(hit) for hit in hits], visit.devices))

    def step(self, visit: Visit, event: Event) -> Step:
        """Search anew for what was typed."""
        if isinstance(event, Typed) and event.field == "query":
            return visit.turned_to(replace(self, query=event.value)), ()
        return visit, ()


def _rows(part: str, services: Iterable[Service], devices: Devices) -> Cards:
    return Cards(part, tuple(_card(service, None, devices) for service in services), CardStyle.ROW)


def _tiles(part: str, services: Iterable[Service], devices: Devices) -> Cards:
    return Cards(part, tuple(_card(service, service.summary, devices) for service in services), CardStyle.TILE)


def _card(service: Service, text: Text | None, devices: Devices) -> Card:
    """A service's card. It says why the service cannot be begun now; its page can be read all the same."""
    lack = blocked(service, devices)
    if lack:
        text = msg("lack.never" if lack.lasting else "lack.now", why=lack.fault.title)
    return Card(service.id, service.title, Opened(ServicePage(service.id)), service.icon, text, warned=lack is not None)
