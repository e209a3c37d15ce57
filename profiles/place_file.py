"""`place.yaml`: the name, look, counter and times of a place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from kiosk.captions import Caption, CaptionError, read_captions
from kiosk.place import (
    MINUTES_A_DAY,
    USUAL_BOTTOM_MM,
    CodeKind,
    CodePattern,
    Colours,
    Counter,
    Explained,
    Film,
    FilmKind,
    OpenTime,
    Place,
    ServiceId,
    Timers,
)
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language
from profiles.folder import MAX_LOGO_BYTES, MAX_YAML_BYTES, Folder
from profiles.layers import EXTENDS
from profiles.mistakes import Notes
from profiles.nodes import Node, Scalar, line_of
from profiles.records import (
    NOWHERE,
    OPTIONAL_TEXT,
    TEXT,
    WORDS,
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
_CODE_KINDS = one_of({str(kind): kind for kind in CodeKind}, CodeKind.APPOINTMENT)
_NO_CODE = CodePattern("", CodeKind.APPOINTMENT)
_FILM = matching(
    r"videos/[^/\\]+\.(mp4|webm|ogv|mkv|avi)", "a video", 'Name a file in the folder "videos": videos/….webm.'
)
_VTT = matching(r"videos/[^/\\]+\.vtt", "captions", 'Name a WebVTT file in the folder "videos": videos/….vtt.')
_SHOWN_ON = matching(
    r"[a-z0-9.~\[\]-]{1,80}", "the name of a screen", "Write the name that the journey gives it: home, welcome."
)
_FILM_KINDS = one_of({str(kind): kind for kind in FilmKind}, FilmKind.HELP)
_NO_FILM = Film(FilmKind.HELP, "", NOWHERE, Path(), ())
MAX_FILM_BYTES = 200 * 1024 * 1024
"""A film of some minutes; the whole of it goes with the profile to every terminal."""
_NO_WORD = Explained(NOWHERE, NOWHERE)
_NO_COUNTER = Counter(NOWHERE, NOWHERE)
_TIMERS = Timers()
_DAYS = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_TIME = matching(_TIME_OF_DAY.pattern, "a time of day", 'Write it in quotes with four digits, "08:30".')
_NEVER = OpenTime(frozenset(), 0, 0)
_SCREEN = (21.5, USUAL_BOTTOM_MM)


def read_place(tree: Node, notes: Notes, folder: Folder) -> tuple[Place, str]:
    """Return the place without its situations, services and code lists; and its regional key (ARS)."""
    record = Record(tree, notes, "place.yaml")
    record.passed(EXTENDS)
    inches, bottom_mm = record.may("screen", record_of(_screen, _SCREEN), _SCREEN)
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
        screen_inches=inches,
        screen_bottom_mm=bottom_mm,
        codes=record.may("codes", list_of(record_of(_code, _NO_CODE)), ()),
        videos=record.may("videos", list_of(record_of(partial(_video, folder), _NO_FILM)), ()),
        glossary=record.may("glossary", list_of(record_of(_explained, _NO_WORD)), ()),
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
    days: tuple[date, ...] = record.may("closed", _CLOSED, ())
    return Counter(
        name=record.need("name", TEXT),
        hours=record.need("hours", TEXT),
        phone=record.may("phone", _PHONE, ""),
        counters=record.may("counters", OPTIONAL_TEXT, None),
        open_times=record.may("open", list_of(record_of(_open_time, _NEVER)), ()),
        after_hours=record.may("after_hours", OPTIONAL_TEXT, None),
        closed=frozenset(days),
    )


def _open_time(record: Record) -> OpenTime:
    days = record.need("days", list_of(one_of(_DAYS, 0)))
    time = OpenTime(
        frozenset(days),
        record.need("from", Kind(_minute, 0)),
        record.need("to", Kind(_minute, MINUTES_A_DAY)),
    )
    if time.closes <= time.opens:
        record.notes.add(record.line_of("to"), '"to" is not after "from"', "Write two lines for hours over midnight.")
    return time


def _date(node: Node, notes: Notes, key: str) -> date | None:
    """Return a day such as 2026-12-24."""
    try:
        return date.fromisoformat(node.text if isinstance(node, Scalar) else "")
    except ValueError:
        notes.add(node.line, f'"{key}" has something that is no day', "Write year, month and day: 2026-12-24.")
        return None


_CLOSED: Kind[tuple[date, ...]] = list_of(Kind(_date, date.max))


def _minute(node: Node, notes: Notes, key: str) -> int | None:
    """Return the minute of the day of a time such as 08:30."""
    value = _TIME.read(node, notes, key)
    return int(value[:2]) * 60 + int(value[3:]) if value and _TIME_OF_DAY.fullmatch(value) else None


def _timers(record: Record) -> Timers:
    return Timers(
        idle=record.may("idle", whole(30, 900, "seconds"), _TIMERS.idle),
        countdown=record.may("countdown", whole(20, 300, "seconds"), _TIMERS.countdown),
        cover=record.may("cover", whole(5, 300, "seconds"), _TIMERS.cover),
        goodbye=record.may("goodbye", whole(5, 120, "seconds"), _TIMERS.goodbye),
        away=record.may("away", whole(10, 300, "seconds"), _TIMERS.away),
    )


def _code(record: Record) -> CodePattern:
    return CodePattern(
        pattern=record.need("pattern", Kind(_pattern, "")),
        kind=record.need("kind", _CODE_KINDS),
        text=record.may("text", OPTIONAL_TEXT, None),
    )


def _video(folder: Folder, record: Record) -> Film:
    """A film beside its captions: both have to be there, since nobody shall need to hear it."""
    kind = record.need("kind", _FILM_KINDS)
    screen, service = record.may("screen", _SHOWN_ON, ""), record.may("service", SLUG, "")
    if bool(screen) is bool(service):
        record.notes.add(record.line, "Nobody knows where this video is shown", "Write a screen, or a service.")
    title = record.need("title", TEXT)
    file = folder.file(record.need("file", _FILM), record.notes, record.line_of("file"), MAX_FILM_BYTES)
    language = record.may("language", one_of({str(tag): tag for tag in LANGUAGE_NAMES}, GERMAN), GERMAN)
    captions = _captions(folder, record)
    return Film(kind, screen or f"service-{service}", title, file or Path(), captions, language)


def _captions(folder: Folder, record: Record) -> tuple[Caption, ...]:
    name = record.need("captions", _VTT)
    path = folder.file(name, record.notes, record.line_of("captions"), MAX_YAML_BYTES) if name else None
    if path is None:
        return ()
    notes = folder.notes_of(name)
    try:
        return read_captions(path.read_text(encoding="utf-8"))
    except CaptionError as error:
        notes.add(error.line, str(error), "Write WebVTT, as subtitle editors save it.")
    except (OSError, UnicodeDecodeError):
        notes.add(1, "The file cannot be read", "Save it with the encoding UTF-8.")
    return ()


def _explained(record: Record) -> Explained:
    return Explained(record.need("word", TEXT), record.need("text", TEXT), record.may("forms", OPTIONAL_TEXT, None))


def _pattern(node: Node, notes: Notes, key: str) -> str | None:
    value = WORDS.read(node, notes, key)
    if value is None:
        return None
    try:
        re.compile(value)
    except re.error as error:
        notes.add(node.line, f'"{key}" is no regular expression: {error}', "Write it in quotes, 'T[0-9]{6}'.")
        return None
    return value


def _colours(record: Record) -> Colours:
    return Colours(
        action=record.may("action", _COLOUR, "") or None,
        action_tint=record.may("action_tint", _COLOUR, "") or None,
    )


def _screen(record: Record) -> tuple[float, float]:
    inches = record.need("inches", number(7, 120, "inches"))
    return inches, record.may("bottom_mm", number(100, 1500, "mm"), USUAL_BOTTOM_MM)
