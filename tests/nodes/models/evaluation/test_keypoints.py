"""Keypoints: similarity by hand, COCO's ten numbers, and the same of pycocotools on all images."""

from __future__ import annotations

import contextlib
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.sdk import (
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Rectangle,
    Sample,
    Schema,
    SchemaError,
    ShapeKind,
    Tag,
)
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.models.coco_protocol import NUMBERS
from dtl_nodes.models.evaluation.coco import CocoTally
from dtl_nodes.models.evaluation.matching import object_iou
from dtl_nodes.models.evaluation.task import Task
from tests.nodes.formats.exporting import open_dataset, read_all
from tests.nodes.models.evaluation.drawn import CONFIDENCE, picture, report, scene, task

pytest.importorskip("pycocotools")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""

Json = dict[str, Any]
SIZE = (200, 150)
NUMBERS_HERE = NUMBERS["keypoints"]


def label(name: str, *points: str, kind: str = "any") -> LabelSpec:
    """Return a class of objects with named points; their nodes have other ids."""
    nodes = {f"{name}/{point}": {"label": point} for point in points}
    return LabelSpec(name, kind, "#AA3311", {"geometry_config": {"nodes": nodes}})


def here(*labels: LabelSpec) -> Schema:
    chosen = labels or (label("a", "tip", "end"), label("a_m", "tip", "end"))
    return Schema(chosen, (CONFIDENCE,))


HERE = here()


def points(
    name: str, *, score: float | None = None, group: str = "", **places: tuple[float, ...]
) -> Instance:
    """Return keypoints at x, y; a third number that is 1 hides one."""
    nodes = tuple(
        KeypointNode(f"{name}/{node}", *at[:2], (("disabled", True),) if len(at) > 2 else ())
        for node, at in places.items()
    )
    return Instance(name, Keypoints(nodes), _tags(score, group))


def body(name: str, *edges: float, group: str = "", tag: str = "") -> Instance:
    """Return the area of an object."""
    return Instance(name, Rectangle(*edges), (*_tags(None, group), *([Tag(tag)] if tag else [])))


def _tags(score: float | None, group: str) -> tuple[Tag, ...]:
    scored = () if score is None else (Tag("confidence", score),)
    return (*scored, Tag(GROUP_TAG, group)) if group else scored


def figures(chosen: Task, *samples: Sample) -> Json:
    tally = CocoTally("keypoints", chosen.templates)
    for sample in samples:
        part = CocoTally("keypoints", chosen.templates)
        part.see(sample.id, scene(chosen, sample))
        tally.add(part)
    return tally.figures(chosen.classes)


PERSON = (
    points("a", tip=(20, 20), end=(80, 80), group="1"),
    body("a", 0, 0, 100, 100, group="1"),
)
"""An object of 10000 square pixels: of the large ones, above 96²."""


def test_worked_numbers() -> None:
    """One point is right, one is 10 px away: exp(-10² / (2 * 10000 * (2 * 0.05)²)) = exp(-1/2).

    The similarity is (1 + 0.6065) / 2 = 0.8033: right at 0.50 ... 0.80, seven of ten thresholds.
    """
    found = points("a_m", tip=(20, 20), end=(80, 90), score=0.9)
    chosen, sample = task(HERE), picture(*PERSON, found, size=SIZE)
    sides = scene(chosen, sample)
    similarity = object_iou(sides.truth[0], sides.predicted[0])
    assert similarity == pytest.approx((1 + math.exp(-0.5)) / 2)
    assert similarity == pytest.approx(0.8033, abs=5e-5)
    told = figures(chosen, sample)
    assert {name: told[name] for name in NUMBERS_HERE} == {
        "AP": pytest.approx(0.7), "AP50": pytest.approx(1), "AP75": pytest.approx(1),
        "AP_medium": None, "AP_large": pytest.approx(0.7),
        "AR": pytest.approx(0.7), "AR50": 1, "AR75": 1, "AR_medium": None,
        "AR_large": pytest.approx(0.7),
    }  # fmt: skip
    (each,) = told["classes"]
    assert (each["AP"], each["AR"], each["objects"]) == (pytest.approx(0.7), pytest.approx(0.7), 1)


def test_sigmas_are_chosen() -> None:
    """Twice the sigma, a quarter of the error: (1 + exp(-1/8)) / 2 = 0.9412, right up to 0.90."""
    found = points("a_m", tip=(20, 20), end=(80, 90), score=0.9)
    chosen = task(HERE, keypoint_sigmas=[0.05, 0.1])
    assert figures(chosen, picture(*PERSON, found, size=SIZE))["AP"] == pytest.approx(0.9)


def test_without_an_area_the_box_around_the_points_counts() -> None:
    """Its 60 x 60 px: exp(-6² / (2 * 3600 * 0.01)) = exp(-1/2)."""
    sample = picture(PERSON[0], points("a_m", tip=(20, 20), end=(80, 86), score=0.9), size=SIZE)
    told = figures(task(HERE), sample)
    assert told["AP"] == pytest.approx(0.7)
    assert (told["AP_medium"], told["AP_large"]) == (pytest.approx(0.7), None)


def test_points_that_one_side_lacks() -> None:
    """Hidden ones count as others do; what is not labelled counts nowhere, what is missed is 0."""
    half = points("a", tip=(20, 20, 1), group="1")
    both = points("a_m", tip=(20, 20), end=(150, 140), score=0.9)
    assert figures(task(HERE), picture(half, PERSON[1], both, size=SIZE))["AP"] == pytest.approx(1)
    one = points("a_m", tip=(20, 20), score=0.9)
    assert figures(task(HERE), picture(*PERSON, one, size=SIZE))["AP"] == pytest.approx(0.1)


def test_twenty_predictions_count() -> None:
    wrong = [points("a_m", tip=(199, 1), end=(199, 9), score=0.9) for _ in range(20)]
    right = points("a_m", tip=(20, 20), end=(80, 80), score=0.1)
    told = figures(task(HERE), picture(*PERSON, *wrong, right, size=SIZE))
    assert (told["AP"], told["AR"]) == (0, 0)
    told = figures(task(HERE), picture(*PERSON, *wrong[1:], right, size=SIZE))
    assert (told["AP"], told["AR"]) == (pytest.approx(1 / 20), 1)


@pytest.mark.parametrize(
    "elsewhere",
    [body("a", 120, 20, 180, 120, group="2"), body("a", 120, 20, 180, 120, tag="iscrowd")],
)
def test_what_is_found_on_an_object_without_keypoints_is_not_wrong(elsewhere: Instance) -> None:
    right = points("a_m", tip=(20, 20), end=(80, 80), score=0.5)
    there = points("a_m", tip=(130, 30), end=(170, 110), score=0.9)
    assert figures(task(HERE), picture(*PERSON, right, there, size=SIZE))["AP"] < 0.6
    told = figures(task(HERE), picture(*PERSON, elsewhere, right, there, size=SIZE))
    assert (told["AP"], told["classes"][0]["objects"]) == (pytest.approx(1), 1)


def test_what_is_compared_by_default(tmp_path: Path) -> None:
    """Graphs alone have neither pixels nor boxes; objects match by the similarity."""
    graphs = here(*(label(name, "tip", "end", kind=ShapeKind.GRAPH) for name in ("a", "a_m")))
    objects = {"coco_keypoints", "precision_recall", "confusion_matrix"}
    assert task(graphs).metrics == objects
    near = points("a_m", tip=(21, 20), end=(80, 81), score=0.9)
    sample = picture(PERSON[0], near, size=SIZE)
    told, _ = report(tmp_path, [sample], graphs)
    assert told["headline"]["metric"] == "coco_keypoints.AP"
    assert told["metrics"]["precision_recall"]["f1"] == 1
    page = (tmp_path / "report.html").read_text()
    assert "keypoint AP75" in page
    assert "recall with twenty predictions per image" in page


def test_keypoints_of_an_object_with_an_area_are_no_second_object() -> None:
    found = points("a_m", tip=(0, 0), end=(100, 100), score=0.9)
    chosen = task(HERE, metrics=["coco_bbox"])
    tally = CocoTally("bbox", chosen.templates)
    tally.see("x", scene(chosen, picture(*PERSON, found, size=SIZE)))
    told = tally.figures(chosen.classes)
    assert (told["AP"], told["classes"][0]["objects"]) == (pytest.approx(1), 1)


@pytest.mark.parametrize(
    ("labels", "chosen", "code", "at", "words"),
    [
        (
            [label("a", "tip", "end"), label("a_m", "tip", "top")],
            {"metrics": ["coco_keypoints"]},
            "E306",
            ("metrics", 0),
            "'a' and 'a_m' have no template",
        ),
        ([], {"keypoint_sigmas": [0.1]}, "E306", ("keypoint_sigmas",), "2 keypoints, and 1 sigmas"),
        (
            [LabelSpec("a", "bitmap", "#112233"), LabelSpec("a_m", "bitmap", "#112233")],
            {"keypoint_sigmas": [0.1]},
            "E306",
            ("keypoint_sigmas",),
            "no class has keypoints",
        ),
    ],
)
def test_mistakes(
    labels: list[LabelSpec], chosen: Json, code: str, at: tuple[Any, ...], words: str
) -> None:
    with pytest.raises(SchemaError) as refused:
        task(here(*labels), **chosen)
    assert (refused.value.code, refused.value.at) == (code, at)
    assert words in refused.value.message


def test_equal_to_pycocotools_on_real_persons(shared: Path) -> None:
    """Our areas are pixels and those of the file are of outlines: the figures hardly differ."""
    rng = np.random.default_rng(3)
    folder = shared / "data/coco_keypoints"
    content = json.loads((folder / "annotations/person_keypoints_val2017.json").read_text())
    results = []
    for one in content["annotations"]:
        if one["num_keypoints"]:
            placed = np.array(one["keypoints"], float).reshape(-1, 3)
            placed[placed[:, 2] == 0, :2] = 1
            placed[:, :2] += rng.normal(0, 0.05 * math.sqrt(one["area"]), (len(placed), 2))
            placed[:, :2] = placed[:, :2].clip(1)
            placed[:, 2] = 1
            score = float(rng.random())
            facts = {"image_id": one["image_id"], "category_id": 1, "score": score}
            results.append({**facts, "keypoints": placed.ravel().tolist()})
    expected = official(content, results)
    assert 0.1 < expected[0] < 0.95
    source = open_dataset("coco", folder)
    (person,) = [spec for spec in source.schema.labels if spec.name == "person"]
    template = person.extra["geometry_config"]["nodes"]
    renamed = LabelSpec("person_m", "any", "#AA3311", person.extra)
    chosen = task(Schema((person, renamed), (*source.schema.tags, CONFIDENCE)), suffix="_m")
    files = {image["id"]: Path(image["file_name"]).name for image in content["images"]}
    samples = []
    for sample in read_all(source).values():
        mine = [one for one in results if files[one["image_id"]] == Path(sample.origin.file).name]
        found = tuple(_person(one, list(template)) for one in mine)
        if Path(sample.origin.file).name in files.values():
            samples.append(sample.replace(instances=(*sample.instances, *found)))
    assert len(samples) == len(files)
    told = figures(chosen, *samples)
    for name, value in zip(NUMBERS_HERE, expected, strict=True):
        assert (-1 if told[name] is None else told[name]) == pytest.approx(value, abs=0.02), name


def _person(result: Json, names: list[str]) -> Instance:
    numbers = result["keypoints"]
    nodes = (KeypointNode(name, *numbers[3 * at : 3 * at + 2]) for at, name in enumerate(names))
    return Instance("person_m", Keypoints(tuple(nodes)), (Tag("confidence", result["score"]),))


def official(content: Json, results: list[Json]) -> list[float]:
    """Return the ten numbers as pycocotools tells them of files."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = content
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    stats: list[float] = evaluation.stats.tolist()
    return stats
