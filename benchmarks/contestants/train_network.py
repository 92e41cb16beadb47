"""Train a network on a drawn project: by the engine's loop, or by a plain loop of PyTorch.

Both have the same network, optimiser, seed, order of samples and number of steps. The plain loop
reads images, annotations and targets by itself. What is timed are the steps after the first one,
without validation; the loss on the validation set is written beside.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import cv2
import numpy as np
import orjson
import torch

from benchmarks.contestants.clock import cpu_seconds
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.models.architectures import load_architecture
from dtl_nodes.models.training.data import TrainingSet
from dtl_nodes.models.training.events import MetricsEvent, TrainEvent
from dtl_nodes.models.training.fit import fit
from dtl_nodes.models.training.model_config import model_config

SEED = 5
BATCH = 2
NETWORKS: dict[str, dict[str, Any]] = {
    "unet": {
        "encoder": "resnet18",
        "encoder_depth": 4,
        "input_size": {"width": 128, "height": 128},
        "lr": 0.001,
    },
    "mask_rcnn": {
        "backbone": "resnet18_fpn",
        "input_size": {"min_dim": 128, "max_dim": 128},
        "lr": 0.001,
    },
}

Times = list[tuple[float, float]]
"""Wall and CPU seconds after each step."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("loop", choices=("engine", "plain"))
    parser.add_argument("network", choices=tuple(NETWORKS))
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("epochs", type=int)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    architecture = load_architecture(options.network)
    document = {
        "architecture": options.network,
        "batch_size": {"train": BATCH, "val": BATCH},
        "epochs": options.epochs,
        "val_every": options.epochs + 1,
        "gpu_devices": [],
        "weights": False,
        **NETWORKS[options.network],
    }
    settings = architecture.settings_model.model_validate_json(json.dumps(document))
    train = by_engine if options.loop == "engine" else by_hand
    times, loss = train(architecture, settings, options.project, options.out)
    (wall, cpu), (wall_end, cpu_end) = times[0], times[-1]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "loss.json").write_text(json.dumps(loss))
    figures = {"seconds": wall_end - wall, "cpu": cpu_end - cpu, "items": len(times) - 1}
    print(json.dumps(figures))


def by_engine(architecture: Any, settings: Any, project: Path, out: Path) -> tuple[Times, float]:
    """Train with ``fit``."""
    times: Times = []
    losses: list[float] = []

    def tell(event: TrainEvent) -> None:
        if isinstance(event, MetricsEvent) and event.set == "train":
            times.append((perf_counter(), cpu_seconds()))
        elif isinstance(event, MetricsEvent):
            losses.append(event.metrics["loss"])

    data = TrainingSet(open_project(project, project.name, ("*",)))
    fit(
        architecture,
        data,
        out / "model",
        settings,
        seed=SEED,
        graph=b"[]",
        tell=tell,
        should_stop=lambda: False,
    )
    return times, losses[-1]


def by_hand(architecture: Any, settings: Any, project: Path, out: Path) -> tuple[Times, float]:
    """Train with a loop as tutorials of PyTorch have it."""
    schema = open_project(project, project.name, ("*",)).schema
    network = architecture(model_config(architecture, settings, schema))
    read = _semantic if architecture.name == "unet" else _instances
    sets = _files(project)
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - what the engine's loop seeds
    torch.manual_seed(SEED)
    module = network.build()
    network.freeze(module, settings)
    optimizer = network.optimizer(module, settings)
    module.train()
    times: Times = []
    for epoch in range(settings.epochs):
        order = np.random.default_rng((SEED, 2, epoch)).permutation(len(sets["train"]))
        for start in range(0, len(order), BATCH):
            batch = [read(project, sets["train"][index]) for index in order[start : start + BATCH]]
            optimizer.zero_grad()
            loss = _loss(module, batch)
            loss.backward()
            if not np.isfinite(loss.item()):
                raise SystemExit("the loss is no number")
            optimizer.step()
            times.append((perf_counter(), cpu_seconds()))
    with torch.no_grad():
        return times, network.validate(module, _val_batches(network, project), settings)["loss"]


def _loss(module: Any, batch: list[dict[str, Any]]) -> Any:
    if "target" in batch[0]:
        images = torch.stack([example["image"] for example in batch])
        target = torch.stack([example["target"] for example in batch])
        return torch.nn.functional.cross_entropy(module(images), target)
    images = [example.pop("image") for example in batch]
    return sum(module(images, batch).values())


def _files(project: Path) -> dict[str, list[str]]:
    sets: dict[str, list[str]] = {"train": [], "val": []}
    for path in sorted((project / "ds/ann").iterdir()):
        sets[orjson.loads(path.read_bytes())["tags"][0]["name"]].append(path.name[:-5])
    return sets


def _read(project: Path, name: str) -> tuple[Any, list[tuple[int, tuple[int, ...]]]]:
    """Return pixels, and the number and the box of each object."""
    pixels = cv2.imread(str(project / "ds/img" / name))[..., ::-1]
    annotation = orjson.loads((project / "ds/ann" / f"{name}.json").read_bytes())
    numbers = {"box": 1, "crate": 2}
    return pixels, [
        (numbers[each["classTitle"]], (*points[0], *points[1]))
        for each in annotation["objects"]
        if (points := each["points"]["exterior"])
    ]


def _semantic(project: Path, name: str) -> dict[str, Any]:
    pixels, objects = _read(project, name)
    mean = np.array([0.485, 0.456, 0.406], np.float32)
    deviation = np.array([0.229, 0.224, 0.225], np.float32)
    values = (pixels.astype(np.float32) / np.float32(255) - mean) / deviation
    target = np.zeros(pixels.shape[:2], np.int64)
    for number, (x0, y0, x1, y1) in objects:
        target[y0:y1, x0:x1] = number
    image = torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)))
    return {"image": image, "target": torch.from_numpy(target)}


def _instances(project: Path, name: str) -> dict[str, Any]:
    pixels, objects = _read(project, name)
    masks = np.zeros((len(objects), *pixels.shape[:2]), np.uint8)
    for mask, (_, (x0, y0, x1, y1)) in zip(masks, objects, strict=True):
        mask[y0:y1, x0:x1] = 1
    return {
        "image": torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))),
        "boxes": torch.tensor([box for _, box in objects], dtype=torch.float32),
        "labels": torch.tensor([number for number, _ in objects]),
        "masks": torch.from_numpy(masks),
    }


def _val_batches(network: Any, project: Path) -> Iterator[Any]:
    """Yield the validation set as the network takes it; this is not timed."""
    source = open_project(project, project.name, ("*",))
    rng = np.random.default_rng(0)
    samples = [source.read(origin) for origin in source.datasets[0].origins()]
    kept = [each for each in samples if any(tag.name == "val" for tag in each.tags)]
    settings = network.settings_model.model_validate_json(
        json.dumps({"architecture": network.name})
    )
    examples = [network.example(sample, rng, settings) for sample in kept]
    for start in range(0, len(examples), BATCH):
        yield network.collate(examples[start : start + BATCH])


if __name__ == "__main__":
    main()
