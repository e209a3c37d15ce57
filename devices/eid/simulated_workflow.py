"""One workflow of the double: the script of an authentication or a PIN change, with its card and its caches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from devices.eid.simulated_card import VirtualCard
from devices.eid.simulated_faults import AtPrompt, Dropped, Trouble
from devices.eid.simulated_server import Terms

if TYPE_CHECKING:
    from devices.eid.simulator import AusweisAppDouble

MAJOR = "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#"
MINOR = "http://www.bsi.bund.de/ecard/api/1.1/resultminor/"


class _Over(Exception):
    """The workflow ends here, with what it says."""

    def __init__(self, **result: Any) -> None:
        super().__init__()
        self.result = result


class _CardGone(Exception):
    """The card was not there when it was needed."""


class SimulatedWorkflow:
    """Plays RUN_AUTH or RUN_CHANGE_PIN once."""

    DIGITS: ClassVar[Mapping[str, tuple[int, ...]]] = {"PIN": (6,), "CAN": (6,), "PUK": (10,), "NEW_PIN": (6,)}

    def __init__(self, double: AusweisAppDouble, name: str, command: Mapping[str, Any]) -> None:
        self._double = double
        self._changes_pin = name == "RUN_CHANGE_PIN"
        self._command = command
        self._inbox: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self._cached: dict[str, str] = {}
        self._mute = False
        self._task: asyncio.Task[None] | None = None

    # From outside

    def start(self, ended: Callable[[], None]) -> None:
        """Begin to play."""
        self._task = asyncio.get_running_loop().create_task(self._play(ended))

    async def drop(self) -> None:
        """The connection is gone, and with it the workflow."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def take(self, command: Mapping[str, Any]) -> None:
        """Take a command."""
        self._inbox.put_nowait(command)

    def card_changed(self) -> None:
        """Reader or card changed."""
        self._inbox.put_nowait(None)

    # The script

    async def _play(self, ended: Callable[[], None]) -> None:
        try:
            try:
                over = await (self._change_pin() if self._changes_pin else self._authenticate())
            except _Over as early:
                over = early.result
            except _CardGone:
                over = self._card_lost()
        except Dropped:
            return
        finally:
            ended()
        await self._send("CHANGE_PIN" if self._changes_pin else "AUTH", over)

    async def _authenticate(self) -> dict[str, Any]:
        terms = await self._double.server.begin(str(self._command.get("tcTokenURL", "")))
        await self._tell("AUTH")
        if terms is None:
            return _error("dp#trustedChannelEstablishmentFailed")
        rights = await self._agree(terms)
        holder = (await self._proven()).holder
        data = holder.read(rights)
        if not await self._double.server.deliver(terms, rights, data):
            return _error("al/common#communicationError")
        joint = "&" if "?" in terms.refresh else "?"
        added = f"{joint}ResultMajor=ok" if self._double.adds_result else ""
        return {"result": {"major": f"{MAJOR}ok"}, "url": terms.refresh + added}

    async def _agree(self, terms: Terms) -> frozenset[str]:
        chosen = terms.optional
        await self._tell("ACCESS_RIGHTS", **_chat(terms, chosen))
        while True:
            command = await self._next()
            match command["cmd"]:
                case "ACCEPT":
                    return frozenset(terms.required + chosen)
                case "GET_ACCESS_RIGHTS":
                    await self._tell("ACCESS_RIGHTS", **_chat(terms, chosen))
                case "SET_ACCESS_RIGHTS":
                    asked = command.get("chat")
                    valid = isinstance(asked, list) and set(asked) <= set(terms.optional)
                    chosen = tuple(asked) if valid and isinstance(asked, list) else chosen
                    error = {} if valid else {"error": "Element not found"}
                    await self._tell("ACCESS_RIGHTS", **_chat(terms, chosen), **error)
                case "GET_CERTIFICATE":
                    validity = {"effectiveDate": "2026-01-01", "expirationDate": "2099-12-31"}
                    await self._tell("CERTIFICATE", description=dict(terms.description), validity=validity)
                case name:
                    await self._tell("BAD_STATE", error=name)

    async def _change_pin(self) -> dict[str, Any]:
        await self._tell("CHANGE_PIN")
        try:
            card = await self._proven()
        except _CardGone:
            return {"success": True}  # as 1.26.2 does
        new = (await self._asked("NEW_PIN", card)) or ""
        await self._at_card(card, "WRITE")
        card.pin = new
        return {"success": True}

    # Card and numbers

    async def _proven(self) -> VirtualCard:
        """Return a card whose PIN was right. A card that goes after a number was sent is asked for again."""
        while True:
            card = await self._any_card()
            try:
                while not await self._tried(card):
                    pass
                await self._at_card_or_end(card)
            except _CardGone:
                continue
            return card

    async def _at_card_or_end(self, card: VirtualCard) -> None:
        """The reading itself: a card that goes now ends the workflow."""
        try:
            await self._at_card(card, "READ")
        except _CardGone:
            if self._changes_pin:
                raise _Over(success=True) from None
            raise _Over(**self._card_lost()) from None

    async def _any_card(self) -> VirtualCard:
        asked = False
        while (card := self._double.card) is None or card.unknown or card.deactivated:
            if not asked and not (self._changes_pin and card and card.deactivated):
                await self._tell("INSERT_CARD")
                asked = True
            await self._next(cards=True)
        return card

    async def _tried(self, card: VirtualCard) -> bool:
        """Present the number that the card needs; True once it was the right PIN."""
        kind = card.needs
        if kind not in self._cached:
            digits = await self._asked(kind, card)
            # A reader's own keys: whoever stands there types the right number.
            self._cached[kind] = {"PIN": card.pin, "CAN": card.can, "PUK": card.puk}[kind] if digits is None else digits
        await self._at_card(card)
        right = card.try_number(kind, self._cached.pop(kind))
        if kind == "PIN":
            await self._send("READER", self._double.reader())
        return right and kind == "PIN"

    async def _asked(self, kind: str, card: VirtualCard) -> str | None:
        """Ask for a number until its form is right; None if it was typed at the reader."""
        error: dict[str, str] = {}
        lengths = (5, 6) if kind == "PIN" and self._changes_pin else self.DIGITS[kind]
        while True:
            await self._tell(f"ENTER_{kind}", reader=self._double.reader(), **error)
            command = await self._number(kind, card)
            if self._double.keypad and "value" not in command:
                return None
            value = command.get("value")
            if isinstance(value, str) and value.isdigit() and len(value) in lengths and not self._double.keypad:
                return value
            error = {"error": f"You must provide {lengths[-1]} digits"}

    async def _number(self, kind: str, card: VirtualCard) -> Mapping[str, Any]:
        while True:
            command = await self._next(cards=True)
            if command and command["cmd"] == f"SET_{kind}":
                return command
            if command:
                await self._tell("BAD_STATE", error=command["cmd"])
            elif self._double.card is not card and self._double.at_prompt is AtPrompt.INSERT_CARD:
                raise _CardGone
            elif self._double.card is not card and self._double.at_prompt is AtPrompt.ABORT:
                raise _Over(**self._card_lost())

    async def _at_card(self, card: VirtualCard, step: str = "") -> None:
        await asyncio.sleep(self._double.pace)
        await self._suffer(step)
        if self._double.card is not card:
            raise _CardGone

    # Talking

    async def _next(self, *, cards: bool = False) -> Mapping[str, Any]:
        """Return the next command; an empty one for a change of the card, if `cards`."""
        while True:
            happened = await self._inbox.get()
            if happened is None:
                if cards:
                    return {}
                continue
            if self._mute:
                continue
            if happened["cmd"] == "CANCEL":
                raise _Over(**self._cancelled())
            await self._suffer(happened["cmd"])
            return happened

    async def _tell(self, name: str, **body: Any) -> None:
        await self._suffer(name)
        await self._send(name, body)

    async def _send(self, name: str, body: Mapping[str, Any]) -> None:
        if not self._mute:
            await self._double.send(json.dumps({"msg": name, **body}))

    async def _suffer(self, at: str) -> None:
        match await self._double.strikes(at):
            case Trouble.FALSE_SUCCESS:
                raise _Over(**self._success())
            case Trouble.SILENCE:
                self._mute = True
            case Trouble.BAD_STATE:
                await self._send("BAD_STATE", {"error": at})
            case Trouble.REFUSAL:
                raise _Over(**_error("sal/meac#DocumentValidityVerificationFailed"))

    def _success(self) -> dict[str, Any]:
        if self._changes_pin:
            return {"success": True}
        return {"result": {"major": f"{MAJOR}ok"}, "url": "https://eid.example/result?session=none"}

    def _cancelled(self) -> dict[str, Any]:
        return {"success": False, "reason": "User_Cancelled"} if self._changes_pin else _error("sal#cancellationByUser")

    def _card_lost(self) -> dict[str, Any]:
        if self._changes_pin:
            return {"success": False, "reason": "Card_Removed"}
        return _error("ifdl#cancellationByUser")


def _chat(terms: Terms, chosen: tuple[str, ...]) -> dict[str, Any]:
    effective = [*terms.required, *chosen]
    return {"chat": {"effective": effective, "optional": list(terms.optional), "required": list(terms.required)}}


def _error(minor: str) -> dict[str, Any]:
    result = {"major": f"{MAJOR}error", "minor": MINOR + minor, "language": "en", "message": "An error occurred."}
    return {"result": result, "url": "https://eid.example/error"}
