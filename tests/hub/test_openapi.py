"""Everything that the OpenAPI document allows, and much that it does not, is answered, and never with a 5xx."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from hub.app import openapi_document
from hub.rates import Rate, Rates
from hub.roles import Role
from hub.server import HubServer, running
from tests.hub.staff import employ, log_in
from tests.hub.town_hall import LEFT_KEY
from tests.hub.town_hall import settings as town_hall

EXAMPLES = int(os.environ.get("LOTSE_FUZZ_EXAMPLES", "4"))
"""How many of each operation; thousands, if one has the time."""
STREAMS = r"/events$"
WITHOUT_END = Rate(1e6, 1_000_000)

schema = schemathesis.openapi.from_dict(openapi_document()).exclude(path_regex=STREAMS)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    """A hub that lets itself be asked as often as one likes."""
    site = town_hall(tmp_path_factory.mktemp("hub") / "hub.db")
    employ(site, "lead", Role.LEAD)
    employ(site, "it", Role.IT)
    with running(site) as server:
        server.app.state.rates = Rates(WITHOUT_END, WITHOUT_END, WITHOUT_END)
        yield server


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> None:
    """The hub's threads last as long as the hub: for this module."""


@pytest.fixture(scope="module", params=["nobody", "terminal", "lead", "it"])
def headers(request: pytest.FixtureRequest, hub: HubServer) -> dict[str, str]:
    """What each kind of asker sends along."""
    if request.param == "terminal":
        return {"Authorization": f"Bearer {LEFT_KEY}"}
    if request.param == "nobody":
        return {"Origin": hub.base_url}
    import httpx

    with httpx.Client(base_url=hub.base_url, headers={"Origin": hub.base_url}, trust_env=False) as browser:
        token = log_in(browser, request.param).cookies["lotse_session"]
    return {"Origin": hub.base_url, "Cookie": f"lotse_session={token}"}


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_makes_the_hub_stumble(
    case: schemathesis.Case[Any], hub: HubServer, headers: dict[str, str]
) -> None:
    if case.path == "/logout":
        headers = {name: value for name, value in headers.items() if name != "Cookie"}
    response = case.call(base_url=hub.base_url, headers=headers, allow_redirects=False)
    case.validate_response(response, checks=[not_a_server_error])
    assert response.status_code < 500
