"""Cityscapes: a dataset drawn by code as the format says, and every way in which one can be bad."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture
from PIL import ImageDraw

from dtl_engine.errors import DataError
from dtl_engine.sdk import (
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Sample,
    Schema,
    SchemaError,
    Size,
    Tag,
    TagSpec,
)
from dtl_nodes.formats import load_writable, recognise
from dtl_nodes.formats.cityscapes.labels import LABELS
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    convert,
    export,
    files_of,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)

Json = dict[str, Any]
WIDTH, HEIGHT = 80, 60
OBJECTS: list[Json] = [
    {"label": "road", "polygon": [[0, 40], [79, 40], [79, 59], [0, 59]]},
    {"label": "cargroup", "polygon": [[5, 20], [30, 20], [30, 38]]},
    {"label": "car", "polygon": [[40, 20], [60, 20], [60, 38], [40, 38]]},
    {"label": "car", "polygon": [[50, 30], [70, 30], [70, 48], [50, 48]]},
    {"label": "license plate", "polygon": [[44, 30], [46, 30], [46, 31]]},
    {"label": "sky", "polygon": [[0, 0], [9, 0], [9, 9]], "deleted": 1},
]


def draw(
    root: Path,
    split: str = "train",
    city: str = "aachen",
    objects: Any = OBJECTS,
    *,
    number: int = 19,
    **members: Any,
) -> Path:
    """Write an image with its polygons and, painted by Pillow as the original does, its ids."""
    name = f"{city}_000001_{number:06d}"
    images, truth = root / "leftImg8bit" / split / city, root / "gtFine" / split / city
    for folder in (images, truth):
        folder.mkdir(parents=True, exist_ok=True)
    Picture.new("RGB", (WIDTH, HEIGHT), (90, 90, 90)).save(images / f"{name}_leftImg8bit.png")
    content = {"imgHeight": HEIGHT, "imgWidth": WIDTH, "objects": objects, **members}
    (truth / f"{name}_gtFine_polygons.json").write_text(json.dumps(content))
    return root


def paint_instances(objects: list[Json], path: Path) -> np.ndarray:
    """Paint ``instanceIds`` the way cityscapesScripts does."""
    picture = Picture.new("I", (WIDTH, HEIGHT), 0)
    drawer, counts = ImageDraw.Draw(picture), dict[str, int]()
    for each in objects:
        name, is_group = each["label"], False
        if name not in LABELS:
            name, is_group = name.removesuffix("group"), True
        label = LABELS[name]
        if label.id < 0 or each.get("deleted"):
            continue
        value = label.id
        if label.has_instances and not is_group:
            value = label.id * 1000 + counts.get(name, 0)
            counts[name] = counts.get(name, 0) + 1
        drawer.polygon([tuple(point) for point in each["polygon"]], fill=value)
    values = np.array(picture).astype(np.uint16)
    Picture.fromarray(values).save(path)
    return values


def test_polygons_splits_and_cities(tmp_path: Path) -> None:
    draw(tmp_path)
    draw(tmp_path, "val", "bonn", [])
    assert [each.name for each, _ in recognise(tmp_path)] == ["cityscapes"]
    source = open_dataset("cityscapes", tmp_path)
    read = read_all(source)
    assert list(read) == ["aachen/aachen_000001_000019.png", "bonn/bonn_000001_000019.png"]
    first, second = read.values()
    assert [(each.label, each.tags) for each in first.instances] == [
        ("road", ()), ("car", (Tag("group"),)), ("car", ()), ("car", ()), ("license plate", ()),
    ]  # fmt: skip
    for told, instance in zip(OBJECTS, first.instances, strict=False):
        assert instance.shape == Polygon(told["polygon"])
    assert (first.tags, second.tags) == ((Tag("train"),), (Tag("val"),))
    assert (first.size, second.instances) == ((WIDTH, HEIGHT), ())
    assert first.image.size == (WIDTH, HEIGHT)
    assert [(each.name, each.kind, each.color) for each in source.schema.labels] == [
        ("road", "polygon", "#804080"), ("car", "polygon", "#00008E"),
        ("license plate", "polygon", "#00008E"),
    ]  # fmt: skip
    assert source.schema.tag_names == ("train", "val", "group")


def test_what_a_dataset_is(tmp_path: Path) -> None:
    for split, city in (("train", "aachen"), ("train", "bonn"), ("val", "ulm"), ("val", "aachen")):
        draw(tmp_path, split, city)
    cities = open_dataset("cityscapes", tmp_path)
    assert {each.name: len(each.files) for each in cities.datasets} == {
        "aachen": 2, "bonn": 1, "ulm": 1,
    }  # fmt: skip
    assert [sample.tags[0].name for sample in read_all(cities).values()] == [
        "train", "val", "train", "val",
    ]  # fmt: skip
    assert any("share a name" in note for note in cities.notes)
    of_split = open_dataset("cityscapes", tmp_path, "val")
    assert [each.name for each in of_split.datasets] == ["aachen", "ulm"]
    splits = open_dataset("cityscapes", tmp_path, datasets="split")
    assert {each.name: len(each.files) for each in splits.datasets} == {"train": 2, "val": 2}
    chosen = read_all(open_dataset("cityscapes", tmp_path, "val", datasets="split"))
    assert {sample.tags for sample in chosen.values()} == {(Tag("val"),)}


def test_the_frame_around_the_region_of_interest(tmp_path: Path) -> None:
    ring = [[0, 0], [80, 0], [80, 60], [0, 60], [0, 0], [5, 5], [75, 5], [75, 50], [5, 50]]
    draw(tmp_path, objects=[{"label": "out of roi", "polygon": ring}])
    (frame,) = only_sample(open_dataset("cityscapes", tmp_path)).instances
    assert frame.shape == Polygon(ring[:4], [ring[5:]])
    painted = frame.shape.paint(Size(WIDTH, HEIGHT))
    assert painted.sum() == 80 * 60 - 70 * 45
    again = export("cityscapes", [only_sample(open_dataset("cityscapes", tmp_path))],
                   open_dataset("cityscapes", tmp_path).schema, tmp_path / "again")  # fmt: skip
    assert not again
    (path,) = (tmp_path / "again").rglob("*_polygons.json")
    assert json.loads(path.read_text())["objects"] == [{"label": "out of roi", "polygon": ring}]


def test_pictures_of_instances(tmp_path: Path) -> None:
    draw(tmp_path)
    (path,) = tmp_path.rglob("*_polygons.json")
    values = paint_instances(
        OBJECTS, path.with_name(path.name.replace("polygons.json", "instanceIds.png"))
    )
    polygons = only_sample(open_dataset("cityscapes", tmp_path))
    path.unlink()
    source = open_dataset("cityscapes", tmp_path)
    sample = only_sample(source)
    found = {}
    for each in sample.instances:
        assert source.schema.label(each.label) is not None
        found[each.label, each.tags, int(values[each.shape.paint(sample.size)].max())] = each.shape
    assert list(found) == [
        ("road", (), 7), ("car", (Tag("group"),), 26), ("car", (), 26000), ("car", (), 26001),
    ]  # fmt: skip
    for (_, _, value), mask in found.items():
        assert np.array_equal(mask.paint(sample.size), values == value)
    # The polygons are the same objects, within the outline that Pillow paints too.
    road = polygons.instances[0].shape.paint(sample.size)
    theirs = np.isin(values, (7, 26001))[40:]
    assert (road[40:] & ~theirs).sum() == 0


def test_no_annotation_at_all(tmp_path: Path) -> None:
    draw(tmp_path)
    (path,) = tmp_path.rglob("*_polygons.json")
    path.unlink()
    source = open_dataset("cityscapes", tmp_path)
    assert only_sample(source).instances == ()
    assert any("1 images have no annotation" in note for note in source.notes)


def one(**changes: Any) -> list[Json]:
    good = {"label": "sky", "polygon": [[1, 1], [9, 1], [9, 9]]}
    return [good, {**good, **changes}]


BAD_OBJECTS: dict[str, list[Json]] = {
    "two points": one(polygon=[[1, 1], [2, 2]]),
    "same points": one(polygon=[[1, 1], [2, 2], [1, 1]]),
    "nan": one(polygon=[[1, 1], [2, 2], [1, None]]),
    "far": one(polygon=[[1, 1], [2, 2], [1, 1e300]]),
    "text": one(polygon=[["1", "1"], ["2", "2"], ["1", "3"]]),
    "three numbers": one(polygon=[[1, 1, 1], [2, 2, 2], [1, 3, 1]]),
    "missing": one(polygon=None),
    "outside": one(polygon=[[100, 1], [120, 1], [120, 9]]),
}


@pytest.mark.parametrize("name", BAD_OBJECTS)
def test_bad_objects(tmp_path: Path, name: str) -> None:
    draw(tmp_path, objects=BAD_OBJECTS[name])
    with pytest.raises(DataError, match="object 2: ") as refused:
        only_sample(open_dataset("cityscapes", tmp_path))
    assert refused.value.code == "F604"
    assert refused.value.path.endswith("_gtFine_polygons.json")
    assert len(only_sample(open_dataset("cityscapes", tmp_path, bad_objects="drop")).instances) == 1


BAD_FILES: dict[str, tuple[Json, str]] = {
    "no label": ({"objects": [{"polygon": [[1, 1], [9, 1], [9, 9]]}]}, "F602"),
    "object no object": ({"objects": [5]}, "F602"),
    "objects no list": ({"objects": {}}, "F602"),
    "size 0": ({"imgWidth": 0}, "F605"),
    "size missing": ({"imgHeight": None}, "F605"),
    "fraction": ({"imgHeight": 60.0}, "F605"),
    "other size": ({"imgHeight": 61}, "F605"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(tmp_path: Path, name: str) -> None:
    members, code = BAD_FILES[name]
    draw(tmp_path, **members)
    with pytest.raises(DataError) as refused:
        only_sample(open_dataset("cityscapes", tmp_path, bad_objects="drop"))
    assert refused.value.code == code


def test_files_that_are_broken(tmp_path: Path) -> None:
    draw(tmp_path / "set")
    source = open_dataset("cityscapes", tmp_path / "set")
    (path,) = tmp_path.rglob("*_polygons.json")
    for text in (b"{", b"[]", b'{"objects": "\xff"}', b"[" * 100_000):
        path.write_bytes(text)
        open_dataset("cityscapes", tmp_path / "set")
        with pytest.raises(DataError) as refused:
            only_sample(source)
        assert refused.value.code == "F602"
    path.rename(tmp_path / "polygons.json")
    path.symlink_to(tmp_path / "polygons.json")
    with pytest.raises(DataError) as out:
        only_sample(open_dataset("cityscapes", tmp_path / "set"))
    assert out.value.code == "F609"
    path.unlink()
    ids = path.with_name(path.name.replace("polygons.json", "instanceIds.png"))
    ids.write_bytes(b"no picture")
    with pytest.raises(DataError) as broken:
        only_sample(open_dataset("cityscapes", tmp_path / "set"))
    assert broken.value.code == "F601"
    Picture.fromarray(np.full((HEIGHT, WIDTH), 99, np.uint16)).save(ids)
    with pytest.raises(DataError, match="of no label") as unknown:
        only_sample(open_dataset("cityscapes", tmp_path / "set"))
    assert unknown.value.code == "F603"
    (image,) = tmp_path.rglob("*_leftImg8bit.png")
    image.rename(tmp_path / "image.png")
    image.symlink_to(tmp_path / "image.png")
    with pytest.raises(DataError) as link:
        only_sample(open_dataset("cityscapes", tmp_path / "set"))
    assert link.value.code == "F609"


def test_what_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as refused:
        open_dataset("cityscapes", tmp_path)
    assert refused.value.code == "E404"
    assert not load_writable("cityscapes").detect(tmp_path)
    draw(tmp_path)
    (tmp_path / "labels.json").write_text("{}")
    with pytest.raises(SchemaError, match="no table of labels") as table:
        open_dataset("cityscapes", tmp_path)
    assert table.value.code == "E403"


AREAS = {label: SHAPES[label] for label in ("box", "patch", "blob")}
SCHEMA = Schema(
    tuple(
        LabelSpec(name, kind, "#0A0B0C")
        for name, kind in (
            ("blob", "bitmap"), ("box", "rectangle"), ("car", "polygon"), ("dot", "point"),
            ("hand", "graph"), ("patch", "polygon"), ("path", "line"), ("sky", "polygon"),
        )
    ),
    (TagSpec("train"), TagSpec("val"), TagSpec("group")),
)  # fmt: skip


def pictures(root: Path) -> dict[str, np.ndarray]:
    found = {}
    for name in ("labelIds", "instanceIds", "color"):
        (path,) = root.rglob(f"*_gtFine_{name}.png")
        found[name] = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return found


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_it_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Polygons as they are, boxes as polygons, and masks by their pixels."""
    instances = []
    for label in data.draw(st.lists(st.sampled_from([*AREAS, "car"]), max_size=5)):
        shape = data.draw(SHAPES["patch"] if label == "car" else AREAS[label])
        tags = (Tag("group"),) if label == "car" and data.draw(st.booleans()) else ()
        instances.append(Instance(label, shape, tags))
    sample = sample_with(instances, [Tag("val")], dataset="ulm")
    folder = tmp_path_factory.mktemp("set")
    losses = export("cityscapes", [sample], SCHEMA, folder)
    assert {what for _, what in losses} <= {
        "holes",
        "several parts split",
        "box without area dropped",
    }
    again = only_sample(open_dataset("cityscapes", folder))
    assert again.tags == (Tag("val"),)
    assert np.array_equal(again.image.pixels(), sample.image.pixels())
    if not losses:
        assert [(each.label, each.tags) for each in again.instances] == [
            (each.label, each.tags) for each in instances
        ]
        for mine, theirs in zip(instances, again.instances, strict=True):
            if isinstance(mine.shape, Polygon):
                assert mine.shape == theirs.shape
            assert np.array_equal(mine.shape.paint(SIZE), theirs.shape.paint(SIZE))
    check_pictures(folder, sample)
    ids = next(folder.rglob("*_polygons.json"))
    ids.unlink()
    masks = only_sample(open_dataset("cityscapes", folder)).instances
    top = np.zeros((SIZE.height, SIZE.width), int)
    for number, each in enumerate(instances, start=1):
        top[each.shape.paint(SIZE)] = number
    if not any(each.tags for each in instances):
        painted = {number: top == number for number in np.unique(top).tolist() if number}
        assert {each.shape.paint(SIZE).tobytes() for each in masks} == {
            each.tobytes() for each in painted.values()
        }
        assert sorted(each.label for each in masks) == sorted(
            instances[number - 1].label for number in painted
        )


def check_pictures(folder: Path, sample: Sample) -> None:
    """Compare the pictures with objects painted one above the other."""
    ids = {"blob": 34, "box": 35, "patch": 38, "car": 26}
    made = pictures(folder)
    labels = np.zeros((SIZE.height, SIZE.width), np.uint8)
    colors = np.zeros((SIZE.height, SIZE.width, 4), np.uint8)
    colors[..., 3] = 255
    for each in sample.instances:
        painted = each.shape.paint(SIZE)
        labels[painted] = ids[each.label]
        colors[painted, :3] = (142, 0, 0) if each.label == "car" else (12, 11, 10)
    assert np.array_equal(made["labelIds"], labels)
    assert np.array_equal(made["color"], colors)
    assert made["instanceIds"].dtype == np.uint16
    numbered = made["instanceIds"]
    assert np.array_equal(np.where(numbered >= 1000, numbered // 1000, numbered), labels)


def test_the_ring_of_the_worked_numbers(tmp_path: Path) -> None:
    """A block with a hole: the polygon loses the hole, the pictures keep it."""
    pixels = np.zeros((12, 16), bool)
    pixels[2:10, 3:13] = True
    pixels[4:8, 6:10] = False
    mask = Mask.tight(pixels, 0, 0)
    assert mask is not None
    losses = export("cityscapes", [sample_with([Instance("blob", mask)])], SCHEMA, tmp_path)
    assert losses == {("blob", "holes"): 1}
    assert (pictures(tmp_path)["labelIds"] == 34).sum() == 64
    (block,) = only_sample(open_dataset("cityscapes", tmp_path)).instances
    assert block.shape.paint(SIZE).sum() == 80


def test_the_outline_of_the_worked_numbers(tmp_path: Path) -> None:
    mask = Mask.tight(np.array([[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]]), 0, 0)
    assert mask is not None
    assert not export("cityscapes", [sample_with([Instance("blob", mask)])], SCHEMA, tmp_path)
    (path,) = tmp_path.rglob("*_polygons.json")
    (told,) = json.loads(path.read_text())["objects"]
    outline = "1,0 3,0 3,1 4,1 4,3 3,3 3,2 2,2 2,3 1,3 1,2 0,2 0,1 1,1"
    assert told["polygon"] == [[int(n) for n in pair.split(",")] for pair in outline.split()]


def test_what_it_cannot_hold_is_told(tmp_path: Path) -> None:
    ring = Polygon([[2, 2], [12, 2], [12, 12], [2, 12]], [[[4, 4], [8, 4], [8, 8], [4, 8]]])
    parts = Mask.tight(np.array([[1, 0, 0], [0, 0, 0], [0, 0, 1]]), 3, 3)
    assert parts is not None
    sample = sample_with(
        [
            Instance("patch", ring, (Tag("x"), Tag("group")), "text"),
            Instance("blob", parts),
            Instance("path", Polyline([[1, 1], [2, 2]])),
            Instance("dot", Point(1, 1)),
            Instance("hand", Keypoints((KeypointNode("a", 1, 1),))),
            Instance("box", Rectangle(50, 50, 60, 60)),
        ],
        [Tag("train"), Tag("night")],
        description="d",
    )
    assert export("cityscapes", [sample], SCHEMA, tmp_path) == {
        ("patch", "holes"): 1,
        ("patch", "object tag"): 1,
        ("patch", "object description"): 1,
        ("blob", "several parts split"): 1,
        ("path", "line dropped"): 1,
        ("dot", "point dropped"): 1,
        ("hand", "graph dropped"): 1,
        ("box", "box outside the image dropped"): 1,
        ("", "image tag"): 1,
        ("", "image description"): 1,
    }
    told = {(loss.label, loss.what) for loss in load_writable("cityscapes").losses(SCHEMA, None)}
    assert told == {
        ("path", "line dropped"),
        ("dot", "point dropped"),
        ("hand", "graph dropped"),
    }
    made = pictures(tmp_path)
    assert len(np.unique(made["instanceIds"][made["labelIds"] == 34])) == 1
    table = json.loads((tmp_path / "labels.json").read_text())["labels"]
    assert [(each["name"], each["id"]) for each in table] == [
        ("blob", 34), ("box", 35), ("dot", 36), ("hand", 37), ("patch", 38), ("path", 39),
    ]  # fmt: skip


def test_more_than_the_pictures_can_number(tmp_path: Path) -> None:
    cars = [Instance("car", Rectangle(1, 1, 3, 3)) for _ in range(1002)]
    losses = export("cityscapes", [sample_with(cars)], SCHEMA, tmp_path)
    assert losses == {("car", "number of an object in the pictures"): 2}
    many = Schema(tuple(LabelSpec(f"l{at}", "polygon", "#000000") for at in range(230)))
    crowd = [Instance(f"l{at}", Rectangle(1, 1, 3, 3)) for at in range(230)]
    lost = export("cityscapes", [sample_with(crowd)], many, tmp_path / "many")
    assert set(lost) == {(f"l{at}", "object in the pictures") for at in range(222, 230)}


def test_where_samples_go(tmp_path: Path) -> None:
    """Splits are tags, datasets called like one, or what ``splits`` says."""
    boxes = [Instance("box", Rectangle(1, 1, 3, 3))]
    samples = [
        sample_with(boxes, [Tag("val")], dataset="ulm", file="a.jpg"),
        sample_with(boxes, dataset="ulm", file="b.png"),
        sample_with(boxes, dataset="test", file="c.png"),
    ]
    export("cityscapes", samples, SCHEMA, tmp_path / "a")
    images = [name for name in files_of(tmp_path / "a") if name.startswith("leftImg8bit")]
    assert images == [
        "leftImg8bit/test/test/c_leftImg8bit.png",
        "leftImg8bit/train/ulm/b_leftImg8bit.png",
        "leftImg8bit/val/ulm/a_leftImg8bit.png",
    ]
    export("cityscapes", samples[1:2], SCHEMA, tmp_path / "b", splits=("ulm",))
    names = [name for name in files_of(tmp_path / "b") if name.startswith("leftImg8bit")]
    assert names == ["leftImg8bit/ulm/ulm/b_leftImg8bit.png"]


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_the_same_files_however_many_workers(mini: Path, tmp_path: Path, runner: str) -> None:
    made = [
        convert(mini, "mini", tmp_path / str(workers), {"format": "cityscapes"},
                "--runner", runner, "--workers", str(workers))
        for workers in (1, 2)
    ]  # fmt: skip
    first, second = map(files_of, made)
    assert first == second
    assert sum(name.endswith("_polygons.json") for name in first) == 3


def test_there_and_back_by_the_command_line(tmp_path: Path) -> None:
    draw(tmp_path / "data" / "street")
    draw(tmp_path / "data" / "street", "val", "bonn", OBJECTS[:2])
    made = convert(tmp_path / "data", "street", tmp_path / "there", {"format": "cityscapes"})
    before, after = files_of(tmp_path / "data" / "street"), files_of(made)
    for name, content in before.items():
        if name.endswith(".png"):
            assert after[name] == content
        else:
            told, again = json.loads(content), json.loads(after[name])
            told["objects"] = [each for each in told["objects"] if not each.get("deleted")]
            assert told == again


def test_coarse_annotations_are_read_where_there_are_no_fine_ones(tmp_path: Path) -> None:
    draw(tmp_path, "train_extra", "bonn", OBJECTS[2:3])
    (tmp_path / "gtFine").rename(tmp_path / "gtCoarse")
    (path,) = tmp_path.rglob("*_polygons.json")
    path.rename(path.with_name(path.name.replace("gtFine", "gtCoarse")))
    assert [each.name for each, _ in recognise(tmp_path)] == ["cityscapes"]
    sample = only_sample(open_dataset("cityscapes", tmp_path))
    assert ([each.label for each in sample.instances], sample.tags) == (
        ["car"],
        (Tag("train_extra"),),
    )


def test_groups_of_poles_are_a_class_and_others_a_tag(tmp_path: Path) -> None:
    """The table has ``polegroup``; what ends so and is of no class of it is a class of its own."""
    ring = [[1, 1], [9, 1], [9, 9]]
    labels = ("polegroup", "bicyclegroup", "group", "kiwigroup", "caravan")
    draw(tmp_path, objects=[{"label": label, "polygon": ring} for label in labels])
    sample = only_sample(open_dataset("cityscapes", tmp_path))
    assert [(each.label, each.tags) for each in sample.instances] == [
        ("polegroup", ()), ("bicycle", (Tag("group"),)), ("group", ()), ("kiwigroup", ()),
        ("caravan", ()),
    ]  # fmt: skip


def test_pictures_of_another_size_set_the_image_aside(tmp_path: Path) -> None:
    draw(tmp_path)
    (path,) = tmp_path.rglob("*_polygons.json")
    path.unlink()
    ids = path.with_name(path.name.replace("polygons.json", "instanceIds.png"))
    Picture.fromarray(np.full((HEIGHT, WIDTH - 1), 26000, np.uint16)).save(ids)
    with pytest.raises(DataError) as refused:
        _ = only_sample(open_dataset("cityscapes", tmp_path)).instances
    assert refused.value.code == "F605"


def test_the_ids_of_the_standard() -> None:
    """The table of section 6 of the data formats reference: ids, and which have instances."""
    told = {label.name: label.id for label in LABELS.values()}
    assert len(told) == 35
    assert {name: told[name] for name in ("unlabeled", "road", "sky", "person", "bicycle")} == {
        "unlabeled": 0, "road": 7, "sky": 23, "person": 24, "bicycle": 33,
    }  # fmt: skip
    with_instances = {label.name for label in LABELS.values() if label.has_instances}
    assert with_instances == {
        "person", "rider", "car", "truck", "bus", "caravan", "trailer", "train", "motorcycle",
        "bicycle", "license plate",
    }  # fmt: skip
    assert (LABELS["truck"].color, LABELS["license plate"].id) == ("#000046", -1)
