"""What ``supervisely`` writes is read by a reader made from the description of the format alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import pytest

from dtl_engine import run_graph
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.supervisely import Supervisely
from tests.fixtures.nodes import refuses
from tests.fixtures.projects import decode_mask, write_project

CURRENT_KEYS = {"classTitle", "description", "geometryType", "tags"}
FEWEST_POINTS = {"point": 1, "rectangle": 2, "line": 2, "polygon": 3}
VALUES: dict[str, Any] = {
    "none": lambda tag, declared: "value" not in tag or tag["value"] is None,
    "any_number": lambda tag, declared: type(tag["value"]) in (int, float),
    "any_string": lambda tag, declared: isinstance(tag["value"], str),
    "oneof_string": lambda tag, declared: tag["value"] in declared["values"],
}


class StrictReader:
    """Reads a whole project and fails where it is not of the current form."""

    def __init__(self, folder: Path) -> None:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        assert meta["projectType"] == "images"
        self.classes = {each["title"]: each for each in meta["classes"]}
        self.tags = {each["name"]: each for each in meta["tags"]}
        assert len(self.classes) == len(meta["classes"])
        assert len(self.tags) == len(meta["tags"])
        for declared in (*self.classes.values(), *self.tags.values()):
            assert declared["color"].startswith("#")
            assert len(declared["color"]) == 7
        self.images = 0
        self.kinds: set[str] = set()
        for dataset in sorted(path for path in folder.iterdir() if path.is_dir()):
            names = {path.name for path in (dataset / "img").iterdir()}
            annotations = {path.name for path in (dataset / "ann").iterdir()}
            assert annotations == {f"{name}.json" for name in names}
            for name in sorted(names):
                self.read(dataset, name)

    def read(self, dataset: Path, name: str) -> None:
        picture = cv2.imread(str(dataset / "img" / name))
        assert picture is not None
        content = json.loads((dataset / "ann" / f"{name}.json").read_text(encoding="utf-8"))
        width, height = content["size"]["width"], content["size"]["height"]
        assert picture.shape == (height, width, 3)
        assert isinstance(content["description"], str)
        self.check_tags(content["tags"])
        for each in content["objects"]:
            assert each.keys() >= CURRENT_KEYS
            assert each["geometryType"] == self.classes[each["classTitle"]]["shape"]
            self.check_tags(each["tags"])
            self.check_geometry(each, width, height)
        self.images += 1

    def check_tags(self, tags: list[dict[str, Any]]) -> None:
        for tag in tags:
            declared = self.tags[tag["name"]]
            assert VALUES[declared["value_type"]](tag, declared), tag

    def check_geometry(self, value: dict[str, Any], width: int, height: int) -> None:
        kind = value["geometryType"]
        self.kinds.add(kind)
        if kind == "bitmap":
            left, top = value["bitmap"]["origin"]
            mask = decode_mask(value["bitmap"]["data"])
            assert mask.any()
            assert min(left, top) >= 0
            assert left + mask.shape[1] <= width
            assert top + mask.shape[0] <= height
            return
        if kind == "graph":
            template = self.classes[value["classTitle"]]["geometry_config"]["nodes"]
            assert value["nodes"].keys() <= template.keys()
            places = [node["loc"] for node in value["nodes"].values()]
        else:
            places = value["points"]["exterior"]
            assert len(places) >= FEWEST_POINTS[kind]
            for ring in value["points"]["interior"]:
                assert kind == "polygon"
                assert len(ring) >= 3
                places = places + ring
        assert places
        for x, y in places:
            assert 0 <= x <= width
            assert 0 <= y <= height


def layer(action: str, src: str, dst: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"action": action, "src": [src], "dst": dst, "settings": settings}


GRAPH = [
    layer("data", "mini/*", "$a", {"classes_mapping": "default"}),
    layer("flip", "$a", "$b", {"axis": "vertical"}),
    layer("crop", "$b", "$c", {"sides": {"left": "30%", "top": "3px"}}),
    layer("tag", "$c", "$d", {"tag": {"name": "split", "value": "train"}, "action": "add"}),
    layer("background", "$d", "$e", {"class": "bg"}),
    {"action": "supervisely", "src": ["$a", "$e"], "dst": "out", "settings": {}},
]


@pytest.mark.parametrize("legacy", [False, True])
def test_a_strict_reader_reads_the_result(tmp_path: Path, legacy: bool) -> None:
    datasets = {"ds1": (("one.png", 40, 30), ("two.jpg", 33, 47)), "ds2": (("x.png", 24, 24),)}
    source = write_project(tmp_path, datasets=datasets, legacy=legacy)
    if legacy:
        meta = json.loads((source / "meta.json").read_text())
        meta["classes"][-1]["geometry_config"] = {"nodes": {"w": {}, "t": {}}}
        (source / "meta.json").write_text(json.dumps(meta))
    run_graph(GRAPH, data=[tmp_path], out=tmp_path / "results")
    reader = StrictReader(tmp_path / "results" / "out")
    assert reader.images == 6
    assert reader.kinds == {"point", "rectangle", "line", "polygon", "bitmap", "graph"}
    assert "split" in reader.tags
    assert "bg" in reader.classes


@pytest.mark.parametrize("project", ["lemon", "vessels", "tutorial", "tutorial_legacy"])
def test_a_strict_reader_reads_copies_of_real_projects(
    shared: Path, tmp_path: Path, project: str
) -> None:
    graph = [
        layer("data", project, "$a", {"classes_mapping": "default"}),
        layer("supervisely", "$a", "copy", {}),
    ]
    run_graph(graph, data=[shared / "data"], out=tmp_path)
    copy = tmp_path / "copy"
    assert StrictReader(copy).images > 0
    for path in sorted((shared / "data" / project).glob("*/img/*")):
        image = copy / path.relative_to(shared / "data" / project)
        assert image.read_bytes() == path.read_bytes(), "untouched images keep their bytes"
    source = open_project(shared / "data" / project, project, ("*",))
    result = open_project(copy, project, ("*",))
    assert result.schema == source.schema
    for dataset in source.datasets:
        for origin in dataset.origins():
            assert result.read(origin).annotation == source.read(origin).annotation


@pytest.mark.parametrize("settings", [{"clip_polygons": 1}, {"clip": True}, {"dst": "x"}])
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Supervisely, settings)
