"""A double of the authority and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from jwcrypto.jwe import JWE

from online.fit_connect import Delays, FitConnect, FitConnectSettings, Outbox
from online.fit_connect.crypto import prepare, seal, verified_claims
from online.simulators.authority import Authority
from online.simulators.authority_tokens import AuthorityKeys
from tests.online.support import QUICK, Make, settings_of


@pytest.fixture(scope="session")
def keys() -> AuthorityKeys:
    """Make the keys and use all libraries once, so that small time limits do not measure imports."""
    keys = AuthorityKeys.generate()
    prepare()
    httpx.Client().close()
    token = JWE()
    token.deserialize(seal(b"x", keys.encryption_jwk, "text/plain"), keys.encryption)
    verified_claims(keys.signed({}, {}), keys.signing_jwk)
    return keys


@pytest.fixture
def authority(keys: AuthorityKeys) -> Iterator[Authority]:
    with Authority(keys).running() as authority:
        yield authority


@pytest.fixture
def settings(authority: Authority) -> FitConnectSettings:
    return settings_of(authority)


@pytest.fixture
async def make(authority: Authority, settings: FitConnectSettings, tmp_path: Path) -> AsyncIterator[Make]:
    """Make clients on the same outbox file; they are closed at the end."""
    made: list[FitConnect] = []

    def make(
        outbox: Outbox | None = None, delays: Delays = QUICK, settings: FitConnectSettings = settings
    ) -> FitConnect:
        outbox = outbox or Outbox(tmp_path / "outbox.sqlite")
        service = FitConnect(settings, {authority.client_id: authority.client_secret}.get, outbox, delays=delays)
        made.append(service)
        return service

    yield make
    for service in made:
        await service.aclose()
