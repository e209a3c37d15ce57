"""Floor plans that are brought by the page, and where terminals stand on them.

Of a picture only its points are kept: it is decoded and written anew as PNG, so nothing else that a file may hold
(places in EXIF, scripts, a second format) reaches a browser.
"""

from __future__ import annotations

import hashlib
from email.parser import BytesParser
from email.policy import HTTP
from io import BytesIO

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hub.settings import Spot
from hub.storage import PlanRow, TerminalRow, Topic, writing

MAX_UPLOAD = 6 * 1024 * 1024
"""Bytes of a request that brings a picture."""
MOST_POINTS = 40_000_000
LONGEST_SIDE = 1600
_FORMATS = ("PNG", "JPEG")


def uploaded(content_type: str, body: bytes, name: str) -> bytes:
    """Return the file of a form that was posted as multipart/form-data (RFC 7578); empty if there is none."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n"
    form = BytesParser(policy=HTTP).parsebytes(head.encode("ascii", "ignore") + body)
    for part in form.iter_parts() if form.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == name:
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    return b""


def cleaned(file: bytes) -> bytes | None:
    """Return the points of a PNG or JPEG as a PNG of at most `LONGEST_SIDE`, or None if it is neither or too large."""
    from PIL import Image, ImageOps

    out = BytesIO()
    try:
        with Image.open(BytesIO(file), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_POINTS:
                return None
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright)
        paper.save(out, "PNG", optimize=True)
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
    ):  # what Pillow raises for bad files
        return None
    return out.getvalue()


class PlanBook:
    """The plans of all sites. Each method is one transaction and blocks on the disk: call it on a thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def picture(self, site: str) -> bytes | None:
        """Return a site's plan, if one was brought."""
        with Session(self._engine) as session:
            return session.scalar(select(PlanRow.picture).where(PlanRow.site == site))

    def put(self, site: str, picture: bytes) -> None:
        """Keep what `cleaned` returned as a site's plan."""
        version = hashlib.sha256(picture).hexdigest()[:16]
        with writing(self._engine, Topic.TERMINALS) as session:
            session.merge(PlanRow(site=site, version=version, picture=picture))

    def remove(self, site: str) -> None:
        """Forget what was brought; the plan of the settings is back, if there is one."""
        with writing(self._engine, Topic.TERMINALS) as session:
            session.execute(delete(PlanRow).where(PlanRow.site == site))

    def place(self, site: str, terminal: str, spot: Spot | None) -> bool:
        """Say where a terminal of a site stands; None: not on the plan. Return False if the site has none so named."""
        here = (TerminalRow.name == terminal, TerminalRow.site == site)
        spot_now = {"x": spot.x, "y": spot.y} if spot else {"x": None, "y": None}
        with writing(self._engine, Topic.TERMINALS) as session:
            changed = session.connection().execute(update(TerminalRow).where(*here).values(spot_now))
            return changed.rowcount == 1
