"""`place.yaml`: the name, look, counter and times of a place."""

from __future__ import annotations

from dataclasses import replace

from kiosk.place import Colours, Counter, Place, ServiceId, Timers
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language
from profiles.folder import MAX_LOGO_BYTES, Folder
from profiles.mistakes import Notes
from profiles.nodes import Node, line_of
from profiles.records import (
    NOWHERE,
    OPTIONAL_TEXT,
    TEXT,
    Kind,
    Record,
    list_of,
    matching,
    number,
    one_of,
    record_of,
    whole,
)

SLUG = matching(
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
    "a short name",
    "Use small letters a–z, digits and hyphens, beginning with a letter.",
)
ARS = matching(r"[0-9]{12}", "a regional key", 'Write its 12 digits in quotes, "053150000000".')
_COLOUR = matching(r"#[0-9a-fA-F]{6}", "a colour", 'Write it in quotes as "#rrggbb", "#1c4c8c".')
_PHONE = matching(r"\+?[0-9][0-9 /()-]{1,30}", "a phone number", 'Write it in quotes, "0123 4567-0".')
_PREFIX = matching(r"[A-Z]{0,4}", "a prefix", "Use at most 4 capital letters.")
_LOGO = matching(r"[^/\\]+\.(svg|png)", "a picture beside place.yaml", 'Name an .svg or .png file, "logo.svg".')
_LANGUAGES: Kind[tuple[Language, ...]] = list_of(one_of({str(tag): tag for tag in LANGUAGE_NAMES}, GERMAN))
_NO_COUNTER = Counter(NOWHERE, NOWHERE)
_TIMERS = Timers()


def read_place(tree: Node, notes: Notes, folder: Folder) -> tuple[Place, str]:
    """Return the place without its situations, services and code lists; and its regional key (ARS)."""
    record = Record(tree, notes, "place.yaml")
    place = Place(
        id=record.need("id", SLUG),
        name=record.need("name", TEXT),
        site=record.need("site", TEXT),
        situations=(),
        services=(),
        counter=record.need("counter", record_of(_counter, _NO_COUNTER)),
        often=tuple(ServiceId(name) for name in record.may("often", list_of(SLUG), ())),
        languages=record.need("languages", _LANGUAGES),
        timers=record.may("timers", record_of(_timers, _TIMERS), _TIMERS),
        colours=record.may("colours", record_of(_colours, Colours()), Colours()),
        logo=None,
        number_prefix=record.may("number_prefix", _PREFIX, ""),
        screen_inches=record.may("screen", record_of(_inches, 21.5), 21.5),
    )
    ars = record.may("ars", ARS, "")
    logo = record.may("logo", _LOGO, "")
    record.done()
    _check_languages(place, notes, line_of(tree, ("languages",)))
    if not logo:
        return place, ars
    path = folder.file(logo, notes, line_of(tree, ("logo",)), MAX_LOGO_BYTES)
    return replace(place, logo=path), ars


def _check_languages(place: Place, notes: Notes, line: int) -> None:
    if len(set(place.languages)) < len(place.languages):
        notes.add(line, "A language is there twice", "Name each language once.")
    if GERMAN not in place.languages:
        notes.add(line, 'German ("de") is missing in "languages"', "Add de: the counter works in German.")


def _counter(record: Record) -> Counter:
    return Counter(
        name=record.need("name", TEXT),
        hours=record.need("hours", TEXT),
        phone=record.may("phone", _PHONE, ""),
        counters=record.may("counters", OPTIONAL_TEXT, None),
    )


def _timers(record: Record) -> Timers:
    return Timers(
        idle=record.may("idle", whole(30, 900, "seconds"), _TIMERS.idle),
        countdown=record.may("countdown", whole(20, 300, "seconds"), _TIMERS.countdown),
        cover=record.may("cover", whole(5, 300, "seconds"), _TIMERS.cover),
        goodbye=record.may("goodbye", whole(5, 120, "seconds"), _TIMERS.goodbye),
    )


def _colours(record: Record) -> Colours:
    return Colours(
        action=record.may("action", _COLOUR, "") or None,
        action_tint=record.may("action_tint", _COLOUR, "") or None,
    )


def _inches(record: Record) -> float:
    return record.need("inches", number(7, 120, "inches"))
