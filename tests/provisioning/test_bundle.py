"""Bundles: the same bytes everywhere, and nothing on the disk but what a bundle may hold."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from composition.command_line import parsed
from kiosk.place import Place, SituationId
from kiosk.text import local
from profiles.loading import SHIPPED
from provisioning.bundle import (
    MANIFEST,
    MOST_FILE_BYTES,
    BundleError,
    Manifest,
    read_manifest,
    unpack_bundle,
    write_bundle,
)
from provisioning.bundle_command import run_build
from provisioning.bundle_reach import unreachable_services
from tests.places import LIBRARY, small_place


def bundled(*layers: Path, version: str = "1") -> bytes:
    out = io.BytesIO()
    write_bundle(layers, version, out)
    return out.getvalue()


def run(*arguments: str) -> int:
    options = parsed(arguments)
    return int(options.command(options))


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "a" / "town"
    (folder / "services").mkdir(parents=True)
    (folder / "place.yaml").write_text("name: Köln\n")
    (folder / "services" / "öffnung.yaml").write_text("title: Öffnungszeiten\n")
    return folder


def test_the_same_content_gives_the_same_bytes(profile: Path, tmp_path: Path) -> None:
    other = tmp_path / "b" / "town"
    (other / "services").mkdir(parents=True)
    for name in ("services/öffnung.yaml", "place.yaml"):  # in another order, at another time, with other rights
        shutil.copyfile(profile / name, other / name)
        (other / name).chmod(0o600)
        os.utime(other / name, (1, 1))
    assert bundled(profile) == bundled(other)
    assert bundled(profile) != bundled(profile, version="2")


def test_what_editors_leave_is_not_bundled(profile: Path) -> None:
    before = bundled(profile)
    (profile / ".git").mkdir()
    for name in (".git/config", "place.yaml~", "services/x.yaml.bak", "services/.x.swp"):
        (profile / name).write_text("x")
    assert bundled(profile) == before


def test_a_bundle_comes_back_as_it_was(profile: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    (base / "place.yaml").write_text("name: Grundlage\n")
    (tmp_path / "x.tar").write_bytes(bundled(profile, base))
    manifest = unpack_bundle(tmp_path / "x.tar", tmp_path / "out")
    assert manifest == Manifest("town", "1") == read_manifest(tmp_path / "x.tar")
    found = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert found == {MANIFEST, "base/place.yaml", "town/place.yaml", "town/services/öffnung.yaml"}
    assert (tmp_path / "out/town/place.yaml").read_text() == "name: Köln\n"


@pytest.mark.parametrize("version", ["", "a b", "../x", "x" * 65, "ü"])
def test_a_version_is_a_short_word(profile: Path, version: str) -> None:
    with pytest.raises(BundleError, match="version"):
        bundled(profile, version=version)


def test_links_odd_names_and_large_files_are_not_bundled(profile: Path) -> None:
    link = profile / "link.yaml"
    link.symlink_to("place.yaml")
    with pytest.raises(BundleError, match="is a link"):
        bundled(profile)
    link.unlink()
    (profile / "new\nline").write_text("x")
    with pytest.raises(BundleError, match="no name"):
        bundled(profile)
    (profile / "new\nline").unlink()
    with (profile / "film.mp4").open("wb") as file:
        file.truncate(MOST_FILE_BYTES + 1)
    with pytest.raises(BundleError, match="at most"):
        bundled(profile)


def entry(name: str, content: bytes = b"x", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(name)
    found.size = len(content)
    for key, value in more.items():
        setattr(found, key, value)
    return found, content


GOOD = entry(MANIFEST, Manifest("town", "1").to_bytes())


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry("town/place.yaml")],
        [entry(MANIFEST, b"{}")],
        [entry(MANIFEST, b'{"format": 2, "profile": "town", "version": "1"}')],
        [entry(MANIFEST, b'{"format": 1, "profile": "../town", "version": "1"}')],
        [GOOD],
        [GOOD, GOOD, entry("town/place.yaml")],
        [GOOD, entry("../outside")],
        [GOOD, entry("/outside")],
        [GOOD, entry("town/../../outside")],
        [GOOD, entry("town/.hidden")],
        [GOOD, entry("a/b/c/d/e/f/g/h/i")],
        [GOOD, entry("town/link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
        [GOOD, entry("town/link", b"", type=tarfile.LNKTYPE, linkname="/etc/passwd")],
        [GOOD, entry("town/device", b"", type=tarfile.CHRTYPE)],
        [GOOD, entry("town/pipe", b"", type=tarfile.FIFOTYPE)],
        [GOOD, entry("town", b"", type=tarfile.DIRTYPE)],
        [GOOD, entry("town/x"), entry("town/x")],
        [GOOD, entry("town/x"), entry("town/x/y")],
        [GOOD, entry("town/large", b"x" * (MOST_FILE_BYTES + 1))],
    ],
)
def test_nothing_else_than_a_bundle_is_unpacked(entries: list[tuple[tarfile.TarInfo, bytes]], tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        for found, content in entries:
            tar.addfile(found, io.BytesIO(content))
    with pytest.raises((BundleError, OSError)):
        unpack_bundle(tmp_path / "x.tar", tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} <= {"x.tar", "out"}


@pytest.mark.parametrize("cut", [lambda c: c[:700], lambda c: b"", lambda c: b"x" * 2000, lambda c: b"PK" + c])
def test_half_a_file_or_another_is_no_bundle(profile: Path, tmp_path: Path, cut: Callable[[bytes], bytes]) -> None:
    (tmp_path / "x.tar").write_bytes(cut(bundled(profile)))
    with pytest.raises(BundleError):
        unpack_bundle(tmp_path / "x.tar", tmp_path / "out")


# `lotse profile build`


def test_the_shipped_profile_can_be_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.tar"
    assert run("profile", "build", str(SHIPPED), "--version", "2026.11", "--out", str(out)) == 0
    assert "citizen-centre 2026.11" in capsys.readouterr().out
    assert read_manifest(out) == Manifest("citizen-centre", "2026.11")


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        pytest.param("languages/tr.po", 'msgstr "', 'nonsense "', "languages/tr.po", marks=pytest.mark.expects_log),
        ("place.yaml", "colours:", "colours:\n  action: '#eeeeee'\n  x:", "place.yaml"),
        ("situations.yaml", "id: ", "id: other-", "situations.yaml"),
    ],
)
def test_a_profile_with_mistakes_is_not_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, before: str, after: str, said: str
) -> None:
    profile = Path(shutil.copytree(SHIPPED, tmp_path / "town"))
    text = (profile / file).read_text()
    (profile / file).write_text(text.replace(before, after, 1) if before in text else after + "\n" + text)
    out = tmp_path / "x.tar"
    assert run("profile", "build", str(profile), "--version", "1", "--out", str(out)) == 1
    assert said in capsys.readouterr().out
    assert not out.exists()


def test_a_service_that_no_situation_leads_to_is_said() -> None:
    place = small_place()
    lost = replace(place.service(LIBRARY), situation=SituationId("nowhere"))
    place = replace(place, services=(place.services[0], lost))
    assert [line.partition(":")[0] for line in unreachable_services(place)] == [LIBRARY] * len(place.languages)


def test_a_service_that_the_search_does_not_find_under_its_title_is_said() -> None:
    place = small_place()
    nameless = replace(place.service(LIBRARY), title=local("…", en="…"))
    lines = unreachable_services(replace(place, services=(place.services[0], nameless)))
    assert lines
    assert all("the search" in line for line in lines)


def test_every_service_of_a_small_place_is_reached() -> None:
    assert unreachable_services(small_place()) == []


def test_a_bundle_that_is_nothing_by_itself_is_not_built(profile: Path, tmp_path: Path) -> None:
    """What it extends was not put in."""
    said, out = io.StringIO(), tmp_path / "x.tar"

    def load(folder: Path) -> Place | list[str]:
        return small_place() if folder == profile else ["place.yaml:1: There is no ../base"]

    assert run_build([profile], load, "1", out, said) == 1
    assert "There is no ../base" in said.getvalue()
    assert not out.exists()
    assert not list(tmp_path.glob(".*"))
