"""The card by itself, without any package below or above it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from devices.eid.npa import ber, curve, files
from devices.eid.npa.apdu import Command, Status, parse
from devices.eid.npa.card import IdCard
from devices.eid.npa.messaging import Channel
from devices.eid.npa.numbers import Numbers, Password
from devices.eid.npa.slot import Slot

SELECT_EID = bytes.fromhex("00A4040C09E80704007F00070302")


def status(answer: bytes) -> int:
    return int.from_bytes(answer[-2:], "big")


@given(st.integers(1, curve.ORDER - 1))
def test_points_are_those_of_the_library(private: int) -> None:
    public = ec.derive_private_key(private, ec.BrainpoolP256R1()).public_key()
    form = serialization.PublicFormat.UncompressedPoint
    expected = public.public_bytes(serialization.Encoding.X962, form)
    assert (private * curve.GENERATOR).encode() == expected
    assert curve.decode(expected) == private * curve.GENERATOR


@given(st.binary(max_size=80))
def test_no_command_breaks_the_card(data: bytes) -> None:
    assert len(IdCard().answer(data)) >= 2


@given(st.integers(1, 0xFFFF), st.binary(max_size=300))
def test_objects_come_back_as_they_were(number: int, value: bytes) -> None:
    assert next(iter(ber.parse(ber.tlv(ber.OCTET_STRING, value) + ber.integer(number)))) == (ber.OCTET_STRING, value)


def test_readers_own_commands_are_refused() -> None:
    assert status(IdCard().answer(bytes.fromhex("FFCA000000"))) == Status.UNKNOWN_CLA


def test_nothing_about_the_person_is_read_without_proof() -> None:
    card = IdCard()
    assert status(card.answer(SELECT_EID)) == Status.OK
    for group in range(1, 23):
        assert status(card.answer(bytes([0, 0xB0, 0x80 | group, 0, 0]))) == Status.NOT_ALLOWED
    assert status(card.answer(bytes.fromhex("00B09D0000"))) == Status.NOT_ALLOWED, "EF.CardSecurity"
    assert not card.read


def test_a_new_pin_is_not_set_without_the_old_one() -> None:
    card = IdCard()
    assert status(card.answer(bytes.fromhex("002C020306") + b"654321")) == Status.NOT_ALLOWED
    assert status(card.answer(bytes.fromhex("002C0303"))) == Status.NOT_ALLOWED
    assert card.numbers.pin == "123456"


def test_two_cards_have_two_keys() -> None:
    assert files.card_security(5 * curve.GENERATOR) != files.card_security(7 * curve.GENERATOR)


def test_the_last_try_needs_the_can_and_power_forgets_it() -> None:
    card = IdCard(Numbers(tries=1))
    assert not card.numbers.usable(Password.PIN)
    card.numbers.right(Password.CAN)
    assert card.numbers.usable(Password.PIN)
    card.power()
    assert not card.numbers.usable(Password.PIN)


def test_the_puk_has_ten_uses() -> None:
    numbers = Numbers(tries=0)
    assert [numbers.unblock() for _ in range(11)] == [Status.OK] * 10 + [Status.BLOCKED]


def test_a_protected_command_that_was_touched_is_refused() -> None:
    card, channel = IdCard(), Channel(bytes(16), bytes(16))
    card._session.channel = channel
    answer = card.answer(bytes.fromhex("0CB09E000D970100") + b"\x8e\x08" + bytes(8) + b"\x00")
    assert status(answer) == Status.SM_INCORRECT
    assert card._session.channel is None


def test_lengths_are_short_or_extended() -> None:
    assert parse(bytes.fromhex("00B0000000")) == Command(0, 0xB0, 0, 0, b"", 256)
    assert parse(bytes.fromhex("00B00000000000")) == Command(0, 0xB0, 0, 0, b"", 65536)
    assert parse(bytes.fromhex("00220000000002AABB0000")) == Command(0, 0x22, 0, 0, b"\xaa\xbb", 65536)


def test_numbers_are_not_shown() -> None:
    assert "123456" not in repr(IdCard())


def test_there_is_no_card_outside_demo_and_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    for make in (IdCard, lambda: Slot(1)):
        with pytest.raises(RuntimeError):
            make()
