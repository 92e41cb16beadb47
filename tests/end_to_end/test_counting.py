"""How many results a graph has, in which order they are named: numbers of the original engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine import run_graph
from tests.fixtures.projects import write_project


def layer(action: str, src: list[str], dst: Any, settings: dict[str, Any]) -> dict[str, Any]:
    return {"action": action, "src": src, "dst": dst, "settings": settings}


HALF = {"min_percent": 50, "max_percent": 50}
COUNTING = [
    layer("data", ["mini"], "$s", {"classes_mapping": "default"}),
    layer("flip", ["$s"], "$fv", {"axis": "vertical"}),
    layer("flip", ["$fv", "$s"], "$fh", {"axis": "horizontal"}),
    layer("dummy", ["$fv", "$s", "$fh"], "$d", {}),
    layer("multiply", ["$d"], "$m", {"multiply": 10}),
    layer("crop", ["$m"], "$c", {"random_part": {"width": HALF, "height": HALF}}),
    layer("if", ["$c", "$d"], ["$t", "$v"], {"condition": {"probability": 0.9}}),
    layer("tag", ["$t"], "$train", {"tag": "train", "action": "add"}),
    layer("tag", ["$v"], "$val", {"tag": "val", "action": "add"}),
    layer("supervisely", ["$train", "$val"], "out", {}),
]


def written(folder: Path) -> dict[str, Any]:
    """Return the annotations of the only dataset by image name without suffix."""
    return {
        path.name.partition(".")[0]: json.loads(path.read_bytes())
        for path in (folder / "out" / "ds1" / "ann").iterdir()
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_project(tmp_path / "data", datasets={"ds1": (("pear.png", 20, 16),)})
    return tmp_path / "data"


def test_44_results_for_each_image(data: Path, tmp_path: Path) -> None:
    report = run_graph(COUNTING, data=[data], out=tmp_path)
    assert report.exit_code == 0
    found = written(tmp_path)
    assert len(found) == 44
    assert sum(name == "pear" for name in found) == 1
    sizes = [(each["size"]["width"], each["size"]["height"]) for each in found.values()]
    assert sizes.count((20, 16)) == 4
    assert sizes.count((10, 8)) == 40
    for each in found.values():
        assert len({"train", "val"} & {tag["name"] for tag in each["tags"]}) == 1


@pytest.mark.parametrize("tag_first", [True, False])
def test_layers_in_document_order_decide_who_keeps_the_name(
    data: Path, tmp_path: Path, tag_first: bool
) -> None:
    read = layer("data", ["mini"], "$0", {"classes_mapping": "default"})
    tag = layer("tag", ["$0"], "$1", {"tag": "A", "action": "add"})
    save = layer("supervisely", ["$0", "$1"], "out", {})
    run_graph([read, tag, save] if tag_first else [read, save, tag], data=[data], out=tmp_path)
    found = written(tmp_path)
    assert found.keys() == {"pear", "pear_1"}
    tagged = {name for name, each in found.items() if "A" in [t["name"] for t in each["tags"]]}
    assert tagged == ({"pear"} if tag_first else {"pear_1"})
