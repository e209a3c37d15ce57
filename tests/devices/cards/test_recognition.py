"""What a card is asked, and what it is taken for. No reader is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.cards.recognition import Recognised, asked, recognise
from devices.cards.simulator import CONTACTLESS_ATR, PIV, ChipCard, certificate, copy_of, staff_card
from devices.cards.staff import StaffCertificates
from devices.eid.npa.card import ATR, IdCard
from kiosk.cards import CardKind, CardRule, Writing
from kiosk.privacy import Private

LIBRARY_AID = bytes.fromhex("D2760000850101")
READ = bytes.fromhex("00B0000010")
LIBRARY = CardRule(CardKind.LIBRARY, aid=LIBRARY_AID, read=(READ,), pattern="[0-9]{10}")
STUDENT = CardRule(CardKind.STUDENT, atr="^3B8F80018")
STAFF = CardRule(CardKind.STAFF, aid=PIV)
UID_COMMAND = bytes.fromhex("FFCA000000")


def library_card(content: bytes = b"\x04\x0a0012345678\x00") -> ChipCard:
    return ChipCard({LIBRARY_AID: {READ: content}})


def key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())


@pytest.fixture
def trusted(tmp_path: Path) -> Callable[..., StaffCertificates]:
    def file(*keys: ec.EllipticCurvePrivateKey, name: str = "Aylin Kaya", days: int = 365) -> StaffCertificates:
        path = tmp_path / "staff.pem"
        pem = (certificate(one, name, days=days).public_bytes(serialization.Encoding.PEM) for one in keys)
        path.write_bytes(b"".join(pem))
        return StaffCertificates(path)

    return file


def test_an_id_card_is_told_by_its_application() -> None:
    assert recognise(ATR, IdCard().answer, (LIBRARY, STAFF), None) == Recognised(CardKind.ID_CARD)


def test_a_library_card_is_told_by_its_application_and_its_number_is_read() -> None:
    found = recognise(CONTACTLESS_ATR, library_card().answer, (STAFF, LIBRARY), None)
    assert found == Recognised(CardKind.LIBRARY, Private("0012345678"))
    assert "0012345678" not in repr(found)


def test_a_number_that_is_not_as_it_should_be_is_none() -> None:
    found = recognise(CONTACTLESS_ATR, library_card(b"\xff" * 16).answer, (LIBRARY,), None)
    assert found == Recognised(CardKind.LIBRARY, None)


def test_a_number_can_be_in_hexadecimal_digits() -> None:
    rule = CardRule(CardKind.LIBRARY, aid=LIBRARY_AID, read=(READ,), writing=Writing.HEX, pattern="[0-9]{8}")
    found = recognise(CONTACTLESS_ATR, library_card(bytes.fromhex("FF12345678")).answer, (rule,), None)
    assert found.number == Private("12345678")


def test_a_card_can_be_told_by_its_make_alone() -> None:
    assert recognise(CONTACTLESS_ATR, ChipCard().answer, (STUDENT,), None).kind is CardKind.STUDENT
    assert recognise(ATR, ChipCard().answer, (STUDENT,), None).kind is CardKind.UNKNOWN


def test_any_other_card_is_unknown() -> None:
    assert recognise(CONTACTLESS_ATR, ChipCard().answer, (LIBRARY, STAFF), None) == Recognised()


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=["P-256", "P-384"])
def test_a_card_of_the_staff_proves_itself_with_its_key(
    trusted: Callable[..., StaffCertificates], curve: ec.EllipticCurve
) -> None:
    own = key(curve)
    found = recognise(CONTACTLESS_ATR, staff_card(own).answer, (STAFF,), trusted(key(), own))
    assert found == Recognised(CardKind.STAFF, staff="Aylin Kaya")


@pytest.mark.parametrize("other", [None, key()], ids=["without a key", "with a key of its own"])
def test_a_copy_of_a_staff_card_with_the_same_uid_and_atr_is_not_accepted(
    trusted: Callable[..., StaffCertificates], other: ec.EllipticCurvePrivateKey | None
) -> None:
    card = staff_card(key())
    copy = copy_of(card, other)
    assert (copy.atr, copy.answer(UID_COMMAND)) == (card.atr, card.answer(UID_COMMAND))
    assert card.key
    assert recognise(copy.atr, copy.answer, (STAFF,), trusted(card.key)) == Recognised()


def test_the_uid_is_never_even_asked_for(trusted: Callable[..., StaffCertificates]) -> None:
    own = key()
    card = staff_card(own)
    recognise(card.atr, card.answer, (STAFF, LIBRARY, STUDENT), trusted(own))
    recognise(card.atr, card.answer, (), None)
    assert not [command for command in card.commands if command[0] == 0xFF]


def test_an_answer_heard_before_does_not_prove_anything(trusted: Callable[..., StaffCertificates]) -> None:
    own = key()
    card, proof = staff_card(own), trusted(own)
    heard = {}

    def overheard(command: bytes) -> bytes:
        heard[command[:4]] = card.answer(command)
        return heard[command[:4]]

    assert recognise(card.atr, overheard, (STAFF,), proof).kind is CardKind.STAFF
    replay = lambda command: heard.get(command[:4], b"\x6d\x00")  # noqa: E731
    assert recognise(card.atr, replay, (STAFF,), proof).kind is CardKind.UNKNOWN


def test_a_certificate_that_is_over_or_taken_out_of_the_file_counts_no_more(
    trusted: Callable[..., StaffCertificates],
) -> None:
    own = key()
    card = staff_card(own)
    assert recognise(card.atr, card.answer, (STAFF,), trusted(own, days=-1)) == Recognised()
    proof = trusted(own)
    assert recognise(card.atr, card.answer, (STAFF,), proof).kind is CardKind.STAFF
    trusted(key())
    assert recognise(card.atr, card.answer, (STAFF,), proof) == Recognised()


@pytest.mark.expects_log
def test_without_a_readable_file_nobody_is_of_the_staff(tmp_path: Path) -> None:
    card = staff_card(key())
    assert recognise(card.atr, card.answer, (STAFF,), StaffCertificates(tmp_path / "none.pem")) == Recognised()


@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x7c\x81", b"\x7c\x02\x82\x05\x90\x00", b"\x00" * 300])
def test_nonsense_for_a_signature_proves_nothing(trusted: Callable[..., StaffCertificates], answer: bytes) -> None:
    own = key()
    card = staff_card(own)

    def nonsense(command: bytes) -> bytes:
        return answer if command[1] == 0x87 else card.answer(command)

    assert recognise(card.atr, nonsense, (STAFF,), trusted(own)) == Recognised()


def test_an_answer_in_pieces_is_put_together() -> None:
    answers = iter([b"\x6c\x03", b"ab\x61\x02", b"cd\x90\x00"])
    sent: list[bytes] = []

    def card(command: bytes) -> bytes:
        sent.append(command)
        return next(answers)

    assert asked(card, READ) == (b"abcd", 0x9000)
    assert sent == [READ, bytes.fromhex("00B0000003"), bytes.fromhex("00C0000002")]


def test_a_card_that_never_comes_to_an_end_is_left() -> None:
    data, _ = asked(lambda _: b"x\x61\xff", READ)
    assert len(data) < 100
