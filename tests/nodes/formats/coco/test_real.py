"""The real samples, checked by json and by pycocotools."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.sdk import Keypoints, Mask, Polygon, Rectangle, Sample
from dtl_nodes.formats import detect_format
from tests.nodes.formats.exporting import convert, open_dataset, read_all

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""

FILES = {
    "coco": "annotations/instances_{}.json",
    "coco_keypoints": "annotations/person_keypoints_{}.json",
}
SPLITS = ("train2017", "val2017")


def told(folder: Path, name: str, split: str) -> Any:
    return json.loads((folder / FILES[name].format(split)).read_bytes())


def by_image(content: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {image["file_name"]: [] for image in content["images"]}
    names = {image["id"]: image["file_name"] for image in content["images"]}
    for each in content["annotations"]:
        found[names[each["image_id"]]].append(each)
    return found


def coco_of(path: Path) -> Any:
    tools = pytest.importorskip("pycocotools.coco")
    with contextlib.redirect_stdout(io.StringIO()):
        return tools.COCO(str(path))


@pytest.mark.parametrize("name", FILES)
def test_samples_are_read_as_their_files_say(name: str, shared: Path) -> None:
    folder = shared / "data" / name
    assert detect_format(folder).name == "coco"
    source = open_dataset("coco", folder)
    assert source.notes == ()
    samples = read_all(source)
    for split in SPLITS:
        content = told(folder, name, split)
        categories = {each["id"]: each for each in content["categories"]}
        for file, objects in by_image(content).items():
            sample = samples.pop(f"{split}/{file}")
            assert sample.image.path == folder / "images" / split / file
            left = list(sample.instances)
            for each in objects:
                area = left.pop(0)
                assert area.label == categories[each["category_id"]]["name"]
                _check_area(area.shape, each)
                assert ("iscrowd" in {tag.name for tag in area.tags}) == (each["iscrowd"] == 1)
                values = np.reshape(each.get("keypoints", []), (-1, 3))
                if (values[:, 2] > 0).any():
                    nodes = left.pop(0)
                    assert nodes.tags == area.tags != ()
                    _check_nodes(nodes.shape, values, categories[each["category_id"]])
            assert not left
    assert not samples


def _check_area(shape: Any, each: Any) -> None:
    segmentation, (x, y, width, height) = each["segmentation"], each["bbox"]
    if isinstance(segmentation, list) and len(segmentation) == 1:
        assert isinstance(shape, Polygon)
        assert shape.exterior.reshape(-1).tolist() == segmentation[0]
        assert shape.area == pytest.approx(each["area"], abs=1e-3)
        box = (x, y, x + width, y + height)
        assert shape.bbox == pytest.approx(box, abs=0.51)
    else:
        assert isinstance(shape, Mask)
        box = (x, y, x + width, y + height)
        # Sharp corners of rings hold no centre of a pixel.
        assert shape.bbox == pytest.approx(box, abs=2.5)
        if isinstance(segmentation, list):  # the area of a crowd is not that of its runs
            assert shape.area == pytest.approx(each["area"], rel=0.02)


def _check_nodes(shape: Any, values: Any, category: Any) -> None:
    assert isinstance(shape, Keypoints)
    wanted = [
        (name, x, y, (("disabled", True),) if seen == 1 else ())
        for name, (x, y, seen) in zip(category["keypoints"], values.tolist(), strict=True)
        if seen
    ]
    assert [(node.id, node.x, node.y, node.extra) for node in shape.nodes] == wanted


def test_a_crowd_is_what_pycocotools_decodes(shared: Path) -> None:
    folder = shared / "data" / "coco_keypoints"
    samples = read_all(open_dataset("coco", folder))
    tools = coco_of(folder / FILES["coco_keypoints"].format("train2017"))
    crowds = [each for each in tools.anns.values() if each["iscrowd"]]
    assert crowds
    for each in crowds:
        sample = samples[f"train2017/{tools.imgs[each['image_id']]['file_name']}"]
        masks = [i.shape for i in sample.instances if any(t.name == "iscrowd" for t in i.tags)]
        assert (masks[0].paint(sample.size) == tools.annToMask(each).astype(bool)).all()


@pytest.mark.parametrize(
    "options", [{}, {"polygons": "exact"}, {"polygons": "exact", "bitmaps": "polygons"}]
)
@pytest.mark.parametrize("name", FILES)
def test_pycocotools_sees_what_we_paint(
    name: str, options: dict[str, Any], shared: Path, tmp_path: Path
) -> None:
    made = convert(shared / "data", name, tmp_path, {"format": "coco", **options})
    samples = read_all(open_dataset("coco", shared / "data" / name))
    for split in SPLITS:
        tools = coco_of(made / f"annotations/instances_{split}.json")
        images = list(tools.imgs.values())
        assert [image["id"] for image in images] == list(range(1, len(images) + 1))
        assert sorted(tools.anns) == list(range(1, len(tools.anns) + 1))
        for image in images:
            sample = samples[f"{split}/{image['file_name']}"]
            _compare(tools, image, sample, exact="polygons" in options)


def _compare(tools: Any, image: Any, sample: Sample, *, exact: bool) -> None:
    objects = tools.loadAnns(tools.getAnnIds(image["id"]))
    areas = [each for each in sample.instances if not isinstance(each.shape, Keypoints)]
    assert len(objects) == len(areas)
    for each, instance in zip(objects, areas, strict=True):
        assert tools.cats[each["category_id"]]["name"] == instance.label
        mine, theirs = instance.shape.paint(sample.size), tools.annToMask(each).astype(bool)
        if exact:
            assert (mine == theirs).all()
            assert each["area"] == mine.sum()
            assert each["bbox"] == pytest.approx(_box_of(mine))
        else:
            # Rings are painted by two rules, which differ along the border; several rings are
            # passed on as they are.
            assert (mine ^ theirs).sum() <= 1.2 * _border(mine) + 4
            assert each["area"] == pytest.approx(theirs.sum(), abs=_border(mine) + 4)
            x0, y0, x1, y1 = instance.shape.bbox
            assert each["bbox"] == pytest.approx([x0, y0, x1 - x0, y1 - y0], abs=2.5)


def _box_of(painted: np.ndarray) -> list[float]:
    rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]]


def _border(painted: np.ndarray) -> int:
    padded = np.pad(painted, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return int((painted & ~inner).sum())


@pytest.mark.parametrize("name", FILES)
def test_samples_come_back_after_writing(name: str, shared: Path, tmp_path: Path) -> None:
    before = read_all(open_dataset("coco", shared / "data" / name))
    made = convert(shared / "data", name, tmp_path, {"format": "coco"})
    after = read_all(open_dataset("coco", made))
    assert not (made / "loss_report.json").exists()
    assert before.keys() == after.keys()
    for key, sample in before.items():
        assert after[key].annotation.instances == sample.annotation.instances
        path = after[key].image.path
        assert path is not None
        assert sample.image.path is not None
        assert path.read_bytes() == sample.image.path.read_bytes()


def test_projects_come_back_by_way_of_coco(shared: Path, tmp_path: Path) -> None:
    """Supervisely to COCO and back keeps every bitmap pixel, rectangle, class and name."""
    before = read_all(open_dataset("supervisely", shared / "data" / "tutorial"))
    made = convert(shared / "data", "tutorial", tmp_path, {"format": "coco"})
    after = read_all(open_dataset("coco", made))
    assert {key.partition("/")[0] for key in after} == {key.partition("/")[0] for key in before}
    for key, sample in before.items():
        pairs = zip(sample.instances, after[key].instances, strict=True)
        for one, two in pairs:
            assert one.label == two.label
            assert [(tag.name, tag.value) for tag in one.tags] == [
                (tag.name, tag.value) for tag in two.tags
            ]
            if isinstance(one.shape, Polygon) and one.shape.holes:
                assert (one.shape.paint(sample.size) == two.shape.paint(sample.size)).all()
            elif isinstance(one.shape, Mask):
                assert one.shape.tightened() == two.shape
            else:
                assert one.shape == two.shape


@pytest.mark.parametrize("version", ["coco_format_v1", "coco_format_v2"])
def test_both_files_of_the_other_sample_hold_the_same_boxes(version: str, shared: Path) -> None:
    source = open_dataset(
        "coco", shared / "data" / "multi_format", annotations=version, images="images"
    )
    found = {
        sample.origin.file: [(each.label, each.shape) for each in sample.instances]
        for sample in read_all(source).values()
    }
    file = next((shared / "data" / "multi_format" / "coco_format_v1").glob("*.json"))
    content = json.loads(file.read_bytes())
    names = {each["id"]: each["name"] for each in content["categories"]}
    for image, objects in by_image(content).items():
        boxes = []
        for each in objects:
            x, y, width, height = each["bbox"]
            boxes.append((names[each["category_id"]], Rectangle(x, y, x + width, y + height)))
        key = lambda pair: (pair[0], *pair[1].bbox)  # noqa: E731
        assert sorted(found[image], key=key) == sorted(boxes, key=key)
