"""The whole examination of one terminal, from its settings to the report."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from composition.from_afar import software_version
from doctor.bench import Bench, fact, short
from doctor.checks import checks_of, chosen, skipped
from doctor.examination import Check, Progress, examine
from doctor.person import Nobody, Person
from kiosk.place import Counter, Place
from kiosk.readiness import Finding, Report, Verdict, devices_of, readiness_of
from kiosk.text import Verbatim, msg
from profiles.loading import load_profile
from profiles.mistakes import Mistake
from profiles.settings import Settings

Secret = Callable[[str], str | None]


async def diagnose(
    settings: Settings, secret: Secret, person: Person, only: Collection[str], progress: Progress
) -> Report:
    """Make the checks (those in `only`, or all) and return what follows for the terminal and each of its services."""
    place = load_profile(settings.profile)
    unreadable = place if isinstance(place, list) else []
    bench = Bench(settings, _nowhere() if isinstance(place, list) else place, secret, person)
    every = checks_of(bench)
    made = tuple(
        _told(check, unreadable) if check.id == "profile" and unreadable else check for check in chosen(every, only)
    )
    begun = datetime.now().astimezone().isoformat(timespec="seconds")
    findings = (*await examine(made, progress), *skipped(every, made))
    there = frozenset(check.device for check in every if check.device)
    devices = devices_of(findings, there)
    return Report(
        place=bench.place.name,
        terminal=settings.terminal.name,
        location=settings.terminal.location,
        software=software_version(),
        begun=begun,
        findings=findings,
        services=tuple(readiness_of(service, devices) for service in bench.place.services),
    )


def names_of(settings: Settings) -> frozenset[str]:
    """Return what can be asked for by `--only` at this terminal."""
    return frozenset(check.id for check in checks_of(Bench(settings, _nowhere(), lambda _: None, Nobody())))


def _told(check: Check, mistakes: list[Mistake]) -> Check:
    """The profile cannot be read: that is what there is to say of it, and devices are looked at all the same."""

    async def look() -> Finding:
        finding = short("profile", Verdict.NOT_READY, msg("doctor.profile.unreadable"))
        return finding.with_details(*(fact("doctor.detail", str(mistake)) for mistake in mistakes))

    return Check(check.id, look, check.deadline, essential=check.essential)


def _nowhere() -> Place:
    """A place that says nothing, where the profile cannot be read."""
    unknown = Verbatim("—")
    return Place("", unknown, unknown, (), (), Counter(unknown, unknown))
