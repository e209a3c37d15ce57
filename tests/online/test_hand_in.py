"""Handing in, end to end on HTTP: what is told for every way it can go."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from kiosk.application_events import HandedIn, HandInFailed, KeptForLater
from kiosk.device_events import Device, DeviceChanged
from kiosk.faults import FaultCode
from kiosk.place import Destination
from online.fit_connect import FitConnect, FitConnectSettings, Outbox
from online.simulators.authority import Authority
from online.simulators.authority_faults import Forgery, Mishap, Operation
from tests.online.support import (
    ARS,
    DESTINATION,
    IMPATIENT,
    LEIKA,
    QUICK,
    Make,
    Told,
    application,
    attachment,
    until_empty,
    watching,
)


async def hand_in(service: FitConnect, *attachments: str) -> Told:
    """Hand in and return what was told; a kept application is not waited for."""
    told = Told()
    task = asyncio.ensure_future(service.hand_in(application(*map(attachment, attachments)), told))
    kept = asyncio.ensure_future(told.wait(KeptForLater))
    await asyncio.wait({task, kept}, return_when=asyncio.FIRST_COMPLETED)
    for end in (task, kept):
        end.cancel()
    await asyncio.gather(task, kept, return_exceptions=True)
    return told


async def test_handed_in_is_told_with_the_servers_number(make: Make, authority: Authority) -> None:
    service = make()
    told = await hand_in(service)

    (event,) = told.events
    (arrival,) = authority.arrived
    assert isinstance(event, HandedIn)
    assert event.submission_id.reveal() == arrival.submission_id
    assert arrival.accepted, arrival.checks
    assert arrival.data == application().data.reveal()
    assert arrival.service == "Wohnsitz anmelden"
    assert arrival.service_identifier == f"urn:de:fim:leika:leistung:{LEIKA}"
    assert (await service.backlog()).waiting == 0


async def test_attachments_arrive_byte_for_byte(make: Make, authority: Authority) -> None:
    await hand_in(make(), "pass.jpg", "vollmacht ß.pdf")
    (arrival,) = authority.arrived
    assert arrival.accepted, arrival.checks
    sent = [attachment("pass.jpg"), attachment("vollmacht ß.pdf")]
    assert [(f.filename, f.content) for f in arrival.files] == [(a.filename, a.content.reveal()) for a in sent]


async def test_a_route_is_followed_where_no_destination_is_fixed(make: Make, authority: Authority) -> None:
    told = Told()
    await make().hand_in(application(destination=Destination(leika=LEIKA, ars=ARS)), told)
    assert isinstance(told.events[-1], HandedIn)
    assert authority.requests[Operation.ROUTES] == 1
    assert authority.arrived[0].destination_id != DESTINATION


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery.ROUTE_SIGNATURE,
        Forgery.ROUTE_DESTINATION,
        Forgery.ROUTE_SERVICE,
        Forgery.ROUTE_HOST,
        Forgery.ROUTE_ISSUER,
    ],
)
async def test_a_route_without_a_good_signature_gets_nothing(
    make: Make, authority: Authority, forgery: Forgery
) -> None:
    authority.forgeries.add(forgery)
    told = Told()
    service = make()
    await service.hand_in(application(destination=Destination(leika=LEIKA, ars=ARS)), told)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_NO_KEY
    assert authority.requests[Operation.ANNOUNCE] == 0
    assert (await service.backlog()).waiting == 0


async def test_no_route_at_all_is_told_as_no_secure_way(make: Make, settings: FitConnectSettings) -> None:
    told = Told()
    service = make(settings=replace(settings, routing_api=""))
    await service.hand_in(application(destination=Destination(leika=LEIKA, ars=ARS)), told)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_NO_KEY


@pytest.mark.parametrize("forgery", [Forgery.WEAK_KEY, Forgery.SIGNING_KEY, Forgery.NO_KEY])
async def test_nothing_is_encrypted_for_a_weak_or_wrong_key(make: Make, authority: Authority, forgery: Forgery) -> None:
    authority.forgeries.add(forgery)
    service = make()
    told = await hand_in(service)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_NO_KEY
    assert (await service.backlog()).waiting == 0


async def test_an_unknown_destination_is_no_secure_way(make: Make, authority: Authority) -> None:
    authority.unknown.add(DESTINATION)
    told = await hand_in(make())
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_NO_KEY


ALL = [operation for operation in Operation if operation not in {Operation.ROUTES, Operation.PORTAL_KEYS}]
EVERY_STEP = [operation for operation in ALL if operation is not Operation.DESTINATION_KEY]
PASSING = [Mishap.SERVER_ERROR, Mishap.TOO_MANY, Mishap.DROP_BEFORE, Mishap.DROP_AFTER, Mishap.PAGE]


@pytest.mark.parametrize(("operation", "mishap"), list(product(EVERY_STEP, PASSING)))
async def test_a_passing_fault_at_any_step_ends_in_one_arrival(
    make: Make, authority: Authority, operation: Operation, mishap: Mishap
) -> None:
    authority.fail(operation, mishap, times=2)
    told = await hand_in(make(), "pass.jpg")
    assert isinstance(told.events[-1], HandedIn), told.events
    assert len(authority.arrived) == 1
    # Data that arrived are not sent again: the event log tells.
    once = (operation, mishap) == (Operation.SUBMIT, Mishap.DROP_AFTER)
    assert authority.requests[operation] == 1 if once else authority.requests[operation] >= 2


@pytest.mark.parametrize("operation", [Operation.ANNOUNCE, Operation.ATTACHMENT, Operation.SUBMIT])
@pytest.mark.parametrize(
    ("mishap", "code"),
    [(Mishap.REFUSE, FaultCode.SUBMISSION_REFUSED), (Mishap.FORBID, FaultCode.SUBMISSION_CREDENTIALS)],
)
async def test_a_refusal_is_told_and_nothing_is_kept(
    make: Make, authority: Authority, operation: Operation, mishap: Mishap, code: FaultCode
) -> None:
    authority.fail(operation, mishap, times=9)
    service = make()
    told = await hand_in(service, "pass.jpg")
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is code
    assert authority.requests[operation] == 1
    assert (await service.backlog()).waiting == 0


async def test_a_refusal_after_a_lost_answer_does_not_hide_that_it_arrived(make: Make, authority: Authority) -> None:
    authority.fail(Operation.SUBMIT, Mishap.DROP_AFTER)
    authority.fail(Operation.SUBMIT, Mishap.REFUSE, times=9)
    told = await hand_in(make())
    assert isinstance(told.events[-1], HandedIn)
    assert authority.requests[Operation.SUBMIT] == 1


async def test_a_refusal_while_it_is_open_whether_it_arrived_keeps_it(make: Make, authority: Authority) -> None:
    authority.fail(Operation.SUBMIT, Mishap.DROP_AFTER)
    authority.fail(Operation.SUBMIT, Mishap.REFUSE, times=99)
    authority.forgeries.add(Forgery.NO_SUBMIT_EVENT)
    service = make(delays=IMPATIENT)
    told = await hand_in(service)
    event = told.events[-1]
    assert isinstance(event, KeptForLater)
    assert event.fault.code is FaultCode.SUBMISSION_UNVERIFIED
    assert (await service.backlog()).waiting == 1


async def test_the_authoritys_rejection_is_not_told_as_handed_in(make: Make, authority: Authority) -> None:
    authority.forgeries.add(Forgery.REJECT)
    service = make()
    told = await hand_in(service)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_REFUSED
    assert (await service.backlog()).waiting == 0


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery.SIGNATURE,
        Forgery.TAGS,
        Forgery.NO_TAGS,
        Forgery.TYPE,
        Forgery.ALGORITHM,
        Forgery.TWO_EVENTS,
        Forgery.OTHER_SUBMISSION,
        Forgery.OTHER_CASE,
        Forgery.OTHER_ISSUER,
        Forgery.NO_SUBMIT_EVENT,
    ],
)
@pytest.mark.expects_log
async def test_without_a_believable_event_it_is_kept_and_told_later(
    make: Make, authority: Authority, forgery: Forgery
) -> None:
    authority.forgeries.add(forgery)
    service, told = make(delays=IMPATIENT), Told()
    async with watching(service):
        handing_in = asyncio.ensure_future(service.hand_in(application(), told))
        kept = await told.wait(KeptForLater)
        assert isinstance(kept, KeptForLater)
        assert kept.fault.code is FaultCode.SUBMISSION_UNVERIFIED
        assert not told.of(HandedIn)
        authority.forgive()
        await handing_in
    assert [type(event) for event in told.events] == [KeptForLater, HandedIn]
    assert len(authority.arrived) == 1
    assert authority.requests[Operation.SUBMIT] == 1
    assert (await service.backlog()).waiting == 0


async def test_wrong_credentials_are_told_as_such(make: Make, authority: Authority) -> None:
    service = make()
    authority.client_secret = "another"
    told = await hand_in(service)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_CREDENTIALS


async def test_without_network_and_key_nothing_is_promised(make: Make, authority: Authority) -> None:
    authority.online = False
    service = make(delays=IMPATIENT)
    told = await hand_in(service)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_NETWORK
    assert (await service.backlog()).waiting == 0


@pytest.mark.parametrize("cut", ["off", "stalled"])
async def test_without_network_it_is_kept_within_the_promised_time_and_delivered_later(
    make: Make, authority: Authority, cut: str
) -> None:
    service, told = make(delays=IMPATIENT), Told()
    await hand_in(service)
    if cut == "off":
        authority.online = False
    else:
        for operation in Operation:
            authority.fail(operation, Mishap.STALL, times=99)
    started = asyncio.get_running_loop().time()
    handing_in = asyncio.ensure_future(service.hand_in(application(), told))
    kept = await told.wait(KeptForLater)
    assert asyncio.get_running_loop().time() - started < IMPATIENT.promise + 1
    assert isinstance(kept, KeptForLater)
    assert kept.fault.code is FaultCode.SUBMISSION_NETWORK

    async with watching(service) as devices:
        down = await devices.wait(DeviceChanged)
        assert isinstance(down, DeviceChanged)
        assert down.fault is not None
        assert down.fault.code is FaultCode.SUBMISSION_NETWORK
        authority.online = True
        authority.forgive()
        await handing_in
        assert DeviceChanged(Device.SUBMISSION, None) in devices.events
    assert [type(event) for event in told.events] == [KeptForLater, HandedIn]
    assert authority.arrived[-1].reference == kept.reference.reveal()
    assert len(authority.arrived) == 2
    assert (await service.backlog()).waiting == 0


async def test_the_end_of_the_visit_does_not_stop_the_delivery(make: Make, authority: Authority) -> None:
    service = make(delays=IMPATIENT)
    await hand_in(service)
    authority.online = False
    told = await hand_in(service)
    assert isinstance(told.events[-1], KeptForLater)
    authority.online = True
    async with watching(service):
        await until_empty(service)
    assert len(authority.arrived) == 2
    assert [type(event) for event in told.events] == [KeptForLater]


async def test_a_key_known_from_before_the_start_is_used(make: Make, authority: Authority, tmp_path: Path) -> None:
    first = make()
    await hand_in(first)
    await first.aclose()
    authority.online = False
    second = make(Outbox(tmp_path / "outbox.sqlite"), delays=IMPATIENT)
    told = await hand_in(second)
    assert isinstance(told.events[-1], KeptForLater)
    authority.online = True
    async with watching(second):
        await until_empty(second)
    assert len(authority.arrived) == 2


async def test_a_key_older_than_the_limit_is_not_used(
    make: Make, authority: Authority, settings: FitConnectSettings, tmp_path: Path
) -> None:
    now = [1_000_000.0]
    outbox = Outbox(tmp_path / "outbox.sqlite", clock=lambda: now[0])
    service = make(outbox, delays=IMPATIENT)
    await hand_in(service)
    authority.online = False
    now[0] += settings.key_usable_seconds + 1
    told = await hand_in(service)
    assert isinstance(told.events[-1], HandInFailed)


async def test_a_withdrawn_key_is_not_used_again(make: Make, authority: Authority) -> None:
    service = make(delays=IMPATIENT)
    service_settings = service._settings
    await hand_in(service)
    stale = make(service._outbox, delays=IMPATIENT, settings=replace(service_settings, key_fresh_seconds=0))
    authority.forgeries.add(Forgery.NO_KEY)
    assert isinstance((await hand_in(stale)).events[-1], HandInFailed)
    authority.online = False
    assert isinstance((await hand_in(stale)).events[-1], HandInFailed)


@pytest.mark.expects_log
async def test_a_kept_application_that_is_refused_stays_for_it_to_see(
    make: Make, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    service, told = make(delays=replace(IMPATIENT, stuck=0.05)), Told()
    await hand_in(service)
    authority.online = False
    handing_in = asyncio.ensure_future(service.hand_in(application(), told))
    await told.wait(KeptForLater)
    authority.fail(Operation.ANNOUNCE, Mishap.REFUSE, times=3)
    authority.online = True
    async with watching(service) as devices:
        await handing_in
        assert (await service.backlog()).stuck == 1
        await until_empty(service)
        up = await devices.wait(DeviceChanged)
        assert up == DeviceChanged(Device.SUBMISSION, None)
    assert [record.levelname for record in caplog.records if "refused" in record.message] == ["ERROR"]
    assert len(authority.arrived) == 2


async def test_an_announcement_that_the_server_forgot_is_made_again(make: Make, authority: Authority) -> None:
    service = make(delays=IMPATIENT)
    authority.fail(Operation.SUBMIT, Mishap.SERVER_ERROR, times=99)
    told = await hand_in(service, "pass.jpg")
    assert isinstance(told.events[-1], KeptForLater)
    authority.forget_submissions()
    authority.forgive()
    async with watching(service):
        await until_empty(service)
    (arrival,) = authority.arrived
    assert arrival.accepted
    assert authority.requests[Operation.ANNOUNCE] == 2


async def test_many_visitors_at_once_arrive_once_each(make: Make, authority: Authority) -> None:
    service, told = make(), [Told() for _ in range(6)]
    async with watching(service):
        await asyncio.gather(*(service.hand_in(application(attachment()), each) for each in told))
        await until_empty(service)
    assert all(isinstance(each.events[-1], HandedIn) for each in told)
    numbers = {each.events[-1].submission_id.reveal() for each in told}  # type: ignore[attr-defined]
    assert numbers == {arrival.submission_id for arrival in authority.arrived}
    assert len(authority.arrived) == 6


async def test_keys_are_asked_ahead(
    make: Make, authority: Authority, settings: FitConnectSettings, tmp_path: Path
) -> None:
    outbox = Outbox(tmp_path / "ahead.sqlite")
    service = FitConnect(
        settings,
        {authority.client_id: authority.client_secret}.get,
        outbox,
        destinations=[application().destination],
        delays=IMPATIENT,
    )
    async with watching(service) as devices:
        await devices.wait(DeviceChanged)
    authority.online = False
    told = await hand_in(service)
    assert isinstance(told.events[-1], KeptForLater)
    await service.aclose()


def test_the_pause_between_tries_grows_to_its_limit() -> None:
    delays = replace(QUICK, first=1.0, factor=2.0, most=10.0, jitter=0.5)
    for failures, middle in ((1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (5000, 10.0)):
        assert middle * 0.5 <= delays.after(failures) <= middle * 1.5
