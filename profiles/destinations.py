"""Where a terminal goes: every host and port that its settings name. The way out lets through nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from profiles.settings import (
    EscposSerial,
    EscposTcp,
    EscposUsb,
    EvdevPresence,
    HidPresence,
    KeyboardScanner,
    SerialPresence,
    SerialScanner,
    Settings,
)

_PORTS = {"https": 443, "http": 80, "wss": 443, "ws": 80, "ipps": 631, "ipp": 631}


def destinations(settings: Settings) -> tuple[tuple[str, int], ...]:
    """Return every host and port that the terminal may reach, each once, in the order of the settings."""
    return tuple(dict.fromkeys(_all(settings)))


def device_files(settings: Settings) -> tuple[Path, ...]:
    """Return the device files that the terminal may open."""
    with_node = (EscposUsb, EscposSerial, SerialScanner, KeyboardScanner, SerialPresence, HidPresence, EvdevPresence)
    devices = (settings.printer, settings.scanner, settings.presence)
    return tuple(d.device for d in devices if isinstance(d, with_node) and d.device is not None)


def _all(settings: Settings) -> Iterator[tuple[str, int]]:
    if isinstance(settings.printer, EscposTcp):
        yield settings.printer.host, settings.printer.port
    for address in _addresses(settings):
        if found := _of(address):
            yield found


def _addresses(settings: Settings) -> Iterator[str]:
    if settings.documents:
        yield settings.documents.url
    if eid := settings.eid:
        yield from (eid.url, eid.tc_token_url, eid.service_url)
    if chosen := settings.submission:
        yield from (chosen.token_url, chosen.submission_url, chosen.destination_url, chosen.routing_url)
        yield from chosen.routing_issuers
    if settings.counter:
        yield settings.counter.url
    if settings.updates:
        yield settings.updates.url
    yield from (f"https://{host}" for host in settings.network.hosts)


def _of(address: str) -> tuple[str, int] | None:
    parts = urlsplit(address)
    if not parts.hostname:
        return None
    return parts.hostname, parts.port or _PORTS.get(parts.scheme, 443)
