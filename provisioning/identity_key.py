"""The terminal's private key: made here, kept by systemd (systemd-creds(1)), and read at the start.

Sealed with the TPM and the machine's own key it opens on this machine alone; with the machine's own key, with this disk
alone. It is not bound to the state of Secure Boot (PCR 7): whoever boots another signed system has the same, and an
update of the firmware would keep the terminal from starting. The unit hands it over
(`LoadCredentialEncrypted=lotse.identity`).
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from provisioning.identity import PLAIN_KEY, SEALED_KEY, IdentityFolder

CREDENTIAL = "identity"
"""The user name under which the key is in the credential store; the service is `lotse`."""
TPM = "/dev/tpmrm0"
_NAME = f"lotse.{CREDENTIAL}"
_SECONDS = 30.0
_PCR = 23
"""Nobody measures anything into this register (TCG PC Client Platform Firmware Profile, 3.3.4): systemd-creds 252 wants
one."""

log = logging.getLogger(__name__)


class KeptBy(StrEnum):
    """What keeps a key, the strongest first."""

    TPM = "host+tpm2"
    HOST = "host"
    FILE = "file"


IN_WORDS = {
    KeptBy.TPM: "sealed with this machine's TPM and its own key (systemd-creds)",
    KeptBy.HOST: "sealed with this machine's own key (systemd-creds); there is no TPM that can be used",
    KeptBy.FILE: "NOT sealed: in a file that only its owner can read; there is no systemd-creds that can be used",
}


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A private key as it is written down: into which file, and what keeps it."""

    file: str
    content: bytes
    by: KeptBy

    def __repr__(self) -> str:
        return f"KeptKey({self.by!r}, …)"


def new_key() -> JWK:
    """Return a new private key (P-256)."""
    return JWK.generate(kty="EC", crv="P-256")


def kept(key: JWK, tpm: str = TPM, program: str = "systemd-creds") -> KeptKey:
    """Return a key as it is to be written down: by the strongest way that there is here.

    `tpm` is a device file, or what libtss2 calls a TPM elsewhere (`swtpm:…`).
    """
    private: bytes = key.export_to_pem(private_key=True, password=None)
    if shutil.which(program):
        ways: list[tuple[KeptBy, list[str]]] = [(KeptBy.HOST, [])]
        if ":" in tpm or Path(tpm).exists():
            ways.insert(0, (KeptBy.TPM, [f"--tpm2-device={tpm}", f"--tpm2-pcrs={_PCR}"]))
        for by, more in ways:
            sealed = _sealed(private, by, [program, "encrypt", f"--name={_NAME}", f"--with-key={by}", *more, "-", "-"])
            if sealed:
                return KeptKey(SEALED_KEY, sealed, by)
    return KeptKey(PLAIN_KEY, private, KeptBy.FILE)


def _sealed(private: bytes, by: KeptBy, command: list[str]) -> bytes | None:
    try:
        done = subprocess.run(command, input=private, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("the key cannot be kept by %s: %s", by, type(error).__name__)
        return None
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        log.warning("the key cannot be kept by %s: %s", by, words[-1] if words else done.returncode)
        return None
    return done.stdout


def key_of(folder: IdentityFolder, secret: Callable[[str], str | None]) -> JWK | None:
    """Return this terminal's private key: from the credential store (`secret`), else from its own file."""
    handed_over = secret(CREDENTIAL)
    private = handed_over.encode() if handed_over else folder.file(PLAIN_KEY)
    if private is None:
        return None
    try:
        return JWK.from_pem(private)
    except (JWException, ValueError):
        log.error("what keeps this terminal's key holds none")
        return None
