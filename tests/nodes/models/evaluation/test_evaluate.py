"""The node: ground truth in the same stream or beside it, skipped samples, files of the report."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from dtl_engine.sdk import Instance, Mask, Sample, ShapeKind, Tag, TagSpec, TagValueType
from dtl_engine.testing import make_sample
from dtl_nodes.models.evaluation.sheets import edges_of
from tests.nodes.models.evaluation.drawn import (
    CONFIDENCE,
    block,
    box,
    picture,
    report,
    schema,
    task,
    thing,
)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""

HERE = schema("bitmap", tags=[CONFIDENCE])
SAME = schema("bitmap", "a", "b")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stream(count: int = 7) -> list[Sample]:
    """Return samples with ground truth and predictions of many qualities."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        objects: list[Instance] = []
        for label in ("a", "b", "a"):
            x, y = (int(v) for v in rng.integers(0, 20, 2))
            dx, dy = (int(v) for v in rng.integers(-2, 3, 2))
            objects.append(block(label, x, y, x + 9, y + 8))
            objects.append(
                block(
                    f"{label}_m", max(x + dx, 0), max(y + dy, 0), x + 9, y + 8, float(rng.random())
                )
            )
        tags = (Tag("train"),) if number % 3 else (Tag("val"),)
        made.append(make_sample(40, 30, objects, tags, file=f"{number}.png"))
    return made


def test_what_is_written(tmp_path: Path) -> None:
    pytest.importorskip("pycocotools")
    figures, broken = report(tmp_path, stream(), HERE, title="Lemons & limes")
    assert broken == ()
    assert sorted(files(tmp_path)) == [
        "best.png", "classes.csv", "confusion_matrix.csv", "confusion_matrix.svg",
        "pixel_confusion.csv", "pixel_confusion.svg", "precision_recall.svg",
        "precision_recall_curves.csv", "report.html", "report.json", "samples.csv", "worst.png",
    ]  # fmt: skip
    assert list(figures["metrics"]) == [
        "coco_segm", "coco_bbox", "map_voc11", "miou", "dice", "pixel_accuracy",
        "precision_recall", "confusion_matrix",
    ]  # fmt: skip
    headline = figures["headline"]
    assert headline["metric"] == "coco_segm.AP"
    assert headline["value"] == figures["metrics"]["coco_segm"]["AP"]
    assert (figures["samples"], figures["skipped"], figures["objects"]) == (7, 0, 21)
    rows = list(csv.reader((tmp_path / "classes.csv").read_text().splitlines()))
    assert rows[0][:3] == ["class", "prediction", "mask AP"]
    assert [row[:2] for row in rows[1:]] == [["a", "a_m"], ["b", "b_m"], ["all", ""]]
    assert float(rows[3][2]) == headline["value"]
    best, worst = figures["best"], figures["worst"]
    assert [x["score"] for x in best] == sorted((x["score"] for x in best), reverse=True)
    assert best[-1]["score"] >= worst[-1]["score"] >= worst[0]["score"]
    assert len(best) + len(worst) == 7
    page = (tmp_path / "report.html").read_text()
    assert "<title>Lemons &amp; limes</title>" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


@hypothesis(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(st.integers(0, 3), min_size=7, max_size=7), order=st.permutations(range(7)))
def test_any_split_over_tallies_gives_the_same_files(
    parts: list[int], order: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    pytest.importorskip("pycocotools")
    samples = stream()
    folders = [tmp_path_factory.mktemp("report") for _ in range(2)]
    report(folders[0], samples, HERE)
    report(folders[1], [samples[at] for at in order], HERE, parts=parts)
    assert files(folders[0]) == files(folders[1])


def test_semantic_predictions_have_no_confidence(tmp_path: Path) -> None:
    """A tag of that name in the stream, from elsewhere, brings no empty metrics."""
    sample = picture(block("a", 0, 0, 4, 4), block("a_m", 0, 0, 4, 2))
    figures, _ = report(tmp_path, [sample], HERE)
    assert list(figures["metrics"]) == [
        "miou", "dice", "pixel_accuracy", "precision_recall", "confusion_matrix"
    ]  # fmt: skip
    assert figures["headline"] == {"metric": "miou.mean", "name": "mIoU", "value": 0.5}
    assert (figures["without_confidence"], figures["warnings"]) == (1, [])
    asked, _ = report(tmp_path, [sample], HERE, metrics=["map_voc11"])
    assert list(asked["metrics"]) == ["map_voc11"]
    assert "1 of 1 predictions have no tag 'confidence'" in asked["warnings"][0]


def test_the_tag_with_the_confidence_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pycocotools")
    sample = picture(
        block("a", 0, 0, 4, 4),
        Instance("a_m", block("a_m", 0, 0, 4, 4).shape, (Tag("confidence_m", 0.5),)),
    )
    here = schema("bitmap", "a", "a_m", tags=[TagSpec("confidence_m", TagValueType.NUMBER)])
    figures, _ = report(tmp_path, [sample], here)
    assert figures["settings"]["confidence_tag_name"] == "confidence_m"
    assert figures["metrics"]["coco_segm"]["AP"] == pytest.approx(1)
    unscored, _ = report(tmp_path, [sample], schema())
    assert unscored["settings"]["confidence_tag_name"] is None


def sides(truth: Sample, found: Sample) -> list[tuple[str, Sample]]:
    return [("ground_truth", truth), ("samples", found)]


def test_a_ground_truth_of_its_own(tmp_path: Path) -> None:
    """The n-th sample made of an image belongs to its n-th ground truth, in any order."""
    one, two = picture(block("a", 0, 0, 4, 4)), picture(block("a", 0, 0, 4, 2))
    schemas = {"samples": SAME, "ground_truth": SAME}
    told = [*sides(one, one), *sides(two, two)]
    for number, order in enumerate(([0, 1, 2, 3], [1, 3, 0, 2], [0, 2, 1, 3])):
        samples = [told[at] for at in order]
        figures, broken = report(tmp_path / str(number), samples, schemas, parts=[0] * 4)
        assert broken == ()
        assert (figures["samples"], figures["sources"]["total"]) == (2, 1)
        assert figures["metrics"]["miou"]["mean"] == 1


def test_sides_that_do_not_match_fail_the_run(tmp_path: Path) -> None:
    truth, found = (picture(block("a", 0, 0, 4, 4), file=f"{x}.png") for x in ("here", "two"))
    schemas = {"samples": SAME, "ground_truth": SAME}
    both = sides(picture(block("a", 0, 0, 4, 4)), picture(block("a", 0, 0, 4, 4)))
    figures, broken = report(tmp_path, [*both, *sides(truth, found)], schemas, parts=[0, 0, 1, 2])
    assert broken == (
        "1 samples have no ground truth, the first is mini/ds1/two.png",
        "1 samples have no prediction, the first is mini/ds1/here.png",
    )
    assert (figures["samples"], figures["skipped"]) == (1, 2)
    assert figures["skipped_samples"] == [
        {"sample": "mini/ds1/here.png", "reason": "no prediction"},
        {"sample": "mini/ds1/two.png", "reason": "no ground truth"},
    ]


def test_two_projects_of_one_stream(tmp_path: Path) -> None:
    def of(project: str, size: int, file: str) -> Sample:
        return picture(block("a", 0, 0, 4, size), project=project, file=file)

    samples = [
        of("out", 2, "x.png"),
        of("gt", 4, "y.png"),
        of("gt", 4, "x.png"),
        of("out", 4, "y.png"),
    ]
    chosen = {"project_gt": "gt", "project_pred": "out"}
    figures, broken = report(tmp_path, [*samples, of("other", 1, "x.png")], SAME, **chosen)
    assert (broken, figures["samples"]) == ((), 2)
    assert figures["metrics"]["miou"]["mean"] == 24 / 32
    _, broken = report(tmp_path, samples[:1], SAME, **chosen)
    assert broken[-1] == "no sample of project 'gt' came in"


def test_one_project_of_several(tmp_path: Path) -> None:
    samples = [picture(block("a", 0, 0, 4, 4), project=x) for x in ("gt", "other")]
    figures, broken = report(tmp_path, samples, HERE, project_gt="gt", metrics=["miou"])
    assert (figures["samples"], broken) == (1, ())


def one_pixel(text: str) -> Any:
    return np.zeros((1, 1), bool)


def test_a_broken_annotation_of_another_project_fails_the_run(tmp_path: Path) -> None:
    """It is found when all samples are in, and no image can be set aside any more."""
    bad = picture(thing("a", Mask.lazy(0, 0, 3, 3, "text", one_pixel)), project="gt")
    found = picture(block("a", 0, 0, 4, 4), project="out")
    chosen = {"project_gt": "gt", "project_pred": "out"}
    figures, broken = report(tmp_path, [bad, found], SAME, **chosen)
    assert (figures["samples"], figures["skipped"]) == (0, 1)
    assert "the pixels have shape" in figures["skipped_samples"][0]["reason"]
    assert len(broken) == 1
    assert broken[0].startswith("1 samples cannot be compared, the first is out/ds1/one.png: ")


def test_sides_of_different_sizes_fail_the_run(tmp_path: Path) -> None:
    schemas = {"samples": SAME, "ground_truth": SAME}
    small, large = (picture(block("a", 0, 0, 2, 2), size=size) for size in ((4, 4), (8, 4)))
    figures, broken = report(tmp_path, sides(small, large), schemas, parts=[0, 0])
    reason = "the ground truth is of 4x4 pixels, the sample of 8x4"
    assert figures["skipped_samples"][0]["reason"] == reason
    assert broken == (f"1 samples cannot be compared, the first is mini/ds1/one.png: {reason}",)


def test_sources_in_both_sets_are_counted(tmp_path: Path) -> None:
    def tagged(file: str, tag: str) -> Sample:
        return make_sample(8, 8, [block("a", 0, 0, 2, 2)], (Tag(tag),), file=file)

    samples = [tagged("x.png", "train"), tagged("x.png", "val"), tagged("y.png", "val")]
    figures, _ = report(tmp_path, samples, schema(), parts=[0, 0, 1])
    assert figures["sources"] == {"total": 2, "train": 1, "val": 2, "shared": 1}
    assert "1 in both" in (tmp_path / "report.html").read_text()
    unknown, _ = report(tmp_path, [picture()], schema())
    assert unknown["sources"] == {"total": 1, "train": None, "val": None, "shared": None}


def test_a_sample_that_comes_twice_counts_twice(tmp_path: Path) -> None:
    sample = picture(block("a", 0, 0, 4, 4), block("a_m", 0, 0, 4, 4))
    figures, _ = report(tmp_path, [sample, sample], schema(), parts=[0, 0])
    assert figures["samples"] == 2
    rows = (tmp_path / "samples.csv").read_text().splitlines()
    assert rows[2].startswith("mini/ds1/one.png (2),")


def test_classification(tmp_path: Path) -> None:
    tags = [TagSpec("ill"), TagSpec("ill_r", TagValueType.NUMBER)]
    samples = [
        make_sample(8, 8, (), (Tag("ill"), Tag("ill_r", 0.9)), file="x.png"),
        make_sample(8, 8, (), (Tag("ill_r", 0.7),), file="y.png"),
    ]
    figures, _ = report(
        tmp_path,
        samples,
        schema(tags=tags),
        tags_mapping={"ill": "ill_r"},
        confidence_threshold=0.5,
    )
    assert figures["headline"]["value"] == 0.5
    assert [each["sample"] for each in figures["worst"]] == ["mini/ds1/y.png"]
    assert ">(nothing)<" in (tmp_path / "tag_confusion.svg").read_text()
    assert {"tags.csv", "tag_confusion.svg", "worst.png"} <= files(tmp_path).keys()
    assert "classes.csv" not in files(tmp_path)


def test_nothing_at_all(tmp_path: Path) -> None:
    figures, broken = report(tmp_path, [], HERE)
    assert (figures["samples"], figures["headline"], broken) == (0, None, ())
    assert {"best.png", "worst.png"}.isdisjoint(files(tmp_path))
    assert "n/a" in (tmp_path / "report.html").read_text()


def test_samples_are_ranked_as_asked(tmp_path: Path) -> None:
    """Two halves found as one: good pixels, bad objects."""
    joined = picture(
        block("a", 0, 0, 4, 4), block("a", 4, 0, 8, 4), block("a_m", 0, 0, 8, 4), file="joined.png"
    )
    shifted = picture(block("a", 0, 0, 8, 4), block("a_m", 2, 0, 10, 4), file="shifted.png")
    for rank_by, best in (("iou", "joined"), ("quality", "shifted")):
        figures, _ = report(tmp_path, [joined, shifted], schema(), rank_by=rank_by)
        assert figures["best"][0]["sample"] == f"mini/ds1/{best}.png"


def test_boxes_alone_need_no_pixels(tmp_path: Path) -> None:
    boxes = schema(ShapeKind.RECTANGLE)
    sample = picture(box("a", 0, 0, 4, 4), box("a_m", 0, 0, 4, 3))
    figures, _ = report(tmp_path, [sample], boxes)
    assert list(figures["metrics"]) == ["precision_recall", "confusion_matrix"]
    assert task(boxes).rank_by == "quality"
    assert figures["headline"]["metric"] == "precision_recall.f1"


def test_hits_are_on_the_diagonal_of_the_picture(tmp_path: Path) -> None:
    """The table has the columns in the order of the mapping, the rows by name."""
    sample = picture(
        *(block("b", 0, 0, 4, 4), block("b_m", 0, 0, 4, 4)),
        *(block("a", 8, 0, 12, 4), block("a_m", 8, 0, 12, 4)),
    )
    mapping = {"b": "b_m", "a": "a_m"}
    figures, _ = report(
        tmp_path, [sample], schema(), classes_mapping=mapping, metrics=["confusion_matrix"]
    )
    assert figures["metrics"]["confusion_matrix"]["columns"] == ["b_m", "a_m", ""]
    svg = (tmp_path / "confusion_matrix.svg").read_text()
    assert svg.index(">a_m<") < svg.index(">b_m<")
    cells = re.findall(r">(\d+)</text>", svg)
    assert cells == ["1", "0", "0", "0", "1", "0", "0", "0", "0"]


def test_what_is_painted_has_an_edge() -> None:
    """Objects may have the very colour of their class."""
    painted = np.zeros((6, 6, 3), np.uint8)
    painted[2:4, 2:4] = 7
    edges = edges_of(painted)
    assert edges.sum() == 12
    assert not edges[2:4, 2:4].any()
