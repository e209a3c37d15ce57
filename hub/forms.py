"""Forms that a page posts, and how the OpenAPI document tells of them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request

MAX_FIELD = 256
_PASSWORDS = frozenset({"password", "old", "again"})


async def posted(request: Request) -> dict[str, str]:
    """Return the fields of a posted form, each once, shortened, on one line and without control characters.

    Passwords are left as they are.
    """
    body = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, max_num_fields=20)
    except ValueError:
        return {}
    return {name: value[:MAX_FIELD] if name in _PASSWORDS else _one_line(value) for name, value in pairs}


def _one_line(value: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:MAX_FIELD]


def fields(*names: str) -> dict[str, Any]:
    """Return what the OpenAPI document says of a form with these fields."""
    properties = {name: {"type": "string", "maxLength": MAX_FIELD} for name in names}
    schema = {"type": "object", "properties": properties}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


Form = Annotated[dict[str, str], Depends(posted)]
