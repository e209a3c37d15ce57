"""A repository with its keys, a web server that can misbehave, and a terminal's look at it."""

from __future__ import annotations

import functools
import http.server
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from provisioning.agent_fetch import Fetcher
from provisioning.agent_floor import FloorFile
from provisioning.agent_source import Address, Source
from provisioning.bundle import write_bundle
from provisioning.repository import Holders, Repository
from provisioning.repository_keys import PrivateKey, new_key_file, open_key

TARGET = "koeln/foyer.tar"
ROLES = ("root", "targets", "snapshot", "timestamp", "koeln")
Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


def unasked(words: str) -> str:
    """Fail where a secret is asked for."""
    raise AssertionError(words)


def key_at(path: Path) -> PrivateKey:
    """Return the key in a file, made if need be."""
    if not path.exists():
        new_key_file(path, None)
    return open_key(str(path), unasked)


class Publisher:
    """A repository below `folder`, with one key a role, a city, and bundles of tiny profiles."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder, self.now = folder, now
        folder.mkdir(exist_ok=True)
        self.keys = {role: key_at(folder / f"{role}.pem") for role in ROLES}
        self.path = folder / "repository"
        self.repository.create(*(Holders((self.keys[role].public,), 1) for role in ROLES[:4]))
        self.sign_and_release()
        self.repository.delegate("koeln", Holders((self.keys["koeln"].public,), 1))
        self.sign_and_release()

    @property
    def repository(self) -> Repository:
        """The repository, at the publisher's time."""
        return Repository(self.path, self.now)

    @property
    def root(self) -> bytes:
        """The first root."""
        return (self.path / "metadata" / "1.root.json").read_bytes()

    def sign_and_release(self, *more: PrivateKey) -> None:
        """Sign everything staged, and release it."""
        repository = self.repository
        for key in (*self.keys.values(), *more):
            if any(key.public.keyid in wait.candidates for wait in repository.waiting()):
                repository.sign(key)
        repository.release([self.keys["snapshot"], self.keys["timestamp"], *more])

    def publish(self, version: str, text: str = "", target: str = TARGET) -> bytes:
        """Publish a tiny profile; return the bundle."""
        content = bundle(self.folder, version, text)
        file = self.folder / "bundle.tar"
        file.write_bytes(content)
        self.repository.publish(file, target, {"version": version})
        self.sign_and_release()
        return content


def bundle(folder: Path, version: str, text: str = "") -> bytes:
    """Return the bundle of a tiny profile."""
    profile = folder / "profile"
    (profile / "services").mkdir(parents=True, exist_ok=True)
    (profile / "place.yaml").write_text(f"name: {text or version}\n")
    (profile / "services" / "one.yaml").write_text("title: Eins\n" * 50)
    out = io.BytesIO()
    write_bundle([profile], version, out)
    return out.getvalue()


class Serving(Protocol):
    """Hands a repository out."""

    @property
    def url(self) -> str:
        """The address."""


class Server:
    """Hands a folder out. `answers` are answers of its own by the end of a path; `asked` is what was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, owner: Server, *args: object) -> None:
        self.owner = owner
        super().__init__(*args, directory=str(owner.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.owner.asked.append(self.path)
        for end, answer in self.owner.answers.items():
            if self.path.endswith(end):
                self.close_connection = True
                answer(self)
                return
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def looking(
    publisher: Publisher, server: Serving, state: Path, now: Callable[[], datetime] | None = None, seconds: float = 5.0
) -> Iterator[Source]:
    """Yield a terminal's look at the repository; what it keeps is below `state`."""
    state.mkdir(exist_ok=True)
    fetcher = Fetcher(seconds)
    floor = FloorFile(state / "floor.json", wall=now or (lambda: datetime.now(UTC)))
    address = Address(server.url, TARGET, publisher.root)
    try:
        yield Source(address, state / "metadata", fetcher, floor)
    finally:
        fetcher.close()
