"""Co-view: the counter asks, the visitor agrees, the masked screen is there, finger and words come back, it ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kiosk.parts import Field
from kiosk.speech import heard
from kiosk.text import Language, msg, translator
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, answer, in_german, to_the_form
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByTouch
from ui.watched import WatchedFrame

T = TypeVar("T")
CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 15_000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


class Browser:
    """The counter's page in Chromium, in English. Playwright waits, so it has a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "counter")
        self.page: Page

    async def do(self, work: Callable[[Page], T]) -> T:
        """Do something on the page, or wait there."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(self.page))

    @classmethod
    @asynccontextmanager
    async def at(cls, foyer: Foyer) -> AsyncIterator[Browser]:
        """Sit at counter 2 as Frau Yılmaz."""
        browser, hub = cls(), foyer.around.hub

        def sit_down() -> Callable[[], None]:
            playwright = sync_playwright().start()
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            browser.page = page = chromium.new_context(locale="en-GB").new_page()
            page.set_default_timeout(PATIENCE_MS)
            expect.set_options(timeout=PATIENCE_MS)
            page.goto(hub.counter_url)
            page.goto(f"{hub.base_url}/counter/person")
            page.fill("#name", "Frau Yılmaz")
            page.fill("#counter", "2")
            page.click("#save")

            def leave() -> None:
                chromium.close()
                playwright.stop()

            return leave

        loop = asyncio.get_running_loop()
        leave = await loop.run_in_executor(browser._thread, sit_down)
        try:
            yield browser
        finally:
            await loop.run_in_executor(browser._thread, leave)
            await asyncio.to_thread(browser._thread.shutdown)


async def ask(counter: Browser) -> None:
    """Take the call and ask to look on."""
    await counter.do(lambda page: page.click("[id^=take-]"))
    await counter.do(lambda page: page.click("[id^=coview-]"))


async def test_the_counter_looks_on_points_and_speaks_and_never_sees_an_answer(keys: AuthorityKeys) -> None:
    answers = Answers()
    errand = in_german(answers)
    async with opened(keys) as foyer, Browser.at(foyer) as counter:
        visitor = ByTouch(foyer)
        await to_the_form(visitor, errand)
        first, *_ = errand.form
        await answer(visitor, first)
        await visitor.press("Hilfe rufen")
        await ask(counter)

        await visitor.sees(
            "Darf jemand mitsehen?", "Frau Yılmaz (Schalter 2)", "Alles, was Sie eingeben oder auswählen."
        )
        assert "being asked" in await counter.do(lambda page: page.inner_text("#screen"))
        await visitor.press("Ja, mitsehen lassen")
        await visitor.sees("Frau Yılmaz sieht mit", first.words)
        assert is_framed(foyer)

        await counter.do(lambda page: expect(page.locator(".seen .piece.is-button").first).to_be_visible())
        seen = await counter.do(lambda page: page.inner_text("#screen"))
        assert "filled in" in seen
        assert "Back" in seen  # the visitor reads "Zurück"
        assert answers.family not in await counter.do(lambda page: page.content())

        field = first_field(foyer)
        await counter.do(lambda page: page.locator(".piece.is-field button").first.click())
        await foyer.until(lambda: foyer.terminal.screen.spoken == field, lambda: f"{field} is lit")
        await counter.do(lambda page: page.click("#say-fill-in"))
        await visitor.sees("Füllen Sie bitte dieses Feld aus.")
        await counter.do(lambda page: page.fill("#text", "The number is on the letter."))
        await counter.do(lambda page: page.click("#send"))
        await visitor.sees("The number is on the letter.")
        assert visitor.written("Familienname") == answers.family

        await visitor.press("Mitsehen beenden")
        await counter.do(lambda page: expect(page.locator("#screen")).to_contain_text("Looking on has ended"))
        assert not is_framed(foyer)
        assert not visitor.eyes.sees("Frau Yılmaz sieht mit")


async def test_each_reads_a_language_of_their_own(keys: AuthorityKeys) -> None:
    ukrainian = Language("uk")
    words = translator(ukrainian)

    def say(key: str, **params: str) -> str:
        return heard(words.say(msg(key, None, **params)))

    async with opened(keys) as foyer, Browser.at(foyer) as counter:
        visitor = ByTouch(foyer)
        await visitor.press("Українська")
        await visitor.press(say("ui.bar.help"))
        await ask(counter)
        await visitor.press(say("coview.ask.yes"))
        await visitor.sees(say("coview.on", name="Frau Yılmaz"))
        await counter.do(lambda page: expect(page.locator(".seen")).to_contain_text("Start now"))
        await counter.do(lambda page: page.click("#say-take-time"))
        await visitor.sees(say("coview.say.take-time"))
        await counter.do(lambda page: expect(page.locator(".seen")).to_contain_text("Take your time."))
        await counter.do(lambda page: page.click("#end"))
        await foyer.until(lambda: not is_framed(foyer), lambda: "the frame goes")


async def test_who_says_no_is_not_seen(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer, Browser.at(foyer) as counter:
        visitor = ByTouch(foyer)
        await visitor.press("Hilfe rufen")
        await ask(counter)
        await visitor.press("Nein")
        await counter.do(lambda page: expect(page.locator("#screen")).to_contain_text("You cannot look on now"))
        assert foyer.terminal.visit.coview is None


async def test_looking_on_ends_with_the_call(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer, Browser.at(foyer) as counter:
        visitor = ByTouch(foyer)
        await visitor.press("Hilfe rufen")
        await ask(counter)
        await visitor.press("Ja, mitsehen lassen")
        await visitor.sees("Frau Yılmaz sieht mit")
        await counter.do(lambda page: expect(page.locator(".seen")).to_be_visible())
        await visitor.press("Hilfe kommt")
        await visitor.press("Hilfe absagen")
        await counter.do(lambda page: expect(page.locator("#screen")).to_contain_text("Looking on has ended"))
        assert not foyer.terminal.screen.watched


def is_framed(foyer: Foyer) -> bool:
    """Whether the window shows the frame."""
    return any(frame.isVisible() for frame in foyer.window.findChildren(WatchedFrame))


def first_field(foyer: Foyer) -> str:
    """Return the first field on the visitor's screen."""
    return next(part.id for part in foyer.terminal.screen.parts if isinstance(part, Field))
