"""Typing PIN, CAN, PUK or a new PIN: what the pad asks for, what a wrong number costs, and when it may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

from kiosk.device_events import CardInserted, CardRemoved, EidAsksSecret
from kiosk.effects import EnterSecret
from kiosk.events import Event, Typed, WentOn
from kiosk.parts import Action, ActionStyle, Busy, Level, Notice, Part, PinPad, Secret
from kiosk.privacy import EMPTY, Private
from kiosk.text import Text, msg

LENGTHS: Mapping[Secret, int] = {
    Secret.PIN: 6,
    Secret.TRANSPORT_PIN: 5,
    Secret.NEW_PIN: 6,
    Secret.CAN: 6,
    Secret.PUK: 10,
}
"""Digits of each number."""

ALL_TRIES = 3

EnteredSecret: TypeAlias = "Secret | None"
"""What was entered just before, if anything was."""


@dataclass(frozen=True, slots=True)
class SecretPrompt:
    """What is asked for, and how far the visitor is with it. `out`: the card was taken out meanwhile."""

    secret: Secret
    tries: int | None = None
    wrong: bool = False
    on_reader: bool = False
    entered_before: EnteredSecret = None
    value: Private[str] = EMPTY
    out: bool = False

    @classmethod
    def of(cls, event: EidAsksSecret, entered: EnteredSecret) -> Self:
        """Return the prompt for what the card asks."""
        return cls(event.secret, event.tries, event.wrong, event.on_reader, entered)

    @property
    def left(self) -> int:
        """How many digits are still missing."""
        return LENGTHS[self.secret] - len(self.value.reveal())

    def after(self, event: Event) -> Self:
        """Return the prompt after an event; the same object if the event is none of its own."""
        match event:
            case Typed(field, value) if field == self.secret:
                return replace(self, value=_digits(value, LENGTHS[self.secret]))
            case CardRemoved():
                # A PIN was meant for the card that left. The CAN is read off the card in the hand.
                return replace(self, out=True, value=self.value if self.secret is Secret.CAN else EMPTY)
            case CardInserted():
                return replace(self, out=False)
            case EidAsksSecret() if event.secret is self.secret is Secret.CAN and not event.wrong:
                return replace(self, tries=event.tries, out=False)
        return self

    def entered(self) -> EnterSecret | None:
        """Return what is to be sent, once it is whole and the card is there."""
        return None if self.left or self.out or self.on_reader else EnterSecret(self.secret, self.value)


def parts(prompt: SecretPrompt, forgotten: Action | None, label: Text | None = None) -> tuple[Part, ...]:
    """Return the notice about tries, and the pad; `label` where it is not the number's usual one."""
    if prompt.on_reader:
        busy = Busy(
            "reader", msg(f"identity.{prompt.secret}.on-reader"), msg("identity.on-reader-text"), action=forgotten
        )
        return (*_notices(prompt), busy)
    pad = PinPad(
        prompt.secret,
        label or msg(f"identity.{prompt.secret}.label"),
        prompt.secret,
        LENGTHS[prompt.secret],
        prompt.value,
        _remarks(prompt),
        forgotten,
    )
    notices = _notices(prompt)
    # What is no warning comes second: in large text the pad would be on a second page otherwise.
    return (pad, *notices) if all(notice.level is Level.INFO for notice in notices) else (*notices, pad)


def forward(prompt: SecretPrompt) -> Action:
    """Return the way on, which says what is missing while something is."""
    why: Text | None = None
    if prompt.out:
        why = msg("identity.card-back-in")
    elif prompt.left:
        why = msg("identity.digits-left", count=prompt.left)
    return Action("forward", msg("identity.next"), WentOn(), ActionStyle.PRIMARY, "arrow-right", True, why)


def _digits(value: Private[str], most: int) -> Private[str]:
    return Private("".join(char for char in value.reveal() if char in "0123456789")[:most])


def _remarks(prompt: SecretPrompt) -> tuple[Text, ...]:
    if prompt.secret is Secret.NEW_PIN:
        return (msg("identity.remark.cover"), msg("identity.remark.no-birthday"), msg("identity.remark.new-is-free"))
    if prompt.secret is not Secret.CAN:
        return (msg("identity.remark.cover"), msg("identity.remark.helper"), msg("identity.remark.silent"))
    # Once a number was sent, taking the card out ends the run: see devices.eid, rule of the swapped card.
    taking = "identity.remark.begins-anew" if prompt.entered_before else "identity.remark.take-out"
    return (msg("identity.remark.can"), msg(taking))


def _notices(prompt: SecretPrompt) -> tuple[Notice, ...]:
    if prompt.out:
        # Once a number was sent, a card that comes back begins the run anew: see devices.eid, rule of the swapped card.
        text = "identity.card-out-anew" if prompt.entered_before else "identity.card-out-text"
        return (Notice("out", Level.WARNING, msg("identity.card-out"), msg(text)),)
    match prompt.secret:
        case Secret.NEW_PIN:
            return ()
        case Secret.CAN:
            return (_about_can(prompt),)
        case Secret.PUK:
            return (_about_puk(prompt),)
    return _about_pin(prompt)


def _about_pin(prompt: SecretPrompt) -> tuple[Notice, ...]:
    kind = prompt.secret  # the letter's five digits go wrong in ways of their own
    if prompt.tries is None or prompt.tries < 1:
        wrong = Notice("tries", Level.WARNING, msg(f"identity.{kind}.wrong"), msg(f"identity.{kind}.wrong-text"))
        return (wrong,) if prompt.wrong else ()
    if prompt.tries >= ALL_TRIES:
        title = msg("identity.pin.tries", count=prompt.tries)
        return (Notice("tries", Level.INFO, title, msg("identity.pin.all-tries"), prompt.tries),)
    last = prompt.tries == 1
    title = msg("identity.pin.last") if last else msg("identity.pin.tries-left", count=prompt.tries)
    words = "last-text" if last else "wrong-once" if prompt.wrong else "wrong-before"
    level = Level.DANGER if last else Level.WARNING
    return (Notice("tries", level, title, msg(f"identity.{kind}.{words}"), prompt.tries),)


def _about_can(prompt: SecretPrompt) -> Notice:
    if prompt.wrong and prompt.entered_before is Secret.CAN:
        return Notice("tries", Level.WARNING, msg("identity.can.wrong"), msg("identity.can.wrong-text"))
    words = "identity.can.why-wrong" if prompt.wrong else "identity.can.why"
    return Notice("tries", Level.WARNING, msg("identity.pin.tries-left", count=1), msg(words), 1)


def _about_puk(prompt: SecretPrompt) -> Notice:
    if prompt.wrong and prompt.entered_before is Secret.PUK:
        return Notice("tries", Level.WARNING, msg("identity.puk.wrong"), msg("identity.puk.wrong-text"))
    return Notice("tries", Level.DANGER, msg("identity.puk.blocked"), msg("identity.puk.blocked-text"), 0)
