"""What stands behind the network: it answers, and knows this terminal. And the clock, by which everybody is known."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time
from typing import Any

from doctor.bench import Bench, fact, of_state, ready, short, state_of, watched
from kiosk.device_events import Device
from kiosk.ports import Watched
from kiosk.readiness import Detail, Finding, Verdict
from kiosk.text import msg

ANSWER_S = 5.0
WRONG_S, OFF_S = 300, 30
"""A token's time is checked to the minute: so far off, servers refuse us; so far off, IT should know."""


async def submission(bench: Bench) -> Finding:
    """Fetch a token where applications are handed in. Nothing is handed in."""
    async with bench.only("submission") as ports:
        return await _answers("submission", Device.SUBMISSION, ports.submissions)


async def counter(bench: Bench) -> Finding:
    """Ask the counter's server whether it knows this terminal. Nobody is called."""
    async with bench.only("counter") as ports:
        return await _answers("counter", Device.COUNTER, ports.desk)


async def _answers(check: str, device: Device, port: Watched | None) -> Finding:
    assert port
    async with watched(port) as heard:
        return of_state(check, await state_of(heard, device)) or ready(check)


async def clock(bench: Bench) -> Finding:
    """Compare the clock with the servers', and with what surely lies in the past."""
    now = time()
    details = [fact("doctor.clock.here", datetime.now(UTC).isoformat(timespec="seconds"))]
    if now < _newest(bench.settings.profile):
        return short("clock", Verdict.NOT_READY, msg("doctor.clock.past")).with_details(*details)
    details += await _synchronised()
    apart = 0.0
    for address, ca_file in _servers(bench.settings):
        theirs = await _time_at(address, ca_file)
        if theirs is not None:
            off = theirs - time()
            apart = max(apart, abs(off))
            details.append(fact("doctor.clock.off", f"{address}: {off:+.0f} s"))
    verdict = Verdict.NOT_READY if apart > WRONG_S else Verdict.LIMITED if apart > OFF_S else Verdict.READY
    found = ready("clock") if verdict is Verdict.READY else short("clock", verdict, msg("doctor.clock.apart"))
    return found.with_details(*details)


def _newest(folder: Path) -> float:
    """When the newest file of a profile was written: no clock can be before that."""
    return max((path.stat().st_mtime for path in folder.rglob("*") if path.is_file()), default=0.0)


def _servers(settings: Any) -> Iterator[tuple[str, Path | None]]:
    if settings.counter:
        yield settings.counter.url, settings.counter.ca_file
    if settings.submission:
        yield settings.submission.token_url, settings.submission.ca_file


async def _time_at(address: str, ca_file: Path | None) -> float | None:
    """Return a server's time as its answers have it (RFC 9110, 6.6.1), None if it tells none."""
    import httpx

    trust = ssl.create_default_context(cafile=ca_file)
    try:
        async with httpx.AsyncClient(verify=trust, timeout=ANSWER_S, trust_env=False) as client:
            answer = await client.head(address)
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (httpx.HTTPError, KeyError, ValueError):
        return None


async def _synchronised() -> list[Detail]:
    """Whether systemd keeps the clock right; nothing where there is no systemd."""
    program = shutil.which("timedatectl")
    if program is None:
        return []
    asked = await asyncio.create_subprocess_exec(
        program,
        "show",
        "-p",
        "NTPSynchronized",
        "--value",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(ANSWER_S):
            out, _ = await asked.communicate()
    except TimeoutError:
        asked.kill()
        await asked.wait()
        return []
    answer = out.decode(errors="replace").strip()
    return [fact("doctor.clock.synchronised", answer)] if answer else []
