"""Help: one touch, a person at the counter's page, and the visit waits without a clock."""

from __future__ import annotations

import asyncio
import re

import httpx

from kiosk.place import Timers
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, answer, hand_in, in_german, to_the_form
from tests.e2e.foyer import PATIENCE_S, Foyer, opened
from tests.e2e.people import ByTouch

IMPATIENT = Timers(idle=1, countdown=1, cover=1, goodbye=1)
LONGER_THAN_ALL_TIMERS_S = 2.5


async def test_a_person_is_called_comes_and_the_visit_goes_on(keys: AuthorityKeys) -> None:
    answers = Answers()
    errand = in_german(answers)
    async with opened(keys, IMPATIENT) as foyer, _Counter(foyer) as counter:
        visitor = ByTouch(foyer)
        await to_the_form(visitor, errand)
        first, *others = errand.form
        await answer(visitor, first)

        await visitor.press("Hilfe rufen")
        await visitor.sees("Am Schalter ist Ihr Ruf angekommen.", "Ihr Besuch ist angehalten")
        assert not visitor.eyes.sees(answers.family)
        page = await counter.sees("Ich komme")
        assert "Meldebescheinigung" in page
        assert first.words in page
        assert answers.family not in page

        await asyncio.sleep(LONGER_THAN_ALL_TIMERS_S)  # nothing is to happen: there is no event to wait for
        assert visitor.eyes.sees("Ihr Besuch ist angehalten")
        assert not any(screen.dialog for screen in foyer.seen)

        [call] = set(re.findall(r"/counter/calls/(\w+)/on-my-way", page))
        await counter.post(f"/counter/calls/{call}/on-my-way", minutes="2")
        await visitor.sees("Hilfe kommt zu Ihnen", "Frau Yılmaz", "Schalter 2", "2 Minuten")
        await counter.post(f"/counter/calls/{call}/done")

        await visitor.sees(first.words)
        assert visitor.written("Familienname") == answers.family
        await visitor.press(errand.onwards)
        for screen in others:
            await answer(visitor, screen)
            await visitor.press(errand.onwards)
        await hand_in(visitor, errand)
        await visitor.sees(errand.sent)
        assert foyer.around.authority.arrived[0].data == answers.submission


async def test_a_call_is_taken_back(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer, _Counter(foyer) as counter:
        visitor = ByTouch(foyer)
        await visitor.press("Hilfe rufen")
        await visitor.sees("Am Schalter ist Ihr Ruf angekommen.")
        await counter.sees("Ich komme")
        await visitor.press("Hilfe absagen")
        await visitor.sees("Guten Tag")
        await counter.sees("niemand wartet")


class _Counter:
    """A browser at counter 2, where Frau Yılmaz sits. It is a program of its own: it waits in a thread."""

    def __init__(self, foyer: Foyer) -> None:
        self._hub = foyer.around.hub
        origin = {"Origin": self._hub.base_url}
        self._browser = httpx.Client(base_url=self._hub.base_url, headers=origin, trust_env=False, timeout=PATIENCE_S)

    async def __aenter__(self) -> _Counter:
        await asyncio.to_thread(self._browser.get, self._hub.counter_url, follow_redirects=True)
        await self.post("/counter/person", name="Frau Yılmaz", counter="Schalter 2")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._browser.close()

    async def post(self, path: str, **fields: str) -> None:
        """Press a button of the page."""
        answer = await asyncio.to_thread(self._browser.post, path, data=fields)
        assert answer.status_code == 303

    async def sees(self, words: str) -> str:
        """Wait until the page shows these words; return all that it shows then."""
        return await asyncio.to_thread(self._followed, words)

    def _followed(self, words: str) -> str:
        page = ""
        with self._browser.stream("GET", "/counter/events") as events:
            for line in events.iter_lines():
                page = page + line if line else ""
                if words in page:
                    return page
        raise AssertionError(f"the page never showed {words}")
