"""Proofs and identities that are none, over HTTP: each is refused, whatever else is right."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jwcrypto.jwk import JWK

from hub.enrolment import NewCode
from hub.enrolment_grants import IDENTITY_SECONDS
from hub.enrolment_proofs import NONCE_SECONDS, ProofDesk, ProofRefused, Request
from hub.rates import Rates
from hub.server import HubServer, running
from hub.settings import HubSettings
from tests.hub import postgres
from tests.hub.enrolling import DAY, KEY, Walker, audited, code_for, keyed, payload, signed, time_moved

HEALTH = "/api/v1/health"


@pytest.fixture(scope="module")
def one_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    with running(keyed(tmp_path_factory.mktemp("hub") / "hub.db")) as server:
        yield server


@pytest.fixture
def hub(one_hub: HubServer) -> HubServer:
    """The hub of these tests. It has forgotten how often the tests before were refused."""
    one_hub.app.state.rates = Rates()
    return one_hub


@pytest.fixture
def walker(hub: HubServer) -> Iterator[Walker]:
    """A terminal that is known and has a fresh nonce."""
    with Walker(hub) as terminal:
        assert terminal.enrol(code_for(hub)).status_code == 200
        assert terminal.health() == 204
        yield terminal


def refused(walker: Walker, proof: str, why: str, path: str = HEALTH, method: str = "GET") -> None:
    answer = walker.send(method, path, proof)
    assert answer.status_code == 401
    assert why in answer.headers["www-authenticate"]
    assert walker.health() == 204  # nothing else is the matter


def test_a_proof_is_good_once(walker: Walker) -> None:
    proof = walker.proof("GET", HEALTH)
    assert walker.send("GET", HEALTH, proof).status_code == 204
    refused(walker, proof, "used before")


def test_a_proof_is_for_one_method_and_one_address(walker: Walker) -> None:
    refused(walker, walker.proof("PUT", HEALTH), "for another request")
    refused(walker, walker.proof("GET", "/api/v1/terminals/me/events"), "for another request")
    refused(walker, walker.proof("GET", HEALTH, htu=f"https://hub.example.org{HEALTH}"), "for another request")


def test_a_proof_needs_a_number(walker: Walker) -> None:
    refused(walker, walker.proof("GET", HEALTH, jti="1"), "without a number")
    refused(walker, walker.proof("GET", HEALTH, jti=["a" * 20]), "without a number")


def test_a_proof_by_another_key_is_refused(walker: Walker, hub: HubServer) -> None:
    with Walker(hub) as thief:
        thief.identity, thief.nonce = walker.identity, walker.nonce
        refused_as = thief.send("GET", HEALTH, thief.proof("GET", HEALTH))
        assert refused_as.status_code == 401
        assert "another key" in refused_as.headers["www-authenticate"]


def test_an_identity_alone_opens_nothing(walker: Walker) -> None:
    for headers in ({"Authorization": f"DPoP {walker.identity}"}, {"Authorization": f"Bearer {walker.identity}"}):
        assert walker.http.get(HEALTH, headers=headers).status_code == 401


def test_a_proof_is_for_one_identity(walker: Walker, hub: HubServer) -> None:
    before = walker.identity
    proof = walker.proof("GET", HEALTH)
    assert walker.renew().status_code == 200
    assert walker.identity != before
    refused(walker, proof, "not for this identity")


def test_the_terminals_clock_may_be_wrong_by_a_year(walker: Walker) -> None:
    for years in (-1, 1):
        proof = walker.proof("GET", HEALTH, iat=int(time.time()) + years * 365 * DAY)
        assert walker.send("GET", HEALTH, proof).status_code == 204


def test_a_nonce_is_the_hubs_own_and_fresh(walker: Walker, hub: HubServer) -> None:
    made_up = f"{int(time.time())}.{'0' * 32}"
    for nonce in ("", "x", made_up, walker.nonce + "0", "9" * 40, f"-1.{'0' * 32}", 7):
        refused(walker, walker.proof("GET", HEALTH, nonce=nonce), "use_dpop_nonce")
    kept = walker.proof("GET", HEALTH)
    assert _at(hub, NONCE_SECONDS + 5, kept, walker) == "use_dpop_nonce"


def _at(hub: HubServer, seconds: float, proof: str, walker: Walker) -> str:
    """Return how the same hub process judges a proof later on."""
    desk: ProofDesk = hub.app.state.proofs
    before, desk._clock = desk._clock, lambda: time.time() + seconds
    try:
        desk.check(Request("GET", walker.base + HEALTH, proof), walker.identity)
    except ProofRefused as refusal:
        return refusal.error
    finally:
        desk._clock = before
    return ""


def test_what_was_proven_to_a_hub_before_its_restart_is_nothing_after_it(tmp_path: Path) -> None:
    with running(keyed(tmp_path / "hub.db")) as hub, Walker(hub) as walker:
        walker.enrol(code_for(hub))
        used = walker.proof("GET", HEALTH)
        assert walker.send("GET", HEALTH, used).status_code == 204
    with running(keyed(tmp_path / "hub.db", port=hub.port)) as again, Walker(again, walker.key) as same:
        same.identity, same.nonce = walker.identity, walker.nonce
        assert same.send("GET", HEALTH, used).status_code == 401
        assert same.health() == 204


UNSOUND = [
    {"alg": "none"},
    {"typ": "JWT"},
    {"jwk": None},
    {"jwk": {"kty": "oct", "k": "AAAA"}},
    {"jwk": {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}},
    {"jwk": {"kty": "EC", "crv": "P-256"}},
    {"jwk": {"kty": "EC", "crv": "P-256", "x": 1, "y": []}},
    {"crit": ["b64"], "b64": False},
]


@pytest.mark.parametrize("header", UNSOUND)
def test_an_unsound_header_is_refused(walker: Walker, header: dict[str, object]) -> None:
    sound = walker.proof("GET", HEALTH)
    top = {"typ": "dpop+jwt", "alg": "ES256", "jwk": json.loads(walker.key.export_public())} | header
    refused(walker, ".".join((_encoded(top), *sound.split(".")[1:])), "invalid_dpop_proof")


def _encoded(document: object) -> str:
    from jwcrypto.common import base64url_encode

    return str(base64url_encode(json.dumps(document)))


@pytest.mark.parametrize(
    "proof", ["", "x", "a.b.c", "...", "e30.e30.", "e30.e30.e30", "x" * 5000, "é.é.é".encode().decode("latin-1")]
)
def test_what_is_no_token_is_refused(walker: Walker, proof: str) -> None:
    answer = walker.http.get(
        HEALTH, headers=[(b"DPoP", proof.encode("latin-1")), (b"Authorization", f"DPoP {walker.identity}".encode())]
    )
    assert answer.status_code == 401
    assert walker.health() == 204


def test_a_secret_made_of_the_public_key_signs_nothing(walker: Walker) -> None:
    """The confusion of HS256 with ES256 (RFC 8725, 2.1)."""
    public = walker.key.export_to_pem()
    secret = JWK(kty="oct", k=_b64(public))
    header = {"typ": "dpop+jwt", "alg": "HS256", "jwk": json.loads(walker.key.export_public())}
    claims = payload(walker.proof("GET", HEALTH))
    refused(walker, signed(secret, header, claims), "invalid_dpop_proof")


def _b64(content: bytes) -> str:
    from jwcrypto.common import base64url_encode

    return str(base64url_encode(content))


def test_a_changed_identity_is_refused(walker: Walker, hub: HubServer) -> None:
    own = walker.identity
    header, _, mark = own.split(".")
    claims = payload(own)
    changes: tuple[dict[str, object], ...] = (
        {"sub": "Terminal 2"},
        {"exp": claims["exp"] + DAY},
        {"cnf": {}},
        {"cnf": {"jkt": "x"}},
    )
    for change in changes:
        walker.identity = ".".join((header, _encoded(claims | change), mark))
        assert walker.health() == 401
    for forged in _forged(claims, walker):
        walker.identity = forged
        assert walker.health() == 401
    walker.identity = own
    assert walker.health() == 204


def _forged(claims: dict[str, object], walker: Walker) -> list[str]:
    mine = JWK.generate(kty="EC", crv="P-256")
    kid = json.loads(_decoded(walker.identity.split(".")[0]))["kid"]
    top = {"typ": "lotse-identity+jwt", "alg": "ES256"}
    return [
        signed(mine, top | {"kid": kid}, claims),
        signed(mine, top | {"kid": mine.thumbprint()}, claims),
        signed(mine, top, claims),
        f"{_encoded(top | {'kid': kid, 'alg': 'none'})}.{_encoded(claims)}.",
        walker.identity.replace(".", "", 1),
    ]


def _decoded(part: str) -> bytes:
    from jwcrypto.common import base64url_decode

    return bytes(base64url_decode(part))


def test_a_grant_is_no_identity(walker: Walker) -> None:
    grant = walker.ask("POST", "/api/v1/enrolment/renew").json()["grant"]
    own, walker.identity = walker.identity, grant
    assert walker.health() == 401
    walker.identity = own
    assert walker.health() == 204


def test_the_identity_of_another_hub_is_refused(walker: Walker, hub: HubServer, tmp_path: Path) -> None:
    with running(keyed(tmp_path / "other.db")) as other, Walker(other, walker.key) as there:
        assert there.enrol(code_for(other)).status_code == 200  # the same key, the same name
        stranger = there.identity
    own, walker.identity = walker.identity, stranger
    answer = walker.ask("GET", HEALTH)
    assert "not signed by this hub" in answer.headers["www-authenticate"]
    walker.identity = own
    assert walker.health() == 204


def test_a_terminal_has_no_other_name(walker: Walker) -> None:
    headers = {"DPoP": walker.proof("GET", HEALTH), "Authorization": f"DPoP {walker.identity}"}
    assert walker.http.get(HEALTH, headers=headers | {"Lotse-Terminal": "Terminal%202"}).status_code == 401


# Time


def test_an_expired_identity_opens_nothing_but_its_renewal(walker: Walker, hub: HubServer) -> None:
    with time_moved(hub, IDENTITY_SECONDS + 5):
        answer = walker.ask("GET", HEALTH)
        assert answer.status_code == 401
        assert "expired" in answer.headers["www-authenticate"]
        assert walker.renew().status_code == 200
        assert walker.health() == 204
    assert ("", "identity-renewed-late", "Terminal 1") in audited(hub)


def test_an_identity_that_expired_long_ago_needs_a_new_code(walker: Walker, hub: HubServer) -> None:
    with time_moved(hub, IDENTITY_SECONDS + 91 * DAY):
        assert walker.renew().status_code == 401
        with Walker(hub) as anew:
            assert anew.enrol(code_for(hub)).status_code == 200


def test_a_hub_whose_clock_was_wrong_by_a_year_lets_everybody_in_when_it_is_right_again(
    walker: Walker, hub: HubServer
) -> None:
    with time_moved(hub, 365 * DAY):
        assert walker.health() == 401
        assert walker.renew().status_code == 401
    assert walker.health() == 204


def test_a_hub_that_was_away_for_a_week_finds_its_terminals_again(walker: Walker, hub: HubServer) -> None:
    with time_moved(hub, IDENTITY_SECONDS / 3 + 7 * DAY):
        assert walker.health() == 204
        assert walker.renew().status_code == 200


# Several hubs


def test_a_proof_is_good_once_at_all_hubs_of_a_database(postgresql: postgres.Postgres) -> None:
    database = postgresql.database()
    with running(keyed(database)) as one, running(keyed(database)) as other, Walker(one) as walker:
        walker.enrol(code_for(one))
        walker.health()
        proof = walker.proof("GET", HEALTH)
        asked = Request("GET", walker.base + HEALTH, proof)
        assert one.app.state.proofs.check(asked, walker.identity).terminal == "Terminal 1"
        with pytest.raises(ProofRefused, match="used before"):
            other.app.state.proofs.check(asked, walker.identity)


def test_what_one_hub_enrols_another_knows(postgresql: postgres.Postgres) -> None:
    database = postgresql.database()
    with running(keyed(database)) as one, running(keyed(database)) as other, Walker(one) as here:
        code = code_for(other)
        assert here.enrol(code).status_code == 200
        with Walker(other, here.key) as there:
            there.identity = here.identity
            assert there.health() == 204


def test_the_hubs_keys_are_not_readable_in_its_database(hub: HubServer, walker: Walker) -> None:
    assert walker.health() == 204
    assert isinstance(hub.settings, HubSettings)
    content = b"".join(path.read_bytes() for path in Path(str(hub.settings.database)).parent.glob("hub.db*"))
    assert b'"d":' not in content
    assert KEY.encode() not in content


def test_a_code_is_not_in_the_database(hub: HubServer) -> None:
    made = hub.app.state.enrolments.new_code("console", "Terminal 1", "Rathaus")
    assert isinstance(made, NewCode)
    content = b"".join(path.read_bytes() for path in Path(str(hub.settings.database)).parent.glob("hub.db*"))
    assert made.code.replace("-", "").encode() not in content
    assert made.code not in repr(made)
