"""What people put in, hold before or step before the terminal: cards, codes, themselves."""

from __future__ import annotations

import asyncio

from doctor import ausweisapp
from doctor.bench import Bench, Heard, fact, of_state, ready, settled, short, state_of, watched
from kiosk.device_events import CardInserted, Device, EidCardSeen, EidFailed, PresenceSensed, Scanned
from kiosk.ports import Eid
from kiosk.readiness import Detail, Finding, Verdict
from kiosk.text import msg
from profiles.settings import KeyboardScanner

START_S = 15.0
"""So long an AusweisApp that the terminal starts itself may take; one that runs is connected at once."""
HANDS_S = 30.0
"""So long somebody has to find the card and put it in."""


async def cards(bench: Bench) -> Finding:
    """Have a card put in, and tell its kind and how long it took to know it."""
    async with bench.only("cards") as ports:
        assert ports.cards
        async with watched(ports.cards) as heard:
            wrong = of_state("reader", await state_of(heard, Device.READER))
            if wrong or not bench.person.present:
                return wrong or ready("reader", "doctor.reader.idle")
            return await _card(bench, heard)


async def _card(bench: Bench, heard: Heard) -> Finding:
    bench.person.told(msg("doctor.reader.put-in"))
    loop = asyncio.get_running_loop()
    if not await heard.within(HANDS_S, CardInserted):
        return short("reader", Verdict.LIMITED, msg("doctor.reader.none-came"))
    came = loop.time()
    card = await heard.first(CardInserted, lambda event: not event.looking)
    took = f"{(loop.time() - came) * 1000:.0f} ms"
    return ready("reader").with_details(fact("doctor.reader.kind", card.kind), fact("doctor.reader.took", took))


async def eid(bench: Bench) -> Finding:
    """See that the eID client answers and has a reader; have an ID card looked at, where somebody can put one in."""
    about = await ausweisapp.details(bench)
    async with bench.only("eid") as ports:
        assert ports.eid
        async with watched(ports.eid) as heard:
            wrong = of_state("eid", await settled(heard, Device.EID, START_S))
            found = wrong or (await _id_card(bench, ports.eid, heard) if bench.person.present else ready("eid"))
    return found.with_details(*about)


async def _id_card(bench: Bench, client: Eid, heard: Heard) -> Finding:
    bench.person.told(msg("doctor.eid.put-in"))
    try:
        async with asyncio.timeout(HANDS_S):
            await client.look(heard.tell)
    except TimeoutError:
        return short("eid", Verdict.LIMITED, msg("doctor.reader.none-came"))
    failed = await heard.within(0.0, EidFailed)
    if failed:
        return short("eid", Verdict.LIMITED, failed.fault.title)
    seen = await heard.first(EidCardSeen)
    on = "doctor.on" if seen.activated else "doctor.off"
    tries = "?" if seen.tries is None else str(seen.tries)
    return ready("eid", "doctor.eid.seen").with_details(
        Detail(msg("doctor.eid.online-function"), msg(on)), fact("doctor.eid.tries", tries)
    )


async def scanner(bench: Bench) -> Finding:
    """Have a code held before the scanner. What it says is nobody's business here."""
    chosen = bench.settings.scanner
    if isinstance(chosen, KeyboardScanner) and chosen.device is None:
        return Finding("scanner", Verdict.SKIPPED, msg("doctor.scanner.types"), msg("doctor.remedy.scanner"))
    async with bench.only("scanner") as ports:
        assert ports.scanner
        async with watched(ports.scanner) as heard:
            wrong = of_state("scanner", await state_of(heard, Device.SCANNER))
            if wrong or not bench.person.present:
                return wrong or ready("scanner", "doctor.scanner.idle")
            bench.person.told(msg("doctor.scanner.hold"))
            if not await heard.within(HANDS_S, Scanned):
                return short("scanner", Verdict.LIMITED, msg("doctor.scanner.none-came"))
    return ready("scanner")


async def presence(bench: Bench) -> Finding:
    """Have somebody step before the terminal and away."""
    async with bench.only("presence") as ports:
        assert ports.presence
        async with watched(ports.presence) as heard:
            wrong = of_state("presence", await state_of(heard, Device.PRESENCE))
            if wrong or not bench.person.present:
                return wrong or ready("presence", "doctor.presence.idle")
            bench.person.told(msg("doctor.presence.step"))
            came = await heard.within(HANDS_S, PresenceSensed, lambda event: event.present)
            went = await heard.within(HANDS_S, PresenceSensed, lambda event: not event.present)
            if not (came and went):
                return short("presence", Verdict.NOT_READY, msg("doctor.presence.unnoticed"))
    return ready("presence")
