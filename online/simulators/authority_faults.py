"""What can go wrong at the authority's double, on demand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Operation(StrEnum):
    """The requests that the double answers."""

    TOKEN = "token"  # noqa: S105 - a name
    SERVICE_KEYS = "service-keys"
    ROUTES = "routes"
    PORTAL_KEYS = "portal-keys"
    DESTINATION = "destination"
    DESTINATION_KEYS = "destination-keys"
    DESTINATION_KEY = "destination-key"
    ANNOUNCE = "announce"
    ATTACHMENT = "attachment"
    SUBMIT = "submit"
    EVENTS = "events"


class Mishap(StrEnum):
    """What happens to one request."""

    SERVER_ERROR = "server-error"
    TOO_MANY = "too-many"
    STALL = "stall"
    DROP_BEFORE = "drop-before"
    """The connection breaks before anything is done."""
    DROP_AFTER = "drop-after"
    """The request is carried out, then the connection breaks before the answer."""
    REFUSE = "refuse"
    FORBID = "forbid"
    FORGET = "forget"
    EXPIRE_TOKEN = "expire-token"  # noqa: S105 - a name
    PAGE = "page"
    """An HTML page with status 200, as a captive portal sends."""


class Forgery(StrEnum):
    """What is false in answers while it is switched on."""

    SIGNATURE = "signature"
    TAGS = "tags"
    NO_TAGS = "no-tags"
    TYPE = "type"
    ALGORITHM = "algorithm"
    TWO_EVENTS = "two-events"
    OTHER_SUBMISSION = "other-submission"
    OTHER_CASE = "other-case"
    OTHER_ISSUER = "other-issuer"
    NO_SUBMIT_EVENT = "no-submit-event"
    REJECT = "reject"
    WEAK_KEY = "weak-key"
    SIGNING_KEY = "signing-key"
    NO_KEY = "no-key"
    ROUTE_SIGNATURE = "route-signature"
    ROUTE_DESTINATION = "route-destination"
    ROUTE_SERVICE = "route-service"
    ROUTE_HOST = "route-host"
    ROUTE_ISSUER = "route-issuer"


@dataclass(slots=True)
class Planned:
    """A mishap for the next `times` requests of a kind; `retry_after` in seconds where it is told."""

    operation: Operation
    mishap: Mishap
    times: int
    retry_after: str = ""
