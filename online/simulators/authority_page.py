"""The page of the authority's double: what arrived, in German, as a person at the counter would read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from online.simulators.authority_intake import Arrival, Check

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_STYLE = """
:root { color-scheme: light; --ink: #1d2034; --soft: #5a5f78; --line: #d5d8e3; --ground: #f5f6fa; --good: #007155;
        --bad: #c31c13; --action: #2044aa; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 "Fira Sans", "Noto Sans", sans-serif; }
header { background: #fff; border-bottom: 1px solid var(--line); }
header div, main { max-width: 1040px; margin: 0 auto; padding: 20px 24px; }
h1 { margin: 0; font-size: 24px; }
header p { margin: 4px 0 0; color: var(--soft); }
article { background: #fff; border: 1px solid var(--line); border-radius: 4px; margin: 0 0 24px; overflow: hidden; }
article > header { padding: 16px 24px; border-bottom: 1px solid var(--line); display: flex; gap: 16px;
                   align-items: baseline; flex-wrap: wrap; }
h2 { margin: 0; font-size: 20px; flex: 1 1 auto; }
h3 { margin: 0 0 8px; font-size: 16px; }
section { padding: 16px 24px; }
section + section { border-top: 1px solid var(--line); }
.mark { padding: 2px 12px; border-radius: 4px; border: 1px solid; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--ground); }
th { font-weight: 400; color: var(--soft); width: 34%; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; }
td:has(> table) { padding: 0; }
td > table > tbody > tr:last-child > * { border-bottom: 0; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 4px 24px;
     grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); }
code { font-family: "Fira Mono", "Noto Sans Mono", monospace; font-size: 14px; }
.empty { text-align: center; color: var(--soft); padding: 96px 24px; }
"""

_SCRIPT = """
const shown = document.documentElement.dataset.count;
async function look() {
  try {
    const answer = await fetch("/stand", { cache: "no-store" });
    if (answer.ok && (await answer.text()) !== shown) { location.reload(); return; }
  } catch { /* the demo has ended: the page stays as it is */ }
  setTimeout(look, 1500);
}
look();
"""

Arrivals = Callable[[], Sequence[Arrival]]


def page_routes(arrivals: Arrivals) -> list[Route]:
    """Return the page and what belongs to it. It reloads itself when something new has arrived."""

    async def page(_: Request) -> Response:
        return HTMLResponse(_page(arrivals()), headers=_HEADERS)

    async def count(_: Request) -> Response:
        return PlainTextResponse(str(len(arrivals())), headers=_HEADERS)

    async def style(_: Request) -> Response:
        return Response(_STYLE, media_type="text/css", headers=_HEADERS)

    async def script(_: Request) -> Response:
        return Response(_SCRIPT, media_type="text/javascript", headers=_HEADERS)

    return [
        Route("/", page),
        Route("/stand", count),
        Route("/style.css", style),
        Route("/page.js", script),
    ]


def _page(arrivals: Sequence[Arrival]) -> str:
    noun = "Antrag ist" if len(arrivals) == 1 else "Anträge sind"
    body = "".join(_article(arrival) for arrival in reversed(arrivals))
    return (
        f'<!doctype html><html lang="de" data-count="{len(arrivals)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Posteingang der Behörde</title>"
        '<link rel="stylesheet" href="/style.css"><script src="/page.js" defer></script></head><body>'
        "<header><div><h1>Posteingang der Behörde</h1>"
        f"<p>{len(arrivals)} {noun} eingegangen. Diese Behörde ist nachgebildet: "
        "Sie entschlüsselt und prüft wie eine echte.</p></div></header><main>"
        f"{body or _EMPTY}</main></body></html>"
    )


_EMPTY = '<p class="empty">Noch nichts eingegangen. Neue Anträge erscheinen hier von selbst.</p>'


def _article(arrival: Arrival) -> str:
    mark = ("good", "✓ angenommen") if arrival.accepted else ("bad", "✗ zurückgewiesen")
    return (
        f"<article><header><h2>{escape(arrival.service or 'Ohne Bezeichnung')}</h2>"
        f'<span class="mark {mark[0]}">{mark[1]}</span></header>'
        f"<section><h3>Eingang</h3>{_table(_facts(arrival))}</section>"
        f"<section><h3>Angaben</h3>{_value(arrival.data)}</section>"
        f"{_files(arrival)}"
        f"<section><h3>Geprüft</h3><ul>{''.join(map(_check, arrival.checks))}</ul></section></article>"
    )


def _facts(arrival: Arrival) -> list[tuple[str, str]]:
    when = arrival.received.astimezone().strftime("%d.%m.%Y, %H:%M:%S Uhr")
    return [
        ("Eingegangen am", escape(when)),
        ("Vorgangsnummer", f"<code>{escape(arrival.submission_id)}</code>"),
        ("Zeichen des Terminals", f"<code>{escape(arrival.reference or '–')}</code>"),
        ("Leistung", f"<code>{escape(arrival.service_identifier)}</code>"),
        ("Zustellpunkt", f"<code>{escape(arrival.destination_id)}</code>"),
    ]


def _files(arrival: Arrival) -> str:
    if not arrival.files:
        return ""
    rows = [
        (escape(file.filename), f"{escape(file.media_type)}, {max(1, len(file.content) // 1024)} KB")
        for file in arrival.files
    ]
    return f"<section><h3>Anlagen</h3>{_table(rows)}</section>"


def _check(check: Check) -> str:
    sign, style = ("✓", "good") if check.passed else ("✗", "bad")
    note = f" ({escape(check.note)})" if check.note else ""
    return f'<li class="{style}">{sign} {escape(check.name)}{note}</li>'


def _table(rows: Sequence[tuple[str, str]]) -> str:
    """Lay out rows whose cells are escaped already."""
    cells = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in rows)
    return f"<table>{cells}</table>"


def _value(value: Any) -> str:
    """Show JSON as tables within tables."""
    match value:
        case dict():
            return _table([(escape(str(name)), _value(inner)) for name, inner in value.items()])
        case list():
            return _table([(str(number), _value(inner)) for number, inner in enumerate(value, 1)])
        case bool():
            return "ja" if value else "nein"
        case None:
            return "–"
        case _:
            return escape(str(value))
