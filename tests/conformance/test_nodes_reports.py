"""The nodes that report pass the conformance suite."""

from __future__ import annotations

from dtl_engine.testing import NodeConformance
from dtl_nodes.expect import Expect
from dtl_nodes.stats import Stats


class TestExpect(NodeConformance):
    node = Expect
    settings = (
        {"samples": {"min": 1}},
        {"sources": {"max": 3}, "objects": {"box": {"min": 1, "max": 1}, "hand": {"max": 0}}},
        {"objects_per_sample": {"min": 1}, "unlabelled": {"max_percent": 20}},
        {"tags": {"checked": {"min_percent": 50, "max_percent": 80}}},
        {"loss": {"max_percent": 5}},
        {"loss": {"max_percent": 0, "classes": ["box", "blob"], "per_sample": True}},
    )


class TestStats(NodeConformance):
    node = Stats
    settings = ({}, {"title": "Six <small> samples"})
