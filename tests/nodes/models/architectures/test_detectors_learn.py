"""Detectors learn, find, validate and are exported; small, but for real."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.shapes import Mask, Rectangle
from tests.nodes.models.architectures.drawn_discs import detector, drawn_sample

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")
pytest.importorskip("pycocotools")

CPU = torch.device("cpu")
STEPS = 60
SETTINGS = {
    "backbone": "resnet18_fpn",
    "input_size": {"min_dim": 64, "max_dim": 128},
    "anchor_sizes": [8, 16, 32, 64],
    "proposals": 60,
    "rois": 32,
    "batch_size": {"train": 2, "val": 2},
}


def examples(architecture: Any, settings: Any, numbers: range) -> list[Any]:
    rng = np.random.default_rng(0)
    return [architecture.example(drawn_sample(number), rng, settings) for number in numbers]


@cache
def trained(name: str, steps: int) -> tuple[Any, Any, Any, list[dict[str, float]]]:
    """Train from random weights; return the losses of each step too."""
    settings, architecture = detector(name, **SETTINGS)
    seen = examples(architecture, settings, range(12))
    history = []
    with torch.random.fork_rng([]):
        torch.manual_seed(1)
        network = architecture.build()
        architecture.freeze(network, settings)
        optimizer = architecture.optimizer(network, settings)
        network.train()
        for step in range(steps):
            batch = architecture.collate([seen[(2 * step + at) % len(seen)] for at in (0, 1)])
            losses = architecture.losses(network, batch, settings)
            optimizer.zero_grad()
            losses["loss"].backward()
            optimizer.step()
            history.append({key: float(value.detach()) for key, value in losses.items()})
    return settings, architecture, network.eval(), history


def of_mask_rcnn() -> tuple[Any, Any, Any, list[dict[str, float]]]:
    return trained("mask_rcnn", STEPS)


def test_losses_have_names_and_fall() -> None:
    *_, history = of_mask_rcnn()
    assert set(history[0]) == {
        "loss",
        "loss_classifier",
        "loss_box_reg",
        "loss_mask",
        "loss_objectness",
        "loss_rpn_box_reg",
    }
    totals = [step["loss"] for step in history]
    assert np.mean(totals[-5:]) < np.mean(totals[:5]) / 2


def test_objects_of_unseen_pictures_are_found() -> None:
    settings, architecture, network, _ = of_mask_rcnn()
    batches = [
        architecture.collate([each]) for each in examples(architecture, settings, range(50, 54))
    ]
    before = torch.random.get_rng_state()
    metrics = architecture.validate(network, batches, settings)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not any(module.training for module in network.modules())
    assert metrics == architecture.validate(network, batches, settings)
    assert metrics["segm_mAP_50"] > 0.8
    assert metrics["bbox_mAP_50"] > 0.6
    assert {"loss", "loss_mask", architecture.headline, "segm_mAP_75", "bbox_mAP"} <= set(metrics)


def test_validation_teaches_nothing() -> None:
    settings, architecture, network, _ = of_mask_rcnn()
    state = {name: value.clone() for name, value in network.state_dict().items()}
    network.train()
    try:
        batch = architecture.collate(examples(architecture, settings, range(1)))
        architecture.validate(network, [batch], settings)
        assert network.training
        assert network.backbone.body["bn1"].training
    finally:
        network.eval()
    for name, value in network.state_dict().items():
        assert torch.equal(value, state[name]), name


def test_predictions_lie_on_the_objects() -> None:
    _, architecture, network, _ = of_mask_rcnn()
    sample = drawn_sample(60, (192, 160))
    pixels = sample.image.pixels()
    (outputs,) = architecture.forward(network, [architecture.prepare(pixels)], CPU)
    found = architecture.finish(outputs, pixels, {"min_confidence_threshold": 0.3}).instances
    by_label = {one.label: one.shape for one in reversed(found)}
    for instance in sample.instances:
        shape = by_label[instance.label]
        assert isinstance(shape, Mask)
        one, other = shape.paint(sample.size), instance.shape.paint(sample.size)
        assert (one & other).sum() / (one | other).sum() > 0.6
    scores = [one.tags[0].value for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score == round(score, 4) for score in scores)


def test_neighbours_in_a_batch_change_nothing() -> None:
    _, architecture, network, _ = of_mask_rcnn()
    sizes = ((96, 80), (60, 90), (96, 80), (33, 200))
    inputs = [
        architecture.prepare(drawn_sample(70 + at, size).image.pixels())
        for at, size in enumerate(sizes)
    ]
    together = architecture.forward(network, inputs, CPU)
    for prepared, outputs in zip(inputs, together, strict=True):
        (alone,) = architecture.forward(network, [prepared], CPU)
        assert {name: array.shape for name, array in alone.items()} == {
            name: array.shape for name, array in outputs.items()
        }
        for name, array in alone.items():
            np.testing.assert_allclose(outputs[name], array, atol=1e-3)


@contextmanager
def quiet_tracing() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def exported_runs(architecture: Any, network: Any) -> dict[str, Any]:
    """Return the exported networks as functions of a prepared image."""
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    module, inputs = architecture.exportable(network)
    names = list(architecture.output_names)
    buffer = io.BytesIO()
    with quiet_tracing(), torch.no_grad():
        torch.onnx.export(
            module,
            inputs,
            buffer,
            dynamo=False,
            opset_version=17,
            input_names=list(architecture.input_names),
            output_names=names,
            dynamic_axes={key: dict(axes) for key, axes in architecture.dynamic_axes.items()},
        )
        script = torch.jit.trace(module, inputs, check_trace=False)
    session = onnxruntime.InferenceSession(buffer.getvalue(), providers=["CPUExecutionProvider"])

    def by_script(prepared: Any) -> dict[str, Any]:
        with torch.no_grad():
            outputs = script(torch.from_numpy(prepared["image"]))
        return dict(zip(names, (each.numpy() for each in outputs), strict=True))

    return {
        "onnx": lambda prepared: dict(zip(names, session.run(names, prepared), strict=True)),
        "torchscript": by_script,
    }


def check_exports(architecture: Any, network: Any) -> None:
    """Compare outputs on images of other sizes than the one that was traced."""
    runs = exported_runs(architecture, network)
    for number, size in enumerate(((96, 80), (61, 97), (200, 50), (64, 64))):
        pixels = drawn_sample(80 + number, size).image.pixels()
        prepared = architecture.prepare(pixels)
        (expected,) = architecture.forward(network, [prepared], CPU)
        for run in runs.values():
            found = run(prepared)
            assert set(found) == set(expected)
            for name, array in expected.items():
                np.testing.assert_allclose(found[name], array, atol=2e-3, err_msg=name)
            options = {"min_confidence_threshold": 0.3}
            one = architecture.finish(found, pixels, options)
            assert len(one.instances) == len(
                architecture.finish(expected, pixels, options).instances
            )


def test_exported_mask_rcnn_says_the_same() -> None:
    _, architecture, network, _ = of_mask_rcnn()
    check_exports(architecture, network)


def test_faster_rcnn_finds_boxes_and_is_exported() -> None:
    settings, architecture, network, history = trained("faster_rcnn", STEPS)
    assert "loss_mask" not in history[0]
    batches = [
        architecture.collate([each]) for each in examples(architecture, settings, range(50, 54))
    ]
    metrics = architecture.validate(network, batches, settings)
    assert architecture.headline in metrics
    assert metrics["bbox_mAP_50"] > 0.6
    assert not any(name.startswith("segm") for name in metrics)
    pixels = drawn_sample(60).image.pixels()
    (outputs,) = architecture.forward(network, [architecture.prepare(pixels)], CPU)
    found = architecture.finish(outputs, pixels, {"min_confidence_threshold": 0.3}).instances
    assert all(isinstance(one.shape, Rectangle) for one in found)
    check_exports(architecture, network)


@pytest.mark.parametrize("name", ["mask_rcnn", "faster_rcnn"])
def test_images_without_objects_are_negatives(name: str) -> None:
    settings, architecture, network, _ = trained(name, STEPS)
    # Half the size that is asked for, so that it is scaled.
    image = np.zeros((3, 32, 40), np.uint8)
    example = {
        "image": image,
        "boxes": np.zeros((0, 4), np.int64),
        "labels": np.zeros(0, np.int64),
        "masks": np.zeros((0, 32, 40), np.uint8),
    }
    # Another one learns from it, as others go on with the trained one.
    network = copy.deepcopy(network).train()
    with torch.random.fork_rng([]), torch.no_grad():
        losses = architecture.losses(network, architecture.collate([example]), settings)
    metrics = architecture.validate(network, [architecture.collate([example])], settings)
    assert all(bool(torch.isfinite(value)) for value in losses.values())
    assert metrics[architecture.headline] == 0.0


def test_the_narrowest_images_are_seen() -> None:
    _, architecture, network, _ = of_mask_rcnn()
    pixels = np.zeros((1, 900, 3), np.uint8)
    (outputs,) = architecture.forward(network, [architecture.prepare(pixels)], CPU)
    architecture.finish(outputs, pixels, {"min_confidence_threshold": 0.0})


def test_mixed_precision_leaves_boxes_as_they_are() -> None:
    fabric_of = pytest.importorskip("lightning_fabric").Fabric
    checked, architecture = detector(
        "mask_rcnn", **SETTINGS, special_classes={"background": "bg", "neutral": "neutral"}
    )
    (example,) = examples(architecture, checked, range(1))
    neutral = np.zeros(example["image"].shape[1:], np.uint8)
    neutral[:10] = 1
    batch = architecture.collate([example, {**example, "neutral": neutral}])
    fabric = fabric_of(accelerator="cpu", devices=1, precision="bf16-mixed")
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        network = architecture.build()
        optimizer = architecture.optimizer(network, checked)
        module, stepper = fabric.setup(network, optimizer)
        module.train()
        losses = architecture.losses(module, fabric.to_device(batch), checked)
        fabric.backward(losses["loss"])
        stepper.step()
        metrics = architecture.validate(module, [batch], checked)
    assert all(np.isfinite(value) for value in metrics.values())
    network.transform.eval()
    _, (target, _) = network.transform(list(batch["images"]), list(batch["targets"]))
    assert target["boxes"].dtype is torch.float32
    assert np.array_equal(target["boxes"].numpy(), example["boxes"])
