"""What stands around a locked-down terminal, each a process of its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from composition.process import set_up_logging

if TYPE_CHECKING:
    from profiles.settings import Settings


def run_part(part: str, settings: Settings) -> int:
    """Run what stands around a locked-down terminal, on the sockets that systemd hands over: egress or devices."""
    import os
    from pathlib import Path

    from profiles.destinations import destinations, device_files
    from provisioning import device_files as handed_over
    from provisioning import egress

    set_up_logging(replace(settings, logging=replace(settings.logging, file=None)))
    listeners = egress.inherited()
    if part == "devices":
        handed_over.serve(device_files(settings), listeners[0])
        return 0
    folder = os.environ.get("RUNTIME_DIRECTORY")
    asyncio.run(egress.serve(destinations(settings), listeners, Path(folder, "hosts") if folder else None))
    return 0
