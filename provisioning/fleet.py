"""`lotse fleet`: the terminals of a city from IT's own desk, by the hub's API and a token of one's account."""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from kiosk.orders import (
    MAX_LINES,
    Identify,
    Order,
    PutInService,
    Restart,
    TakePicture,
    TellLog,
    TellReadiness,
    order_of,
)
from provisioning.enrol import EnrolError, checked_hub
from provisioning.fleet_client import FleetClient, FleetError

KEYRING = "lotse-fleet"
"""The service name of tokens in one's keyring; the user name is the hub's address."""
LOOK_AGAIN_S = 0.5


class Format(StrEnum):
    """How something is shown."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class What(StrEnum):
    """What can be commanded."""

    RESTART = "restart"
    OUT_OF_SERVICE = "out-of-service"
    IN_SERVICE = "in-service"
    IDENTIFY = "identify"
    REPORT = "report"
    LOG = "log"
    PICTURE = "picture"


app = typer.Typer(
    name="lotse fleet",
    help="The terminals of a city, by the hub's API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Shown = Annotated[Format, typer.Option("--format", help="For people, for spreadsheets, for programs.")]
Names = Annotated[list[str], typer.Argument(metavar="TERMINAL…", help="Names, as the hub has them.")]
Wait = Annotated[float, typer.Option(min=0, help="So many seconds to wait for the answers.")]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
"""In tables, moments (UTC) are shown to the minute."""
_COLUMNS = ("name", "site", "location", "connected", "seen", "state", "devices", "software", "profile", "version")
_MORE = ("target", "assigned", "trouble", "alarm", "taken_back")
_OF_COMMAND = ("number", "do", "by", "at", "expires", "outcome", "answered", "detail", "id")


@app.callback()
def _connect(
    context: typer.Context,
    hub: Annotated[str, typer.Option(envvar="LOTSE_HUB", help="The hub's address: https://hub.example.org")],
    token_file: Annotated[
        str, typer.Option(envvar="LOTSE_TOKEN_FILE", help="A file with the token (-: a pipe); without: the keyring.")
    ] = "",
    ca_file: Annotated[Path | None, typer.Option(help="PEM file of an own certificate authority.")] = None,
) -> None:
    try:
        checked_hub(hub)  # the token goes there
    except EnrolError as error:
        _fail(str(error))
    secret = _token(hub, token_file)
    if not secret:
        _fail(f"there is no token: lotse hub token add, then keyring set {KEYRING} {hub}")
    try:
        context.obj = context.with_resource(FleetClient(hub, secret, ca_file))
    except OSError as error:
        _fail(f"{ca_file}: {error.strerror or error}")


@app.command("list")
def list_terminals(context: typer.Context, form: Shown = Format.TABLE) -> None:
    """List the terminals: versions, when they were seen last, and what does not work."""
    _show(_asked(context.obj.terminals), _COLUMNS, form, "terminals")


@app.command()
def show(context: typer.Context, name: str, form: Shown = Format.TABLE) -> None:
    """Show all that is known of a terminal, and its last commands."""
    found = _asked(context.obj.terminal, name)
    if form is Format.JSON:
        _json(found)
        return
    commands = found.pop("commands", [])
    if form is Format.TABLE:
        facts = [{"what": key, "is": found.get(key)} for key in (*_COLUMNS, *_MORE)]
        _show(facts, ("what", "is"), form, name)
    _show(commands, _OF_COMMAND, form, "commands")


@app.command()
def assign(context: typer.Context, target: str, names: Names, form: Shown = Format.TABLE) -> None:
    """Have terminals show the profile TARGET (city/foyer.tar) from their next contact on."""
    _show([_asked(context.obj.assign, name, target) for name in names], _GIVEN, form, "assigned")


@app.command()
def command(  # noqa: PLR0913, PLR0917 - options of a command line
    context: typer.Context,
    what: What,
    names: Names,
    text: Annotated[
        list[str] | None, typer.Option(help="Why it is out of service: de='Wir bauen um.', en=…; German is needed.")
    ] = None,
    lines: Annotated[int, typer.Option(min=1, max=MAX_LINES, help="How many lines of the log.")] = 100,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="So long it is good for.")] = 60,
    wait: Wait = 0.0,
    out: Annotated[Path | None, typer.Option(help="Folder for reports, logs and pictures; waits for them.")] = None,
    form: Shown = Format.TABLE,
) -> None:
    """Give terminals a command. All but a picture wait until nobody is there; nothing is done twice."""
    order = _order(what, text or [], lines)
    given = [_asked(context.obj.command, name, order, minutes) for name in names]
    wait = wait or (60.0 if out else 0.0)
    answers = _asked(_answered, context.obj, given, wait) if wait else given
    if out:
        answers = [_asked(_kept, context.obj, one, out) for one in answers]
    _show(answers, (*_GIVEN, "file") if out else _GIVEN, form, "commands")
    if wait and any(one["outcome"] != "done" for one in answers):
        raise typer.Exit(1)


@app.command()
def withdraw(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="As show has them.")],
    form: Shown = Format.TABLE,
) -> None:
    """Withdraw commands that nobody has answered."""
    _show([_asked(context.obj.withdraw, one) for one in ids], _GIVEN, form, "withdrawn")


_GIVEN = ("terminal", "number", "do", "expires", "outcome", "detail", "id")
_SUFFIXES = {What.REPORT: ".json", What.LOG: ".log", What.PICTURE: ".png"}


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0, 1 where something was refused or failed, 2 for wrong usage."""
    try:
        ended = app(list(arguments), prog_name="lotse fleet", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return int(ended or 0)


def _order(what: What, text: Sequence[str], lines: int) -> Order:
    words = dict(each.partition("=")[::2] for each in text)
    if words and what is not What.OUT_OF_SERVICE:
        _fail("--text is for out-of-service alone")
    bare: dict[What, Order] = {
        What.RESTART: Restart(),
        What.IN_SERVICE: PutInService(),
        What.IDENTIFY: Identify("?"),  # the hub says what it is called
        What.REPORT: TellReadiness(),
        What.LOG: TellLog(lines),
        What.PICTURE: TakePicture(),
    }
    try:
        return bare[what] if what in bare else order_of({"do": what.value, "words": words})
    except ValueError as error:
        _fail(f"--text: {error}")


def _answered(client: FleetClient, given: Sequence[Mapping[str, Any]], wait: float) -> list[dict[str, Any]]:
    """Wait until all have answered, or the time is over."""
    until = time.monotonic() + wait
    while True:
        answers = [client.standing(one["id"]) for one in given]
        if all(one["outcome"] for one in answers) or time.monotonic() > until:
            return answers
        time.sleep(LOOK_AGAIN_S)


def _kept(client: FleetClient, one: dict[str, Any], out: Path) -> dict[str, Any]:
    if not one["content"]:
        return one
    out.mkdir(parents=True, exist_ok=True)
    name = "".join(sign if sign.isalnum() else "-" for sign in one["terminal"])
    path = out / f"{name}-{one['number']}{_SUFFIXES.get(What(one['do']), '')}"
    path.write_bytes(client.content(one["id"]))
    return one | {"file": str(path)}


def _token(hub: str, named: str) -> str:
    if named == "-":
        return sys.stdin.readline().strip()
    if named:
        try:
            return Path(named).read_text(encoding="utf-8").strip()
        except OSError as error:
            _fail(f"{named}: {error.strerror}")
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING, hub) or ""
    except KeyringError:
        return ""


def _asked(ask: Callable[..., Any], *arguments: object) -> Any:
    try:
        return ask(*arguments)
    except FleetError as error:
        _fail(str(error))


def _show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: Format, title: str) -> None:
    if form is Format.JSON:
        _json(rows)
        return
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    if form is Format.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([[_harmless(cell) for cell in line] for line in lines])
        return
    table = Table(title=title)
    for column in columns:
        table.add_column(column, no_wrap=column == "id", overflow="fold")
    for line in lines:
        table.add_row(*(cell[:16].replace("T", " ") if _MOMENT.match(cell) else cell for cell in line))
    Console(markup=False, emoji=False, highlight=False).print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {code}" for key, code in value.items())
    words = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else " " for sign in words)


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking words of a terminal for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _json(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _fail(words: str) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    raise typer.Exit(1)
