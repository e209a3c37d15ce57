"""The language changes in the middle of a form; the answers stay."""

from __future__ import annotations

from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, answer, hand_in, in_english, in_german, to_the_form
from tests.e2e.foyer import opened
from tests.e2e.people import ByTouch


async def test_answers_stay_when_the_language_changes(keys: AuthorityKeys) -> None:
    answers = Answers("Zoë", "Größ", "Köln")
    german, english = in_german(answers), in_english(answers)
    async with opened(keys) as foyer:
        person = ByTouch(foyer)
        await to_the_form(person, german)
        await answer(person, german.form[0])
        await person.press("Sprache")
        await person.press("English")
        await person.sees(english.form[0].words)
        for field, words in english.form[0].fields.items():
            assert person.written(field) == words
        await person.press(english.onwards)
        for screen in english.form[1:]:
            await answer(person, screen)
            await person.press(english.onwards)
        await person.sees(english.review, answers.family)
        await hand_in(person, english)
        await person.sees(english.sent)
        assert foyer.around.authority.arrived[0].data == answers.submission
        await person.sees("Your slip is ready")
        assert "Certificate of residence" in foyer.around.printer.papers[0].text
