"""Somebody goes away in the middle of a form. The terminal asks, counts, ends, and then knows nothing of them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from kiosk.place import Timers
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, answer, hand_in, in_german, to_the_form, to_the_review
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByKeys
from tests.e2e.traces import in_memory, on_disk

SHORT = Timers(idle=1, countdown=2, cover=1, goodbye=1)
SYLLABLES = ("xy", "loph")
ROOMS = ("kiosk", "devices", "online", "ui", "profiles", "main")


def _sign() -> str:
    """What is in every answer. It is put together anew each time, so that no test holds it."""
    return "".join(SYLLABLES)


def _traceable() -> Answers:
    """Answers that are found again wherever they went."""
    name = f"{_sign()}-Řehoř"
    return Answers(name, name, name, name, f"{_sign()}@example.org")


async def _goes_away(foyer: Foyer) -> None:
    """Answer the whole form, walk off, and be forgotten."""
    answers = _traceable()
    errand = in_german(answers)
    person = ByKeys(foyer)
    await to_the_form(person, errand)
    for screen in errand.form:
        await answer(person, screen)
        await person.press(errand.onwards)
    await person.sees(errand.review)
    assert "kiosk.privacy.Private" in in_memory(_sign), "it is to be found as long as it is there"
    foyer.seen.clear()
    await person.sees("Sind Sie noch da?", "Ihre Angaben sind verdeckt")
    assert not person.eyes.sees(answers.family)
    await person.sees("in einer Sekunde")
    await person.sees("Auf Wiedersehen", "Alles gelöscht")
    await person.sees("Guten Tag")
    foyer.seen.clear()


async def _hands_in_and_ends(foyer: Foyer) -> None:
    """Do the whole errand, end the visit, and be forgotten."""
    errand = in_german(_traceable())
    person = ByKeys(foyer)
    await to_the_review(person, errand)
    await hand_in(person, errand)
    await person.sees(errand.sent, "Ihr Zettel ist fertig")
    await person.press(errand.end)
    await person.sees("Alles gelöscht")
    await person.sees("Guten Tag")
    foyer.seen.clear()
    # What the authority got is the authority's, not the terminal's.
    foyer.around.authority.arrived.clear()
    foyer.around.authority.bodies.clear()


def _forget_drawn() -> None:
    """Let Qt delete what it was told to delete."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _texts_in_widgets() -> list[str]:
    editors = [widget for widget in QApplication.allWidgets() if isinstance(widget, (QLineEdit, QPlainTextEdit))]
    return [each.text() if isinstance(each, QLineEdit) else each.toPlainText() for each in editors]


@pytest.mark.parametrize("visit", [_goes_away, _hands_in_and_ends])
async def test_after_a_visit_nothing_is_left(
    keys: AuthorityKeys, caplog: pytest.LogCaptureFixture, visit: Callable[[Foyer], Awaitable[None]]
) -> None:
    for room in ROOMS:
        caplog.set_level(logging.DEBUG, logger=room)
    async with opened(keys, SHORT) as foyer:
        await visit(foyer)
        _forget_drawn()
        assert not foyer.terminal.visit.begun
        assert in_memory(_sign) == []
        assert on_disk(_sign(), foyer.around.folder) == []
        assert not any(_sign() in text for text in _texts_in_widgets())
        assert _sign() not in caplog.text


async def test_a_sign_of_life_keeps_the_visit(keys: AuthorityKeys) -> None:
    answers = Answers()
    errand = in_german(answers)
    async with opened(keys, Timers(idle=1, countdown=30, cover=1, goodbye=1)) as foyer:
        person = ByKeys(foyer)
        await to_the_form(person, errand)
        await answer(person, errand.form[0])
        await person.sees("Sind Sie noch da?")
        await person.press("Ja, weitermachen")
        await person.sees(errand.form[0].words)
        assert person.written("Familienname") == answers.family
