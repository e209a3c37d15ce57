"""A whole visit by somebody who has one finger, reads English, and needs large light letters on a dark ground."""

from __future__ import annotations

from kiosk.look import Contrast, TextSize
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, hand_in, in_english, to_the_review
from tests.e2e.foyer import opened
from tests.e2e.people import ByTouch


async def test_a_visit_by_touch_in_english_in_the_largest_letters_on_dark(keys: AuthorityKeys) -> None:
    answers = Answers("Zoë", "Größ", "Köln", "Lindenweg")
    errand = in_english(answers)
    async with opened(keys) as foyer:
        person = ByTouch(foyer)
        for button in (errand.language, "Text size", "Text size", "Display", "Dark", "Done"):
            await person.press(button)
        look = foyer.terminal.visit.look
        assert (look.language, look.size, look.contrast) == ("en", TextSize.XL, Contrast.DARK)
        assert foyer.window.picture().pixelColor(4, 4).lightness() < 40
        await to_the_review(person, errand)
        await hand_in(person, errand)
        await person.sees(errand.sent)
        [arrival] = foyer.around.authority.arrived
        assert arrival.accepted
        assert arrival.data == answers.submission
        await person.press(errand.end)
        await person.sees(errand.goodbye, "Everything deleted")
