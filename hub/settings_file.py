"""Reads a hub's settings: one YAML file. Secrets never stand in it, only the names of credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from hub.settings import LOOPBACK_HOSTS, HubSettings, TerminalAccess

_KEYS = frozenset({"site", "host", "port", "hosts", "database", "counter_credential", "terminals"})
_TERMINAL_KEYS = frozenset({"name", "location", "credential"})

Secret = Callable[[str], str | None]
"""Returns the secret of a credential's name, or None if there is none."""


class SettingsFault(Exception):
    """A settings file that cannot be used; the text is one line that says what is wrong and where."""


def load_hub_settings(path: Path, secret: Secret) -> HubSettings:
    """Return the settings in a file. Raises `SettingsFault`.

    `database` is a file, relative to the settings file, or an SQLAlchemy URL. Each terminal's key, and the token
    that opens the counter's page, are credentials.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsFault(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingsFault(f"{path}:{mark.line + 1 if mark else 1}: is not YAML") from None
    settings = _mapping(path, content, _KEYS, "the file")
    terminals = settings.get("terminals", [])
    if not isinstance(terminals, list):
        raise SettingsFault(f"{path}: terminals must be a list")
    return HubSettings(
        database=_database(path, _text(path, settings, "database", "hub.sqlite")),
        counter_token=_secret(path, secret, _text(path, settings, "counter_credential", "counter-page")),
        terminals=tuple(_terminal(path, secret, each) for each in terminals),
        site=_text(path, settings, "site", "Bürgerservice"),
        host=_text(path, settings, "host", "127.0.0.1"),
        port=_port(path, settings.get("port", 8410)),
        hosts=_hosts(path, settings.get("hosts", list(LOOPBACK_HOSTS))),
    )


def _mapping(path: Path, content: Any, known: frozenset[str], what: str) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise SettingsFault(f"{path}: {what} must be a mapping")
    unknown = sorted(set(map(str, content)) - known)
    if unknown:
        raise SettingsFault(f"{path}: {what} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return content


def _text(path: Path, settings: Mapping[str, Any], key: str, default: str) -> str:
    value = settings.get(key, default)
    if not isinstance(value, str) or not value:
        raise SettingsFault(f"{path}: {key} must be a text")
    return value


def _terminal(path: Path, secret: Secret, content: Any) -> TerminalAccess:
    terminal = _mapping(path, content, _TERMINAL_KEYS, "a terminal")
    name = _text(path, terminal, "name", "")
    key = _secret(path, secret, _text(path, terminal, "credential", ""))
    return TerminalAccess.with_key(name, key, str(terminal.get("location", "")))


def _secret(path: Path, secret: Secret, name: str) -> str:
    value = secret(name)
    if not value:
        raise SettingsFault(f"{path}: there is no credential {name!r}; give it to the service by LoadCredential=")
    return value


def _database(path: Path, name: str) -> Path | str:
    return name if "://" in name else path.parent / name


def _port(path: Path, port: Any) -> int:
    if not isinstance(port, int) or not 0 <= port < 65536:
        raise SettingsFault(f"{path}: port must be a number from 0 to 65535")
    return port


def _hosts(path: Path, hosts: Any) -> tuple[str, ...]:
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        raise SettingsFault(f"{path}: hosts must be a list of names")
    return tuple(hosts)
