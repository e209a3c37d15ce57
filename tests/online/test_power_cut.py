"""The power fails at any instruction: after the next start every kept application arrives, and arrives once."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.application_events import HandedIn, KeptForLater
from online.fit_connect import FitConnect, Outbox
from online.fit_connect.wire import Wire
from online.simulators.authority import Authority
from online.simulators.authority_faults import Operation
from tests.online.support import (
    QUICK,
    SENTINEL,
    SHORT,
    Told,
    application,
    attachment,
    settings_of,
    until_empty,
    watching,
)


class PowerCut(BaseException):
    """The power fails here; nothing after it happens."""


@dataclass
class Fuse:
    """Blows at the given instruction, counted over writes to the disk and requests, and stays blown."""

    blows_at: int
    counted: int = 0
    names: list[str] = field(default_factory=list)

    def pass_by(self, name: str) -> None:
        self.counted += 1
        self.names.append(name)
        if self.counted >= self.blows_at:
            raise PowerCut(name)


@pytest.fixture
def fuse(monkeypatch: pytest.MonkeyPatch) -> Fuse:
    """Put a fuse before and after every statement and every request."""
    fuse = Fuse(10**9)
    ask = Wire._ask

    class Fused(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            fuse.pass_by(f"before {args[0][:24]}")
            cursor = super().execute(*args)
            fuse.pass_by(f"after {args[0][:24]}")
            return cursor

        def commit(self) -> None:
            fuse.pass_by("before commit")
            super().commit()
            fuse.pass_by("after commit")

        def __exit__(self, kind: Any, *rest: Any) -> Any:
            if kind is PowerCut:
                return False
            if kind is None:
                self.commit()
                return False
            return super().__exit__(kind, *rest)

    async def fused_ask(self: Wire, operation: str, *args: Any, **request: Any) -> Any:
        fuse.pass_by(f"before {operation}")
        answer = await ask(self, operation, *args, **request)
        fuse.pass_by(f"after {operation}")
        return answer

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **rest: connect(*args, factory=Fused, **rest))
    monkeypatch.setattr(Wire, "_ask", fused_ask)
    return fuse


async def test_at_every_instruction(authority: Authority, fuse: Fuse, tmp_path: Path) -> None:
    total = await hand_in_until(authority, fuse, 10**9, tmp_path / "whole")
    assert total > 40
    authority.arrived.clear()
    kept_somewhere = 0
    for instruction in range(1, total + 1):
        folder = tmp_path / str(instruction)
        before = len(authority.arrived)
        await hand_in_until(authority, fuse, instruction, folder)
        kept_somewhere += await start_again(authority, fuse, folder)
        arrived = authority.arrived[before:]
        assert len(arrived) <= 1, fuse.names[-1]
        assert all(arrival.accepted for arrival in arrived)
    assert kept_somewhere > total / 2


async def hand_in_until(authority: Authority, fuse: Fuse, instruction: int, folder: Path) -> int:
    """Hand in until the fuse blows, then leave the files as the power cut leaves them."""
    fuse.blows_at, fuse.counted = instruction, 0
    fuse.names.clear()
    outbox = Outbox(folder / "live" / "outbox.sqlite")
    service = FitConnect(
        settings_of(authority), {authority.client_id: authority.client_secret}.get, outbox, delays=QUICK
    )
    told = Told()
    try:
        await service.hand_in(application(attachment()), told)
    except PowerCut:
        assert not told.events
    counted = fuse.counted
    fuse.blows_at = 10**9
    if (folder / "live").exists():
        shutil.copytree(folder / "live", folder / "after")
    await service.aclose()
    return counted


async def start_again(authority: Authority, fuse: Fuse, folder: Path) -> bool:
    """Start on what the power cut left; return whether an application was in it."""
    before = len(authority.arrived)
    outbox = Outbox(folder / "after" / "outbox.sqlite")
    kept = await outbox.waiting()
    assert len(kept) <= 1
    service = FitConnect(
        settings_of(authority), {authority.client_id: authority.client_secret}.get, outbox, delays=QUICK
    )
    if kept:
        async with watching(service):
            await until_empty(service)
        references = [arrival.reference for arrival in authority.arrived]
        assert references.count(kept[0].reference) == 1, fuse.names
    else:
        assert len(authority.arrived) == before
    await service.aclose()
    return bool(kept)


def files_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


CHILD = """
import asyncio, json, os, signal, sys
from pathlib import Path
from online.fit_connect import FitConnect, FitConnectSettings, Outbox
from tests.online.support import QUICK, Told, application, attachment

class Killed(Outbox):
    async def _run(self, work):
        result = await super()._run(work)
        self.left = getattr(self, "left", int(sys.argv[3])) - 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

async def main():
    told = json.loads(sys.argv[2])
    secret = told.pop("secret")
    settings = FitConnectSettings(**told)
    service = FitConnect(settings, lambda _: secret, Killed(Path(sys.argv[1])), delays=QUICK)
    await service.hand_in(application(attachment()), Told())

asyncio.run(main())
"""


@pytest.mark.parametrize("steps", [4, 5, 6, 7, 8, 9])
async def test_a_killed_process_loses_nothing(authority: Authority, tmp_path: Path, steps: int) -> None:
    path = tmp_path / "outbox.sqlite"
    settings = {
        "token_url": authority.token_url,
        "submission_api": authority.submission_api,
        "destination_api": authority.destination_api,
        "client_id": authority.client_id,
        "secret": authority.client_secret,
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CHILD,
        str(path),
        json.dumps(settings),
        str(steps),
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
        stderr=subprocess.PIPE,
    )
    _, problems = await child.communicate()
    assert child.returncode == -signal.SIGKILL, problems.decode()

    outbox = Outbox(path)
    kept = await outbox.waiting()
    assert len(kept) == 1
    assert SENTINEL.encode() not in files_of(tmp_path)
    service = FitConnect(settings_of(authority), lambda _: authority.client_secret, outbox, delays=QUICK)
    async with watching(service):
        await until_empty(service)
    await service.aclose()
    (arrival,) = authority.arrived
    assert arrival.accepted
    assert arrival.reference == kept[0].reference
    assert authority.requests[Operation.SUBMIT] == 1


async def test_what_was_promised_is_never_taken_back(authority: Authority, tmp_path: Path) -> None:
    """The power fails again and again while the network comes and goes."""
    path = tmp_path / "outbox.sqlite"
    promised: list[str] = []
    for turn in range(6):
        authority.online = turn in {0, 5}
        delays = QUICK if authority.online else SHORT
        outbox = Outbox(path)
        service = FitConnect(settings_of(authority), lambda _: authority.client_secret, outbox, delays=delays)
        told = Told()
        task = asyncio.ensure_future(service.hand_in(application(), told))
        await told.wait(KeptForLater if turn not in {0, 5} else HandedIn)
        promised += [event.reference.reveal() for event in told.events if isinstance(event, KeptForLater)]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if turn == 5:
            async with watching(service):
                await until_empty(service)
        await service.aclose()
    references = [arrival.reference for arrival in authority.arrived]
    assert len(promised) == 4
    assert sorted(references) == sorted(set(references))
    assert set(promised) <= set(references)
