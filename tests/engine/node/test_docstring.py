from __future__ import annotations

import pytest

from dtl_engine.node.docstring import Documentation, plain, read_docstring

WHOLE = """Mirror ``samples``
    in one sentence.

    A first paragraph
    of two lines.

    A second one.

    Example:
        {"axis":

         "vertical"}

    Source: somewhere, with
        a second line.
    """


def test_all_parts_are_found() -> None:
    found = read_docstring(WHOLE)
    assert found == Documentation(
        "Mirror `samples` in one sentence.",
        ("A first paragraph of two lines.", "A second one."),
        '{"axis":\n\n "vertical"}',
        "somewhere, with a second line.",
    )
    assert found.example_settings() == {"axis": "vertical"}


def test_the_example_may_come_last() -> None:
    found = read_docstring("Do it.\n\n    Example:\n        {}\n    ")
    assert found == Documentation("Do it.", (), "{}", "")


@pytest.mark.parametrize("text", [None, "", "  \n "])
def test_nothing_is_said(text: str | None) -> None:
    assert read_docstring(text) == Documentation("", (), "", "")


@pytest.mark.parametrize("text", ["Do it.", "Do it.\n\nExample:\n    {broken\n"])
def test_an_example_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"no section|Expecting"):
        read_docstring(text).example_settings()


def test_code_over_a_line_break() -> None:
    assert plain('Write ``{"a":\n 1}`` or ``b``.') == 'Write `{"a": 1}` or `b`.'
