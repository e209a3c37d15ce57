"""What an authority does with a submission: decrypt it, check every hash and the metadata, keep it to be shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jwcrypto.common import JWException
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

_HASH = {
    "type": "object",
    "required": ["type", "content"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "sha512"},
        "content": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
    },
}
_MEDIA_TYPE = {"type": "string", "pattern": r"^[-\w.]+/[-\w.+]+$"}
_METADATA = {
    "type": "object",
    "required": ["$schema", "contentStructure"],
    "properties": {
        "$schema": {"const": "https://schema.fitko.de/fit-connect/metadata/2.1.0/metadata.schema.json"},
        "contentStructure": {
            "type": "object",
            "required": ["attachments", "data"],
            "additionalProperties": False,
            "properties": {
                "data": {
                    "type": "object",
                    "required": ["submissionSchema", "hash"],
                    "additionalProperties": False,
                    "properties": {
                        "hash": _HASH,
                        "submissionSchema": {
                            "type": "object",
                            "required": ["schemaUri", "mimeType"],
                            "properties": {
                                "schemaUri": {"type": "string", "minLength": 1, "maxLength": 200},
                                "mimeType": {"enum": ["application/json", "application/xml"]},
                            },
                        },
                    },
                },
                "attachments": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["attachmentId", "purpose", "mimeType", "hash"],
                        "properties": {
                            "attachmentId": {"type": "string", "format": "uuid"},
                            "filename": {"type": "string", "minLength": 1},
                            "purpose": {"enum": ["form", "attachment", "report"]},
                            "description": {"type": "string"},
                            "mimeType": _MEDIA_TYPE,
                            "hash": _HASH,
                        },
                    },
                },
            },
        },
        "additionalReferenceInfo": {
            "type": "object",
            "properties": {
                "senderReference": {"type": "string"},
                "applicationDate": {"type": "string", "format": "date"},
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, in German for the page; `note` says what is wrong."""

    name: str
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ArrivedFile:
    """A decrypted attachment."""

    id: str
    filename: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A submission that arrived. `data` and `metadata` are the decrypted JSON, None if unreadable."""

    submission_id: str
    case_id: str
    destination_id: str
    service: str
    service_identifier: str
    received: datetime
    data: Any = field(repr=False)
    metadata: Any = field(repr=False)
    files: tuple[ArrivedFile, ...] = field(repr=False)
    checks: tuple[Check, ...]

    @property
    def accepted(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def document(self) -> dict[str, Any]:
        """All that arrived as one JSON document, attachments by name and size."""
        return {
            "submissionId": self.submission_id,
            "caseId": self.case_id,
            "destinationId": self.destination_id,
            "publicService": {"identifier": self.service_identifier, "name": self.service},
            "accepted": self.accepted,
            "checks": [{"name": check.name, "passed": check.passed, "note": check.note} for check in self.checks],
            "metadata": self.metadata,
            "data": self.data,
            "attachments": [
                {"filename": file.filename, "mimeType": file.media_type, "bytes": len(file.content)}
                for file in self.files
            ],
        }

    @property
    def reference(self) -> str:
        """The sender's own reference, empty if it gave none."""
        return str(_object(_object(self.metadata).get("additionalReferenceInfo")).get("senderReference", ""))


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the transport hands over: ids and ciphertext."""

    submission_id: str
    case_id: str
    destination_id: str
    service: str
    service_identifier: str
    metadata: str
    data: str
    attachments: Mapping[str, str]


def read(delivered: Delivered, key: JWK, now: datetime) -> Arrival:
    """Decrypt and check a submission."""
    checks: list[Check] = []
    metadata = _json(_open(delivered.metadata, key, "Metadaten", checks), "Metadaten", checks)
    raw = _open(delivered.data, key, "Antragsdaten", checks)
    data = _json(raw, "Antragsdaten", checks)
    checks.append(_structure(metadata))
    structure = _object(_object(metadata).get("contentStructure"))
    announced = _object(structure.get("data"))
    checks.append(_hash("Prüfsumme der Antragsdaten", raw, announced.get("hash")))
    files = _files(delivered, structure, key, checks)
    return Arrival(
        submission_id=delivered.submission_id,
        case_id=delivered.case_id,
        destination_id=delivered.destination_id,
        service=delivered.service,
        service_identifier=delivered.service_identifier,
        received=now,
        data=data,
        metadata=metadata,
        files=files,
        checks=tuple(checks),
    )


def _open(token: str, key: JWK, name: str, checks: list[Check]) -> bytes | None:
    jwe = JWE()
    jwe.allowed_algs = ["RSA-OAEP-256", "A256GCM"]
    try:
        jwe.deserialize(token, key)
    except (JWException, ValueError, TypeError):
        checks.append(Check(f"{name} entschlüsselt", passed=False, note="nicht für diesen Schlüssel"))
        return None
    checks.append(Check(f"{name} entschlüsselt", passed=True))
    return bytes(jwe.payload)


def _json(content: bytes | None, name: str, checks: list[Check]) -> Any:
    if content is None:
        return None
    try:
        return json.loads(content)
    except ValueError:
        checks.append(Check(f"{name} lesbar", passed=False, note="kein JSON"))
        return None


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=["uuid"])
    formats.checks("date", raises=ValueError)(lambda text: bool(date.fromisoformat(str(text))))
    return Draft202012Validator(_METADATA, format_checker=formats)


def _structure(metadata: Any) -> Check:
    problem = next(iter(_validator().iter_errors(metadata)), None)
    if problem is None:
        return Check("Aufbau der Metadaten 2.1.0", passed=True)
    return Check("Aufbau der Metadaten 2.1.0", passed=False, note=f"{problem.json_path}: {problem.validator}")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _hash(name: str, content: bytes | None, announced: Any) -> Check:
    expected = _object(announced).get("content")
    if content is not None and hashlib.sha512(content).hexdigest() == expected:
        return Check(name, passed=True)
    return Check(name, passed=False, note="stimmt nicht überein")


def _files(delivered: Delivered, structure: dict[str, Any], key: JWK, checks: list[Check]) -> tuple[ArrivedFile, ...]:
    entries = structure.get("attachments")
    objects = [_object(entry) for entry in entries] if isinstance(entries, list) else []
    described = {str(entry.get("attachmentId")): entry for entry in objects}
    same = described.keys() == delivered.attachments.keys()
    checks.append(Check("Anlagen vollständig", same, "" if same else "Ankündigung und Inhalt weichen ab"))
    files = []
    for name, token in delivered.attachments.items():
        entry = described.get(name, {})
        content = _open(token, key, "Anlage", checks)
        checks.append(_hash("Prüfsumme der Anlage", content, entry.get("hash")))
        if content is not None:
            filename, media_type = entry.get("filename", name), entry.get("mimeType", "")
            files.append(ArrivedFile(name, filename, media_type, content))
    return tuple(files)
