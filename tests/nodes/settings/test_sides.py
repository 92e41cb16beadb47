from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dtl_engine.model.geometry import Size, Window
from dtl_engine.testing.settings import parse_settings
from dtl_nodes.settings.sides import Sides, length_px

GOOD = ("0px", "12px", "007px", "0%", "7.5%", "100%", "250%", "33.333%")
BAD = ("", "12", "px", "%", "1.5px", "-1px", "+1px", "10%x", "abcpx", " 1px", "1px ", "1 px",
       "1px\n", ".5%", "5.%", "1e2px", "1PX", "\u0661px", "9" * 20 + "px", 12, None,
       True, ["1px"])  # fmt: skip


def sides(value: Any) -> Sides:
    parsed = parse_settings(Sides, value)
    assert isinstance(parsed, Sides)
    return parsed


@pytest.mark.parametrize("length", GOOD)
def test_grammar_accepts(length: str) -> None:
    assert sides({"left": length}).left == length


@pytest.mark.parametrize("length", BAD)
def test_grammar_refuses(length: Any) -> None:
    with pytest.raises(ValidationError):
        sides({"left": length})


@pytest.mark.parametrize(
    ("length", "side_px", "expected"),
    [("3px", 10, 3), ("33%", 10, 3), ("33%", 8, 2), ("12.5%", 10, 1), ("50%", 9, 4),
     ("100%", 7, 7), ("99.999%", 10, 9), ("200%", 5, 10), ("0%", 5, 0)],
)  # fmt: skip
def test_percent_is_cut_toward_zero(length: str, side_px: int, expected: int) -> None:
    assert length_px(length, side_px) == expected


def test_percent_is_of_the_axis() -> None:
    every = sides(dict.fromkeys(("left", "top", "right", "bottom"), "33%"))
    assert every.window(Size(10, 8)) == Window(3, 2, 7, 6)


def test_missing_sides_stay() -> None:
    assert sides({}).window(Size(10, 8)) == Window(0, 0, 10, 8)
    assert sides({"top": "2px"}).window(Size(10, 8)) == Window(0, 2, 10, 8)


@pytest.mark.parametrize(
    "value",
    [{"left": "50%", "right": "50%"}, {"left": "10px"}, {"top": "9px"},
     {"left": "8px", "right": "8px"}],
)  # fmt: skip
def test_sides_that_meet_leave_nothing(value: dict[str, str]) -> None:
    assert sides(value).window(Size(10, 8)).is_empty


def test_unknown_sides_are_refused() -> None:
    with pytest.raises(ValidationError, match="lfet"):
        sides({"lfet": "1px"})
