"""The counter's page in a real browser: alive, operable by keyboard, narrow enough for a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from hub.server import HubServer
from tests.hub import chromium
from tests.hub.town_hall import CALL, OTHER_CALL, RIGHT_KEY, message, terminal

pytestmark = pytest.mark.skipif(chromium.PATH is None, reason="Chromium is not installed")

ATTACK = "<img src=x onerror='window.hurt = 1'><script>window.hurt = 1</script>"


@pytest.fixture
async def page(hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[chromium.Page]:
    """The counter's page, opened by its full address."""
    async with chromium.page(tmp_path_factory.mktemp("chromium")) as tab:
        await tab.open(hub.counter_url)
        await tab.until("document.getElementById('link').textContent === 'Bereit für Rufe'")
        yield tab
        assert tab.complaints == []


async def call(hub: HubServer, key: str | None = None, call_id: str = CALL, **changes: object) -> None:
    def put() -> None:
        with terminal(hub, key) if key else terminal(hub) as box:
            assert box.put(f"/calls/{call_id}", json=message(**changes)).status_code == 200

    await asyncio.to_thread(put)


async def test_a_call_appears_is_taken_and_leaves(hub: HubServer, page: chromium.Page) -> None:
    await call(hub, reason="Ich verstehe etwas nicht")
    await page.until("document.querySelector('h3')?.textContent === 'Terminal 1'")
    assert "Neuer Ruf: Terminal 1, Ich verstehe etwas nicht" in await page.run("announce.textContent")
    assert await page.run("document.title") == "(1) Rufe · Lotse Schalter"
    assert "token" not in await page.run("location.href")
    await page.click(f"#take-{CALL}")
    await page.fill("#name", "Frau Yılmaz")
    await page.fill("#counter", "2")
    await page.click("#save")
    await page.until("document.querySelector('.card .tag.info')?.textContent === 'Frau Yılmaz geht hin'")
    assert await page.run("document.querySelector('.me').textContent.trim()") == "Frau Yılmaz Schalter 2"
    await page.click(f"#done-{CALL}")
    await page.until("document.querySelector('.empty')")


async def test_a_call_is_taken_with_the_keyboard_alone(hub: HubServer, page: chromium.Page) -> None:
    await page.open(f"{hub.base_url}/counter/person")
    await page.until("document.activeElement.id === 'name'")
    await page.send("Input.insertText", text="Herr Kern")
    await page.press("Tab")
    await page.until("document.activeElement.id === 'counter'")
    await page.send("Input.insertText", text="Schalter 1")
    await page.press("Enter")
    await page.until("document.querySelector('.me') && document.getElementById('link').textContent")
    await call(hub)
    await page.until(f"document.getElementById('take-{CALL}')")
    while await page.run("document.activeElement.id") != f"take-{CALL}":
        await page.press("Tab")
        assert await page.run("document.activeElement !== document.body"), "the button cannot be reached"
    assert await page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.press("Enter")
    await page.until("document.querySelector('.card .tag.info')?.textContent === 'Herr Kern geht hin'")


async def test_the_focus_and_the_minutes_stay_when_another_call_comes(hub: HubServer, page: chromium.Page) -> None:
    await call(hub)
    await page.until(f"document.getElementById('minutes-{CALL}')")
    await page.run(f"document.getElementById('minutes-{CALL}').value = '5'")
    await page.run(f"document.getElementById('take-{CALL}').focus()")
    await call(hub, RIGHT_KEY, OTHER_CALL)
    await page.until("document.querySelectorAll('.card').length === 2")
    assert await page.run("document.activeElement.id") == f"take-{CALL}"
    assert await page.run(f"document.getElementById('minutes-{CALL}').value") == "5"


async def test_labels_do_nothing_in_the_page(hub: HubServer, page: chromium.Page) -> None:
    await call(hub, service=ATTACK, step=ATTACK, reason=ATTACK)
    await page.until("document.querySelector('.reason')")
    assert await page.run("document.querySelector('.reason').textContent") == ATTACK
    assert await page.run("[document.querySelector('#calls img'), window.hurt ?? null]") == [None, None]


@pytest.mark.parametrize("width", [320, 390, 1440])
async def test_nothing_is_wider_than_the_window(hub: HubServer, page: chromium.Page, width: int) -> None:
    await call(hub, step="Wohnungsgeberbestätigung" * 8)
    await page.resize(width, 800)
    await page.until("document.querySelector('.card')")
    assert await page.run("document.documentElement.scrollWidth - innerWidth") <= 0
    small = "[...document.querySelectorAll('button, select, .button')].filter(e => e.offsetParent && "
    assert await page.run(small + "e.getBoundingClientRect().height < 40).map(e => e.textContent)") == []


async def test_each_control_has_a_name(hub: HubServer, page: chromium.Page) -> None:
    await call(hub)
    await page.until("document.querySelector('.card')")
    tree = await page.send("Accessibility.getFullAXTree")
    controls = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in ("button", "link", "combobox", "article", "heading")
    ]
    assert ("article", "Terminal 1") in controls
    assert ("combobox", "Wann sind Sie bei Terminal 1?") in controls
    assert all(name for _, name in controls), controls


async def test_a_hub_that_is_gone_is_said(hub: HubServer, page: chromium.Page) -> None:
    hub.should_exit = True
    await page.until("document.getElementById('link').className === 'tag danger'")
    assert "Keine Verbindung" in await page.run("document.getElementById('link').textContent")
    page.complaints.clear()
