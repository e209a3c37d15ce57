"""Whatever the network answers, there is a value: a trouble or a result, never an exception."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.place import Destination
from online.fit_connect import FitConnectSettings, Outbox
from online.fit_connect.delivery import Delivery
from online.fit_connect.directory import Directory
from online.fit_connect.events import EventLog, Standing
from online.fit_connect.outbox import Recipient
from online.fit_connect.parcel import Parcel
from online.fit_connect.trouble import Trouble
from online.fit_connect.wire import Wire
from online.simulators.authority_tokens import AuthorityKeys, event
from tests.online.support import ARS, DESTINATION, LEIKA

API = "https://submission.example/api"
PORTAL = "https://portal.example"
SETTINGS = FitConnectSettings(
    token_url="https://token.example",
    submission_api=API,
    destination_api="https://destination.example",
    client_id="terminal",
    routing_api="https://routing.example",
    routing_issuers=(PORTAL,),
)
PARCEL = Parcel("r", DESTINATION, LEIKA, "s", "a.b.c.d.tag1", "a.b.c.d.tag2", submission_id="sub", case_id="case")

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Answers:
    """Stands in for the wire: answers by the operation's name."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    async def get(self, operation: str, *_: object, **__: object) -> Any:
        return self._answers[operation]

    send = get


def wire(**answers: Any) -> Wire:
    return cast(Wire, Answers({name.replace("_", " "): answer for name, answer in answers.items()}))


@given(answer=anything | st.fixed_dictionaries({"eventLog": st.lists(st.text(max_size=30) | leaves, max_size=3)}))
@quick
def test_any_event_log(answer: Any) -> None:
    found = asyncio.run(EventLog(SETTINGS, wire(events=answer)).standing(PARCEL))
    assert isinstance(found, Trouble)


@given(name=st.sampled_from(["iss", "sub", "txn", "jti", "iat", "events"]), value=anything)
@settings(quick, max_examples=60)
def test_a_signed_event_with_anything_in_it(keys: AuthorityKeys, name: str, value: Any) -> None:
    tags = {"authenticationTags": {"metadata": "tag1", "data": "tag2"}}
    good = event("submit-submission", API, "sub", "case", tags)
    claims = {**good, name: value}
    token = keys.signed(claims, {"typ": "secevent+jwt"})
    answers = wire(events={"eventLog": [token]}, service_keys={"keys": [keys.signing_jwk]}, signature_key=value)
    found = asyncio.run(EventLog(SETTINGS, answers).standing(PARCEL))
    harmless = name in {"jti", "iat"} and isinstance(value, type(good[name]))
    assert isinstance(found, Standing if harmless else Trouble)


@given(content=anything)
@settings(quick, max_examples=40)
def test_tags_of_any_shape(keys: AuthorityKeys, content: Any) -> None:
    claims = event("submit-submission", API, "sub", "case", {"authenticationTags": content})
    token = keys.signed(claims, {"typ": "secevent+jwt"})
    answers = wire(events={"eventLog": [token]}, service_keys={"keys": [keys.signing_jwk]})
    assert isinstance(asyncio.run(EventLog(SETTINGS, answers).standing(PARCEL)), Trouble)


@given(answer=anything | st.fixed_dictionaries({"keys": st.lists(anything, max_size=3)}))
@quick
def test_any_key_set(tmp_path: Path, answer: Any) -> None:
    async def fetch() -> Recipient | Trouble:
        outbox = Outbox(tmp_path / "outbox.sqlite")
        directory = Directory(SETTINGS, wire(destination=answer, destination_keys=answer), outbox)
        found = await directory.fetch(Destination(LEIKA, DESTINATION))
        await outbox.aclose()
        return found

    assert isinstance(asyncio.run(fetch()), Trouble)


@given(
    route=anything
    | st.fixed_dictionaries({"destinationId": st.text(max_size=5), "destinationSignature": st.text(max_size=30)}),
    name=st.sampled_from(["services", "destinationId", "submissionHost", "iss", "none"]),
    value=anything,
)
@settings(quick, max_examples=60)
def test_any_route(keys: AuthorityKeys, route: Any, name: str, value: Any) -> None:
    claims = {
        "iss": PORTAL,
        "submissionHost": "submission.example",
        "destinationId": DESTINATION,
        "services": [{"gebietIDs": [f"x:{ARS}"], "leistungIDs": [f"y:{LEIKA}"]}],
        name: value,
    }
    signed = {"destinationId": DESTINATION, "destinationSignature": keys.signed(claims, {"typ": "JWT"})}
    answers = wire(routing={"routes": [route, signed]}, routing_keys={"keys": [value, keys.signing_jwk]})
    from online.fit_connect.routing import Routing

    found = asyncio.run(Routing(SETTINGS, answers).find(Destination(LEIKA, ars=ARS)))
    assert isinstance(found, str if name == "none" else Trouble)


@given(answer=anything)
@quick
def test_any_answer_to_an_announcement(tmp_path: Path, answer: Any) -> None:
    async def run() -> Parcel | Trouble:
        outbox = Outbox(tmp_path / "outbox.sqlite")
        await outbox.remove(PARCEL.reference)
        await outbox.add(PARCEL)
        answers = wire(announce=answer)
        found = await Delivery(SETTINGS, answers, outbox, EventLog(SETTINGS, answers)).run(PARCEL.reference)
        await outbox.aclose()
        return found

    found = asyncio.run(run())
    assert isinstance(found, Trouble)
    assert found.passing


@pytest.mark.parametrize("ids", [{"submissionId": "../x", "caseId": "c"}, {"submissionId": "s" * 65, "caseId": "c"}])
def test_ids_that_would_change_an_address_are_not_taken(tmp_path: Path, ids: dict[str, str]) -> None:
    test_any_answer_to_an_announcement.hypothesis.inner_test(tmp_path, ids)  # type: ignore[attr-defined]


def test_a_token_in_another_serialisation_is_not_taken(keys: AuthorityKeys) -> None:
    header, claims, signature = keys.signed({}, {"typ": "secevent+jwt"}).split(".")
    token = json.dumps({"protected": header, "payload": claims, "signature": signature})
    answers = wire(events={"eventLog": [token]}, service_keys={"keys": [keys.signing_jwk]})
    assert isinstance(asyncio.run(EventLog(SETTINGS, answers).standing(PARCEL)), Trouble)
