"""Every node that turns samples into samples: what was inferred covers what runs, in any order.

The settings are those of the conformance suites, the samples anything that fits their schema.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.errors import DataError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.node.base import ProcessingNode
from dtl_engine.node.draws import Draws
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_engine.testing.samples import LABELS, sample_schema
from dtl_engine.testing.settings import parse_settings
from tests.fixtures.suites import conformance_suites
from tests.properties.test_shapes import SHAPES, SIZES

SUITES = {
    action: suite
    for action, suite in conformance_suites().items()
    if issubclass(suite.node, ProcessingNode)
}
NAMES = {kind: name for name, kind in LABELS.items()}
TAGS = (Tag("ripeness", "ripe"), Tag("weight", 84.5))


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Samples with up to four instances, some tagged, under the labels of the conformance kit."""
    shapes = draw(st.lists(SHAPES, max_size=4))
    tags = draw(st.sampled_from(((), TAGS)))
    instances = [Instance(NAMES[shape.kind], shape, tags) for shape in shapes]
    width, height = draw(SIZES)
    file = draw(st.sampled_from(("one.png", "two.png", "three.png")))
    return make_sample(width, height, instances, (Tag("checked"),), file=file)


def outcome(node: ProcessingNode[Any], sample: Sample, seed: int) -> list[tuple[int, Sample]] | str:
    """Return what leaves the node, or why the sample is set aside."""
    draws = Draws(seed, "node", sample)
    try:
        results = list(node.process(sample, draws, sample_schema()))
        for _, result in results:
            result.image.pixels()
    except DataError as error:
        return f"{error.code} {error.message}"
    return results


@pytest.mark.parametrize("action", sorted(SUITES))
@given(data=st.data(), seed=st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_what_was_inferred_covers_what_runs_in_any_order(
    action: str, data: st.DataObject, seed: int
) -> None:
    suite = SUITES[action]
    chosen = data.draw(st.sampled_from(suite.settings))
    node = suite.node(parse_settings(suite.node.settings_model, chosen))
    inferred = node.infer_schema(node.settings, sample_schema())
    given_samples = [data.draw(samples()) for _ in range(2)]
    straight = [outcome(node, sample, seed) for sample in given_samples]
    back = [outcome(node, sample, seed) for sample in reversed(given_samples)][::-1]
    for one, other in zip(straight, back, strict=True):
        if isinstance(one, str) or isinstance(other, str):
            assert one == other
            continue
        assert [port for port, _ in one] == [port for port, _ in other]
        for (_, mine), (_, others) in zip(one, other, strict=True):
            assert_same_sample(mine, others, "two orders")
            assert_schema_covers(inferred, mine)
            assert mine.image.size == mine.size
