"""The first screen: a greeting, the languages, easier ways in."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.device_events import Device
from kiosk.dialogs import language_cards
from kiosk.events import Event, HandSwapped, LargeTextChosen, ReachToggled, ReadingToggled, WentBack, WentOn
from kiosk.journeys.illustration import illustration
from kiosk.journeys.staff_out import OutOfService
from kiosk.look import Hand, Look, Reach, TextSize
from kiosk.parts import Action, ActionStyle, Card, Cards, CardStyle, Drawing, Heading, Paragraph, Part, Picture
from kiosk.place import Place
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Devices, Step, Visit


def first_visit(place: Place, devices: Devices | None = None) -> Visit:
    """Return the visit before anybody has touched the screen: nothing of a visitor is in it."""
    devices = devices or Devices()
    first = OutOfService() if devices.out_of_service else Welcome()
    return Visit(place, (first,), Look(language=place.languages[0]), devices=devices)


@dataclass(frozen=True, slots=True)
class Welcome:
    """Where every visit begins."""

    def compose(self, visit: Visit) -> Screen:
        """Greet, and offer the languages and easier ways to see, hear and reach."""
        return Screen(
            "welcome",
            msg("welcome.title"),
            visit.look,
            _parts(visit),
            forward=Action(
                "begin", msg("welcome.begin"), WentOn(), ActionStyle.PRIMARY, "arrow-right", icon_after=True
            ),
            lead=msg("welcome.lead"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Go on to the services; there is no way further back."""
        if isinstance(event, WentOn):
            from kiosk.journeys.home import Home  # and with it all that a visit needs

            return visit.at(Home()), ()
        if isinstance(event, WentBack):
            return visit.turned_to(Welcome()), ()
        return visit, ()


def _parts(visit: Visit) -> tuple[Part, ...]:
    return (
        Picture("skyline", Drawing.SKYLINE, msg("welcome.skyline", name=visit.place.name)),
        *illustration(visit, Drawing.APPLYING),
        Heading("language", msg("welcome.language"), "globe"),
        language_cards(visit),
        Heading("easier", msg("welcome.easier")),
        _easier(visit),
        *_headset(visit),
        Paragraph("privacy", msg("welcome.privacy"), muted=True, icon="lock"),
    )


def _headset(visit: Visit) -> tuple[Part, ...]:
    if not visit.works(Device.SPEECH):
        return ()
    return (Paragraph("aloud", msg("welcome.aloud"), muted=True, icon="speaker"),)


def _easier(visit: Visit) -> Cards:
    look = visit.look
    silent = visit.devices.fault(Device.SPEECH)
    cards = (
        Card(
            "read",
            msg("bar.read"),
            ReadingToggled(),
            "speaker",
            chosen=visit.reading,
            why_disabled=silent.title if silent else None,
        ),
        Card("large", msg("welcome.large"), LargeTextChosen(), "text-size", chosen=look.size is TextSize.L),
        Card("low", msg("welcome.low"), ReachToggled(), "wheelchair", chosen=look.reach is Reach.LOW),
        Card("left", msg("welcome.left"), HandSwapped(), "touch", chosen=look.hand is Hand.LEFT),
    )
    return Cards("easier-ways", cards, CardStyle.BUTTON)
