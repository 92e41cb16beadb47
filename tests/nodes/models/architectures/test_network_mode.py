from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from dtl_nodes.models.architectures.network_mode import evaluating  # noqa: E402


def network() -> torch.nn.Sequential:
    made = torch.nn.Sequential(torch.nn.BatchNorm2d(1), torch.nn.Dropout(0.9))
    made[0].eval()
    return made


def test_each_part_gets_its_mode_back() -> None:
    made = network()
    with pytest.raises(RuntimeError, match="stop"), evaluating(made):
        assert not any(part.training for part in made.modules())
        assert not torch.is_grad_enabled()
        raise RuntimeError("stop")
    assert [part.training for part in made.modules()] == [True, False, True]
    assert torch.is_grad_enabled()


def test_statistics_of_the_batch_leave_the_running_ones_alone() -> None:
    made = network()
    values = torch.tensor([1.0, 3.0]).reshape(1, 1, 1, 2)
    with evaluating(made, batch_statistics=True):
        found = made(values)
    assert found.ravel().tolist() == pytest.approx([-1, 1], abs=1e-4)
    assert (float(made[0].running_mean), int(made[0].num_batches_tracked)) == (0, 0)
    assert (made[0].training, made[0].track_running_stats) == (False, True)
