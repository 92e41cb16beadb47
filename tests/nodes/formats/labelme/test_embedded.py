"""Images inside LabelMe files: written, and read with all that may be wrong with them."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from dtl_engine.sdk import Annotation, Image, Instance, Origin, Point, Sample
from tests.fixtures import datasets
from tests.nodes.formats.exporting import (
    SIZE,
    export,
    only_sample,
    open_dataset,
    read_all,
    sample_with,
)
from tests.nodes.formats.labelme.drawn import SCHEMA, shape, shapes_of, write


def embedded(path: Path) -> bytes:
    """Return the embedded image as LabelMe takes it, and check the size that is told of it."""
    told = json.loads(path.read_text(encoding="utf-8"))
    data = base64.b64decode(told["imageData"], validate=True)
    with Picture.open(io.BytesIO(data)) as picture:
        assert picture.size == (told["imageWidth"], told["imageHeight"])
    return data


def test_the_bytes_are_those_of_the_file(tmp_path: Path) -> None:
    sample = sample_with([Instance("dot", Point(3, 4))])
    assert not export("labelme", [sample], SCHEMA, tmp_path, embed_images=True)
    picture = tmp_path / "ds" / "one.png"
    assert embedded(tmp_path / "ds" / "one.json") == picture.read_bytes()
    # They are all that is needed.
    picture.unlink()
    back = only_sample(open_dataset("labelme", tmp_path / "ds"))
    assert back.image.path is None
    assert np.array_equal(back.image.pixels(), sample.image.pixels())
    assert [each.shape for each in back.instances] == [Point(3, 4)]


def test_they_are_left_out_by_default(tmp_path: Path) -> None:
    export("labelme", [sample_with([])], SCHEMA, tmp_path)
    assert json.loads((tmp_path / "ds" / "one.json").read_bytes())["imageData"] is None


def test_original_files_are_embedded_as_they_are(shared: Path, tmp_path: Path) -> None:
    place = shared / "data" / "labelme"
    ran = datasets.export(place, tmp_path, "labelme", writing={"embed_images": True})
    assert ran.code == 0, ran.err
    files = sorted((tmp_path / "result").rglob("*.json"))
    files = [path for path in files if path.name != "loss_report.json"]
    assert len(files) == 4
    for path in files:
        original = (place / f"{path.stem}.jpg").read_bytes()
        assert embedded(path) == path.with_suffix(".jpg").read_bytes() == original
    before, after = open_dataset("labelme", place), open_dataset("labelme", tmp_path / "result")
    for one, other in zip(read_all(before).values(), read_all(after).values(), strict=True):
        assert [each.label for each in one.instances] == [each.label for each in other.instances]


def test_what_exif_turns_is_embedded_upright(tmp_path: Path) -> None:
    """LabelMe shows embedded images as they are stored; the file beside stays what it was."""
    exif = Picture.Exif()
    exif[0x0112] = 6
    stored = tmp_path / "turned.jpg"
    Picture.new("RGB", SIZE, (200, 9, 9)).save(stored, exif=exif)
    image = Image.open(stored)
    sample = Sample(Origin("p", "ds", "turned.jpg"), image, Annotation(image.size))
    export("labelme", [sample], SCHEMA, tmp_path / "out", embed_images=True)
    folder = tmp_path / "out" / "ds"
    assert embedded(folder / "turned.json") != stored.read_bytes()
    assert (folder / "turned.jpg").read_bytes() == stored.read_bytes()
    back = only_sample(open_dataset("labelme", folder))
    assert back.size == (SIZE.height, SIZE.width)


def test_images_that_are_too_large_stay_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dtl_nodes.formats.labelme.writer.MAX_IMAGE_BYTES", 30)
    assert not export("labelme", [sample_with([])], SCHEMA, tmp_path, embed_images=True)
    assert json.loads((tmp_path / "ds" / "one.json").read_bytes())["imageData"] is None
    assert only_sample(open_dataset("labelme", tmp_path / "ds")).size == SIZE


def test_an_embedded_image_of_another_size_than_is_told(tmp_path: Path) -> None:
    """It counts, before the file beside and before the numbers, as in LabelMe."""
    stored = io.BytesIO()
    Picture.new("RGB", (7, 5), (1, 2, 3)).save(stored, "PNG")
    data = base64.b64encode(stored.getvalue()).decode()
    folder = write(tmp_path, shape("rectangle", [[2, 2], [20, 15]]), imageData=data)
    assert only_sample(open_dataset("labelme", folder)).size == (7, 5)
    assert [list(each.bbox) for each in shapes_of(folder)] == [[2, 2, 7, 5]]


def test_the_option_is_labelmes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only labelme has this option"):
        export("yolo", [], SCHEMA, tmp_path, embed_images=True)
