"""Which output is the loudspeaker and which the headset."""

from __future__ import annotations

import pytest

from devices.speech.outputs import Choice, Outputs
from devices.speech.pulse import Sink

BOX = Sink("alsa_output.pci.hdmi-stereo", "hdmi-output-0")
JACK_EMPTY = Sink("alsa_output.pci.analog-stereo", "analog-output-speaker")
JACK_USED = Sink("alsa_output.pci.analog-stereo", "analog-output-headphones")
USB = Sink("alsa_output.usb-Maker_USB_Headset-00.analog-stereo")


@pytest.mark.parametrize(
    ("sinks", "expected"),
    [
        ((), Outputs()),
        ((JACK_EMPTY,), Outputs(loudspeaker=JACK_EMPTY.name)),
        ((JACK_USED,), Outputs(headset=JACK_USED.name)),
        ((BOX, JACK_USED), Outputs(BOX.name, JACK_USED.name)),
        ((USB, BOX, JACK_EMPTY), Outputs(BOX.name, USB.name)),
        ((JACK_EMPTY, USB, BOX), Outputs(JACK_EMPTY.name, USB.name)),
    ],
)
def test_headsets_are_known_by_their_own_or_their_ports_name(sinks: tuple[Sink, ...], expected: Outputs) -> None:
    assert Choice().of(sinks) == expected


def test_the_headset_comes_first() -> None:
    assert Outputs("box", "phones").chosen == "phones"
    assert Outputs("box").chosen == "box"
    assert Outputs().chosen == ""


def test_patterns_name_one_output_among_many() -> None:
    assert Choice(loudspeaker="*hdmi*").of((JACK_EMPTY, BOX)) == Outputs(BOX.name)
    assert Choice(loudspeaker="*hdmi*").of((JACK_EMPTY,)) == Outputs()


def test_where_a_headset_is_all_there_is_everything_is_one() -> None:
    assert Choice(headset="*").of((BOX, JACK_EMPTY)) == Outputs(headset=BOX.name)
