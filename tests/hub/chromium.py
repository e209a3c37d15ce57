"""A real Chromium, driven by its DevTools protocol, for the tests of pages."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PATH = shutil.which("chromium")
PATIENCE = 20.0


class Page:
    """One tab. Every wait is bounded by `PATIENCE` seconds."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._number = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._loaded = asyncio.Event()
        self.complaints: list[str] = []
        self._reader = asyncio.create_task(self._read())

    async def open(self, address: str) -> None:
        """Go to an address and wait until it has loaded."""
        self._loaded.clear()
        await self.send("Page.navigate", url=address)
        await asyncio.wait_for(self._loaded.wait(), PATIENCE)

    async def run(self, script: str) -> Any:
        """Return what an expression is worth."""
        answer = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression is true; the page may load in between."""
        async with asyncio.timeout(PATIENCE):
            while not await self._holds(script):  # noqa: ASYNC110 - a page tells nobody when that is so
                await asyncio.sleep(0.02)

    async def _holds(self, script: str) -> bool:
        with suppress(AssertionError):
            return bool(await self.run(f"Boolean({script})"))
        return False

    async def press(self, key: str) -> None:
        """Press Enter or Tab as a keyboard does."""
        code = {"Enter": 13, "Tab": 9}[key]
        words = {"text": "\r"} if key == "Enter" else {}
        await self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **words)
        await self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def click(self, selector: str) -> None:
        """Click an element that is there, or soon will be."""
        await self.until(f"(e => e && (e.click(), true))(document.querySelector({json.dumps(selector)}))")

    async def fill(self, selector: str, words: str) -> None:
        """Type words into a field."""
        await self.until(f"(e => e && (e.focus(), true))(document.querySelector({json.dumps(selector)}))")
        await self.send("Input.insertText", text=words)

    async def resize(self, width: int, height: int) -> None:
        """Make the window another size."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    async def picture(self) -> bytes:
        """Return what is to be seen, as PNG."""
        answer = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    async def send(self, method: str, **params: Any) -> Any:
        """Send one command and return its answer."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._wire.send(json.dumps({"id": self._number, "method": method, "params": params}))
        return await asyncio.wait_for(answer, PATIENCE)

    async def close(self) -> None:
        """Stop listening."""
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        async for line in self._wire:
            message = json.loads(line)
            if "id" in message:
                answer = self._answers.pop(message["id"])
                if not answer.done():
                    answer.set_result(message.get("result", message))
            elif message["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif message["method"] == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
                self.complaints.append(message["params"]["entry"]["text"])
            elif message["method"] == "Runtime.exceptionThrown":
                self.complaints.append(str(message["params"]["exceptionDetails"]))


@asynccontextmanager
async def page(folder: Path) -> AsyncIterator[Page]:
    """Start Chromium with an empty profile in `folder`, give its one tab, and end it."""
    assert PATH, "no Chromium"
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
    process = await asyncio.create_subprocess_exec(
        PATH,
        *flags,
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = await _tab_address(folder / "DevToolsActivePort")
        async with connect(address, max_size=None) as wire:
            tab = Page(wire)
            for domain in ("Page", "Runtime", "Log"):
                await tab.send(f"{domain}.enable")
            yield tab
            await tab.close()
    finally:
        process.terminate()
        await process.wait()


async def _tab_address(port_file: Path) -> str:
    port, browser = await asyncio.to_thread(_wait_for_port, port_file)
    async with connect(f"ws://127.0.0.1:{port}{browser}") as wire:
        await wire.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        targets = json.loads(await asyncio.wait_for(wire.recv(), PATIENCE))["result"]["targetInfos"]
    tab = next(target for target in targets if target["type"] == "page")
    return f"ws://127.0.0.1:{port}/devtools/page/{tab['targetId']}"


def _wait_for_port(port_file: Path) -> tuple[str, str]:
    """Return what Chromium writes once it listens: its port and its own path. Nothing announces that file."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError, ValueError):
            port, browser = port_file.read_text().splitlines()
            return port, browser
        time.sleep(0.02)
    raise TimeoutError("Chromium does not listen")
