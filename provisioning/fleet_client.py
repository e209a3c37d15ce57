"""The hub's fleet API (`/api/v1/fleet`), for tools of IT's. One token, one hub."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from kiosk.orders import Order, document_of

PATH = "/api/v1/fleet"
TIMEOUT_S = 15.0
_WORDS = {
    401: "the hub does not know this token: make one there with lotse hub token add",
    403: "this account's role may not do that",
    429: "the hub was asked too often; try again in a moment",
}


class FleetError(Exception):
    """The hub did not do what was asked; `str()` is one line for IT."""


class FleetClient:
    """Asks a hub. Close it, or use it as a context. All methods raise `FleetError`."""

    def __init__(self, hub: str, token: str, ca_file: Path | None = None) -> None:
        trust = ssl.create_default_context(cafile=ca_file)
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(
            base_url=hub.rstrip("/"), headers=headers, verify=trust, timeout=TIMEOUT_S, trust_env=False
        )

    def __enter__(self) -> FleetClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def terminals(self) -> list[dict[str, Any]]:
        """Return all terminals that this account sees."""
        found = self._ask("GET", "/terminals").json()
        return found if isinstance(found, list) else []

    def terminal(self, name: str) -> dict[str, Any]:
        """Return one terminal with its last commands."""
        return self._object("GET", f"/terminals/{_quoted(name)}")

    def assign(self, name: str, target: str) -> dict[str, Any]:
        """Have a terminal show another profile."""
        return self._object("PUT", f"/terminals/{_quoted(name)}/assignment", {"target": target})

    def command(self, name: str, order: Order, minutes: int) -> dict[str, Any]:
        """Give a command."""
        message = {"order": document_of(order), "minutes": minutes}
        return self._object("POST", f"/terminals/{_quoted(name)}/commands", message)

    def standing(self, command_id: str) -> dict[str, Any]:
        """Return how a command stands."""
        return self._object("GET", f"/commands/{command_id}")

    def withdraw(self, command_id: str) -> dict[str, Any]:
        """Withdraw a command that nobody has answered."""
        return self._object("DELETE", f"/commands/{_quoted(command_id)}")

    def content(self, command_id: str) -> bytes:
        """Return what a command asked for."""
        return self._ask("GET", f"/commands/{command_id}/content").content

    def _object(self, method: str, path: str, message: Mapping[str, Any] | None = None) -> dict[str, Any]:
        found = self._ask(method, path, message).json()
        if not isinstance(found, dict):
            raise FleetError("the hub's answer is not as agreed")
        return found

    def _ask(self, method: str, path: str, message: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            answer = self._http.request(method, f"{PATH}{path}", json=message)
        except httpx.HTTPError as error:
            raise FleetError(f"{self._http.base_url}: {error or type(error).__name__}") from error
        if answer.is_success:
            return answer
        raise FleetError(_WORDS.get(answer.status_code) or _detail(answer))


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"the hub answered {answer.status_code}"
    return detail if isinstance(detail, str) else f"the hub answered {answer.status_code}"


def _quoted(name: str) -> str:
    return quote(name, safe="")
