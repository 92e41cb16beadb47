"""Writing YOLO, and reading it by the rules of Ultralytics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.errors import UsageError
from dtl_engine.sdk import (
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    ReadLog,
    Rectangle,
    Schema,
    Size,
    Tag,
)
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats.yolo.format import YoloFormat
from dtl_nodes.formats.yolo.outlines import bridged, rings_of
from tests.fixtures import datasets
from tests.fixtures.masks import mask, schema_of
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    export,
    files_of,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)
from tests.nodes.formats.yolo.reference import corners, label_path, load_config, load_labels

TEMPLATE = {
    "nodes": {
        "n1": {"label": "left hand", "loc": [0, 0], "color": "#FF0000"},
        "n2": {"label": "right hand", "loc": [5, 5], "color": "#00FF00"},
    },
    "edges": [],
}
KINDS = Schema(
    (
        LabelSpec("box", "rectangle", "#112233"),
        LabelSpec("patch", "polygon", "#112233"),
        LabelSpec("path", "line", "#112233"),
        LabelSpec("dot", "point", "#112233"),
        LabelSpec("blob", "bitmap", "#112233"),
        LabelSpec("hand", "any", "#112233", {"geometry_config": TEMPLATE}),
    )
)
RING = mask("11111/10001/10001/11111", 3, 4)
EVERYTHING = [
    Instance("box", Rectangle(2, 2, 7, 6)),
    Instance("patch", Polygon([(1, 1), (6, 1), (6, 4)], [[(5, 1.5), (5.5, 1.5), (5.5, 2)]])),
    Instance("path", Polyline([(0.5, 0.5), (4.5, 3.5)])),
    Instance("dot", Point(23.5, 17.5)),
    Instance("blob", RING),
    Instance("hand", Keypoints((KeypointNode("n1", 6, 3), KeypointNode("n2", 12, 9)))),
]


def rows(folder: Path, name: str = "ds/one") -> list[str]:
    return (folder / "labels" / f"{name}.txt").read_text().splitlines()


def test_the_worked_number(tmp_path: Path) -> None:
    sample = sample_with([Instance("lemon", Rectangle(2, 2, 7, 6))], size=Size(80, 60))
    assert not export("yolo", [sample], schema_of(lemon="rectangle"), tmp_path)
    assert rows(tmp_path) == ["0 0.056250 0.066667 0.062500 0.066667"]
    assert (tmp_path / "images" / "ds" / "one.png").is_file()


def test_boxes_of_everything(tmp_path: Path) -> None:
    losses = export("yolo", [sample_with(EVERYTHING)], KINDS, tmp_path)
    assert losses == {
        ("patch", "polygon saved as a box"): 1,
        ("path", "line saved as a box"): 1,
        ("dot", "point dropped"): 1,
        ("blob", "mask saved as a box"): 1,
        ("hand", "graph saved as a box"): 1,
    }
    labels = load_labels(tmp_path / "labels" / "ds" / "one.txt", len(KINDS.labels))
    assert labels.classes.tolist() == [0, 1, 2, 4, 5]
    found = [corners(box, *SIZE) for box in labels.boxes]
    expected = [[2, 2, 7, 6], [1, 1, 6, 4], [0.5, 0.5, 4.5, 3.5], [3, 4, 8, 8], [6, 3, 12, 9]]
    assert found == [pytest.approx(edges, abs=1e-4) for edges in expected]
    back = only_sample(open_dataset("yolo", tmp_path))
    assert [list(each.shape.bbox) for each in back.instances] == expected


def test_outlines_of_everything(tmp_path: Path) -> None:
    losses = export("yolo", [sample_with(EVERYTHING)], KINDS, tmp_path, task="segment")
    assert losses == {
        ("patch", "holes"): 1,
        ("path", "line dropped"): 1,
        ("dot", "point dropped"): 1,
        ("blob", "holes"): 1,
        ("hand", "graph dropped"): 1,
    }
    labels = load_labels(tmp_path / "labels" / "ds" / "one.txt", len(KINDS.labels))
    assert labels.classes.tolist() == [0, 1, 4]
    back = only_sample(open_dataset("yolo", tmp_path))
    box, patch, blob = (each.shape for each in back.instances)
    assert isinstance(patch, Polygon)
    assert patch.exterior.tolist() == [[1, 1], [6, 1], [6, 4]]
    assert (box.paint(SIZE) == EVERYTHING[0].shape.paint(SIZE)).all()
    assert (blob.paint(SIZE) == Rectangle(3, 4, 8, 8).paint(SIZE)).all()


def test_parts(tmp_path: Path) -> None:
    parts = mask("11000/11000/00011/00011", 3, 4)
    sample = sample_with([Instance("blob", parts)])
    losses = export("yolo", [sample], KINDS, tmp_path / "a", task="segment")
    assert losses == {("blob", "several parts split"): 1}
    back = only_sample(open_dataset("yolo", tmp_path / "a"))
    assert [tuple(each.shape.bbox) for each in back.instances] == [(3, 4, 5, 6), (6, 6, 8, 8)]
    losses = export("yolo", [sample], KINDS, tmp_path / "b", task="segment", merge_parts=True)
    assert not losses
    (joined,) = only_sample(open_dataset("yolo", tmp_path / "b")).instances
    assert (joined.shape.paint(SIZE) == parts.paint(SIZE)).all()
    # Pixels that touch at a corner are one part.
    touching = sample_with([Instance("blob", mask("10/01", 3, 4))])
    assert not export("yolo", [touching], KINDS, tmp_path / "c", task="segment")
    (found,) = only_sample(open_dataset("yolo", tmp_path / "c")).instances
    assert (found.shape.paint(SIZE) == mask("10/01", 3, 4).paint(SIZE)).all()


def test_the_worked_outline() -> None:
    (ring,), has_holes = rings_of(mask("0110/1111/0101", 0, 0))
    told = "1,0 3,0 3,1 4,1 4,3 3,3 3,2 2,2 2,3 1,3 1,2 0,2 0,1 1,1"
    expected = [[float(number) for number in each.split(",")] for each in told.split()]
    assert (ring.tolist(), has_holes) == (expected, False)


def test_poses(tmp_path: Path) -> None:
    group = (Tag("@label-group-id", "1"),)
    hidden = KeypointNode("n2", 12, 9, (("disabled", True),))
    instances = [
        Instance("hand", Rectangle(3, 3, 15, 12), (*group, Tag("ripe"))),
        Instance("hand", Keypoints((KeypointNode("n1", 6, 3), hidden)), group),
        Instance("hand", Keypoints((KeypointNode("n1", 6, 3), KeypointNode("n9", 12, 9)))),
        Instance("box", Rectangle(3, 3, 15, 12)),
        Instance("blob", RING),
        Instance("hand", Keypoints((KeypointNode("n2", 6, 3),))),
    ]
    losses = export("yolo", [sample_with(instances)], KINDS, tmp_path, task="pose")
    assert losses == {
        ("blob", "mask dropped"): 1,
        ("hand", "graph without area dropped"): 1,
        ("hand", "object tag"): 1,
        ("hand", "node of a graph"): 1,
    }
    config = load_config(tmp_path / "data.yaml")
    assert (config["kpt_shape"], config["flip_idx"]) == ([2, 3], [1, 0])
    assert config["kpt_names"][5] == ["left hand", "right hand"]
    labels = load_labels(tmp_path / "labels" / "ds" / "one.txt", 6, config["kpt_shape"])
    assert labels.classes.tolist() == [5, 5, 0]
    assert labels.keypoints is not None
    places = labels.keypoints * (*SIZE, 1)
    assert places.tolist() == [
        [pytest.approx([6, 3, 2], abs=1e-4), pytest.approx([12, 9, 1], abs=1e-4)],
        [pytest.approx([6, 3, 2], abs=1e-4), [0, 0, 0]],
        [[0, 0, 0], [0, 0, 0]],
    ]
    assert corners(labels.boxes[0], *SIZE) == pytest.approx([3, 3, 15, 12], abs=1e-4)
    back = only_sample(open_dataset("yolo", tmp_path))
    assert [tuple(each.shape.bbox) for each in back.instances][:2] == [
        (3, 3, 15, 12),
        (6, 3, 12, 9),
    ]


def test_poses_come_back(tmp_path: Path) -> None:
    export("yolo", [sample_with(EVERYTHING[5:])], KINDS, tmp_path / "a", task="pose")
    first = open_dataset("yolo", tmp_path / "a")
    losses = export("yolo", [only_sample(first)], first.schema, tmp_path / "b", task="pose")
    assert not losses
    second = open_dataset("yolo", tmp_path / "b")
    assert only_sample(second).instances == only_sample(first).instances
    assert second.schema == first.schema
    before, after = files_of(tmp_path / "a"), files_of(tmp_path / "b")
    # What was of a split "ds" is of "train" now.
    assert before["labels/ds/one.txt"] == after["labels/train/one.txt"]
    assert before["data.yaml"].replace(b"images/ds", b"images/train") == after["data.yaml"]


def test_poses_need_names(tmp_path: Path) -> None:
    schema = schema_of(hand="graph")
    with pytest.raises(UsageError, match="give 'keypoints'"):
        export("yolo", [], schema, tmp_path, task="pose")
    export(
        "yolo", [sample_with(EVERYTHING[5:])], schema, tmp_path, task="pose", keypoints=("n1", "n2")
    )
    assert load_config(tmp_path / "data.yaml")["kpt_names"] == {0: ["n1", "n2"]}
    assert "flip_idx" not in load_config(tmp_path / "data.yaml")


def test_losses_are_known_before() -> None:
    told = {
        task: {
            loss.label: loss.what
            for loss in YoloFormat.losses(KINDS, ExportSettings(format="yolo", task=task))
        }
        for task in ("detect", "segment", "pose")
    }
    assert told == {
        "detect": {
            "patch": "polygon saved as a box",
            "path": "line saved as a box",
            "dot": "point dropped",
            "blob": "mask saved as a box",
        },
        "segment": {"path": "line dropped", "dot": "point dropped"},
        "pose": {
            "patch": "polygon dropped",
            "path": "line dropped",
            "dot": "point dropped",
            "blob": "mask dropped",
        },
    }


def test_what_else_is_lost(tmp_path: Path) -> None:
    flat = Instance("path", Polyline([(1, 5), (9, 5)]))
    outside = Instance("box", Rectangle(30, 1, 35, 5))
    tagged = Instance("box", Rectangle(1, 1, 5, 5), (Tag("ripe"), Tag("n", 3)), "big")
    empty = Instance("blob", Mask.lazy(2, 2, 3, 3, "x", _nothing))
    tags = (Tag("ds"), Tag("day"), Tag("count", 3))
    sample = sample_with([flat, outside, tagged, empty], tags, description="a picture")
    assert export("yolo", [sample], KINDS, tmp_path) == {
        ("path", "line without area dropped"): 1,
        ("box", "box outside the image dropped"): 1,
        ("box", "object tag"): 2,
        ("box", "object description"): 1,
        ("blob", "mask without a pixel dropped"): 1,
        ("", "image tag"): 2,
        ("", "image description"): 1,
    }
    assert len(rows(tmp_path)) == 1


def _nothing(text: str) -> np.ndarray:
    return np.zeros((3, 3), bool)


def test_configurations(tmp_path: Path) -> None:
    schema = Schema(tuple(LabelSpec(name, "any", "#112233") for name in ("yes", "1", "äö: #", "a")))
    for splits, expected in (
        (("train", "val", "test"), {"train": 1, "val": 1, "test": 1}),
        (("train",), {"train": 1, "val": 0, "test": 0}),
        (("one", "two"), {"train": 2, "val": 0, "test": 0}),
        (("train", "unassigned"), {"train": 1, "val": 0, "test": 0}),
        (("train", "validation"), {"train": 1, "val": 1, "test": 0}),
        (("train", "val", "valid"), {"train": 1, "val": 1, "test": 0}),
        ((), {"train": 0, "val": 0, "test": 0}),
    ):
        folder = tmp_path / "_".join(("s", *splits))
        samples = [sample_with([], dataset=split) for split in splits]
        export("yolo", samples, schema, folder)
        config = load_config(folder / "data.yaml")
        assert list(config["names"].values()) == ["yes", "1", "äö: #", "a"]
        assert {key: len(config[key]) for key in expected} == expected
        for key in expected:
            assert all(path.is_dir() for path in config[key])
        if splits:
            back = open_dataset("yolo", folder)
            assert back.schema.label_names == schema.label_names
            assert len(read_all(back)) == len(splits)
    names = [each.name for each in open_dataset("yolo", tmp_path / "s_train_unassigned").datasets]
    assert names == ["train", "unassigned"]


def test_a_split_that_is_a_key(tmp_path: Path) -> None:
    samples = [sample_with([], dataset=split) for split in ("train", "names")]
    export("yolo", samples, KINDS, tmp_path)
    assert [each.name for each in open_dataset("yolo", tmp_path).datasets] == [
        "names_split",
        "train",
    ]


_EDGES = st.tuples(st.integers(0, 10**9), st.integers(1, 10**9))


@settings(max_examples=60)
@given(
    st.tuples(st.integers(1, 16384), st.integers(1, 16384)),
    st.lists(st.tuples(_EDGES, _EDGES), min_size=1, max_size=3, unique=True),
)
def test_whole_boxes_come_back_up_to_16384(
    size: tuple[int, int], edges: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    from dtl_nodes.formats.yolo.rows import Reading, read_row, split_rows
    from dtl_nodes.formats.yolo.writer import _texts

    width, height = size
    for (x, w), (y, h) in edges:
        x0, y0 = x % width, y % height
        x1, y1 = x0 + 1 + w % (width - x0), y0 + 1 + h % (height - y0)
        shares = (
            (x0 + x1) / 2 / width,
            (y0 + y1) / 2 / height,
            (x1 - x0) / width,
            (y1 - y0) / height,
        )
        (row,) = split_rows(f"0 {' '.join(_texts(*shares))}\n".encode(), ReadLog())
        reading, size = Reading("detect", ("a",)), Size(width, height)
        (found,) = read_row(row, "detect", reading, size, ReadLog())
        assert tuple(found.shape.bbox) == (x0, y0, x1, y1)


@settings(max_examples=40)
@given(st.lists(SHAPES["patch"], max_size=4))
def test_polygons_come_back(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Polygon]
) -> None:
    folder = tmp_path_factory.mktemp("yolo")
    instances = [Instance("patch", shape) for shape in shapes]
    losses = export("yolo", [sample_with(instances)], KINDS, folder, task="segment")
    back = only_sample(open_dataset("yolo", folder, task="segment"))
    unique = list(dict.fromkeys(shapes))
    repeated = len(shapes) - len(unique)
    assert losses == ({("patch", "polygon equal to another dropped"): repeated} if repeated else {})
    assert len(back.instances) == len(unique)
    for before, after in zip(unique, back.instances, strict=True):
        assert isinstance(after.shape, Polygon)
        assert after.shape.exterior == pytest.approx(before.exterior, abs=1e-4)


@settings(max_examples=60)
@given(SHAPES["blob"])
def test_masks_come_back_but_for_holes(
    tmp_path_factory: pytest.TempPathFactory, shape: Mask
) -> None:
    folder = tmp_path_factory.mktemp("yolo")
    sample = sample_with([Instance("blob", shape)])
    losses = export("yolo", [sample], KINDS, folder, task="segment", merge_parts=True)
    (back,) = only_sample(open_dataset("yolo", folder)).instances
    painted, expected = back.shape.paint(SIZE), shape.paint(SIZE)
    assert (painted | expected == painted).all()
    assert (painted != expected).any() == bool(losses)
    assert set(losses) <= {("blob", "holes")}


def test_bridges_enclose_nothing() -> None:
    rings = [np.array([(x, 0), (x + 2, 0), (x + 2, 3), (x, 3)], float) for x in (0, 4, 9)]
    joined = Polygon(bridged(rings)).paint(SIZE)
    apart = np.zeros_like(joined)
    for ring in rings:
        apart |= Polygon(ring).paint(SIZE)
    assert (joined == apart).all()
    assert len(bridged(rings)) == 12 + 2 * 2


def test_a_real_dataset_comes_back(shared: Path, tmp_path: Path) -> None:
    place = shared / "data" / "yolo_seg"
    ran = datasets.export(place, tmp_path, "yolo", writing={"task": "segment"})
    assert ran.code == 0, ran.err
    written = tmp_path / "result"
    assert datasets.losses(written) == {}
    before, after = open_dataset("yolo", place), open_dataset("yolo", written)
    assert after.schema == before.schema
    assert after.notes == ()
    ours, theirs = read_all(before), read_all(after)
    assert ours.keys() == theirs.keys()
    for key, sample in ours.items():
        other = theirs[key]
        image = Path(str(other.image.path))
        assert image.read_bytes() == Path(str(sample.image.path)).read_bytes()
        first = load_labels(label_path(Path(str(sample.image.path))), 80)
        second = load_labels(label_path(image), 80)
        assert first.classes.tolist() == second.classes.tolist()
        for one, another in zip(first.segments, second.segments, strict=True):
            assert another == pytest.approx(one, abs=1e-6)
        assert [each.label for each in sample.instances] == [each.label for each in other.instances]
    config = load_config(written / "data.yaml")
    assert config["names"] == load_config(place / "data.yaml")["names"]


def test_real_boxes_come_back(shared: Path, tmp_path: Path) -> None:
    place = shared / "data" / "fridge_voc"
    ran = datasets.export(place, tmp_path, "yolo")
    assert ran.code == 0, ran.err
    before = read_all(datasets.open_dataset(place, "voc"))
    after = read_all(open_dataset("yolo", tmp_path / "result"))
    for one, other in zip(before.values(), after.values(), strict=True):
        assert [(each.label, each.shape) for each in one.instances] == [
            (each.label, each.shape) for each in other.instances
        ]


def test_workers_change_no_byte(mini: Path, tmp_path: Path) -> None:
    for task in ("detect", "segment", "pose"):
        trees = []
        for runner, workers in (("serial", 1), ("threads", 2), ("processes", 2)):
            out = tmp_path / task / runner
            words = ("--runner", runner, "--workers", workers)
            ran = datasets.export(mini / "mini", out, "yolo", *words, writing={"task": task})
            assert ran.code == 0, ran.err
            trees.append(files_of(out / "result"))
        assert trees[0] == trees[1] == trees[2]
        assert {"labels/ds1/one.txt", "labels/ds1/two.txt", "labels/ds2/one.txt"} <= set(trees[0])


def test_splits_by_tag_and_refusal(mini: Path, tmp_path: Path) -> None:
    ran = datasets.export(mini / "mini", tmp_path / "a", "yolo", writing={"splits": ["train"]})
    assert ran.code == 0, ran.err
    assert (tmp_path / "a" / "result" / "labels" / "unassigned" / "one_2.txt").is_file()
    ran = datasets.export(mini / "mini", tmp_path / "b", "yolo", writing={"on_loss": "error"})
    assert ran.code == 2
    assert "E308" in ran.err
