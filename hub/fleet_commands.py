"""IT's commands for tokens, by which its tools ask the hub (`lotse hub token`)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TextIO

from hub.accounts import AccountFault
from hub.audit import AuditLog
from hub.commands import CONSOLE
from hub.fleet_tokens import LONGEST_DAYS, TokenBook
from hub.settings import HubSettings
from hub.storage import open_database


def add_token(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """Make a token for an account (`login`, `label`, `days`) and print it, once."""
    if not 1 <= options.days <= LONGEST_DAYS:
        return _refuse(f"a token is good for 1 to {LONGEST_DAYS} days")
    with _tokens(settings) as tokens:
        made = tokens.make(CONSOLE, options.login, options.label, timedelta(days=options.days))
    if isinstance(made, AccountFault):
        return _refuse(str(made))
    sys.stderr.write("This is not shown again. Keep it: keyring set lotse-fleet https://HUB\n")
    out.write(f"{made}\n")
    return 0


def list_tokens(_options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """List the tokens, one a line."""
    with _tokens(settings) as tokens:
        for token in tokens.tokens():
            out.write(f"{token.login}\t{token.label}\tuntil {token.ends:%Y-%m-%d}\n")
    return 0


def end_tokens(options: argparse.Namespace, settings: HubSettings, out: TextIO) -> int:
    """End all tokens of an account."""
    with _tokens(settings) as tokens:
        ended = tokens.end(CONSOLE, options.login)
    out.write(f"{ended} ended\n")
    return 0 if ended else 1


@contextmanager
def _tokens(settings: HubSettings) -> Iterator[TokenBook]:
    engine = open_database(settings)
    try:
        yield TokenBook(engine, AuditLog(engine))
    finally:
        engine.dispose()


def _refuse(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1
