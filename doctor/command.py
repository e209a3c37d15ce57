"""`lotse doctor`: the lines of progress, the files of the report, the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from doctor.diagnosis import Secret, diagnose, names_of
from doctor.examination import Check
from doctor.person import AtTheConsole, Nobody, Person
from kiosk.readiness import EXIT_CODES, Finding, Report, Verdict
from kiosk.text import Language, Translator, msg, translator
from profiles.settings import Logging, LogLevel, Settings
from profiles.settings_file import load_settings

SIGNS = {Verdict.READY: "✓", Verdict.LIMITED: "!", Verdict.NOT_READY: "✗", Verdict.SKIPPED: "–"}


def run(options: argparse.Namespace) -> int:
    """Examine the terminal. Returns 0: ready; 1: it can do less; 2: not ready, or it cannot be examined."""
    from composition.process import keyring_secret, on_one_loop, set_up_logging
    from composition.terminals import with_profile_in_use

    settings = load_settings(options.settings)
    if isinstance(settings, list):
        sys.stderr.writelines(f"{mistake}\n" for mistake in settings)
        return 2
    settings = with_profile_in_use(settings)
    only = frozenset(filter(None, options.only.split(",")))
    known = names_of(settings)
    if not only <= known:
        sys.stderr.write(f"not known: {', '.join(sorted(only - known))}. Known here: {', '.join(sorted(known))}\n")
        return 2
    _draw_nowhere_without_a_display()
    set_up_logging(replace(settings, logging=Logging(LogLevel.ERROR)))
    return on_one_loop(lambda: examined(settings, keyring_secret, options, only))


def _draw_nowhere_without_a_display() -> None:
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


async def examined(settings: Settings, secret: Secret, options: argparse.Namespace, only: frozenset[str]) -> int:
    """Examine, tell on standard output how it goes, write the files, and return the exit code."""
    speak = translator(Language(options.language))
    person: Person = AtTheConsole(speak) if sys.stdin.isatty() and not options.yes else Nobody()
    lines = Lines(speak, sys.stdout)
    report = await diagnose(settings, secret, person, only, lines)
    write(report, options.html, options.json)
    lines.over(report)
    return EXIT_CODES[report.verdict]


def write(report: Report, html: Path | None, json: Path | None) -> None:
    """Write the report where it is wanted."""
    if html:
        from doctor.report_html import as_html

        html.write_text(as_html(report), encoding="utf-8")
    if json:
        from doctor.report_json import as_json

        json.write_text(as_json(report), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Lines:
    """What is told while it goes on: a line as a check begins, and what was found when it ends."""

    speak: Translator
    out: TextIO

    def began(self, check: Check) -> None:
        """Say what is being looked at."""
        self._line(self.speak.say(msg(f"doctor.check.{check.id}")))

    def ended(self, finding: Finding) -> None:
        """Say what was found, and what to do about it."""
        say = self.speak.say
        self._line(f"  {SIGNS[finding.verdict]} {say(finding.words)} ({finding.seconds:.1f} s)")
        for detail in finding.details:
            self._line(f"      {say(detail.label)}: {say(detail.value)}")
        if finding.remedy and finding.verdict is not Verdict.READY:
            self._line(f"    → {say(finding.remedy)}")

    def over(self, report: Report) -> None:
        """Say what cannot be done, and how it is on the whole."""
        say = self.speak.say
        for service in report.services:
            if service.verdict is Verdict.NOT_READY:
                why = ", ".join(say(each) for each in service.why)
                self._line(f"{SIGNS[service.verdict]} {say(service.title)}: {why}")
        limited = sum(service.verdict is Verdict.LIMITED for service in report.services)
        if limited:
            self._line(f"{SIGNS[Verdict.LIMITED]} {say(msg('doctor.limited', count=limited))}")
        self._line(f"{SIGNS[report.verdict]} {say(msg(f'doctor.verdict.{report.verdict}'))}")

    def _line(self, words: str) -> None:
        self.out.write(f"{words}\n")
        self.out.flush()
