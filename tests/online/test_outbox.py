"""The outbox: what is on disk, what survives, what a full or broken disk does."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.application_events import HandInFailed, KeptForLater
from kiosk.faults import FaultCode
from online.fit_connect import Outbox, OutboxError
from online.fit_connect.parcel import Parcel, SealedAttachment, State, seal_application
from online.simulators.authority import Authority
from online.simulators.authority_tokens import AuthorityKeys
from tests.online.support import DESTINATION, IMPATIENT, SENTINEL, Make, Told, application, attachment


@pytest.fixture
def sealed(keys: AuthorityKeys) -> Parcel:
    return seal_application(
        application(attachment("a.jpg"), attachment("b.jpg")),
        DESTINATION,
        keys.encryption_jwk,
        date(2026, 11, 22),
        "2.1.0",
    )


async def test_what_was_added_is_there_after_a_new_start(tmp_path: Path, sealed: Parcel) -> None:
    first = Outbox(tmp_path / "deeper" / "outbox.sqlite")
    await first.add(sealed)
    await first.aclose()
    second = Outbox(tmp_path / "deeper" / "outbox.sqlite")
    assert await second.load(sealed.reference) == sealed
    assert [waiting.reference for waiting in await second.waiting()] == [sealed.reference]
    await second.aclose()


async def test_each_step_is_there_after_a_new_start(tmp_path: Path, sealed: Parcel) -> None:
    path, reference = tmp_path / "outbox.sqlite", sealed.reference
    outbox = Outbox(path)
    await outbox.add(sealed)
    await outbox.announced(reference, "sub", "case")
    await outbox.sent(reference, sealed.attachments[1].id)
    await outbox.note_stuck(reference, "submission.refused")
    await outbox.aclose()

    outbox = Outbox(path)
    parcel = await outbox.load(reference)
    assert parcel is not None
    assert (parcel.state, parcel.submission_id, parcel.case_id) == (State.ANNOUNCED, "sub", "case")
    assert [part.sent for part in parcel.attachments] == [False, True]
    assert (await outbox.waiting())[0].stuck == "submission.refused"
    await outbox.start_over(reference)
    parcel = await outbox.load(reference)
    assert parcel == replace(sealed, announced=1)
    await outbox.move(reference, State.ACKNOWLEDGED)
    parcel = await outbox.load(reference)
    assert parcel is not None
    assert parcel.state is State.ACKNOWLEDGED
    await outbox.remove(reference)
    assert await outbox.load(reference) is None
    assert await outbox.waiting() == ()
    await outbox.aclose()


async def test_the_file_is_durable_and_for_its_owner_alone(tmp_path: Path, sealed: Parcel) -> None:
    outbox = Outbox(tmp_path / "folder" / "outbox.sqlite")
    await outbox.add(sealed)
    assert await outbox._run(lambda database: database.execute("PRAGMA journal_mode").fetchone()) == ("wal",)
    assert await outbox._run(lambda database: database.execute("PRAGMA synchronous").fetchone()) == (2,)
    assert await outbox._run(lambda database: database.execute("PRAGMA secure_delete").fetchone()) == (1,)
    for path in (tmp_path / "folder").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    await outbox.aclose()


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_no_plain_text_and_no_trace_after_deletion(make: Make, authority: Authority, tmp_path: Path) -> None:
    first, told = make(), Told()
    await first.hand_in(application(), Told())
    service = make(first._outbox, delays=IMPATIENT)
    authority.online = False
    task = asyncio.ensure_future(service.hand_in(application(attachment("Führerschein.jpg")), told))
    kept = await told.wait(KeptForLater)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert isinstance(kept, KeptForLater)

    content = files_of(tmp_path)
    assert kept.reference.reveal().encode() in content
    for secret in (SENTINEL, "Kuźnećow", "Łódź", "Führerschein", authority.client_secret):
        assert secret.encode() not in content
        assert secret.encode("utf-16-le") not in content

    parcel = await service._outbox.load(kept.reference.reveal())
    assert parcel is not None
    ciphertext = parcel.data.split(".")[3][:64].encode()
    assert ciphertext in content
    await service._outbox.remove(parcel.reference)
    assert ciphertext not in files_of(tmp_path)


async def test_a_full_disk_is_told_and_nothing_is_promised(make: Make, authority: Authority, tmp_path: Path) -> None:
    service = make(Outbox(tmp_path / "small.sqlite", most_bytes=18 * 4096))
    told = Told()
    await service.hand_in(application(attachment()), told)
    assert not isinstance(told.events[-1], HandInFailed)
    await service.hand_in(application(*[attachment(f"{n}.jpg") for n in range(40)]), told)
    event = told.events[-1]
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_DISK
    assert event.fault.detail == "outbox: SQLITE_FULL"
    assert len(authority.arrived) == 1
    assert (await service.backlog()).waiting == 0


async def test_a_damaged_file_is_told_and_left_as_it_is(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    path.write_bytes(b"this is not a database, but perhaps somebody can still read it" * 100)
    before = path.read_bytes()
    told = Told()
    await make(Outbox(path)).hand_in(application(), told)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_DISK
    assert path.read_bytes() == before


async def test_a_file_of_another_version_is_not_touched(tmp_path: Path, sealed: Parcel) -> None:
    path = tmp_path / "outbox.sqlite"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version=7")
    database.close()
    outbox = Outbox(path)
    with pytest.raises(OutboxError, match="DatabaseError"):
        await outbox.add(sealed)
    await outbox.aclose()


def parcel_of(number: int, parts: int) -> Parcel:
    return Parcel(
        reference=f"r{number}",
        destination_id="d",
        leika="99",
        service_name="s",
        metadata=f"m.{number}",
        data=f"d.{number}",
        attachments=tuple(SealedAttachment(f"{number}-{part}", f"a.{part}") for part in range(parts)),
    )


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "announce", "sent", "move", "over", "remove", "reopen"]), st.integers(0, 3)),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_the_file_always_says_what_was_done(steps: list[tuple[str, int]]) -> None:
    """Compare with a model in memory, over any order of steps and new starts."""

    async def run(folder: Path) -> None:
        model: dict[str, Parcel] = {}
        outbox = Outbox(folder / "outbox.sqlite")
        for step, number in steps:
            name = f"r{number}"
            if step == "reopen":
                await outbox.aclose()
                outbox = Outbox(folder / "outbox.sqlite")
            elif step == "add" and name not in model:
                model[name] = parcel_of(number, number)
                await outbox.add(model[name])
            elif name in model:
                after = await take(outbox, step, model.pop(name))
                model |= {name: after} if after else {}
            assert {waiting.reference for waiting in await outbox.waiting()} == model.keys()
            for key, value in model.items():
                assert await outbox.load(key) == value
        await outbox.aclose()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def take(outbox: Outbox, step: str, parcel: Parcel) -> Parcel | None:
    name = parcel.reference
    match step:
        case "announce":
            await outbox.announced(name, "s", "c")
            state = replace(parcel, state=State.ANNOUNCED, submission_id="s", case_id="c")
            return replace(state, announced=parcel.announced + 1)
        case "sent" if parcel.attachments:
            await outbox.sent(name, parcel.attachments[0].id)
            first = replace(parcel.attachments[0], sent=True)
            return replace(parcel, attachments=(first, *parcel.attachments[1:]))
        case "move":
            await outbox.move(name, State.SUBMITTING)
            return replace(parcel, state=State.SUBMITTING)
        case "over":
            await outbox.start_over(name)
            unsent = tuple(replace(part, sent=False) for part in parcel.attachments)
            return replace(parcel, state=State.SEALED, submission_id="", case_id="", attachments=unsent)
        case "remove":
            await outbox.remove(name)
            return None
    return parcel


def test_a_parcel_shows_nothing_of_its_content(sealed: Parcel) -> None:
    text = repr(replace(sealed, submission_id="the-number"))
    assert sealed.data not in text
    assert "the-number" not in text
    assert sealed.metadata not in text
