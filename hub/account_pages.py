"""Accounts in the browser: IT's pages, and the page where everybody changes their own password.

IT never chooses a password: the hub makes a first one and shows it once. It opens nothing but the page where it is
changed. Somebody whose account is for one site manages the accounts of that site.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hub.access import OwnPage, Person, address_of, give_token, may, sessions_of, token_of
from hub.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, Account, AccountBook, AccountFault
from hub.forms import Form, fields
from hub.one_time_codes import NewCodes, NoKeyError, OneTimeCodes
from hub.pages import html
from hub.roles import Right, Role
from hub.sessions import SignedIn

router = APIRouter(prefix="/counter", tags=["accounts"])
Keeper = Annotated[SignedIn, Depends(may(Right.MANAGE_ACCOUNTS))]
AccountId = Annotated[int, Path(ge=1, le=2**31)]

_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""What nobody takes for something else: 5 bits each."""
_GROUPS, _GROUP = 5, 4


@dataclass(frozen=True, slots=True)
class Given:
    """What is shown once, to be handed over: a first password, and what an authenticator app scans."""

    login: str
    password: str = ""
    codes: NewCodes | None = None

    def __repr__(self) -> str:
        return "Given(…)"


def new_password() -> str:
    """Return a first password: 100 bits, to be read out or written on a slip."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


@router.get("/accounts")
async def accounts(request: Request, person: Keeper) -> Response:
    """Show who has an account."""
    return await _list(request, person)


@router.post("/accounts", dependencies=[OwnPage], openapi_extra=fields("login", "name", "role", "site", "codes"))
async def add(request: Request, person: Keeper, form: Form) -> Response:
    """Add a local account, and show its first password once."""
    role, site = _role_and_site(request, person, form)
    login = form.get("login", "")
    given = Given(login, new_password(), _codes(request, person, login) if form.get("codes") else None)
    account = Account(
        0, given.login, form.get("name", ""), role, site, False, given.codes is not None, False, first_password=True
    )
    secret = given.codes.stored if given.codes else None
    fault = await run_in_threadpool(_book(request).add, person.login, account, given.password, secret)
    if fault:
        return await _list(request, person, fault, form)
    return _shown_once(request, person, given)


@router.get("/accounts/{account_id}")
async def account(account_id: AccountId, request: Request, person: Keeper) -> Response:
    """Show one account, and what can be changed."""
    return await _one(request, person, await _found(request, person, account_id))


@router.post("/accounts/{account_id}/change", dependencies=[OwnPage], openapi_extra=fields("name", "role", "site"))
async def change(account_id: AccountId, request: Request, person: Keeper, form: Form) -> Response:
    """Say anew who somebody is and what they may do."""
    found = await _found(request, person, account_id, other=True)
    role, site = _role_and_site(request, person, form)
    fault = await run_in_threadpool(_book(request).change, person.login, found.login, form.get("name", ""), role, site)
    return await _one(request, person, found, fault) if fault else _to_list()


@router.post("/accounts/{account_id}/lock", dependencies=[OwnPage])
async def lock(account_id: AccountId, request: Request, person: Keeper) -> Response:
    """Keep somebody out, at once."""
    return await _locked(account_id, request, person, locked=True)


@router.post("/accounts/{account_id}/unlock", dependencies=[OwnPage])
async def unlock(account_id: AccountId, request: Request, person: Keeper) -> Response:
    """Let somebody in again."""
    return await _locked(account_id, request, person, locked=False)


@router.post("/accounts/{account_id}/password", dependencies=[OwnPage])
async def password(account_id: AccountId, request: Request, person: Keeper) -> Response:
    """Make a new first password, and show it once."""
    found = await _found(request, person, account_id, other=True)
    given = Given(found.login, new_password())
    change = partial(_book(request).change_password, first=True)
    fault = await run_in_threadpool(change, person.login, found.login, given.password, None)
    return await _one(request, person, found, fault) if fault else _shown_once(request, person, given)


@router.post("/accounts/{account_id}/codes", dependencies=[OwnPage])
async def codes(account_id: AccountId, request: Request, person: Keeper) -> Response:
    """Let another app make the codes, and show once what it scans."""
    found = await _found(request, person, account_id)
    given = Given(found.login, codes=_codes(request, person, found.login))
    if given.codes is None:
        raise HTTPException(409, "the hub has no key for codes")
    fault = await run_in_threadpool(_book(request).change_codes, person.login, found.login, given.codes.stored)
    return await _one(request, person, found, fault) if fault else _shown_once(request, person, given)


@router.get("/password")
async def own_password(request: Request, person: Person) -> Response:
    """Ask for a new password."""
    return _password_page(request, person)


@router.post("/password", dependencies=[OwnPage], openapi_extra=fields("old", "password", "again"))
async def change_own_password(request: Request, person: Person, form: Form) -> Response:
    """Change one's own password; who was logged in with the old one is logged out, but for this browser."""
    state, address = request.app.state, address_of(request)
    if not person.has_password:
        return _password_page(request, person)
    if form.get("password") != form.get("again"):
        return _password_page(request, person, "twice")
    wait = await run_in_threadpool(state.attempts.begin, person.login, address)
    if wait is not None:
        return _password_page(request, person, "wait", 429)
    fault = await run_in_threadpool(
        state.accounts.change_own_password, person.login, form.get("old", ""), form.get("password", "")
    )
    if fault is not AccountFault.WRONG_PASSWORD:
        await run_in_threadpool(state.attempts.succeeded, person.login, address)
    if fault:
        return _password_page(request, person, fault.name.lower().replace("_", "-"))
    return await _begun_anew(request, person)


async def _begun_anew(request: Request, person: SignedIn) -> Response:
    mine = next(each for each in await _all(request) if each.login == person.login)
    token = await run_in_threadpool(sessions_of(request).begin, mine.id, mine.name, token_of(request))
    answer = RedirectResponse("/", 303)
    give_token(answer, request, token)
    return answer


def _password_page(request: Request, person: SignedIn, problem: str = "", status: int = 422) -> Response:
    shown = {"problem": problem, "shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}
    return html("password.html", request, person, shown, status if problem else 200)


async def _locked(account_id: int, request: Request, person: SignedIn, *, locked: bool) -> Response:
    found = await _found(request, person, account_id, other=True)
    await run_in_threadpool(lambda: _book(request).lock(person.login, found.login, locked=locked))
    return _to_list()


async def _found(request: Request, person: SignedIn, account_id: int, *, other: bool = False) -> Account:
    """Return an account that `person` may change; `other`: not their own, so that nobody locks themselves out."""
    for each in await _all(request):
        if each.id == account_id and person.site in ("", each.site):
            if other and each.login == person.login:
                raise HTTPException(409, "nobody changes their own rights")
            return each
    raise HTTPException(404, "no such account")


async def _all(request: Request) -> tuple[Account, ...]:
    return await run_in_threadpool(_book(request).accounts)


async def _list(
    request: Request, person: SignedIn, fault: AccountFault | None = None, form: dict[str, str] | None = None
) -> Response:
    seen = [each for each in await _all(request) if person.site in ("", each.site)]
    shown = {"accounts": seen, "fault": _name(fault), "typed": form or {}, "may_have_codes": bool(_key(request))}
    return html("accounts.html", request, person, shown | _choices(request, person), 422 if fault else 200)


async def _one(request: Request, person: SignedIn, found: Account, fault: AccountFault | None = None) -> Response:
    shown = {"account": found, "fault": _name(fault), "may_have_codes": bool(_key(request))}
    return html("account.html", request, person, shown | _choices(request, person), 422 if fault else 200)


def _shown_once(request: Request, person: SignedIn, given: Given) -> Response:
    import segno

    code = segno.make(given.codes.address).svg_inline(scale=5, dark="#000", light="#fff") if given.codes else ""
    return html("given.html", request, person, {"given": given, "code": code})


def _name(fault: AccountFault | None) -> str:
    return fault.name.lower().replace("_", "-") if fault else ""


def _choices(request: Request, person: SignedIn) -> dict[str, Any]:
    sites = [site.name for site in request.app.state.settings.all_sites]
    return {"roles": list(Role), "sites": [person.site] if person.site else sites, "all_sites": not person.site}


def _role_and_site(request: Request, person: SignedIn, form: dict[str, str]) -> tuple[Role, str]:
    """Return what a form chose. Raises 422 for what is none, and for a site that is not the person's to give."""
    sites = {"", *(site.name for site in request.app.state.settings.all_sites)}
    role, site = form.get("role", ""), form.get("site", "")
    if role not in set(Role) or site not in sites or person.site not in ("", site):
        raise HTTPException(422, "no such role or site")
    return Role(role), site


def _codes(request: Request, person: SignedIn, login: str) -> NewCodes | None:
    settings = request.app.state.settings
    try:
        return OneTimeCodes(settings.key).new(login, person.site or settings.site)
    except NoKeyError:
        return None


def _key(request: Request) -> str:
    key: str = request.app.state.settings.key
    return key


def _book(request: Request) -> AccountBook:
    book: AccountBook = request.app.state.accounts
    return book


def _to_list() -> RedirectResponse:
    return RedirectResponse("/counter/accounts", 303)
