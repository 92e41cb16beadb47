"""The shipped graphs that train models: small here, in full with ``pytest -m slow``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtl_engine import compile_graph
from dtl_engine.shipped import graphs_folder
from tests.fixtures.cli import run_cli
from tests.fixtures.small_graphs import Json, layer, tree

pytest.importorskip("torch")

SMALL = {
    "lemon_model": ("epochs=1", "crops=1", "min_dim=96", "max_dim=128", "confidence=0.1"),
    "vessels_model": ("epochs=2", "crops=8", "part=30", "window=96", "side=64"),
    "nails_model": ("epochs=2", "sizes=[96, 128]", "max_dim=160", "confidence=0.1"),
    "pumpkins_model": ("epochs=2", "min_dim=96", "max_dim=128", "confidence=0.1"),
}
MODELS = {
    "lemon_model": "mask_rcnn_lemon",
    "vessels_model": "unet_vessels",
    "nails_model": "mask_rcnn_nails",
    "pumpkins_model": "mask_rcnn_pumpkins",
}
TRAINED = ("checkpoints.json", "metrics.csv", "curves.png", "report.html", "samples/00000000.png")
NEVER_THE_SAME = ("events", "state")
"""Parts of a training with times and processes in them."""

Run = Callable[..., Path]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a graph with small settings, once; return the folder of its outputs."""
    base = tmp_path_factory.mktemp("models")

    def run(name: str) -> Path:
        out = base / name
        if not out.exists():
            run_small(name, out)
        return out

    return run


def run_small(name: str, out: Path, *options: object) -> str:
    given = [part for text in SMALL[name] for part in ("--set", text)]
    outcome = run_cli("run", name, "--out", out, "--workers", 2, *given, *options)
    assert outcome.code == 0, outcome.err
    assert "warning" not in outcome.err
    return outcome.err


def report_of(out: Path, name: str) -> Json:
    content: Json = json.loads((out / name / "report.json").read_bytes())
    return content


def trained_files(out: Path, name: str) -> dict[str, bytes]:
    """Return what a training leaves that is the same twice."""
    files = tree(out / MODELS[name])
    return {path: files[path] for path in files if path.split("/")[0] not in NEVER_THE_SAME}


def objects_in(project: Path) -> dict[str, list[Json]]:
    """Return the objects of each image of a saved project."""
    paths = sorted(project.glob("*/ann/*.json"))
    return {path.stem: json.loads(path.read_bytes())["objects"] for path in paths}


def test_every_model_graph_is_here() -> None:
    names = {path.stem for path in graphs_folder().glob("*_model.json")}
    assert set(SMALL) == set(MODELS) == names
    table = (graphs_folder() / "README.md").read_text()
    assert all(f"| `{name}.json` |" in table for name in names)


@pytest.mark.parametrize("name", SMALL)
def test_trains(name: str, outputs: Run) -> None:
    folder = outputs(name) / MODELS[name]
    assert all((folder / file).is_file() for file in TRAINED)
    index = json.loads((folder / "checkpoints.json").read_bytes())
    checkpoint = folder / "checkpoints" / index["checkpoints"][-1]["subdir"]
    assert {path.name for path in checkpoint.iterdir()} >= {
        *("config.json", "model.safetensors", "metrics.json", "graph.json")
    }
    metrics = {line.split(",")[3] for line in (folder / "metrics.csv").read_text().splitlines()}
    wanted = {"dice", "miou"} if name == "vessels_model" else {"bbox_mAP", "segm_mAP"}
    assert metrics >= wanted | {"loss"}


def test_fruit_is_found_on_new_photographs(outputs: Run) -> None:
    project = outputs("lemon_model") / "inf_01"
    assert run_cli("inspect", project).code == 0
    found = objects_in(project)
    assert sorted(found) == [f"fruit_{number}.jpg" for number in ("10", "7", "8", "9")]
    titles = {each["classTitle"] for objects in found.values() for each in objects}
    assert titles
    assert titles <= {"kiwi_maskrcnn", "lemon_maskrcnn", "leaf_maskrcnn"}
    tags = [tag for objects in found.values() for each in objects for tag in each["tags"]]
    assert {tag["name"] for tag in tags} == {"confidence_maskrcnn"}
    assert all(0.1 <= tag["value"] <= 1 for tag in tags)
    assert len(list(project.glob("ds1/visualize/*.png"))) == 4
    report = report_of(outputs("lemon_model"), "lemon_report")
    # Two photographs are held out, and nothing of them was learnt from.
    assert (report["samples"], report["sources"]) == (
        2,
        {"total": 2, "train": 0, "val": 2, "shared": 0},
    )
    assert 0 <= report["metrics"]["coco_segm"]["AP50"] <= 1
    assert report["predictions"] > 0


def test_vessels_are_judged_by_their_masks(outputs: Run) -> None:
    out = outputs("vessels_model")
    report = report_of(out, "vessels_report")
    assert (report["samples"], report["objects"], report["skipped"]) == (4, 4, 0)
    assert report["headline"]["metric"] == "miou.mean"
    assert 0.1 < report["metrics"]["dice"]["mean"] <= 1
    assert sorted(objects_in(out / "vessels_found")) == [
        f"retina_{number}.jpg" for number in range(6, 10)
    ]
    assert run_cli("inspect", out / "vessels_found").code == 0


def test_a_picture_of_each_nail(outputs: Run) -> None:
    out = outputs("nails_model")
    coco = {
        name: json.loads(
            (out / "nails_coco" / "annotations" / f"instances_{name}.json").read_text()
        )
        for name in ("train", "val")
    }
    assert {name: len(each["images"]) for name, each in coco.items()} == {"train": 6, "val": 2}
    report = report_of(out, "nails_report")
    assert set(report["metrics"]) == {"coco_bbox", "coco_segm"}
    assert report["objects"] == len(coco["val"]["annotations"])
    crops = list((out / "nails_crops" / "val").iterdir())
    assert len(crops) == report["predictions"] > 0


def test_pumpkins_are_shown(outputs: Run) -> None:
    project = outputs("pumpkins_model") / "pumpkins_found"
    assert len(list(project.glob("validation/visualize/*.png"))) == 2
    titles = {each["classTitle"] for objects in objects_in(project).values() for each in objects}
    assert titles <= {"Pumpkin_maskrcnn"}


COMPARED = {
    "lemon_model": ("lemons_test/*", ("kiwi", "lemon"), "precision_recall", "f1"),
    "vessels_model": ("vessels_test/*", ("vessel",), "dice", "micro"),
}


@pytest.mark.parametrize("name", COMPARED)
def test_the_onnx_file_finds_the_same(
    name: str, outputs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network in torch is the ground truth of the one in onnxruntime."""
    pytest.importorskip("onnxruntime")
    images, classes, metric, figure = COMPARED[name]
    model, out = MODELS[name], outputs(name)

    def inferring(src: str, model: str, dst: str) -> Json:
        suffix = {"add_suffix": f"_{model[1:]}"}
        mode = {"model_classes": {"save_classes": list(classes), **suffix}, "model_tags": suffix}
        return layer(
            "infer",
            [src, model],
            dst,
            model={"min_confidence_threshold": 0.1},
            mode={"name": "full_image", **mode},
        )

    monkeypatch.chdir(out)
    Path("compared.json").write_text(
        json.dumps(
            [
                layer("data", images, "$in", classes_mapping="default"),
                layer("model", model, "$torch"),
                layer("model", f"{model}.onnx", "$onnx"),
                inferring("$in", "$torch", "$once"),
                inferring("$once", "$onnx", "$twice"),
                layer(
                    "evaluate",
                    "$twice",
                    "$compared",
                    classes_mapping={f"{label}_torch": f"{label}_onnx" for label in classes},
                    metrics=[metric],
                    iou=0.9,
                ),
            ]
        )
    )
    outcome = run_cli("run", "compared.json", "--out", "compared")
    assert outcome.code == 0, outcome.err
    report = report_of(out / "compared", "compared")
    assert report["objects"] > 0
    assert report["metrics"][metric][figure] > 0.99


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_a_finished_training_is_not_run_again(runner: str, outputs: Run) -> None:
    """Everything else is, and comes out the same with any runner."""
    out = outputs("vessels_model")
    before = tree(out)
    times = {
        path: path.stat().st_mtime_ns for path in (out / "unet_vessels").rglob("*.safetensors")
    }
    told = run_small("vessels_model", out, "--overwrite", "--runner", runner)
    assert "unet_vessels is trained already, with the same data and settings" in told
    assert tree(out) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_trains_the_same_model_twice(outputs: Run, tmp_path: Path) -> None:
    run_small("lemon_model", tmp_path / "again")
    first, again = outputs("lemon_model"), tmp_path / "again"
    assert trained_files(again, "lemon_model") == trained_files(first, "lemon_model")
    for name in ("inf_01", "lemon_report"):
        assert tree(again / name) == tree(first / name)


CONFIGURATIONS = {
    "lemon": ("lemon", "mask_rcnn"),
    "mask_rcnn_readme": ("lemon", "mask_rcnn"),
    "vessels": ("vessels", "unet"),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_configurations_of_the_documentation_compile(
    name: str, shared: Path, tmp_path: Path
) -> None:
    graph, architecture = CONFIGURATIONS[name]

    def settings(kind: str) -> Any:
        return json.loads((shared / "graphs" / f"{name}_{kind}.json").read_bytes())

    *layers, saved = json.loads((shared / "graphs" / f"{graph}.json").read_bytes())
    test = {"lemon": "lemons_test/*", "vessels": "vessels_test/*"}[graph]
    training = {"architecture": architecture, "name": name, **settings("training")}
    document = {
        "version": 1,
        "layers": [
            *layers,
            {"action": "train", "src": saved["src"], "dst": ["$model", None], "settings": training},
            layer("data", test, "$test", classes_mapping="default"),
            layer("infer", ["$test", "$model"], "$found", **settings("inference")),
            layer("supervisely", "$found", "inf_01"),
        ],
    }
    compiled = compile_graph(document, data=[shared / "data"])
    suffix = settings("inference")["mode"]["model_classes"]["add_suffix"]
    known = compiled.outputs["found", 0].schema.label_names
    assert known
    assert all(label.endswith(suffix) for label in known)
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(document))
    checked = run_cli("check", path, "--data", shared / "data")
    assert checked.code == 0
    # The recipes themselves split after they multiply, which is told.
    assert re.findall(r"\b[EW]\d{3}\b", checked.out) == ["W501"]


def run_in_full(name: str, shared: Path, out: Path, *options: object) -> Json:
    outcome = run_cli("run", name, "--data", shared / "data", "--out", out, *options)
    assert outcome.code == 0, outcome.err
    report = next(out.glob("*_report"), None)
    return {} if report is None else report_of(out, report.name)


@pytest.mark.slow
def test_vessels_of_real_retinas(shared: Path, tmp_path: Path) -> None:
    first, again = (
        run_in_full("vessels_model", shared, tmp_path / part) for part in ("first", "again")
    )
    assert first["samples"] == 8
    assert first["metrics"]["dice"]["mean"] >= 0.70
    assert again == first


@pytest.mark.slow
def test_fruit_of_real_photographs(shared: Path, tmp_path: Path) -> None:
    first, again = (
        run_in_full("lemon_model", shared, tmp_path / part) for part in ("first", "again")
    )
    assert first["sources"]["train"] == 0
    assert first["metrics"]["coco_segm"]["AP50"] >= 0.8
    assert again == first
    found = objects_in(tmp_path / "first" / "inf_01")
    assert len(found) == 6
    assert all(found.values())


@pytest.mark.slow
def test_nails_of_real_hands(shared: Path, tmp_path: Path) -> None:
    report = run_in_full("nails_model", shared, tmp_path)
    assert report["metrics"]["coco_segm"]["AP50"] > 0.3
    assert any((tmp_path / "nails_crops" / "val").iterdir())


@pytest.mark.slow
def test_a_class_of_real_pictures(shared: Path, tmp_path: Path) -> None:
    chosen = ("--set", "source=open_images", "--set", "label=Toilet")
    run_in_full("pumpkins_model", shared, tmp_path, *chosen)
    assert len(objects_in(tmp_path / "pumpkins_found")) == 1
