from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.node.count import Count
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.multiply import Multiply
from tests.fixtures.nodes import make, refuses, run


@pytest.mark.parametrize("times", [1, 2, 10])
def test_yields_equal_copies(times: int) -> None:
    for sample in conformance_samples():
        copies = run(Multiply, {"multiply": times}, sample)
        assert len(copies) == times
        for copy in copies:
            assert_same_sample(copy, sample)


def test_copies_share_what_they_can() -> None:
    sample = make_sample(4, 3)
    assert all(copy is sample for copy in run(Multiply, {"multiply": 3}, sample))


@pytest.mark.parametrize(
    "settings",
    [{}, {"multiply": 0}, {"multiply": -1}, {"multiply": 2.0}, {"multiply": "2"},
     {"multiply": True}, {"multiply": None}, {"multiply": 2, "times": 2}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Multiply, settings)


def test_counts_are_exact() -> None:
    node = make(Multiply, {"multiply": 7})
    assert [(c.low, c.high) for c in node.infer_counts(node.settings, Count(3))] == [(21, 21)]
