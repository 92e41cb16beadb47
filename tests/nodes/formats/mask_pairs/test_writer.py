from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.sdk import Annotation, Image, Instance, Mask, Origin, Sample, ShapeKind
from dtl_engine.testing import OutputFolder, sample_schema
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats.losses import MASK, saved_as
from dtl_nodes.formats.mask_pairs.format import MaskPairsFormat
from tests.fixtures.datasets import export, losses, open_dataset, read_all, write_picture
from tests.fixtures.masks import schema_of
from tests.fixtures.small_graphs import tree


def test_the_lemons_come_back(shared: Path, tmp_path: Path) -> None:
    ran = export(shared / "data" / "lemon", tmp_path, "mask_pairs")
    assert ran.code == 0, ran.err
    written = tmp_path / "result"
    assert sorted(path.name for path in (written / "masks").iterdir()) == ["ds1"]
    before = read_all(open_dataset(shared / "data" / "lemon", "supervisely"))
    after = read_all(open_dataset(written, "mask_pairs"))
    assert [sample.origin.file for sample in after] == [sample.origin.file for sample in before]
    for one, other in zip(before, after, strict=True):
        source, copy = one.image.path, other.image.path
        assert source is not None
        assert copy is not None
        assert source.read_bytes() == copy.read_bytes()
        for label in ("kiwi", "lemon"):
            shown, seen = (
                np.logical_or.reduce(
                    [np.zeros(one.size[::-1], bool)]
                    + [i.shape.paint(one.size) for i in sample.instances if i.label == label]
                )
                for sample in (one, other)
            )
            assert np.array_equal(shown, seen)
    assert {what for _, what in losses(written)} == {
        "objects of a class joined",
        "part below another object",
    }


def test_what_is_lost(mini: Path, tmp_path: Path) -> None:
    ran = export(mini / "mini", tmp_path, "mask_pairs")
    assert ran.code == 0, ran.err
    kinds = {
        label.name: label.kind for label in open_dataset(mini / "mini", "supervisely").schema.labels
    }
    told = losses(tmp_path / "result")
    for label, kind in kinds.items():
        if kind in (ShapeKind.POLYGON, ShapeKind.RECTANGLE):
            assert told[label, saved_as(kind, MASK)] == 3
        elif kind != ShapeKind.BITMAP:
            assert told[label, f"{kind} dropped"] == 3
    assert told["", "image tag"] == 9


def test_losses_are_known_before(tmp_path: Path) -> None:
    settings = ExportSettings(format="mask_pairs")
    found = {loss.label: loss.what for loss in MaskPairsFormat.losses(sample_schema(), settings)}
    for label in sample_schema().labels:
        assert (label.name in found) is (label.kind not in (ShapeKind.BITMAP, "any"))


def test_refused_on_request(mini: Path, tmp_path: Path) -> None:
    ran = export(mini / "mini", tmp_path, "mask_pairs", writing={"on_loss": "error"})
    assert ran.code == 2
    assert "E308" in ran.err


def test_binary_masks(shared: Path, tmp_path: Path) -> None:
    ran = export(
        shared / "data" / "vessels", tmp_path, "mask_pairs", writing={"mask_style": "binary"}
    )
    assert ran.code == 0, ran.err
    written = tmp_path / "result"
    assert not (written / "mask_values.json").exists()
    assert losses(written) == {}
    for path in (written / "masks" / "ds1").iterdir():
        mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert set(np.unique(mask).tolist()) == {0, 255}
    source = open_dataset(written, "mask_pairs", class_name="vessel", instances="none")
    before = read_all(open_dataset(shared / "data" / "vessels", "supervisely"))
    for one, other in zip(before, read_all(source), strict=True):
        assert [i.shape for i in one.instances] == [i.shape for i in other.instances]


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_workers_write_the_same(runner: str, mini: Path, tmp_path: Path) -> None:
    for format in ("mask_pairs", "images", "open_images"):
        once = export(mini / "mini", tmp_path / "1" / format, format, "--workers", "1")
        twice = export(
            mini / "mini", tmp_path / "2" / format, format, "--workers", "2", "--runner", runner
        )
        assert (once.code, twice.code) == (0, 0), once.err + twice.err
        results = [tmp_path / number / format / "result" for number in "12"]
        assert tree(results[0]) == tree(results[1])


def test_more_classes_than_a_byte_holds(tmp_path: Path) -> None:
    schema = schema_of()
    for number in range(300):
        schema = schema.with_label(f"c{number}", ShapeKind.BITMAP, color="#112233")
    mask = Mask.tight(np.ones((2, 3), bool), 1, 1)
    assert mask is not None
    image = Image.from_pixels(np.zeros((6, 8, 3), np.uint8))
    instances = (Instance("c299", mask), Instance("c7", mask.shift(1, 1)))
    sample = Sample(Origin("p", "ds", "a.png"), image, Annotation(image.size, instances))
    settings = ExportSettings(format="mask_pairs")
    MaskPairsFormat.start(schema, tmp_path, settings)
    MaskPairsFormat.write(sample, schema, OutputFolder(tmp_path, "ds", "a"), settings)
    written = cv2.imread(str(tmp_path / "masks" / "ds" / "a.png"), cv2.IMREAD_UNCHANGED)
    assert written is not None
    assert (written.dtype, written.max()) == (np.uint16, 300)
    (back,) = read_all(open_dataset(tmp_path, "mask_pairs"))
    assert [(i.label, i.shape.area) for i in back.instances] == [("c7", 6), ("c299", 4)]


@settings(max_examples=25)
@given(values=st.lists(st.integers(0, 3), min_size=48, max_size=48))
def test_every_mask_comes_back(values: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pair")
    picture = np.array(values, np.uint8).reshape(6, 8)
    schema = schema_of(a=ShapeKind.BITMAP, b=ShapeKind.BITMAP, c=ShapeKind.BITMAP)
    masks = [(name, Mask.tight(picture == at, 0, 0)) for at, name in enumerate("abc", start=1)]
    instances = tuple(Instance(name, mask) for name, mask in masks if mask is not None)
    image = Image.from_pixels(np.zeros((6, 8, 3), np.uint8))
    sample = Sample(Origin("p", "ds", "a.png"), image, Annotation(image.size, instances))
    chosen = ExportSettings(format="mask_pairs")
    MaskPairsFormat.start(schema, folder, chosen)
    MaskPairsFormat.write(sample, schema, OutputFolder(folder, "ds", "a"), chosen)
    (back,) = read_all(open_dataset(folder, "mask_pairs"))
    assert back.instances == instances


def test_a_mask_of_another_size_sets_its_image_aside(tmp_path: Path) -> None:
    data = tmp_path / "pairs"
    for name, size in (("a", (30, 40)), ("b", (30, 31))):
        write_picture(data / "images" / f"{name}.png", np.zeros((30, 40, 3), np.uint8))
        write_picture(data / "masks" / f"{name}.png", np.zeros(size, np.uint8))
    ran = export(data, tmp_path / "out", "mask_pairs")
    assert ran.code == 3
    assert "F605" in ran.err
    assert "its mask 31x30" in ran.err
    written = tmp_path / "out" / "result"
    assert [path.name for path in (written / "images" / "ds").iterdir()] == ["a.png"]
    again = export(
        data,
        tmp_path / "again",
        "mask_pairs",
        reading={"format": "mask_pairs", "resize_masks": True},
    )
    assert again.code == 0, again.err
