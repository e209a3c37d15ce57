"""A whole visit by somebody who has keys alone, found by what assistive technology says."""

from __future__ import annotations

from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, hand_in, in_german, to_the_review
from tests.e2e.foyer import opened
from tests.e2e.people import ByKeys


async def test_a_visit_by_keys_is_handed_in_and_printed(keys: AuthorityKeys) -> None:
    answers = Answers(mail="zoe@example.org")
    errand = in_german(answers)
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
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
