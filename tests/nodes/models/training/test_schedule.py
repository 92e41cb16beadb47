"""How the learning rate changes over a training."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dtl_nodes.models.training.schedule import Patience, Schedule

torch = pytest.importorskip("torch")


def make(lr: float = 0.1, **settings: Any) -> tuple[Any, Schedule]:
    parameter = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.Adam([parameter], lr)
    parameter.grad = torch.ones(2)
    optimizer.step()
    return optimizer, Schedule(SimpleNamespace(**settings), optimizer)


def rate(optimizer: Any) -> float:
    return float(optimizer.param_groups[0]["lr"])


def test_worked_number_12() -> None:
    decreasing = SimpleNamespace(patience=2, lr_divisor=5.0)
    optimizer, schedule = make(lr_decreasing=decreasing)
    for loss in (1.0, 0.9, 0.95):
        assert schedule.after_validation(loss) == ""
    assert optimizer.state
    assert schedule.after_validation(0.97) == "learning rate divided by 5: 0.02"
    assert not optimizer.state, "the optimiser starts anew"
    schedule.before_step(4.0, 40)
    assert rate(optimizer) == pytest.approx(0.02)


def test_patience_counts_from_the_last_division() -> None:
    patience = Patience(2, 5.0)
    assert [patience.says_divide(1.0 + n / 10) for n in range(7)] == [
        False, False, True, False, False, True, False,
    ]  # fmt: skip


def test_milestones_and_warm_up() -> None:
    optimizer, schedule = make(
        1.0, lr_milestones=(2, 3), lr_gamma=0.1, warmup_iterations=10, lr_decreasing=None
    )
    rates = []
    for epochs, step in ((0.0, 0), (0.5, 5), (1.0, 10), (2.0, 20), (3.0, 30)):
        schedule.before_step(epochs, step)
        rates.append(rate(optimizer))
    assert rates == pytest.approx([0.001, 0.5005, 1.0, 0.1, 0.01])


def test_goes_on_from_its_state() -> None:
    decreasing = SimpleNamespace(patience=1, lr_divisor=2.0)
    _, first = make(lr_decreasing=decreasing)
    assert [bool(first.after_validation(loss)) for loss in (1.0, 2.0)] == [False, True]
    optimizer, second = make(lr_decreasing=decreasing)
    second.restore(first.state())
    second.before_step(0.0, 0)
    assert rate(optimizer) == 0.05
    assert [bool(s.after_validation(3.0)) for s in (first, second)] == [False, False]
    assert [bool(s.after_validation(3.0)) for s in (first, second)] == [True, True]


@pytest.mark.parametrize(("divisor", "effect"), [(1.0, "never changes"), (0.5, "grows")])
def test_an_odd_divisor_is_noted(divisor: float, effect: str) -> None:
    _, schedule = make(lr_decreasing=SimpleNamespace(patience=2, lr_divisor=divisor))
    assert schedule.notes == (f"'lr_decreasing.lr_divisor' is {divisor:g}: the rate {effect}",)


def test_without_any_of_them_the_rate_stays() -> None:
    optimizer, schedule = make()
    schedule.before_step(7.0, 70)
    assert rate(optimizer) == 0.1
    assert schedule.after_validation(1.0) == ""
    assert schedule.notes == ()
