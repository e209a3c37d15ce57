"""Reads a hub's settings: one YAML file. Secrets never stand in it, only the names of credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from hub.roles import Role
from hub.settings import (
    LOOPBACK_HOSTS,
    HubSettings,
    ProfileSource,
    SingleSignOn,
    Site,
    Spot,
    TerminalAccess,
    fingerprint,
)

Secret = Callable[[str], str | None]
"""Returns the secret of a credential's name, or None if there is none."""
_MISSING: Any = object()


class SettingsFault(Exception):
    """A settings file that cannot be used; the text is one line that says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class _Mapping:
    """A mapping of the file, named for complaints."""

    file: Path
    what: str
    content: Mapping[str, Any]

    def fault(self, words: str) -> SettingsFault:
        return SettingsFault(f"{self.file}: {words}")

    def text(self, key: str, default: Any = _MISSING) -> str:
        value = self.content.get(key, default)
        if not isinstance(value, str) or (not value and default is _MISSING):
            raise self.fault(f"{key} must be a text")
        return value

    def number(self, key: str, default: float | None, least: float, most: float) -> float | None:
        if key not in self.content:
            return default
        value = self.content[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.fault(f"{key} must be a number from {least:g} to {most:g}")
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        value: Any = self.number(key, default, least, most)
        if not isinstance(value, int):
            raise self.fault(f"{key} must be a number from {least} to {most}")
        return value

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.content.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fault(f"{key} must be a list of names")
        return tuple(value)

    def path(self, key: str) -> Path | None:
        return self.file.parent / self.text(key) if key in self.content else None

    def mappings(self, key: str, what: str, known: frozenset[str]) -> tuple[_Mapping, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list):
            raise self.fault(f"{key} must be a list")
        return tuple(_mapping(self.file, each, known, what) for each in value)

    def secret(self, key: str, secret: Secret) -> str:
        name = self.text(key)
        value = secret(name)
        if not value:
            raise self.fault(f"there is no credential {name!r}; give it to the service by LoadCredential=")
        return value


_KEYS = frozenset(
    {"site", "plan", "sites", "host", "port", "hosts", "trusted_proxies", "database", "counter_credential"}
    | {"key_credential", "metrics_credential", "terminals", "keep_days", "timezone", "session_hours", "sign_on"}
    | {"updates"}
)
_SITE_KEYS = frozenset({"name", "plan"})
_TERMINAL_KEYS = frozenset({"name", "location", "credential", "site", "x", "y"})
_UPDATES_KEYS = frozenset({"url", "root"})
_SIGN_ON_KEYS = frozenset({"issuer", "client_id", "credential", "roles", "role_claim", "site_claim", "name", "ca_file"})


def load_hub_settings(path: Path, secret: Secret) -> HubSettings:
    """Return the settings in a file. Raises `SettingsFault`.

    `database` is a file, relative to the settings file, or an SQLAlchemy URL; a URL with a password is a credential
    instead: `credential:NAME`. Keys and tokens are credentials.
    """
    file = _mapping(path, _read(path), _KEYS, "the file")
    sites = _sites(file)
    return HubSettings(
        database=_database(file, secret),
        counter_token=file.secret("counter_credential", secret) if "counter_credential" in file.content else "",
        key=file.secret("key_credential", secret) if "key_credential" in file.content else "",
        metrics_token=file.secret("metrics_credential", secret) if "metrics_credential" in file.content else "",
        terminals=_terminals(file, secret, sites),
        site=sites[0].name,
        sites=sites,
        host=file.text("host", "127.0.0.1"),
        port=file.whole("port", 8410, 0, 65535),
        hosts=file.texts("hosts", LOOPBACK_HOSTS),
        trusted_proxies=file.texts("trusted_proxies", ("127.0.0.1",)),
        keep_days=file.whole("keep_days", 1, 0, 366),
        timezone=_timezone(file),
        session_hours=file.number("session_hours", 12, 0.1, 24) or 12,
        sign_on=_sign_on(file, secret),
        updates=_updates(file),
    )


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsFault(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingsFault(f"{path}:{mark.line + 1 if mark else 1}: is not YAML") from None


def _mapping(path: Path, content: Any, known: frozenset[str], what: str) -> _Mapping:
    if not isinstance(content, dict):
        raise SettingsFault(f"{path}: {what} must be a mapping")
    unknown = sorted(set(map(str, content)) - known)
    if unknown:
        raise SettingsFault(f"{path}: {what} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return _Mapping(path, what, content)


def _sites(file: _Mapping) -> tuple[Site, ...]:
    listed = file.mappings("sites", "a site", _SITE_KEYS)
    if listed and ("site" in file.content or "plan" in file.content):
        raise file.fault("either site and plan, or sites")
    sites = listed or (_mapping(file.file, _only_site(file), _SITE_KEYS, "the site"),)
    for site in sites:
        picture = site.path("plan")
        if picture and picture.suffix not in (".svg", ".png", ".jpg", ".jpeg"):
            raise file.fault("plan must be a picture: .svg, .png or .jpg")
        if picture and not picture.is_file():
            raise file.fault(f"there is no plan {picture.name!r}")
    return tuple(Site(site.text("name"), site.path("plan")) for site in sites)


def _only_site(file: _Mapping) -> dict[str, Any]:
    only = {"name": file.text("site", "Bürgerservice")}
    return only | ({"plan": file.text("plan")} if "plan" in file.content else {})


def _terminals(file: _Mapping, secret: Secret, sites: tuple[Site, ...]) -> tuple[TerminalAccess, ...]:
    listed = file.mappings("terminals", "a terminal", _TERMINAL_KEYS)
    return tuple(_terminal(each, secret, sites) for each in listed)


def _terminal(terminal: _Mapping, secret: Secret, sites: tuple[Site, ...]) -> TerminalAccess:
    name = terminal.text("name")
    site = terminal.text("site", sites[0].name)
    if site not in {each.name for each in sites}:
        raise terminal.fault(f"{name} is at the unknown site {site!r}")
    key = fingerprint(terminal.secret("credential", secret)) if "credential" in terminal.content else ""
    return TerminalAccess(name, terminal.text("location", ""), key, site, _spot(terminal))


def _spot(terminal: _Mapping) -> Spot | None:
    x, y = terminal.number("x", None, 0, 100), terminal.number("y", None, 0, 100)
    if (x is None) is not (y is None):
        raise terminal.fault("a place on the plan has both x and y")
    return None if x is None or y is None else Spot(x, y)


def _updates(file: _Mapping) -> ProfileSource | None:
    if "updates" not in file.content:
        return None
    chosen = _mapping(file.file, file.content["updates"], _UPDATES_KEYS, "updates")
    root = chosen.path("root")
    if root is None or not root.is_file():
        raise chosen.fault(f"there is no root {chosen.text('root', '')!r}")
    return ProfileSource(chosen.text("url"), root)


def _sign_on(file: _Mapping, secret: Secret) -> SingleSignOn | None:
    if "sign_on" not in file.content:
        return None
    chosen = _mapping(file.file, file.content["sign_on"], _SIGN_ON_KEYS, "sign_on")
    roles = chosen.content.get("roles")
    known = {role.value for role in Role}
    if not isinstance(roles, dict) or not set(roles.values()) <= known:
        raise file.fault(f"roles must be a mapping to {', '.join(sorted(known))}")
    return SingleSignOn(
        issuer=chosen.text("issuer"),
        client_id=chosen.text("client_id"),
        client_secret=chosen.secret("credential", secret),
        roles={str(value): Role(role) for value, role in roles.items()},
        role_claim=chosen.text("role_claim", "groups"),
        site_claim=chosen.text("site_claim", ""),
        name=chosen.text("name", "Single Sign-on"),
        ca_file=chosen.path("ca_file"),
    )


def _database(file: _Mapping, secret: Secret) -> Path | str:
    name = file.text("database", "hub.sqlite")
    if name.startswith("credential:"):
        credential = {"database": name.removeprefix("credential:")}
        return _Mapping(file.file, "database", credential).secret("database", secret)
    return name if "://" in name else file.file.parent / name


def _timezone(file: _Mapping) -> str:
    name = file.text("timezone", "Europe/Berlin")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise file.fault(f"there is no timezone {name!r}") from None
    return name
