"""IT's commands for a hub: accounts, and the audit log's check."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from sqlalchemy import Engine

from hub.accounts import Account, AccountBook, AccountFault
from hub.audit import AuditLog
from hub.one_time_codes import NewCodes, NoKeyError, OneTimeCodes
from hub.roles import Role
from hub.settings import HubSettings
from hub.storage import open_database

CONSOLE = "console"
"""What the audit log calls whoever may read the hub's credentials and run these commands."""

Ask = Callable[[str], str]


def password_from_console(question: str) -> str:
    """Ask twice for a password without showing it; without a terminal, read one line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(f"{question}: ")
    return password if getpass.getpass("Once more: ") == password else ""


def add_user(options: argparse.Namespace, settings: HubSettings, out: TextIO, ask: Ask = password_from_console) -> int:
    """Add an account (`login`, `name`, `role`, `site`); unless `without_code`, show what the app has to scan."""
    if options.site and options.site not in {site.name for site in settings.all_sites}:
        return _refuse(f"there is no site {options.site!r} in the settings")
    try:
        codes = None if options.without_code else OneTimeCodes(settings.key).new(options.login, settings.site)
    except NoKeyError:
        return _refuse("one-time codes need key_credential in the settings; or add the account --without-code")
    account = Account(0, options.login, options.name, Role(options.role), options.site, False, codes is not None, False)
    with _accounts(settings) as accounts:
        fault = accounts.add(CONSOLE, account, ask("Password"), codes.stored if codes else None)
    return _end(fault, codes, out)


def list_users(_options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """List the accounts, one a line."""
    with _accounts(settings) as accounts:
        for account in accounts.accounts():
            way = "single sign-on" if account.by_sign_on else "password and code" if account.has_codes else "password"
            words = (account.login, account.name, account.role, account.site or "all sites", way)
            out.write("\t".join((*words, "locked")[: 6 if account.locked else 5]) + "\n")
    return 0


def lock_user(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """Lock an account and end its sessions; with `unlock`, the other way round."""
    with _accounts(settings) as accounts:
        return _end(accounts.lock(CONSOLE, options.login, locked=not options.unlock), None, out)


def change_password(
    options: argparse.Namespace, settings: HubSettings, out: TextIO, ask: Ask = password_from_console
) -> int:
    """Set a new password; with `new_code` a new secret for the app too."""
    try:
        codes = OneTimeCodes(settings.key).new(options.login, settings.site) if options.new_code else None
    except NoKeyError:
        return _refuse("one-time codes need key_credential in the settings")
    with _accounts(settings) as accounts:
        secret = codes.stored if codes else None
        return _end(accounts.change_password(CONSOLE, options.login, ask("New password"), secret), codes, out)


def verify_audit(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """Check the audit log's chain, and that it still holds a `head` (NUMBER:CHAIN) that was noted."""
    with _database(settings) as engine:
        log = AuditLog(engine)
        verdict = log.verify()
        if verdict.broken_at is not None:
            return _refuse(f"the chain is broken at entry {verdict.broken_at}")
        if options.head:
            number, _, chain = options.head.partition(":")
            if not number.isdigit() or log.chain_at(int(number)) != chain:
                return _refuse(f"entry {number} is not the one that was noted: the log was cut off or replaced")
    out.write(f"{verdict.sound} entries, all sound. Head: {verdict.sound}:{verdict.head}\n")
    return 0


@contextmanager
def _database(settings: HubSettings) -> Iterator[Engine]:
    engine = open_database(settings)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _accounts(settings: HubSettings) -> Iterator[AccountBook]:
    with _database(settings) as engine:
        yield AccountBook(engine, AuditLog(engine), OneTimeCodes(settings.key))


def _refuse(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


def _end(fault: AccountFault | None, codes: NewCodes | None, out: TextIO) -> int:
    if fault:
        return _refuse(str(fault))
    if codes:
        import segno

        out.write("Scan this with the authenticator app. It is not shown again.\n")
        segno.make(codes.address).terminal(out, compact=True)
        out.write(f"{codes.address}\n")
    return 0
