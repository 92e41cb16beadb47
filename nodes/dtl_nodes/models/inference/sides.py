"""Amounts at the four sides of an image or a box, as inference settings write them.

Source: the inference configurations of the original plugins; unlike the lengths of ``crop`` they
may be negative and have no decimals.
"""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings

_AMOUNT = re.compile(r"(?P<number>-?[0-9]{1,9})(?P<unit>px|%)")


def _check_amount(text: str) -> str:
    if not _AMOUNT.fullmatch(text):
        raise PydanticCustomError(
            "value_error", "an amount is a whole number like '12px', '10%' or '-4px'"
        )
    return text


Amount = Annotated[str, AfterValidator(_check_amount)]
"""``"12px"``, ``"10%"`` or ``"-4px"``."""


def amount_px(text: str, side_px: int) -> int:
    """Return an amount in whole pixels; percent of ``side_px``, cut toward zero."""
    match = _AMOUNT.fullmatch(text)
    assert match is not None
    number = int(match["number"])
    if match["unit"] == "px":
        return number
    cut = abs(number) * side_px // 100
    return cut if number >= 0 else -cut


class SidesPx(NamedTuple):
    """Amounts in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int


class Sides(Settings):
    """An amount for each side; a missing side has none."""

    left: Amount = "0px"
    """On the left: ``"12px"``, or ``"10%"`` of the width."""

    top: Amount = "0px"
    """At the top: ``"12px"``, or ``"10%"`` of the height."""

    right: Amount = "0px"
    """On the right: ``"12px"``, or ``"10%"`` of the width."""

    bottom: Amount = "0px"
    """At the bottom: ``"12px"``, or ``"10%"`` of the height."""

    def of(self, width: int, height: int) -> SidesPx:
        """Return the amounts for an image or a box of a size in pixels."""
        return SidesPx(
            amount_px(self.left, width),
            amount_px(self.top, height),
            amount_px(self.right, width),
            amount_px(self.bottom, height),
        )
