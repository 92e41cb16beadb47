"""``dtl inspect``: what a dataset holds, and the list of formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_nodes.formats import FORMATS, WRITABLE
from tests.fixtures.cli import run_cli
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import tree

SAMPLES = "(lemon, lemons_test, nails, pumpkins, vessels, vessels_masks, vessels_test)"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the project ``mini``."""
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path)
    return tmp_path


def as_json(*options: object, code: int = 0) -> dict[str, Any]:
    outcome = run_cli("inspect", "mini", "--format", "json", *options)
    assert outcome.code == code, outcome.err
    content = json.loads(outcome.out)
    assert isinstance(content, dict)
    return content


TEXT = """\
mini: Supervisely (format 'supervisely', as it has meta.json)
3 images in 2 datasets
24 to 40 px wide, 24 to 47 px high
18 objects

dataset  images
ds1           2
ds2           1

class  shape      objects  images
dot    point            3       3
box    rectangle        3       3
path   line             3       3
patch  polygon          3       3
blob   bitmap           3       3
hand   graph            3       3

tag       values       images  objects
checked   none              3        0
note      any_string        3        0
count     any_number        3        0
ripeness  green, ripe       0       18
sure      none              0        9
weight    any_number        0        9
"""


def test_for_people() -> None:
    before = tree(Path())
    outcome = run_cli("inspect", "mini")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == TEXT
    assert tree(Path()) == before


def test_for_programs() -> None:
    found = as_json()
    assert found["format"] == "supervisely"
    assert found["datasets"] == [{"name": "ds1", "images": 2}, {"name": "ds2", "images": 1}]
    assert (found["read"], found["samples"], found["objects"]) == (3, 3, 18)
    assert (found["notes"], found["set_aside"]) == ([], [])
    assert [(each["name"], each["shapes"]) for each in found["classes"]] == [
        ("dot", {"point": 3}),
        ("box", {"rectangle": 3}),
        ("path", {"line": 3}),
        ("patch", {"polygon": 3}),
        ("blob", {"bitmap": 3}),
        ("hand", {"graph": 3}),
    ]
    assert found["width_px"]["max"] == 40


def test_problems() -> None:
    Path("mini/ds1/img/two.jpg").write_bytes(b"no image")
    Path("mini/ds1/ann/stray.png.json").write_text("{}")
    outcome = run_cli("inspect", "mini")
    assert outcome.code == 3
    assert "note: dataset 'ds1' of project 'mini' has 1 annotations without an image" in outcome.out
    assert "1 image would be set aside:\n  mini/ds1/two.jpg: F60" in outcome.out
    assert "3 images read" not in outcome.out
    (failure,) = as_json(code=3)["set_aside"]
    assert failure["image"] == "mini/ds1/two.jpg"
    assert failure["path"].endswith("mini/ds1/img/two.jpg")


def test_many_problems_are_cut_short_for_people(tmp_path: Path) -> None:
    many = {"ds1": tuple((f"{number}.png", 20, 20) for number in range(30))}
    project = write_project(tmp_path, "many", datasets=many, classes=("box",), tagged=False)
    for path in (project / "ds1/img").iterdir():
        path.write_bytes(b"")
    outcome = run_cli("inspect", "many")
    assert outcome.code == 3
    assert "30 images in 1 dataset\nnone of them can be read\n\ndataset" in outcome.out
    assert "\n\n1 class declared\n\n30 images would be set aside:" in outcome.out
    assert outcome.out.count("F60") == 20
    assert "    and 10 more for the same reason\n  --format json lists them all" in outcome.out


def test_many_problems_are_told_by_reason(tmp_path: Path) -> None:
    many = {"ds1": tuple((f"{number:02}.png", 20, 20) for number in range(30))}
    project = write_project(tmp_path, "many", datasets=many, classes=("box",), tagged=False)
    for number, path in enumerate(sorted((project / "ds1/img").iterdir())):
        path.write_bytes(b"" if number < 28 else b"no image")
    told = run_cli("inspect", "many").out
    empty, others = told[told.index("30 images") :].split("    and 18 more for the same reason\n")
    assert empty.count("' is empty") == 10
    assert others.splitlines() == [
        f"  many/ds1/{number}.png: F601 cannot read the image: "
        f"'{project}/ds1/img/{number}.png' is no JPEG, PNG, BMP, TIFF or WebP file"
        for number in (28, 29)
    ] + ["  --format json lists them all"]
    assert len(json.loads(run_cli("inspect", "many", "--format", "json").out)["set_aside"]) == 30


def test_many_notes_are_cut_short_for_people(tmp_path: Path) -> None:
    many = {f"ds{number:02}": (("a.png", 20, 20),) for number in range(23)}
    project = write_project(tmp_path, "many", datasets=many, classes=("box",), tagged=False)
    for name in many:
        (project / name / "ann/stray.png.json").write_text("{}")
    told = run_cli("inspect", "many").out
    assert told.count("\nnote: dataset 'ds") == 20
    assert told.endswith("\nand 3 more notes; --format json lists them all\n")
    assert len(json.loads(run_cli("inspect", "many", "--format", "json").out)["notes"]) == 23


def test_a_cut_off_picture_is_found_by_decoding_it() -> None:
    path = Path("mini/ds1/img/two.jpg")
    path.write_bytes(path.read_bytes()[:-40])
    assert as_json()["set_aside"] == []
    for options in ((), ("--runner", "processes", "--workers", "2")):
        (failure,) = as_json("--decode", *options, code=3)["set_aside"]
        assert (failure["code"], failure["image"]) == ("F601", "mini/ds1/two.jpg")
        assert failure["path"].endswith("mini/ds1/img/two.jpg")
    told = run_cli("inspect", "mini", "--decode").out
    assert "1 image would be set aside:\n  mini/ds1/two.jpg: F601 cannot read the image" in told


def test_what_is_checked_without_decoding(tmp_path: Path) -> None:
    write_project(tmp_path, "other", datasets={"ds1": (("two.jpg", 31, 17),)})
    Path("mini/ds1/img/two.jpg").write_bytes(Path("other/ds1/img/two.jpg").read_bytes())
    (failure,) = as_json(code=3)["set_aside"]
    assert failure["image"] == "mini/ds1/two.jpg"
    assert "31x17" in failure["message"]


def test_a_part_of_it() -> None:
    outcome = run_cli("inspect", "mini", "--limit", "1")
    assert "3 images in 2 datasets\n1 image read\n40 px wide, 30 px high\n" in outcome.out
    assert as_json("--only", "*/ds2/*")["samples"] == 1


def test_classes_without_objects_are_counted(tmp_path: Path) -> None:
    project = write_project(tmp_path, "spare", tagged=False)
    for path in project.glob("*/ann/*"):
        content = json.loads(path.read_text())
        content["objects"] = content["objects"][:1]
        path.write_text(json.dumps(content))
    assert "5 more classes without an object" in run_cli("inspect", "spare").out


def test_nothing_but_images(tmp_path: Path) -> None:
    project = write_project(tmp_path, "bare")
    for path in project.glob("*/ann/*"):
        content = json.loads(path.read_text())
        path.write_text(json.dumps({**content, "objects": [], "tags": []}))
    told = run_cli("inspect", "bare").out
    assert "px high\nno objects\n\ndataset" in told
    assert told.endswith("\n\n6 classes without an object\n\n6 tags that nothing has\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "there is no SRC to inspect; --formats lists the formats"),
        (("absent",), "there is no dataset 'absent': 'absent' is not in "),
        (("absent",), f", nor a shipped sample {SAMPLES}\n"),
        (("minni",), f"{SAMPLES}; did you mean 'mini'?"),
        (("vesels",), "did you mean 'vessels'?"),
        (("mini/dss1",), "there is no dataset 'mini/dss1': 'dss1' is not in "),
        (("mini/dss1",), "/mini; did you mean 'ds1'?"),
        (("absent/deeper/place",), "'absent' is not in "),
        (("mini/meta.json/ds1",), "/mini/meta.json is a file, no folder"),
        (("mini", "--from", "cocoa"), "no format 'cocoa' can be read"),
        (("mini", "--set", "to.on_loss=error"), "there is no setting 'to'"),
        (("mini", "--set", "coordinate=pixel"), "did you mean 'coordinates'?"),
        (("mini/ds1/img/one.png", "--from", "supervisely"), "E403"),
    ],
)
def test_refuses(options: tuple[str, ...], message: str) -> None:
    outcome = run_cli("inspect", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_options_reach_the_reader() -> None:
    boxes = [
        next(each for each in as_json(*options)["classes"] if each["name"] == "box")
        for options in ((), ("--set", "coordinates=pixel"))
    ]
    positions, pixels = (box["width_px"]["max"] for box in boxes)
    assert pixels == positions + 1


def test_the_list_of_formats() -> None:
    outcome = run_cli("inspect", "--formats")
    assert outcome.code == 0
    table = outcome.out.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in table] == sorted(FORMATS)
    for line in table:
        assert line.endswith("reads, writes" if line.split()[0] in WRITABLE else "reads")
    assert "supervisely, options for reading:" in outcome.out


def test_the_list_of_formats_for_programs() -> None:
    listed = json.loads(run_cli("inspect", "--formats", "--format", "json").out)["formats"]
    assert [each["name"] for each in listed] == sorted(FORMATS)
    assert [each["name"] for each in listed if each["writes"]] == list(WRITABLE)
    assert all(each["reads"] and each["title"] for each in listed)
    original = next(each for each in listed if each["name"] == "supervisely")
    assert "coordinates" in [option["name"] for option in original["reading"]]
    assert all(option["description"] for each in listed for option in each["reading"])
    assert all(option["description"] for each in listed for option in each["writing"])
