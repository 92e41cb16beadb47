"""Every way in which a file of LabelMe can be bad, and what it yields."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, DataError, ImageError
from dtl_engine.sdk import Point, SchemaError
from dtl_nodes.formats import load_writable
from tests.nodes.formats.exporting import only_sample, open_dataset
from tests.nodes.formats.labelme.drawn import Json, png_text, shape, shapes_of, write

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
