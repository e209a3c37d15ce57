"""What is on its way, on disk: ciphertext alone, one durable step after the other.

SQLite in WAL mode with `synchronous=FULL`: a step that was answered survives the loss of power. All
access goes through one thread, so steps keep their order. Nothing here could be read by anybody but
the authority: content is compact JWE (docs/adr/0004-outbox-of-ciphertext.md).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from online.fit_connect.crypto import Jwk
from online.fit_connect.parcel import Parcel, SealedAttachment, State

T = TypeVar("T")

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE parcel (
    reference TEXT PRIMARY KEY, created REAL NOT NULL,
    destination TEXT NOT NULL, leika TEXT NOT NULL, service TEXT NOT NULL,
    metadata TEXT NOT NULL, data TEXT NOT NULL,
    state TEXT NOT NULL, submission TEXT NOT NULL DEFAULT '', case_id TEXT NOT NULL DEFAULT '',
    announced INTEGER NOT NULL DEFAULT 0, stuck TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE attachment (
    id TEXT PRIMARY KEY, parcel TEXT NOT NULL REFERENCES parcel ON DELETE CASCADE,
    position INTEGER NOT NULL, jwe TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX attachment_parcel ON attachment (parcel);
CREATE TABLE recipient (
    asked TEXT PRIMARY KEY, destination TEXT NOT NULL, key TEXT NOT NULL, fetched REAL NOT NULL
) STRICT;
"""
_PAGE_BYTES = 4096


class OutboxError(Exception):
    """The disk did not take or give a step: full, failing, read-only or damaged."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A destination and the public key to encrypt for it; `fetched` in seconds since 1970."""

    destination_id: str
    key: Jwk
    fetched: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parcel that is still here; `stuck` is the fault code for which the server refuses it."""

    reference: str
    stuck: str = ""


class Outbox:
    """The parcels on their way, and the public keys of recipients for times without network.

    `most_bytes` bounds the file, so that a long time without network cannot fill the disk. Every
    method raises `OutboxError` if the disk does not do its part. `clock` is seconds since 1970.
    """

    def __init__(
        self, path: Path, *, most_bytes: int = 1024 * 1024 * 1024, clock: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._most_pages = max(16, most_bytes // _PAGE_BYTES)
        self.clock = clock
        self._database: sqlite3.Connection | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ThreadPoolExecutor-outbox")

    async def add(self, parcel: Parcel) -> None:
        """Take a parcel. When this returns, the parcel survives the loss of power."""
        await self._run(lambda database: _insert(database, parcel, self.clock()))

    async def load(self, reference: str) -> Parcel | None:
        """Return a parcel as it stands on disk, or None if it is gone."""
        return await self._run(lambda database: _select(database, reference))

    async def waiting(self) -> tuple[Waiting, ...]:
        """Return what is still here, oldest first."""

        def read(database: sqlite3.Connection) -> tuple[Waiting, ...]:
            rows = database.execute("SELECT reference, stuck FROM parcel ORDER BY created, reference")
            return tuple(Waiting(reference, stuck) for reference, stuck in rows)

        return await self._run(read)

    async def announced(self, reference: str, submission_id: str, case_id: str) -> None:
        """Note the ids that the server gave."""
        await self._write(
            "UPDATE parcel SET state=?, submission=?, case_id=?, announced=announced+1 WHERE reference=?",
            (State.ANNOUNCED, submission_id, case_id, reference),
        )

    async def sent(self, reference: str, attachment: str) -> None:
        """Note that the server has an attachment."""
        await self._write("UPDATE attachment SET sent=1 WHERE parcel=? AND id=?", (reference, attachment))

    async def move(self, reference: str, state: State) -> None:
        """Note a new state."""
        await self._write("UPDATE parcel SET state=? WHERE reference=?", (state, reference))

    async def start_over(self, reference: str) -> None:
        """Forget the announcement: the server has forgotten it too."""

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.execute(
                    "UPDATE parcel SET state=?, submission='', case_id='' WHERE reference=?",
                    (State.SEALED, reference),
                )
                database.execute("UPDATE attachment SET sent=0 WHERE parcel=?", (reference,))

        await self._run(write)

    async def note_stuck(self, reference: str, code: str) -> None:
        """Note why the server refuses a parcel; an empty code takes the note back."""
        await self._write("UPDATE parcel SET stuck=? WHERE reference=?", (code, reference))

    async def remove(self, reference: str) -> None:
        """Delete a parcel and overwrite what it held."""

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.execute("DELETE FROM parcel WHERE reference=?", (reference,))
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await self._run(write)

    async def recipient(self, asked: str) -> Recipient | None:
        """Return the recipient last remembered under the question `asked`."""

        def read(database: sqlite3.Connection) -> Recipient | None:
            query = "SELECT destination, key, fetched FROM recipient WHERE asked=?"
            row = database.execute(query, (asked,)).fetchone()
            return Recipient(row[0], json.loads(row[1]), row[2]) if row else None

        return await self._run(read)

    async def remember(self, asked: str, recipient: Recipient | None) -> None:
        """Keep a recipient for times without network; None forgets it."""
        if recipient is None:
            await self._write("DELETE FROM recipient WHERE asked=?", (asked,))
            return
        await self._write(
            "INSERT OR REPLACE INTO recipient (asked, destination, key, fetched) VALUES (?, ?, ?, ?)",
            (asked, recipient.destination_id, json.dumps(dict(recipient.key)), recipient.fetched),
        )

    async def aclose(self) -> None:
        """Close the file. Steps that were begun are finished first. Closing twice does nothing."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    async def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        def write(database: sqlite3.Connection) -> None:
            with database:
                database.execute(statement, values)

        await self._run(write)

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def step() -> T:
            try:
                return work(self._open())
            except (sqlite3.Error, OSError) as problem:
                # The text of a SQLite error may quote values; its kind may not.
                kind = getattr(problem, "sqlite_errorname", type(problem).__name__)
                raise OutboxError(str(kind)) from None

        return await asyncio.get_running_loop().run_in_executor(self._thread, step)

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._database = _opened(self._path, self._most_pages)
        return self._database


def _opened(path: Path, most_pages: int) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, timeout=2)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute(f"PRAGMA max_page_count={most_pages}")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            script = f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_SCHEMA_VERSION}; COMMIT;"
            database.executescript(script)
        elif version != _SCHEMA_VERSION:
            raise sqlite3.DatabaseError("made by another version")
    except BaseException:
        database.close()
        raise
    return database


def _insert(database: sqlite3.Connection, parcel: Parcel, created: float) -> None:
    columns = "reference, created, destination, leika, service, metadata, data, state"
    with database:
        database.execute(
            f"INSERT INTO parcel ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
            (
                parcel.reference,
                created,
                parcel.destination_id,
                parcel.leika,
                parcel.service_name,
                parcel.metadata,
                parcel.data,
                parcel.state,
            ),
        )
        database.executemany(
            "INSERT INTO attachment (id, parcel, position, jwe) VALUES (?, ?, ?, ?)",
            [(part.id, parcel.reference, index, part.jwe) for index, part in enumerate(parcel.attachments)],
        )


def _select(database: sqlite3.Connection, reference: str) -> Parcel | None:
    row = database.execute(
        "SELECT destination, leika, service, metadata, data, state, submission, case_id, announced"
        " FROM parcel WHERE reference=?",
        (reference,),
    ).fetchone()
    if row is None:
        return None
    parts = database.execute(
        "SELECT id, jwe, sent FROM attachment WHERE parcel=? ORDER BY position", (reference,)
    ).fetchall()
    destination, leika, service, metadata, data, state, submission, case_id, announced = row
    return Parcel(
        reference=reference,
        destination_id=destination,
        leika=leika,
        service_name=service,
        metadata=metadata,
        data=data,
        attachments=tuple(SealedAttachment(name, jwe, bool(sent)) for name, jwe, sent in parts),
        state=State(state),
        submission_id=submission,
        case_id=case_id,
        announced=announced,
    )
