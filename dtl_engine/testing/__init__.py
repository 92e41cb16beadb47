"""The conformance kit: what every node must satisfy, and small samples to try nodes on.

Authors of nodes use it from pytest, which the kit itself does not import::

    from dtl_engine.testing import NodeConformance

    class TestFlip(NodeConformance):
        node = Flip
        settings = ({"axis": "vertical"}, {"axis": "horizontal"})
"""

from dtl_engine.testing.compare import assert_same_sample, difference
from dtl_engine.testing.conformance import NodeConformance
from dtl_engine.testing.example import documented_example
from dtl_engine.testing.fitting import FitConformance
from dtl_engine.testing.models import (
    BatchConformance,
    ModelSourceConformance,
    ValueSinkConformance,
)
from dtl_engine.testing.running import ForbiddenDraws, Outcome, OutputFolder, run_node
from dtl_engine.testing.samples import (
    conformance_samples,
    instances_of_every_shape,
    make_sample,
    picture,
    sample_schema,
)
from dtl_engine.testing.source import SourceConformance

__all__ = [
    "BatchConformance",
    "FitConformance",
    "ForbiddenDraws",
    "ModelSourceConformance",
    "NodeConformance",
    "Outcome",
    "OutputFolder",
    "SourceConformance",
    "ValueSinkConformance",
    "assert_same_sample",
    "conformance_samples",
    "difference",
    "documented_example",
    "instances_of_every_shape",
    "make_sample",
    "picture",
    "run_node",
    "sample_schema",
]
