"""Whether what a node yields is what it announced: schema, counts, datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dtl_engine.model.annotation import Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema, TagSpec, TagValueType
from dtl_engine.node.base import Node
from dtl_engine.node.count import Count
from dtl_engine.testing.running import Outcome


def assert_schema_covers(schema: Schema, sample: Sample) -> None:
    """Fail unless every label, shape, tag and value of ``sample`` is declared in ``schema``."""
    tags = list(sample.tags)
    for instance in sample.instances:
        label = schema.label(instance.label)
        assert label is not None, f"{sample} has label '{instance.label}', which is not inferred"
        kind = instance.shape.kind
        assert label.admits(kind), (
            f"{sample} has a {kind} of label '{label.name}', inferred is {label.kind}"
        )
        tags.extend(instance.tags)
    for tag in tags:
        declared = schema.tag(tag.name)
        assert declared is not None, f"{sample} has tag '{tag.name}', which is not inferred"
        assert _allows(declared, tag), (
            f"{sample} has tag '{tag.name}' with {tag.value!r}, inferred is {declared.value_type}"
        )


def assert_counts_cover(node: Node[Any], outcomes: Sequence[Outcome]) -> None:
    """Fail unless as many samples left by each port as ``infer_counts`` allows."""
    inferred = node.infer_counts(node.settings, Count(len(outcomes)))
    ports = node.signature.outputs
    assert len(inferred) == len(ports), (
        f"infer_counts tells of {len(inferred)} outputs, the signature of {len(ports)}"
    )
    left = Counter(port for outcome in outcomes for port, _ in outcome.results)
    for port, count in enumerate(inferred):
        assert count.low <= left[port] <= count.high, (
            f"{left[port]} samples left by '{ports[port].name}' when {len(outcomes)} entered, "
            f"inferred is {count}"
        )
    assert set(left) <= set(range(len(ports))), f"samples leave by ports {sorted(left)}"


def assert_dataset_is_announced(
    node: Node[Any], schema: Schema, sample: Sample, result: Sample
) -> None:
    """Fail unless ``result`` goes to one of the datasets that ``target_datasets`` tells."""
    origin = sample.origin
    told = node.target_datasets(node.settings, origin.dataset, schema, origin.total)
    expected = told or (sample.dataset,)
    assert result.dataset in expected, (
        f"{result} goes to dataset {result.dataset!r}, target_datasets tells {expected!r}"
    )


def _allows(declared: TagSpec, tag: Tag) -> bool:
    match declared.value_type:
        case TagValueType.NONE:
            return tag.value is None
        case TagValueType.NUMBER:
            return tag.value is None or (
                isinstance(tag.value, (int, float)) and not isinstance(tag.value, bool)
            )
        case TagValueType.STRING:
            return tag.value is None or isinstance(tag.value, str)
        case TagValueType.CHOICE:
            return tag.value is None or tag.value in declared.values
