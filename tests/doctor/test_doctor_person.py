"""The person at the console: is told, asked, and may take time."""

from __future__ import annotations

import asyncio
import os
from io import StringIO

import pytest

from doctor.person import AtTheConsole
from kiosk.text import GERMAN, msg, translator

QUESTION = msg("doctor.speech.question")


@pytest.mark.parametrize(
    ("line", "yes"), [("j\n", True), ("\n", True), ("Ja\n", True), ("n\n", False), ("nein\n", False)]
)
async def test_a_line_answers(line: str, yes: bool) -> None:
    read, write = os.pipe()
    out = StringIO()
    with os.fdopen(read) as source, os.fdopen(write, "w") as hand:
        asking = asyncio.create_task(AtTheConsole(translator(GERMAN), out, source).confirms(QUESTION))
        await asyncio.sleep(0)
        hand.write(line)
        hand.flush()
        async with asyncio.timeout(5):
            assert await asking is yes
    assert "Haben Sie den Satz gehört? [J/n]" in out.getvalue()


async def test_a_console_that_is_gone_answers_no() -> None:
    read, write = os.pipe()
    os.close(write)
    with os.fdopen(read) as source:
        async with asyncio.timeout(5):
            assert not await AtTheConsole(translator(GERMAN), StringIO(), source).confirms(QUESTION)


async def test_a_question_that_nobody_answers_can_be_given_up() -> None:
    read, write = os.pipe()
    with os.fdopen(read) as source, os.fdopen(write, "w"):
        asking = asyncio.create_task(AtTheConsole(translator(GERMAN), StringIO(), source).confirms(QUESTION))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not asyncio.get_running_loop().remove_reader(source.fileno())
