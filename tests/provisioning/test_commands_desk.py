"""Commands at a terminal: after the visit and never in one, each at most once, in their order, answered."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kiosk.compose import compose
from kiosk.counter_events import Ordered, ServiceSwitched, StaffCardShown
from kiosk.effects import Obey
from kiosk.events import EndConfirmed, Event, Timer, TimerFired, WentOn
from kiosk.journeys.identify import IdentifyPage
from kiosk.journeys.staff_out import OutOfService
from kiosk.orders import (
    Answer,
    Identify,
    Order,
    Outcome,
    Restart,
    TakeOutOfService,
    TakePicture,
    TakeProfile,
    TellLog,
    TellReadiness,
)
from kiosk.ports import Ports
from kiosk.screen import Screen
from kiosk.terminal import Terminal
from kiosk.text import ENGLISH, GERMAN, Language, translator
from profiles.forms import ProfileForms
from provisioning import bundle, commands, commands_desk, commands_ledger
from provisioning.commands import Command
from provisioning.commands_desk import MOST_WAITING, CommandDesk
from provisioning.commands_ledger import DamagedLedgerError, Ledger
from tests.places import small_place
from tests.provisioning.commanding import TERMINAL, Signer, claims, publish

CITY = Signer()
PATIENCE_S = 20.0
PICTURE = b"\x89PNG"


@dataclass
class Box:
    """A terminal in a foyer. What is done is a line in a file, as it would be to the world: it outlasts a power cut."""

    folder: Path
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    answers: dict[str, Answer] = field(default_factory=dict)
    shown: list[Screen] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    targets: list[str] = field(default_factory=list)
    terminal: Terminal = field(init=False)
    desk: CommandDesk = field(init=False)

    def __post_init__(self) -> None:
        hands = {
            Identify: lambda _: self.do("identify"),
            Restart: lambda _: self.do("restart"),
            TakePicture: self.picture,
            TellLog: self.slow,
            TellReadiness: self.broken,
        }
        keys = publish(self.folder / "commands.jwks", CITY)
        self.desk = CommandDesk(TERMINAL, keys, self.ledger, hands, self.answered)
        self.desk.target_changed = self.targets.append
        ports = Ports(ProfileForms(), orders=self.desk)
        self.terminal = Terminal(small_place(), ports, self.shown.append, lambda visit, *_: self.desk.observe(visit))

    def ledger(self) -> Ledger:
        return Ledger(self.folder / "commands.json", self.wall)

    @property
    def done(self) -> list[str]:
        path = self.folder / "done"
        return path.read_text().splitlines() if path.exists() else []

    def do(self, what: str) -> None:
        with (self.folder / "done").open("a") as file:
            file.write(f"{what}\n")

    def picture(self, _: object) -> Awaitable[bytes]:
        self.do(f"picture of {self.terminal.screen.id}")

        async def encoded() -> bytes:
            return PICTURE

        return encoded()

    async def slow(self, order: TellLog) -> bytes:
        return b"line\n" * order.lines

    def broken(self, _: object) -> None:
        raise RuntimeError("with something that nobody should read")

    def answered(self, answer: Answer) -> None:
        self.answers[answer.id] = answer
        self.news.set()

    def offer(self, *all_claims: dict[str, Any], signer: Signer = CITY) -> None:
        self.desk.heard([(one["jti"], signer.token(one)) for one in all_claims])

    async def answer_to(self, one: dict[str, Any]) -> Answer:
        async with asyncio.timeout(PATIENCE_S):
            while one["jti"] not in self.answers:
                self.news.clear()
                await self.news.wait()
        return self.answers[one["jti"]]

    async def outcome_of(self, one: dict[str, Any]) -> Outcome:
        return (await self.answer_to(one)).outcome

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.terminal.start()
        self.desk.observe(self.terminal.visit)
        running = asyncio.create_task(self.desk.run(self.terminal.post))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait((running,))
            await self.terminal.close()
        if not running.cancelled():
            running.result()


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    made = Box(tmp_path)
    async with made.running():
        yield made


async def turn() -> None:
    """Let what is ready go on, threads included."""
    for _ in range(3):
        await asyncio.to_thread(lambda: None)
        await asyncio.sleep(0)


async def test_a_command_is_carried_out_and_answered(box: Box) -> None:
    one = claims(5)
    box.offer(one)
    answer = await box.answer_to(one)
    assert (answer.outcome, answer.last) == (Outcome.DONE, 5)
    assert box.done == ["identify"]
    assert isinstance(box.terminal.visit.page, IdentifyPage)


async def test_what_is_offered_again_is_not_done_again(box: Box) -> None:
    one, other = claims(1), claims(2)
    box.offer(one)
    await box.answer_to(one)
    box.offer(one, other)
    await box.answer_to(other)
    box.offer(one, other)
    await turn()
    assert box.done == ["identify"] * 2


async def test_a_replay_after_a_restart_is_not_done_again(box: Box) -> None:
    one = claims(1)
    box.offer(one)
    await box.answer_to(one)
    await box.desk.told(one["jti"])
    later = Box(box.folder)
    async with later.running():
        later.offer(one)
        assert await later.outcome_of(one) is Outcome.REPEATED
    assert box.done == ["identify"]


async def test_what_comes_after_a_higher_number_comes_too_late(box: Box) -> None:
    early, late = claims(3), claims(4)
    box.offer(late, early)
    assert await box.outcome_of(late) is Outcome.DONE
    assert await box.outcome_of(early) is Outcome.REPEATED
    assert box.done == ["identify"]


async def test_a_command_that_has_expired_is_not_done(box: Box) -> None:
    one = claims(1, iat=1_700_000_000, exp=1_700_003_600)
    box.offer(one)
    answer = await box.answer_to(one)
    assert answer.outcome is Outcome.EXPIRED
    assert "the clock here says" in answer.detail
    assert box.done == []


@pytest.mark.expects_log
async def test_what_is_not_believed_is_answered_and_counts_for_nothing(box: Box) -> None:
    wrong = claims(2**50, aud="Terminal 2")
    strange, right = claims(2**51), claims(1)
    box.offer(wrong)
    assert await box.outcome_of(wrong) is Outcome.UNVERIFIED
    box.offer(strange, signer=Signer("stranger"))
    assert await box.outcome_of(strange) is Outcome.UNVERIFIED
    box.offer(right)
    assert await box.outcome_of(right) is Outcome.DONE


@pytest.mark.expects_log
async def test_a_command_under_another_ones_name_is_not_believed(box: Box) -> None:
    one = claims(1)
    box.desk.heard([("f" * 32, CITY.token(one))])
    assert await box.outcome_of({"jti": "f" * 32}) is Outcome.UNVERIFIED
    assert box.done == []


async def test_while_somebody_is_there_it_waits_and_then_it_is_done(box: Box) -> None:
    box.terminal.post(WentOn())
    one = claims(1, "restart")
    box.offer(one)
    await turn()
    before = box.terminal.screen
    assert (box.done, box.answers) == ([], {})
    box.terminal.post(EndConfirmed())
    await turn()
    assert box.done == []  # the farewell belongs to the visit
    box.terminal.post(TimerFired(Timer.GOODBYE))
    await box.answer_to(one)
    assert box.done == ["restart"]
    assert before.id == "home"


async def test_somebody_who_comes_while_it_is_written_down_is_not_disturbed(box: Box) -> None:
    """Between the last look and the order somebody touches the screen: the core has the last word."""
    one = claims(1)
    real = box.desk._written

    async def written(*arguments: Any) -> bool:
        done = await real(*arguments)
        if box.ledger().last:
            box.terminal.post(WentOn())
        return done

    setattr(box.desk, "_written", written)  # noqa: B010 - mypy sees a method
    box.offer(one)
    async with asyncio.timeout(PATIENCE_S):
        while not box.terminal.visit.begun:
            await turn()
    await turn()
    assert (box.done, box.answers) == ([], {})
    setattr(box.desk, "_written", real)  # noqa: B010 - mypy sees a method
    box.terminal.post(EndConfirmed())
    box.terminal.post(TimerFired(Timer.GOODBYE))
    assert await box.outcome_of(one) is Outcome.DONE
    assert box.done == ["identify"]


async def test_what_was_written_down_and_expired_all_the_same_does_not_last(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ledger = Ledger(tmp_path / "commands.json", lambda: now)
    words = {GERMAN: "Wir bauen um."}
    orders: tuple[Order, ...] = (TakeProfile("city/old.tar"), TakeProfile("city/new.tar"), TakeOutOfService(words))
    for number, order in enumerate(orders, 1):
        name = str(number) * 32
        ledger.begin(Command(name, number, order, now, now + timedelta(hours=1)))
        ledger.end(Answer(name, Outcome.EXPIRED if number > 1 else Outcome.DONE, now, number))
    again = Ledger(tmp_path / "commands.json", lambda: now)
    assert (again.last, again.target, again.out_of_service) == (3, "city/old.tar", None)


async def test_a_command_that_was_withdrawn_while_it_waited_is_not_done(box: Box) -> None:
    box.terminal.post(WentOn())
    one, other = claims(1), claims(2)
    box.offer(one, other)
    async with asyncio.timeout(PATIENCE_S):
        while one["jti"] not in box.desk._done:
            await turn()
    box.offer(other)
    box.terminal.post(EndConfirmed())
    box.terminal.post(TimerFired(Timer.GOODBYE))
    answer = await box.answer_to(one)
    assert (answer.outcome, answer.detail, answer.last) == (Outcome.EXPIRED, "it was withdrawn", 0)
    assert await box.outcome_of(other) is Outcome.DONE


async def test_another_commands_decision_is_not_taken_for_ones_own(box: Box) -> None:
    asked: list[Ordered] = []

    def post(event: Event) -> None:
        assert isinstance(event, Ordered)
        asked.append(event)
        box.desk.decided(Obey(0, TakeOutOfService({})))  # of what was taken up at the start
        box.desk.decided(Obey(event.number, event.order))

    found = await box.desk._ordered(Command("1" * 32, 7, Restart(), datetime.now(UTC), datetime.now(UTC)), post)
    assert (found, box.done) == (Obey(7, Restart()), ["restart"])


async def test_a_command_that_expires_while_it_waits_is_not_done(box: Box) -> None:
    box.terminal.post(WentOn())
    one = claims(1)
    one["exp"] = one["iat"] + 1
    box.offer(one)
    assert await box.outcome_of(one) is Outcome.EXPIRED
    assert box.done == []


async def test_a_picture_is_of_the_first_screen_alone(box: Box) -> None:
    first, during = claims(1, "picture"), claims(2, "picture")
    box.offer(first)
    assert (await box.answer_to(first)).content == PICTURE
    box.terminal.post(WentOn())
    box.offer(during)
    assert await box.outcome_of(during) is Outcome.REFUSED
    assert box.done == ["picture of welcome"]


async def test_log_lines_are_brought(box: Box) -> None:
    one = claims(1, order={"do": "log", "lines": 3})
    box.offer(one)
    assert (await box.answer_to(one)).content == b"line\n" * 3


@pytest.mark.expects_log
async def test_an_order_that_breaks_is_answered_by_its_kind_of_error_alone(box: Box) -> None:
    one, other = claims(1, "report"), claims(2)
    box.offer(one, other)
    answer = await box.answer_to(one)
    assert (answer.outcome, answer.detail) == (Outcome.FAILED, "RuntimeError")
    assert await box.outcome_of(other) is Outcome.DONE


async def test_ten_thousand_commands_are_not_kept(box: Box) -> None:
    box.terminal.post(WentOn())
    many = [claims(number) for number in range(1, 10_001)]
    box.desk.heard([(one["jti"], "a.b.c") for one in many])
    assert len(box.desk._offered) == MOST_WAITING


# Out of service


def words_of(box: Box, language: Language) -> str:
    lead = box.terminal.screen.lead
    assert lead
    return translator(language).say(lead)


def out_of_service(number: int, **words: str) -> dict[str, Any]:
    return claims(number, order={"do": "out-of-service", "words": words})


async def test_out_of_service_says_why_in_the_visitors_language(box: Box) -> None:
    one = out_of_service(1, de="Wir bauen um.", en="We are rebuilding.")
    box.offer(one)
    assert await box.outcome_of(one) is Outcome.DONE
    assert isinstance(box.terminal.visit.page, OutOfService)
    assert words_of(box, GERMAN) == "Wir bauen um."
    assert words_of(box, ENGLISH) == "We are rebuilding."
    assert words_of(box, Language("tr")) == "Wir bauen um."
    back = claims(2, "in-service")
    box.offer(back)
    assert await box.outcome_of(back) is Outcome.DONE
    assert box.terminal.screen.id == "welcome"
    assert box.terminal.visit.devices.notice is None


async def test_out_of_service_outlasts_a_restart_and_staff_may_end_it(box: Box) -> None:
    one = out_of_service(1, de="Wir bauen um.")
    box.offer(one)
    await box.answer_to(one)
    later = Box(box.folder)
    async with later.running():
        async with asyncio.timeout(PATIENCE_S):
            while not isinstance(later.terminal.visit.page, OutOfService):
                await turn()
        assert words_of(later, GERMAN) == "Wir bauen um."
        later.terminal.post(StaffCardShown("Frau Yılmaz"))
        later.terminal.post(ServiceSwitched(on=True))
        async with asyncio.timeout(PATIENCE_S):
            while later.ledger().out_of_service:
                await turn()
        assert later.terminal.screen.id == "welcome"


async def test_without_words_it_is_as_when_staff_does_it(box: Box) -> None:
    one = out_of_service(1)
    box.offer(one)
    await box.answer_to(one)
    assert words_of(box, GERMAN) == "Bitte gehen Sie zum Schalter oder zu einem anderen Terminal."


async def test_a_profile_that_is_assigned_is_kept(box: Box) -> None:
    one = claims(1, order={"do": "take-profile", "target": "city/library.tar"})
    box.offer(one)
    assert await box.outcome_of(one) is Outcome.DONE
    assert box.targets == ["", "city/library.tar"]
    later = Box(box.folder)
    async with later.running():
        await turn()
    assert later.targets == ["city/library.tar"]


async def test_flashing_ends_by_itself_or_with_the_first_touch(box: Box) -> None:
    one, other = claims(1), claims(2)
    box.offer(one)
    await box.answer_to(one)
    contrasts = set()
    while isinstance(box.terminal.visit.page, IdentifyPage):
        contrasts.add(compose(box.terminal.visit).look.contrast)
        box.terminal.post(TimerFired(Timer.FLASH))
    assert (len(contrasts), box.terminal.visit.begun) == (2, False)
    box.offer(other)
    await box.answer_to(other)
    box.terminal.post(WentOn())
    assert box.terminal.screen.id == "home"


# Clocks


def year(sign: int) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + sign * timedelta(days=365)


async def test_a_clock_a_year_ahead_does_nothing_wrong_and_says_so(tmp_path: Path) -> None:
    box = Box(tmp_path, year(1))
    async with box.running():
        one = claims(1)
        box.offer(one)
        answer = await box.answer_to(one)
        assert answer.outcome is Outcome.EXPIRED
        assert answer.detail.startswith(f"the clock here says {year(1)():%Y-%m}")
        assert box.ledger().last == 0
    right = Box(tmp_path)
    async with right.running():  # and nothing of it stays when the clock is right again
        two = claims(2)
        right.offer(two)
        assert await right.outcome_of(two) is Outcome.DONE


async def test_a_clock_a_year_late_believes_the_newest_command_more(tmp_path: Path) -> None:
    box = Box(tmp_path, year(-1))
    async with box.running():
        now = int(datetime.now(UTC).timestamp())
        fresh, withheld = claims(1, iat=now), claims(2, iat=now - 7200, exp=now - 3600)
        box.offer(fresh, withheld)
        assert await box.outcome_of(fresh) is Outcome.DONE
        assert await box.outcome_of(withheld) is Outcome.EXPIRED
    later = Box(tmp_path, year(-1))
    async with later.running():  # that outlasts a restart
        withheld = claims(3, iat=now - 7200, exp=now - 3600)
        later.offer(withheld)
        assert await later.outcome_of(withheld) is Outcome.EXPIRED


# The disk and the power


@pytest.mark.expects_log
async def test_what_cannot_be_written_down_is_not_done(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commands_ledger, "write_whole", full)
    one = claims(1)
    box.offer(one)
    assert await box.outcome_of(one) is Outcome.FAILED
    assert box.done == []


@pytest.mark.expects_log
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"format": 1, "last": "many"}'])
async def test_a_ledger_that_cannot_be_read_lets_nothing_be_done(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "commands.json").write_bytes(content)
    with pytest.raises(DamagedLedgerError):
        Ledger(tmp_path / "commands.json")
    box = Box(tmp_path)
    async with box.running():
        box.offer(claims(1))
        await turn()
        assert (box.done, box.answers) == ([], {})


CODE = (bundle, commands, commands_desk, commands_ledger, sys.modules[__name__])
WATCHED = frozenset(module.__file__ for module in CODE)


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Run `work` in a child that is killed before its `line`-th line of ours, in whichever thread; whether it was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads: the child touches none of them
        child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    left = [line]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    try:
        sys.settrace(trace)
        threading.settrace(trace)
        work()
        sys.settrace(None)
        os._exit(0)
    except BaseException:
        os._exit(3)


ONCE = [claims(1, do) for do in ("identify", "restart")] + [out_of_service(1, de="Wir bauen um.")]


@pytest.mark.parametrize("one", ONCE, ids=("identify", "restart", "out-of-service"))
def test_the_power_may_fail_at_any_line_and_nothing_is_done_twice(tmp_path: Path, one: dict[str, Any]) -> None:
    async def offered(folder: Path) -> Box:
        box = Box(folder)
        async with box.running():
            box.offer(one)
            await box.answer_to(one)
            await turn()
        return box

    line, seen = 1, set()
    while True:
        folder = tmp_path / str(line)
        folder.mkdir()
        cut = killed_at(line, lambda folder=folder: asyncio.run(offered(folder)))  # type: ignore[misc]
        done = len(Box(folder).done)
        after = asyncio.run(offered(folder))
        outcome = after.answers[one["jti"]].outcome
        assert len(after.done) <= 1
        assert outcome in (Outcome.DONE, Outcome.INTERRUPTED)
        if outcome is Outcome.INTERRUPTED:
            assert len(after.done) == done  # it is left as it was, and said so
        if one["order"]["do"] == "out-of-service":
            assert isinstance(after.terminal.visit.page, OutOfService)
        seen.add((outcome, len(after.done)))
        if not cut:
            break
        line += 7
    assert line > 100
    if one["order"]["do"] == "identify":
        assert {(Outcome.DONE, 1), (Outcome.INTERRUPTED, 0), (Outcome.INTERRUPTED, 1)} <= seen


async def test_waiting_for_a_long_order_asks_for_no_timer_that_qt_cannot_count(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    asked, call_at = [], loop.call_at

    def noted(when: float, *more: Any, **also: Any) -> asyncio.TimerHandle:
        asked.append(when - loop.time())
        return call_at(when, *more, **also)

    monkeypatch.setattr(loop, "call_at", noted)
    one = claims(1, exp=int(time.time()) + 89 * 86400)
    box.offer(one)
    assert await box.outcome_of(one) is Outcome.DONE
    assert max(asked) * 1000 < 2**31
