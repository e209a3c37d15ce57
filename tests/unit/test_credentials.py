"""Credentials from systemd's folder, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringError, PasswordDeleteError, PasswordSetError

from provisioning.credentials import CredentialsDirectory, CredentialsRefusedError, secrets_of, use_credentials


@pytest.fixture(autouse=True)
def _keyring_as_before() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fit-connect.lotse-terminal").write_text("geheim-ä\n", encoding="utf-8")
    return tmp_path


def test_the_folder_that_systemd_gives_is_used(folder: Path) -> None:
    use_credentials({"CREDENTIALS_DIRECTORY": str(folder)})
    assert isinstance(keyring.get_keyring(), CredentialsDirectory)
    assert keyring.get_password("fit-connect", "lotse-terminal") == "geheim-ä"
    assert secrets_of("fit-connect")("lotse-terminal") == "geheim-ä"


def test_a_missing_credential_is_none(folder: Path) -> None:
    use_credentials({"CREDENTIALS_DIRECTORY": str(folder)})
    assert secrets_of("fit-connect")("somebody-else") is None


def test_nothing_is_ever_written(folder: Path) -> None:
    before = sorted(folder.iterdir())
    backend = CredentialsDirectory(folder)
    with pytest.raises(PasswordSetError):
        backend.set_password("fit-connect", "lotse-terminal", "other")
    with pytest.raises(PasswordDeleteError):
        backend.delete_password("fit-connect", "lotse-terminal")
    assert sorted(folder.iterdir()) == before
    assert backend.get_password("fit-connect", "lotse-terminal") == "geheim-ä"


@pytest.mark.parametrize("username", ["../../etc/passwd", "a/b", "", "\0", "x" * 300])
def test_names_that_leave_the_folder_are_refused(folder: Path, username: str) -> None:
    with pytest.raises(KeyringError):
        CredentialsDirectory(folder / "deeper").get_password("." if not username else "fit-connect", username)


@pytest.mark.expects_log
def test_an_unreadable_credential_is_none_and_its_content_is_in_no_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "fit-connect.bytes").write_bytes(b"\xff\xfesecret")
    (folder / "fit-connect.folder").mkdir()
    use_credentials({"CREDENTIALS_DIRECTORY": str(folder)})
    secret = secrets_of("fit-connect")
    assert secret("bytes") is None
    assert secret("folder") is None
    assert "secret" not in caplog.text.replace("fit-connect", "")
    assert len(caplog.records) == 2


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_keyring_that_is_not_on_the_list_is_refused(backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(CredentialsRefusedError, match="not allowed"):
        use_credentials({})


def test_keyring_never_chooses_the_folder_by_itself() -> None:
    assert not CredentialsDirectory.viable
