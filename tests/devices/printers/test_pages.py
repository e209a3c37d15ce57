"""Each way in which a page printer fails, on the real wire: pages count only if they came out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from devices.printers.ipp import IppDelays, IppPrinter
from devices.printers.page_simulator import PageTrouble, VirtualPagePrinter
from kiosk.device_events import Device, DeviceChanged
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private

DELAYS = IppDelays(answer=0.4, look=0.02, warned=0.3, finish=0.6, poll=0.05)
DOCUMENT = b"%PDF-1.7\n% Geheimnis\n"


@pytest.fixture
async def paper() -> AsyncIterator[VirtualPagePrinter]:
    printer = VirtualPagePrinter()
    await printer.start()
    yield printer
    await printer.close()


async def fault_of(paper: VirtualPagePrinter) -> FaultCode | None:
    fault = await IppPrinter(paper.url, delays=DELAYS).print(Private(DOCUMENT), "application/pdf", "Lotse")
    return fault.code if fault else None


async def test_pages_that_came_out_are_a_success(paper: VirtualPagePrinter) -> None:
    assert await fault_of(paper) is None
    assert paper.documents == [DOCUMENT]


async def test_paper_that_nears_its_end_still_prints(paper: VirtualPagePrinter) -> None:
    await paper.cause(PageTrouble.NEAR_END)
    assert await fault_of(paper) is None
    assert paper.documents == [DOCUMENT]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (PageTrouble.PAPER_OUT, FaultCode.DOCUMENTS_PAPER_OUT),
        (PageTrouble.COVER_OPEN, FaultCode.DOCUMENTS_COVER_OPEN),
        (PageTrouble.JAM, FaultCode.DOCUMENTS_JAM),
        (PageTrouble.OFF, FaultCode.DOCUMENTS_OFF),
        (PageTrouble.STALL, FaultCode.DOCUMENTS_STALLED),
        (PageTrouble.GARBAGE, FaultCode.DOCUMENTS_GARBAGE),
        (PageTrouble.RUNS_OUT_IN_JOB, FaultCode.DOCUMENTS_PAPER_OUT),
    ],
)
async def test_a_trouble_is_told_by_its_name_and_nothing_comes_out_then_or_later(
    paper: VirtualPagePrinter, trouble: PageTrouble, code: FaultCode
) -> None:
    await paper.cause(trouble)
    assert await fault_of(paper) is code
    await paper.cause(PageTrouble.NONE)
    assert paper.documents == []


async def test_what_has_failed_is_printed_once_when_it_is_asked_for_again(paper: VirtualPagePrinter) -> None:
    await paper.cause(PageTrouble.RUNS_OUT_IN_JOB)
    assert await fault_of(paper) is FaultCode.DOCUMENTS_PAPER_OUT
    await paper.cause(PageTrouble.NONE)
    assert await fault_of(paper) is None
    assert paper.documents == [DOCUMENT]


async def test_the_watch_tells_the_state_at_once_and_each_change_once(paper: VirtualPagePrinter) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(IppPrinter(paper.url, delays=DELAYS).watch(told.put_nowait))
    seen = []
    try:
        for trouble in (PageTrouble.NONE, PageTrouble.NEAR_END, PageTrouble.JAM, PageTrouble.OFF, PageTrouble.NONE):
            await paper.cause(trouble)
            async with asyncio.timeout(5):
                event = await told.get()
            assert isinstance(event, DeviceChanged)
            assert event.device is Device.DOCUMENTS
            seen.append((event.fault and event.fault.code, event.notice))
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    faults = [(FaultCode.DOCUMENTS_JAM, None), (FaultCode.DOCUMENTS_OFF, None)]
    assert seen == [(None, None), (None, Fault(FaultCode.DOCUMENTS_NEAR_END)), *faults, (None, None)]
    assert told.empty()


async def test_one_that_cannot_print_is_looked_at_more_often(paper: VirtualPagePrinter) -> None:
    await paper.cause(PageTrouble.PAPER_OUT)
    patient = IppPrinter(paper.url, delays=IppDelays(answer=0.4, look=0.02, poll=600, again=0.02))
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(patient.watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            await told.get()
            await paper.cause(PageTrouble.NONE)
            event = await told.get()
        assert isinstance(event, DeviceChanged)
        assert event.fault is None
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_failed_print_makes_the_watch_look_at_once(paper: VirtualPagePrinter) -> None:
    slow = IppPrinter(paper.url, delays=IppDelays(answer=0.4, look=0.02, poll=600))
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(slow.watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            await told.get()
            await paper.cause(PageTrouble.PAPER_OUT)
            await slow.print(Private(DOCUMENT))
            event = await told.get()
        assert isinstance(event, DeviceChanged)
        assert event.fault is not None
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_jobs_that_a_printer_still_lists_can_be_counted(paper: VirtualPagePrinter) -> None:
    driver = IppPrinter(paper.url, delays=DELAYS)
    assert await driver.kept_jobs() == 0
    await driver.print(Private(DOCUMENT))
    await driver.print(Private(DOCUMENT))
    assert await driver.kept_jobs() == 2
    await paper.cause(PageTrouble.OFF)
    kept = await driver.kept_jobs()
    assert isinstance(kept, Fault)
    assert kept.code is FaultCode.DOCUMENTS_OFF


def test_the_virtual_page_printer_refuses_to_start_where_simulators_are_not_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError, match="LOTSE_SIMULATORS"):
        VirtualPagePrinter()
