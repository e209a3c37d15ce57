"""The machine itself: screen, letters, disk, credentials, and the profile that it shows."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QScreen, QTextLayout

from composition.terminals import ppi_of
from doctor.bench import Bench, fact, ready, short
from kiosk.place import Place
from kiosk.readiness import Detail, Finding, Verdict
from kiosk.text import Language, msg, translator
from profiles.checking import check_profile
from provisioning.credentials import CredentialsRefusedError, use_credentials
from ui.keyboard.din91379 import letters
from ui.theme import FAMILY

MEGABYTE = 1_000_000
LITTLE, SCARCE = 2000 * MEGABYTE, 200 * MEGABYTE
"""Free on a disk: below the first IT should look, below the second applications may not be kept."""
SLOW_HZ = 30
WRONG_SIZE = 0.15
"""Where the screen says another size than the profile by more than this part, nothing has the size it should."""
MOST_MISTAKES = 5


async def profile(bench: Bench) -> Finding:
    """Check the profile as `lotse profile check` does. It could be read, else nobody would be here."""
    mistakes = check_profile(bench.settings.profile)
    details = (fact("doctor.profile.services", str(len(bench.place.services))),)
    if not mistakes:
        return ready("profile").with_details(*details)
    found = short("profile", Verdict.LIMITED, msg("doctor.profile.mistakes", count=len(mistakes)))
    return found.with_details(*details, *(fact("doctor.detail", str(each)) for each in mistakes[:MOST_MISTAKES]))


async def credentials(bench: Bench) -> Finding:
    """See that each secret that the settings name is there, in a store that a terminal may use."""
    parts = (bench.settings.submission, bench.settings.counter)
    names = [part.credential for part in parts if part and part.credential]
    if not names:
        return ready("credentials", "doctor.credentials.none")
    try:
        use_credentials()
    except CredentialsRefusedError as refused:
        found = short("credentials", Verdict.NOT_READY, msg("doctor.credentials.refused"))
        return found.with_details(fact("doctor.detail", str(refused)))
    missing = [name for name in names if not bench.secret(name)]
    if missing:
        found = short("credentials", Verdict.NOT_READY, msg("doctor.credentials.missing"))
        return found.with_details(*(fact("doctor.credentials.name", name) for name in missing))
    return ready("credentials")


async def disk(bench: Bench) -> Finding:
    """See how much is free where something is written."""
    free = {path: shutil.disk_usage(path).free for path in _written(bench)}
    details = [fact("doctor.disk.free", f"{path}: {size // MEGABYTE:,} MB") for path, size in free.items()]
    least = min(free.values())
    if least >= LITTLE:
        return ready("disk").with_details(*details)
    verdict = Verdict.NOT_READY if least < SCARCE else Verdict.LIMITED
    return short("disk", verdict, msg("doctor.disk.little")).with_details(*details)


def _written(bench: Bench) -> list[Path]:
    """The folders that are written to, or, where they are still to be made, what they will be in."""
    wanted = [Path("/")]
    if bench.settings.submission:
        wanted.append(bench.settings.submission.outbox.parent)
    if bench.settings.logging.file:
        wanted.append(bench.settings.logging.file.parent)
    return list(dict.fromkeys(next(up for up in (path, *path.parents) if up.exists()) for path in wanted))


async def screen(bench: Bench) -> Finding:
    """See that the screen is there, as large as the profile says, and quick enough."""
    found = QGuiApplication.primaryScreen()
    if QGuiApplication.platformName() in {"offscreen", "minimal"} or found is None:
        return Finding("screen", Verdict.SKIPPED, msg("doctor.screen.none"), msg("doctor.remedy.screen"))
    wanted = ppi_of(bench.settings, bench.place)
    told = _ppi(found)
    details = _figures(found, wanted, told)
    if told and abs(told / wanted - 1) > WRONG_SIZE:
        return short("screen", Verdict.LIMITED, msg("doctor.screen.size")).with_details(*details)
    if 0 < found.refreshRate() < SLOW_HZ:
        return short("screen", Verdict.LIMITED, msg("doctor.screen.slow")).with_details(*details)
    return ready("screen").with_details(*details)


def _ppi(found: QScreen) -> float:
    """Pixels an inch after the screen's own words; 0 where it says nothing of use (no EDID)."""
    width = found.physicalSize().width()
    return found.geometry().width() * found.devicePixelRatio() * 25.4 / width if width > 50 else 0.0


def _figures(found: QScreen, wanted: float, told: float) -> tuple[Detail, ...]:
    size, millimetres = found.geometry(), found.physicalSize()
    return (
        fact("doctor.screen.pixels", f"{size.width()} × {size.height()}"),
        fact("doctor.screen.millimetres", f"{millimetres.width():.0f} × {millimetres.height():.0f}"),
        fact("doctor.screen.ppi", f"{told:.0f} ({wanted:.0f})" if told else f"({wanted:.0f})"),
        fact("doctor.screen.refresh", f"{found.refreshRate():.0f} Hz"),
    )


async def fonts(bench: Bench) -> Finding:
    """See that every letter of every language, and every letter that names are written with, can be drawn."""
    family = QFontInfo(QFont(FAMILY)).family()
    details = [fact("doctor.fonts.family", family)]
    holes = {name: missing for name, letters in _letters(bench) if (missing := undrawn(letters))}
    details += [fact("doctor.fonts.missing", f"{name}: {missing[:40]}") for name, missing in holes.items()]
    if holes:
        return short("fonts", Verdict.NOT_READY, msg("doctor.fonts.holes")).with_details(*details)
    if family != FAMILY:
        return short("fonts", Verdict.LIMITED, msg("doctor.fonts.other")).with_details(*details)
    return ready("fonts").with_details(*details)


def _letters(bench: Bench) -> Iterator[tuple[str, Iterable[str]]]:
    """What is written with what: languages with their letters, and the letters of names."""
    for language in bench.place.languages:
        yield language, translator(language).letters | _letters_in(bench.place, language)
    yield "DIN 91379", letters()


def _letters_in(place: Place, language: Language) -> frozenset[str]:
    say = translator(language).say
    texts = [place.name, place.site, *(text for each in place.services for text in (each.title, each.summary))]
    return frozenset("".join(say(text) for text in texts))


def undrawn(letters: Iterable[str]) -> str:
    """Return those of some letters for which no font has a picture."""
    return " ".join(sorted(letter for letter in letters if _is_hole(letter)))


def _is_hole(letter: str) -> bool:
    if unicodedata.category(letter[0]) in {"Zs", "Zl", "Cc", "Cf"}:  # spaces and soft hyphens have no picture
        return False
    layout = QTextLayout(letter, QFont(FAMILY))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return any(0 in run.glyphIndexes() for run in layout.glyphRuns())
