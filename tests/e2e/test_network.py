"""The network goes away when it matters most. Nothing is lost, nothing is claimed that is not so."""

from __future__ import annotations

import asyncio

from kiosk.device_events import Device
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, Errand, hand_in, in_german, to_the_review
from tests.e2e.foyer import PATIENCE_S, Foyer, opened
from tests.e2e.people import ByKeys
from tests.e2e.traces import screens_as_text

NOT_YET = "Noch nicht abgeschickt"


async def _keep_for_later(person: ByKeys, errand: Errand) -> None:
    """Hand in while the network is away."""
    await to_the_review(person, errand)
    person.foyer.around.authority.online = False
    await hand_in(person, errand)
    await person.sees(NOT_YET, "Ihre Angaben liegen verschlüsselt im Terminal.", "Ihre Merknummer")


async def test_kept_is_called_kept_and_sent_is_said_when_it_is_sent(keys: AuthorityKeys) -> None:
    answers = Answers()
    errand = in_german(answers)
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await _keep_for_later(person, errand)
        assert foyer.around.authority.arrived == []
        assert not any("Abgeschickt:" in words for words in screens_as_text(foyer.seen))
        await person.sees("Ihr Zettel ist fertig")
        assert "noch nicht" in foyer.around.printer.papers[-1].text
        assert (await foyer.submissions.backlog()).waiting == 1
        assert answers.family.encode() not in _everything_on_disk(foyer)

        foyer.around.authority.online = True
        await person.sees(errand.sent)
        [arrival] = foyer.around.authority.arrived
        assert arrival.accepted
        assert arrival.data == answers.submission


async def test_the_next_visitor_sees_nothing_of_what_is_sent_meanwhile(keys: AuthorityKeys) -> None:
    answers = Answers()
    errand = in_german(answers)
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await _keep_for_later(person, errand)
        await person.press(errand.end)
        await person.sees("Alles gelöscht")
        await person.press("Neuer Besuch")
        await person.sees("Guten Tag")
        foyer.seen.clear()
        await person.press("Jetzt beginnen")

        foyer.around.authority.online = True
        await foyer.until_works(Device.SUBMISSION)
        await _until_delivered(foyer)
        assert foyer.around.authority.arrived[0].data == answers.submission
        assert person.eyes.sees("Was möchten Sie erledigen?")
        shown = "\n".join(screens_as_text(foyer.seen))
        assert "bgeschickt" not in shown
        assert answers.family not in shown
        assert len(foyer.around.printer.papers) == 1


async def test_when_the_cable_is_out_help_says_so_and_the_call_arrives_later(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await foyer.around.network.switch(False)
        await person.press("Hilfe rufen")
        await person.sees("Der Schalter ist gerade nicht zu erreichen")
        await foyer.around.network.switch(True)
        await person.sees("Am Schalter ist Ihr Ruf angekommen.")


def _everything_on_disk(foyer: Foyer) -> bytes:
    return b"".join(path.read_bytes() for path in foyer.around.folder.rglob("*") if path.is_file())


async def _until_delivered(foyer: Foyer) -> None:
    """Wait until nothing is kept any more. Nobody is told of that, so the outbox is asked."""
    async with asyncio.timeout(PATIENCE_S):
        while (await foyer.submissions.backlog()).waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_when_the_cable_is_out_no_card_is_read_and_afterwards_it_is(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        for name in ("Jetzt beginnen", "Meldebescheinigung", "Antrag beginnen"):
            await person.press(name)
        await person.sees("Möchten Sie Ihren Ausweis benutzen?")
        await foyer.around.network.switch(False)
        await person.press("Ausweis benutzen")
        await person.sees("Der Ausweis wurde nicht gelesen", "Der Ausweis-Dienst der Stadt antwortet nicht richtig")
        await foyer.around.network.switch(True)
        await person.press("Noch einmal versuchen")
        await person.sees("Diese Angaben werden gelesen")
