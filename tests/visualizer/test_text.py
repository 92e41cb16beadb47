"""Text is measured, shortened and cleaned without fonts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_visualizer.text import ELLIPSIS, clean, clean_lines, shorten, text_width


def test_width_grows_with_letters_size_and_weight() -> None:
    assert text_width("", 12) == 0
    assert text_width("iii", 12) < text_width("mmm", 12)
    assert text_width("abc", 24) == pytest.approx(2 * text_width("abc", 12))
    assert text_width("abc", 12, bold=True) > text_width("abc", 12)


def test_wide_and_combining_characters() -> None:
    assert text_width("日本", 10) > text_width("ab", 10)
    assert text_width("e\u0301", 10) == text_width("e", 10)


@pytest.mark.parametrize(
    ("text", "regular", "bold"),
    [
        ("$pictures", 4.65, 5.30),
        ("0 or more", 4.89, 5.47),
        ("nails_crops: 0 or more samples", 15.54, 17.46),
        ("classes nail, pad sides left 20%, top 20%, ri", 21.76, 24.54),
        ("drop_obj_by_class", 9.00, 10.03),
        ("$data_with_bg", 7.28, 8.13),
        ("20-220", 3.54, 3.89),
        ("still life, illicit frills", 8.99, 10.66),
        ("OPEN_IMAGES WWF MMM", 12.91, 14.54),
        ("Köln, Łódź, São Tomé", 10.55, 11.97),
        ("Жёлтая груша", 7.73, 8.51),
        ("помидоры", 5.40, 6.01),
        ("3\u201324 samples — 50 % (a/b)", 13.74, 15.04),
    ],
)
def test_text_has_room_in_the_widest_face_that_viewers_fall_back_to(
    text: str, regular: float, bold: float
) -> None:
    """``regular`` and ``bold`` are the widths in DejaVu Sans, in em."""
    assert regular * 10 <= text_width(text, 10) <= 1.25 * regular * 10
    assert bold * 10 <= text_width(text, 10, bold=True) <= 1.25 * bold * 10


def test_short_text_stays() -> None:
    assert shorten("crop", 100, 12) == "crop"


def test_an_accent_is_not_torn_off() -> None:
    text = "e\u0301" * 40
    for limit in range(20, 120):
        short = shorten(text, limit, 12).removesuffix(ELLIPSIS)
        assert short.count("e") == short.count("\u0301")


@given(st.text(max_size=80), st.floats(30, 300), st.booleans())
def test_shortened_text_fits(text: str, limit: float, bold: bool) -> None:
    short = shorten(text, limit, 12, bold=bold)
    assert text_width(short, 12, bold=bold) <= limit
    assert short == text or short.endswith(ELLIPSIS)


def test_clean_keeps_one_line_and_drops_what_xml_forbids() -> None:
    assert clean("a\n b\tc") == "a b c"
    assert clean("a\x00b\x1b\ud800\uffff") == "a\ufffdb\ufffd\ufffd\ufffd"
    assert clean("abc\u202edef\u2066") == "abc\ufffddef\ufffd"
    assert clean_lines("one \n\ntwo\x07") == "one\n\ntwo\ufffd"
