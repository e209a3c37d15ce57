"""Power that fails, or a kill, at every line that the agent runs: the old profile or the new one, never neither.

The work runs in a child that kills itself (SIGKILL) before line 1, line 2, line 3, … of Lotse's own code, until it
comes through. What is on the disk then is looked at by the parent.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tuf.ngclient import updater

from provisioning import agent, agent_floor, agent_releases, agent_source, agent_status, bundle, repository
from provisioning.agent_fetch import Fetcher
from provisioning.agent_line import AgentSide
from provisioning.agent_releases import Release, Releases, Trial, profile_in_use
from provisioning.agent_source import UpdateFault
from tests.provisioning.signing import TARGET, Publisher, Server, looking
from tests.provisioning.signing import bundle as bundle_of

CODE = (agent, agent_floor, agent_releases, agent_source, agent_status, bundle, repository, updater)
WATCHED = frozenset(module.__file__ for module in CODE)
OLD, NEW = "a" * 64, "b" * 64
SIZES = {"place.yaml": None, "services/one.yaml": 50 * len("title: Eins\n")}


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Run `work` in a child that is killed before its `line`-th line; whether it was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads: the child touches none of them
        child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return True
        assert os.WEXITSTATUS(status) == 0
        return False
    left = [line]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    try:
        sys.settrace(trace)
        work()
        sys.settrace(None)
        os._exit(0)
    except BaseException:
        os._exit(3)


def every_cut(work: Callable[[], object], start: Callable[[], None], pace: int = 1) -> Iterator[int]:
    """Yield after each cut, or each `pace`-th; `start` puts everything back before the next."""
    line = 1
    while True:
        start()
        if not killed_at(line, work):
            break
        yield line
        line += pace
    assert line > 20, "too few lines were seen to be cut"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A terminal's folder, with an old release in use, and two bundles beside it."""
    for version in ("1", "2"):
        (tmp_path / f"{version}.tar").write_bytes(bundle_of(tmp_path, version))
    releases = Releases(tmp_path / "home")
    releases.clear_incoming()
    old = releases.stage(tmp_path / "1.tar", OLD, b"{}")
    releases.activate(old, Trial(old.name))
    releases.confirm()
    return tmp_path / "home"


def version_in_use(state: Path) -> str:
    """Return which profile is in use, after a look at whether it is there whole."""
    profile = profile_in_use(state, state / "nowhere")
    assert (profile / "services" / "one.yaml").stat().st_size == SIZES["services/one.yaml"]
    return (profile / "place.yaml").read_text().split()[1]


def again(state: Path, before: Path) -> None:
    """Put the folder back as it was."""
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(before, state, symlinks=True)


def update(state: Path, bundle: Path) -> Release:
    """Do what the agent does with a bundle that it fetched."""
    releases = Releases(state)
    releases.clear_incoming()
    release = releases.find(NEW) or releases.stage(bundle, NEW, b"{}")
    releases.clear_incoming()
    releases.activate(release, Trial(release.name, ("printer",), connected=True))
    return release


def test_a_cut_while_unpacking_and_activating(home: Path, tmp_path: Path) -> None:
    before = Path(shutil.copytree(home, tmp_path / "before", symlinks=True))
    seen = []
    for _ in every_cut(lambda: update(home, tmp_path / "2.tar"), lambda: again(home, before)):
        seen.append(version_in_use(home))
        releases = Releases(home)
        good = releases.good
        assert good is not None
        assert good.manifest.version == "1"
        assert releases.on_trial == (seen[-1] == "2")
        update(home, tmp_path / "2.tar")  # the next time it comes through
        assert version_in_use(home) == "2"
    assert seen == sorted(seen), "once it is the new one it stays the new one"


def get_and_activate(publisher: Publisher, server: Server, state: Path, fetcher: Fetcher) -> None:
    """Do a whole round of the agent's, without a terminal."""
    releases, floor = Releases(state), agent_floor.FloorFile(*agent_releases.floors_in(state))
    address = agent_source.Address(server.url, TARGET, publisher.root)
    source = agent_source.Source(address, state / "metadata", fetcher, floor)
    whole = agent.Agent(source, releases, AgentSide(state / "line"), lambda _: [], agent_status.Status(state))
    releases.clear_incoming()
    release = whole._get()
    if release:
        releases.activate(release, Trial(release.name))
    whole.close()


def test_a_cut_while_looking_and_fetching(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    """With python-tuf's own lines; each 17th of them all."""
    state, before = tmp_path / "home", tmp_path / "before"
    ours, childs = Fetcher(10), Fetcher(10)  # the child's is not used here: its loop begins in the child
    try:
        get_and_activate(publisher, server, state, ours)
        Releases(state).confirm()
        shutil.copytree(state, before, symlinks=True)
        publisher.publish("2")
        seen = []
        for _ in every_cut(
            lambda: get_and_activate(publisher, server, state, childs), lambda: again(state, before), pace=17
        ):
            seen.append(version_in_use(state))
            get_and_activate(publisher, server, state, ours)
            assert version_in_use(state) == "2"
        assert seen == sorted(seen)
    finally:
        ours.close()
        childs.close()


def test_a_cut_while_confirming(home: Path, tmp_path: Path) -> None:
    update(home, tmp_path / "2.tar")
    before = Path(shutil.copytree(home, tmp_path / "before", symlinks=True))
    for _ in every_cut(lambda: Releases(home).confirm(), lambda: again(home, before)):
        assert version_in_use(home) == "2"
        releases = Releases(home)
        assert releases.trial == Trial(NEW[:32], ("printer",), connected=True)
        releases.confirm()
        assert not releases.on_trial
        assert [folder.name for folder in (home / "releases").iterdir()] == [NEW[:32]]


def test_a_cut_while_going_back(home: Path, tmp_path: Path) -> None:
    update(home, tmp_path / "2.tar")
    before = Path(shutil.copytree(home, tmp_path / "before", symlinks=True))
    seen = []
    for _ in every_cut(lambda: Releases(home).roll_back("worse"), lambda: again(home, before)):
        seen.append(version_in_use(home))
        releases = Releases(home)
        if releases.on_trial and releases.refused(NEW):
            releases.roll_back("worse")
        if not releases.on_trial:
            assert version_in_use(home) == "1"
            assert releases.refused(NEW) == "worse"
    assert seen == sorted(seen, reverse=True)


def test_a_cut_while_the_first_of_all_comes_and_goes(tmp_path: Path) -> None:
    (tmp_path / "2.tar").write_bytes(bundle_of(tmp_path, "2"))
    state, shipped = tmp_path / "home", tmp_path / "shipped"

    def come_and_go() -> None:
        update(state, tmp_path / "2.tar")
        Releases(state).roll_back("worse")

    for _ in every_cut(come_and_go, lambda: shutil.rmtree(state, ignore_errors=True), pace=3):
        profile = profile_in_use(state, shipped)
        assert profile == shipped or version_in_use(state) == "2"


def test_everything_is_on_the_disk_before_it_is_in_use(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename can outlive a power cut that the renamed does not: files and folders are synced before."""
    synced: set[tuple[int, int]] = set()
    fsync, replace = os.fsync, Path.replace

    def noting(handle: int) -> None:
        fsync(handle)
        found = os.fstat(handle)
        synced.add((found.st_dev, found.st_ino))

    def checking(path: Path, target: Path) -> Path:
        if path.name == ".current.new":
            release = (path.parent / path.readlink()).resolve()
            for each in [release.parent, release, *release.rglob("*")]:
                assert (each.stat().st_dev, each.stat().st_ino) in synced, each
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noting)
    monkeypatch.setattr(Path, "replace", checking)
    update(home, tmp_path / "2.tar")
    assert version_in_use(home) == "2"
    found = home.stat()
    assert (found.st_dev, found.st_ino) in synced


def test_a_repository_that_was_cut_while_releasing(publisher: Publisher, server: Server, tmp_path: Path) -> None:
    """Terminals see what was before or what is new at any time, and a second release brings the new."""
    file = tmp_path / "2.tar"
    file.write_bytes(bundle_of(publisher.folder, "2"))
    publisher.repository.publish(file, "koeln/foyer.tar", {"version": "2"})
    publisher.repository.sign(publisher.keys["koeln"])
    before = Path(shutil.copytree(publisher.path, tmp_path / "before"))
    online = [publisher.keys["snapshot"], publisher.keys["timestamp"]]
    seen = []
    for line in every_cut(lambda: publisher.repository.release(online), lambda: again(publisher.path, before), pace=25):
        for _ in range(2):
            try:
                with looking(publisher, server, tmp_path / f"state{line}") as source:
                    seen.append(source.look().version)
            except UpdateFault as fault:
                pytest.fail(f"line {line}: {fault}")
            publisher.repository.release(online)
        assert seen.pop() == "2"
    assert seen == sorted(seen)
