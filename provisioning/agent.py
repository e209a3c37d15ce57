"""The agent of a terminal: fetch, verify, unpack, activate between visits, see whether it is healthy, or go back.

It can be stopped or killed at any instruction: what is in use is a link (`provisioning.agent_releases`), and what it
was about to do it finds out again when it begins. Whatever goes wrong with an update, the terminal goes on with what
it has; the agent says in one line what it was, in the log and in `status.json`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from provisioning.agent_line import AgentSide, TerminalState
from provisioning.agent_releases import Release, Releases, Trial
from provisioning.agent_source import Offer, Source, Trouble, UpdateFault
from provisioning.agent_status import Status
from provisioning.bundle import BundleError

T = TypeVar("T")
log = logging.getLogger(__name__)

Check = Callable[[Path], list[str]]
"""Says what this software cannot read in a profile's folder: an empty list if it can show it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the agent waits, in seconds.

    `every` check by check, less by up to a fifth by chance, so that a fleet does not come at once. A new release is
    healthy if the terminal shows it within `start` and, `settle` later, no device is worse than before. A terminal
    that does not call within `call` is not running, so nobody stands at it.
    """

    every: float = 900.0
    start: float = 60.0
    settle: float = 30.0
    call: float = 120.0


MOST_TRIALS = 3
"""So often the agent may begin anew during one trial: a release that has the computer start over goes back."""
ALARM_AFTER = timedelta(hours=24)
ROOM = 3
"""An update needs so many times its size: the file, its content, and some for whoever writes meanwhile."""


class Agent:
    """Keeps one terminal current. Everything that blocks is done by one thread of its own."""

    def __init__(self, source: Source, releases: Releases, line: AgentSide, check: Check, status: Status) -> None:
        self._source, self._floor, self._releases = source, source.floor, releases
        self._line, self._check, self._status = line, check, status
        self._thread = ThreadPoolExecutor(1, "ThreadPoolExecutor-agent")
        self.look_now = asyncio.Event()
        line.say_taken_back(status.taken_back)
        line.wants = self._aim
        source.aim(status.target)

    async def run(self, pace: Pace) -> None:
        """Work until cancelled."""
        await self._take_up(pace)
        while True:
            await self.round(pace)
            with contextlib.suppress(TimeoutError):
                wait = pace.every * random.uniform(0.8, 1.0)  # noqa: S311 - spreads a fleet, keeps no secret
                await asyncio.wait_for(self.look_now.wait(), wait)
            self.look_now.clear()

    def _aim(self, target: str) -> None:
        """Look for another bundle at once, where IT assigned one; after a restart that is known before the terminal."""
        if target != self._status.target:
            log.info("the bundle that is wanted here: %s", target or "as the settings say")
            self._source.aim(target)
            self._status.aimed(target)
            self.look_now.set()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    async def _take_up(self, pace: Pace) -> None:
        """Take up what a cut has left."""
        await self._blocking(self._releases.clear_incoming)
        current = self._releases.current
        if not self._releases.on_trial:
            return
        if current is None:
            await self._back("its folder is not whole")
        elif why := self._releases.refused(current.name):
            await self._back(why)
        else:
            trial = await self._blocking(self._releases.begin_trial_again)
            if trial.begun > MOST_TRIALS:
                await self._back(f"the computer began anew {trial.begun} times during its trial")
            else:
                await self._try(current, trial, pace)

    async def round(self, pace: Pace) -> None:
        """Look once for something new, and bring it into use if there is."""
        try:
            release = await self._blocking(self._get)
            self._status.looked(self._releases.current)
            current = self._releases.current
            if release is not None:
                await self._bring_into_use(release, pace)
            elif current is not None and self._releases.on_trial:
                await self._try(current, self._releases.trial, pace)
        except UpdateFault as fault:
            self._complain(fault.trouble, str(fault))
        except BundleError as fault:
            self._complain(Trouble.NOT_A_BUNDLE, str(fault))
        except OSError as error:
            self._complain(Trouble.DISK, f"the disk or a file of the agent's: {error.strerror or type(error).__name__}")
        self._watch_age()

    def _get(self) -> Release | None:
        """Return a release that is there whole, verified, readable, and not in use yet; None if nothing is new."""
        offer = self._source.look()
        current = self._releases.current
        if current and offer.digest.startswith(current.name):
            return None
        if why := self._releases.refused(offer.digest):
            line = f"version {offer.version} was taken back before ({why}); publish a corrected one"
            raise UpdateFault(Trouble.REFUSED_BEFORE, line)
        release = self._releases.find(offer.digest) or self._fetch(offer)
        mistakes = self._check(release.profile)
        if mistakes:
            more = f", and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
            line = f"version {offer.version} cannot be shown by this software: {mistakes[0]}{more}"
            raise UpdateFault(Trouble.UNREADABLE, line)
        return release

    def _fetch(self, offer: Offer) -> Release:
        incoming = self._releases.clear_incoming()
        self._releases.need_room(offer.file.length * ROOM)
        bundle = incoming / "bundle.tar"
        try:
            self._source.fetch(offer, bundle)
            return self._releases.stage(bundle, offer.digest, self._floor.floor.to_bytes())
        finally:
            self._releases.clear_incoming()

    # Into use, and perhaps back

    async def _bring_into_use(self, release: Release, pace: Pace) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._line.until(_is_there), pace.call)
        await self._line.until(_nobody_is_here)
        before = self._line.state
        trial = Trial(release.name, before.faults if before else (), connected=before is not None)
        await self._blocking(lambda: self._releases.activate(release, trial))
        log.info("version %s is in use now, on trial", release.manifest.version)
        self._status.looked(release)
        self._line.restart()
        await self._try(release, trial, pace)

    async def _try(self, release: Release, trial: Trial, pace: Pace) -> None:
        """Watch a release's trial, and confirm it or go back."""
        profile = str(release.profile)
        await self._line.until(lambda state: state is None or state.profile == profile)
        try:
            await asyncio.wait_for(self._line.until(lambda state: _shows(state, profile)), pace.start)
        except TimeoutError:
            if trial.connected or self._line.state:
                await self._back(f"the terminal did not show it within {pace.start:.0f} s")
            return  # it was not running before either, which proves nothing: the trial goes on at the next look
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._line.until(lambda state: not _shows(state, profile)), pace.settle)
            await self._back(f"the terminal ended within {pace.settle:.0f} s")
            return
        worse = set(self._line.state.faults if self._line.state else ()) - set(trial.faults)
        if trial.connected and worse:
            await self._back(f"these worked before and do not any more: {', '.join(sorted(worse))}")
            return
        await self._blocking(self._releases.confirm)
        log.info("version %s is healthy", release.manifest.version)
        self._status.confirmed(release)
        self._line.say_taken_back(False)

    async def _back(self, why: str) -> None:
        bad = self._releases.current
        version = bad.manifest.version if bad else "?"
        await self._line.until(_nobody_is_here)
        await self._blocking(lambda: self._releases.roll_back(why))
        good = self._releases.current
        self._status.rolled_back(version, why, good)
        self._line.say_taken_back(True)
        self._line.restart()
        back = f"version {good.manifest.version}" if good else "the profile that the settings name"
        log.warning("version %s was taken back: %s. In use again: %s", version, why, back)

    # Saying so

    def _complain(self, trouble: Trouble, line: str) -> None:
        log.warning("no update (%s): %s", trouble, line)
        self._status.failed(trouble, line, self._releases.current)

    def _watch_age(self) -> None:
        if not self._floor.floor.root:
            return
        age = self._floor.now() - self._floor.floor.time
        late = self._floor.late_by()
        if age > ALARM_AFTER:
            log.warning("alarm: nothing new was signed, or got here, for %d hours", age.total_seconds() // 3600)
        if late > timedelta(minutes=5):
            log.warning("alarm: this computer's clock is late by %s at least", str(late).partition(".")[0])
        self._status.aged(age, alarm=age > ALARM_AFTER, late=late)

    async def _blocking(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _is_there(state: TerminalState | None) -> bool:
    return state is not None


def _nobody_is_here(state: TerminalState | None) -> bool:
    return state is None or state.free


def _shows(state: TerminalState | None, profile: str) -> bool:
    return state is not None and state.profile == profile
