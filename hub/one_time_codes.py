"""One-time codes of an authenticator app: RFC 6238 with SHA-1, six digits and 30 seconds, as all apps have it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
_DIGITS = 6
_SECRET_BYTES = 20
_WINDOW = (-1, 0, 1)
"""A step before and after is accepted, for clocks that differ (RFC 6238, 5.2)."""


class NoKeyError(Exception):
    """The settings have no key that secrets could be encrypted with, or it is not the one they were encrypted with."""


@dataclass(frozen=True, slots=True)
class NewCodes:
    """A new secret: as it is stored, and as an authenticator app reads it (`otpauth:`)."""

    stored: str
    address: str


class OneTimeCodes:
    """Makes and checks codes. `key` encrypts the secrets that are stored."""

    def __init__(self, key: str) -> None:
        digest = hashlib.sha256(b"one-time codes " + key.encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(digest)) if key else None

    def new(self, login: str, issuer: str) -> NewCodes:
        """Return a new secret for `login`. Raises `NoKeyError`."""
        if self._box is None:
            raise NoKeyError
        secret = secrets.token_bytes(_SECRET_BYTES)
        return NewCodes(self._box.encrypt(secret).decode(), _generator(secret).get_provisioning_uri(login, issuer))

    def step_of(self, stored: str, code: str, now: float) -> int | None:
        """Return the time step that `code` belongs to, None if it is wrong. `now` is in seconds since 1970.

        The caller accepts a step only once. Raises `NoKeyError`.
        """
        if not (code.isascii() and code.isdigit() and len(code) == _DIGITS):
            return None
        generator = _generator(self._open(stored))
        steps = [int(now) // STEP_SECONDS + offset for offset in _WINDOW]
        shown = {step: generator.generate(step * STEP_SECONDS) for step in steps}
        return next((step for step in steps if secrets.compare_digest(shown[step], code.encode())), None)

    def _open(self, stored: str) -> bytes:
        if self._box is None:
            raise NoKeyError
        try:
            return self._box.decrypt(stored)
        except InvalidToken:
            raise NoKeyError from None


def _generator(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what apps can do; HMAC-SHA-1 is sound
