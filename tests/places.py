"""A small made-up place for tests: two life situations, one page of information, one form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk.forms.schema import Constraints, Field, FieldKind, Form, Group, Occurs, Placed
from kiosk.identity import Attribute
from kiosk.place import (
    Counter,
    Destination,
    FormSource,
    LifeSituation,
    Need,
    Place,
    Service,
    ServiceId,
    ServiceKind,
    SituationId,
    Timers,
)
from kiosk.text import local

MOVING, CITY = SituationId("moving"), SituationId("city")
REGISTER, LIBRARY = ServiceId("register"), ServiceId("library-card")
RESCUE = ServiceId("card-help")


def small_form() -> Form:
    """A form of two groups; the second repeats."""
    person = Group(
        "G1",
        "Ihre Person",
        children=(
            Placed("F1", Occurs(), Field("F1", FieldKind.TEXT, "Familienname", constraints=Constraints(1, 80))),
            Placed("F2", Occurs(0), Field("F2", FieldKind.DATE, "Geburtsdatum")),
        ),
    )
    child = Group(
        "G2",
        "Kind",
        children=(Placed("F1", Occurs(), Field("F1", FieldKind.TEXT, "Familienname")),),
    )
    return Form("S1", "1.0", "Wohnung anmelden", (Placed("G1", Occurs(), person), Placed("G2", Occurs(0, 3), child)))


def small_place() -> Place:
    """Return the place."""
    register = Service(
        REGISTER,
        ServiceKind.FORM,
        MOVING,
        local("Wohnung anmelden", en="Register an address"),
        local("Nach dem Umzug.", en="After moving."),
        "home",
        local("kostenlos", en="free"),
        local("10 Minuten", en="10 minutes"),
        local("Bürgeramt", en="Citizens' office"),
        needs=(Need("id-card", local("Ausweis", en="ID card"), local("Mit PIN", en="With PIN")),),
        keywords=(local("Umzug", en="moving"),),
        form=FormSource(Path("register.xdf.xml")),
        destination=Destination("99115005000000", "destination-1"),
        card=frozenset({Attribute.FAMILY_NAME, Attribute.DATE_OF_BIRTH}),
    )
    library = Service(
        LIBRARY,
        ServiceKind.INFORMATION,
        CITY,
        local("Büchereiausweis", en="Library card"),
        local("Bücher leihen.", en="Borrow books."),
        "document",
        local("10 Euro", en="10 euros"),
        local("5 Minuten", en="5 minutes"),
        local("Bücherei", en="Library"),
        ticket=True,
    )
    return Place(
        "small",
        local("Kleinstadt", en="Smalltown"),
        local("Rathaus", en="Town hall"),
        (
            LifeSituation(MOVING, local("Umzug", en="Moving"), local("Anmelden", en="Register"), "home"),
            LifeSituation(CITY, local("Stadt", en="City"), local("Bücherei", en="Library"), "tree"),
        ),
        (register, library),
        Counter(local("Schalter", en="Counter"), local("8 bis 18 Uhr", en="8 to 18"), "+49 30 123456"),
        often=(REGISTER,),
        timers=Timers(120, 45, 20, 10),
        number_prefix="KS",
    )


def rescue_place() -> Place:
    """Return the same place with help for ID cards."""
    place = small_place()
    rescue = Service(
        RESCUE,
        ServiceKind.ID_CARD_HELP,
        CITY,
        local("Hilfe mit der PIN", en="Help with the PIN"),
        local("PIN ändern oder vergessen.", en="Change or forgot the PIN."),
        "key",
        local("kostenlos", en="free"),
        local("5 Minuten", en="5 minutes"),
        local("Bürgeramt", en="Citizens' office"),
        body=(local("Briefe gibt es nicht mehr.", en="There are no letters any more."),),
        ticket=True,
    )
    return replace(place, services=(*place.services, rescue))
