"""The staff's pages in a real browser: alive, operable by keyboard, narrow enough for a phone, open to everybody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import Site, Spot, TerminalAccess
from tests.hub.staff import PASSWORD, employ
from tests.hub.town_hall import CALL, LEFT_KEY, OTHER_CALL, RIGHT_KEY, message, settings, terminal

CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 20_000
ATTACK = "<img src=x onerror='window.hurt = 1'><script>window.hurt = 1</script>"
FLOOR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3" fill="#eee"/></svg>'

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(hub: HubServer, chromium: Browser) -> Iterator[Page]:
    """The counter's page in German, opened by its full address."""
    with chromium.new_context(locale="de-DE") as context:
        tab = opened(context.new_page(), hub.counter_url)
        complaints: list[str] = []
        tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        yield tab
        assert [line for line in complaints if "ERR_CONNECTION" not in line and "ERR_INCOMPLETE" not in line] == []


def opened(tab: Page, address: str) -> Page:
    tab.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    tab.goto(address)
    expect(tab.locator("#link")).to_have_text("Bereit für Rufe")
    return tab


def call(hub: HubServer, key: str = LEFT_KEY, call_id: str = CALL, **changes: object) -> None:
    with terminal(hub, key) as box:
        assert box.put(f"/calls/{call_id}", json=message(**changes)).status_code == 200


def test_a_call_appears_is_taken_and_leaves(hub: HubServer, page: Page) -> None:
    call(hub, reason="understand")
    expect(page.locator("h3")).to_have_text("Terminal 1")
    expect(page.locator("#announce")).to_have_text(
        "Neuer Ruf: Terminal 1, Ich verstehe etwas nicht, Wohnung anmelden", use_inner_text=False
    )
    assert page.title() == "(1) Rufe und Terminals · Lotse · Schalter"
    assert "token" not in page.url
    page.click(f"#on-my-way-{CALL}")
    page.fill("#name", "Frau Yılmaz")
    page.fill("#counter", "2")
    page.click("#save")
    expect(page.locator(".card .tag.info")).to_have_text("Frau Yılmaz geht hin")
    expect(page.locator(".me")).to_contain_text("Frau Yılmaz Schalter 2")
    page.click(f"#pass-on-{CALL}")
    expect(page.locator(".card")).to_contain_text("Weitergegeben von")
    page.click(f"#take-{CALL}")
    expect(page.locator(".card .tag.info")).to_have_text("Frau Yılmaz hilft vom Schalter")
    page.click(f"#done-{CALL}")
    expect(page.locator(".empty")).to_be_visible()


def test_a_call_is_taken_with_the_keyboard_alone(hub: HubServer, page: Page) -> None:
    page.goto(f"{hub.base_url}/counter/person")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("Herr Kern")
    page.keyboard.press("Tab")
    page.keyboard.type("Schalter 1")
    page.keyboard.press("Enter")
    expect(page.locator("#link")).to_have_text("Bereit für Rufe")
    call(hub)
    expect(page.locator(f"#on-my-way-{CALL}")).to_be_visible()
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == f"on-my-way-{CALL}":
            break
        page.keyboard.press("Tab")
    expect(page.locator(f"#on-my-way-{CALL}")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".card .tag.info")).to_have_text("Herr Kern geht hin")


def test_the_focus_and_the_minutes_stay_when_another_call_comes(hub: HubServer, page: Page) -> None:
    call(hub)
    page.select_option(f"#minutes-{CALL}", "5")
    page.focus(f"#on-my-way-{CALL}")
    call(hub, RIGHT_KEY, OTHER_CALL)
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator(f"#on-my-way-{CALL}")).to_be_focused()
    expect(page.locator(f"#minutes-{CALL}")).to_have_value("5")


def test_labels_do_nothing_in_the_page(hub: HubServer, page: Page) -> None:
    call(hub, service=ATTACK, step=ATTACK)
    expect(page.locator(".what .muted")).to_have_text(ATTACK)
    assert page.evaluate("[document.querySelector('#calls img'), window.hurt ?? null]") == [None, None]


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_wider_than_the_window(hub: HubServer, page: Page, width: int) -> None:
    call(hub, step="Wohnungsgeberbestätigung" * 8)
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator(".card")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = "[...document.querySelectorAll('button, select, .button')].filter(e => e.offsetParent && "
    assert page.evaluate(small + "e.getBoundingClientRect().height < 40).map(e => e.textContent)") == []


def test_the_state_of_terminals_is_alive(hub: HubServer, page: Page) -> None:
    row = page.locator("tbody tr", has_text="Terminal 1")
    expect(row).to_contain_text("nicht verbunden")
    with terminal(hub) as box, box.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()  # kept: without it the stream is closed
        assert next(lines) == "event: hello"
        with terminal(hub) as beside:
            beside.put("/terminals/me/devices", json={"devices": {"printer": "printer.off"}, "state": "free"})
        expect(row).to_contain_text("eingeschränkt")
        expect(row.locator(".detail")).to_have_count(1)


NOBODY_LOOKS = """
window.sounded = 0; window.told = [];
window.AudioContext = class {
  state = "running"; currentTime = 0; destination = {};
  createOscillator() { sounded += 1; return {frequency: {}, connect: (to) => to, start() {}, stop() {}}; }
  createGain() {
    const ramp = () => {};
    return {gain: {setValueAtTime: ramp, exponentialRampToValueAtTime: ramp}, connect: (to) => to};
  }
};
window.Notification = class {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor(title, more) { told.push(`${title} (${more.body})`); }
};
Object.defineProperty(document, "hidden", {get: () => true});
"""


def test_a_call_sounds_and_notifies_who_looks_elsewhere(hub: HubServer, chromium: Browser) -> None:
    with chromium.new_context(locale="de-DE") as context:
        context.add_init_script(NOBODY_LOOKS)
        tab = opened(context.new_page(), hub.counter_url)
        tab.click("#notify")
        expect(tab.locator("#notify")).to_have_attribute("aria-pressed", "true")
        assert tab.evaluate("sounded") == 0
        call(hub, reason="papers")
        expect(tab.locator(".card")).to_have_count(1)
        assert tab.evaluate("sounded") == 2
        assert tab.evaluate("told") == ["Neuer Ruf: Terminal 1 (Meine Unterlagen)"]
        tab.click("#tone")
        call(hub, RIGHT_KEY, OTHER_CALL)
        expect(tab.locator(".card")).to_have_count(2)
        assert tab.evaluate("[told.length, sounded]") == [2, 2]


def test_a_hub_that_is_gone_is_said(hub: HubServer, page: Page) -> None:
    hub.should_exit = True
    expect(page.locator("#link")).to_have_class("tag danger")
    expect(page.locator("#link")).to_contain_text("Keine Verbindung")


@pytest.mark.parametrize(("width", "language", "scheme"), [(1440, "de", "light"), (390, "en", "dark")])
def test_axe_finds_nothing_on_any_page(
    tmp_path: Path, chromium: Browser, scheme: str, width: int, language: str
) -> None:
    (tmp_path / "floor.svg").write_text(FLOOR)
    access = TerminalAccess.with_key("Terminal 1", LEFT_KEY, "Foyer", spot=Spot(30, 40))
    other = TerminalAccess.with_key("Terminal 2", RIGHT_KEY, "Foyer", spot=Spot(60, 40))
    site = settings(tmp_path / "hub.db", terminals=(access, other), sites=(Site("Rathaus", tmp_path / "floor.svg"),))
    employ(site, "lead", Role.LEAD)
    employ(site, "audrey", Role.AUDITOR)
    employ(site, "it", Role.IT)
    with running(site) as hub, chromium.new_context(color_scheme=scheme, locale=language) as context:  # type: ignore[arg-type]
        call(hub, reason="papers", language="ar")
        tab = context.new_page()
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(f"{hub.base_url}/login")
        findings = examined(tab)
        tab.fill("#login", "lead")
        tab.fill("#password", "falsch")
        tab.click("#log-in")
        tab.wait_for_selector("#problem")
        findings += examined(tab)
        tab.fill("#login", "lead")
        tab.fill("#password", PASSWORD)
        tab.click("#log-in")
        tab.wait_for_selector("#counter")
        findings += examined(tab)
        tab.fill("#counter", "2")
        tab.click("#save")
        for key, call_id in ((LEFT_KEY, CALL), (RIGHT_KEY, OTHER_CALL)):
            call(hub, key, call_id)
        tab.click(f"#on-my-way-{CALL}")
        tab.wait_for_selector("#link.success")
        findings += examined(tab)
        tab.click(f"#coview-{CALL}")
        tab.wait_for_selector("[data-state=asked]")
        findings += examined(tab)
        show(hub, tab.url.rsplit("/", 1)[1])
        tab.wait_for_selector("[data-state=shown]")
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        findings += examined(tab)
        tab.goto(f"{hub.base_url}/counter/figures")
        findings += examined(tab)
        tab.goto(f"{hub.base_url}/counter/audit")  # not for this role
        findings += examined(tab)
        findings += pages_of_it(tab, hub)
        tab.locator("form[action='/logout'] button").first.click()
        tab.fill("#login", "audrey")
        tab.fill("#password", PASSWORD)
        tab.click("#log-in")
        tab.goto(f"{hub.base_url}/counter/audit")
        findings += examined(tab)
    assert findings == []


def pages_of_it(tab: Page, hub: HubServer) -> list[str]:
    """Return what axe finds on the pages of who looks after accounts and plans; none is wider than the window."""
    tab.locator("form[action='/logout'] button").first.click()
    tab.fill("#login", "it")
    tab.fill("#password", PASSWORD)
    tab.click("#log-in")
    findings = []
    for path in ("plans/0", "password", "accounts/1", "accounts"):
        tab.goto(f"{hub.base_url}/counter/{path}")
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        findings += examined(tab)
    tab.fill("#login", "kern")
    tab.fill("#name", "Herr Kern")
    tab.click("#add")
    tab.wait_for_selector("#given-password")
    return findings + examined(tab)


@pytest.fixture
def plan(tmp_path: Path, chromium: Browser) -> Iterator[tuple[HubServer, Page]]:
    """The page on which IT arranges a floor plan."""
    (tmp_path / "floor.svg").write_text(FLOOR)
    access = TerminalAccess.with_key("Terminal 1", LEFT_KEY, "Foyer", spot=Spot(10, 10))
    site = settings(tmp_path / "hub.db", terminals=(access,), sites=(Site("Rathaus", tmp_path / "floor.svg"),))
    employ(site, "it", Role.IT)
    with running(site) as hub, chromium.new_context(locale="de-DE") as context:
        tab = context.new_page()
        tab.goto(f"{hub.base_url}/login")
        tab.fill("#login", "it")
        tab.fill("#password", PASSWORD)
        tab.click("#log-in")
        tab.goto(f"{hub.base_url}/counter/plans")
        yield hub, tab


def test_a_terminal_is_dragged_to_where_it_stands(plan: tuple[HubServer, Page]) -> None:
    hub, tab = plan
    tab.locator("#plan img").scroll_into_view_if_needed()
    box = tab.locator("#plan").bounding_box()
    assert box
    tab.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=4)
    tab.mouse.up()
    expect(tab.locator("#said")).to_have_text("Gespeichert: Terminal 1", use_inner_text=False)
    [stands] = hub.app.state.terminals.terminals()
    assert (stands.x, stands.y) == (pytest.approx(60, abs=1), pytest.approx(50, abs=1))
    expect(tab.locator("#x-0")).to_have_value(re.compile("^(59|60)"))


def test_a_terminal_is_put_there_with_the_keyboard_alone(plan: tuple[HubServer, Page]) -> None:
    hub, tab = plan
    tab.focus("#x-0")
    tab.keyboard.press("Control+A")
    tab.keyboard.type("42")
    tab.keyboard.press("Enter")
    tab.wait_for_load_state()
    expect(tab.locator("#x-0")).to_have_value("42")
    assert hub.app.state.terminals.terminals()[0].x == 42


def show(hub: HubServer, session: str) -> None:
    """Let Terminal 1 show a screen with every kind of part, and a finger on one."""
    kinds = ("heading", "text", "notice", "facts", "card", "field", "choice", "answer", "consent", "secret", "button")
    pieces = [
        {"id": kind, "kind": kind, "title": kind, "lines": ["•••"], "filled": True if kind == "field" else None}
        for kind in kinds
    ]
    words = {"id": "s", "title": "Wer sind Sie?", "lead": "Bitte.", "progress": "1 / 7", "dialog": ""}
    screen = words | {"pointed": "field", "pieces": pieces, "left_out": True}
    with terminal(hub) as box:
        message = {"session": session, "screens": {"de": screen, "en": screen}}
        assert box.put("/terminals/me/coview", json=message).status_code == 204


def examined(tab: Page) -> list[str]:
    """Return what axe finds on the page, in words."""
    found = Axe().run(tab).response
    assert len(found["passes"]) > 5
    return [f"{tab.url}: {rule['id']} {[node['html'][:120] for node in rule['nodes']]}" for rule in found["violations"]]
