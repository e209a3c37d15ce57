"""What needs a person: it is asked for where somebody is there, and not claimed where nobody is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from doctor import hands, sound
from doctor.bench import Bench
from doctor.person import Nobody, Person
from kiosk.cards import CardKind
from kiosk.device_events import CardInserted, Device, DeviceChanged, PartSpoken, PresenceSensed, Scanned, SpeechEnded
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.ports import FormLibrary, Ports, Tell, Utterance
from kiosk.privacy import Private
from kiosk.readiness import Finding, Verdict
from kiosk.text import GERMAN, translator
from profiles.settings import KeyboardScanner, Settings
from tests.doctor.conftest import Helper
from tests.places import small_place

SAY = translator(GERMAN).say
Doing = Callable[[Bench], object]


@dataclass
class FakeDevice:
    """A device whose words the test says. It tells that it works, or its fault, when it is watched."""

    device: Device
    fault: Fault | None = None
    told: list[Tell] = field(default_factory=list)
    spoken: list[Utterance] = field(default_factory=list)
    sounds: bool = True

    async def watch(self, tell: Tell) -> None:
        self.told.append(tell)
        tell(DeviceChanged(self.device, self.fault))
        await asyncio.get_running_loop().create_future()

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        self.spoken += utterances
        if self.sounds:
            tell(PartSpoken(utterances[0].part))
        tell(SpeechEnded())

    def stop(self) -> None: ...

    def says(self, *events: Event) -> None:
        for event in events:
            self.told[-1](event)


class FakeBench(Bench):
    """A bench with made-up devices."""

    __slots__ = ("ports",)

    @classmethod
    def of(cls, person: Person, **ports: object) -> FakeBench:
        bench = cls(Settings(Path()), small_place(), lambda _: None, person)
        object.__setattr__(bench, "ports", Ports(cast(FormLibrary, None), **ports))  # type: ignore[arg-type]
        return bench

    @asynccontextmanager
    async def only(self, part: str) -> AsyncIterator[Ports]:
        yield self.ports  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "HANDS_S", 0.05)


async def found(check: str, device: FakeDevice, person: Person) -> Finding:
    match check:
        case "reader":
            return await hands.cards(FakeBench.of(person, cards=device))
        case "scanner":
            return await hands.scanner(FakeBench.of(person, scanner=device))
        case "presence":
            return await hands.presence(FakeBench.of(person, presence=device))
    return await sound.voice(FakeBench.of(person, speaker=device))


DEVICES = {
    "reader": Device.READER,
    "scanner": Device.SCANNER,
    "presence": Device.PRESENCE,
    "speech": Device.SPEECH,
}


@pytest.mark.parametrize("check", DEVICES)
async def test_a_device_that_does_not_work_is_not_ready_and_nobody_is_asked(check: str) -> None:
    helper = Helper()
    device = FakeDevice(DEVICES[check], Fault(FaultCode.READER_SERVICE_DOWN, "pcscd"))
    finding = await found(check, device, helper)
    assert (finding.verdict, finding.fault) == (Verdict.NOT_READY, device.fault)
    assert helper.heard == []
    assert [SAY(detail.value) for detail in finding.details] == ["reader.service-down", "pcscd"]


@pytest.mark.parametrize("check", DEVICES)
async def test_without_a_person_it_is_ready_and_says_that_nobody_tried(check: str) -> None:
    finding = await found(check, FakeDevice(DEVICES[check]), Nobody())
    assert finding.verdict is Verdict.READY
    assert finding.words.key.endswith((".idle", ".not-asked"))


async def test_a_card_is_asked_for_and_its_kind_and_the_time_are_told() -> None:
    device = FakeDevice(Device.READER)
    card = CardInserted(CardKind.LIBRARY, Private("4711"))
    finding = await found("reader", device, Helper(does=lambda: device.says(CardInserted(looking=True), card)))
    details = {SAY(detail.label): SAY(detail.value) for detail in finding.details}
    assert details["Art der Karte"] == CardKind.LIBRARY
    assert details["Erkannt nach"].endswith(" ms")
    assert "4711" not in repr(finding) + "".join(details.values())


async def test_no_card_in_time_limits() -> None:
    finding = await found("reader", FakeDevice(Device.READER), Helper())
    assert (finding.verdict, finding.fault) == (Verdict.LIMITED, None)


async def test_a_code_is_asked_for_and_not_told() -> None:
    device = FakeDevice(Device.SCANNER)
    finding = await found("scanner", device, Helper(does=lambda: device.says(Scanned(Private("T-4711")))))
    assert finding.verdict is Verdict.READY
    assert "4711" not in repr(finding)


async def test_a_scanner_that_types_is_not_claimed_to_work() -> None:
    bench = FakeBench.of(Helper(), scanner=FakeDevice(Device.SCANNER))
    object.__setattr__(bench, "settings", Settings(Path(), scanner=KeyboardScanner()))
    assert (await hands.scanner(bench)).verdict is Verdict.SKIPPED


async def test_the_sensor_has_to_notice_coming_and_going() -> None:
    device = FakeDevice(Device.PRESENCE)
    both = Helper(does=lambda: device.says(PresenceSensed(present=True), PresenceSensed(present=False)))
    assert (await found("presence", device, both)).verdict is Verdict.READY
    stuck = Helper(does=lambda: device.says(PresenceSensed(present=True)))
    assert (await found("presence", device, stuck)).verdict is Verdict.NOT_READY


@pytest.mark.parametrize(("answer", "verdict"), [(True, Verdict.READY), (False, Verdict.NOT_READY)])
async def test_whoever_heard_the_sentence_decides(answer: bool, verdict: Verdict) -> None:
    device = FakeDevice(Device.SPEECH)
    finding = await found("speech", device, Helper(answer=answer))
    assert finding.verdict is verdict
    assert [each.words.reveal() for each in device.spoken] == ["Guten Tag. So klingt das Vorlesen an diesem Terminal."]


async def test_a_voice_that_plays_nothing_is_not_asked_about() -> None:
    helper = Helper()
    finding = await found("speech", FakeDevice(Device.SPEECH, sounds=False), helper)
    assert finding.verdict is Verdict.NOT_READY
    assert helper.heard == []
