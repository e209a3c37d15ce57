"""The agent's figures: nginx before a repository, and a terminal as a process."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import Figure
from tests.provisioning.signing import Publisher
from tests.provisioning.test_agent_whole import ACTIVATION_S, NOOP_MS, activation_s, looks_ms, nginx_before

ACTIVATIONS = 3


def figures(folder: Path) -> Iterator[Figure]:
    """Measure a look at nothing new, and bringing something new into use. Files go to `folder`."""
    publisher = _publisher(folder / "office")
    with nginx_before(publisher, folder / "nginx") as nginx:
        took = statistics.median(looks_ms(publisher, nginx, folder / "looks"))
        yield Figure("a look at nothing new, 2 requests", f"≤ {NOOP_MS:.0f} ms", f"{took:.1f} ms", took <= NOOP_MS)
    seconds = max(_activation(folder / f"activation-{number}") for number in range(ACTIVATIONS))
    measured = f"{seconds:.2f} s (slowest of {ACTIVATIONS})"
    yield Figure("a new profile into use", f"≤ {ACTIVATION_S:.0f} s", measured, seconds <= ACTIVATION_S)


def _activation(folder: Path) -> float:
    publisher = _publisher(folder)
    with nginx_before(publisher, folder / "nginx") as nginx:
        return asyncio.run(activation_s(publisher, nginx, folder))


def _publisher(folder: Path) -> Publisher:
    publisher = Publisher(folder)
    publisher.publish("1")
    return publisher
