"""Keys that sign the repository: in files for the online roles, in files or PKCS#11 tokens for those kept offline.

A key is named as it is given on the command line: the path of its PEM file, or `hsm:2?label=TOKEN` for key 2 of a
PKCS#11 token (the module stands in `$PYKCS11LIB`; a YubiKey's, a smart card's or SoftHSM's). Who only has to know a key
has its public part as a JSON file (`.pub`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from securesystemslib.exceptions import Error as SigningError
from securesystemslib.signer import CryptoSigner, HSMSigner, Key, Signer, SSlibKey

Ask = Callable[[str], str]
"""Asks a person for the secret of a key: a passphrase or a PIN. The argument is what is written before."""
TOKEN = "hsm:"  # noqa: S105 - the scheme of a name


class KeyFault(ValueError):
    """A key that cannot be had or used: the text says why, for the person at the command line."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that can sign: its public part, and how signing is done."""

    public: Key
    signer: Signer


def new_key_file(path: Path, passphrase: str | None) -> SSlibKey:
    """Make an Ed25519 key: `path` (PEM, PKCS#8, only the owner may read it) and `path` with the ending `.pub`.

    None makes a key without a passphrase, for what a timer signs. Raises `KeyFault` if there is such a file.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    locked = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    content = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    public = SSlibKey.from_crypto(key.public_key())
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a mode is given
            file.write(content)
    except OSError as error:
        raise KeyFault(f"{path}: {error.strerror}") from None
    write_public(path.with_suffix(".pub"), public)
    return public


def write_public(path: Path, key: Key) -> None:
    """Write the public part of a key."""
    path.write_text(json.dumps({"keyid": key.keyid, **key.to_dict()}, indent=1, sort_keys=True) + "\n")


def read_public(path: Path) -> Key:
    """Read the public part of a key; raises `KeyFault`."""
    try:
        document = json.loads(path.read_bytes())
        return Key.from_dict(document.pop("keyid"), document)
    except OSError as error:
        raise KeyFault(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFault(f"{path} is no public key; `lotse repository key` makes one") from None


def open_key(reference: str, ask: Ask) -> PrivateKey:
    """Return the key that `reference` names, to sign with; raises `KeyFault`. `ask` is asked only if need be."""
    if reference.startswith(TOKEN):
        return _on_token(reference, ask)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        content = Path(reference).read_bytes()
        locked = b"ENCRYPTED" in content.partition(b"\n")[0]
        passphrase = ask(f"Passphrase of {reference}: ").encode() if locked else None
        signer = CryptoSigner(load_pem_private_key(content, passphrase))
    except OSError as error:
        raise KeyFault(f"{reference}: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFault(f"{reference} cannot be opened: it is no key, or the passphrase is wrong") from None
    return PrivateKey(signer.public_key, signer)


def _on_token(reference: str, ask: Ask) -> PrivateKey:
    @cache
    def pin(_: str) -> str:
        return ask(f"PIN of {reference}: ")

    number, _, query = reference.removeprefix(TOKEN).partition("?")
    label = query.removeprefix("label=") or None
    try:
        uri, public = HSMSigner.import_(int(number) if number else None, label, pin)
        return PrivateKey(public, Signer.from_priv_key_uri(uri, public, pin))
    except (ValueError, SigningError) as error:
        raise KeyFault(f"{reference}: {error}") from None
    except Exception as error:  # python-pkcs11 has no common class below Exception for what a token answers
        raise KeyFault(f"{reference}: the token says {type(error).__name__}") from None
