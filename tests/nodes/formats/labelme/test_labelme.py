"""LabelMe: real files, files drawn by code, and every way in which a file can be bad."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from dtl_engine.errors import AnnotationError, DataError, ImageError
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
    Schema,
    SchemaError,
    Size,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats import load_writable
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


def shape(kind: str, points: Any, **members: Any) -> Json:
    return {"label": "a", "shape_type": kind, "points": points, **members}


def write(
    folder: Path, *shapes: Json, name: str = "one", image: bool = True, **members: Any
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if image:
        Picture.new("RGB", SIZE, (9, 9, 200)).save(folder / f"{name}.png")
    content = {
        "version": "5.2.1",
        "flags": {},
        "shapes": list(shapes),
        "imagePath": f"{name}.png",
        "imageData": None,
        "imageHeight": SIZE.height,
        "imageWidth": SIZE.width,
        **members,
    }
    (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def shapes_of(folder: Path, **options: Any) -> list[Any]:
    return [
        each.shape for each in only_sample(open_dataset("labelme", folder, **options)).instances
    ]


def png_text(pixels: np.ndarray) -> str:
    return base64.b64encode(cv2.imencode(".png", pixels)[1].tobytes()).decode()


def test_the_real_polygons(shared: Path) -> None:
    source = open_dataset("labelme", shared / "data" / "labelme", groups="separate")
    read = read_all(source)
    assert len(read) == 4
    total = 0
    for key, sample in read.items():
        path = shared / "data" / "labelme" / f"{Path(key).stem}.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        assert sample.size == (told["imageWidth"], told["imageHeight"])
        assert cv2.imread(str(path.with_suffix(".jpg"))).shape[1::-1] == sample.size
        total += len(told["shapes"])
        for given_, instance in zip(told["shapes"], sample.instances, strict=True):
            assert instance.label == given_["label"]
            points = np.array(given_["points"])
            inside = (points >= 0).all() and (points <= sample.size).all()
            assert not inside or np.array_equal(instance.shape.exterior, points)  # type: ignore[attr-defined]
    assert total == 36


def test_parts_of_one_group_are_one_mask(shared: Path) -> None:
    folder = shared / "data" / "labelme"
    sample = read_all(open_dataset("labelme", folder))["ds/000000252219.jpg"]
    told = json.loads((folder / "000000252219.json").read_text(encoding="utf-8"))
    parts = [np.array(each["points"]) for each in told["shapes"] if each["group_id"] == 1]
    assert len(parts) > 1
    expected = np.zeros(sample.size[::-1], np.uint8)
    for points in parts:
        cv2.fillPoly(expected, [np.round(points * 256).astype(np.int32) - 128], 1, shift=8)
    (mask,) = (
        each.shape.paint(sample.size)
        for each in sample.instances
        if isinstance(each.shape, Mask)
        and each.shape.bbox[0] == min(np.round(p[:, 0].min()) for p in parts)
    )
    # OpenCV's own filling takes pixels on the outline too.
    assert (mask & ~expected.astype(bool)).sum() <= 3
    assert mask.sum() > 0.85 * expected.sum()


def test_embedded_images_and_boxes(shared: Path) -> None:
    """The boxes of the eight images are those of CVAT's file too, to the pixel."""
    root = shared / "data" / "multi_format"
    ours = read_all(open_dataset("labelme", root / "labelme_format"))
    theirs = read_all(
        open_dataset("cvat", root, annotations="cvat_format/annotations.xml", images="images")
    )
    assert ours.keys() == theirs.keys()
    assert len(ours) == 8
    for key, sample in ours.items():
        boxes = {(each.label, each.shape) for each in sample.instances}
        assert boxes == {(each.label, each.shape) for each in theirs[key].instances}
        assert len(boxes) == len(sample.instances)
        file = root / "images" / Path(key).name
        assert sample.image.path is None
        assert (
            np.abs(sample.image.pixels().astype(int) - cv2.imread(str(file))[..., ::-1]).max() <= 60
        )
    assert sum(len(sample.instances) for sample in ours.values()) == 34


def test_every_shape(tmp_path: Path) -> None:
    mask = np.array([[0, 255, 255, 0], [255, 255, 255, 255], [0, 255, 0, 255]], np.uint8)
    folder = write(
        tmp_path,
        shape("polygon", [[1, 2], [8.5, 2], [4, 9]]),
        {"label": "a", "points": [[1, 2], [8, 2], [4, 9]]},
        shape("rectangle", [[10, 9], [2.5, 3]]),
        shape("rectangle", [[1, 1], [5, 1], [5, 4], [1, 4]]),
        shape("oriented_rectangle", [[5, 1], [9, 5], [5, 9], [1, 5]]),
        shape("line", [[0, 0], [5, 5]]),
        shape("linestrip", [[0, 0], [5, 5], [9, 1]]),
        shape("point", [[7, 9]]),
        shape("points", [[7, 9]]),
        shape("points", [[7, 9], [1, 2]]),
        shape("mask", [[12.0, 7.0], [15.0, 9.0]], mask=png_text(mask)),
    )
    bits = mask != 0
    assert shapes_of(folder) == [
        Polygon([[1, 2], [8.5, 2], [4, 9]]),
        Polygon([[1, 2], [8, 2], [4, 9]]),
        Rectangle(2.5, 3, 10, 9),
        Rectangle(1, 1, 5, 4),
        Polygon([[5, 1], [9, 5], [5, 9], [1, 5]]),
        Polyline([[0, 0], [5, 5]]),
        Polyline([[0, 0], [5, 5], [9, 1]]),
        Point(7, 9),
        Point(7, 9),
        Keypoints((KeypointNode("1", 7, 9), KeypointNode("2", 1, 2))),
        Mask.tight(bits, 12, 7),
    ]


@pytest.mark.parametrize("radius", [0.7, 3, 8])
def test_circles_are_within_half_a_pixel(tmp_path: Path, radius: float) -> None:
    folder = write(tmp_path, shape("circle", [[9, 9], [9 + radius, 9]]))
    (polygon,) = shapes_of(folder)
    ring = polygon.exterior - 9
    assert len(ring) >= 16
    middles = (ring + np.roll(ring, 1, axis=0)) / 2
    assert np.allclose(np.hypot(*ring.T), radius)
    assert radius - np.hypot(*middles.T).min() <= 0.5


def test_flags_descriptions_and_declarations(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        shape("point", [[1, 1]], flags={"ripe": True, "hard": False}, description="left"),
        shape("line", [[1, 1], [2, 2]], flags=None),
        {**shape("line", [[1, 1], [2, 2]]), "label": "b"},
        flags={"blurry": True, "dark": False},
    )
    source = open_dataset("labelme", folder)
    sample = only_sample(source)
    assert sample.tags == (Tag("blurry"),)
    assert sample.instances[0].tags == (Tag("ripe"),)
    assert sample.instances[0].description == "left"
    assert source.schema.tag_names == ("blurry", "ripe")
    assert [(each.name, each.kind) for each in source.schema.labels] == [
        ("a", "any"),
        ("b", "line"),
    ]


def test_groups(tmp_path: Path) -> None:
    square = shape("polygon", [[1, 1], [4, 1], [4, 4], [1, 4]], group_id=3)
    folder = write(
        tmp_path,
        square,
        shape("rectangle", [[10, 10], [12, 12]]),
        shape("rectangle", [[8, 1], [9, 2]], group_id=3, flags={"f": True}),
        {**square, "label": "b"},
        shape("point", [[1, 2]], group_id=4),
        shape("point", [[3, 4]], group_id=4),
    )
    source = open_dataset("labelme", folder)
    instances = only_sample(source).instances
    assert [each.shape.kind.value for each in instances] == [
        "bitmap", "rectangle", "polygon", "graph",
    ]  # fmt: skip
    assert instances[0].shape.area == 10
    assert instances[0].tags == (Tag("f"),)
    assert instances[2].tags == (Tag("@label-group-id", "3"),)
    assert source.schema.tag("@label-group-id") is not None
    apart = only_sample(open_dataset("labelme", folder, groups="separate")).instances
    assert len(apart) == 6
    assert apart[2].tags == (Tag("f"), Tag("@label-group-id", "3"))


def test_the_size_of_the_image_itself_counts(tmp_path: Path) -> None:
    folder = write(tmp_path, shape("point", [[20, 15]]), imageHeight=5, imageWidth=None)
    assert only_sample(open_dataset("labelme", folder)).size == SIZE


def test_embedded_image_wins_and_gives_its_suffix(tmp_path: Path) -> None:
    stored = io.BytesIO()
    Picture.new("RGB", (7, 5), (1, 2, 3)).save(stored, "JPEG")
    data = base64.b64encode(stored.getvalue()).decode()
    folder = write(tmp_path, imageData=data, imagePath="C:\\a\\..\\there.jpg", image=False)
    sample = only_sample(open_dataset("labelme", folder))
    assert sample.size == (7, 5)
    assert sample.image.suffix == ".jpg"
    assert sample.image.encoded() == stored.getvalue()


def test_folders_are_datasets_and_paths_may_lead_to_others(tmp_path: Path) -> None:
    write(tmp_path / "train", name="one")
    write(tmp_path / "val" / "deep", name="one")
    (tmp_path / "images").mkdir()
    Picture.new("RGB", SIZE).save(tmp_path / "images" / "far.png")
    Picture.new("RGB", SIZE).save(tmp_path / "train" / "bare.png")
    write(tmp_path / "ann", name="x", image=False, imagePath="..\\images\\far.png")
    source = open_dataset("labelme", tmp_path)
    assert {each.name: each.files for each in source.datasets} == {
        "ann": ("far.png",),
        "train": ("bare.png", "one.png"),
        "val_deep": ("one.png",),
    }
    assert all(sample.image.size == SIZE for sample in read_all(source).values())
    assert any("1 images have no annotation, such as bare.png" in note for note in source.notes)
    assert [each.name for each in open_dataset("labelme", tmp_path, "train").datasets] == ["train"]


def test_two_files_for_one_image_and_files_of_others(tmp_path: Path) -> None:
    write(tmp_path, shape("point", [[1, 1]]))
    write(tmp_path, shape("point", [[2, 2]]), name="two", image=False, imagePath="one.png")
    (tmp_path / "package.json").write_text('{"name": "x"}')
    source = open_dataset("labelme", tmp_path)
    read = read_all(source)
    assert list(read) == ["ds/one.png", "ds/one_1.png"]
    assert read["ds/one_1.png"].instances[0].shape == Point(2, 2)
    assert any("package.json" in note for note in source.notes)
    assert any("several files" in note for note in source.notes)


NO_MASK = {"points": [[1, 1], [2, 2]], "shape_type": "mask"}
BAD_OBJECTS: dict[str, Json] = {
    "nan": shape("polygon", [[1, 2], [float("nan"), 2], [4, 9]]),
    "infinite": shape("point", [[1, float("inf")]]),
    "far": shape("point", [[1, 1e300]]),
    "two points": shape("polygon", [[1, 2], [3, 2]]),
    "same points": shape("polygon", [[1, 2], [1, 2], [3, 3]]),
    "short line": shape("line", [[1, 2]]),
    "line of one place": shape("linestrip", [[1, 2], [1, 2]]),
    "not pairs": shape("polygon", [[1, 2, 3], [1, 2, 3], [4, 5, 6]]),
    "text": shape("point", [["1", "2"]]),
    "ragged": shape("polygon", [[1, 2], [3], [4, 5]]),
    "no points": shape("polygon", []),
    "three corners": shape("rectangle", [[1, 2], [3, 4], [5, 6]]),
    "outside": shape("rectangle", [[30, 2], [40, 4]]),
    "unknown": shape("sphere", [[1, 2]]),
    "unknown type": shape({}, [[1, 2]]),  # type: ignore[arg-type]
    "flat circle": shape("circle", [[1, 2], [1, 2]]),
    "huge circle": shape("circle", [[1, 2], [1e300, 2]]),
    "no mask": {"label": "a", **NO_MASK},
    "mask no base64": {"label": "a", **NO_MASK, "mask": "%%%"},
    "mask no png": {"label": "a", **NO_MASK, "mask": base64.b64encode(b"GIF89a").decode()},
    "mask cut off": {"label": "a", **NO_MASK, "mask": png_text(np.ones((2, 2), np.uint8))[:60]},
    "mask of another size": {"label": "a", **NO_MASK, "mask": png_text(np.ones((9, 9), np.uint8))},
    "mask in colour": {"label": "a", **NO_MASK, "mask": png_text(np.ones((2, 2, 3), np.uint8))},
    "mask empty": {"label": "a", **NO_MASK, "mask": png_text(np.zeros((2, 2), np.uint8))},
    "mask too large": {
        "label": "a",
        "shape_type": "mask",
        "points": [[0, 0], [9e8, 9e8]],
        "mask": "",
    },
    "mask far": {"label": "a", "shape_type": "mask", "points": [[0, 0], [1e300, 9e8]], "mask": ""},
}


@pytest.mark.parametrize("name", BAD_OBJECTS)
def test_bad_objects(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, shape("point", [[1, 1]]), BAD_OBJECTS[name])
    source = open_dataset("labelme", folder)
    with pytest.raises(AnnotationError, match="object 2: ") as refused:
        only_sample(source)
    assert refused.value.code == "F604"
    assert refused.value.path == str(folder / "one.json")
    assert shapes_of(folder, bad_objects="drop") == [Point(1, 1)]
    assert source.schema.label("a") is not None


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no label": (lambda to: write(to, {"points": [[1, 2]]}), "F602"),
    "no points": (lambda to: write(to, {"label": "a"}), "F602"),
    "flags": (lambda to: write(to, shape("point", [[1, 1]], flags=[1])), "F602"),
    "shape no object": (lambda to: write(to, 5), "F602"),  # type: ignore[arg-type]
    "shapes no list": (lambda to: write(to, shapes={}), "F602"),
    "not JSON": (lambda to: (write(to) / "one.json").write_text('{"shapes": ['), "F602"),
    "deep": (lambda to: (write(to) / "one.json").write_text("[" * 200_000), "F602"),
    "a list": (lambda to: (write(to) / "one.json").write_text("[]"), "F602"),
    "not UTF-8": (lambda to: (write(to) / "one.json").write_bytes(b'{"shapes": "\xff"}'), "F602"),
    "absolute": (lambda to: write(to, imagePath="/etc/passwd"), "F609"),
    "drive": (lambda to: write(to, imagePath="C:\\x\\one.png"), "F609"),
    "out": (lambda to: write(to, imagePath="../../one.png"), "F609"),
    "control": (lambda to: write(to, imagePath="o\0ne.png"), "F609"),
    "image missing": (lambda to: write(to, image=False), "F601"),
    "other suffix": (lambda to: write(to, imagePath="one.txt"), "F601"),
    "embedded no base64": (lambda to: write(to, imageData="%"), "F601"),
    "embedded no image": (lambda to: write(to, imageData="AAAA"), "F601"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(tmp_path: Path, name: str) -> None:
    make, code = BAD_FILES[name]
    write(tmp_path / "set", name="good")
    make(tmp_path / "set")
    source = open_dataset("labelme", tmp_path / "set", bad_objects="drop")
    (dataset,) = source.datasets
    codes = []
    for origin in dataset.origins():
        try:
            source.read(origin)
        except DataError as error:
            codes.append(error.code)
    assert codes == [code]


def test_links_out(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", shape("point", [[1, 1]]))
    folder = write(tmp_path / "set", name="good")
    (folder / "one.json").symlink_to(secret / "one.json")
    (folder / "there").symlink_to(secret)
    write(folder, name="two", image=False, imagePath="there/one.png")
    (folder / "three.png").symlink_to(secret / "one.png")
    write(folder, name="three", image=False)
    source = open_dataset("labelme", folder)
    assert source.schema.labels == ()
    (dataset,) = source.datasets
    codes = {}
    for origin in dataset.origins():
        try:
            source.read(origin)
        except DataError as error:
            codes[origin.file] = error.code
    assert codes == {"one.png": "F609", "one_1.png": "F609", "three.png": "F609"}


def test_budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, imageData="A" * 400)
    monkeypatch.setattr("dtl_nodes.formats.labelme.document.MAX_IMAGE_BYTES", 30)
    with pytest.raises(ImageError, match="'imageData' is larger"):
        only_sample(open_dataset("labelme", folder))
    monkeypatch.setattr("dtl_nodes.formats.labelme.document.MAX_FILE_BYTES", 30)
    with pytest.raises(AnnotationError, match="the annotation is larger") as refused:
        only_sample(open_dataset("labelme", folder))
    assert refused.value.code == "F607"


def test_what_is_no_labelme_folder(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="is no LabelMe folder") as refused:
        open_dataset("labelme", tmp_path)
    assert refused.value.code == "E403"
    assert not load_writable("labelme").detect(tmp_path)
    assert load_writable("labelme").detect(write(tmp_path / "set" / "train").parent)


def test_a_byte_order_mark_and_cut_shapes(tmp_path: Path) -> None:
    folder = write(tmp_path, shape("rectangle", [[-3, -2], [4, 5]]))
    path = folder / "one.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert shapes_of(folder) == [Rectangle(0, 0, 4, 5)]


SCHEMA = Schema(
    tuple(
        LabelSpec(name, kind, "#FF0000")
        for name, kind in (
            ("blob", "bitmap"), ("box", "rectangle"), ("dot", "point"), ("hand", "graph"),
            ("patch", "polygon"), ("path", "line"),
        )
    ),
    (TagSpec("note", TagValueType.STRING), TagSpec("sure")),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_it_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    labels = data.draw(st.lists(st.sampled_from(sorted(SHAPES)), max_size=5))
    instances = []
    for label in labels:
        tags = (Tag("sure"),) if data.draw(st.booleans()) else ()
        text = data.draw(st.sampled_from(["", "left one"]))
        instances.append(Instance(label, data.draw(SHAPES[label]), tags, text))
    nodes = [KeypointNode("w", 3, 4, (("disabled", True),)), KeypointNode("t", 1.5, 2)]
    for count in data.draw(st.lists(st.integers(1, 2), max_size=2)):
        instances.append(Instance("hand", Keypoints(tuple(nodes[:count]))))
    sample = sample_with(instances, (Tag("sure"),))
    folder = tmp_path_factory.mktemp("set")
    assert not export("labelme", [sample], SCHEMA, folder)
    again = only_sample(open_dataset("labelme", folder / "ds"))
    assert [(i.label, i.shape, i.tags, i.description) for i in again.instances] == [
        (i.label, i.shape, i.tags, i.description) for i in instances
    ]
    assert [i.shape.nodes for i in again.instances if isinstance(i.shape, Keypoints)] == [
        i.shape.nodes for i in instances if isinstance(i.shape, Keypoints)
    ]
    assert again.tags == sample.tags
    assert again.size == sample.size
    assert np.array_equal(again.image.pixels(), sample.image.pixels())


def test_what_it_cannot_hold_is_told(tmp_path: Path) -> None:
    hole = [[4, 4], [8, 4], [8, 8], [4, 8]]
    ring = Polygon([[2, 2], [12, 2], [12, 12], [2, 12]], [hole])
    edges = {"geometry_config": {"nodes": {}, "edges": [{"src": "a", "dst": "b"}]}}
    schema = Schema((*SCHEMA.labels[:3], LabelSpec("hand", "graph", "#00FF00", edges)), SCHEMA.tags)
    sample = sample_with(
        [
            Instance("patch", ring),
            Instance("box", Rectangle(1, 1, 2, 2), (Tag("note", "x y"), Tag("sure")), "first"),
            Instance("hand", Keypoints((KeypointNode("a", 1, 1),))),
            Instance("dot", Point(99, 99)),
            Instance("patch", Polygon([[1, 1], [1.1, 1], [1, 1.1]], [hole])),
        ],
        [Tag("note", "y")],
        description="d",
    )
    losses = export("labelme", [sample], schema, tmp_path)
    assert losses == {
        ("patch", "holes, polygon written as mask"): 2,
        ("patch", "no pixel, dropped"): 1,
        ("box", "value of a tag, kept as text alone"): 1,
        ("hand", "edges of a graph"): 1,
        ("dot", "outside the image, dropped"): 1,
        ("", "value of an image tag"): 1,
        ("", "description of an image"): 1,
    }
    told = load_writable("labelme").losses(schema, None)
    assert [(loss.label, loss.what) for loss in told] == [("hand", "edges of a graph")]
    again = only_sample(open_dataset("labelme", tmp_path / "ds"))
    mask, box = again.instances[:2]
    assert np.array_equal(mask.shape.paint(SIZE), ring.paint(SIZE))
    assert mask.shape.area == 84
    assert (box.description, box.tags) == ("first\nnote=x y", (Tag("note"), Tag("sure")))


def test_groups_come_back(tmp_path: Path) -> None:
    """Unless a reader would join what are two objects."""
    tag = Tag("@label-group-id", "7")
    boxes = [Rectangle(at, 1, at + 1, 2) for at in range(4)]
    sample = sample_with([Instance("box", boxes[0], (tag,)), Instance("dot", Point(1, 1), (tag,))])
    twins = sample_with([Instance("box", box, (tag,)) for box in boxes[1:]], file="two.png")
    losses = export("labelme", [sample, twins], SCHEMA, tmp_path)
    assert losses == {("box", "value of a tag, kept as text alone"): 3}
    read = read_all(open_dataset("labelme", tmp_path / "ds"))
    assert [each.tags for each in read["ds/one.png"].instances] == [(tag,), (tag,)]
    assert [each.shape for each in read["ds/two.png"].instances] == boxes[1:]


def test_labelme_itself_would_read_it(tmp_path: Path) -> None:
    """The members that LabelMe 5 asks for, checked without this engine's reader."""
    mask = Mask.tight(np.array([[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]]), 12, 7)
    assert mask is not None
    export("labelme", [sample_with([Instance("blob", mask)], file="x.png")], SCHEMA, tmp_path)
    told = json.loads((tmp_path / "ds" / "x.json").read_text(encoding="utf-8"))
    assert (told["imagePath"], told["imageData"]) == ("x.png", None)
    assert (told["imageHeight"], told["imageWidth"]) == (SIZE.height, SIZE.width)
    (only,) = told["shapes"]
    assert only["points"] == [[12.0, 7.0], [15.0, 9.0]]
    decoded = np.array(Picture.open(io.BytesIO(base64.b64decode(only["mask"]))))
    assert np.array_equal(decoded.astype(bool), mask.pixels)


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_the_same_files_however_many_workers(mini: Path, tmp_path: Path, runner: str) -> None:
    made = [
        convert(mini, "mini", tmp_path / str(workers), {"format": "labelme"},
                "--runner", runner, "--workers", str(workers))
        for workers in (1, 2)
    ]  # fmt: skip
    first, second = map(files_of, made)
    assert first == second
    assert sum(name.endswith(".json") for name in first) >= 3


def test_there_and_back_by_the_command_line(mini: Path, tmp_path: Path) -> None:
    made = convert(mini, "mini", tmp_path / "there", {"format": "labelme"})
    before = read_all(open_dataset("supervisely", mini / "mini"))
    after = read_all(open_dataset("labelme", made))
    assert before.keys() == after.keys()
    for key, sample in before.items():
        ours, theirs = sample.instances, after[key].instances
        assert [i.label for i in ours] == [i.label for i in theirs]
        for mine, other in zip(ours, theirs, strict=True):
            if mine.label == "patch":
                assert np.array_equal(mine.shape.paint(sample.size), other.shape.paint(sample.size))
            else:
                assert mine.shape == other.shape
        path = sample.image.path
        assert path is not None
        assert after[key].image.encoded() == path.read_bytes()


def test_sizes_are_of_the_upright_image(tmp_path: Path) -> None:
    exif = Picture.Exif()
    exif[0x0112] = 6
    write(tmp_path, shape("point", [[17, 23]]), imagePath="one.jpg", image=False)
    Picture.new("RGB", SIZE).save(tmp_path / "one.jpg", exif=exif)
    sample = only_sample(open_dataset("labelme", tmp_path))
    assert sample.size == Size(SIZE.height, SIZE.width)
    assert sample.instances[0].shape == Point(17, 23)
