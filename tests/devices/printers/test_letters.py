"""Letters that a printer does not have are drawn: joined, in their order, with their marks."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from devices.printers.raster import Style, _as_seen, _font_file, _is_right_to_left, text_picture
from ui.keyboard import din91379

BIG = Style(dots=100)
JOINED = {
    "محمد": "\ufee3\ufea4\ufee4\ufeaa",
    "بنت": "\ufe91\ufee8\ufe96",
    "يعقوب": "\ufef3\ufecc\ufed8\ufeee\ufe8f",
}
"""Arabic words, and the forms that their letters take there, in logical order (Unicode's presentation forms)."""
MARKED = [letter for letter in din91379.letters() if len(letter) > 1]


def ink(picture: Image.Image) -> Image.Image:
    """What is black, cut out."""
    dark = ImageChops.invert(picture.convert("L"))
    return dark.crop(dark.getbbox())


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Which part of the ink is elsewhere, after both were made equally large."""
    fitted = other.resize(one.size)
    apart = sum(ImageChops.difference(one, fitted).histogram()[128:])
    return apart / sum(one.histogram()[128:])


def glyphs(letters: str) -> Image.Image:
    """These glyphs from left to right, as they stand, without any shaping or ordering."""
    file = _font_file(letters[0], False)
    font = ImageFont.truetype(file, BIG.dots, layout_engine=ImageFont.Layout.BASIC)
    picture = Image.new("L", (900, 250), 255)
    ImageDraw.Draw(picture).text((50, 150), letters, fill=0, font=font, anchor="ls")
    return ink(picture)


@pytest.mark.parametrize(("word", "forms"), JOINED.items(), ids=["name", "daughter", "family-name"])
def test_arabic_letters_join_and_run_from_right_to_left(word: str, forms: str) -> None:
    drawn = ink(text_picture(word, 900, BIG))
    assert unlike(glyphs(forms[::-1]), drawn) < 0.15
    assert unlike(glyphs(forms), drawn) > 0.3
    assert unlike(glyphs(word[::-1]), drawn) > 0.3


def test_a_number_amidst_arabic_keeps_its_own_direction() -> None:
    both = ink(text_picture("محمد 147", 900, BIG))
    number = ink(text_picture("147", 900, BIG))
    left = both.crop((0, 0, number.width, both.height))
    assert unlike(number, left.crop(left.getbbox())) < 0.15


def test_words_of_a_right_to_left_line_stand_from_the_right() -> None:
    both = ink(text_picture("محمد بنت", 900, BIG))
    last = ink(text_picture("بنت", 900, BIG))
    left = both.crop((0, 0, last.width, both.height))
    assert unlike(last, left.crop(left.getbbox())) < 0.15


@pytest.mark.parametrize("letter", MARKED)
def test_a_letter_of_din_91379_keeps_its_marks_at_their_place(letter: str) -> None:
    plain = text_picture(letter[0], 300, BIG).convert("L")
    marked = text_picture(letter, 300, BIG).convert("L")
    added = ImageChops.subtract(plain, marked).point(lambda light: 255 if light > 128 else 0)
    place = added.getbbox()
    assert place is not None, "the mark is missing"
    base = ImageChops.invert(plain).getbbox()
    assert base is not None
    middle, width = (base[0] + base[2]) / 2, base[2] - base[0]
    assert abs((place[0] + place[2]) / 2 - middle) < max(width, 50), "the mark stands beside its letter"
    assert ImageChops.invert(marked).getbbox() != ImageChops.invert(text_picture("\U000e0fff", 300, BIG)).getbbox()


@pytest.mark.parametrize("letter", [*MARKED, *["Ấ", "Ǟ", "Ṥ", "Ḝ", "ģ", "ý", "ỵ"], "إ", "ٱ"])
def test_no_letter_is_cut_off_at_the_border_of_its_line(letter: str) -> None:
    picture = text_picture(letter, 300, BIG).convert("L")
    box = ImageChops.invert(picture).getbbox()
    assert box is not None
    assert box[1] > 0
    assert box[3] < picture.height


@pytest.mark.parametrize(
    ("line", "right_first"),
    [
        ("الهاتف: 030 123", ["الهاتف", ": ", "030 123"]),
        ("الهاتف: \u2068030 123\u2069", ["الهاتف", ": ", "030 123"]),
        ("PIN، من 6 أرقام", ["PIN", "، ", "من", " ", "6", " ", "أرقام"]),
        ("رمز QR.", ["رمز", " ", "QR", "."]),
    ],
)
def test_a_mixed_line_is_read_from_the_right_and_numbers_stay_whole(line: str, right_first: list[str]) -> None:
    seen = _as_seen(line, to_left=True)
    assert "".join(run for run, _ in reversed(seen)) == "".join(right_first)
    assert all(direction == "ltr" for run, direction in seen if run.strip().isascii() and run.strip().isalnum())


@pytest.mark.parametrize(
    ("line", "to_left"),
    [("خدمة (Bürgerservice der Stadt)", True), ("PIN، من 6 أرقام", True), ("Name: أحمد", False), ("030 123", False)],
)
def test_a_line_runs_as_its_language_does(line: str, to_left: bool) -> None:
    assert _is_right_to_left(line) is to_left
