"""Forms are read when a visitor opens them, in a thread, and kept for a while."""

from __future__ import annotations

from pathlib import Path

from kiosk.faults import Fault, FaultCode
from kiosk.forms.schema import Form
from kiosk.place import Place, Service, ServiceId
from profiles import forms
from profiles.forms import ProfileForms
from profiles.loading import load_profile


def service_of(profile: Path, service: str) -> Service:
    place = load_profile(profile)
    assert isinstance(place, Place)
    return place.service(ServiceId(service))


async def test_a_form_is_read_and_kept(form_service: Path) -> None:
    library, service = ProfileForms(), service_of(form_service, "formular")
    form = await library.open(service)
    assert isinstance(form, Form)
    assert list(form.fields())
    assert await library.open(service) is form


async def test_only_the_last_few_are_kept(form_service: Path) -> None:
    library, content = ProfileForms(), (form_service / "services" / "formular.yaml").read_text()
    schema = (form_service / "forms" / "kurz.xdf.xml").read_bytes()
    for number in range(forms.KEPT + 1):
        (form_service / "forms" / f"kurz{number}.xdf.xml").write_bytes(schema)
        changed = content.replace("kurz.xdf", f"kurz{number}.xdf")
        (form_service / "services" / f"formular-{number}.yaml").write_text(changed)
    first = service_of(form_service, "formular-0")
    form = await library.open(first)
    for number in range(1, forms.KEPT + 1):
        await library.open(service_of(form_service, f"formular-{number}"))
    assert await library.open(first) is not form


async def test_a_broken_form_is_a_fault_and_is_read_again(form_service: Path) -> None:
    library, service = ProfileForms(), service_of(form_service, "formular")
    path = form_service / "forms" / "kurz.xdf.xml"
    content = path.read_bytes()
    path.write_bytes(b"no xml")
    fault = await library.open(service)
    assert isinstance(fault, Fault)
    assert fault.code is FaultCode.FORM_UNREADABLE
    path.write_bytes(content)
    assert isinstance(await library.open(service), Form)


async def test_a_form_that_vanished_is_a_fault(form_service: Path) -> None:
    service = service_of(form_service, "formular")
    (form_service / "forms" / "kurz.xdf.xml").unlink()
    assert isinstance(await ProfileForms().open(service), Fault)


async def test_a_service_without_form_is_a_fault(form_service: Path) -> None:
    assert isinstance(await ProfileForms().open(service_of(form_service, "hund")), Fault)
