"""Logging in and out: with an account, by single sign-on, or by the counter's own address."""

from __future__ import annotations

import hmac
import logging
import math
from datetime import timedelta

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hub.access import (
    OwnPage,
    Person,
    address_of,
    cookie_name,
    give_token,
    sessions_of,
    stranger_not_too_often,
    token_of,
)
from hub.accounts import Account, Proof
from hub.audit import Deed
from hub.forms import Form, fields
from hub.one_time_codes import NoKeyError
from hub.pages import LANGUAGE_COOKIE, html
from hub.roles import Right
from hub.sessions import COUNTER_KEY
from hub.settings import fingerprint
from hub.sign_on import SignOnDesk, SignOnFault
from hub.words import LANGUAGES

log = logging.getLogger(__name__)

STATE_COOKIE = "lotse_sign_on"
_YEAR_SECONDS = 365 * 24 * 3600
_MOST_CODE = 4096

router = APIRouter(tags=["log-in"])
NotTooOften = Depends(stranger_not_too_often)


@router.get("/")
async def start() -> Response:
    """Lead to the counter's page."""
    return RedirectResponse("/counter", 303)


@router.get("/login", dependencies=[NotTooOften])
async def ask(request: Request, token: str = "") -> Response:
    """Ask who somebody is. A `token` in the address is the counter's own: it is swapped for a session."""
    own = request.app.state.settings.counter_token
    if token and own and hmac.compare_digest(fingerprint(token), fingerprint(own)):
        return await _welcome(request, None)
    return _page(request, "counter-key" if token else "", 403 if token else 200)


@router.post("/login", dependencies=[NotTooOften, OwnPage], openapi_extra=fields("login", "password", "code"))
async def log_in(request: Request, form: Form) -> Response:
    """Let somebody in who has an account here."""
    state = request.app.state
    login, address = form.get("login", ""), address_of(request)
    wait = await run_in_threadpool(state.attempts.begin, login, address)
    if wait is not None:
        return _page(request, "wait", 429, wait)
    proof = Proof(form.get("password", ""), form.get("code", "").replace(" ", ""))
    try:
        account = await run_in_threadpool(state.accounts.proven, login, proof)
    except NoKeyError:
        log.error("one-time codes cannot be checked: the hub's key is missing or another one")
        return _page(request, "no-key", 503)
    if account is None:
        known = await run_in_threadpool(state.accounts.exists, login)
        await run_in_threadpool(state.audit.append, login if known else "", Deed.SIGN_IN_REFUSED)
        return _page(request, "wrong", 403)
    await run_in_threadpool(state.attempts.succeeded, login, address)
    return await _welcome(request, account)


@router.get("/login/sso", dependencies=[NotTooOften])
async def sign_on(request: Request) -> Response:
    """Send the browser to the single sign-on."""
    desk = _desk(request)
    try:
        begun = await desk.begin(str(request.url_for("signed_on")))
    except SignOnFault as fault:
        log.warning("single sign-on: %s", fault)
        return _page(request, "sign-on", 502)
    answer = RedirectResponse(begun.address, 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(STATE_COOKIE, begun.state, 600, httponly=True, secure=secure, samesite="lax", path="/login/sso")
    return answer


@router.get("/login/sso/back", dependencies=[NotTooOften])
async def signed_on(request: Request, state: str = "", code: str = "") -> Response:
    """Let somebody in whom the single sign-on vouches for; only the browser that began may end it."""
    desk = _desk(request)
    begun = request.cookies.get(STATE_COOKIE, "")
    if not state or not hmac.compare_digest(state.encode(), begun.encode()) or len(code) > _MOST_CODE:
        return _page(request, "sign-on", 403)
    try:
        vouched = await desk.finish(state, code, str(request.url_for("signed_on")))
    except SignOnFault as fault:
        log.warning("single sign-on: %s", fault)
        return _page(request, "sign-on", 403)
    known = request.app.state.accounts.signed_on
    account = await run_in_threadpool(known, vouched.subject, vouched.login, vouched.name, vouched.role, vouched.site)
    if account is None:
        await run_in_threadpool(request.app.state.audit.append, vouched.login, Deed.SIGN_IN_REFUSED)
        return _page(request, "sign-on", 403)
    answer = await _welcome(request, account)
    answer.delete_cookie(STATE_COOKIE, path="/login/sso")
    return answer


@router.post("/logout", dependencies=[OwnPage])
async def log_out(request: Request, person: Person) -> Response:
    """End the session."""
    await run_in_threadpool(sessions_of(request).end, person.session)
    await run_in_threadpool(request.app.state.audit.append, person.login, Deed.SIGNED_OUT)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(request), path="/")
    return answer


@router.post("/language", dependencies=[OwnPage, NotTooOften], openapi_extra=fields("language", "back"))
async def choose_language(request: Request, form: Form) -> Response:
    """Remember the language of the pages in the browser."""
    back = form.get("back", "")
    answer = RedirectResponse(back if back in _PAGES else "/counter", 303)
    if form.get("language") in LANGUAGES:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            LANGUAGE_COOKIE, form["language"], _YEAR_SECONDS, httponly=True, secure=secure, samesite="lax", path="/"
        )
    return answer


_PAGES = frozenset(
    {"/login", "/counter", "/counter/person", "/counter/figures", "/counter/audit"}
    | {"/counter/accounts", "/counter/password", "/counter/plan", "/counter/enrolment"}
)


async def _welcome(request: Request, account: Account | None) -> Response:
    state = request.app.state
    actor = account.login if account else COUNTER_KEY
    account_id, name = (account.id, account.name) if account else (None, "")
    token = await run_in_threadpool(state.sessions.begin, account_id, name, token_of(request))
    await run_in_threadpool(state.audit.append, actor, Deed.SIGNED_IN)
    person = await run_in_threadpool(state.sessions.find, token)
    sits = account is not None and person.may(Right.ANSWER_CALLS)
    answer = RedirectResponse("/counter/password" if person.first_password else _first_page(sits, person), 303)
    give_token(answer, request, token)
    return answer


def _first_page(sits_at_a_counter: bool, person: Person) -> str:
    if sits_at_a_counter:
        return "/counter/person"
    return "/counter" if person.may(Right.SEE_TERMINALS) else "/counter/figures"


def _desk(request: Request) -> SignOnDesk:
    desk: SignOnDesk | None = request.app.state.sign_on
    if desk is None:
        raise HTTPException(404, "there is no single sign-on here")
    return desk


def _page(request: Request, problem: str, status: int, wait: timedelta | None = None) -> Response:
    chosen = request.app.state.settings.sign_on
    seconds = math.ceil(wait.total_seconds()) if wait else 0
    context = {"problem": problem, "seconds": seconds, "sign_on": chosen.name if chosen else ""}
    answer = html("login.html", request, None, context, status)
    if seconds:
        answer.headers["Retry-After"] = str(seconds)
    return answer
