"""Credentials of a terminal on which nobody logs in: a `keyring` backend that reads what systemd hands over.

systemd decrypts `LoadCredentialEncrypted=` (with the TPM or the host key) into a folder that only this
service can read, and names it in `$CREDENTIALS_DIRECTORY` (systemd.exec(5)). The file
`<service>.<user name>` there is the password. Without a login keyring's own choice is a backend that
always fails, or, worse, one that keeps plain text: so the backend is set explicitly, and any that is
not on the list is refused.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import keyring
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringError, PasswordDeleteError, PasswordSetError

ALLOWED = ("provisioning.credentials.CredentialsDirectory", "keyring.backends.SecretService.Keyring")
"""Backends that a terminal may use: systemd's credentials, and a desktop's keyring while developing."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_MOST_BYTES = 1024 * 1024

_log = logging.getLogger(__name__)


class CredentialsRefusedError(RuntimeError):
    """The keyring that would be used is not one that a terminal may use."""


class CredentialsDirectory(KeyringBackend):
    """Reads passwords from the files of one folder. It never writes."""

    @properties.classproperty
    def priority(self) -> NoReturn:
        """Keep keyring from choosing this backend by itself: it is set explicitly or not at all."""
        raise RuntimeError("set explicitly by provisioning.credentials.use_credentials")

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder

    def get_password(self, service: str, username: str) -> str | None:
        """Return a credential without its last line end, None if there is none.

        Raises `KeyringError` if it cannot be read or its name is no file name.
        """
        name = f"{service}.{username}"
        if not _NAME.fullmatch(name):
            raise KeyringError("a credential's name has characters that a file name may not have")
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(_MOST_BYTES)
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise KeyringError(f"a credential cannot be read: {type(problem).__name__}") from None
        try:
            return content.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise KeyringError("a credential is not text") from None

    def set_password(self, service: str, username: str, password: str) -> None:  # noqa: ARG002 - keyring's names
        """Refuse: credentials come from systemd alone."""
        raise PasswordSetError("credentials are read only")

    def delete_password(self, service: str, username: str) -> None:  # noqa: ARG002 - keyring's names
        """Refuse: credentials come from systemd alone."""
        raise PasswordDeleteError("credentials are read only")


def use_credentials(environment: Mapping[str, str] = os.environ) -> None:
    """Choose the keyring of this process: `$CREDENTIALS_DIRECTORY` if systemd gave one.

    Otherwise keyring's own choice stands. Raises `CredentialsRefusedError` if that is not on the list.
    """
    folder = environment.get("CREDENTIALS_DIRECTORY")
    if folder:
        keyring.set_keyring(CredentialsDirectory(Path(folder)))
    backend = type(keyring.get_keyring())
    name = f"{backend.__module__}.{backend.__qualname__}"
    if name not in ALLOWED:
        raise CredentialsRefusedError(
            f"The keyring {name} is not allowed on a terminal. "
            f"Start it by systemd with LoadCredentialEncrypted=, or use one of: {', '.join(ALLOWED)}."
        )


def secrets_of(service: str) -> Callable[[str], str | None]:
    """Return a function from user name to password of one service; None where there is none to be had.

    Call `use_credentials` first.
    """

    def secret(username: str) -> str | None:
        try:
            return keyring.get_password(service, username)
        except KeyringError as problem:
            _log.warning("credentials of %s: %s", service, problem)
            return None

    return secret
