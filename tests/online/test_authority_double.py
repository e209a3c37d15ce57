"""The authority's double: strict like the real services, and a page that shows what arrived."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from online.simulators.authority import Authority
from online.simulators.authority_tokens import AuthorityKeys
from tests.online.support import DESTINATION, LEIKA

XSS = "<script>alert(1)</script>"


@pytest.fixture
def client(authority: Authority) -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        form = {
            "grant_type": "client_credentials",
            "client_id": authority.client_id,
            "client_secret": authority.client_secret,
        }
        token = client.post(authority.token_url, data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def encrypted(content: bytes, keys: AuthorityKeys, **header: str) -> str:
    protected = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": keys.encryption_jwk["kid"], "cty": "application/json"}
    token = JWE(content, protected=json.dumps(protected | header))
    token.add_recipient(JWK(**keys.encryption_jwk))
    return str(token.serialize(compact=True))


def metadata(data: bytes) -> dict[str, Any]:
    return {
        "$schema": "https://schema.fitko.de/fit-connect/metadata/2.1.0/metadata.schema.json",
        "contentStructure": {
            "data": {
                "submissionSchema": {"schemaUri": "urn:x", "mimeType": "application/json"},
                "hash": {"type": "sha512", "content": hashlib.sha512(data).hexdigest()},
            },
            "attachments": [],
        },
    }


def submit(authority: Authority, client: httpx.Client, keys: AuthorityKeys, data: bytes, meta: Any) -> httpx.Response:
    body = {
        "destinationId": DESTINATION,
        "announcedAttachments": [],
        "publicService": {"identifier": f"urn:de:fim:leika:leistung:{LEIKA}", "name": XSS},
    }
    base = f"{authority.submission_api}/v2/submissions"
    ids = client.post(base, json=body).json()
    sealed = {
        "encryptedMetadata": encrypted(json.dumps(meta).encode(), keys),
        "encryptedData": encrypted(data, keys),
    }
    return client.put(f"{base}/{ids['submissionId']}", json=sealed)


def test_it_refuses_to_start_outside_demo_and_tests(keys: AuthorityKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError, match="LOTSE_SIMULATORS"):
        Authority(keys)


def test_without_a_token_nothing_is_answered(authority: Authority) -> None:
    with httpx.Client(trust_env=False) as client:
        assert client.post(f"{authority.submission_api}/v2/submissions", json={}).status_code == 401
        wrong = {"grant_type": "client_credentials", "client_id": authority.client_id, "client_secret": "x"}
        assert client.post(authority.token_url, data=wrong).status_code == 401


def test_a_good_submission_is_accepted_once(authority: Authority, client: httpx.Client, keys: AuthorityKeys) -> None:
    data = b'{"a": 1}'
    answer = submit(authority, client, keys, data, metadata(data))
    assert answer.status_code == 202
    (arrival,) = authority.arrived
    assert arrival.accepted
    assert arrival.data == {"a": 1}
    again = client.put(str(answer.request.url), content=answer.request.content)
    assert again.status_code == 409
    assert len(authority.arrived) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("$schema",), "https://schema.fitko.de/fit-connect/metadata/1.0.0/metadata.schema.json"),
        (("contentStructure", "data", "hash", "content"), "0" * 128),
        (("contentStructure", "data", "hash", "type"), "sha256"),
        (("contentStructure", "data", "submissionSchema"), {}),
        (("contentStructure", "attachments"), [{"attachmentId": "x"}]),
        (("contentStructure", "attachments"), None),
        (("additionalReferenceInfo",), {"applicationDate": "22.11.2026"}),
    ],
)
def test_a_fault_in_metadata_or_hash_is_found(
    authority: Authority, client: httpx.Client, keys: AuthorityKeys, path: tuple[str, ...], value: Any
) -> None:
    data = b"{}"
    meta = metadata(data)
    inner = meta
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    submit(authority, client, keys, data, meta)
    (arrival,) = authority.arrived
    assert not arrival.accepted


@pytest.mark.parametrize("change", ["plain", "alg", "cty"])
def test_what_is_not_encrypted_as_prescribed_is_refused(
    authority: Authority, client: httpx.Client, keys: AuthorityKeys, change: str
) -> None:
    base = f"{authority.submission_api}/v2/submissions"
    name = str(uuid.uuid4())
    body = {
        "destinationId": DESTINATION,
        "announcedAttachments": [name],
        "publicService": {"identifier": f"urn:de:fim:leika:leistung:{LEIKA}", "name": "x"},
    }
    submission = client.post(base, json=body).json()["submissionId"]
    content = {
        "plain": "a.b.c",
        "alg": encrypted(b"x", keys, enc="A128GCM"),
        "cty": encrypted(b"x", keys).replace(".", "", 1),
    }[change]
    header = {"Content-Type": "application/jose"}
    assert client.put(f"{base}/{submission}/attachments/{name}", content=content, headers=header).status_code == 422
    sealed = {"encryptedMetadata": encrypted(b"{}", keys), "encryptedData": encrypted(b"{}", keys)}
    assert client.put(f"{base}/{submission}", json=sealed).status_code == 422


def test_the_page_shows_what_arrived_and_escapes_it(
    authority: Authority, client: httpx.Client, keys: AuthorityKeys
) -> None:
    empty = client.get(authority.page)
    assert "Noch nichts eingegangen" in empty.text
    data = json.dumps({"name": XSS, XSS: [{"ort": "Łódź"}], "ja": True, "nichts": None}).encode()
    submit(authority, client, keys, data, metadata(data))
    page = client.get(authority.page)
    assert XSS not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "Łódź" in page.text
    assert "angenommen" in page.text
    assert "1 Antrag ist eingegangen" in page.text
    assert authority.arrived[0].submission_id in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert client.get(f"{authority.page}stand").text == "1"
    assert client.get(f"{authority.page}style.css").headers["Content-Type"].startswith("text/css")
    assert "location.reload" in client.get(f"{authority.page}page.js").text


def test_a_rejected_submission_says_why_on_the_page(
    authority: Authority, client: httpx.Client, keys: AuthorityKeys
) -> None:
    submit(authority, client, keys, b"not json", metadata(b"other"))
    page = client.get(authority.page).text
    assert "zurückgewiesen" in page
    assert "stimmt nicht überein" in page
    assert "kein JSON" in page


def test_the_keys_can_be_handed_on(keys: AuthorityKeys) -> None:
    again = AuthorityKeys.load(keys.dump())
    assert again.encryption_jwk == keys.encryption_jwk
    assert again.signing_jwk == keys.signing_jwk
    assert "n" not in repr(keys).split("(")[1]
