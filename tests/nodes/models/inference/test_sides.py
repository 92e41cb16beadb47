from __future__ import annotations

import pytest
from pydantic import ValidationError

from dtl_nodes.models.inference.sides import Sides, SidesPx, amount_px


def test_worked_number_4() -> None:
    assert amount_px("15%", 33) == 4


def test_amounts() -> None:
    assert amount_px("-15%", 33) == -4
    assert amount_px("-4px", 33) == -4
    assert amount_px("0%", 33) == 0
    sides = Sides(left="10%", top="30%", right="10px", bottom="0px")
    assert sides.of(800, 600) == SidesPx(80, 180, 10, 0)


@pytest.mark.parametrize("text", ["10", "1.5%", "10 px", "px", "--1px", "+1px", "٣px", "1px\n", ""])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValidationError, match="whole number like"):
        Sides(left=text)
