from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.model.geometry import Size, Window
from dtl_nodes.models.inference.windows import Border, spans, windows


def corners(size: Size, window: Size, overlap: Size) -> list[tuple[int, int]]:
    return [each[:2] for each in windows(size, window, overlap, "shift_window")]


def test_worked_number_1() -> None:
    found = corners(Size(300, 200), Size(128, 128), Size(10, 10))
    assert found == [(0, 0), (118, 0), (172, 0), (0, 72), (118, 72), (172, 72)]


def test_worked_number_2() -> None:
    assert corners(Size(128, 128), Size(128, 128), Size(0, 0)) == [(0, 0)]
    assert corners(Size(246, 128), Size(128, 128), Size(10, 10)) == [(0, 0), (118, 0)]


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        ("shift_window", [(0, 128), (118, 246), (172, 300)]),
        ("add_padding", [(0, 128), (118, 246), (236, 364)]),
        ("change_size", [(0, 128), (118, 246), (236, 300)]),
    ],
)
def test_borders(border: Border, expected: list[tuple[int, int]]) -> None:
    assert list(spans(300, 128, 10, border)) == expected


@pytest.mark.parametrize(
    ("border", "end"), [("shift_window", 128), ("add_padding", 128), ("change_size", 90)]
)
def test_an_image_smaller_than_the_window(border: Border, end: int) -> None:
    assert list(spans(90, 128, 10, border)) == [(0, end)]


@given(
    st.integers(1, 400),
    st.integers(1, 90),
    st.floats(0, 1),
    st.sampled_from(["shift_window", "add_padding", "change_size"]),
)
def test_windows_cover_the_image_in_order(
    extent: int, side: int, share: float, border: Border
) -> None:
    overlap = min(int(side * share), side - 1)
    found = list(spans(extent, side, overlap, border))
    assert found == sorted(set(found))
    assert {pixel for span in found for pixel in range(*span)} >= set(range(extent))
    for (start, end), (after, _) in pairwise(found):
        assert end - after >= overlap
        assert 0 < after - start <= side - overlap
    reaches = found[-1][1]
    assert (
        reaches >= extent
        if border == "add_padding"
        else reaches == max(extent, side if border == "shift_window" else 0)
    )
    if border == "shift_window":
        assert all(end - start == side for start, end in found)


def test_rows_come_first() -> None:
    found = list(windows(Size(4, 4), Size(2, 2), Size(0, 0), "shift_window"))
    assert found == [
        Window(0, 0, 2, 2), Window(2, 0, 4, 2), Window(0, 2, 2, 4), Window(2, 2, 4, 4),
    ]  # fmt: skip
