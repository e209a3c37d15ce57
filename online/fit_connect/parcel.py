"""An application as it leaves the terminal: ciphertext, and what the server must know in the clear."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.effects import Application, Attachment
from online.fit_connect.crypto import Jwk, authentication_tag, seal, sha512

METADATA_SCHEMA = "https://schema.fitko.de/fit-connect/metadata/{version}/metadata.schema.json"
SERVICE_IDENTIFIER = "urn:de:fim:leika:leistung:{leika}"


class State(StrEnum):
    """How far a parcel has come; each state is on disk before the next step begins."""

    SEALED = "sealed"
    """Encrypted; the server knows nothing of it."""
    ANNOUNCED = "announced"
    """The server gave a submission id; attachments are being uploaded."""
    SUBMITTING = "submitting"
    """All attachments are there; data and metadata may already have been sent."""
    ACKNOWLEDGED = "acknowledged"
    """The server answered that it has everything; its signed event is not verified yet."""
    VERIFIED = "verified"
    """The signed event with our authentication tags is verified: only the deletion is left."""
    REJECTED = "rejected"
    """The authority's signed rejection is verified."""


@dataclass(frozen=True, slots=True)
class SealedAttachment:
    """One encrypted attachment under the id that metadata and announcement name."""

    id: str
    jwe: str = field(repr=False)
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """An encrypted application and how far it has come."""

    reference: str
    destination_id: str
    leika: str
    service_name: str
    metadata: str = field(repr=False)
    data: str = field(repr=False)
    attachments: tuple[SealedAttachment, ...] = ()
    state: State = State.SEALED
    submission_id: str = field(default="", repr=False)
    case_id: str = field(default="", repr=False)
    announced: int = 0
    """How often it was announced: a server forgets announcements that nothing follows."""

    @property
    def tags(self) -> dict[str, Any]:
        """The authentication tags that the server's event has to name (event log, submit-submission)."""
        tags: dict[str, Any] = {
            "metadata": authentication_tag(self.metadata),
            "data": authentication_tag(self.data),
        }
        if self.attachments:
            tags["attachments"] = {part.id: authentication_tag(part.jwe) for part in self.attachments}
        return tags

    @property
    def announcement(self) -> dict[str, Any]:
        """The body of POST /submissions."""
        return {
            "destinationId": self.destination_id,
            "announcedAttachments": [part.id for part in self.attachments],
            "publicService": {
                "identifier": SERVICE_IDENTIFIER.format(leika=self.leika),
                "name": self.service_name,
            },
        }


def seal_application(
    application: Application, destination_id: str, key: Jwk, today: date, metadata_version: str
) -> Parcel:
    """Encrypt an application for `destination_id`. Nothing of the plain text outlives the call.

    Blocking (RSA and AES over all attachments): call it in a thread.
    """
    reference = str(uuid.uuid4())
    data = json_bytes(application.data.reveal())
    named = [(str(uuid.uuid4()), attachment) for attachment in application.attachments]
    metadata = {
        "$schema": METADATA_SCHEMA.format(version=metadata_version),
        "contentStructure": _structure(application, data, named),
        # What the visitor takes home if the server is away: so the authority can find it.
        "additionalReferenceInfo": {"senderReference": reference, "applicationDate": today.isoformat()},
    }
    return Parcel(
        reference=reference,
        destination_id=destination_id,
        leika=application.destination.leika,
        service_name=application.service_name,
        metadata=seal(json_bytes(metadata), key, "application/json"),
        data=seal(data, key, "application/json"),
        attachments=tuple(
            SealedAttachment(name, seal(attachment.content.reveal(), key, attachment.media_type))
            for name, attachment in named
        ),
    )


def _structure(application: Application, data: bytes, attachments: list[tuple[str, Attachment]]) -> dict[str, Any]:
    """Describe the content (FIT-Connect metadata 2.1.0, contentStructure)."""
    return {
        "data": {
            "submissionSchema": {"schemaUri": application.schema_uri, "mimeType": "application/json"},
            "hash": sha512(data),
        },
        "attachments": [_described(name, attachment) for name, attachment in attachments],
    }


def _described(name: str, attachment: Attachment) -> dict[str, Any]:
    return {
        "attachmentId": name,
        "filename": attachment.filename,
        "purpose": "attachment",
        "description": attachment.description or attachment.filename,
        "mimeType": attachment.media_type,
        "hash": sha512(attachment.content.reveal()),
    }


def json_bytes(content: object) -> bytes:
    """Write JSON in UTF-8, every character as itself (DIN 91379 names keep theirs)."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return text.encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
