"""Doubles of what stands behind the network, for demo and tests: real HTTP on loopback, no code of the clients."""

from __future__ import annotations

import os


def refuse_outside_demo() -> None:
    """Raise `RuntimeError` unless `LOTSE_SIMULATORS=1` says that this is a demo or a test."""
    if os.environ.get("LOTSE_SIMULATORS") != "1":
        raise RuntimeError(
            "A simulated online service was asked for outside demo and tests. "
            "Set the real one in the settings file, or LOTSE_SIMULATORS=1 for a demo."
        )
