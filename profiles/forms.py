"""The forms of a profile, read when a visitor opens them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.faults import Fault, FaultCode
from kiosk.place import Service

if TYPE_CHECKING:
    from kiosk.forms.schema import Form

KEPT = 8
"""As many read forms stay in memory; a large one takes some megabytes."""


class ProfileForms:
    """Reads forms from the profile's folder (`kiosk.ports.FormLibrary`).

    Reading happens in a thread, so that the screen stays alive; a form that was read lately is
    there at once. External code lists stay references: the journey resolves them from `Place.code_lists`.
    """

    def __init__(self) -> None:
        self._read: OrderedDict[Path, Form] = OrderedDict()

    async def open(self, service: Service) -> Form | Fault:
        """Return the service's form, or why it cannot be used. A broken one is read again next time."""
        if service.form is None:
            return Fault(FaultCode.INTERNAL, f"the service {service.id} has no form")
        path = service.form.schema
        form = self._read.get(path)
        if form is None:
            found = await asyncio.to_thread(_read, path)
            if isinstance(found, Fault):
                return found
            form = found
            self._read[path] = form
            if len(self._read) > KEPT:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(path)
        return form


def _read(path: Path) -> Form | Fault:
    from kiosk.forms.schema import Form
    from kiosk.forms.xdf3 import read_file

    found = read_file(path)
    return found if isinstance(found, Form) else found.fault
