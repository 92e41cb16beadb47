from __future__ import annotations

import numpy as np
import pytest

from dtl_nodes.kernels.mask_graph import trace_lines


def lines(*rows: str, least: int = 2) -> list[list[tuple[int, int]]]:
    pixels = np.array([[c == "1" for c in row] for row in rows])
    return [[(int(x), int(y)) for x, y in line] for line in trace_lines(pixels, least)]


def test_a_row_of_pixels() -> None:
    assert lines("1111") == [[(0, 0), (1, 0), (2, 0), (3, 0)]]


@pytest.mark.parametrize("rows", [("0",), ("1",), ("101", "000", "101")])
def test_single_pixels_are_no_lines(rows: tuple[str, ...]) -> None:
    assert lines(*rows) == []


@pytest.mark.parametrize(("least", "count"), [(2, 1), (3, 1), (4, 0)])
def test_the_number_of_points_alone_decides(least: int, count: int) -> None:
    assert len(lines("111", least=least)) == count


def test_corners_are_not_cut() -> None:
    assert lines("11", "01") == [[(0, 0), (1, 0), (1, 1)]]


def test_a_circle_is_opened() -> None:
    (line,) = lines("0110", "1001", "0110")
    assert sorted(line) == [(0, 1), (1, 0), (1, 2), (2, 0), (2, 2), (3, 1)]


def test_side_branches_follow() -> None:
    long, side = lines("1111111", "0001000", "0001000")
    assert long == [(x, 0) for x in range(7)]
    assert side == [(3, 0), (3, 1), (3, 2)]


def test_lines_through_one_pixel_share_it() -> None:
    across, down = lines("00100", "00100", "11111", "00100", "00100")
    assert (2, 2) in across and (2, 2) in down
    assert len(across) == len(down) == 5


def test_components_in_reading_order_the_longest_first() -> None:
    found = lines("0000011", "1110000", "0100000", "0100000", "0100000")
    assert [line[0] for line in found] == [(5, 0), (2, 1), (0, 1)]
    assert [len(line) for line in found] == [2, 5, 2]


def test_a_large_mask_gives_all_joints_of_its_tree() -> None:
    pixels = np.ones((150, 200), bool)
    found = trace_lines(pixels, 2)
    steps = sum(len(line) - 1 for line in found)
    assert steps == pixels.size - 1
