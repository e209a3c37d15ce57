"""IT's commands for enrolment, on the hub's machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from hub.audit import AuditLog, Deed
from hub.commands import CONSOLE
from hub.enrolment import CODE_LASTS, EnrolmentBook, EnrolmentFault
from hub.enrolment_keys import KNOWN_AFTER, HubKeys, Purpose
from hub.one_time_codes import NoKeyError
from hub.settings import HubSettings
from hub.storage import open_database


def enrol_code(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """Make a code for a `terminal`; one that is not known yet is added at `site`, `location`."""
    if not settings.key:
        return _refuse("enrolment needs key_credential in the settings")
    site = options.site or settings.all_sites[0].name
    if site not in {each.name for each in settings.all_sites}:
        return _refuse(str(EnrolmentFault.UNKNOWN_SITE))
    with _book(settings) as book:
        made = book.new_code(CONSOLE, options.terminal, site, options.location)
    if isinstance(made, EnrolmentFault):
        return _refuse(str(made))
    minutes = CODE_LASTS.seconds // 60
    out.write(f"{made.code}\nGood once, for {minutes} minutes. At the terminal: lotse enrol https://HUB {made.code}\n")
    return 0


def revoke(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """Refuse a `terminal` from now on; the running hub notices within a second."""
    with _book(settings) as book:
        fault = book.revoke(CONSOLE, options.terminal)
    if fault:
        return _refuse(str(fault))
    out.write(f'"{options.terminal}" is refused from now on. A new code lets it in again.\n')
    return 0


def renew_key(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """Make a new key of the hub's own for a `purpose`. `lost`: older ones got known, so they count no longer."""
    engine = open_database(settings)
    try:
        made = HubKeys(engine, settings.key).renew(Purpose(options.purpose), alone=options.lost)
        AuditLog(engine).append(CONSOLE, Deed.HUB_KEY_RENEWED, f"{options.purpose}, {made.kid}")
    except NoKeyError:
        return _refuse("the hub's keys need key_credential in the settings")
    finally:
        engine.dispose()
    when = "It signs at once; those before count no longer" if options.lost else f"It signs in {KNOWN_AFTER.days} days"
    out.write(f"{made.kid}\n{when}.\n")
    return 0


@contextmanager
def _book(settings: HubSettings) -> Iterator[EnrolmentBook]:
    engine = open_database(settings)
    try:
        yield EnrolmentBook(engine, AuditLog(engine))
    finally:
        engine.dispose()


def _refuse(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1
