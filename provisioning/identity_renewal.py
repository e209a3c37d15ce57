"""Keeping the identity young: it is renewed a third of its life through, by the hub's time.

A hub that is away is asked again every hour; two thirds of the life are left for that. An identity that has expired
all the same is renewed as soon as the hub says so. Only the identity and the keys to believe change: the terminal's own
key and the root of the profiles stay.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from provisioning.identity import COMMAND_KEYS, IDENTITY, Identity, IdentityFolder
from provisioning.identity_grant import Asked, GrantRefused, renewed_grant
from provisioning.identity_http import HubAuth
from provisioning.identity_proof import Prover

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks whether it is time, and the patience with one request."""

    every: float = 3600.0
    request: float = 15.0
    least: float = 60.0


class Renewal:
    """Renews the identity in `folder`, and gives it to `prover`, which the terminal's requests are made with."""

    def __init__(
        self, folder: IdentityFolder, prover: Prover, ca_file: Path | None = None, pace: Pace | None = None
    ) -> None:
        self._folder = folder
        self._prover = prover
        self._ca_file = ca_file
        self._pace = pace or Pace()
        self._expired = asyncio.Event()
        prover.on_expired = self._expired.set

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._expired.clear()
            with contextlib.suppress(TimeoutError):
                wait = self._pace.every * random.uniform(0.8, 1.0)  # noqa: S311 - spreads a fleet, keeps no secret
                await asyncio.wait_for(self._expired.wait(), wait)
            await self.look()
            await asyncio.sleep(self._pace.least)

    async def look(self) -> bool:
        """Renew the identity if it is time; return whether that was done."""
        identity, now = self._folder.read(), self._prover.hub_time()
        if identity is None or not (self._expired.is_set() or (now is not None and now >= identity.renew_from)):
            return False
        try:
            await self._renew()
        except GrantRefused as refused:
            log.error("the identity is not renewed: %s", refused)
        except (httpx.HTTPError, OSError, ValueError) as error:
            log.warning("the identity is not renewed now: %s", type(error).__name__)
        else:
            return True
        return False

    async def _renew(self) -> None:
        before = self._folder.read()
        assert before is not None
        prover = Prover(self._prover.key, before.token)
        trust = await asyncio.to_thread(ssl.create_default_context, cafile=self._ca_file)
        async with httpx.AsyncClient(
            base_url=before.hub, auth=HubAuth(prover), verify=trust, trust_env=False, timeout=self._pace.request
        ) as http:
            answer = await http.post("/api/v1/enrolment/renew")
        if answer.status_code in (401, 403):
            raise GrantRefused("the hub refuses it: revoked, or expired too long ago; a new code is needed")
        answer.raise_for_status()
        said = answer.json()
        asked = Asked(before.hub, prover.thumbprint, prover.last_number)
        grant = renewed_grant(asked, said if isinstance(said, dict) else {}, before)
        if not await asyncio.to_thread(self._write, grant.files(), before):
            raise GrantRefused("this terminal was enrolled anew meanwhile")
        self._prover.token = grant.identity.token
        log.info("the identity at the hub was renewed")

    def _write(self, new: dict[str, bytes], before: Identity) -> bool:
        """Write what is new beside what stays; not beside another key, which a new code has brought meanwhile."""
        if self._folder.read() != before:
            return False
        kept = {name: self._folder.file(name) for name in self._folder.names() if name not in (IDENTITY, COMMAND_KEYS)}
        self._folder.write({name: content for name, content in kept.items() if content is not None} | new)
        return True
