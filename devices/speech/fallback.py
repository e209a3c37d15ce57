"""A voice, and another one for what it cannot say."""

from __future__ import annotations

import time

from devices.speech.sound import NoLanguageError, NoVoiceError, Sound, Synthesis
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.text import Language


class FallbackSynthesis:
    """`Synthesis` by `first`; by `other` where that is missing, has died or lacks a language.

    `notice` says why `first` was missing or failed, until it speaks again: it is tried again after `rest` seconds,
    so that not every sentence waits for it. A language that it lacks is no failure.
    """

    def __init__(self, first: Synthesis, other: Synthesis, rest: float = 60.0) -> None:
        self.notice: Fault | None = None
        self._first, self._other, self._rest = first, other, rest
        self._rests_until = 0.0

    async def ready(self) -> Fault | None:
        """Make both ready; one of them is enough."""
        self._note(await self._first.ready())
        fault = await self._other.ready()
        return fault if self.notice is not None else None

    async def speech(self, words: Private[str], language: Language, rate: float) -> Sound:
        """Return the words as sound, from the first that has them."""
        if time.monotonic() >= self._rests_until:
            try:
                sound = await self._first.speech(words, language, rate)
            except NoLanguageError:
                self._note(None)
            except NoVoiceError as error:
                self._note(Fault(FaultCode.SPEECH_NO_SYNTHESIS, str(error)))
            else:
                self._note(None)
                return sound
        return await self._other.speech(words, language, rate)

    def _note(self, fault: Fault | None) -> None:
        self.notice = fault
        self._rests_until = time.monotonic() + self._rest if fault is not None else 0.0

    def close(self) -> None:
        """End both."""
        self._first.close()
        self._other.close()
