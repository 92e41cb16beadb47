"""COCO's numbers: those of pycocotools on all images at once, in any order."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.sdk import Instance, LabelSpec, Sample, Schema, Tag
from dtl_nodes.models.coco_protocol import NUMBERS, Kind
from dtl_nodes.models.evaluation.coco import CocoTally
from dtl_nodes.models.evaluation.task import Task
from tests.nodes.formats.exporting import open_dataset, read_all
from tests.nodes.models.evaluation.drawn import CONFIDENCE, block, box, picture, scene, schema, task

pytest.importorskip("pycocotools")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""

Json = dict[str, Any]
KINDS: tuple[Kind, ...] = ("segm", "bbox")
BOXES = task(schema("rectangle", tags=[CONFIDENCE]))


def figures(kind: Kind, chosen: Task, samples: Sequence[Sample]) -> Json:
    tally = CocoTally(kind)
    for sample in samples:
        part = CocoTally(kind)
        part.see(sample.id, scene(chosen, sample))
        tally.add(part)
    return tally.figures(chosen.classes)


def jittered(sample: Sample, rng: np.random.Generator) -> Sample:
    """Return a sample with predictions: most objects moved, some gone, doubled or misnamed.

    Some objects of the ground truth become crowds, which the sample has none of.
    """
    labels = sorted({instance.label for instance in sample.instances})
    made: list[Instance] = []
    for instance in sample.instances:
        for _ in range(int(rng.choice([0, 1, 1, 1, 2]))):
            label = instance.label if rng.random() < 0.85 else str(rng.choice(labels))
            width, height = (
                b - a for a, b in zip(instance.shape.bbox[:2], instance.shape.bbox[2:], strict=True)
            )
            reach = max(1, int(min(width, height) * 0.15))
            dx, dy = (int(x) for x in rng.integers(-reach, reach + 1, 2))
            score = Tag("confidence", float(rng.integers(1, 20)) / 20)  # with ties
            for shape in instance.shape.shift(dx, dy).clip((0, 0, *sample.size)):
                made.append(Instance(f"{label}_m", shape, (score,)))
    truth = [
        Instance(one.label, one.shape, (*one.tags, Tag("iscrowd"))) if rng.random() < 0.1 else one
        for one in sample.instances
    ]
    return sample.replace(instances=(*truth, *made))


@pytest.fixture(scope="module")
def real(shared: Path) -> tuple[Task, list[Sample]]:
    """The COCO sample with predictions, and what is compared."""
    rng = np.random.default_rng(11)
    samples = [
        jittered(x, rng) for x in read_all(open_dataset("coco", shared / "data/coco")).values()
    ]
    names = sorted({i.label for s in samples for i in s.instances if not i.label.endswith("_m")})
    labels = [LabelSpec(name, "any", "#AA3311") for x in names for name in (x, f"{x}_m")]
    return task(Schema(tuple(labels), (CONFIDENCE,)), suffix="_m"), samples


def plain(kind: Kind, chosen: Task, samples: Sequence[Sample]) -> list[float]:
    """Return what pycocotools says of all images, given files as people write them."""
    from pycocotools import mask as masks
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    content: Json = {"images": [], "annotations": [], "categories": []}
    content["categories"] = [{"id": at + 1, "name": p.truth} for at, p in enumerate(chosen.classes)]
    results = []
    for image, sample in enumerate(sorted(samples, key=lambda one: one.id), 1):
        width, height = sample.size
        content["images"].append({"id": image, "width": width, "height": height})
        for instance in sample.instances:
            runs = masks.encode(
                np.asfortranarray(instance.shape.paint(sample.size).astype(np.uint8))
            )
            x0, y0, x1, y1 = instance.shape.bbox
            where = (
                {"segmentation": runs} if kind == "segm" else {"bbox": [x0, y0, x1 - x0, y1 - y0]}
            )
            if instance.label.endswith("_m"):
                number = chosen.predicted_numbers[instance.label] + 1
                score = next(tag.value for tag in instance.tags if tag.name == "confidence")
                results.append({"image_id": image, "category_id": number, "score": score, **where})
            else:
                one = {
                    "id": len(content["annotations"]) + 1, "image_id": image,
                    "category_id": chosen.truth_numbers[instance.label] + 1,
                    "iscrowd": int(Tag("iscrowd") in instance.tags),
                    "bbox": [x0, y0, x1 - x0, y1 - y0], "segmentation": runs,
                    "area": float(masks.area(runs)),
                }  # fmt: skip
                if instance.shape.kind == "rectangle" and kind == "bbox":
                    one["area"] = (x1 - x0) * (y1 - y0)
                content["annotations"].append(one)
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = content
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    stats: list[float] = evaluation.stats.tolist()
    return stats


@pytest.mark.parametrize("kind", KINDS)
def test_equal_to_pycocotools_on_all_images(kind: Kind, real: tuple[Task, list[Sample]]) -> None:
    chosen, samples = real
    expected = plain(kind, chosen, samples)
    assert 0.2 < expected[0] < 0.9
    assert any(Tag("iscrowd") in i.tags for sample in samples for i in sample.instances)
    for order in (samples, samples[::-1]):
        found = figures(kind, chosen, order)
        assert [found[name] for name in NUMBERS[kind]] == expected
    known = [each["AP"] for each in found["classes"] if each["AP"] is not None]
    assert np.mean(known) == pytest.approx(found["AP"])
    assert sum(each["objects"] for each in found["classes"]) == sum(
        not i.label.endswith("_m") and Tag("iscrowd") not in i.tags
        for sample in samples
        for i in sample.instances
    )


@pytest.mark.parametrize("kind", KINDS)
def test_perfect_predictions(kind: Kind) -> None:
    """The first object of an image counts too: its id is not 0."""
    sample = picture(
        block("a", 0, 0, 4, 4), block("a", 8, 0, 12, 4),
        block("a_m", 0, 0, 4, 4, 0.9), block("a_m", 8, 0, 12, 4, 0.8),
    )  # fmt: skip
    found = figures(kind, BOXES, [sample])
    assert [found[x] for x in ("AP", "AP50", "AP75", "AP_small", "AR1", "AR100")] == pytest.approx(
        [1, 1, 1, 1, 0.5, 1]
    )
    assert (found["AP_medium"], found["AR_large"]) == (None, None)
    assert [each["AP"] for each in found["classes"]] == [pytest.approx(1), None]
    assert found["classes"][0]["curve"] == pytest.approx([1] * 101)
    assert found["classes"][1]["curve"] == []


def test_worked_number_8() -> None:
    """0.9 is right, 0.8 wrong, 0.7 right: the 101-point value at any overlap."""
    sample = picture(
        box("a", 0, 0, 4, 4), box("a", 8, 0, 12, 4),
        box("a_m", 0, 0, 4, 4, score=0.9), box("a_m", 4, 4, 8, 8, score=0.8),
        box("a_m", 8, 0, 12, 4, score=0.7),
    )  # fmt: skip
    found = figures("bbox", BOXES, [sample])
    assert found["AP50"] == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert found["AP50"] == pytest.approx(0.8350, abs=5e-5)


def test_neutral_ground_is_a_crowd_of_every_class() -> None:
    here = task(schema("rectangle", "a", "neutral", "a_m", tags=[CONFIDENCE]))
    objects = (box("a", 0, 0, 4, 4), box("a_m", 0, 0, 4, 4, score=0.5))
    wrong = (box("a_m", 10, 0, 14, 4, score=0.9), box("a_m", 12, 0, 16, 4, score=0.9))
    assert figures("bbox", here, [picture(*objects, *wrong)])["AP"] == pytest.approx(1 / 3)
    neutral = box("neutral", 9, 0, 17, 5)
    assert figures("bbox", here, [picture(*objects, *wrong, neutral)])["AP"] == pytest.approx(1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_no_pixel_is_missed_or_wrong(kind: Kind) -> None:
    sample = picture(
        box("a", 0, 0, 4, 4), box("a", 3, 3, 3, 3), box("a_m", 0, 0, 4, 4, score=0.5),
        box("a_m", 6.6, 6.6, 6.9, 6.9, score=0.9),
    )  # fmt: skip
    found = figures(kind, BOXES, [sample])
    assert found["AR100"] == pytest.approx(0.5)
    assert found["AP"] == pytest.approx(51 / 2 / 101)


def test_without_anything() -> None:
    for samples in ([], [picture()], [picture(box("a_m", 0, 0, 4, 4))]):
        found = figures("bbox", BOXES, samples)
        assert {found[name] for name in NUMBERS["bbox"]} == {None}
