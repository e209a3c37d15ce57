"""Which commands are believed: signed for this terminal by a key that it knows, and as they were signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto.jwk import JWKSet

from kiosk.orders import Identify, Outcome, Restart, TakeOutOfService, document_of, order_of
from kiosk.text import ENGLISH, GERMAN
from provisioning.commands import Command, Refusal, read_keys, verified
from tests.provisioning.commanding import TERMINAL, Signer, b64, claims, publish

CITY = Signer()


@pytest.fixture
def keys(tmp_path: Path) -> JWKSet:
    found = read_keys(publish(tmp_path / "commands.jwks", CITY))
    assert not isinstance(found, Refusal)
    return found


def refused(token: str, keys: JWKSet) -> str:
    found = verified(token, keys, TERMINAL)
    assert isinstance(found, Refusal), found
    assert found.outcome is Outcome.UNVERIFIED
    return found.why


@pytest.mark.parametrize("edwards", [False, True])
def test_a_command_of_a_known_key_is_believed(tmp_path: Path, edwards: bool) -> None:
    signer = Signer(edwards=edwards)
    known = read_keys(publish(tmp_path / "commands.jwks", Signer("another"), signer))
    assert not isinstance(known, Refusal)
    found = verified(signer.token(claims(7)), known, TERMINAL)
    assert isinstance(found, Command)
    assert (found.number, found.order) == (7, Identify(TERMINAL))
    assert (found.expires - found.issued).total_seconds() == 3600


def test_a_key_may_be_named_by_its_thumbprint(tmp_path: Path) -> None:
    signer = Signer()
    path = tmp_path / "commands.jwks"
    path.write_text(json.dumps({"keys": [{name: value for name, value in signer.public.items() if name != "kid"}]}))
    known = read_keys(path)
    assert not isinstance(known, Refusal)
    token = signer.token(claims(), kid=next(iter(known["keys"])).thumbprint())
    assert isinstance(verified(token, known, TERMINAL), Command)


def test_another_key_under_the_same_name_signs_nothing(keys: JWKSet) -> None:
    assert "signature" in refused(Signer(CITY.kid).token(claims()), keys)


def test_a_key_that_is_not_known_signs_nothing(keys: JWKSet) -> None:
    assert "does not know the key" in refused(Signer("stranger").token(claims()), keys)


def test_without_a_signature_nothing_is_believed(keys: JWKSet) -> None:
    unsigned = ".".join(b64(json.dumps(part).encode()) for part in (CITY.header(alg="none"), claims()))
    assert refused(f"{unsigned}.", keys)
    assert refused(f"{unsigned}.{b64(b'')}", keys)


def test_the_public_key_is_no_shared_secret(keys: JWKSet) -> None:
    """A verifier that lets the command choose takes the public key, known to all, as the key of an HMAC."""
    public = CITY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (public, json.dumps(CITY.public).encode(), b""):
        signed = ".".join(b64(json.dumps(part).encode()) for part in (CITY.header(alg="HS256"), claims()))
        mark = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert "algorithm" in refused(f"{signed}.{b64(mark)}", keys)


def test_a_shared_secret_among_the_keys_is_none(tmp_path: Path) -> None:
    path = tmp_path / "commands.jwks"
    path.write_text(json.dumps({"keys": [{"kty": "oct", "k": b64(b"x" * 32), "kid": "shared"}]}))
    known = read_keys(path)
    assert not isinstance(known, Refusal)
    header = {"alg": "HS256", "kid": "shared", "typ": "lotse-command+jwt"}
    signed = ".".join(b64(json.dumps(part).encode()) for part in (header, claims()))
    mark = hmac.new(b"x" * 32, signed.encode(), hashlib.sha256).digest()
    assert "does not know the key" in refused(f"{signed}.{b64(mark)}", known)


def test_a_command_that_was_changed_is_none(keys: JWKSet) -> None:
    header, _, mark = CITY.token(claims()).split(".")
    changed = b64(json.dumps(claims(do="restart")).encode())
    assert "signature" in refused(f"{header}.{changed}.{mark}", keys)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"jwk": Signer("key-1").public},
        {"jku": "https://attacker.example/keys"},
        {"crit": ["exp"]},
        {"b64": False},
        {"alg": "ES384"},
    ],
)
def test_nothing_else_is_taken_for_a_command(keys: JWKSet, header: dict[str, Any]) -> None:
    refused(CITY.token(claims(), **header), keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "Terminal 2"},
        {"aud": [TERMINAL]},
        {"seq": 0},
        {"seq": -1},
        {"seq": True},
        {"seq": 1.5},
        {"seq": 2**60},
        {"jti": "../../etc"},
        {"exp": 1},
        {"exp": 2**52},
        {"iat": "now"},
        {"nbf": 1},
        {"order": None},
        {"order": {"do": "shell"}},
        {"order": {"do": "restart", "with": "rm"}},
        {"order": {"do": "log", "lines": 10**9}},
        {"order": {"do": "log", "lines": True}},
        {"order": {"do": "take-profile", "target": "../root"}},
        {"order": {"do": "out-of-service", "words": {"en": "without German"}}},
        {"order": {"do": "out-of-service", "words": {"de": "zwei\nZeilen"}}},
        {"order": {"do": "out-of-service", "words": {"de": "x" * 201}}},
        {"order": {"do": "out-of-service", "words": {"de": "Pause", "xx": "?"}}},
        {"order": {"do": "identify", "name": ""}},
        {"order": {"do": ["restart"]}},
        {"order": {"do": {}}},
    ],
)
def test_a_signed_command_that_is_not_as_agreed_is_none(keys: JWKSet, changes: dict[str, Any]) -> None:
    assert refused(CITY.token(claims(**changes)), keys)


@pytest.mark.parametrize(
    "token", ["", "..", "a.b.c", "{}", "é.é.é", "x" * 5000, f"{b64(b'[]')}.{b64(b'{}')}.{b64(b'x' * 64)}"]
)
def test_what_is_no_token_at_all_is_refused(keys: JWKSet, token: str) -> None:
    assert refused(token, keys)


@pytest.mark.parametrize("content", [None, "", "[]", '{"keys": 1}', '{"keys": [{"kty": "EC"}]}', "\x00"])
def test_keys_that_cannot_be_read_are_no_keys(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "commands.jwks"
    if content is not None:
        path.write_text(content)
    found = read_keys(path)
    assert isinstance(found, Refusal) or refused(CITY.token(claims()), found)


def test_orders_travel_as_json() -> None:
    for order in (Restart(), TakeOutOfService({GERMAN: "Wir bauen um.", ENGLISH: "Works."}), Identify("Terminal 1")):
        assert order_of(json.loads(json.dumps(document_of(order)))) == order
