from __future__ import annotations

import csv
import pickle
import shutil
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError, DataError, ImageError
from dtl_engine.model.annotation import Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import SchemaError, TagValueType
from dtl_engine.model.shapes import Rectangle
from dtl_engine.sdk import Source
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.formats import recognise
from dtl_nodes.formats.table.index import file_names
from tests.fixtures.datasets import open_dataset
from tests.fixtures.projects import write_image

Rows = list[list[object]]


def opened(place: Path, **options: Any) -> Source:
    return open_dataset(place, "table", **options)


def table(folder: Path, text: str, name: str = "boxes.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    for image, width, height in (("a.png", 80, 60), ("b.jpg", 40, 30)):
        if not (folder / image).exists():
            write_image(folder / image, width, height)
    return folder / name


def samples(source: Source) -> dict[str, Sample]:
    return {
        origin.file: source.read(origin) for each in source.datasets for origin in each.origins()
    }


def shapes(source: Source) -> dict[str, list[Any]]:
    return {file: [i.shape for i in each.instances] for file, each in samples(source).items()}


def test_the_boxes_of_another_format(shared: Path, tmp_path: Path) -> None:
    """The sample set tells its boxes in seven ways; this one has decimal commas."""
    data = shared / "data" / "multi_format"
    for image in (data / "images").iterdir():
        shutil.copy(image, tmp_path)
    shutil.copy(data / "openimages_format" / "all_bounding_boxes.csv", tmp_path / "boxes.csv")
    source = opened(tmp_path, columns={"path": "ImageID"})
    assert any("parts of the size" in note for note in source.notes)
    count = 0
    for file, sample in samples(source).items():
        root = ElementTree.parse(data / "pascalvoc_format" / f"{Path(file).stem}.xml").getroot()
        expected = [
            (node.findtext("name"), *(float(node.findtext(f"bndbox/{key}") or 0)
             for key in ("xmin", "ymin", "xmax", "ymax")))
            for node in root.iter("object")
        ]  # fmt: skip
        found = [(i.label, *i.shape.bbox) for i in sample.instances]
        assert len(found) == len(expected)
        for one, other in zip(sorted(found), sorted(expected), strict=True):
            assert one[0] == other[0]
            # The values were made from 1-based numbers without taking the 1 off.
            assert one[1:] == pytest.approx(other[1:], abs=1e-3)
        assert sample.image.size == sample.size
        assert_schema_covers(source.schema, sample)
        count += len(found)
    assert count == 34


@pytest.mark.parametrize(
    ("header", "values", "options"),
    [
        ("path,label,x0,y0,x1,y1", "10,20,30,50", {}),
        ("filename,class,xmin,ymin,xmax,ymax", "30,50,10,20", {}),
        ("Image Path,Class_Name,X-Min,Y-Min,X-Max,Y-Max", "10,20,30,50", {}),
        ("path,label,x,y,w,h", "10,20,20,30", {}),
        ("path,label,cx,cy,w,h", "20,35,20,30", {}),
        ("path,label,x_center,y_center,bbox_width,bbox_height", "0.25,0.583333333,0.25,0.5", {}),
        ("path,label,xmin,ymin,xmax,ymax", "0.125,0.333333333333,0.375,0.8333333333333",
         {"box_units": "normalised"}),
        ("foto,was,links,oben,rechts,unten", "10,20,30,50",
         {"columns": {"path": "foto", "label": "was", "x0": "links", "y0": "oben",
                      "x1": "rechts", "y1": "unten"}}),
    ],
)  # fmt: skip
def test_forms_of_boxes(tmp_path: Path, header: str, values: str, options: dict[str, Any]) -> None:
    path = table(tmp_path, f"{header}\na.png,lemon,{values}\n")
    ((shape,),) = shapes(opened(path, **options)).values()
    assert list(shape.bbox) == pytest.approx([10, 20, 30, 50], abs=1e-6)
    assert opened(path, **options).schema.labels[0].kind == "rectangle"


def test_a_pixel_is_a_box(tmp_path: Path) -> None:
    path = table(tmp_path, "path,label,x,y,w,h\na.png,dot,0,0,1,1\n")
    assert shapes(opened(path, box_units="pixels")) == {"a.png": [Rectangle(0, 0, 1, 1)]}
    assert shapes(opened(path)) == {"a.png": [Rectangle(0, 0, 80, 60)]}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_rows_of_an_image_lie_anywhere(
    tmp_path: Path, separator: str, ending: str, mark: str
) -> None:
    lines = [
        "path,label,x0,y0,x1,y1,note",
        "a.png,lemon,0,0,2,2,plain",
        "b.jpg,kiwi,1,1,3,3,plain",
        "",
        'a.png,"lemon, big",4,4,6,6,"two',
        'lines with ""quotes"""',
        "a.png,kiwi,6,6,8,8,",
    ]
    if separator != ",":
        lines = [
            line.replace(", ", "~").replace(",", separator).replace("~", ", ") for line in lines
        ]
    path = table(tmp_path, mark + ending.join(lines))
    source = opened(path, object_tags=["note"])
    found = samples(source)
    assert [i.label for i in found["a.png"].instances] == ["lemon", "lemon, big", "kiwi"]
    assert [i.shape.bbox.x0 for i in found["a.png"].instances] == [0, 4, 6]
    assert found["a.png"].instances[1].tags == (Tag("note", f'two{ending}lines with "quotes"'),)
    assert found["a.png"].instances[2].tags == ()
    assert len(found["b.jpg"].instances) == 1
    assert source.schema.label_names == ("lemon", "kiwi", "lemon, big")
    sent = pickle.loads(pickle.dumps(source))
    assert {k: v.annotation for k, v in samples(sent).items()} == {
        k: v.annotation for k, v in found.items()
    }


def test_splits_are_datasets_and_empty_rows_images(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "path,split,label,x0,y0,x1,y1\n"
        "a.png,train,lemon,0,0,2,2\nb.jpg,val,,,,,\na.png,val,lemon,1,1,5,5\nb.jpg,,,,,,\n",
    )
    source = opened(path)
    assert [(each.name, each.files) for each in source.datasets] == [
        ("train", ("a.png",)), ("unassigned", ("b.jpg",)), ("val", ("a.png", "b.jpg")),
    ]  # fmt: skip
    assert [len(source.read(o).instances) for d in source.datasets for o in d.origins()] == [
        1, 0, 1, 0,
    ]  # fmt: skip


def test_labels_without_boxes_are_tags_of_images(tmp_path: Path) -> None:
    path = table(tmp_path, "image,label,tags\na.png,cat,indoor; old\na.png,dog,\nb.jpg,cat,\n")
    source = opened(path)
    assert source.schema.labels == ()
    assert sorted(source.schema.tag_names) == ["cat", "dog", "indoor", "old"]
    found = samples(source)
    assert {tag.name for tag in found["a.png"].tags} == {"cat", "dog", "indoor", "old"}
    assert found["b.jpg"].tags == (Tag("cat"),)
    assert found["b.jpg"].instances == ()


def test_boxes_without_labels_have_one(tmp_path: Path) -> None:
    path = table(tmp_path, "path,x0,y0,x1,y1\na.png,0,0,2,2\n")
    assert samples(opened(path))["a.png"].instances[0].label == "object"


def test_columns_of_tags(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "path,label,x0,y0,x1,y1,weight,note,tag:none:occluded,image_tag:oneof_string:light\n"
        "a.png,lemon,0,0,2,2,84.5,3,true,day\na.png,lemon,1,1,2,2,7,x,,day\nb.jpg,,,,,,,,,night\n",
    )
    source = opened(path, object_tags=["weight", "note"])
    types = {tag.name: tag.value_type for tag in source.schema.tags}
    assert types == {
        "occluded": TagValueType.NONE, "light": TagValueType.CHOICE,
        "weight": TagValueType.NUMBER, "note": TagValueType.STRING,
    }  # fmt: skip
    found = samples(source)
    first, second = found["a.png"].instances
    assert set(first.tags) == {Tag("occluded"), Tag("weight", 84.5), Tag("note", "3")}
    assert set(second.tags) == {Tag("weight", 7), Tag("note", "x")}
    assert found["a.png"].tags == (Tag("light", "day"),)
    assert found["b.jpg"].tags == (Tag("light", "night"),)


def test_files_in_folders_get_plain_names(tmp_path: Path) -> None:
    for place in ("data/train/a", "data/val"):
        (tmp_path / place).mkdir(parents=True)
    for name in ("data/train/a/x.png", "data/train/a_x.png", "data/val/x.png"):
        write_image(tmp_path / name, 8, 6)
    path = table(
        tmp_path,
        "path,label,x0,y0,x1,y1\ndata/train/a/x.png,l,0,0,2,2\n"
        "data\\train\\a_x.png,l,0,0,3,3\n./data/val/x.png,l,0,0,4,4\n",
    )
    found = {name: each[0].x1 for name, each in shapes(opened(path)).items()}
    assert found == {"train_a_x.png": 2, "train_a_x_1.png": 3, "val_x.png": 4}
    assert file_names(["a/b/1.png", "a/b/2.png"]) == ["1.png", "2.png"]
    assert file_names(["../.png", "/", "x" * 300 + ".png"])[:2] == ["_.png", "_"]
    assert len(file_names(["x" * 300 + ".png"])[0]) <= 200


def test_declared_sizes_are_checked(tmp_path: Path) -> None:
    text = "path,width,height,label,x0,y0,x1,y1\na.png,{0},{1},l,0,0,2,2\na.png,,,l,1,1,2,2\n"
    assert len(shapes(opened(table(tmp_path / "1", text.format(80, 60))))["a.png"]) == 2
    for at, (width, height) in enumerate(((80, 61), (60, 80), (0, 60), ("x", 60), (80.5, 60)), 2):
        with pytest.raises(AnnotationError) as refused:
            samples(opened(table(tmp_path / str(at), text.format(width, height))))
        assert refused.value.code == "F605"
        assert refused.value.path.endswith("a.png")
    two = "path,width,height,label,x0,y0,x1,y1\na.png,80,60,l,0,0,2,2\na.png,80,61,l,1,1,2,2\n"
    with pytest.raises(AnnotationError, match="two sizes"):
        samples(opened(table(tmp_path / "two", two)))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a.png,l,0,0,nan,2", "F604"),
        ("a.png,l,0,0,inf,2", "F604"),
        ("a.png,l,0,0,1e400,2", "F604"),
        ("a.png,l,0,0,two,2", "F604"),
        ("a.png,l,0,0,1_0,2", "F604"),
        ("a.png,l,0,0,,2", "F604"),
        ("a.png,l,5,5,5,9", "F604"),
        ("a.png,l,80,0,90,9", "F604"),
        ("a.png,l,-9,-9,-1,-1", "F604"),
        ("a.png,l,0,0,2", "F604"),
        ("a.png,l,0,0,2,2,2", "F604"),
        ("a.png,,0,0,2,2", "F604"),
        ("a.png,l,,,,", "F604"),
    ],
)
def test_bad_rows(tmp_path: Path, row: str, code: str) -> None:
    path = table(tmp_path, f"path,label,x0,y0,x1,y1\na.png,l,1,1,9,9\n{row}\nb.jpg,l,0,0,2,2\n")
    with pytest.raises(AnnotationError, match="object 2") as refused:
        samples(opened(path))
    assert refused.value.code == code
    assert refused.value.path.endswith("a.png")
    kept = shapes(opened(path, bad_objects="drop"))
    assert kept == {"a.png": [Rectangle(1, 1, 9, 9)], "b.jpg": [Rectangle(0, 0, 2, 2)]}


@pytest.mark.parametrize("row", ["0.1,0.1,1.2,0.5", "-0.1,0.1,0.2,0.5", "0.5,0.5,0,0.1"])
def test_bad_normalised_rows(tmp_path: Path, row: str) -> None:
    path = table(tmp_path, f"path,label,x,y,w,h\na.png,l,{row}\n")
    with pytest.raises(AnnotationError) as refused:
        samples(opened(path, box_units="normalised"))
    assert refused.value.code == "F604"


def test_boxes_are_cut_at_the_border(tmp_path: Path) -> None:
    path = table(tmp_path, "path,label,x0,y0,x1,y1\na.png,l,-5,-5,200,30\n")
    assert shapes(opened(path)) == {"a.png": [Rectangle(0, 0, 80, 30)]}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../outside.png", "F609"),
        ("x/../../outside.png", "F609"),
        ("/etc/passwd", "F609"),
        ("C:\\outside.png", "F609"),
        ("..\\outside.png", "F609"),
        ("link.png", "F609"),
        ("folder/outside.png", "F609"),
        ("missing.png", "F601"),
        ("boxes.csv", "F601"),
        ("broken.jpg", "F601"),
    ],
)
def test_images_outside_or_broken(tmp_path: Path, path: str, code: str) -> None:
    root = tmp_path / "root"
    place = table(root, f"path,label,x0,y0,x1,y1\n{path},l,0,0,2,2\nb.jpg,l,0,0,2,2\n")
    write_image(tmp_path / "outside.png", 8, 6)
    (root / "link.png").symlink_to(tmp_path / "outside.png")
    (root / "folder").symlink_to(tmp_path)
    (root / "broken.jpg").write_bytes(b"no image")
    source = opened(place)
    results = []
    for origin in source.datasets[0].origins():
        assert "/" not in origin.file
        assert "\\" not in origin.file
        try:
            source.read(origin)
        except DataError as error:
            results.append(error.code)
            assert isinstance(error, AnnotationError | ImageError)
    assert results == [code]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no line with the names"),
        (b"\n\n", "no line with the names"),
        (b"label,x0,y0,x1,y1\nl,0,0,1,1\n", "no column tells the path"),
        (b"path,label,Path\na.png,l,b\n", "two columns"),
        (b"path,label\na.png,\xff\xfe\n", "not UTF-8"),
        (b"path,label\n" + b"x" * (1 << 21), "longer than"),
        (b'path,label\na.png,"' + b"x\n" * 200_000, "field larger"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "boxes.csv"
    path.write_bytes(content)
    with pytest.raises(SchemaError, match=words) as refused:
        opened(path)
    assert refused.value.code == "E403"


def test_no_image_at_all(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as refused:
        opened(table(tmp_path, "path,label,x0,y0,x1,y1\n,l,0,0,1,1\n"))
    assert refused.value.code == "E404"


def test_rows_without_an_image_are_noted(tmp_path: Path) -> None:
    source = opened(table(tmp_path, "path,label,x0,y0,x1,y1\na.png,l,0,0,9,9\n,l,0,0,1,1\n"))
    assert "1 rows" in source.notes[0]


def test_options_name_columns(tmp_path: Path) -> None:
    path = table(tmp_path, "path,label\na.png,l\n")
    for options in ({"columns": {"label": "clas"}}, {"object_tags": ["labels"]}):
        with pytest.raises(SchemaError, match="no column"):
            opened(path, **options)


def test_a_table_is_found(tmp_path: Path, shared: Path) -> None:
    path = table(tmp_path / "data", "path,label,x0,y0,x1,y1\na.png,l,0,0,2,2\n")
    assert [each.name for each, _ in recognise(path)] == ["table"]
    assert [each.name for each, _ in recognise(path.parent)] == ["table"]
    (path.parent / "names.csv").write_text("id,name\n1,lemon\n")
    assert [each.name for each, _ in recognise(path.parent)] == ["table"]
    with pytest.raises(SchemaError, match=r"boxes\.csv, names\.csv"):
        opened(path.parent)
    for folder in (shared / "data").iterdir():
        assert "table" not in [each.name for each, _ in recognise(folder)], folder.name


def test_memory_and_time_are_flat_in_rows(tmp_path: Path) -> None:
    """An index of a million rows would be some tens of megabytes; this is a tenth of that."""
    rng = np.random.default_rng(0)
    path = table(tmp_path, "")
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "x0", "y0", "x1", "y1"])
        expected: dict[str, int] = defaultdict(int)
        for number in rng.integers(0, 1000, 20_000).tolist():
            writer.writerow([f"{number}.png", "l", 1, 1, 2, 2])
            expected[f"{number}.png"] += 1
    write_image(tmp_path / "7.png", 8, 8)
    source = opened(path)
    (dataset,) = source.datasets
    assert len(dataset.files) == len(expected)
    origin = next(origin for origin in dataset.origins() if origin.file == "7.png")
    assert len(source.read(origin).instances) == expected["7.png"]
