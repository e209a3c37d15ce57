"""Looking into the repository: what there is for this terminal, verified by TUF's client workflow and the floor."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    SlowRetrievalError,
    UnsignedMetadataError,
)
from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from provisioning.agent_fetch import Fetcher
from provisioning.agent_floor import FloorFile
from provisioning.bundle import MOST_BYTES

LONGEST = timedelta(hours=24, minutes=5)
"""A timestamp that would be good for longer is not believed: it could be held up to terminals for so long."""
SIGNED_AT = "signed_at"
MOST_NEW_ROOTS = 32
"""Of one check: more of them are read at the next one."""


class Trouble(StrEnum):
    """Why nothing was fetched or activated."""

    UNREACHABLE = "unreachable"
    NOT_TRUSTED = "not-trusted"
    SLOW = "slow"
    EXPIRED = "expired"
    ROLLED_BACK = "rolled-back"
    TAMPERED = "tampered"
    UNSIGNED = "unsigned"
    GOOD_FOR_TOO_LONG = "good-for-too-long"
    NOTHING_THERE = "nothing-there"
    DISK = "disk"
    NOT_A_BUNDLE = "not-a-bundle"
    UNREADABLE = "unreadable"
    REFUSED_BEFORE = "refused-before"


class UpdateFault(Exception):
    """An update that ends here; `str()` is one clear line for IT. What is in use stays in use."""

    def __init__(self, trouble: Trouble, line: str) -> None:
        super().__init__(line)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Offer:
    """What the repository has for this terminal. `digest` is its SHA-256, `version` how IT calls it."""

    digest: str
    version: str
    file: TargetFile


@dataclass(frozen=True, slots=True)
class Address:
    """Where a terminal's bundle is: the repository's `url`, the bundle's name there, and whose word counts.

    `root` is the root that IT brought to the terminal. A ring of a fleet has a name of its own: `city/pilot/foyer.tar`.
    """

    url: str
    target: str
    root: bytes


class Source:
    """The repository as this terminal sees it. `metadata` is the folder in which is kept what was verified."""

    def __init__(self, address: Address, metadata: Path, fetcher: Fetcher, floor: FloorFile) -> None:
        self._url, self._settings_target, self._root = address.url.rstrip("/"), address.target, address.root
        self._target = self._settings_target
        self._metadata, self._fetcher, self.floor = metadata, fetcher, floor
        self._updater: Updater | None = None

    def aim(self, target: str) -> None:
        """Look for another bundle from now on; empty: for the one of the address."""
        self._target = target or self._settings_target

    def look(self) -> Offer:
        """Return what there is. Raises `UpdateFault`, and `OSError` where the disk is full or broken."""
        self._fetcher.begin()
        self._metadata.mkdir(parents=True, exist_ok=True)
        try:
            return self._look()
        except (RepositoryError, DownloadError) as error:
            raise self._fault(error) from error

    def _look(self) -> Offer:
        updater = Updater(
            str(self._metadata),
            f"{self._url}/metadata/",
            target_base_url=f"{self._url}/targets/",
            fetcher=self._fetcher,
            config=UpdaterConfig(max_root_rotations=MOST_NEW_ROOTS),
            bootstrap=self._root,
        )
        trusted = updater._trusted_set
        trusted.reference_time = self.floor.now()  # python-tuf takes the clock's time and has no public way to say it
        updater.refresh()
        self._check_floor(trusted)
        self._updater = updater
        found = updater.get_targetinfo(self._target)
        if found is None:
            raise UpdateFault(Trouble.NOTHING_THERE, f'the repository has no "{self._target}"')
        custom = found.custom if isinstance(found.custom, Mapping) else {}
        return Offer(found.hashes["sha256"], str(custom.get("version", "?"))[:64], found)

    def _check_floor(self, trusted: TrustedMetadataSet) -> None:
        """Compare with the floor, and raise it."""
        root, timestamp = trusted.root, trusted.timestamp
        try:
            at = datetime.fromisoformat(str(timestamp.unrecognized_fields.get(SIGNED_AT)))
            too_long = timestamp.expires - at > LONGEST
        except (ValueError, TypeError):
            raise UpdateFault(Trouble.GOOD_FOR_TOO_LONG, "the timestamp does not say when it was signed") from None
        if too_long:
            line = f"the timestamp is good for {timestamp.expires - at}, which is longer than {LONGEST}"
            raise UpdateFault(Trouble.GOOD_FOR_TOO_LONG, line)
        versions = {"timestamp": timestamp.version, "snapshot": trusted.snapshot.version}
        versions["targets"] = trusted.targets.version
        below = self.floor.floor.sunk(root, versions)
        if below:
            raise UpdateFault(Trouble.ROLLED_BACK, f"the repository shows something older: {below}")
        self.floor.rise(self.floor.floor.raised(at, root, versions))

    def fetch(self, offer: Offer, bundle: Path) -> None:
        """Fetch and verify what `look` has returned just now. Raises `UpdateFault`, and `OSError`."""
        assert self._updater is not None
        if offer.file.length > MOST_BYTES:
            raise UpdateFault(Trouble.NOT_A_BUNDLE, f"the bundle has {offer.file.length:,} bytes; no bundle may")
        try:
            self._updater.download_target(offer.file, str(bundle))
        except (RepositoryError, DownloadError) as error:
            raise self._fault(error) from error

    def _fault(self, error: RepositoryError | DownloadError) -> UpdateFault:
        trouble, words = next((trouble, words) for kind, trouble, words in _WORDS if isinstance(error, kind))
        if isinstance(_root_cause(error), ssl.SSLError):
            trouble, words = Trouble.NOT_TRUSTED, "the server's certificate is not trusted; a proxy in between?"
        clock = f" (the clock says {self.floor.now():%Y-%m-%d %H:%M} UTC)" if trouble is Trouble.EXPIRED else ""
        detail = " ".join(str(error).split())[:300]
        return UpdateFault(trouble, f"{words}{clock}: {detail or type(error).__name__}")


_WORDS: tuple[tuple[type[Exception], Trouble, str], ...] = (
    (DownloadHTTPError, Trouble.UNREACHABLE, "the repository does not give a file out"),
    (SlowRetrievalError, Trouble.SLOW, "the repository did not send everything in time"),
    (DownloadLengthMismatchError, Trouble.TAMPERED, "the repository sends more than was signed"),
    (DownloadError, Trouble.UNREACHABLE, "the repository cannot be reached"),
    (
        ExpiredMetadataError,
        Trouble.EXPIRED,
        "signatures have expired: nobody signs, or what is newer is held back",
    ),
    (BadVersionNumberError, Trouble.ROLLED_BACK, "the repository shows something older than before, or a mixture"),
    (LengthOrHashMismatchError, Trouble.TAMPERED, "a file is not what was signed"),
    (UnsignedMetadataError, Trouble.UNSIGNED, "signatures are missing or wrong"),
    (RepositoryError, Trouble.TAMPERED, "the repository's metadata cannot be believed"),
)


def _root_cause(error: BaseException) -> BaseException:
    while (below := error.__cause__ or error.__context__) is not None:
        error = below
    return error
