"""Which checks a terminal gets: those of the machine, and one for each device and service of its settings."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from doctor import hands, keys, machine, network, paper, sound
from doctor.bench import Bench
from doctor.examination import Check
from kiosk.device_events import Device
from kiosk.readiness import Finding, Verdict
from kiosk.text import msg

QUICK_S, NETWORK_S, PAPER_S, HANDS_S, EID_S = 15.0, 30.0, 60.0, 90.0, 120.0


def checks_of(bench: Bench) -> tuple[Check, ...]:
    """Return the checks for a terminal, in their order: what asks for nobody first."""
    return (*_of_the_machine(bench), *(check for part, check in _of_parts(bench).items() if bench.has(part)))


def _of_the_machine(bench: Bench) -> tuple[Check, ...]:
    return (
        Check("profile", partial(machine.profile, bench), QUICK_S, essential=True),
        Check("credentials", partial(machine.credentials, bench), QUICK_S, essential=True),
        Check("clock", partial(network.clock, bench), NETWORK_S, essential=True),
        Check("disk", partial(machine.disk, bench), QUICK_S, essential=True),
        Check("screen", partial(machine.screen, bench), QUICK_S, essential=True),
        Check("fonts", partial(machine.fonts, bench), QUICK_S),
    )


def _of_parts(bench: Bench) -> dict[str, Check]:
    """By the name of the setting that says that there is such a thing."""
    return {
        "submission": Check("submission", partial(network.submission, bench), NETWORK_S, Device.SUBMISSION),
        "counter": Check("counter", partial(network.counter, bench), NETWORK_S, Device.COUNTER),
        "printer": Check("printer", partial(paper.receipts, bench), PAPER_S, Device.PRINTER),
        "documents": Check("documents", partial(paper.pages, bench), PAPER_S, Device.DOCUMENTS),
        "speech": Check("speech", partial(sound.voice, bench), HANDS_S, Device.SPEECH),
        "cards": Check("reader", partial(hands.cards, bench), HANDS_S, Device.READER),
        "eid": Check("eid", partial(hands.eid, bench), EID_S, Device.EID),
        "scanner": Check("scanner", partial(hands.scanner, bench), HANDS_S, Device.SCANNER),
        "presence": Check("presence", partial(hands.presence, bench), HANDS_S, Device.PRESENCE),
        "keypad": Check("keypad", partial(keys.keypad, bench), HANDS_S),
        "switches": Check("switches", partial(keys.switches, bench), HANDS_S),
    }


def chosen(checks: tuple[Check, ...], only: Collection[str]) -> tuple[Check, ...]:
    """Return the checks named in `only`; all if it is empty."""
    return tuple(check for check in checks if not only or check.id in only)


def skipped(checks: tuple[Check, ...], made: tuple[Check, ...]) -> tuple[Finding, ...]:
    """Return that nobody looked, for the checks that were not made."""
    names = {check.id for check in made}
    left_out = (check for check in checks if check.id not in names)
    return tuple(Finding(check.id, Verdict.SKIPPED, msg("doctor.skipped"), device=check.device) for check in left_out)
