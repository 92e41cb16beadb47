"""``deploy_*`` and ``apply_nn_inference`` of the second generation, on one's own machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.model.shapes import ShapeKind
from dtl_engine.testing import conformance_samples, make_sample, sample_schema
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.infer import Infer
from dtl_nodes.model import Model
from tests.fixtures.check_projects import write_check_projects
from tests.fixtures.nodes import make
from tests.fixtures.small_graphs import Json, layer, reading, saving
from tests.nodes.models.inference.fakes import MASKS, Fake

SERVER = {"session_id": 5, "agent_id": 1, "device": "cpu", "runtime": "PyTorch"}
APPLIED = {
    "current_meta": {"classes": [], "tags": []},
    "model_meta": {"classes": [], "tags": []},
    "session_id": 5,
    "model_info": {},
    "model_settings": {"conf": 0.4},
    "classes": ["blob"],
    "tags": ["confidence"],
    "model_suffix": "net",
    "use_model_suffix": False,
    "add_pred_ann_method": "merge",
    "apply_method": "image",
    "ignore_labeled": False,
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_check_projects(folder)
    return folder


def compiled(data: Path, deployed: Json, action: str = "apply_nn_inference") -> CompiledGraph:
    applied: Json = {**layer(action, [], "$found", **APPLIED)}
    applied["src"] = {"source": ["$in"], "deployed_model": ["$net"]}
    layers = [reading(), deployed, applied, saving("$found")]
    return compile_graph({"version": 2, "layers": layers}, data=[data])


@pytest.mark.parametrize(
    "told",
    [
        {"checkpoint_url": "blobs"},
        {"checkpoint_url": "blobs", "checkpoint_name": "small"},
        {"model_source": "Custom models", "checkpoint_name": "blobs", "checkpoint_url": None},
    ],
)
def test_a_checkpoint_that_is_here_is_loaded(data: Path, told: Json) -> None:
    graph = compiled(data, layer("deploy_yolo_v8", [], "$net", **SERVER, **told))
    assert graph.opened["net"].path == data / "blobs"
    assert {problem.code for problem in graph.warnings} == {"W506"}


@pytest.mark.parametrize("action", ["apply_nn", "apply_nn_inference"])
def test_only_names_that_exist_get_the_suffix(data: Path, action: str) -> None:
    deployed = layer("deploy_rtdetr", [], "$net", checkpoint_url="blobs")
    schema = compiled(data, deployed, action).inputs["out"].schema
    assert schema is not None
    assert "blob-net" in schema.label_names
    assert "patch-net" not in schema.label_names
    assert "confidence" in schema.tag_names


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({}, {"blob-net"}),
        ({"classes": ["dust"]}, {"dust"}),
        ({"use_model_suffix": True, "classes": ["dust"]}, {"dust-net"}),
        ({"add_pred_ann_method": "replace_keep_img_tags"}, {"blob"}),
    ],
)
def test_what_it_adds(
    change: Json, labels: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dtl_nodes.models.inference.open_model.open_predictor",
        lambda path, options, gpu: Fake(MASKS, options["confidence_tag_name"]),
    )
    settings = {**APPLIED, **change}
    node: Any = make(Infer.variant(settings), settings)
    resource = node.open(tmp_path, MASKS)
    for schema, samples in (
        (sample_schema(), conformance_samples()),
        (Schema((LabelSpec("blob", ShapeKind.BITMAP, "#FF0000"),)), (make_sample(9, 9),)),
    ):
        inferred = node.infer_schema_with(node.settings, schema, MASKS)
        old = set() if "add_pred_ann_method" in change else set(schema.label_names)
        assert set(inferred.label_names) == old | labels
        for found in node.apply_batch(samples, resource, schema):
            assert isinstance(found, Sample)
            assert_schema_covers(inferred, found)


@pytest.mark.parametrize(
    ("settings", "threshold"),
    [({"conf": 0.4}, 0.4), ({"confidence_threshold": 0.2}, 0.2), ({}, 0.7)],
)
def test_thresholds(settings: Json, threshold: float) -> None:
    chosen = {**APPLIED, "model_settings": settings}
    node: Any = make(Infer.variant(chosen), chosen)
    meaning = node.settings.meaning(sample_schema(), MASKS)
    assert meaning.model.min_confidence_threshold == threshold


def test_own_settings_are_not_taken_for_those_of_a_server() -> None:
    connected = {"connection": {}, "model_settings": {"gpu_device": 0}}
    assert Infer.variant(connected) is Infer
    assert Infer.variant(json.loads("[]")) is Infer
    assert Model.variant({"checkpoint": "best"}) is Model
