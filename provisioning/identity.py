"""Who this terminal is to its hub, on its disk.

    current -> generation-…/    all that an enrolment or a renewal brings, changed by one rename
        identity.json           the hub, the name there, the identity (a JWT), and the keys that are the hub's
        commands.jwks           the public keys that commands are signed with (RFC 7517)
        root.json               the root of the profiles' repository (TUF), where the hub named one
        key.cred or key.pem     the private key: sealed by systemd-creds, or in a file that only its owner reads

The generation before is kept until the next change, for whoever is reading it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.bundle import sync

FOLDER = Path("/var/lib/lotse-identity")
CURRENT = "current"
IDENTITY, COMMAND_KEYS, ROOT = "identity.json", "commands.jwks", "root.json"
SEALED_KEY, PLAIN_KEY = "key.cred", "key.pem"
_FORMAT = 1
_OWN = frozenset({SEALED_KEY, PLAIN_KEY})
"""What nobody but the terminal's own user reads. Not the identity: it proves nothing without the key, and the way out,
another user, finds the hub's address in it.
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a terminal knows of itself at its hub. `token` is the JWT; `issued` and `expires` are in seconds since 1970.

    `hub_keys` is a JWK set: whose signature under a grant counts. `root_sha256` is what the first `root.json` was
    compared with, empty if there is none.
    """

    hub: str
    terminal: str
    token: str
    issued: int
    expires: int
    hub_keys: Mapping[str, Any]
    root_sha256: str = ""
    updates: str = ""

    @property
    def renew_from(self) -> float:
        """When it is to be renewed: a third of its life through."""
        return self.issued + (self.expires - self.issued) / 3

    def to_bytes(self) -> bytes:
        """Return what `identity.json` holds."""
        document = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"format": _FORMAT, **document}, indent=1, ensure_ascii=False).encode() + b"\n"


class IdentityFolder:
    """The folder. Whoever writes it is its owner, or root, who is the owner meanwhile."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._current = folder / CURRENT

    @property
    def command_keys(self) -> Path:
        """Where the public keys are that commands are signed with."""
        return self._current / COMMAND_KEYS

    def read(self) -> Identity | None:
        """Return who this terminal is; None if it is not enrolled, or the file cannot be read."""
        try:
            document = json.loads((self._current / IDENTITY).read_bytes())
            if document.pop("format") != _FORMAT:
                return None
            return Identity(**document)
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return None

    def file(self, name: str) -> bytes | None:
        """Return a file of the current generation, None if it is not there."""
        try:
            return (self._current / name).read_bytes()
        except FileNotFoundError:
            return None

    def names(self) -> tuple[str, ...]:
        """Return the names of the current generation's files."""
        try:
            return tuple(sorted(path.name for path in self._current.iterdir()))
        except OSError:
            return ()

    def write(self, files: Mapping[str, bytes]) -> None:
        """Bring a new generation into use. Raises `OSError`; what was in use then stays.

        A cut anywhere leaves the old generation or the new one.
        """
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with self.as_owner():
            self._write(files)

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Let root be the folder's owner, who may have put links there that lead elsewhere. For one thread alone."""
        if os.geteuid() != 0:
            yield
            return
        owner, group = self.folder.stat(), os.getegid()
        os.setegid(owner.st_gid)
        os.seteuid(owner.st_uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(group)

    def _write(self, files: Mapping[str, bytes]) -> None:
        before = self._target()
        self._sweep({before})
        new = self.folder / f"generation-{secrets.token_hex(8)}"
        new.mkdir(mode=0o755)
        for name, content in files.items():
            self._write_file(new / name, content)
        new.chmod(0o755)  # whatever our umask is
        sync(new)
        link = self.folder / f".{CURRENT}.new"
        link.unlink(missing_ok=True)
        link.symlink_to(new.name)
        sync(self.folder)
        link.replace(self._current)
        sync(self.folder)

    def _write_file(self, path: Path, content: bytes) -> None:
        mode = 0o600 if path.name in _OWN else 0o644
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123 - a mode is given
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.chmod(mode)

    def _target(self) -> str:
        try:
            return str(self._current.readlink())
        except OSError:
            return ""

    def _sweep(self, kept: set[str]) -> None:
        for old in self.folder.glob("generation-*"):
            if old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)
