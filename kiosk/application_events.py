"""What becomes of a service's form and of the application made with it: see `kiosk.events`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.privacy import Private

if TYPE_CHECKING:
    from kiosk.forms.schema import Form


@dataclass(frozen=True, slots=True)
class FormOpened(Event):
    """A service's form was read."""

    form: Form


@dataclass(frozen=True, slots=True)
class FormFailed(Event):
    """A service's form could not be read."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class HandedIn(Event):
    """The server has the application. `submission_id` is FIT-Connect's."""

    submission_id: Private[str]


@dataclass(frozen=True, slots=True)
class KeptForLater(Event):
    """The application lies encrypted in the outbox, the server does not have it yet."""

    reference: Private[str]
    fault: Fault


@dataclass(frozen=True, slots=True)
class HandInFailed(Event):
    """The application could not be handed in, and is not kept."""

    fault: Fault
