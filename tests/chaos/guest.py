"""A visitor who does only what the screen offers, and takes the way on that is left when something fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from demo.script import Script
from demo.visitor import Visitor
from kiosk.events import (
    Chosen,
    EndAsked,
    Event,
    HelpAsked,
    LanguageChosen,
    LargeTextChosen,
    ReadingToggled,
    Typed,
    WentOn,
)
from kiosk.forms.steps import Question
from kiosk.journeys.card_errand import WITHOUT
from kiosk.journeys.card_pages import CardFailed
from kiosk.journeys.handing_in import Done, Kept
from kiosk.journeys.home import SituationPage
from kiosk.journeys.paper_copy import COPY
from kiosk.journeys.service import ServicePage
from kiosk.journeys.slip import Printing, SlipPage
from kiosk.parts import Cards, Choice, Consent, Field, Notice, PinPad, Secret
from kiosk.place import ServiceId
from kiosk.privacy import Private
from kiosk.screen import HelpState, Screen
from kiosk.text import Language
from kiosk.visit import Visit
from tests.chaos.desk import CAN, PUK, HandCard
from tests.chaos.foyer import Foyer
from tests.chaos.marks import answers
from tests.chaos.plan import Errand, Plan
from tests.chaos.seen import RESULTS, busy, card_out, cards_of, dead_end, explains, offered, offers, press

PIN, NEW_PIN, WRONG = "502938", "718294", "111119"
PATIENCE_S = 5.0
"""After this time somebody who only waits takes another way on."""
MOST_S = 75.0
"""No visit takes longer: who has no patience left ends it."""
HANGS_S = 20.0
"""A screen with nothing to be done on it that stays so long hangs."""


NO_TIME = "no time"


class StuckError(Exception):
    """There is no way on; the text names the screen, never an answer."""


@dataclass(slots=True)
class Told:
    """What the visitor was told in the end."""

    done: bool = False
    kept: bool = False
    not_sent: bool = False
    slip: bool = False
    changed: bool = False
    looked: bool = False
    sending: bool = False
    """Whether the visit was left while the application was on its way."""
    ways: list[str] = field(default_factory=list)
    """Ways on that were taken because the first one failed."""
    left: bool = False
    plainly: bool = False
    """Whether the screen on which the visitor gave up said why there is no success, or that it takes a while."""

    @property
    def succeeded(self) -> bool:
        """Whether the visitor has what they came for."""
        return self.done or self.slip or self.changed or self.looked


class _Writer(Visitor):
    """Writes what the card has not written already."""

    def _answer(self, part: Field | Choice, question: Question) -> Iterator[Event]:
        given = part.value if isinstance(part, Field) else part.chosen
        if given:
            return
        yield from super()._answer(part, question)


class Guest:
    """One visitor in front of the terminal."""

    def __init__(self, plan: Plan, foyer: Foyer) -> None:
        self.plan = plan
        self.told = Told()
        self.wrong_pins = 0
        self.card: HandCard | None = None
        if plan.uses_card:
            self.card = foyer.desk.card(plan.number, PIN)
        self._foyer = foyer
        script = Script(plan.service, card=plan.errand is Errand.BY_CARD, answers=answers(plan.number))
        self._writer = _Writer(script)
        self._since = time.monotonic()
        self._began = self._since
        self._on = ""
        self._tries: dict[str, int] = {}
        self._ending = False
        self._asked_help = False

    # The visit

    async def visit(self) -> None:
        """Go from the welcome to the end. Raises `StuckError`."""
        await self._dress()
        while not self._over():
            screen = self._foyer.terminal.screen
            self._note(screen)
            events = await self._deal_with(screen)
            if events:
                for event in events:
                    self._foyer.terminal.post(event)
                await asyncio.sleep(self.plan.pace)
            else:
                await self._foyer.until(lambda seen=screen: self._foyer.terminal.screen != seen, 0.25)  # type: ignore[misc]

    async def _dress(self) -> None:
        post = self._foyer.terminal.post
        if self._foyer.terminal.screen.look.language != self.plan.language:
            post(LanguageChosen(Language(self.plan.language)))
        if self.plan.large:
            post(LargeTextChosen())
        if self.plan.reading:
            post(ReadingToggled())
        post(WentOn())

    def _over(self) -> bool:
        return self._foyer.terminal.screen.id == "welcome" and (self._ending or self.told.left)

    def _note(self, screen: Screen) -> None:
        """Remember since when the same screen stands, and what it says."""
        if screen.id != self._on:
            self._on, self._since = screen.id, time.monotonic()
        if screen.id.startswith(self.plan.leaves or "-"):
            self.told.left = True
        visit = self._foyer.terminal.visit
        page, told = visit.page, self.told
        told.done |= isinstance(page, Done)
        told.kept |= isinstance(page, Kept)
        told.not_sent = screen.id == "not-sent" or (told.not_sent and screen.id != "sending")
        told.slip |= isinstance(page, SlipPage) and page.state.printing is Printing.DONE
        told.changed |= screen.id == "rescue-changed"
        told.looked |= screen.id in {"rescue-ready", "rescue-two-left"}

    @property
    def _waited(self) -> float:
        return time.monotonic() - self._since

    def _first(self, what: str, times: int = 1) -> bool:
        """Whether something is done for the first time (or one of the first)."""
        self._tries[what] = self._tries.get(what, 0) + 1
        return self._tries[what] <= times

    # One screen

    async def _deal_with(self, screen: Screen) -> list[Event]:
        if not offers(screen):
            raise StuckError(f"nothing is offered on {screen.id}")
        if screen.id in {"goodbye", "goodbye-card"}:
            return await self._go(screen)
        if self.told.left:
            return await self._absent(screen)
        if time.monotonic() - self._began > MOST_S and not self._ending:
            self._give_up(NO_TIME)
        if screen.dialog:
            return self._answer_dialog(screen)
        if self._ending:
            return [EndAsked()] if screen.bar.can_end else []
        if screen.id.startswith(self.plan.calls or "-") and not self._asked_help:
            self._asked_help = True
            return [HelpAsked()]
        if screen.id in {"help", "help-otherwise"}:
            return self._with_help(screen)
        return await self._go_on(screen)

    async def _absent(self, screen: Screen) -> list[Event]:
        if self._waited > HANGS_S:
            raise StuckError(f"nobody is here, and the visit does not end on {screen.id}")
        self._ending = True
        return []

    async def _go(self, screen: Screen) -> list[Event]:
        """Take the card along; begin anew, or just go."""
        self._ending = True
        if screen.id == "goodbye-card":
            await self._foyer.desk.remove()
            if self._waited > HANGS_S:
                raise StuckError("the card is out and is asked for")
            return []
        return [WentOn()] if self.plan.touches_again and self._first("new visit") else []

    def _answer_dialog(self, screen: Screen) -> list[Event]:
        assert screen.dialog
        actions = screen.dialog.actions
        if self._ending:
            return [next((one.event for one in actions if one.id == "end"), actions[0].event)]
        return [actions[0].event]

    def _with_help(self, screen: Screen) -> list[Event]:
        if screen.id == "help-otherwise":
            return press(screen.back) or press(screen.forward)
        if self._foyer.terminal.visit.help.state is HelpState.NONE:
            return []
        reasons = [card for part in screen.parts if isinstance(part, Cards) for card in part.cards]
        if reasons and self._first("reason"):
            return [reasons[self.plan.number % len(reasons)].event]
        if self._waited > PATIENCE_S:
            if any(isinstance(part, Notice) and part.id == "unreached" for part in screen.parts):
                self.told.ways.append("without help")
            return press(screen.back)
        return []

    def _give_up(self, way: str) -> None:
        """End the visit without a success: it has to be plain why, or that it takes a while."""
        screen = self._foyer.terminal.screen
        self._ending = True
        self.told.ways.append(way)
        self.told.sending = screen.id == "sending"
        self.told.plainly = way != NO_TIME and (explains(screen) or busy(screen))

    # What one came for

    async def _go_on(self, screen: Screen) -> list[Event]:
        answers = [] if busy(screen) else list(self._answered(screen))
        if answers:
            return answers
        if screen.id.startswith(("identity-", "rescue-")):
            return await self._at_card(screen)
        if screen.id.startswith("slip-"):
            return self._at_slip(screen)
        if screen.id in {"done", "kept"}:
            return self._at_result(screen)
        if screen.id == "not-sent":
            return self._not_sent(screen)
        if screen.id.startswith("service-"):
            return self._at_service(screen)
        return self._elsewhere(screen)

    def _elsewhere(self, screen: Screen) -> list[Event]:
        service = self._foyer.place.service(ServiceId(self.plan.service))
        wanted = (ServicePage(service.id), SituationPage(service.situation))
        for card in cards_of(screen):
            if getattr(card.event, "page", None) in wanted:
                return [card.event]
        if screen.id == "opening" and explains(screen):
            self._give_up("form cannot be opened")
        if screen.id == "sending" and self._waited > HANGS_S:
            raise StuckError("sending does not end")
        return [] if busy(screen) else press(screen.forward)

    def _answered(self, screen: Screen) -> Iterator[Event]:
        for part in screen.parts:
            if isinstance(part, PinPad):
                if len(part.value.reveal()) < part.length:
                    yield Typed(part.id, Private(self._number(part.secret)))
            elif isinstance(part, Consent) and not part.given:
                yield Chosen(part.id, Private("yes"))
        if screen.id.startswith("form-") and screen.id != "form-review":
            yield from self._writer.answers(self._foyer.terminal.visit, screen)

    def _number(self, secret: Secret) -> str:
        if secret is Secret.PIN and self.wrong_pins < self.plan.wrong_pins:
            self.wrong_pins += 1
            return WRONG
        return {Secret.NEW_PIN: NEW_PIN, Secret.CAN: CAN, Secret.PUK: PUK}.get(secret, PIN)

    def _at_service(self, screen: Screen) -> list[Event]:
        if self.plan.errand is Errand.SLIP:
            return press(screen.forward)
        way = {Errand.CHANGE_PIN: "change", Errand.LOOK: "look"}.get(self.plan.errand)
        if way is None:
            if screen.forward is not None and screen.forward.id == "start" and not screen.forward.why_disabled:
                return press(screen.forward)
        else:
            card = next((card for card in cards_of(screen) if card.id == way), None)
            if card is not None and card.why_disabled is None:
                return [card.event]
        if self._waited > 2.0:
            self._give_up("service not offered")
        return []

    async def _at_card(self, screen: Screen) -> list[Event]:
        visit, desk = self._foyer.terminal.visit, self._foyer.desk
        if screen.id.endswith("-offer") and self.plan.errand is not Errand.BY_CARD:
            return [WentOn(WITHOUT)]
        if screen.id.endswith(("-take", "-take-unread")):
            await desk.remove()
            return press(screen.forward) if self._waited > PATIENCE_S else []
        if screen.id.endswith("-insert") or (card_out(screen) and not desk.lies):
            return await self._insert(screen, visit)
        if screen.id.endswith("-failed"):
            return self._failed(screen)
        if screen.id in RESULTS:
            await desk.remove()
            self._ending = True
            return press(screen.forward)
        if busy(screen) or dead_end(screen):
            return self._impatient(screen)
        if screen.forward and screen.forward.id in {"counter", "call"}:
            if self._waited > 2.0:
                self._give_up("sent to the counter")
            return []
        return press(screen.forward)

    async def _insert(self, screen: Screen, visit: Visit) -> list[Event]:
        assert self.card
        if not self._foyer.desk.lies and self._first(f"insert {int(self._waited)}"):
            await self._foyer.desk.insert(self.card)
        elif self._foyer.desk.lies and self._waited > PATIENCE_S / 2 and self._first("anew", 2):
            await self._foyer.desk.remove()  # perhaps it was not put in rightly
        if self._waited > PATIENCE_S * 1.5:
            return self._impatient(screen)
        return []

    def _impatient(self, screen: Screen) -> list[Event]:
        """After a while take the way out that such a screen has."""
        if self._waited < PATIENCE_S:
            return []
        self.told.ways.append(f"left {screen.id}")
        if self.plan.errand is Errand.BY_CARD:
            self._writer.script = Script(self.plan.service, answers=answers(self.plan.number))
            return [WentOn(WITHOUT)]
        self._give_up(f"ended on {screen.id}")
        return []

    def _failed(self, screen: Screen) -> list[Event]:
        """Once more, if that is offered, but not for ever; then on without."""
        if screen.forward and screen.forward.id == "forward" and self._first("again", 2):
            return press(screen.forward)
        page = self._foyer.terminal.visit.page
        if not isinstance(page, CardFailed) and self._waited < 2.0:
            return []  # the reader is gone: perhaps it comes back
        self.told.ways.append(f"without card: {page.fault.code if isinstance(page, CardFailed) else 'no reader'}")
        if self.plan.errand is Errand.BY_CARD:
            return [WentOn(WITHOUT)]
        self._give_up("card errand failed")
        return []

    # Paper, and what became of it

    def _at_slip(self, screen: Screen) -> list[Event]:
        page = self._foyer.terminal.visit.page
        assert isinstance(page, SlipPage)
        if page.state.printing is Printing.RUNNING and self._waited < PATIENCE_S:
            return []
        return self._after_paper(screen, page.state.printing)

    def _at_result(self, screen: Screen) -> list[Event]:
        page = self._foyer.terminal.visit.page
        if not isinstance(page, (Done, Kept)):
            return []
        if page.state.printing is Printing.RUNNING and self._waited < PATIENCE_S:
            return []
        if self.plan.copy and page.copy is not None:
            if page.copy.printing is None and COPY in offered(screen) and self._first("copy"):
                self._since = time.monotonic()
                return [WentOn(COPY)]
            if page.copy.printing is Printing.RUNNING and self._waited < PATIENCE_S:
                return []
        return self._after_paper(screen, page.state.printing)

    def _after_paper(self, screen: Screen, printing: Printing) -> list[Event]:
        """Print again where that is offered; else the QR code will do."""
        if printing is Printing.FAILED:
            if "print" in offered(screen) and self._first("print again"):
                self._since = time.monotonic()
                return [WentOn("print")]
            if self._waited < 1.0:
                return []  # perhaps somebody mends it
            self.told.ways.append("QR code")
            self.told.plainly = explains(screen)
        elif printing is Printing.RUNNING:
            self.told.ways.append("did not wait for the paper")
            self.told.plainly = True
        self._ending = True
        return [EndAsked()]

    def _not_sent(self, screen: Screen) -> list[Event]:
        if self._first("send again", 2):
            return press(screen.forward)
        self._give_up("not sent")
        return []
