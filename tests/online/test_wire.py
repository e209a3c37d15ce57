"""The wire: tokens, times to wait, and that nothing of a request gets into a log or an error."""

from __future__ import annotations

import logging
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from kiosk.application_events import HandedIn, HandInFailed
from kiosk.faults import FaultCode
from online.fit_connect import FitConnectSettings
from online.fit_connect.trouble import Trouble
from online.fit_connect.wire import Wire, _kind, _retry_after
from online.simulators.authority import Authority
from online.simulators.authority_faults import Mishap, Operation
from tests.online.support import DESTINATION, QUICK, SENTINEL, Make, Told, application, attachment

NOW = [1000.0]
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def wire(authority: Authority, settings: FitConnectSettings) -> AsyncIterator[Wire]:
    NOW[0] = 1000.0
    wire = Wire(settings, lambda _: authority.client_secret, QUICK, clock=lambda: NOW[0])
    yield wire
    await wire.aclose()


async def ask(wire: Wire, authority: Authority) -> object:
    return await wire.get("destination", f"{authority.destination_api}/v2/destinations/{DESTINATION}")


async def test_one_token_serves_until_shortly_before_its_end(wire: Wire, authority: Authority) -> None:
    for _ in range(3):
        assert isinstance(await ask(wire, authority), dict)
    assert authority.requests[Operation.TOKEN] == 1
    NOW[0] += authority.token_seconds - QUICK.token_margin + 0.1
    assert isinstance(await ask(wire, authority), dict)
    assert authority.requests[Operation.TOKEN] == 2


async def test_a_token_that_is_refused_is_replaced_once(wire: Wire, authority: Authority) -> None:
    await ask(wire, authority)
    authority.revoke_tokens()
    assert isinstance(await ask(wire, authority), dict)
    assert authority.requests[Operation.TOKEN] == 2
    authority.fail(Operation.DESTINATION, Mishap.EXPIRE_TOKEN, times=9)
    trouble = await ask(wire, authority)
    assert isinstance(trouble, Trouble)
    assert trouble.fault.code is FaultCode.SUBMISSION_CREDENTIALS
    assert not trouble.passing
    assert authority.requests[Operation.TOKEN] == 3


async def test_the_time_to_wait_is_handed_on(wire: Wire, authority: Authority) -> None:
    authority.fail(Operation.DESTINATION, Mishap.TOO_MANY, retry_after="7")
    trouble = await ask(wire, authority)
    assert isinstance(trouble, Trouble)
    assert (trouble.status, trouble.after, trouble.passing) == (429, 7.0, True)


def test_the_time_to_wait_is_read_as_seconds_or_as_a_date() -> None:
    assert _retry_after("120") == 120.0
    later = _retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))
    assert later is not None
    assert 25 < later <= 30
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert _retry_after("") is None
    assert _retry_after("soon") is None


async def test_a_longer_wait_than_promised_is_not_waited_for(make: Make, authority: Authority) -> None:
    authority.fail(Operation.DESTINATION, Mishap.TOO_MANY, times=9, retry_after="3600")
    told = Told()
    await make().hand_in(application(), told)
    (event,) = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_NETWORK
    assert authority.requests[Operation.DESTINATION] == 1


async def test_an_answer_without_end_is_cut_off(
    wire: Wire, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("online.fit_connect.wire._ANSWER_LIMIT", 10)
    trouble = await wire.get("service keys", f"{authority.submission_api}/.well-known/jwks.json", public=True)
    assert isinstance(trouble, Trouble)
    assert trouble.fault.detail == "service keys: answer too long"


async def test_an_untrusted_certificate_is_named_for_it() -> None:
    wrapped = httpx.ConnectError("x")
    wrapped.__cause__ = ssl.SSLCertVerificationError("y")
    assert _kind(wrapped) == "certificate not trusted"
    assert _kind(httpx.ReadTimeout("with a body")) == "ReadTimeout"


async def test_a_missing_secret_is_a_fault_of_the_credentials(settings: FitConnectSettings) -> None:
    wire = Wire(settings, lambda _: None, QUICK)
    trouble = await wire.authorise()
    assert trouble is not None
    assert trouble.fault.code is FaultCode.SUBMISSION_CREDENTIALS
    await wire.aclose()


async def test_a_wrong_address_is_a_fault_not_an_exception(wire: Wire) -> None:
    for address in ("http://127.0.0.1:1/", "not an address", "http://[broken/", "ftp://127.0.0.1/"):
        trouble = await wire.get("anything", address, public=True)
        assert isinstance(trouble, Trouble)
        assert trouble.passing
        assert "127.0.0.1" not in trouble.fault.detail


async def test_proxies_of_the_environment_are_not_used(
    make: Make, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    told = Told()
    await make().hand_in(application(), told)
    assert isinstance(told.events[-1], HandedIn)


async def test_logs_and_faults_hold_no_content_no_number_and_no_secret(
    make: Make, authority: Authority, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    for operation in Operation:
        authority.fail(operation, Mishap.DROP_AFTER)
    told = Told()
    with caplog.at_level(logging.DEBUG):
        await make().hand_in(application(attachment()), told)
    (event,) = told.events
    assert isinstance(event, HandedIn)
    (arrival,) = authority.arrived
    written = caplog.text + repr(told.events)
    forbidden = [SENTINEL, "Łódź", authority.client_secret, arrival.submission_id, arrival.case_id, "Bearer", "eyJ"]
    assert [word for word in forbidden if word in written] == []


async def test_only_ciphertext_goes_over_the_wire(make: Make, authority: Authority) -> None:
    await make().hand_in(application(attachment("Führerschein.jpg")), Told())
    content = b"".join(authority.bodies)
    assert authority.arrived[0].accepted
    for word in (SENTINEL, "Łódź", "Führerschein", authority.arrived[0].reference):
        assert word.encode() not in content


def test_heavy_libraries_are_loaded_when_they_are_needed() -> None:
    program = "import sys, online.fit_connect; print({'httpx', 'jwcrypto', 'starlette'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout.strip() == "set()"
