"""`lotse enrol`: the command put together."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TextIO

from provisioning.enrol import EnrolError, Enrolled, Order, checked_hub, enrol
from provisioning.enrol_check import Surroundings, look
from provisioning.identity import FOLDER, SEALED_KEY, IdentityFolder
from provisioning.identity_key import IN_WORDS, KeptBy

CREDENTIALS = Path("/etc/credstore.encrypted")
"""Where systemd looks for what a unit wants (`LoadCredentialEncrypted=`)."""
_USER = "lotse"


def run_enrol(options: argparse.Namespace, out: TextIO) -> int:
    """Enrol, or check only. Return 0, 1 if something is in the way, 2 if it was asked wrongly."""
    try:
        hub = checked_hub(options.hub)
        if options.check:
            return print_look(hub, options.ca_file, out)
        if not options.code:
            raise EnrolError("the code is missing: IT makes one at the hub, by its page or `lotse hub enrol-code`")
        code = sys.stdin.readline().strip() if options.code == "-" else options.code
        order = Order(hub, code, options.name, options.root_sha256, options.ca_file)
        folder = options.folder or FOLDER
        _give_to_terminal(folder)
        done = enrol(order, IdentityFolder(folder))
        _hand_to_systemd(folder, done)
    except EnrolError as error:
        sys.stderr.write(f"{error}\n")
        if error.look:
            print_look(options.hub, options.ca_file, sys.stderr)
        return 1
    _tell(done, options, out)
    return 0


def print_look(hub: str, ca_file: Path | None, out: TextIO) -> int:
    """Print what is found between here and the hub. Return 1 if something is in the way."""
    findings = look(hub, Surroundings(ca_file))
    for finding in findings:
        out.write(f"{finding}\n")
    return 1 if any(finding.obstacle for finding in findings) else 0


def _give_to_terminal(folder: Path) -> None:
    """Make the folder, if the package has not, and give it to the terminal's user."""
    if folder.exists() or os.geteuid() != 0:
        return
    try:
        folder.mkdir(mode=0o755, parents=True)
    except OSError as error:
        raise EnrolError(f"{folder} cannot be made: {error.strerror}") from None
    with contextlib.suppress(LookupError, OSError):
        shutil.chown(folder, _USER, _USER)


def _hand_to_systemd(folder: Path, done: Enrolled) -> None:
    """Let systemd find the sealed key, whichever generation is in use."""
    if done.kept_by is KeptBy.FILE or os.geteuid() != 0:
        return
    link = CREDENTIALS / "lotse.identity"
    try:
        CREDENTIALS.mkdir(mode=0o700, exist_ok=True)
        new = link.with_name(".lotse.identity.new")
        new.unlink(missing_ok=True)
        new.symlink_to(folder.resolve() / "current" / SEALED_KEY)
        new.replace(link)
    except OSError as error:
        raise EnrolError(f"{link} cannot be written: {error.strerror}") from None


def _tell(done: Enrolled, options: argparse.Namespace, out: TextIO) -> None:
    identity = done.grant.identity
    out.write(f'This is "{identity.terminal}" at {identity.hub} now.\n')
    out.write(f"Its private key is {IN_WORDS[done.kept_by]}.\n")
    if identity.root_sha256:
        out.write(f"Profiles come from {identity.updates}; the root's SHA-256 is {identity.root_sha256}\n")
    ca = f", ca_file: {options.ca_file.resolve()}" if options.ca_file else ""
    folder = "" if options.folder in (None, FOLDER) else f", identity: {options.folder.resolve()}"
    out.write(f"In the settings: counter: {{driver: enrolled{folder}{ca}}}\n")
    out.write("Then: systemctl restart lotse-egress lotse-devices lotse lotse-agent\n")
