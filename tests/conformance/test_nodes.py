"""Every built-in node passes the conformance suite; an entry without a class here fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.node.base import Node
from dtl_engine.node.ends import SourceNode
from dtl_engine.testing import NodeConformance, SourceConformance
from dtl_nodes import CATALOGUE
from dtl_nodes.background import Background
from dtl_nodes.crop import Crop
from dtl_nodes.data import Data
from dtl_nodes.dataset import ChooseDataset
from dtl_nodes.dummy import Dummy
from dtl_nodes.flip import Flip
from dtl_nodes.if_ import If
from dtl_nodes.multiply import Multiply
from dtl_nodes.supervisely import Supervisely
from dtl_nodes.tag import TagImages
from tests.fixtures.projects import write_project
from tests.fixtures.suites import conformance_suites


class TestBackground(NodeConformance):
    node = Background
    settings = ({"class": "sky"}, {"class": "box"})


def _percent(low: float, high: float) -> dict[str, float]:
    return {"min_percent": low, "max_percent": high}


class TestCrop(NodeConformance):
    node = Crop
    settings = (
        {"sides": {}},
        {"sides": {"left": "1px"}},
        {"sides": {"left": "12.5%", "top": "33%", "right": "40%", "bottom": "2px"}},
        {"sides": {"left": "50%", "right": "50%"}},
        {"random_part": {"width": _percent(0, 60), "height": _percent(20, 100)}},
        {"random_part": {"width": _percent(100, 100), "height": _percent(100, 100)}},
        {
            "random_part": {
                "width": _percent(30, 90),
                "height": _percent(30, 90),
                "keep_aspect_ratio": True,
            }
        },
    )


class TestData(SourceConformance):
    node = Data
    settings = (
        {"classes_mapping": "default"},
        {"classes_mapping": {"__other__": "__ignore__"}},
        {"classes_mapping": {"box": "patch", "patch": "box", "__other__": "__default__"}},
        {"classes_mapping": {"dot": "spot", "hand": "__ignore__", "__other__": "__default__"}},
        {"format": "supervisely"},
        {"format": "supervisely", "classes": ["hand", "box"]},
        {
            "classes": ["box", "dot"],
            "classes_mapping": {"box": "crate", "__other__": "__default__"},
        },
        {
            "classes_mapping": "default",
            "tags_mapping": {"note": "remark", "count": "__ignore__", "__other__": "__default__"},
        },
    )

    def write_data(self, folder: Path) -> tuple[str, ...]:
        write_project(folder)
        return ("mini/ds2", "mini/ds1")


class TestDataset(NodeConformance):
    node = ChooseDataset
    settings = ({"name": "part 1"}, {"rule": "save_original"})


class TestDummy(NodeConformance):
    node = Dummy
    settings = ({}, {"anything": {"goes": [1]}})


class TestFlip(NodeConformance):
    node = Flip
    settings = ({"axis": "vertical"}, {"axis": "horizontal"})


class TestIf(NodeConformance):
    node = If
    settings = tuple(
        {"condition": condition}
        for condition in (
            {"probability": 0},
            {"probability": 0.5},
            {"probability": 0.5, "by": "source"},
            {"probability": 1},
            {"regex_names": ["^o", "x"]},
            {"project_datasets": ["mini/*", "*/ds2"]},
            {"min_objects_count": 6},
            {"include_classes": ["hand", "nothing"]},
            {"tags": ["checked"]},
            {"min_height": 6},
            {"min_width": 8},
            {"min_area": 48},
            {"sum_object_area": 20.5, "classes": ["box", "blob"]},
            {"name_in_range": ["a", "p"], "frame_step": 2},
        )
    )


class TestMultiply(NodeConformance):
    node = Multiply
    settings = ({"multiply": 1}, {"multiply": 7})


class TestSupervisely(NodeConformance):
    node = Supervisely
    settings = ({},)


class TestTag(NodeConformance):
    node = TagImages
    settings = (
        {"tag": "train", "action": "add"},
        {"tag": {"name": "train"}, "action": "add"},
        {"tag": {"name": "note", "value": "right tray"}, "action": "add"},
        {"tag": {"name": "ripeness", "value": "green"}, "action": "add"},
        {"tag": "count", "action": "add"},
        {"tag": "note", "action": "delete"},
        {"tag": {"name": "unheard of"}, "action": "delete"},
    )


def test_every_catalogue_entry_isconformance_suites() -> None:
    assert sorted(conformance_suites()) == sorted(CATALOGUE)


def test_what_reads_is_tested_as_such() -> None:
    for suite in conformance_suites().values():
        node: type[Node[Any]] = suite.node
        assert issubclass(suite, SourceConformance) == issubclass(node, SourceNode)
