"""A floor plan is brought by the page, and nothing but its points is kept; terminals are put where they stand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from hub.plans import LONGEST_SIDE, MAX_UPLOAD, cleaned, uploaded
from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import HubSettings, Site, Spot, TerminalAccess
from tests.hub.staff import browser, employ, log_in
from tests.hub.town_hall import LEFT_KEY, RIGHT_KEY, settings

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **how: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **how)
    return out.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    access = (
        TerminalAccess.with_key("Terminal 1", LEFT_KEY, site="Rathaus", spot=Spot(10, 20)),
        TerminalAccess.with_key("Terminal 2", RIGHT_KEY, site="Bücherei"),
    )
    return settings(tmp_path / "hub.db", terminals=access, sites=(Site("Rathaus"), Site("Bücherei")))


@pytest.fixture
def hub(site: HubSettings) -> Iterator[HubServer]:
    employ(site, "lead", Role.LEAD, "Rathaus")
    with running(site) as server:
        yield server


@pytest.fixture
def lead(hub: HubServer) -> Iterator[httpx.Client]:
    with browser(hub) as client:
        log_in(client, "lead")
        yield client


def bring(client: httpx.Client, file: bytes, number: int = 0) -> httpx.Response:
    return client.post(f"/counter/plans/{number}/picture", files={"picture": ("plan.png", file)})


def test_a_picture_that_was_brought_is_shown_to_staff(hub: HubServer, lead: httpx.Client) -> None:
    assert lead.get("/counter/plan/0").status_code == 404
    assert bring(lead, picture()).headers["location"] == "/counter/plans/0"
    for page in ("/counter/plans/0", "/counter"):  # the first waits until the board knows it
        assert 'src="/counter/plan/0?v=' in lead.get(page).text
    shown = lead.get("/counter/plan/0")
    assert shown.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(shown.content)).size == (40, 30)
    lead.post("/counter/plans/0/remove")
    assert lead.get("/counter/plan/0").status_code == 404


def test_of_a_picture_only_its_points_are_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    exif[0x0112] = 6  # lies on its side
    kept = cleaned(picture("JPEG", exif=exif) + b"<script>alert(1)</script>")
    assert kept
    assert b"taken" not in kept
    assert b"script" not in kept
    again = Image.open(BytesIO(kept))
    assert (again.format, again.size) == ("PNG", (30, 40))
    large = cleaned(picture(size=(4000, 1000)))
    assert large
    assert Image.open(BytesIO(large)).size == (LONGEST_SIDE, LONGEST_SIDE // 4)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"no picture",
        SVG,
        picture("GIF"),
        picture()[:60],
        picture(size=(9000, 9000)),
    ],
    ids=["empty", "words", "svg", "gif", "cut", "bomb"],
)
def test_what_is_no_plan_is_refused(lead: httpx.Client, file: bytes) -> None:
    assert cleaned(file) is None
    assert bring(lead, file).headers["location"].endswith("?problem=picture")
    assert "lässt sich nicht verwenden" in lead.get("/counter/plans/0?problem=picture").text


def test_a_form_brings_every_byte() -> None:
    file = random.Random(1).randbytes(5000) + b"\r\n--x\r\n\r"
    request = httpx.Request("POST", "http://hub", files={"other": b"no", "picture": ("p", file)})
    assert uploaded(request.headers["content-type"], request.read(), "picture") == file
    for kind, body in (("text/plain", b"x"), ("multipart/form-data", b"x"), ("multipart/form-data; boundary=x", b"")):
        assert uploaded(kind, body, "picture") == b""


def test_too_much_is_refused_and_elsewhere_as_before(lead: httpx.Client) -> None:
    assert lead.post("/counter/plans/0/picture", content=bytes(MAX_UPLOAD + 1)).status_code == 413
    assert lead.post("/counter/plans/0/place", content=bytes(20_000)).status_code == 413


def test_a_terminal_is_put_where_it_stands_and_stays_there(
    hub: HubServer, lead: httpx.Client, site: HubSettings
) -> None:
    lead.post("/counter/plans/0/place", data={"terminal": "Terminal 1", "x": "33,3", "y": "120"})
    spots = {one.name: (one.x, one.y) for one in hub.app.state.terminals.terminals()}
    assert spots["Terminal 1"] == (33.3, 100.0)
    with running(site) as later:  # the settings say where it stood at first
        spots = {one.name: (one.x, one.y) for one in later.app.state.terminals.terminals()}
    assert spots["Terminal 1"] == (33.3, 100.0)
    lead.post("/counter/plans/0/place", data={"terminal": "Terminal 1", "off": "yes"})
    assert hub.app.state.terminals.terminals()[0].x is None


def test_another_sites_plan_and_terminals_are_out_of_reach(lead: httpx.Client) -> None:
    assert lead.get("/counter/plans").headers["location"] == "/counter/plans/0"
    assert lead.get("/counter/plans/1").status_code == 404
    assert bring(lead, picture(), 1).status_code == 404
    assert lead.post("/counter/plans/0/place", data={"terminal": "Terminal 2", "x": "1", "y": "1"}).status_code == 404


def test_staff_see_the_plan_and_do_not_arrange_it(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    with browser(hub) as client:
        log_in(client, "yilmaz")
        assert client.get("/counter/plans/0").status_code == 403
        assert bring(client, picture()).status_code == 403
    with browser(hub) as nobody:
        assert bring(nobody, picture()).headers["location"] == "/login"
