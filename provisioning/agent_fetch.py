"""Getting files of the repository: httpx below python-tuf, with one deadline for all files of an update together.

A gap between two bytes can be bounded by every HTTP library; a server that sends a byte every now and then keeps the
connection for ever all the same (drip feed: "slow retrieval" in the TUF specification, 1.5.2). So name look-up,
connection, TLS, headers and contents of everything that one check needs share one deadline.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

T = TypeVar("T")

CHUNK = 256 * 1024
GAP_S = 20.0
"""So long a server may be silent: some of a dead connection's wait is spared."""


class Fetcher(FetcherInterface):
    """Fetches with one deadline of `seconds` from `begin` on. For one thread; `close` it there.

    `ca_file` holds the certificates that the repository's is checked against, instead of the system's. `requests`
    counts what was asked for since `begin`.
    """

    def __init__(self, seconds: float, ca_file: Path | None = None) -> None:
        self._seconds = seconds
        self._runner = asyncio.Runner()
        trust = ssl.create_default_context(cafile=str(ca_file)) if ca_file else ssl.create_default_context()
        self._client = httpx.AsyncClient(verify=trust, timeout=httpx.Timeout(GAP_S), follow_redirects=False)
        self._response: httpx.Response | None = None
        self._deadline = 0.0
        self.requests = 0

    def begin(self) -> None:
        """Begin a check: from now on the time counts."""
        self._deadline = self._runner.get_loop().time() + self._seconds
        self.requests = 0

    def close(self) -> None:
        """Close the connections."""
        self._put_away()
        self._runner.run(self._client.aclose())
        self._runner.close()

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.requests += 1
        request = self._client.build_request("GET", url, headers={"Accept-Encoding": "identity"})
        self._put_away()
        self._response = response = self._in_time(self._client.send(request, stream=True), url)
        if response.status_code != httpx.codes.OK:
            self._put_away()
            raise DownloadHTTPError(f"{url}: status {response.status_code}", response.status_code)
        return self._chunks(response, url)

    def _chunks(self, response: httpx.Response, url: str) -> Iterator[bytes]:
        chunks = response.aiter_raw(CHUNK)
        while chunk := self._in_time(_next(chunks), url):
            yield chunk
        self._put_away()

    def _put_away(self) -> None:
        """Close what was fetched last: whoever iterates over it may have stopped in the middle."""
        if self._response:
            self._runner.run(self._response.aclose())
            self._response = None

    def _in_time(self, work: Coroutine[Any, Any, T], url: str) -> T:
        async def bounded() -> T:
            async with asyncio.timeout_at(self._deadline):
                return await work

        try:
            return self._runner.run(bounded())
        except (TimeoutError, httpx.TimeoutException):
            raise SlowRetrievalError(f"{url}: too slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise DownloadError(f"{url}: {error}") from error


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    return await anext(chunks, b"")
