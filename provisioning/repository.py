"""The repository of signed bundles: static files by The Update Framework (TUF 1.0), that any web server hands out.

    metadata/N.ROLE.json   what the roles signed; timestamp.json alone has no number
    targets/               the bundles, each under its digest and its name
    staged/                what waits for signatures; nobody needs to hand this out

Root, targets and the cities' roles are signed offline: a change is *staged*, carried to those who hold the keys,
*signed* by as many as the role's threshold asks for, and *released* with the two online keys (snapshot and
timestamp). A release ends with one rename, of the timestamp: until then everybody sees what was before.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import Key
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from provisioning.bundle import write_whole
from provisioning.repository_keys import PrivateKey

ROOT, TARGETS, SNAPSHOT, TIMESTAMP = "root", "targets", "snapshot", "timestamp"
ONLINE = (SNAPSHOT, TIMESTAMP)
LIFETIMES = {
    ROOT: timedelta(days=365),
    TARGETS: timedelta(days=180),
    SNAPSHOT: timedelta(days=7),
    TIMESTAMP: timedelta(hours=24),
}
"""How long a signature is good for. A city's role is signed like the targets. The timestamp's is the longest time
for which a terminal can be kept from seeing something newer without noticing (specification, 1.5.2, freeze)."""
SIGNED_AT = "signed_at"
"""A field of our own in the timestamp: when it was signed, in UTC. Terminals' floor of time rises by it."""
CITY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
PATH = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}(/[a-z0-9][a-z0-9.-]{0,62}){0,3}")


class RepositoryFault(ValueError):
    """What cannot be done with a repository: the text says why, for the person at the command line."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who signs for a role: keys, and how many of them are needed."""

    keys: tuple[Key, ...]
    threshold: int

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= len({key.keyid for key in self.keys}):
            raise RepositoryFault(f"{self.threshold} of {len(self.keys)} different keys cannot be asked for")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A staged role: its new version, how many signatures are still missing, and whose they may be (key ids)."""

    role: str
    version: int
    missing: int
    candidates: tuple[str, ...]


class Repository:
    """A repository in the folder `path`. `now` is the clock, in UTC. All methods raise `RepositoryFault`."""

    def __init__(self, path: Path, now: datetime | None = None) -> None:
        self._metadata, self._targets, self._staged = path / "metadata", path / "targets", path / "staged"
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)

    # What is there

    def current(self, role: str) -> Metadata[Any]:
        """Return what a role has released last."""
        name = "timestamp.json" if role == TIMESTAMP else f"{self._version(role)}.{role}.json"
        return _read(self._metadata / name)

    def _version(self, role: str) -> int:
        pattern = re.compile(rf"([0-9]+)\.{re.escape(role)}\.json")
        names = (pattern.fullmatch(path.name) for path in self._metadata.glob(f"*.{role}.json"))
        return max((int(found[1]) for found in names if found), default=0)

    def newest(self, role: str) -> Metadata[Any]:
        """Return what a role has staged, or else released."""
        staged = self._staged / f"{role}.json"
        return _read(staged) if staged.exists() else self.current(role)

    @property
    def cities(self) -> tuple[str, ...]:
        """The roles that targets delegates to."""
        delegations = self.newest(TARGETS).signed.delegations
        return tuple(delegations.roles or ()) if delegations else ()

    @property
    def staged_roles(self) -> tuple[str, ...]:
        """The roles with something that waits to be released."""
        found = {path.stem for path in self._staged.glob("*.json") if path.name[0] != "."}
        return tuple(role for role in (ROOT, TARGETS, *sorted(found - {ROOT, TARGETS})) if role in found)

    # Ceremonies: each stages what is to be signed

    def create(self, root: Holders, targets: Holders, snapshot: Holders, timestamp: Holders) -> None:
        """Stage the first root and the first, empty targets."""
        if self._version(ROOT) or self.staged_roles:
            raise RepositoryFault("there is a repository already")
        for folder in (self._metadata, self._targets, self._staged):
            folder.mkdir(parents=True, exist_ok=True)
        signed = Root(version=1, expires=self._expiry(ROOT), consistent_snapshot=True)
        roles = {ROOT: root, TARGETS: targets, SNAPSHOT: snapshot, TIMESTAMP: timestamp}
        for role, holders in roles.items():
            _appoint(signed, role, holders)
        self._stage(ROOT, Metadata(signed))
        self._stage(TARGETS, Metadata(Targets(version=1, expires=self._expiry(TARGETS))))

    def delegate(self, city: str, holders: Holders) -> None:
        """Stage a role for a city: what is below `CITY/` is signed by the city's keys alone."""
        if not CITY.fullmatch(city) or city in LIFETIMES:
            raise RepositoryFault("a city's name has small letters, digits and hyphens")
        if city in self.cities:
            raise RepositoryFault(f"{city} has a role already; `rotate` changes its keys")
        above = self._edit(TARGETS)
        if above.signed.delegations is None:
            above.signed.delegations = Delegations(keys={}, roles={})
        roles = above.signed.delegations.roles
        roles[city] = DelegatedRole(city, [], 1, terminating=True, paths=_below(city))
        _appoint(above.signed, city, holders)
        self._stage(TARGETS, above)
        self._stage(city, Metadata(Targets(version=1, expires=self._expiry(TARGETS))))

    def rotate(self, role: str, add: Iterable[Key], remove: Iterable[str], threshold: int | None) -> None:
        """Stage other keys for a role, and whatever is to be signed anew for it. `remove`: how ids begin."""
        delegator = self._delegator(role)
        above = self._edit(delegator)
        known = above.signed.get_delegated_role(role)
        gone = {_one_of(known.keyids, start, role) for start in remove}
        stay = [above.signed.get_key(keyid) for keyid in known.keyids if keyid not in gone]
        _appoint(above.signed, role, Holders((*stay, *add), threshold or known.threshold))
        self._stage(delegator, above)
        if role not in (ROOT, *ONLINE):
            self._stage(role, self._edit(role))

    def renew(self, role: str) -> None:
        """Stage a role as it is, to be signed before it expires."""
        self._stage(role, self._edit(role))

    def publish(self, bundle: Path, target: str, custom: Mapping[str, Any]) -> str:
        """Stage a bundle under the name `target` and return the role that is to sign: its city's, or targets."""
        if not PATH.fullmatch(target):
            raise RepositoryFault("a bundle's name has small letters, digits, dots and hyphens, parted by slashes")
        city = target.partition("/")[0]
        role = city if "/" in target and city in self.cities else TARGETS
        found = TargetFile.from_file(target, str(bundle), ["sha256"])
        found.unrecognized_fields["custom"] = dict(custom)
        name = self._targets / found.get_prefixed_paths()[0]
        name.parent.mkdir(parents=True, exist_ok=True)
        write_whole(name, bundle.read_bytes())
        changed = self._edit(role)
        changed.signed.targets[target] = found
        self._stage(role, changed)
        return role

    def _edit(self, role: str) -> Metadata[Any]:
        metadata = self.newest(role)
        metadata.signed.version = self._version(role) + 1
        metadata.signed.expires = self._expiry(role)
        metadata.signatures.clear()
        return metadata

    def _expiry(self, role: str) -> datetime:
        return self._now + LIFETIMES.get(role, LIFETIMES[TARGETS])

    def _stage(self, role: str, metadata: Metadata[Any]) -> None:
        self._staged.mkdir(exist_ok=True)
        write_whole(self._staged / f"{role}.json", _bytes(metadata))

    # Signing

    def sign(self, key: PrivateKey) -> tuple[str, ...]:
        """Sign everything staged that this key is good for, and return these roles."""
        signed = []
        for role in self.staged_roles:
            metadata = _read(self._staged / f"{role}.json")
            if key.public.keyid in self._may_sign(role, metadata):
                _sign(metadata, key)
                self._stage(role, metadata)
                signed.append(role)
        if not signed:
            raise RepositoryFault(f"nothing waits for a signature by the key {key.public.keyid}")
        return tuple(signed)

    def _delegator(self, role: str) -> str:
        if role in LIFETIMES:
            return ROOT
        if role not in self.cities:
            raise RepositoryFault(f"there is no role {role}")
        return TARGETS

    def _may_sign(self, role: str, metadata: Metadata[Any]) -> set[str]:
        if role != ROOT:
            return set(self.newest(self._delegator(role)).signed.get_delegated_role(role).keyids)
        roots = [metadata.signed, *([self.current(ROOT).signed] if self._version(ROOT) else [])]
        return {keyid for root in roots for keyid in root.roles[ROOT].keyids}

    def waiting(self) -> tuple[Waiting, ...]:
        """Return what is staged, and what is missing to each."""
        return tuple(self._waits(role) for role in self.staged_roles)

    def _waits(self, role: str) -> Waiting:
        metadata = _read(self._staged / f"{role}.json")
        content, signatures = metadata.signed_bytes, metadata.signatures
        if role == ROOT:
            before = self.current(ROOT).signed if self._version(ROOT) else None
            both = metadata.signed.get_root_verification_result(before, content, signatures)
            missing = max(both.first.missing, both.second.missing)
        else:
            above = self.newest(self._delegator(role)).signed
            missing = above.get_verification_result(role, content, signatures).missing
        unsigned = self._may_sign(role, metadata) - set(signatures)
        return Waiting(role, metadata.signed.version, missing, tuple(sorted(unsigned)))

    # Releasing

    def release(self, online: Sequence[PrivateKey]) -> tuple[str, ...]:
        """Put what is staged in place with a new snapshot and timestamp, and return the roles that changed.

        With nothing staged this signs the timestamp anew, and the snapshot when half its time is over. It can be
        killed anywhere and be done again.
        """
        for wait in self.waiting():
            if wait.missing:
                named = ", ".join(key[:8] for key in wait.candidates)
                raise RepositoryFault(f"{wait.role} lacks {wait.missing} signatures, of: {named}")
        root = self.newest(ROOT).signed
        signers = {role: _signers(root, role, online) for role in ONLINE}
        released = self.staged_roles
        for role in released:
            metadata = _read(self._staged / f"{role}.json")
            write_whole(self._metadata / f"{metadata.signed.version}.{role}.json", _bytes(metadata))
        snapshot = self._snapshot(signers[SNAPSHOT])
        timestamp = Timestamp(
            version=self._timestamp_version() + 1,
            expires=self._expiry(TIMESTAMP),
            snapshot_meta=MetaFile.from_data(snapshot.version, _bytes_of(self._metadata, snapshot), ["sha256"]),
            unrecognized_fields={SIGNED_AT: self._now.isoformat()},
        )
        write_whole(self._metadata / "timestamp.json", _signed(timestamp, signers[TIMESTAMP]))
        for role in released:
            (self._staged / f"{role}.json").unlink()
        return released

    def _timestamp_version(self) -> int:
        path = self._metadata / "timestamp.json"
        return int(_read(path).signed.version) if path.exists() else 0

    def _snapshot(self, signers: Sequence[PrivateKey]) -> Snapshot:
        meta = {f"{role}.json": MetaFile(self._version(role)) for role in (TARGETS, *self.cities)}
        version = self._version(SNAPSHOT)
        if version:
            before = self.current(SNAPSHOT)
            fresh = before.signed.expires - self._now > LIFETIMES[SNAPSHOT] / 2
            ours = set(before.signatures) == {key.public.keyid for key in signers}
            if fresh and ours and before.signed.meta == meta:
                return before.signed  # type: ignore[no-any-return]
        snapshot = Snapshot(version=version + 1, expires=self._expiry(SNAPSHOT), meta=meta)
        write_whole(self._metadata / f"{snapshot.version}.snapshot.json", _signed(snapshot, signers))
        return snapshot

    def sweep(self) -> int:
        """Remove bundles that nothing names any more, and return how many. Not while somebody publishes."""
        roles = (self.newest(role).signed for role in (TARGETS, *self.cities))
        kept = {path for role in roles for target in role.targets.values() for path in target.get_prefixed_paths()}
        unused = [p for p in self._targets.rglob("*") if p.is_file() and str(p.relative_to(self._targets)) not in kept]
        for path in unused:
            path.unlink()
        return len(unused)

    def copy_root(self, path: Path) -> None:
        """Copy the root that terminals are given to begin with: all later ones follow from it."""
        shutil.copyfile(self._metadata / f"{self._version(ROOT)}.root.json", path)


def _appoint(above: Root | Targets, role: str, holders: Holders) -> None:
    """Make these keys, and no others, a role's."""
    delegated = above.get_delegated_role(role)
    for keyid in list(delegated.keyids):
        above.revoke_key(keyid, role)
    for key in holders.keys:
        above.add_key(key, role)
    delegated.threshold = holders.threshold


def _one_of(keyids: Iterable[str], start: str, role: str) -> str:
    """Return the one of some key ids that begins so, as `lotse repository show` prints them."""
    found = [keyid for keyid in keyids if start and keyid.startswith(start)]
    if len(found) != 1:
        raise RepositoryFault(f"{role} has {'no key' if not found else 'more than one key'} {start}")
    return found[0]


def _below(city: str) -> list[str]:
    """Return the patterns of all names below a city's: in TUF a star ends at a slash (specification, 4.5)."""
    return [f"{city}/" + "/".join(["*"] * depth) for depth in (1, 2, 3)]


def _signers(root: Root, role: str, keys: Sequence[PrivateKey]) -> list[PrivateKey]:
    known = root.roles[role]
    chosen = [key for key in keys if key.public.keyid in known.keyids]
    if len(chosen) < known.threshold:
        raise RepositoryFault(f"{known.threshold} keys of the role {role} are needed to release")
    return chosen


def _signed(signed: Snapshot | Timestamp, keys: Sequence[PrivateKey]) -> bytes:
    metadata: Metadata[Any] = Metadata(signed)
    for key in keys:
        _sign(metadata, key)
    return _bytes(metadata)


def _sign(metadata: Metadata[Any], key: PrivateKey) -> None:
    try:
        metadata.sign(key.signer, append=True)
    except UnsignedMetadataError as error:
        raise RepositoryFault(f"the key does not sign: {type(error.__cause__).__name__}") from None


def _bytes(metadata: Metadata[Any]) -> bytes:
    return metadata.to_bytes(JSONSerializer(compact=True))


def _bytes_of(folder: Path, snapshot: Snapshot) -> bytes:
    return (folder / f"{snapshot.version}.snapshot.json").read_bytes()


def _read(path: Path) -> Metadata[Any]:
    try:
        return Metadata.from_bytes(path.read_bytes())
    except RepositoryError:
        raise RepositoryFault(f"{path} cannot be read") from None
    except OSError as error:
        raise RepositoryFault(f"{path}: {error.strerror}") from None
