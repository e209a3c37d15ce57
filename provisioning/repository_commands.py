"""`lotse repository …` and `lotse profile publish`: ceremonies as commands, each with one line about what is next."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

MODULE = "the PKCS#11 module stands in $PYKCS11LIB"
KEY_HELP = f"a key's PEM file, or hsm:2?label=TOKEN ({MODULE})"


def add_repository(commands: Any) -> None:
    """Add `lotse repository` to the command line."""
    what = commands.add_parser("repository", help="the repository of signed profiles")
    group = what.add_subparsers(required=True, metavar="WHAT")
    _add_key(group)
    create = _command(group, "create", _create, "stage a new repository's first root")
    for role in ("root", "targets", "snapshot", "timestamp"):
        create.add_argument(f"--{role}", nargs="+", type=Path, required=True, metavar="KEY.pub")
    for role in ("root", "targets"):
        create.add_argument(f"--{role}-threshold", type=int, default=1, metavar="N")
    delegate = _command(group, "delegate", _delegate, "stage a role of its own for a city")
    delegate.add_argument("city")
    delegate.add_argument("--key", nargs="+", type=Path, required=True, metavar="KEY.pub")
    delegate.add_argument("--threshold", type=int, default=1, metavar="N")
    rotate = _command(group, "rotate", _rotate, "stage other keys for a role")
    rotate.add_argument("role", help="root, targets, snapshot, timestamp or a city")
    rotate.add_argument("--add", nargs="+", type=Path, default=[], metavar="KEY.pub")
    rotate.add_argument("--remove", nargs="+", default=[], metavar="KEY-ID")
    rotate.add_argument("--threshold", type=int, metavar="N")
    renew = _command(group, "renew", _renew, "stage a role as it is, before its signature expires")
    renew.add_argument("role", help="root, targets or a city")
    sign = _command(group, "sign", _sign, "sign what is staged, with one key")
    sign.add_argument("--key", required=True, help=KEY_HELP)
    release = _command(group, "release", _release, "put what is staged in place; alone: a new timestamp, for a timer")
    release.add_argument("--key", nargs="+", required=True, help=f"of snapshot and timestamp: {KEY_HELP}")
    _command(group, "show", _show, "roles, keys, expiry, and what waits for which signatures")
    _command(group, "sweep", _sweep, "remove bundles that nothing names any more")
    root = _command(group, "root", _copy_root, "copy the root that terminals are given to begin with")
    root.add_argument("out", type=Path)


def add_publish(group: Any) -> None:
    """Add `lotse profile publish`."""
    publish = _command(group, "publish", _publish, "stage a bundle in a repository, and sign it")
    publish.add_argument("bundle", type=Path)
    publish.add_argument("--as", dest="target", required=True, metavar="CITY/NAME.tar", help="what terminals ask for")
    publish.add_argument("--key", nargs="*", default=[], help=KEY_HELP)


def _add_key(group: Any) -> None:
    key = group.add_parser("key", help="make a key in a file, or write the public part of one on a token")
    key.add_argument("key", help=KEY_HELP)
    key.add_argument("--plain", action="store_true", help="no passphrase: only for snapshot and timestamp")
    key.add_argument("--public", type=Path, metavar="KEY.pub", help="where a token's public part goes")
    key.set_defaults(command=_guarded(_key))


def _command(group: Any, word: str, run: Callable[..., int], words: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(word, help=words)
    command.add_argument("repository", type=Path, metavar="REPOSITORY", help="the repository's folder")
    command.set_defaults(command=_guarded(run))
    return command


def _guarded(run: Callable[[argparse.Namespace, TextIO], int]) -> Callable[[argparse.Namespace], int]:
    """Say in one line what a person did wrong."""

    def guarded(options: argparse.Namespace) -> int:
        from provisioning.bundle import BundleError
        from provisioning.repository import RepositoryFault
        from provisioning.repository_keys import KeyFault

        try:
            return run(options, sys.stdout)
        except (BundleError, RepositoryFault, KeyFault) as fault:
            sys.stderr.write(f"{fault}\n")
            return 2
        except OSError as error:
            sys.stderr.write(f"{error.filename}: {error.strerror}\n")
            return 2

    return guarded


def ask(words: str) -> str:
    """Ask for a secret at the terminal, or read a line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    from getpass import getpass

    return getpass(words)


def _key(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository_keys import TOKEN, KeyFault, new_key_file, open_key, write_public

    if options.key.startswith(TOKEN):
        if options.public is None:
            raise KeyFault("--public says where the public part goes")
        public = open_key(options.key, ask).public
        write_public(options.public, public)
        out.write(f"{public.keyid}\n")
        return 0
    passphrase = None if options.plain else ask(f"New passphrase of {options.key}: ")
    if passphrase is not None and len(passphrase) < 12:
        raise KeyFault("a passphrase has at least 12 characters (--plain: none)")
    if passphrase is not None and sys.stdin.isatty() and ask("Again: ") != passphrase:
        raise KeyFault("these were two different passphrases")
    out.write(f"{new_key_file(Path(options.key), passphrase).keyid}\n")
    return 0


def _create(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Holders, Repository

    repository = Repository(options.repository)
    repository.create(
        Holders(_public(options.root), options.root_threshold),
        Holders(_public(options.targets), options.targets_threshold),
        Holders(_public(options.snapshot), 1),
        Holders(_public(options.timestamp), 1),
    )
    return _say_waiting(repository, out)


def _delegate(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Holders, Repository

    repository = Repository(options.repository)
    repository.delegate(options.city, Holders(_public(options.key), options.threshold))
    return _say_waiting(repository, out)


def _rotate(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Repository

    repository = Repository(options.repository)
    repository.rotate(options.role, _public(options.add), options.remove, options.threshold)
    return _say_waiting(repository, out)


def _renew(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Repository

    repository = Repository(options.repository)
    repository.renew(options.role)
    return _say_waiting(repository, out)


def _sign(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Repository
    from provisioning.repository_keys import open_key

    repository = Repository(options.repository)
    out.write(f"signed: {', '.join(repository.sign(open_key(options.key, ask)))}\n")
    return _say_waiting(repository, out)


def _publish(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.bundle import read_manifest
    from provisioning.repository import Repository
    from provisioning.repository_keys import open_key

    repository = Repository(options.repository)
    manifest = read_manifest(options.bundle)
    keys = [open_key(key, ask) for key in options.key]
    role = repository.publish(options.bundle, options.target, {"version": manifest.version})
    out.write(f"{options.target} is version {manifest.version} now, as soon as {role} has signed\n")
    for key in keys:
        repository.sign(key)
    return _say_waiting(repository, out)


def _release(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Repository
    from provisioning.repository_keys import open_key

    released = Repository(options.repository).release([open_key(key, ask) for key in options.key])
    out.write(f"released: {', '.join(released) or 'a new timestamp'}\n")
    return 0


def _show(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import ONLINE, ROOT, TARGETS, Repository

    repository = Repository(options.repository)
    for role in (ROOT, TARGETS, *ONLINE, *repository.cities):
        above = repository.newest(TARGETS if role in repository.cities else ROOT).signed
        holders = above.get_delegated_role(role)
        keys = ", ".join(keyid[:8] for keyid in holders.keyids)
        signed = repository.newest(role).signed if role not in ONLINE else repository.current(role).signed
        expires = f"{signed.expires:%Y-%m-%d %H:%M} UTC"
        out.write(f"{role}: version {signed.version}, until {expires}, {holders.threshold} of {keys}\n")
        for target, found in getattr(signed, "targets", {}).items():
            out.write(f"  {target}: {(found.custom or {}).get('version', '?')}, {found.length:,} bytes\n")
    return _say_waiting(repository, out)


def _sweep(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Repository

    out.write(f"removed: {Repository(options.repository).sweep()}\n")
    return 0


def _copy_root(options: argparse.Namespace, out: TextIO) -> int:
    from provisioning.repository import Repository

    Repository(options.repository).copy_root(options.out)
    out.write(f"{options.out}: bring it to the terminals by a way that you trust\n")
    return 0


def _public(paths: list[Path]) -> tuple[Any, ...]:
    from provisioning.repository_keys import read_public

    return tuple(read_public(path) for path in paths)


def _say_waiting(repository: Any, out: TextIO) -> int:
    waiting = repository.waiting()
    for wait in waiting:
        keys = ", ".join(key[:8] for key in wait.candidates)
        state = f"{wait.missing} more signatures, of: {keys}" if wait.missing else "signed"
        out.write(f"staged {wait.role} {wait.version}: {state}\n")
    if waiting and not any(wait.missing for wait in waiting):
        out.write("next: lotse repository release\n")
    return 0
