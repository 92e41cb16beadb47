"""Writing LabelMe: what comes back, what is lost, and what others read."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from dtl_engine.sdk import (
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Rectangle,
    Schema,
    Tag,
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
from tests.nodes.formats.labelme.drawn import SCHEMA


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
        ("patch", "polygon saved as a mask"): 1,
        ("patch", "polygon without a pixel dropped"): 1,
        ("box", "value of an object tag"): 1,
        ("hand", "edges of a graph"): 1,
        ("dot", "point outside the image dropped"): 1,
        ("", "value of an image tag"): 1,
        ("", "image description"): 1,
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
    assert losses == {("box", "value of an object tag"): 3}
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
