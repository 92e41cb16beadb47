"""When a training validates: the worked numbers of the reference."""

from __future__ import annotations

import pytest

from dtl_nodes.models.training.moments import moments


@pytest.mark.parametrize(
    ("epochs", "val_every", "expected"),
    [
        (2, 0.5, [0.5, 1.0, 1.5, 2.0]),
        (1, 0.3, [0.3, 0.6, 0.9]),
        (2, 3.0, []),
    ],
)
def test_worked_number_6(epochs: int, val_every: float, expected: list[float]) -> None:
    assert list(moments(10, epochs, val_every)) == pytest.approx(expected)


def test_at_most_one_follows_an_iteration() -> None:
    assert list(moments(4, 1, 0.01)) == [0.25, 0.5, 0.75, 1.0]


def test_fractions_that_are_no_exact_numbers_are_not_missed() -> None:
    assert len(list(moments(10, 3, 0.1))) == 30


def test_a_moment_between_iterations_comes_with_the_next_one() -> None:
    assert list(moments(3, 2, 0.5)) == pytest.approx([2 / 3, 1.0, 5 / 3, 2.0])
