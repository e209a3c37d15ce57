"""Many visits, one after the other, at one terminal."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from demo.sound import OwnServer
from kiosk.device_events import Device
from tests.chaos.desk import RealDesk
from tests.chaos.foyer import READY_S, Foyer, opened
from tests.chaos.guest import MOST_S, Guest, StuckError
from tests.chaos.judge import Ledger, after_visit, handed_in
from tests.chaos.marks import marked, marked_bytes
from tests.chaos.measure import State, look, words_in_memory
from tests.chaos.plan import Plan, drawn
from tests.chaos.troubles import Trouble, by_likelihood, troubles

DELIVERED_S = 90.0
CALMS_DOWN_S = 2.0
AT_THE_LATEST = ("done", "kept", "not-sent", "slip-", "rescue-changed", "rescue-ready", "goodbye")
LATE_S = 10.0
"""So long after a trouble was mended a device may still fail by it."""
STATES = 20
"""So often the process is looked at in a whole run."""


@dataclass(slots=True)
class Loud(logging.Handler):
    """Keeps what was logged as an error, and whatever bears a visitor's word."""

    errors: list[str] = field(default_factory=list)
    words: int = 0

    def __post_init__(self) -> None:
        logging.Handler.__init__(self)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line."""
        line = f"{record.name}: {record.getMessage()}"
        self.words += bool(marked([line]))
        if record.levelno >= logging.ERROR:
            text = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
            self.errors.append(f"{line}\n{text}".rstrip())


@dataclass(slots=True)
class Result:
    """What came of it all."""

    seed: int
    where: str
    visits: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    usable: dict[str, list[float]] = field(default_factory=dict)
    """By trouble: seconds from the mending until everything worked."""
    behind_network: set[str] = field(default_factory=set)
    states: list[State] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unknowable: int = 0
    calls: int = 0


@dataclass(slots=True)
class Striking:
    """A trouble that strikes and is mended in the course of a visit."""

    foyer: Foyer
    plan: Plan
    trouble: Trouble
    before: Callable[[], None]
    """Called as the last thing before it strikes."""
    caused: float = 0.0
    mended: float = 0.0
    _doing: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Wait for the screen, strike, and mend again if it is to be mended in time."""
        strike = self.plan.strike
        await self.foyer.until(self._time_has_come, MOST_S * 2)
        await self.foyer.until(self._going, strike.after)
        self.before()
        self.caused = time.monotonic()
        await self._whole(self.trouble.cause(self.foyer))
        if strike.lasts is not None:
            await asyncio.sleep(strike.lasts)
            await self.mend()

    def _time_has_come(self) -> bool:
        """Whether the screen was to be seen; at the latest at the end of the visit."""
        stages = (self.plan.strike.stage, *AT_THE_LATEST)
        return any(screen.id.startswith(stages) for screen in self.foyer.record.screens)

    def _going(self) -> bool:
        """Whether it is high time to strike."""
        return any(screen.id.startswith("goodbye") for screen in self.foyer.record.screens)

    async def mend(self) -> None:
        """Mend it, once."""
        if self.caused and not self.mended:
            await self._whole(self._mending())

    async def _mending(self) -> None:
        await self.trouble.mend(self.foyer)
        self.mended = time.monotonic()

    async def _whole(self, act: Awaitable[None]) -> None:
        """Do something to its end, also if the visit ends meanwhile: half of it is no trouble of this world."""
        self._doing = asyncio.ensure_future(act)
        await asyncio.shield(self._doing)

    async def over(self) -> None:
        """Strike no more; mend what was not mended."""
        if self._doing:
            await self._doing
        await self.mend()

    def usable_after(self) -> float | None:
        """Return after how many seconds all was usable for good; None where nothing failed."""
        began = self.caused if self.trouble.by_itself else self.mended
        back = [at - began for at, device, works in self.foyer.changes if works and device in self.trouble.devices]
        later = [seconds for seconds in back if 0 < seconds < LATE_S]
        return max(later) if later else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits of which seed. `only`: a word in the names of the troubles that are wanted."""

    seed: int
    visits: int
    first: int = 1
    only: str = ""
    talkative: bool = False


async def chaos(wanted: Wanted) -> Result:
    """Let visitors come, and judge each visit."""
    loud = Loud()
    root = logging.getLogger()
    root.addHandler(loud)
    try:
        async with opened() as foyer:
            result = Result(wanted.seed, foyer.desk.what)
            await _Run(wanted, foyer, result, loud).all()
            return result
    finally:
        root.removeHandler(loud)


class _Run:
    """One run of many visits."""

    def __init__(self, wanted: Wanted, foyer: Foyer, result: Result, loud: Loud) -> None:
        self._wanted = wanted
        self._foyer, self._result, self._loud = foyer, result, loud
        self._ledger = Ledger()
        self._troubles: Mapping[str, Trouble] = troubles(
            real=isinstance(foyer.desk, RealDesk), sound=isinstance(foyer.sound, OwnServer)
        )
        self._names = tuple(name for name in by_likelihood(self._troubles) if wanted.only in name)
        self._devices: tuple[Device, ...] = ()
        self._last: Striking | None = None
        self._disturbed = 0.0
        """When readers or network were mended last."""

    async def all(self) -> None:
        """Let everybody come, one after the other."""
        began = time.monotonic()
        await self._ready()
        visits, first = self._wanted.visits, self._wanted.first
        every = max(1, visits // STATES)
        for number in range(first, first + visits):
            await self._one(number)
            if (number - first + 1) % every == 0:
                await asyncio.sleep(0.2)
                self._result.states.append(look())
        await self._delivered()
        await asyncio.sleep(CALMS_DOWN_S)
        self._finish_recovery()
        self._result.states.append(look())
        self._look_for_traces()
        result = self._result
        result.visits, result.seconds = visits, time.monotonic() - began
        result.errors, result.unknowable = self._loud.errors, self._ledger.unknowable
        result.calls = self._foyer.counter.closed

    def _look_for_traces(self) -> None:
        """Look for words of visitors in the log, on the disk and in the memory of the process."""
        found, foyer = self._result.violations, self._foyer
        if self._loud.words:
            found.append(f"{self._loud.words} log lines bear words of visitors")
        for path in foyer.around.folder.rglob("*"):
            if path.is_file() and (whose := marked_bytes(path.read_bytes())):
                found.append(f"{path.name} on the disk bears words of {sorted(whose)}")
        foyer.around.authority.forget()
        foyer.begin_record()
        found += [f"words of {whose} are still held by {holder}" for holder, whose in words_in_memory()]

    async def _ready(self) -> None:
        """Wait until all that there is works."""
        foyer = self._foyer
        absent = {device for device in Device if not foyer.terminal.visit.has(device)}
        self._devices = tuple(device for device in Device if device not in absent)
        if not await foyer.until(lambda: foyer.works(*self._devices), READY_S * 3):
            raise StuckError(f"does not work at the start: {self._broken()}")

    def _broken(self) -> list[str]:
        visit = self._foyer.terminal.visit
        faults = ((device, visit.devices.fault(device)) for device in self._devices)
        return [f"{device} ({fault.code})" for device, fault in faults if fault]

    async def _one(self, number: int) -> None:
        foyer = self._foyer
        plan = drawn(self._wanted.seed, number, self._names, [str(tag) for tag in foyer.place.languages])
        guest = Guest(plan, foyer)
        striking = Striking(foyer, plan, self._troubles[plan.strike.trouble], self._finish_recovery)
        began = time.monotonic()
        quiet = began > self._disturbed + LATE_S
        task = asyncio.get_running_loop().create_task(striking.run(), name="trouble")
        wrong: list[str] = []
        try:
            async with asyncio.timeout(MOST_S * 1.5):
                await guest.visit()
        except (StuckError, TimeoutError) as stuck:
            wrong.append(f"hangs: {stuck or foyer.terminal.screen.id}")
            await self._send_away()
        took = time.monotonic() - began
        await self._calm(task, striking)
        wrong += await self._settled()
        undisturbed = quiet and (not striking.caused or striking.trouble.elsewhere)
        wrong += self._judged(guest, undisturbed=undisturbed)
        if not (await foyer.submissions.backlog()).waiting:
            foyer.around.authority.forget()  # nobody asks for anything any more
        self._note(plan, guest, striking, took, wrong)

    async def _send_away(self) -> None:
        """End a visit that hangs, so that the others can be looked at."""
        from kiosk.events import EndConfirmed

        self._foyer.terminal.post(EndConfirmed())
        await self._foyer.desk.remove()
        await self._foyer.until(lambda: self._foyer.terminal.screen.id == "welcome", READY_S)

    async def _calm(self, task: asyncio.Task[None], striking: Striking) -> None:
        """End the trouble, if it has not ended by itself."""
        task.cancel()
        [end] = await asyncio.gather(task, return_exceptions=True)
        if isinstance(end, Exception):
            raise end
        await striking.over()
        if striking.caused:
            self._last = striking
            if not striking.trouble.elsewhere:
                self._disturbed = time.monotonic()
        await self._foyer.desk.remove()

    async def _settled(self) -> list[str]:
        """Wait until everything works for the next one."""
        foyer = self._foyer
        if not await foyer.until(lambda: foyer.works(*self._devices), READY_S):
            return [f"never came back: {self._broken()}"]
        return []

    def _finish_recovery(self) -> None:
        """Note how long everything took to be usable after the last trouble."""
        last, self._last = self._last, None
        if last and (seconds := last.usable_after()) is not None:
            name = last.plan.strike.trouble
            self._result.usable.setdefault(name, []).append(seconds)
            if last.trouble.cable:
                self._result.behind_network.add(name)
        self._foyer.changes.clear()

    def _judged(self, guest: Guest, *, undisturbed: bool) -> list[str]:
        foyer, ledger = self._foyer, self._ledger
        record = foyer.begin_record()
        wrong = self._taken_in()
        heard = foyer.counter.heard()
        return wrong + list(after_visit(guest, record, heard, ledger, undisturbed=undisturbed))

    def _taken_in(self) -> list[str]:
        """Note what the authority got. What nobody waits for any more is forgotten."""
        foyer, ledger = self._foyer, self._ledger
        arrived = list(foyer.around.authority.arrived)
        foyer.around.authority.arrived.clear()
        wrong = list(ledger.take_in(arrived))
        if isinstance(foyer.desk, RealDesk):
            foyer.desk.city.forget()
        return wrong

    def _note(self, plan: Plan, guest: Guest, striking: Striking, took: float, wrong: list[str]) -> None:
        result, told = self._result, guest.told
        end = "walked away" if told.left else "success" if told.succeeded else "kept" if told.kept else "told plainly"
        result.ends[end] += 1
        result.ways.update(way for way in told.ways)
        result.struck[plan.strike.trouble if striking.caused else "(none: the visit went another way)"] += 1
        result.slowest = max(result.slowest, (took, plan.number))
        for each in wrong:
            strike = plan.strike
            words = f"visit {plan.number} ({plan.errand}; {strike.trouble} at {strike.stage}): {each}"
            result.violations.append(words)
            sys.stderr.write(f"✗ {words}\n")
        if self._wanted.talkative:
            words = f"{plan.number:4} {took:5.1f} s  {plan.errand:24} {plan.strike.trouble:28} {end:12}"
            sys.stderr.write(f"{words} {', '.join(told.ways)}\n")

    async def _delivered(self) -> None:
        """Wait until all that was kept has been handed in; then nothing may be missing or there twice."""
        end = time.monotonic() + DELIVERED_S
        while True:
            self._result.violations += self._taken_in()
            if not self._ledger.outstanding() or time.monotonic() > end:
                break
            await asyncio.sleep(0.5)
        for number in self._ledger.outstanding():
            self._result.violations.append(f"visit {number}: was told that it is kept, and it never arrived")
        for number in self._ledger.told:
            for wrong in handed_in(number, self._ledger):
                self._result.violations.append(f"visit {number}, in the end: {wrong}")
