"""The staff at the terminal: a code opens their page, the terminal goes out of service and comes back, all is noted."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.doubles import STAFF_CODE
from hub.storage import AuditRow, open_database
from kiosk.counter_events import StaffAsked, StaffCardShown
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, answer, in_german, to_the_form
from tests.e2e.foyer import PATIENCE_S, Foyer, opened
from tests.e2e.people import ByTouch


async def test_a_code_opens_the_page_and_the_terminal_pauses_until_staff_bring_it_back(keys: AuthorityKeys) -> None:
    answers = Answers()
    errand = in_german(answers)
    async with opened(keys) as foyer:
        visitor = ByTouch(foyer)
        await to_the_form(visitor, errand)
        await answer(visitor, errand.form[0])
        await enter(foyer, visitor, "00000000")
        await visitor.sees("Der Code ist nicht richtig")
        assert not visitor.eyes.sees(answers.family)
        await enter(foyer, visitor, STAFF_CODE)
        await visitor.sees("Mit Code geöffnet. Der Besuch ist verdeckt.")
        await visitor.press("Außer Betrieb nehmen")
        await visitor.sees("Dieses Terminal macht gerade Pause")
        foyer.terminal.post(StaffCardShown("Aylin Kaya"))
        await visitor.press("Wieder in Betrieb nehmen")
        await visitor.sees("Jetzt beginnen")
        deeds = ["staff-refused", "staff-opened", "staff-out-of-service", "staff-opened", "staff-in-service"]
        assert await noted(foyer, len(deeds)) == deeds


async def enter(foyer: Foyer, staff: ByTouch, code: str) -> None:
    """Enter a code."""
    foyer.terminal.post(StaffAsked())
    await staff.sees("Geben Sie Ihren Code ein.")
    for digit in code:
        await staff.press(digit)
    await staff.press("Öffnen")


async def noted(foyer: Foyer, count: int) -> list[str]:
    """Return what the audit log has of the staff, once it is so much."""
    engine = open_database(foyer.around.hub.settings)
    query = select(AuditRow.deed).where(AuditRow.deed.startswith("staff-")).order_by(AuditRow.seq)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with Session(engine) as session:
                    deeds = list(session.scalars(query))
                if len(deeds) >= count:
                    return deeds
                await asyncio.sleep(0.05)
    finally:
        engine.dispose()
