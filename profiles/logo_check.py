"""Whether a logo can be drawn, and does nothing else."""

from __future__ import annotations

from pathlib import Path

from profiles.mistakes import Notes

_ACTIVE = frozenset({"script", "foreignObject", "use", "image", "a", "animate", "set", "style"})


def check_logo(path: Path, notes: Notes) -> None:
    """Note what is wrong with the picture at `path`: not a picture, or with active or foreign content."""
    content = path.read_bytes()
    if path.suffix == ".png":
        if not content.startswith(b"\x89PNG\r\n\x1a\n"):
            notes.add(1, "This is not a PNG picture", "Export the logo as PNG or SVG again.")
        return
    _check_svg(content, notes)


def _check_svg(content: bytes, notes: Notes) -> None:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        notes.add(error.position[0], "This is not a valid SVG picture", "Export the logo again.")
        return
    except (DefusedXmlException, ValueError, LookupError):
        notes.add(1, "The picture declares entities or a document type", "Export it as plain SVG.")
        return
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        notes.add(1, "This is not an SVG picture", "Export the logo as SVG.")
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _ACTIVE:
            notes.add(1, f'The picture has a "{name}"', "Export it as plain SVG, with shapes only.")
