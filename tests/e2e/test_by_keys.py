"""Whole visits without a touch: by a keyboard, by the nine keys of a pad, by two switches. Each by what is seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.devices_for_hands import ByPad, BySwitches
from tests.e2e.errands import Answers, hand_in, in_german, to_the_review
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByKeys, Person

LONG = Answers(mail="zoe@example.org")
SHORT = Answers("Zoë", "Größ", "Ulm", "Weg")
"""Every letter takes many strikes; there are still letters that lie on a further page of the keyboard."""


@pytest.mark.parametrize(("somebody", "answers"), [(ByKeys, LONG), (ByPad, SHORT), (BySwitches, SHORT)])
@pytest.mark.en301549("5.1.6.1", "11.2.1.1")
async def test_a_visit_without_a_touch_is_handed_in_and_printed(
    keys: AuthorityKeys, somebody: Callable[[Foyer], Person], answers: Answers
) -> None:
    errand = in_german(answers)
    async with opened(keys) as foyer:
        person = somebody(foyer)
        await to_the_review(person, errand)
        await hand_in(person, errand)
        await person.sees(errand.sent, "Ihr Zettel ist fertig")
        [arrival] = foyer.around.authority.arrived
        assert arrival.accepted
        assert arrival.data == answers.submission
        [paper] = foyer.around.printer.papers
        assert "Ihr Antrag ist abgeschickt" in paper.text
        assert answers.family not in paper.text
        await person.press(errand.end)
        await person.sees(errand.goodbye, "Alles gelöscht")
        await person.press("Neuer Besuch")
        await person.sees("Guten Tag")
