"""`lotse visit`: a whole visit without a person, and what it leaves behind."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from demo.record import Record
from demo.script import Script, ScriptFault
from demo.visit import Plan, walk, with_form
from kiosk.look import Contrast, Look, TextSize
from kiosk.place import Place
from kiosk.text import ENGLISH
from main import main
from online.simulators.authority_intake import Arrival
from online.simulators.authority_tokens import AuthorityKeys
from profiles.loading import load_profile
from profiles.settings import Settings
from profiles.settings_file import load_settings
from tests.e2e.programs import ROOT, lotse

EXAMPLE = ROOT / "docs" / "visit.example.yaml"
SCHEMAS = sorted((ROOT.parent / "shared" / "reference" / "xdf3").glob("*.xdf.xml"))


def test_the_example_is_accepted_and_leaves_exactly_what_is_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with lotse("visit", str(EXAMPLE), "--out", str(out), folder=tmp_path) as visit:
        visit.says("accepted")
        assert visit.ended() == (0, "")
    names = {"screens", "spoken.txt", "receipt.png", "receipt.txt", "submission.json", "visit.json"}
    assert {path.name for path in out.iterdir()} == names
    _check_screens(out)
    _check_receipt(out)
    submission = json.loads((out / "submission.json").read_text(encoding="utf-8"))
    assert submission["G99000000001"]["F99000000012"] == "MUSTERMANN"
    assert submission["G99000000008"]["G99000000005"]["F99000000051"] == "Łukasz Größ-Đorđević"
    assert [person["F99000000061"] for person in submission["G99000000008"]["G99000000006"]] == ["Şejla", "Jana Zoë"]
    steps = json.loads((out / "visit.json").read_text(encoding="utf-8"))
    assert all(set(step) == {"event", "effects", "ms", "screen"} for step in steps)
    assert {"EidRead", "HandedIn", "Printed", "EndConfirmed"} <= {step["event"] for step in steps}
    assert steps[-1]["screen"] == "goodbye"


def _check_screens(out: Path) -> None:
    screens = sorted(path.name for path in (out / "screens").iterdir())
    assert screens[0] == "01-welcome.png"
    assert screens[-1].endswith("-goodbye.png")
    assert [int(name[:2]) for name in screens] == list(range(1, len(screens) + 1))
    spoken = (out / "spoken.txt").read_text(encoding="utf-8")
    assert spoken.count("# ") == len(screens)
    assert "Wohnung anmelden" in spoken
    assert "MUSTERMANN" not in spoken


def _check_receipt(out: Path) -> None:
    text = (out / "receipt.txt").read_text(encoding="utf-8")
    today = datetime.now().astimezone().date()
    assert f"Datum: {today.day}. " in text
    assert "MUSTERMANN" not in text
    with Image.open(out / "receipt.png") as paper:
        [code] = zxingcpp.read_barcodes(paper)
    assert len(code.text) == 36


@pytest.mark.parametrize("service", ["wohnung-anmelden", "meldebescheinigung", "hund-anmelden"])
async def test_each_form_of_the_profile_is_accepted(keys: AuthorityKeys, tmp_path: Path, service: str) -> None:
    code, submission = await _walked(keys, tmp_path, Script(service))
    assert code == 0
    assert submission


async def test_it_looks_and_speaks_as_it_is_told(keys: AuthorityKeys, tmp_path: Path) -> None:
    look = Look(ENGLISH, TextSize.XL, Contrast.DARK)
    code, _ = await _walked(keys, tmp_path, Script("meldebescheinigung", card=True), look=look, pictures=True)
    assert code == 0
    for path in (tmp_path / "out" / "screens").iterdir():
        with Image.open(path) as screen:
            assert max(screen.convert("RGB").getpixel((4, 4))) < 40  # type: ignore[arg-type]
    spoken = (tmp_path / "out" / "spoken.txt").read_text(encoding="utf-8")
    assert "Certificate of residence" in spoken
    assert "Meldebescheinigung" not in spoken


@pytest.mark.skipif(not SCHEMAS, reason="the real schemas are not here")
@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.name.split(".")[0])
async def test_real_schemas_are_accepted(keys: AuthorityKeys, tmp_path: Path, schema: Path) -> None:
    code, submission = await _walked(keys, tmp_path, Script("wohnung-anmelden"), schema)
    assert code == 0
    assert submission


async def _walked(
    keys: AuthorityKeys,
    tmp_path: Path,
    script: Script,
    form: Path | None = None,
    look: Look | None = None,
    *,
    pictures: bool = False,
) -> tuple[int, object]:
    """Walk on this loop; return the exit code and what the authority got."""
    settings = load_settings(None)
    assert isinstance(settings, Settings)
    place = load_profile(settings.profile)
    assert isinstance(place, Place)
    plan = Plan(settings, with_form(place, script, form), script, look or Look(), tmp_path / "out")
    code = await walk(plan, Record(plan.out, pictures=pictures), lambda: keys)
    return code, json.loads((plan.out / "submission.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("answers", "options", "words"),
    [
        ("service: [", (), "line 1: is not YAML"),
        ("- service", (), "service:"),
        ("card: true", (), "service:"),
        ("service: no-such-service", (), "no service “no-such-service”"),
        ("service: fuehrungszeugnis", (), "has no form"),
        ("service: hund-anmelden\ncard: perhaps", (), "“card” is true or false"),
        ("service: hund-anmelden\nanswer: auto", (), "knows no “answer”"),
        ("service: hund-anmelden\nanswers: {F1: x}", (), "no element “F1”"),
        ("service: hund-anmelden\nanswers: {F99000000231: {a: b}}", (), "neither words nor a list"),
        ("service: hund-anmelden", ("--language", "tlh"), "no language “tlh”"),
        ("service: hund-anmelden", ("--form", "no-such-file.xdf.xml"), "the form cannot be used"),
        ("service: hund-anmelden", ("--profile", "no-such-profile"), "no-such-profile"),
    ],
)
def test_what_cannot_be_walked_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answers: str, options: tuple[str, ...], words: str
) -> None:
    script = tmp_path / "answers.yaml"
    script.write_text(answers, encoding="utf-8")
    assert main(["visit", str(script), "--out", str(tmp_path / "out"), *options]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("element", "answer", "words"),
    [
        ("F99000000213", "31.02.1988", "does not take the answer to F99000000213"),
        ("F99000000233", "x", "F99000000233 has no option “x”"),
    ],
)
async def test_an_answer_that_the_form_does_not_take_ends_the_walk(
    keys: AuthorityKeys, tmp_path: Path, element: str, answer: str, words: str
) -> None:
    script = Script("hund-anmelden", answers={element: answer})
    with pytest.raises(ScriptFault, match=words):
        await _walked(keys, tmp_path, script)
    assert not (tmp_path / "out" / "submission.json").exists()


async def test_without_the_authority_the_visit_is_not_accepted(
    keys: AuthorityKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Arrival, "accepted", False)
    code, _ = await _walked(keys, tmp_path, Script("hund-anmelden"))
    assert code == 1
