"""An enrolled terminal while it runs: it proves its requests, and keeps its identity young.

Libraries and keys are loaded when the hub is first asked, not when the terminal starts.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provisioning.identity_http import HubAuth
    from provisioning.identity_renewal import Pace, Renewal

log = logging.getLogger(__name__)

FIRST_LOOK_S = 60.0
"""After the start: by then the hub has usually been asked something, so its time is known."""


class Member:
    """`folder` is what enrolment has written, `secret` finds the sealed key in the credential store."""

    def __init__(self, folder: Path, secret: Callable[[str], str | None], ca_file: Path | None = None) -> None:
        self._folder, self._secret, self._ca_file = folder, secret, ca_file
        self._one = threading.Lock()
        self._opened = False
        self._auth: HubAuth | None = None

    def auth(self) -> HubAuth | None:
        """Return what proves requests, None if there is no identity or no key. It blocks: call it on a thread."""
        with self._one:
            if not self._opened:
                self._opened = True
                self._auth = self._open()
            return self._auth

    def _open(self) -> HubAuth | None:
        from provisioning.identity import IdentityFolder
        from provisioning.identity_http import HubAuth
        from provisioning.identity_key import key_of
        from provisioning.identity_proof import Prover

        folder = IdentityFolder(self._folder)
        identity = folder.read()
        key = key_of(folder, self._secret) if identity else None
        if identity is None or key is None:
            log.error("this terminal is not enrolled, or its key is not at hand: lotse enrol https://HUB CODE")
            return None
        return HubAuth(Prover(key, identity.token))

    async def run(self, pace: Pace | None = None, first: float = FIRST_LOOK_S) -> None:
        """Keep the identity young until cancelled."""
        await asyncio.sleep(first)
        renewal = await asyncio.to_thread(self._renewal, pace)
        if renewal is not None:
            await renewal.run()

    def _renewal(self, pace: Pace | None) -> Renewal | None:
        auth = self.auth()
        if auth is None:
            return None
        from provisioning.identity import IdentityFolder
        from provisioning.identity_renewal import Renewal

        return Renewal(IdentityFolder(self._folder), auth.prover, self._ca_file, pace)
