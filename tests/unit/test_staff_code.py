"""The staff's code: right, wrong, and how long everybody waits after wrong ones."""

from __future__ import annotations

import pytest

from kiosk.privacy import Private
from provisioning.staff_code import DIGITS, StaffCodeHash, hashed, new_code

RIGHT, WRONG = Private("24681357"), Private("00000000")
STORED = hashed(RIGHT.reveal())


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_right_code_opens_and_the_wrong_one_does_not() -> None:
    code = StaffCodeHash(STORED)
    assert await code.check(WRONG) == 0
    assert await code.check(RIGHT) is None


async def test_after_three_wrong_ones_waits_double_and_nobody_gets_in_meanwhile() -> None:
    clock = Clock()
    code = StaffCodeHash(STORED, clock)
    assert [await code.check(WRONG) for _ in range(3)] == [0, 0, 30]
    assert await code.check(RIGHT) == 30
    clock.now = 30
    assert await code.check(WRONG) == 60
    clock.now = 60
    assert await code.check(RIGHT) == 30
    clock.now = 90
    assert await code.check(RIGHT) is None
    assert await code.check(WRONG) == 0


@pytest.mark.expects_log
@pytest.mark.parametrize("stored", [None, "", "no hash"])
async def test_without_a_sound_hash_no_code_opens(stored: str | None) -> None:
    assert await StaffCodeHash(stored).check(RIGHT) == 0


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_only_eight_digits_are_a_code(code: str) -> None:
    with pytest.raises(ValueError, match="8 digits"):
        hashed(code)


def test_new_codes_have_all_their_digits() -> None:
    codes = {new_code() for _ in range(200)}
    assert {len(code) for code in codes} == {DIGITS}
    assert len(codes) > 190
