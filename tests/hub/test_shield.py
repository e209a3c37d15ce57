"""What the shield makes of a request before anybody looks at it."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from hub.shield import MAX_BODY, Shield


async def app(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (b"0", 200),
        (str(MAX_BODY).encode(), 200),
        (str(MAX_BODY + 1).encode(), 413),
        ("\u00b2".encode("latin-1"), 413),  # a digit to `isdigit`, and no number
        (b"9" * 5000, 413),
        (b"-1", 413),
        (b"", 413),
    ],
)
async def test_a_length_that_is_none_is_refused_and_breaks_nothing(length: bytes, status: int) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "PUT", "path": "/", "headers": [(b"content-length", length)]}
    await Shield(app, lambda _: None)(scope, receive, send)
    assert sent[0]["status"] == status
