"""A terminal to be examined, with everything virtual around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtWidgets import QApplication

from demo.doubles import Doubles, doubles
from doctor.diagnosis import diagnose
from doctor.examination import Check
from doctor.person import Nobody, Person
from kiosk.readiness import Finding, Report
from kiosk.text import Msg
from online.simulators.authority_tokens import AuthorityKeys
from profiles.settings import Settings
from profiles.settings_file import load_settings


class Silent:
    """Nobody is told how it goes."""

    def began(self, check: Check) -> None: ...

    def ended(self, finding: Finding) -> None: ...


@dataclass
class Helper:
    """Somebody at the terminal who does what is said, and answers as the test wants."""

    does: Callable[[], None] = lambda: None
    answer: bool = True
    present: bool = True
    heard: list[str] = field(default_factory=list)

    def told(self, what: Msg) -> None:
        self.heard.append(what.key)
        self.does()

    async def confirms(self, question: Msg) -> bool:
        self.heard.append(question.key)
        return self.answer


@dataclass(frozen=True)
class Terminal:
    """The terminal on the bench."""

    around: Doubles
    settings: Settings

    async def examined(self, *only: str, person: Person = Nobody(), **changes: object) -> Report:  # noqa: B008
        settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        return await diagnose(settings, self.around.secret, person, only, Silent())

    async def found(self, check: str, person: Person = Nobody(), **changes: object) -> Finding:  # noqa: B008
        report = await self.examined(check, person=person, **changes)
        [finding] = [finding for finding in report.findings if finding.check == check]
        return finding


@pytest.fixture(scope="session")
def keys() -> AuthorityKeys:
    """The authority's keys: making them takes its time."""
    return AuthorityKeys.generate()


@pytest.fixture(autouse=True)
def quick_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """An AusweisApp that does not answer is not waited for."""
    monkeypatch.setattr("doctor.hands.START_S", 1.0)


@pytest.fixture
async def terminal(keys: AuthorityKeys, qapp: QApplication) -> AsyncIterator[Terminal]:
    settings = load_settings(None)
    assert isinstance(settings, Settings)
    async with doubles(settings.terminal.name, keys=lambda: keys) as around:
        yield Terminal(around, replace(around.equipped(settings), speech=None))
