"""Who gets an application, and for which key it is encrypted.

Recipients are kept in the outbox's file: public keys, so that an application can still be encrypted
while the network is away.
"""

from __future__ import annotations

from typing import Any

from kiosk.faults import FaultCode
from kiosk.place import Destination
from online.fit_connect.crypto import Jwk, key_weakness, public_part
from online.fit_connect.outbox import Outbox, Recipient
from online.fit_connect.routing import Routing
from online.fit_connect.settings import FitConnectSettings
from online.fit_connect.trouble import Trouble, final, passing
from online.fit_connect.wire import Wire


class Directory:
    """Finds recipients."""

    def __init__(self, settings: FitConnectSettings, wire: Wire, outbox: Outbox) -> None:
        self._settings = settings
        self._wire = wire
        self._outbox = outbox
        self._routing = Routing(settings, wire)

    async def remembered(self, destination: Destination, within: float) -> Recipient | None:
        """Return a recipient known for at most `within` seconds. Raises `OutboxError`."""
        recipient = await self._outbox.recipient(_question(destination))
        if recipient is None or not 0 <= self._outbox.clock() - recipient.fetched <= within:
            return None
        return recipient

    async def fetch(self, destination: Destination) -> Recipient | Trouble:
        """Ask the network for a recipient and remember it. Raises `OutboxError`."""
        found = await self._ask(destination)
        if isinstance(found, Recipient):
            await self._outbox.remember(_question(destination), found)
        elif not found.passing:
            # A key that was withdrawn or a route that ended must not be used any more.
            await self._outbox.remember(_question(destination), None)
        return found

    async def _ask(self, destination: Destination) -> Recipient | Trouble:
        destination_id: str | Trouble = destination.destination_id
        if not destination_id:
            destination_id = await self._routing.find(destination)
        if isinstance(destination_id, Trouble):
            return destination_id
        base = f"{self._settings.destination_api}/{self._settings.api_version}"
        url = f"{base}/destinations/{destination_id}"
        described = await self._wire.get("destination", url)
        if isinstance(described, Trouble):
            return _unknown(described)
        keys = await self._wire.get("destination keys", f"{url}/keys")
        if isinstance(keys, Trouble):
            return _unknown(keys)
        key = _encryption_key(described, keys)
        if isinstance(key, Trouble):
            return key
        return Recipient(destination_id, key, self._outbox.clock())


def _question(destination: Destination) -> str:
    if destination.destination_id:
        return f"id:{destination.destination_id}"
    return f"route:{destination.leika}:{destination.ars}"


def _unknown(trouble: Trouble) -> Trouble:
    """A destination that the server does not know is one without a key."""
    if trouble.status in {404, 410}:
        return final(FaultCode.SUBMISSION_NO_KEY, trouble.fault.detail)
    return trouble


def _encryption_key(described: Any, answer: Any) -> Jwk | Trouble:
    """Choose the key that the destination names, or its first; refuse a weak or misplaced one."""
    keys = answer.get("keys") if isinstance(answer, dict) else None
    if not isinstance(keys, list):
        return passing(FaultCode.SUBMISSION_NETWORK, "destination keys: not a key set")
    wanted = described.get("encryptionKid") if isinstance(described, dict) else None
    candidates = [key for key in keys if isinstance(key, dict) and (wanted is None or key.get("kid") == wanted)]
    if wanted is None and candidates:
        wrapping = [key for key in candidates if key.get("key_ops") == ["wrapKey"]]
        candidates = wrapping or candidates
    if not candidates:
        return final(FaultCode.SUBMISSION_NO_KEY, "destination keys: none to encrypt for")
    weakness = key_weakness(candidates[0], "wrapKey")
    if weakness:
        return final(FaultCode.SUBMISSION_NO_KEY, f"destination keys: {weakness}")
    return public_part(candidates[0])
