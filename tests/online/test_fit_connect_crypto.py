"""Which keys are good enough, what is sealed, and how metadata describe it."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from jwcrypto.jwe import JWE

from kiosk.place import Destination
from online.fit_connect.crypto import BadToken, key_weakness, public_part, token_header, verified_claims
from online.fit_connect.parcel import json_bytes, seal_application
from online.fit_connect.routing import _serves
from online.simulators.authority_tokens import AuthorityKeys
from tests.online.support import ARS, DESTINATION, LEIKA, application, attachment


def test_a_good_key_has_no_weakness(keys: AuthorityKeys) -> None:
    assert key_weakness(keys.encryption_jwk, "wrapKey") == ""
    assert key_weakness(keys.signing_jwk, "verify") == ""


def number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"kid": ""},
        {"kid": None},
        {"key_ops": ["verify"]},
        {"key_ops": ["wrapKey", "verify"]},
        {"key_ops": None},
        {"alg": "RSA-OAEP"},
        {"use": "sig"},
        {"n": number(2**3071 + 1)},
        {"n": number(2**4096 + 2)},
        {"n": "!"},
        {"n": None},
        {"e": number(3)},
        {"e": number(65538)},
    ],
)
def test_a_weak_or_misplaced_key_is_refused(keys: AuthorityKeys, change: dict[str, Any]) -> None:
    assert key_weakness({**keys.encryption_jwk, **change}, "wrapKey") != ""


def test_nothing_but_the_public_key_is_kept(keys: AuthorityKeys) -> None:
    private = keys.encryption.export(as_dict=True)
    assert set(public_part({**private, "x5c": ["…"]})) == {"kty", "n", "e", "kid", "key_ops"}


def test_the_seal_is_what_fit_connect_prescribes(keys: AuthorityKeys) -> None:
    parcel = seal_application(application(attachment()), DESTINATION, keys.encryption_jwk, date(2026, 11, 22), "2.1.0")
    kid = keys.encryption_jwk["kid"]
    for token, cty in (
        (parcel.metadata, "application/json"),
        (parcel.data, "application/json"),
        (parcel.attachments[0].jwe, "image/jpeg"),
    ):
        assert token_parts(token)[0] == {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": kid, "cty": cty}
    metadata = json.loads(opened(parcel.metadata, keys))
    data = opened(parcel.data, keys)
    assert metadata["contentStructure"]["data"]["hash"]["content"] == hashlib.sha512(data).hexdigest()
    assert metadata["$schema"].endswith("/metadata/2.1.0/metadata.schema.json")
    assert metadata["additionalReferenceInfo"] == {
        "senderReference": parcel.reference,
        "applicationDate": "2026-11-22",
    }
    assert metadata["contentStructure"]["attachments"][0]["attachmentId"] == parcel.attachments[0].id
    assert parcel.tags == {
        "metadata": token_parts(parcel.metadata)[1],
        "data": token_parts(parcel.data)[1],
        "attachments": {parcel.attachments[0].id: token_parts(parcel.attachments[0].jwe)[1]},
    }
    again = seal_application(application(), DESTINATION, keys.encryption_jwk, date(2026, 11, 22), "2.1.0")
    assert again.data != parcel.data


def token_parts(token: str) -> tuple[dict[str, Any], str]:
    parts = token.split(".")
    assert len(parts) == 5
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[0] + "=="))
    return header, parts[4]


def opened(token: str, keys: AuthorityKeys) -> bytes:
    jwe = JWE()
    jwe.deserialize(token, keys.encryption)
    return bytes(jwe.payload)


def test_json_keeps_every_letter_and_takes_frozen_mappings() -> None:
    assert json_bytes(MappingProxyType({"a": ("Ǩuźnećow",)})) == '{"a":["Ǩuźnećow"]}'.encode()
    with pytest.raises(TypeError, match="object is not JSON"):
        json_bytes({"a": object()})
    with pytest.raises(ValueError, match="JSON"):
        json_bytes({"a": float("nan")})


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "....", "e30.e30.e30", "ä.ö.ü"])
def test_what_is_no_token_is_refused(keys: AuthorityKeys, token: str) -> None:
    with pytest.raises(BadToken):
        token_header(token)
    with pytest.raises(BadToken):
        verified_claims(token, keys.signing_jwk)


def test_a_token_of_another_key_or_algorithm_is_refused(keys: AuthorityKeys) -> None:
    good = keys.signed({"a": 1}, {"typ": "JWT"})
    assert verified_claims(good, keys.signing_jwk) == {"a": 1}
    with pytest.raises(BadToken, match="signature"):
        verified_claims(good, {**keys.encryption_jwk, "key_ops": ["verify"], "alg": "PS512"})
    with pytest.raises(BadToken, match="PS512"):
        token_header(keys.signed({"a": 1}, {"alg": "PS256"}))
    with pytest.raises(BadToken, match="signature"):
        verified_claims(keys.signed({"a": 1}, {"alg": "PS256"}), keys.signing_jwk)


@pytest.mark.parametrize(
    ("area", "covered"),
    [
        (ARS, True),
        ("05958", True),
        ("059580000000", True),
        ("050000000000", True),
        ("000000000000", True),
        ("059580040041", False),
        ("059590000000", False),
        ("", False),
        ("abc", False),
    ],
)
def test_an_area_covers_the_places_within_it(area: str, covered: bool) -> None:
    entry = {
        "gebietIDs": [f"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs:{area}"],
        "leistungIDs": [f"urn:de:fim:leika:leistung:{LEIKA}"],
    }
    assert _serves(entry, Destination(leika=LEIKA, ars=ARS)) is covered
    assert _serves({**entry, "leistungIDs": []}, Destination(leika=LEIKA, ars=ARS)) is False
