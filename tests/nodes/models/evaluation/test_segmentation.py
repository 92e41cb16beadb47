"""Metrics of pixels: worked numbers, and agreement with torchmetrics."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_engine.sdk import Instance, Sample
from dtl_nodes.models.evaluation.segmentation import SegmentationTally
from tests.nodes.models.evaluation.drawn import blob, block, picture, scene, schema, task

NEUTRAL = schema("bitmap", "a", "b", "neutral", "bg", "a_m", "b_m")
TASK = task(NEUTRAL)


def count(*samples: Sample) -> SegmentationTally:
    tally = SegmentationTally(2)
    for sample in samples:
        tally.see(scene(TASK, sample))
    return tally


def test_micro_iou_is_not_the_mean_of_classes() -> None:
    """Worked number 11."""
    one = picture(
        block("a", 0, 0, 15, 1), block("a_m", 5, 0, 20, 1), block("b", 0, 2, 20, 6),
        block("b_m", 0, 2, 20, 6),
    )  # fmt: skip
    two = picture(
        block("b", 0, 0, 20, 1), block("b_m", 0, 0, 10, 1),
        size=(20, 1), file="two.png",
    )  # fmt: skip
    found = count(one, two).miou(TASK.classes)
    assert found["classes"][0]["iou"] == 10 / 20
    assert found["classes"][1]["iou"] == 90 / 100
    assert found["micro"] == 100 / 120
    assert found["mean"] == pytest.approx(0.7)
    assert found["classes"][1]["mean_intersection_px"] == 45
    assert found["classes"][1]["mean_union_px"] == 50


def test_accuracy_leaves_neutral_pixels_out() -> None:
    """Worked number 14."""
    sample = picture(
        blob("a", [[1, 1, 0, 0]]), blob("neutral", [[1]], 3), blob("a_m", [[1]]), size=(4, 1)
    )  # fmt: skip
    assert count(sample).pixel_accuracy(TASK.classes)["accuracy"] == pytest.approx(2 / 3)
    wrong = picture(block("neutral", 0, 0, 4, 1), block("a_m", 0, 0, 4, 1), size=(4, 1))
    tally = count(sample, wrong)
    assert tally.pixel_accuracy(TASK.classes)["accuracy"] == pytest.approx(2 / 3)
    assert tally.miou(TASK.classes)["classes"][0]["iou"] == 1 / 2


def test_what_lies_on_neutral_ground_takes_it_back_and_background_paints_nothing() -> None:
    sample = picture(
        block("neutral", 0, 0, 4, 1), block("a", 0, 0, 2, 1), block("bg", 0, 0, 1, 1), size=(4, 1)
    )
    found = count(sample).pixel_accuracy(TASK.classes)
    assert (found["pixels"], found["confusion"]["cells"]) == (2, [[1, 0, 0], [1, 0, 0], [0, 0, 0]])


def test_classes_that_are_nowhere_are_left_out_of_the_mean() -> None:
    found = count(picture(block("a", 0, 0, 2, 1), block("a_m", 0, 0, 1, 1)))
    for figures, key, expected in (
        (found.miou(TASK.classes), "iou", 0.5),
        (found.dice(TASK.classes), "dice", 2 / 3),
    ):
        assert [each[key] for each in figures["classes"]] == [expected, None]
        assert figures["mean"] == figures["micro"] == expected
    nothing = count(picture())
    assert nothing.miou(TASK.classes)["mean"] is None
    assert nothing.dice(TASK.classes)["micro"] is None
    assert nothing.pixel_accuracy(TASK.classes)["accuracy"] == 1


def test_one_class_taken_for_another_is_a_false_positive_only() -> None:
    sample = picture(
        blob("a", [[1, 1, 1, 0]]), blob("a_m", [[1]]), blob("b_m", [[1]], 1), blob("b_m", [[1]], 3),
        size=(5, 1),
    )  # fmt: skip
    found = count(sample).pixel_accuracy(TASK.classes)
    counts = [found[f"{x}"] for x in ("true_positives", "false_positives", "false_negatives")]
    assert counts == [1, 2, 1]
    a, b = found["classes"]
    assert (a["precision"], a["recall"], a["accuracy"]) == (1, pytest.approx(1 / 3), 3 / 5)
    assert (b["precision"], b["recall"], b["accuracy"]) == (0, 0, 3 / 5)


def random_rasters(seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, (6, 9, 12))
    found = np.where(rng.random(truth.shape) < 0.6, truth % 3, rng.integers(0, 3, truth.shape))
    return truth, found


def drawn(truth: NDArray[np.int64], found: NDArray[np.int64], number: int) -> Sample:
    """Return a sample whose ground truth has the classes 1 and 2, and 3 for neutral."""
    instances: list[Instance] = []
    for raster, names in ((truth, {1: "a", 2: "b", 3: "neutral"}), (found, {1: "a_m", 2: "b_m"})):
        for value, name in names.items():
            ys, xs = np.nonzero(raster == value)
            cut = (raster == value)[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
            instances.append(blob(name, cut, int(xs.min()), int(ys.min())))
    return picture(*instances, size=(12, 9), file=f"{number}.png")


def test_agreement_with_torchmetrics() -> None:
    torch = pytest.importorskip("torch")
    classification = pytest.importorskip("torchmetrics.classification")
    truth, found = random_rasters(3)
    tally = count(*(drawn(t, f, at) for at, (t, f) in enumerate(zip(truth, found, strict=True))))
    target, predicted = torch.from_numpy(truth), torch.from_numpy(found)
    kinds = {"num_classes": 3, "ignore_index": 3, "average": "none"}

    def measured(name: str, **chosen: object) -> list[float]:
        metric = getattr(classification, name)(**{**kinds, **chosen})
        value: list[float] = metric(predicted, target).reshape(-1).tolist()
        return value

    ious = measured("MulticlassJaccardIndex")[1:]
    dices = measured("MulticlassF1Score")[1:]
    (accuracy,) = measured("MulticlassAccuracy", average="micro")
    precision = measured("MulticlassPrecision")[1:]
    recall = measured("MulticlassRecall")[1:]
    pairs = TASK.classes
    assert [x["iou"] for x in tally.miou(pairs)["classes"]] == pytest.approx(ious, rel=1e-6)
    assert [x["dice"] for x in tally.dice(pairs)["classes"]] == pytest.approx(dices, rel=1e-6)
    pixels = tally.pixel_accuracy(pairs)
    assert pixels["accuracy"] == pytest.approx(accuracy, rel=1e-6)
    assert [x["precision"] for x in pixels["classes"]] == pytest.approx(precision, rel=1e-6)
    assert [x["recall"] for x in pixels["classes"]] == pytest.approx(recall, rel=1e-6)


def test_mean_iou_and_dice_of_torchmetrics_segmentation() -> None:
    torch = pytest.importorskip("torch")
    segmentation = pytest.importorskip("torchmetrics.segmentation")
    truth, found = random_rasters(4)
    truth = truth % 3
    samples = [
        picture(
            *(x for x in drawn(t, f, at).instances if x.label != "neutral"),
            size=(12, 9), file=f"{at}.png",
        )
        for at, (t, f) in enumerate(zip(np.where(truth == 0, 3, truth), found, strict=True))
    ]  # fmt: skip
    tally = count(*samples)
    # As one tall image: torchmetrics takes the mean over images.
    target, predicted = (torch.from_numpy(x.reshape(1, -1, 12)) for x in (truth, found))
    iou = segmentation.MeanIoU(num_classes=3, include_background=False, input_format="index")
    dice = segmentation.DiceScore(
        num_classes=3, include_background=False, average="macro", input_format="index"
    )
    assert tally.miou(TASK.classes)["mean"] == pytest.approx(
        float(iou(predicted, target)), rel=1e-6
    )
    assert tally.dice(TASK.classes)["mean"] == pytest.approx(
        float(dice(predicted, target)), rel=1e-6
    )
