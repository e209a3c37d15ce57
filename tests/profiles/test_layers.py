"""Layers: what a profile extends, how their files become one, and where each value and mistake comes from."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.place import Place, ServiceId
from kiosk.text import ENGLISH, GERMAN, Language, local, translator
from profiles.checking import check_profile
from profiles.difference import run_diff
from profiles.explain import explained
from profiles.layers import MOST_LAYERS
from profiles.loading import load_profile, read_profile
from profiles.mistakes import Mistake
from profiles.texts_command import run_texts

Change = Callable[[str, str, str], int]
HUND = ServiceId("hund")
TURKISH = Language("tr")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def site(profile: Path) -> Path:
    """A layer over the small profile that says nothing of its own yet."""
    return layer(profile.parent / "site", "../profile")


def layer(path: Path, extends: str, place: str = "", **services: str) -> Path:
    (path / "services").mkdir(parents=True)
    (path / "place.yaml").write_text(f"extends: {extends}\n{place}", encoding="utf-8")
    for name, content in services.items():
        (path / "services" / f"{name}.yaml").write_text(content, encoding="utf-8")
    return path


def write(path: Path, name: str, content: str) -> None:
    (path / name).parent.mkdir(exist_ok=True)
    (path / name).write_text(content, encoding="utf-8")


def loaded(path: Path) -> Place:
    place = load_profile(path)
    assert isinstance(place, Place), [str(mistake) for mistake in place]
    return place


def only(path: Path) -> Mistake:
    found = check_profile(path)
    assert len(found) == 1, [str(mistake) for mistake in found]
    return found[0]


def test_a_layer_that_says_nothing_changes_nothing(profile: Path, site: Path) -> None:
    below, place = loaded(profile), loaded(site)
    assert (place.id, place.name, place.counter, place.services) == (
        below.id,
        below.name,
        below.counter,
        below.services,
    )
    assert check_profile(site) == []


def test_mappings_are_merged_and_lists_replaced(site: Path) -> None:
    write(site, "place.yaml", 'extends: ../profile\ncounter: {phone: "040 1"}\nlanguages: [de]\n')
    place = loaded(site)
    assert place.counter.phone == "040 1"
    assert place.counter.name == local("Bürgerservice", en="Citizen service")
    assert place.languages == (GERMAN,)


def test_new_german_words_replace_a_text_in_all_languages(site: Path) -> None:
    write(site, "place.yaml", "extends: ../profile\nsite: {de: Rathaus Nord}\n")
    assert loaded(site).site == local("Rathaus Nord")
    mistake = only(site)
    assert (mistake.file, mistake.line, '"en"' in mistake.what) == ("place.yaml", 2, True)


def test_words_in_another_language_are_added_to_a_text(site: Path, change: Change) -> None:
    change("place.yaml", "{de: Rathaus, en: Town hall}", "Rathaus")
    write(site, "place.yaml", "extends: ../profile\nsite: {en: The town hall}\nname: {tr: Küçükşehir}\n")
    assert loaded(site).site == local("Rathaus", en="The town hall")
    assert loaded(site).name == local("Kleinstadt", en="Small town", tr="Küçükşehir")


def test_null_takes_a_key_away(site: Path) -> None:
    write(site, "place.yaml", "extends: ../profile\ncounter: {phone: null}\nars: ~\n")
    assert loaded(site).counter.phone == ""


def test_a_service_of_a_layer_replaces_the_one_below(profile: Path, site: Path) -> None:
    content = (profile / "services" / "hund.yaml").read_text().replace("Steueramt", "Ordnungsamt")
    write(site, "services/hund.yaml", content.replace("needs:", "body: [{de: Neu, en: New}]\nneeds:"))
    service = loaded(site).service(HUND)
    assert service.responsible == local("Ordnungsamt", en="Tax office")
    assert service.body == (local("Neu", en="New"),)


def test_a_service_that_extends_changes_single_keys(profile: Path, site: Path) -> None:
    write(site, "services/hund.yaml", "extends: hund\ncosts: {de: 5 Euro, en: 5 euros}\n")
    service, below = loaded(site).service(HUND), loaded(profile).service(HUND)
    assert service.costs == local("5 Euro", en="5 euros")
    assert (service.title, service.needs, service.keywords) == (below.title, below.needs, below.keywords)


def test_a_service_may_extend_another_one(site: Path) -> None:
    write(site, "services/katze.yaml", "extends: hund\ntitle: {de: Katze anmelden, en: Register a cat}\n")
    place = loaded(site)
    assert {service.id for service in place.services} == {"hund", "katze"}
    assert place.service(ServiceId("katze")).costs == place.service(HUND).costs


def test_a_hidden_service_is_not_offered(site: Path) -> None:
    write(site, "services/katze.yaml", "extends: hund\n")
    write(site, "services/hund.yaml", "hidden: true\n")
    write(site, "place.yaml", "extends: ../profile\noften: [katze]\n")
    assert [service.id for service in loaded(site).services] == ["katze"]


def test_a_hidden_service_is_not_among_the_first(site: Path) -> None:
    write(site, "services/katze.yaml", "extends: hund\n")
    write(site, "services/hund.yaml", "hidden: true\n")
    assert loaded(site).often == ()
    assert check_profile(site) == []


def test_a_layer_above_offers_a_hidden_service_again(profile: Path, site: Path) -> None:
    write(site, "services/hund.yaml", "hidden: true\n")
    content = (profile / "services" / "hund.yaml").read_text()
    terminal = layer(site.parent / "terminal", "../site", hund=content)
    assert [service.id for service in loaded(terminal).services] == ["hund"]


def test_what_is_offered_again_may_come_first(profile: Path, site: Path) -> None:
    write(site, "services/hund.yaml", "hidden: true\n")
    content = (profile / "services" / "hund.yaml").read_text()
    terminal = layer(site.parent / "terminal", "../site", hund=content, katze="extends: hund\n")
    place, folder = read_profile(terminal)
    assert place is not None
    assert (place.often, folder.hidden) == (("hund",), set())
    assert {mistake.file for mistake in folder.mistakes} == {"services/katze.yaml"}


def test_a_service_that_extends_nothing_is_a_mistake(site: Path) -> None:
    write(site, "services/katze.yaml", "\nextends: kater\n")
    found = [mistake for mistake in check_profile(site) if "kater" in mistake.what]
    assert [(mistake.file, mistake.line) for mistake in found] == [("services/katze.yaml", 2)]


def test_a_mistake_below_is_named_where_it_is(site: Path, change: Change) -> None:
    line = change("services/hund.yaml", "icon: dog", "icon: dgo")
    write(site, "services/hund.yaml", "extends: hund\ncosts: {de: 5 Euro, en: 5 euros}\n")
    mistake = only(site)
    assert (mistake.file, mistake.line) == ("../profile/services/hund.yaml", line)


def test_a_mistake_above_is_named_where_it_is(site: Path) -> None:
    write(site, "services/hund.yaml", "extends: hund\n\nicon: dgo\n")
    mistake = only(site)
    assert (mistake.file, mistake.line) == ("services/hund.yaml", 3)


def test_what_is_too_long_is_named_in_its_layer(site: Path) -> None:
    write(site, "services/hund.yaml", f"extends: hund\ntitle: {{de: {'Hund ' * 20}, en: Dog}}\n")
    mistake = only(site)
    assert (mistake.file, mistake.line, "too long" in mistake.what) == ("services/hund.yaml", 2, True)


def test_files_come_from_the_topmost_layer_that_has_them(form_service: Path, site: Path) -> None:
    schema = form_service / "forms" / "kurz.xdf.xml"
    (form_service / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (site / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="1"/>')
    write(site, "place.yaml", "extends: ../profile\nlogo: logo.svg\n")
    place = loaded(site)
    form = place.service(ServiceId("formular")).form
    assert form is not None
    assert (form.schema, place.logo) == (schema, site / "logo.svg")
    assert check_profile(site) == []


def test_a_forms_texts_are_merged(form_service: Path, site: Path) -> None:
    write(site, "forms/kurz.texts.yaml", "F99000000112: {en: Surname}\n")
    form = loaded(site).service(ServiceId("formular")).form
    assert form is not None
    assert translator(ENGLISH).say(form.texts["F99000000112"]) == "Surname"
    assert translator(ENGLISH).say(form.texts["F99000000111"]) == "Given names"


def test_catalogues_of_all_layers_are_read(profile: Path, site: Path) -> None:
    write(profile, "languages/tr.po", HEADER + 'msgid "kostenlos"\nmsgstr "ücretsiz"\nmsgid "Rathaus"\nmsgstr "R"\n')
    write(site, "languages/tr.po", HEADER + 'msgid "Rathaus"\nmsgstr "Belediye"\n')
    place = loaded(site)
    assert translator(TURKISH).say(place.site) == "Belediye"
    assert translator(TURKISH).say(place.service(HUND).costs) == "ücretsiz"


def test_only_what_no_layer_translates_is_to_be_translated(profile: Path, site: Path) -> None:
    write(profile, "languages/tr.po", HEADER + 'msgid "kostenlos"\nmsgstr "ücretsiz"\n')
    write(site, "services/hund.yaml", "extends: hund\nsummary: {de: Jeder Hund., en: Every dog.}\n")
    assert run_texts(site, "tr", io.StringIO()) == 0
    content = (site / "languages" / "tr.po").read_text(encoding="utf-8")
    assert "Jeder Hund." in content
    assert "kostenlos" not in content


@pytest.mark.parametrize(
    ("extends", "what"),
    [
        ("../nowhere", 'no profile "../nowhere"'),
        ("nowhere", 'no profile "nowhere"'),
        ("../../etc", "names no profile"),
        ("/etc", "names no profile"),
        ("../site", "extends itself"),
        ("[a]", "names no profile"),
        ("../citizen-centre", "no profile"),
    ],
)
def test_what_cannot_be_extended_is_named(site: Path, extends: str, what: str) -> None:
    write(site, "place.yaml", f"extends: {extends}\n")
    mistakes = load_profile(site)
    assert isinstance(mistakes, list)
    found = [mistake for mistake in mistakes if what in mistake.what]
    assert [(mistake.file, mistake.line) for mistake in found] == [("place.yaml", 1)], mistakes


def test_a_circle_ends(profile: Path, site: Path) -> None:
    content = (profile / "place.yaml").read_text()
    write(profile, "place.yaml", f"extends: ../site\n{content}")
    mistakes = load_profile(site)
    assert isinstance(mistakes, list)
    assert [(mistake.file, mistake.line) for mistake in mistakes] == [("../profile/place.yaml", 1)]


def test_too_many_layers_end(profile: Path) -> None:
    below = "../profile"
    for number in range(MOST_LAYERS):
        top = layer(profile.parent / f"layer-{number}", below)
        below = f"../layer-{number}"
    mistakes = load_profile(top)
    assert isinstance(mistakes, list)
    assert "too many layers" in mistakes[0].what


_WORDS = st.sampled_from(["de", "en", "id", "phone", "name", "x"])
_LEAVES = st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.none())
_INNER = st.one_of(_LEAVES, st.lists(_LEAVES, max_size=3), st.dictionaries(_WORDS, _LEAVES, max_size=3))
_TREES = st.one_of(_INNER, st.lists(_INNER, max_size=3), st.dictionaries(_WORDS, _INNER, max_size=3))
_KEYS = "extends name counter languages often timers colours hidden title needs keywords costs"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(key=st.sampled_from(_KEYS.split()), tree=_TREES, name=st.sampled_from(["place.yaml", "services/hund.yaml"]))
def test_no_tree_in_a_layer_raises(site: Path, key: str, tree: object, name: str) -> None:
    extends = "../profile" if name == "place.yaml" else "hund"
    write(site, "place.yaml", "extends: ../profile\n")
    content = {"extends": extends, key: tree}
    (site / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    found = load_profile(site)
    assert isinstance(found, Place) or found
    check_profile(site)
    place, folder = read_profile(site)
    for start in ("place", "services", "services.hund"):
        list(explained(start, folder, place))
    run_diff(site.parent / "profile", site, io.StringIO())


def test_a_layer_cannot_read_outside_of_its_folder(site: Path) -> None:
    (site / "services" / "katze.yaml").symlink_to("../../profile/services/hund.yaml")
    assert "leads out" in only(site).what


def test_a_profile_that_ships_can_be_extended_from_anywhere(tmp_path: Path) -> None:
    city = layer(tmp_path / "city", "citizen-centre", "languages: [de, en]\nname: {de: Musterstadt, en: Sampletown}\n")
    place = loaded(city)
    assert place.name == local("Musterstadt", en="Sampletown")
    assert check_profile(city) == []


def test_a_folder_beside_stands_in_for_a_profile_that_ships(profile: Path) -> None:
    profile.rename(profile.parent / "citizen-centre")
    city = layer(profile.parent / "city", "citizen-centre")
    assert loaded(city).id == "kleinstadt"


def test_a_bundle_holds_all_layers_and_is_whole_by_itself(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from main import main
    from provisioning.bundle import unpacked

    bundle = site.parent / "site.tar"
    assert main(["profile", "build", str(site), "--version", "1", "--out", str(bundle)]) == 0, capsys.readouterr()
    with tarfile.open(bundle) as tar:
        assert {"profile/place.yaml", "site/place.yaml"} <= set(tar.getnames())
    with unpacked(bundle) as alone:
        assert [one.path.name for one in read_profile(alone)[1].layers] == ["site", "profile"]
        assert loaded(alone).id == "kleinstadt"
