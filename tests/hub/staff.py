"""Accounts for tests, and a browser in which somebody logs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from hub.accounts import Account, AccountBook
from hub.audit import AuditLog
from hub.one_time_codes import OneTimeCodes
from hub.roles import Role
from hub.server import HubServer
from hub.settings import HubSettings
from hub.storage import open_database

PASSWORD = "ein langes Passwort für Tests"
KEY = "a key for the tests of one-time codes"


class App:
    """An authenticator app: it has read the `otpauth:` address."""

    def __init__(self, address: str) -> None:
        import base64

        secret = parse_qs(urlsplit(address).query)["secret"][0]
        self._totp = TOTP(base64.b32decode(secret + "=" * (-len(secret) % 8)), 6, SHA1(), 30, enforce_key_length=False)

    def code(self, at: float) -> str:
        """Return what it shows at a time, in seconds since 1970."""
        return self._totp.generate(int(at)).decode()


def employ(settings: HubSettings, login: str, role: Role = Role.STAFF, site: str = "", *, codes: bool = False) -> App:
    """Add an account with `PASSWORD`; return its app (of no use without `codes`)."""
    engine = open_database(settings)
    desk = OneTimeCodes(KEY)
    new = desk.new(login, "Rathaus")
    account = Account(0, login, f"Frau {login.title()}", role, site, locked=False, has_codes=codes, by_sign_on=False)
    book = AccountBook(engine, AuditLog(engine), desk)
    assert book.add("console", account, PASSWORD, new.stored if codes else None) is None
    engine.dispose()
    return App(new.address)


@contextmanager
def browser(hub: HubServer) -> Iterator[httpx.Client]:
    """A browser that nobody has logged in with."""
    origin = {"Origin": hub.base_url}
    with httpx.Client(base_url=hub.base_url, headers=origin, trust_env=False, timeout=10) as client:
        yield client


def log_in(client: httpx.Client, login: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
    """Post the log-in form."""
    return client.post("/login", data={"login": login, "password": password, "code": code})
