"""From bytes to codes."""

from __future__ import annotations

import logging

import pytest

from devices.scanner.frames import MOST, PAUSE_S, Frames
from kiosk.privacy import Private


class Heard:
    """What came out, and a clock."""

    def __init__(self, prefix: str = "", suffix: str = "") -> None:
        self.codes: list[str] = []
        self.now = 0.0
        self.frames = Frames(self._found, lambda: self.now, prefix, suffix)

    def _found(self, code: Private[str]) -> None:
        self.codes.append(code.reveal())


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_code_ends_with_cr_or_lf(end: bytes) -> None:
    heard = Heard()
    for code in (b"T123456", "Straße 4".encode()):
        heard.frames.take(code + end)
    assert heard.codes == ["T123456", "Straße 4"]
    assert heard.frames.dropped == 0


def test_a_code_may_come_in_pieces_and_two_at_once() -> None:
    heard = Heard()
    for piece in (b"T1", b"23", b"\r", b"\nA\nB\n"):
        heard.frames.take(piece)
    assert heard.codes == ["T123", "A", "B"]


@pytest.mark.expects_log
@pytest.mark.parametrize("garbage", [b"\xff\xfe\x80\r", b"T12\x0734\r", b"x" * (MOST + 1) + b"\r", b"   \r"])
def test_what_is_no_code_is_dropped_counted_and_written_nowhere(
    garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard()
    heard.frames.take(garbage)
    heard.frames.take(b"T123456\r")
    assert heard.codes == ["T123456"]
    assert heard.frames.dropped == 1
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        "the scanner sent something that is no code (1 so far)"
    ]


@pytest.mark.expects_log
def test_an_endless_code_takes_no_memory() -> None:
    heard = Heard()
    for _ in range(1000):
        heard.frames.take(b"x" * 1000)
    assert len(heard.frames._begun) <= MOST
    heard.frames.take(b"\rT1\r")
    assert heard.codes == ["T1"]


@pytest.mark.expects_log
def test_a_torn_code_does_not_get_into_the_next_one() -> None:
    heard = Heard()
    heard.frames.take(b"T12")
    heard.now += PAUSE_S + 0.1
    heard.frames.take(b"T99\r")
    assert heard.codes == ["T99"]


@pytest.mark.expects_log
def test_prefix_and_suffix_are_taken_off_and_asked_for() -> None:
    heard = Heard("]Q", "~")
    heard.frames.take(b"]QT1~\rT2\r]QT3\r")
    assert heard.codes == ["T1"]
    assert heard.frames.dropped == 2


def test_no_code_stands_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    heard = Heard()
    heard.frames.take(b"T424242\r")
    assert heard.codes == ["T424242"]
    assert "T424242" not in caplog.text
