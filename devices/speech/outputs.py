"""Where a voice can be heard: the loudspeaker, for everybody, and the headset, for the visitor alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from devices.speech.pulse import Sink

ANY = "*"
HEADSETS = "*head*"
"""What headsets and headphones are called by PulseAudio and PipeWire, as a sink or as a port of one."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The sinks that are there now; "" is none."""

    loudspeaker: str = ""
    headset: str = ""

    @property
    def chosen(self) -> str:
        """What is spoken to: the headset comes first."""
        return self.headset or self.loudspeaker


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sinks are which: shell patterns, without regard to capitals, of a sink's or its active port's name.

    A jack is a port of the sink that the loudspeaker is on too: with something plugged in, the sink is a headset.
    """

    loudspeaker: str = ANY
    headset: str = HEADSETS

    def of(self, sinks: Sequence[Sink]) -> Outputs:
        """Return the first sink of each kind."""
        headsets = [sink for sink in sinks if _matches(self.headset, sink)]
        loudspeakers = [sink for sink in sinks if sink not in headsets and _matches(self.loudspeaker, sink)]
        names = [next((sink.name for sink in kind), "") for kind in (loudspeakers, headsets)]
        return Outputs(*names)


def _matches(pattern: str, sink: Sink) -> bool:
    return any(name and fnmatchcase(name.lower(), pattern.lower()) for name in (sink.name, sink.port))
