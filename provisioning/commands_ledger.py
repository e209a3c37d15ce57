"""What a terminal remembers of commands, in one small file that is written whole and has reached the disk on return.

The number of a command is in it before anything is done, so that none is done twice, whenever the power fails. What
lasts (out of service, another profile) is written in the same instant as the number: both, or neither.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.orders import (
    Answer,
    Order,
    Outcome,
    PutInService,
    Restart,
    TakeOutOfService,
    TakeProfile,
    document_of,
    order_of,
)
from provisioning.bundle import write_whole
from provisioning.commands import Command

FORMAT = 1
MOST_UNTOLD = 50
_LASTING = (Restart, TakeOutOfService, PutInService, TakeProfile)
"""Done by having been written down: a start after a power cut is the rest of them."""


class DamagedLedgerError(Exception):
    """The file is there and cannot be read: which commands were done is not known, so none may be."""


@dataclass(frozen=True, slots=True)
class Untold:
    """An answer that the hub does not have yet."""

    id: str
    outcome: str
    at: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The content. `time` has surely come: a signed command said so. `service` is the order that took it out of it."""

    last: int = 0
    time: str = datetime.min.replace(tzinfo=UTC).isoformat()
    begun: Untold | None = None
    untold: tuple[Untold, ...] = ()
    service: Mapping[str, Any] | None = None
    target: str = ""
    format: int = field(default=FORMAT)


class Ledger:
    """The ledger at `path`. Methods that write block on the disk and raise `OSError`: call them on a thread.

    Raises `DamagedLedgerError` if the file cannot be read.
    """

    def __init__(
        self,
        path: Path,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        lasting: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
    ) -> None:
        self._path, self._wall, self._lasting = path, wall, lasting
        self._pages = _read(path)
        self._floor, self._since = datetime.fromisoformat(self._pages.time), lasting()
        self._before: dict[str, Any] = {}

    @property
    def last(self) -> int:
        """The highest number so far."""
        return self._pages.last

    @property
    def target(self) -> str:
        """The bundle that IT wants here; empty: as the settings say."""
        return self._pages.target

    @property
    def out_of_service(self) -> TakeOutOfService | None:
        """The order that holds, if the terminal is out of service by one."""
        order = order_of(self._pages.service) if self._pages.service else None
        return order if isinstance(order, TakeOutOfService) else None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the hub has still to be told; what was asked for is lost with a restart."""
        return tuple(
            Answer(one.id, Outcome(one.outcome), datetime.fromisoformat(one.at), self.last, one.detail)
            for one in self._pages.untold
        )

    def now(self) -> datetime:
        """Return the time: the clock's, but not before a time that surely has come."""
        return max(self._wall(), self._surely())

    def _surely(self) -> datetime:
        return self._floor + timedelta(seconds=max(0.0, self._lasting() - self._since))

    def take_up(self) -> None:
        """After a start: what was begun before it has ended now, one way or the other."""
        if begun := self._pages.begun:
            self._write(replace(self._pages, begun=None, untold=_with(self._pages.untold, begun)))

    def begin(self, command: Command) -> None:
        """Note a command before it is carried out."""
        ends = Outcome.DONE if isinstance(command.order, _LASTING) else Outcome.INTERRUPTED
        begun = Untold(command.id, ends, self.now().isoformat(timespec="seconds"))
        floor = max(self._surely(), command.issued)
        changes = _lasts(command.order)
        self._before = {key: getattr(self._pages, key) for key in changes}
        self._write(replace(self._pages, last=command.number, time=floor.isoformat(), begun=begun, **changes))
        self._floor, self._since = floor, self._lasting()

    def end(self, answer: Answer) -> None:
        """Note how it ended, until the hub has been told. If that takes a restart, what was asked for is lost.

        What had begun and was not done in time does not last.
        """
        lost = Outcome.INTERRUPTED if answer.content else answer.outcome
        at = answer.at.isoformat(timespec="seconds")
        untold = _with(self._pages.untold, Untold(answer.id, lost, at, answer.detail))
        undone = self._before if self._pages.begun and answer.outcome is Outcome.EXPIRED else {}
        self._write(replace(self._pages, begun=None, untold=untold, **undone))

    def told(self, command_id: str) -> None:
        """Forget an answer that has arrived."""
        left = tuple(one for one in self._pages.untold if one.id != command_id)
        if left != self._pages.untold:
            self._write(replace(self._pages, untold=left))

    def back_in_service(self) -> None:
        """Note that somebody of the staff has brought the terminal back."""
        if self._pages.service is not None:
            self._write(replace(self._pages, service=None))

    def _write(self, pages: Pages) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(asdict(pages), ensure_ascii=False, indent=1).encode() + b"\n", 0o600)
        self._pages = pages


def _lasts(order: Order) -> dict[str, Any]:
    match order:
        case TakeOutOfService():
            return {"service": document_of(order)}
        case PutInService():
            return {"service": None}
        case TakeProfile(target):
            return {"target": target}
    return {}


def _with(untold: tuple[Untold, ...], one: Untold) -> tuple[Untold, ...]:
    return (*(other for other in untold if other.id != one.id), one)[-MOST_UNTOLD:]


def _read(path: Path) -> Pages:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Pages()
    except (OSError, ValueError) as error:
        raise DamagedLedgerError(f"{path.name} cannot be read: {type(error).__name__}") from error
    try:
        begun = Untold(**document["begun"]) if document["begun"] else None
        untold = tuple(Untold(**one) for one in document["untold"])
        pages = Pages(**{**document, "begun": begun, "untold": untold})
        datetime.fromisoformat(pages.time)
        if pages.format != FORMAT or not isinstance(pages.last, int):
            raise ValueError
        if pages.service:
            order_of(pages.service)
    except (TypeError, KeyError, ValueError) as error:
        raise DamagedLedgerError(f"{path.name} is not a ledger of commands") from error
    return pages
