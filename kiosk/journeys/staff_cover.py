"""The staff's pages as a cover over the visit: opened, closed, and never left lying under something else."""

from __future__ import annotations

from dataclasses import replace

from kiosk.effects import Effects, Note, StaffDeed
from kiosk.visit import Page, Visit

IDLE_S = 60.0
"""After so long a silence the staff's pages close by themselves."""


def is_of_staff(page: Page) -> bool:
    """Whether this is a page of the staff; they say so themselves, so that none is loaded before it is needed."""
    return getattr(page, "of_staff", False)


def is_open(visit: Visit) -> bool:
    """Whether a page of the staff is on the screen."""
    return is_of_staff(visit.page)


def closed(visit: Visit) -> Visit:
    """Return the visit without the staff's pages."""
    return replace(visit, path=tuple(page for page in visit.path if not is_of_staff(page)))


def opened(visit: Visit, page: Page) -> Visit:
    """Return the visit with a page of the staff over it: whatever it shows is covered."""
    return replace(closed(visit), question=None, begun=True).at(page)


def guarded(visit: Visit) -> Visit:
    """Return the visit so that nobody comes back to a page of the staff from what was put on top of it."""
    return closed(visit) if not is_open(visit) and any(map(is_of_staff, visit.path)) else visit


def signed(visit: Visit, deed: StaffDeed) -> Effects:
    """Have a deed written down, if it is the staff who does it."""
    return (Note(deed, getattr(visit.page, "staff", "")),) if is_open(visit) else ()
