"""Metrics of image tags."""

from __future__ import annotations

import pytest

from dtl_engine.sdk import Sample, Schema, Tag, TagSpec, TagValueType
from dtl_engine.testing import make_sample
from dtl_nodes.models.evaluation.classification import ClassificationTally, is_present
from tests.nodes.models.evaluation.drawn import scene, task

NUMBER = TagValueType.NUMBER
SCHEMA = Schema(
    (),
    (
        TagSpec("healthy"), TagSpec("rust"), TagSpec("healthy_r", NUMBER), TagSpec("rust_r", NUMBER)
    ),
)  # fmt: skip
TASK = task(
    SCHEMA,
    tags_mapping={"healthy": "healthy_r", "rust": "rust_r"},
    confidence_threshold=0.5,
)


def leaf(*tags: Tag) -> Sample:
    return make_sample(4, 4, (), tags)


HEALTHY, RUST = Tag("healthy"), Tag("rust")


def told(healthy: float, rust: float) -> tuple[Tag, Tag]:
    return Tag("healthy_r", healthy), Tag("rust_r", rust)


def count(*samples: Sample) -> tuple[ClassificationTally, list[float]]:
    tally = ClassificationTally(2)
    return tally, [tally.see(scene(TASK, sample), TASK.tags, 0.5) for sample in samples]


def test_presence() -> None:
    tags = (Tag("a"), Tag("b", 0.5), Tag("c", 0.4), Tag("d", "said"))
    assert [is_present(tags, name, 0.5) for name in "abcde"] == [True, True, False, True, False]


def test_figures_by_hand() -> None:
    tally, right = count(
        leaf(HEALTHY, *told(0.9, 0.1)),
        leaf(HEALTHY, *told(0.4, 0.6)),
        leaf(RUST, *told(0.2, 0.4)),
        leaf(HEALTHY, RUST, *told(0.7, 0.7)),
        leaf(),
    )
    assert right == [1, 0, 0.5, 1, 1]
    found = tally.figures(TASK.tags)
    healthy, rust = found["classes"]
    assert [healthy[x] for x in ("accuracy", "precision", "recall", "f1")] == [
        4 / 5, 1, 2 / 3, 4 / 5
    ]  # fmt: skip
    assert [rust[x] for x in ("accuracy", "precision", "recall", "f1")] == [
        3 / 5,
        1 / 2,
        1 / 2,
        1 / 2,
    ]
    assert found["accuracy"] == 7 / 10
    assert found["top1_accuracy"] == 2 / 3
    assert found["confusion"]["cells"] == [[1, 1, 0], [0, 1, 0]]


def test_nothing_to_judge() -> None:
    found = count(leaf(), leaf(*told(0.1, 0.1)))[0].figures(TASK.tags)
    assert (found["accuracy"], found["f1"], found["top1_accuracy"]) == (1, 0, None)


def test_agreement_with_torchmetrics() -> None:
    torch = pytest.importorskip("torch")
    classification = pytest.importorskip("torchmetrics.classification")
    rng = torch.Generator().manual_seed(0)
    scores = torch.rand((40, 2), generator=rng)
    truth = torch.rand((40, 2), generator=rng) < 0.4
    samples = [
        leaf(
            *(tag for tag, is_there in zip((HEALTHY, RUST), row, strict=True) if is_there),
            *told(*s),
        )
        for row, s in zip(truth.tolist(), scores.tolist(), strict=True)
    ]
    found = count(*samples)[0].figures(TASK.tags)
    for name, key in (
        ("MultilabelAccuracy", "accuracy"), ("MultilabelPrecision", "precision"),
        ("MultilabelRecall", "recall"), ("MultilabelF1Score", "f1"),
    ):  # fmt: skip
        each = getattr(classification, name)(num_labels=2, average="none")(scores, truth.int())
        assert [x[key] for x in found["classes"]] == pytest.approx(each.tolist())
        micro = getattr(classification, name)(num_labels=2, average="micro")(scores, truth.int())
        assert found[key] == pytest.approx(float(micro))
