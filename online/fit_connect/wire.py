"""HTTP to one FIT-Connect environment: token, time limits, and troubles in place of exceptions.

Nothing of a request gets into a log or an error text: bodies are ciphertext, but addresses name
submissions, and headers carry the token. httpx and httpcore are therefore kept quiet.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kiosk.faults import Fault, FaultCode
from online.fit_connect.settings import Delays, FitConnectSettings, Secrets
from online.fit_connect.trouble import Trouble, final, passing

if TYPE_CHECKING:
    import httpx

USER_AGENT = "Lotse/0.1 (self-service terminal)"
_TRY_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_NOT_ALLOWED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_TOKEN_SECONDS = 300
_ANSWER_LIMIT = 4 * 1024 * 1024


class Wire:
    """Requests with the terminal's token. Every outcome that is not an answer is a `Trouble`.

    `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        settings: FitConnectSettings,
        secrets: Secrets,
        delays: Delays,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._delays = delays
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._token = ""
        self._token_until = 0.0
        self._their_start: float | None = None
        self._opening = asyncio.Lock()
        self._authorising = asyncio.Lock()

    async def aclose(self) -> None:
        """Close the connections. The next request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def clock_ahead(self) -> float:
        """Return by how many seconds this computer's clock is ahead of the one in the service's last answer."""
        return 0.0 if self._their_start is None else time.time() - self._their_start - self._clock()

    async def get(
        self, operation: str, url: str, query: Mapping[str, str] | None = None, *, public: bool = False
    ) -> Any | Trouble:
        """Return the JSON answer to a GET; `public` ones carry no token."""
        if public:
            return await self._ask(operation, "GET", url, params=query)
        return await self._authorised(operation, "GET", url, params=query)

    async def send(
        self, operation: str, method: str, url: str, *, body: object = None, jose: str = ""
    ) -> Any | Trouble:
        """Send JSON or one compact JWE; return the JSON answer, None for an empty one."""
        if jose:
            return await self._authorised(
                operation, method, url, content=jose, headers={"Content-Type": "application/jose"}
            )
        return await self._authorised(operation, method, url, json=body)

    async def authorise(self) -> Trouble | None:
        """Make sure that there is a token (OAuth 2.0 client credentials, RFC 6749 section 4.4)."""
        async with self._authorising:
            if self._clock() < self._token_until:
                return None
            return await self._fetch_token()

    async def _fetch_token(self) -> Trouble | None:
        secret = await asyncio.to_thread(self._secrets, self._settings.client_id)
        if secret is None:
            return final(FaultCode.SUBMISSION_CREDENTIALS, "token: no client secret in the credentials")
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": secret,
        }
        answer = await self._ask("token", "POST", self._settings.token_url, data=form)
        if isinstance(answer, Trouble):
            if answer.passing:
                return answer
            return final(FaultCode.SUBMISSION_CREDENTIALS, answer.fault.detail)
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            return passing(FaultCode.SUBMISSION_NETWORK, "token: answer without a token")
        lifetime = _number(answer.get("expires_in"), _TOKEN_SECONDS)
        margin = min(self._delays.token_margin, lifetime / 2)
        self._token, self._token_until = answer["access_token"], self._clock() + lifetime - margin
        return None

    async def _authorised(
        self, operation: str, method: str, url: str, *, headers: Mapping[str, str] | None = None, **body: Any
    ) -> Any | Trouble:
        answer: Any | Trouble = None
        for _ in range(2):
            trouble = await self.authorise()
            if trouble is not None:
                return trouble
            token = self._token
            bearer = {"Authorization": f"Bearer {token}", **(headers or {})}
            answer = await self._ask(operation, method, url, headers=bearer, **body)
            if not (isinstance(answer, Trouble) and answer.status == HTTPStatus.UNAUTHORIZED):
                break
            if token == self._token:
                self._token_until = 0.0
        return answer

    async def _ask(self, operation: str, method: str, url: str, **request: Any) -> Any | Trouble:
        client = await self._open()
        import httpx

        try:
            async with asyncio.timeout(self._delays.request):
                async with client.stream(method, url, **request) as response:
                    content = await _read(response)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as problem:
            # `from None` and no text: httpx exceptions carry the request with its body.
            return passing(FaultCode.SUBMISSION_NETWORK, f"{operation}: {_kind(problem)}")
        if content is None:
            return passing(FaultCode.SUBMISSION_NETWORK, f"{operation}: answer too long")
        if (now := _time_of(response)) is not None:
            self._their_start = now - self._clock()
        return _judge(operation, response, content)

    async def _open(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._new_client)
            return self._client

    def _new_client(self) -> httpx.AsyncClient:
        import httpx

        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        ca_file = self._settings.ca_file
        verify = ssl.create_default_context(cafile=str(ca_file)) if ca_file else True
        return httpx.AsyncClient(
            verify=verify,
            proxy=self._settings.proxy or None,
            trust_env=False,
            timeout=self._delays.request,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        )


async def _read(response: httpx.Response) -> bytes | None:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > _ANSWER_LIMIT:
            return None
    return bytes(content)


def _judge(operation: str, response: httpx.Response, content: bytes) -> Any | Trouble:
    status = response.status_code
    if response.is_success:
        return _parsed(operation, content)
    detail = f"{operation}: HTTP {status}"
    if status in _TRY_AGAIN or response.is_server_error:
        pause = _retry_after(response.headers.get("Retry-After", ""))
        return Trouble(Fault(FaultCode.SUBMISSION_NETWORK, detail), passing=True, after=pause, status=status)
    code = FaultCode.SUBMISSION_CREDENTIALS if status in _NOT_ALLOWED else FaultCode.SUBMISSION_REFUSED
    return Trouble(Fault(code, detail), passing=False, status=status)


def _parsed(operation: str, content: bytes) -> Any | Trouble:
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except ValueError:
        # A captive portal answers 200 with a page of its own.
        return passing(FaultCode.SUBMISSION_NETWORK, f"{operation}: answer is not JSON")


def _retry_after(value: str) -> float | None:
    """Read Retry-After (RFC 9110 section 10.2.3): seconds, or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _time_of(response: httpx.Response) -> float | None:
    """Return the time at which an answer was made (RFC 9110 section 6.6.1), and then kept (RFC 9111 section 5.1)."""
    age = response.headers.get("Age", "0").strip()
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).timestamp() + float(age)
    except (ValueError, OverflowError):
        return None


def _kind(problem: BaseException) -> str:
    """Name a failure by its kind, looking through to a certificate that is not trusted."""
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate not trusted"
        cause = cause.__cause__ or cause.__context__
    return type(problem).__name__


def _number(value: object, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return default
    return float(value)
