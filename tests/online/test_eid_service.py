"""What was read is fetched from the city's eID service, and from nowhere else."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.faults import Fault, FaultCode
from kiosk.identity import Address, Identity
from kiosk.privacy import Private
from online.eid_service import EidService, EidServiceSettings, read, with_result
from online.simulators.eid_service import EidServiceDouble, EidServiceFault

OK = {"ResultMajor": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok"}
ERIKA = {
    "GivenNames": "Erika Šejla",
    "FamilyNames": "Mustermann",
    "BirthName": "Gabler",
    "AcademicTitle": "Dr.",
    "Nationality": "D",
    "DateOfBirth": {"DateString": "19640812"},
    "PlaceOfBirth": {"FreetextPlace": "Berlin"},
    "PlaceOfResidence": {
        "StructuredPlace": {"Street": "Heidestraße 17", "ZipCode": "51147", "City": "Köln", "Country": "D"}
    },
}


@pytest.fixture
def double() -> Iterator[EidServiceDouble]:
    with EidServiceDouble() as double:
        yield double


@pytest.fixture
def service(double: EidServiceDouble) -> EidService:
    return EidService(EidServiceSettings(double.base, seconds=0.5))


async def finished(double: EidServiceDouble, data: dict[str, Any] | None = None) -> str:
    """Play the AusweisApp: begin a session, deliver, return the refresh address."""
    async with httpx.AsyncClient(trust_env=False) as client:
        token = (await client.get(double.tc_token_url)).text
        server = token.split("<ServerAddress>")[1].split("<")[0]
        assert (await client.get(server)).json()["certificate"]["subjectName"] == "Musterstadt"
        assert (await client.post(server, json={"rights": [], "data": data or ERIKA})).status_code == 204
    return token.split("<RefreshAddress>")[1].split("<")[0]


async def test_a_person_is_read_once(double: EidServiceDouble, service: EidService) -> None:
    url = await finished(double)
    assert await service.fetch(url) == Private(
        Identity(
            "Erika Šejla",
            "Mustermann",
            "Gabler",
            "Dr.",
            date(1964, 8, 12),
            "Berlin",
            "D",
            Address("Heidestraße 17", "51147", "Köln", "D"),
        )
    )
    assert await service.fetch(url) == Fault(FaultCode.EID_SERVER, "status 404")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (EidServiceFault.ERROR, FaultCode.EID_SERVER),
        (EidServiceFault.STALL, FaultCode.EID_TIMEOUT),
        (EidServiceFault.DROP, FaultCode.EID_SERVER),
        (EidServiceFault.GARBAGE, FaultCode.EID_SERVER),
        (EidServiceFault.HUGE, FaultCode.EID_SERVER),
        (EidServiceFault.REDIRECT, FaultCode.EID_SERVER),
        (EidServiceFault.NOBODY, FaultCode.EID_SERVER),
        (EidServiceFault.REFUSAL, FaultCode.EID_REFUSED),
    ],
)
async def test_each_trouble_is_a_fault(
    double: EidServiceDouble, service: EidService, fault: EidServiceFault, code: FaultCode
) -> None:
    url = await finished(double)
    double.next_fault = fault
    result = await service.fetch(url)
    assert isinstance(result, Fault)
    assert result.code is code


async def test_a_service_that_is_away_is_a_fault(double: EidServiceDouble, service: EidService) -> None:
    url = await finished(double)
    double.stop()
    assert await service.fetch(url) == Fault(FaultCode.EID_SERVER, "ConnectError")


@pytest.mark.parametrize(
    "url",
    [
        "https://anderswo.example/result?session=1",
        "http://127.0.0.1:1/result",
        "http://127.0.0.1@anderswo.example/result",
        "https://127.0.0.1/result",
        "file:///etc/passwd",
        "//127.0.0.1/result",
        "http://[::1/result",
        "http://127.0.0.1:99999/",
        "",
    ],
)
async def test_addresses_elsewhere_are_never_asked(service: EidService, url: str) -> None:
    result = await service.fetch(url)
    assert isinstance(result, Fault)
    assert result.code is FaultCode.EID_SERVER


@pytest.mark.parametrize("base", ["http://eid.stadt.example", "ftp://x", "", "https://user:secret@stadt.example"])
def test_only_a_safe_base_is_taken(base: str) -> None:
    with pytest.raises(ValueError, match="https"):
        EidService(EidServiceSettings(base))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/r?a=1", "https://x.example/r?a=1&ResultMajor=ok"),
        ("https://x.example/r", "https://x.example/r?ResultMajor=ok"),
        ("https://x.example/r#top", "https://x.example/r?ResultMajor=ok#top"),
        ("https://x.example/r?a=1&ResultMajor=ok", "https://x.example/r?a=1&ResultMajor=ok"),
    ],
)
def test_the_result_is_added_only_where_it_is_missing(url: str, expected: str) -> None:
    assert with_result(url) == expected


async def test_neither_session_nor_person_is_ever_logged(
    double: EidServiceDouble, service: EidService, caplog: pytest.LogCaptureFixture
) -> None:
    url = await finished(double)
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    assert isinstance(await service.fetch(url), Private)
    assert url.split("session=")[1] not in caplog.text
    assert "Mustermann" not in caplog.text


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ({"DateString": "19640812"}, date(1964, 8, 12)),
        ({"DateString": "196408  "}, None),
        ({"DateString": "1964    "}, None),
        ({"DateString": "        "}, None),
        ({"DateString": "19640230"}, None),
        ({"DateString": "1964W332"}, None),
        ({"DateValue": "1964-08-12"}, date(1964, 8, 12)),
        ({}, None),
        (None, None),
        (19640812, None),
    ],
)
def test_only_a_whole_date_is_a_date(born: object, expected: date | None) -> None:
    result = read(json.dumps({"Result": OK, "PersonalData": {"DateOfBirth": born}}).encode())
    assert isinstance(result, Private)
    assert result.reveal().birth_date == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ERIKA, "x"]), inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_no_document_breaks_the_reader(person: Any) -> None:
    result = read(json.dumps({"Result": OK, "PersonalData": person}).encode())
    assert isinstance(result, Fault) == (not isinstance(person, dict))


@given(st.binary(max_size=100))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    assert isinstance(read(body), Fault)


def test_the_double_refuses_to_run_outside_demo_and_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError, match="LOTSE_SIMULATORS"):
        EidServiceDouble()
