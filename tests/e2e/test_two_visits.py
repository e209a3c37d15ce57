"""Two people, one after the other: the second one finds nothing of the first."""

from __future__ import annotations

import json

from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, hand_in, in_english, in_german, to_the_review
from tests.e2e.foyer import opened
from tests.e2e.people import ByKeys
from tests.e2e.traces import screens_as_text

FIRST = Answers("Zoë", "Größ-Đorđević", "Grünau", "Erlenweg", "zoe@example.org")
SECOND = Answers("Hasan", "Yıldız", "Rotdorf", "Lindenweg")


async def test_nothing_of_the_first_visitor_is_in_the_second_visit(keys: AuthorityKeys) -> None:
    german, english = in_german(FIRST), in_english(SECOND)
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await to_the_review(person, german)
        await hand_in(person, german)
        await person.sees(german.sent, "Ihr Zettel ist fertig")
        await person.press(german.end)
        await person.press("Neuer Besuch")
        await person.sees("Guten Tag")
        foyer.seen.clear()

        await person.press(english.language)
        await to_the_review(person, english)
        await hand_in(person, english)
        await person.sees(english.sent, "Your slip is ready")

        one, other = foyer.around.authority.arrived
        assert (one.data, other.data) == (FIRST.submission, SECOND.submission)
        shown = "\n".join(screens_as_text(foyer.seen))
        handed_in = json.dumps(other.data, ensure_ascii=False)
        printed = foyer.around.printer.papers[1].text
        assert SECOND.family in shown
        for place in (shown, handed_in, printed):
            for word in (FIRST.given, FIRST.family, FIRST.town, FIRST.street, FIRST.mail, one.submission_id):
                assert word not in place
