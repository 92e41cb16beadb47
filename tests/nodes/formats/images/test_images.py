from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, ImageError
from dtl_engine.model.schema import SchemaError
from dtl_engine.sdk import Size
from dtl_nodes.formats import recognise
from tests.fixtures.cli import run_cli
from tests.fixtures.datasets import export, losses, open_dataset, read_all, write_picture


def test_real_images(shared: Path) -> None:
    source = open_dataset(shared / "data" / "images", "images", "exif", "large", "modes")
    assert [len(each.files) for each in source.datasets] == [9, 6, 17]
    for sample in read_all(source):
        assert sample.instances == ()
        assert sample.size == sample.image.size


def test_broken_ones_are_set_aside(shared: Path, tmp_path: Path) -> None:
    ran = export(shared / "data" / "images", tmp_path, "images")
    assert ran.code == 3
    written = tmp_path / "result"
    assert len(list((written / "modes").iterdir())) == 17
    one = shared / "data" / "images" / "exif" / "Landscape_6.jpg"
    assert (written / "exif" / one.name).read_bytes() == one.read_bytes()
    source = open_dataset(shared / "data" / "images", "images", "broken")
    with pytest.raises(ImageError, match="is empty"):
        source.read(next(each for each in source.datasets[0].origins() if each.stem == "empty"))


def test_folders_are_datasets(tmp_path: Path) -> None:
    for name in ("a.jpg", "b/c/d.PNG", "b_c/e.png", ".hidden/f.png", "g.txt"):
        write_picture(tmp_path / f"{name}.png", np.zeros((2, 3, 3), np.uint8))
        (tmp_path / f"{name}.png").rename(tmp_path / name)
    source = open_dataset(tmp_path, "images")
    assert [(each.name, each.files) for each in source.datasets] == [
        ("b_c", ("d.PNG",)),
        ("b_c_1", ("e.png",)),
        ("ds", ("a.jpg",)),
    ]
    assert {sample.size for sample in read_all(source)} == {Size(3, 2)}


def test_one_file(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.zeros((2, 3, 3), np.uint8))
    (sample,) = read_all(open_dataset(tmp_path / "a.png", "images"))
    assert (str(sample.origin), sample.size) == ("a.png/ds/a.png", Size(3, 2))
    (tmp_path / "b.txt").touch()
    with pytest.raises(SchemaError, match="is no image"):
        open_dataset(tmp_path / "b.txt", "images")


def test_names_that_differ_by_case(tmp_path: Path) -> None:
    for name in ("a.png", "A.png"):
        write_picture(tmp_path / name, np.zeros((2, 3, 3), np.uint8))
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("the file system takes them for one")
    (note,) = open_dataset(tmp_path, "images").notes
    assert "differ from others by case alone" in note


def test_links_stay_inside(tmp_path: Path) -> None:
    write_picture(tmp_path / "outside.png", np.zeros((2, 3, 3), np.uint8))
    write_picture(tmp_path / "p" / "b.png", np.zeros((2, 3, 3), np.uint8))
    (tmp_path / "p" / "a.png").symlink_to(tmp_path / "outside.png")
    (tmp_path / "p" / "c.png").symlink_to(tmp_path / "p" / "b.png")
    (tmp_path / "p" / "folder").symlink_to(tmp_path)
    source = open_dataset(tmp_path / "p", "images")
    out, inside, within = source.datasets[0].origins()
    with pytest.raises(AnnotationError) as refused:
        source.read(out)
    assert refused.value.code == "F609"
    assert source.read(inside).size == source.read(within).size
    assert len(source.datasets) == 1


def test_no_image(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="holds no image") as refused:
        open_dataset(tmp_path, "images")
    assert refused.value.code == "E404"
    assert recognise(tmp_path) == ()


def test_it_is_taken_where_nothing_else_is(shared: Path) -> None:
    found = {
        name: [each.name for each, _ in recognise(shared / "data" / name)]
        for name in ("images", "lemon", "nails", "open_images", "vessels_masks")
    }
    assert found == {
        "images": ["images"],
        "lemon": ["supervisely"],
        "nails": ["mask_pairs"],
        "open_images": ["open_images"],
        "vessels_masks": ["mask_pairs"],
    }


def test_objects_are_lost(mini: Path, tmp_path: Path) -> None:
    ran = export(mini / "mini", tmp_path, "images")
    assert ran.code == 0, ran.err
    told = losses(tmp_path / "result")
    assert told.pop(("", "image tag")) == 9
    assert set(told.values()) == {3}
    assert {what for _, what in told} == {"object dropped"}
    assert run_cli("check", tmp_path / "graph.json", "--data", mini).code == 0


@pytest.mark.parametrize(
    "files",
    [
        ("a.jpg", "a.json"),
        ("images/a.jpg", "labels/a.txt"),
        ("train/a.jpg", "annotations/all.csv"),
        ("a.jpg", "a.jpg.xml"),
    ],
)
def test_what_looks_annotated_is_no_plain_folder(files: tuple[str, ...], tmp_path: Path) -> None:
    """A project that lost its declarations is not read without its objects."""
    for name in files:
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(("png", "jpg")):
            write_picture(path, np.zeros((8, 8, 3), np.uint8))
        else:
            path.write_text("no format at all", encoding="utf-8")
    assert recognise(tmp_path / "set") == ()
    outcome = run_cli("inspect", tmp_path / "set", "--from", "images")
    assert outcome.code == 0


def test_notes_beside_images_are_no_annotations(tmp_path: Path) -> None:
    write_picture(tmp_path / "set" / "a.jpg", np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "set" / "README.txt").write_text("photographs", encoding="utf-8")
    assert [found.name for found, _ in recognise(tmp_path / "set")] == ["images"]
