"""The example of ``nodes/README.md``, installed as it says and tested as it says."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.testing import (
    BatchConformance,
    FitConformance,
    NodeConformance,
    conformance_samples,
)
from tests.fixtures.nodes import run
from tests.fixtures.plugins import install_library
from tests.fixtures.small_graphs import document, layer, reading, saving, tree
from tests.fixtures.small_graphs import run as run_graph

README = Path(__file__).resolve().parents[2] / "nodes" / "README.md"
NODE, CATALOGUE, MODELS, NETWORK, TEST, MODEL_TESTS = re.findall(
    r"^```python\n(.*?)^```$", README.read_text(), re.M | re.S
)
ENTRY_POINT, NETWORKS = re.findall(r'^acme = "(.*)"$', README.read_text(), re.M)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    site = tmp_path_factory.mktemp("site")
    files = {
        "__init__.py": CATALOGUE,
        "brighten.py": NODE,
        "models.py": MODELS,
        "two_layers.py": NETWORK,
        "test_brighten.py": TEST,
        "test_models.py": MODEL_TESTS,
    }
    install_library(site, "acme", files, target=ENTRY_POINT, architectures=NETWORKS)
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    yield
    sys.path.remove(str(site))
    for module in [name for name in sys.modules if name.partition(".")[0] == "acme_nodes"]:
        del sys.modules[module]


def suite(module: str = "test_brighten", name: str = "TestBrighten") -> type[NodeConformance]:
    found: type[NodeConformance] = getattr(importlib.import_module(f"acme_nodes.{module}"), name)
    return found


def check(suite: type[NodeConformance], name: str, tmp_path: Path) -> None:
    """Do one check of a suite with each of its settings, as pytest does."""
    method = getattr(suite(), name)
    wanted = inspect.signature(method).parameters
    for number, chosen in enumerate(suite.settings if "chosen" in wanted else ({},)):
        given = {"chosen": chosen, "tmp_path": tmp_path / str(number)}
        given["tmp_path"].mkdir(parents=True)
        method(**{name: given[name] for name in wanted})


def checks(suite: type[NodeConformance]) -> list[str]:
    return [name for name in dir(suite) if name[:5] == "test_"]


@pytest.mark.parametrize("name", checks(NodeConformance))
def test_the_example_passes_its_own_suite(installed: None, name: str, tmp_path: Path) -> None:
    check(suite(), name, tmp_path)


@pytest.mark.parametrize("name", checks(FitConformance))
def test_the_node_that_fits_passes_its_own_suite(
    installed: None, name: str, tmp_path: Path
) -> None:
    check(suite("test_models", "TestLearnBrightness"), name, tmp_path)


@pytest.mark.parametrize("name", checks(BatchConformance))
def test_the_node_that_applies_passes_its_own_suite(
    installed: None, name: str, tmp_path: Path
) -> None:
    check(suite("test_models", "TestTagBrightness"), name, tmp_path)


def test_the_nodes_with_models_run(installed: None, mini: Path, tmp_path: Path) -> None:
    layers = (
        reading(),
        layer("learn_brightness", "$in", ["$usual", None]),
        layer("tag_brightness", ["$in", "$usual"], "$tagged"),
        saving("$tagged"),
    )
    report = run_graph(compile_graph(document(*layers), data=[mini]), tmp_path / "out")
    assert (report.exit_code, report.saved["out"]) == (0, 3)
    meta = json.loads((tmp_path / "out/out/meta.json").read_text())
    assert "above_usual" in {tag["name"] for tag in meta["tags"]}


def test_the_network_is_trained_and_applied(installed: None, mini: Path, tmp_path: Path) -> None:
    for library in ("torch", "lightning_fabric", "onnx", "onnxruntime"):
        pytest.importorskip(library)
    small = {"epochs": 1, "val_every": 1, "gpu_devices": [], "weights": False, "width": 2}
    size = {"input_size": {"width": 16, "height": 16}}
    layers = (
        reading(),
        *({"action": "tag", "src": [src], "dst": dst, "settings": {"tag": tag, "action": "add"}}
          for src, dst, tag in (("$in", "$a", "train"), ("$a", "$set", "val"))),
        layer("train", "$set", ["$net", None], architecture="two_layers", **small, **size),
        layer("infer", ["$in", "$net"], "$found"),
        saving("$found"),
        layer("export", "$net", "net.onnx", format="onnx"),
    )  # fmt: skip
    report = run_graph(compile_graph(document(*layers), data=[mini]), tmp_path / "out")
    assert (report.exit_code, report.saved["out"]) == (0, 3)
    meta = json.loads((tmp_path / "out/out/meta.json").read_text())
    assert "bg_two_layers" in {label["title"] for label in meta["classes"]}
    layers = (
        reading(),
        layer("model", "net.onnx", "$net"),
        layer("infer", ["$in", "$net"], "$found"),
        saving("$found"),
    )
    graph = compile_graph(document(*layers), data=[mini, tmp_path / "out"])
    assert run_graph(graph, tmp_path / "again").exit_code == 0
    first, again = (tree(tmp_path / folder / "out") for folder in ("out", "again"))
    assert again == first


def test_the_example_does_what_it_says(installed: None) -> None:
    node = suite().node
    sample = conformance_samples()[0]
    lifts = set()
    for seed in range(40):
        (result,) = run(node, {"most": 3}, sample, seed=seed)
        lift = result.image.pixels().astype(int) - sample.image.pixels()
        assert (lift == lift[0, 0, 0]).all()
        assert result.annotation == sample.annotation
        lifts.add(int(lift[0, 0, 0]))
    assert lifts == {0, 1, 2, 3}


def test_the_modules_named_are_those_shown() -> None:
    assert '"acme_nodes.brighten:Brighten"' in CATALOGUE
    assert ENTRY_POINT == "acme_nodes:CATALOGUE"
    assert NETWORKS == "acme_nodes:ARCHITECTURES"
    assert '"acme_nodes.two_layers:TwoLayers"' in CATALOGUE
