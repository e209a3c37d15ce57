"""A whole visit by ear: nine keys in, a headset out. Each key follows from what was said, never from the screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.events import RepeatAsked, SpellAsked
from kiosk.keypad import NINE_KEYS, Keypad, PadKey
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, Errand, in_german
from tests.e2e.hearing import Listener, listening_visitor, sound_server
from tests.e2e.people import as_input
from ui.keypad import KeypadControl, qt_key

UP, DOWN, LEFT, RIGHT, SELECT = PadKey.UP, PadKey.DOWN, PadKey.LEFT, PadKey.RIGHT, PadKey.SELECT
MOST_STOPS = 120
ANSWERS = Answers("Ida", "Ott", "Ulm", "Weg")
MOST_ROWS = 8
CAPITAL, FURTHER = "großes ", "Mehr"
SIGNS = {".": "punkt"}


class ByEar:
    """Has nine keys and a headset."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._pad = KeypadControl(listener.foyer.window, listener.foyer.terminal.post, Keypad())
        self._keyboards: dict[str, dict[str, tuple[int, int]]] = {}

    async def key(self, key: PadKey) -> str:
        """Press a key; return what is said first."""
        return await self.listener.strike(qt_key(NINE_KEYS[key]))

    async def find(self, words: str, *, anywhere: bool = False) -> None:
        """Go down part by part, and right within each until the same is said again."""
        said = ""
        for _ in range(MOST_STOPS):
            before, said = said, await self.key(RIGHT if said else DOWN)
            if said.startswith(FURTHER):
                said = await self.key(SELECT)
            if said.removeprefix("Taste: ").startswith(words) or (anywhere and words in said):
                return
            if said == before:
                said = ""
        raise AssertionError(f"nobody ever said {words!r}, only {self.listener.heard[-MOST_STOPS:]}")

    async def press(self, words: str, then: str = "", *, anywhere: bool = False) -> str:
        """Find something and press it; then other words are said. An option may be said after its question."""
        await self.find(words, anywhere=anywhere)
        await self.key(SELECT)
        return await self.listener.hears(then)

    async def fill(self, field: str, words: str) -> None:
        """Write into a field, key by key, and hear that something stands in it."""
        await self.find(field)
        await self.key(SELECT)
        await self.key(LEFT)  # the keyboard has said its name; this is its first key
        at = kind = _plain(await self.key(DOWN))  # the second row tells letters from digits
        if kind not in self._keyboards:
            self._keyboards[kind] = await self._learned(_plain(await self.key(UP)))
            at = _plain(self.listener.last[0])
        places = self._keyboards[kind]
        for letter in words:
            at = await self._type(letter, at, places)
        await self.key(PadKey.BACK)
        await self.listener.hears("Ausgefüllt")

    async def _learned(self, said: str) -> dict[str, tuple[int, int]]:
        """Go over a keyboard once, row by row to and fro; remember where each key lies."""
        places: dict[str, tuple[int, int]] = {}
        back, way = LEFT, RIGHT
        for row in range(MOST_ROWS):
            while (beside := _plain(await self.key(back))) != said:
                said = beside
            keys = [said]
            while (beside := _plain(await self.key(way))) != keys[-1]:
                keys.append(beside)
            places |= {key: (row, at) for at, key in enumerate(keys if way is RIGHT else reversed(keys))}
            if "leerzeichen" in keys or ("0" in keys and row):
                break
            back, way = way, back
            said = _plain(await self.key(DOWN))
        return places

    async def _type(self, letter: str, at: str, places: Mapping[str, tuple[int, int]]) -> str:
        """Go to a key by what is said on the way, and press it: then it is said what was typed."""
        key = SIGNS.get(letter, letter.lower())
        row, column = places[key]
        while at != key:
            here, there = places[at]
            if here != row:
                at = _plain(await self.key(DOWN if here < row else UP))
            else:
                at = _plain(await self.key(RIGHT if there < column else LEFT))
        assert _plain(await self.key(SELECT)) == key
        return key


def _plain(said: str) -> str:
    """Return what a key is called, large or small."""
    return said.removeprefix(CAPITAL).lower()


async def _to_the_review(person: ByEar, errand: Errand) -> None:
    for name in errand.way:
        await person.press(name)
    assert errand.form[0].words in person.listener.last[0]
    for screen in errand.form:
        if screen.choice:
            await person.press(screen.choice, anywhere=True)
        for field, words in screen.fields.items():
            if words:
                await person.fill(field, words)
        await person.press(errand.onwards)
    assert errand.review in person.listener.last[0]


@pytest.mark.en301549("5.1.2.2", "5.1.3.1", "5.1.6.1")
async def test_a_visit_by_ear_is_handed_in_and_its_slip_is_read_before_it_is_printed(
    keys: AuthorityKeys, tmp_path: Path
) -> None:
    errand = in_german(ANSWERS)
    with sound_server(tmp_path) as ears:
        async with listening_visitor(keys, ears) as listener:
            person = ByEar(listener)
            await _to_the_review(person, errand)
            await person.press(errand.consent, "Angekreuzt")
            await person.press(errand.hand_in, errand.sent)
            await _the_slip_comes_after_its_words(person)
            await person.press(errand.end, errand.goodbye)
            [arrival] = listener.foyer.around.authority.arrived
            assert arrival.data == ANSWERS.submission
            assert listener.headset.sounding > 0
            assert listener.overheard.in_the_room == []
            assert not ears.heard(0, float("inf"))


async def _the_slip_comes_after_its_words(person: ByEar) -> None:
    """While its words are being said, nothing is printed; as soon as the visitor goes on, it is."""
    printer = person.listener.foyer.around.printer
    await person.listener.hears("Auf Ihrem Zettel steht")
    assert not printer.papers
    await person.key(UP)
    await person.listener.foyer.until(lambda: len(printer.papers) == 1, lambda: "the slip")


async def test_where_one_is_and_how_it_is_spelled_is_said_on_request(keys: AuthorityKeys, tmp_path: Path) -> None:
    errand = in_german(ANSWERS)
    with sound_server(tmp_path) as ears:
        async with listening_visitor(keys, ears) as listener:
            person = ByEar(listener)
            for name in errand.way:
                await person.press(name)
            await person.fill("Vornamen", "Ida")
            assert "Vornamen" in await person.key(PadKey.REPEAT)
            assert await person.key(PadKey.REPEAT) == "Groß I wie Ingelheim. d wie Düsseldorf. a wie Aachen"
            await person.key(PadKey.VOICE)
            await person.press("Schneller", "Tempo")
            await person.press("Wo bin ich?", "Wer sind Sie?")
            assert await person.listener.hears("Sie sind hier") == "Sie sind hier: Vornamen"
            silent = listener.headset.sounding
            await person.key(PadKey.BACK)
            assert silent > 0
            assert listener.overheard.in_the_room == []


@pytest.mark.en301549("5.1.3.9")
async def test_a_headset_that_is_pulled_is_silence_and_nothing_of_the_visitor_is_said_in_the_room(
    keys: AuthorityKeys, tmp_path: Path
) -> None:
    errand = in_german(ANSWERS)
    with sound_server(tmp_path) as ears:
        async with listening_visitor(keys, ears) as listener:
            person = ByEar(listener)
            for name in errand.way:
                await person.press(name)
            await person.fill("Vornamen", "Ida")
            listener.headset.pull()
            visit = listener.foyer.terminal
            await listener.foyer.until(lambda: not visit.visit.reading, lambda: "silence")
            assert listener.overheard.in_the_room == []
            await as_input(lambda: visit.post(RepeatAsked()))
            await as_input(lambda: visit.post(SpellAsked()))
            await listener.in_the_room_hears("nur im Kopfhörer")
            assert not any("Ida" in said or "Ingelheim" in said for said in listener.overheard.in_the_room)
