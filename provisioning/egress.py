"""The terminal's way out: its network has no other.

The terminal lives in a network namespace with nothing but loopback. There each host that its settings name has an
address of 127.0.0.0/8, told by a hosts file of its own (hosts(5)); whoever connects to that address and port is
connected to the host itself, and the bytes go through as they are: TLS is between the terminal and the host. A
connection to anything else is closed. The sockets are made by systemd inside the terminal's namespace
(`lotse-egress.socket`), this process is outside (sd_listen_fds(3)).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from provisioning.notify import notify

Destination = tuple[str, int]
"""A host's name or address, and a port."""

_FIRST = ipaddress.IPv4Address("127.77.0.1")
_HERE = "127.0.0.1"
_LOOPBACK = frozenset({"localhost", _HERE, "::1"})
_FIRST_DESCRIPTOR = 3
_CHUNK = 65536
CONNECT_S = 15.0
"""For a host to answer."""

log = logging.getLogger(__name__)


def addresses(destinations: Iterable[Destination]) -> Mapping[str, str]:
    """Return which address of the terminal's loopback stands for which host."""
    hosts = dict.fromkeys(host for host, _ in destinations)
    far = [host for host in hosts if host not in _LOOPBACK]
    near = {host: _HERE for host in hosts if host in _LOOPBACK}
    return near | {host: str(_FIRST + number) for number, host in enumerate(far)}


def hosts_file(destinations: Iterable[Destination]) -> str:
    """Return the hosts file of the terminal's network (hosts(5)). A literal address cannot stand in one."""
    lines = ["127.0.0.1 localhost"]
    for host, address in addresses(destinations).items():
        if address == _HERE:
            continue
        if _is_literal(host):
            log.warning("%s is an address: give it a name in /etc/hosts, and name that in the settings", host)
            continue
        lines.append(f"{address} {host}")
    return "\n".join(lines) + "\n"


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class WayOut:
    """Connects whoever comes to the host that the address stands for."""

    def __init__(self, destinations: Iterable[Destination]) -> None:
        allowed = tuple(destinations)
        standing = addresses(allowed)
        self._hosts = {(standing[host], port): (host, port) for host, port in allowed}
        self._carried: set[asyncio.Task[None]] = set()

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin to carry a connection. It is held here: asyncio alone would let it be swept while nobody speaks."""
        task = asyncio.create_task(self._carry(reader, writer))
        self._carried.add(task)
        task.add_done_callback(self._carried.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both sides have ended."""
        address = tuple(writer.get_extra_info("sockname")[:2])
        far_writer: asyncio.StreamWriter | None = None
        try:
            destination = self._hosts.get(address)
            if destination is None:
                log.warning("refused: %s:%s is no host of the settings", *address)
                return
            async with asyncio.timeout(CONNECT_S):
                far_reader, far_writer = await asyncio.open_connection(*destination)
            await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))
        except (OSError, TimeoutError) as error:
            log.info("no connection to %s:%s: %s", *self._hosts.get(address, address), type(error).__name__)
        finally:
            for side in (writer, far_writer):
                if side is not None:
                    side.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
    await writer.drain()


def inherited() -> list[socket.socket]:
    """Return the listening sockets that systemd handed over (sd_listen_fds(3))."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(os.environ.get("LISTEN_FDS", "0"))
    return [socket.socket(fileno=number) for number in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + count)]


def _write(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o644)  # the terminal reads it, whatever our umask is


async def serve(destinations: Iterable[Destination], listeners: Iterable[socket.socket], hosts: Path | None) -> None:
    """Serve until cancelled. `hosts`: where the hosts file of the terminal's network is written."""
    allowed = tuple(destinations)
    if hosts is not None:
        _write(hosts, hosts_file(allowed))
    way = WayOut(allowed)
    servers = [await asyncio.start_server(way.connected, sock=listener) for listener in listeners]
    notify("READY=1")
    try:
        await asyncio.gather(*(server.serve_forever() for server in servers))
    finally:
        for server in servers:
            server.close()
