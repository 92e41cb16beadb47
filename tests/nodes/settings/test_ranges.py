from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from dtl_nodes.settings.ranges import require_order


@pytest.mark.parametrize(
    ("low", "high"), [(1, 2), (2, 2), (-0.5, 0), (None, 1), (1, None), (None, None)]
)
def test_bounds_in_order(low: float | None, high: float | None) -> None:
    require_order("min", low, "max", high)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2, 1, "least 2 is above most 1"),
        (1_000_001, 1_000_000, "least 1000001 is above most 1000000"),
        (2.0, 1.25, "least 2 is above most 1.25"),
    ],
)
def test_bounds_in_reverse(low: float, high: float, words: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        require_order("least", low, "most", high)
    assert refused.value.message() == words
