"""The way of one parcel to its destination: announce, attachments, submit, verified event.

Each step is on disk before the next begins, and each can be begun again: an announcement that nothing
follows is forgotten by the server, PUT replaces what is there, and before data are sent a second time
the event log is asked whether the first time arrived. So a parcel is neither lost nor doubled.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from kiosk.faults import FaultCode
from online.fit_connect.events import EventLog, Standing
from online.fit_connect.outbox import Outbox
from online.fit_connect.parcel import Parcel, State
from online.fit_connect.settings import FitConnectSettings
from online.fit_connect.trouble import Trouble, final, passing
from online.fit_connect.wire import Wire

_FORGOTTEN = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_MOST_ANNOUNCEMENTS = 3


class Delivery:
    """Brings parcels of the outbox to their destination."""

    def __init__(self, settings: FitConnectSettings, wire: Wire, outbox: Outbox, events: EventLog) -> None:
        self._base = f"{settings.submission_api}/{settings.api_version}/submissions"
        self._wire = wire
        self._outbox = outbox
        self._events = events

    async def run(self, reference: str) -> Parcel | Trouble:
        """Bring a parcel as far as it goes now; return it once its event is verified.

        Raises `OutboxError` if a step cannot be noted, `KeyError` if the outbox has no such parcel.
        """
        parcel = await self._outbox.load(reference)
        if parcel is None:
            raise KeyError("parcel")
        sent_before = parcel.state is State.SUBMITTING
        while parcel.state is not State.VERIFIED:
            after = await self._step(parcel, sent_before)
            if isinstance(after, Trouble):
                return after
            parcel = after
            sent_before = sent_before and parcel.state is State.SUBMITTING
        return parcel

    async def _step(self, parcel: Parcel, sent_before: bool) -> Parcel | Trouble:
        match parcel.state:
            case State.SEALED:
                return await self._announce(parcel)
            case State.ANNOUNCED:
                return await self._upload(parcel)
            case State.SUBMITTING:
                return await self._submit(parcel, sent_before)
            case State.ACKNOWLEDGED | State.VERIFIED:
                return await self._verify(parcel)
            case State.REJECTED:
                return final(FaultCode.SUBMISSION_REFUSED, "events: rejected by the authority")

    async def _announce(self, parcel: Parcel) -> Parcel | Trouble:
        answer = await self._wire.send("announce", "POST", self._base, body=parcel.announcement)
        if isinstance(answer, Trouble):
            return answer
        ids = answer if isinstance(answer, dict) else {}
        submission_id, case_id = ids.get("submissionId"), ids.get("caseId")
        if not _is_id(submission_id) or not _is_id(case_id):
            return passing(FaultCode.SUBMISSION_NETWORK, "announce: answer without ids")
        await self._outbox.announced(parcel.reference, str(submission_id), str(case_id))
        return replace(
            parcel,
            state=State.ANNOUNCED,
            submission_id=str(submission_id),
            case_id=str(case_id),
            announced=parcel.announced + 1,
        )

    async def _upload(self, parcel: Parcel) -> Parcel | Trouble:
        for part in parcel.attachments:
            if part.sent:
                continue
            url = f"{self._base}/{parcel.submission_id}/attachments/{part.id}"
            answer = await self._wire.send("attachment", "PUT", url, jose=part.jwe)
            if isinstance(answer, Trouble) and answer.status != HTTPStatus.CONFLICT:
                return await self._maybe_forgotten(parcel, answer)
            await self._outbox.sent(parcel.reference, part.id)
        return await self._move(parcel, State.SUBMITTING)

    async def _submit(self, parcel: Parcel, sent_before: bool) -> Parcel | Trouble:
        if sent_before:
            found = await self._arrived(parcel)
            if found is not None:
                return found
        body = {"encryptedMetadata": parcel.metadata, "encryptedData": parcel.data}
        answer = await self._wire.send("submit", "PUT", f"{self._base}/{parcel.submission_id}", body=body)
        if not isinstance(answer, Trouble):
            return await self._move(parcel, State.ACKNOWLEDGED)
        if sent_before and answer.status == HTTPStatus.CONFLICT:
            return await self._move(parcel, State.ACKNOWLEDGED)
        after = await self._maybe_forgotten(parcel, answer)
        if sent_before and isinstance(after, Trouble) and not after.passing:
            # The earlier one may have arrived: only the event log can tell, not this refusal.
            return passing(FaultCode.SUBMISSION_UNVERIFIED, after.fault.detail)
        return after

    async def _arrived(self, parcel: Parcel) -> Parcel | Trouble | None:
        """Ask whether data that may have been sent before have arrived; None if there is no sign of it."""
        standing = await self._events.standing(parcel)
        if isinstance(standing, Standing):
            return await self._settle(parcel, standing)
        if standing.status in _FORGOTTEN or standing.fault.code is FaultCode.SUBMISSION_UNVERIFIED:
            return None
        return standing

    async def _verify(self, parcel: Parcel) -> Parcel | Trouble:
        standing = await self._events.standing(parcel)
        if isinstance(standing, Standing):
            return await self._settle(parcel, standing)
        if standing.passing:
            return standing
        # The server has acknowledged: whatever is refused now, the application is not.
        return passing(FaultCode.SUBMISSION_UNVERIFIED, standing.fault.detail)

    async def _settle(self, parcel: Parcel, standing: Standing) -> Parcel:
        state = State.REJECTED if standing is Standing.REJECTED else State.VERIFIED
        return await self._move(parcel, state)

    async def _move(self, parcel: Parcel, state: State) -> Parcel:
        await self._outbox.move(parcel.reference, state)
        return replace(parcel, state=state)

    async def _maybe_forgotten(self, parcel: Parcel, trouble: Trouble) -> Parcel | Trouble:
        """Begin again where the server has forgotten the announcement, as it does after some days."""
        if trouble.status not in _FORGOTTEN or parcel.announced >= _MOST_ANNOUNCEMENTS:
            return trouble
        await self._outbox.start_over(parcel.reference)
        unsent = tuple(replace(part, sent=False) for part in parcel.attachments)
        return replace(parcel, state=State.SEALED, submission_id="", case_id="", attachments=unsent)


def _is_id(value: object) -> bool:
    """Accept what can stand in an address as it is (FIT-Connect's ids are UUIDs)."""
    return isinstance(value, str) and 0 < len(value) <= 64 and value.replace("-", "").isalnum()
