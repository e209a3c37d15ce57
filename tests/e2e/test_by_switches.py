"""A whole visit by two switches and a headset: one goes on, one takes; where the ring is is known from what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.keypad import Switches
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, in_german
from tests.e2e.hearing import Listener, listening_visitor, sound_server
from ui.keypad import qt_key
from ui.scanning import NEXT, SELECT, SwitchControl

MOST_STRIKES = 80
GROUP, CAPITAL = "Von ", "großes "
FURTHER = "Mehr"
SIGNS = {".": "punkt"}
ANSWERS = Answers("Ida", "Ott", "Ulm", "Weg")


class BySwitches:
    """Has two switches and a headset. The ring goes on at a switch, not by itself: nobody has to hurry."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        switches = Switches()
        self._control = SwitchControl(listener.foyer.window, listener.foyer.terminal.post, switches)
        self._keys = {NEXT: qt_key(switches.next), SELECT: qt_key(switches.select)}
        self._rows: dict[str, dict[str, str]] = {}
        """Of each keyboard, by its first row: the row of each key that was used."""

    async def strike(self, which: str) -> str:
        """Strike a switch; return what is said first."""
        return await self.listener.strike(self._keys[which])

    async def take(self, words: str) -> str:
        """Go on until something is said, into each group on the way once; take it, and return what is said then."""
        said, been = "", set[str]()
        for _ in range(MOST_STRIKES):
            into = GROUP in said and said not in been
            been |= {said} if into else set()
            said = await self.strike(SELECT if into or said.startswith(FURTHER) else NEXT)
            if said.removeprefix("Taste: ").startswith(words):
                return await self.strike(SELECT)
        raise AssertionError(f"nobody ever said {words!r}, only {self.listener.heard[-MOST_STRIKES:]}")

    async def fill(self, field: str, words: str) -> None:
        """Write into a field: row by row, key by key; then out of the keyboard, back to the field."""
        first = row = await self.take(field)
        for letter in words:
            row = await self._type(SIGNS.get(letter, letter.lower()), row, self._rows.setdefault(first, {}))
        while not row.startswith(field):
            row = await self.strike(NEXT)

    async def _type(self, key: str, row: str, rows: dict[str, str]) -> str:
        """Find a key in the rows, in the one first where it was the last time; return the row that is said then."""
        for _ in range(MOST_STRIKES):
            if rows.get(key, _small(row)) == _small(row):
                said = await self.strike(SELECT)
                while said != row:
                    if _small(said) == key:
                        rows[key] = _small(row)
                        return await self._typed()
                    said = await self.strike(NEXT)
            row = await self.strike(NEXT)
        raise AssertionError(f"no row has {key!r}: {self.listener.heard[-MOST_STRIKES:]}")

    async def _typed(self) -> str:
        """Take a key; the ring is around the first row again."""
        await self.strike(SELECT)
        return await self.listener.hears(GROUP)


def _small(said: str) -> str:
    """Return what is called, large or small."""
    return said.replace(CAPITAL, "").lower()


@pytest.mark.en301549("5.1.6.1", "11.2.1.1")
async def test_a_visit_by_two_switches_and_what_is_said_is_handed_in_and_printed(
    keys: AuthorityKeys, tmp_path: Path
) -> None:
    errand = in_german(ANSWERS)
    with sound_server(tmp_path) as ears:
        async with listening_visitor(keys, ears) as listener:
            person = BySwitches(listener)
            for name in errand.way:
                await person.take(name)
            for screen in errand.form:
                if screen.choice:
                    await person.take(screen.choice)
                for field, words in screen.fields.items():
                    if words:
                        await person.fill(field, words)
                await person.take(errand.onwards)
            await person.take(errand.consent)
            await person.take(errand.hand_in)
            await listener.hears(errand.sent)
            await person.take("Zettel vorlesen")
            printer = listener.foyer.around.printer
            await listener.foyer.until(lambda: len(printer.papers) == 1, lambda: "the slip")
            [arrival] = listener.foyer.around.authority.arrived
            assert arrival.data == ANSWERS.submission
            assert listener.overheard.in_the_room == []
