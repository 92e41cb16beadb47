"""A tiny network with everything that a training has to keep: dropout, batch norm, augmentation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import cv2
import numpy as np

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Mask
from dtl_engine.sdk import Instance, Pixels, Settings
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.models.architectures.base import Architecture, Arrays, Example
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.training.data import TrainingSet
from dtl_nodes.models.training.settings import TrainSettings

if TYPE_CHECKING:
    import torch

SIDE = 16
MEMBERS = ("train",) * 6 + ("val",) * 3


class TinySpecial(Settings):
    background: str = "bg"
    neutral: str = "neutral"


class TinyDecreasing(Settings):
    patience: int = 1000
    lr_divisor: float = 5.0


class TinySettings(TrainSettings):
    special_classes: TinySpecial = TinySpecial()
    lr_decreasing: TinyDecreasing = TinyDecreasing()
    warmup_iterations: int = 0
    width: int = 4


class Tiny(Architecture):
    """Two convolutions that give each pixel a class."""

    name = "tiny"
    family = ModelFamily.SEMANTIC
    suffix = "_tiny"
    settings_model = TinySettings
    headline = "accuracy"
    last_layers = ("3.",)

    @classmethod
    def describe(cls, settings: Any) -> dict[str, Any]:
        return {"name": cls.name, "width": settings.width}

    def build(self) -> torch.nn.Module:
        import torch

        width = int(self.config.architecture["width"])
        return torch.nn.Sequential(
            torch.nn.Conv2d(3, width, 3, padding=1),
            torch.nn.BatchNorm2d(width),
            torch.nn.Dropout(0.3),
            torch.nn.Conv2d(width, self.config.outputs, 1),
        )

    def published_weights(self) -> Iterable[tuple[str, str]]:
        return (("tiny-cafe.pth", "PENS"),)

    def optimizer(self, module: torch.nn.Module, settings: Any) -> torch.optim.Optimizer:
        import torch

        return torch.optim.Adam([p for p in module.parameters() if p.requires_grad], settings.lr)

    def example(self, sample: Sample, rng: np.random.Generator, settings: Any) -> Example | None:
        target = np.zeros((sample.size.height, sample.size.width), np.int64)
        for instance in sample.instances:
            target[instance.shape.paint(sample.size)] = self.config.indices[instance.label]
        if not target.any():
            return None
        image = self.prepare(sample.image.pixels())["image"] + rng.normal(0, 0.01)
        return {"image": image.astype(np.float32), "target": target}

    def collate(self, examples: Sequence[Example]) -> Any:
        import torch

        return {
            name: torch.from_numpy(np.stack([example[name] for example in examples]))
            for name in ("image", "target")
        }

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        import torch

        logits = module(batch["image"])
        accuracy = (logits.argmax(1) == batch["target"]).float().mean()
        loss = torch.nn.functional.cross_entropy(logits, batch["target"])
        return {"loss": loss, "accuracy": accuracy}

    def validate(
        self, module: torch.nn.Module, batches: Iterable[Any], settings: Any
    ) -> dict[str, float]:
        module.eval()
        found = [self.losses(module, batch, settings) for batch in batches]
        module.train()
        return {
            name: float(np.mean([float(each[name]) for each in found]))
            for name in ("loss", "accuracy")
        }

    def prepare(self, pixels: Pixels) -> Arrays:
        return {"image": np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32) / 255}

    def forward(
        self, module: torch.nn.Module, inputs: Sequence[Arrays], device: torch.device
    ) -> list[Arrays]:
        import torch

        return [
            {"logits": module(torch.from_numpy(each["image"])[None].to(device))[0].cpu().numpy()}
            for each in inputs
        ]

    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        chosen = outputs["logits"].argmax(0)
        masks = ((i, Mask.tight(chosen == i, 0, 0)) for i in self.config.indices.values())
        return Prediction(
            tuple(Instance(self.config.title_of(i), mask) for i, mask in masks if mask is not None)
        )

    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        import torch

        return module, (torch.zeros(1, 3, SIDE, SIDE),)


class DropsLast(Tiny):
    name = "drops"
    drops_last = True


class Diverging(Tiny):
    """Its loss is no number from the fourth step on."""

    name = "diverging"
    after: ClassVar[int] = 4

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        found = super().losses(module, batch, settings)
        if module.training:
            self.steps = getattr(self, "steps", 0) + 1
            if self.steps >= self.after:
                found["loss"] = found["loss"] * float("nan")
        return found


class Greedy(Tiny):
    """Asks for more memory than there is."""

    name = "greedy"

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        import torch

        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1 TiB")


class NothingToLearn(Tiny):
    """Every batch counts as one of neutral pixels alone."""

    name = "nothing"

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        found = super().losses(module, batch, settings)
        return {**found, "loss": found["loss"] * 0} if module.training else found


def tiny_settings(**changes: Any) -> TinySettings:
    """Return settings as a document would give them; its network has to be one that is known."""
    return TinySettings.model_validate_json(
        json.dumps({"architecture": "unet", "gpu_devices": [], "lr": 0.01, **changes})
    )


def write_samples(
    folder: Path, members: Sequence[str] = MEMBERS, *, empty: Sequence[int] = (), seed: int = 0
) -> TrainingSet:
    """Draw a project of bright ``box`` es on dark noise; each sample has one or more tags.

    Args:
        folder: the project.
        members: the image tags of each sample, joined by ``+``.
        empty: samples without objects.
        seed: of the pictures.
    """
    for part in ("img", "ann"):
        (folder / "ds" / part).mkdir(parents=True)
    classes = [{"title": "box", "shape": "rectangle", "color": "#22AA00"}]
    names = sorted({name for each in members for name in each.split("+") if name})
    tags = [{"name": name, "value_type": "none"} for name in names]
    meta = {"classes": classes, "tags": tags, "projectType": "images"}
    (folder / "meta.json").write_text(json.dumps(meta))
    rng = np.random.default_rng(seed)
    for number, each in enumerate(members):
        pixels = rng.integers(0, 60, (SIDE, SIDE, 3)).astype(np.uint8)
        x, y = (int(value) for value in rng.integers(1, SIDE // 2, 2))
        pixels[y : y + 6, x : x + 6] += 150
        name = f"{number}.png"
        (folder / "ds" / "img" / name).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        points = {"exterior": [[x, y], [x + 6, y + 6]], "interior": []}
        box = {"classTitle": "box", "geometryType": "rectangle", "points": points}
        annotation = {
            "description": "",
            "size": {"width": SIDE, "height": SIDE},
            "tags": [{"name": tag} for tag in each.split("+") if tag],
            "objects": [] if number in empty else [{**box, "description": "", "tags": []}],
        }
        (folder / "ds" / "ann" / f"{name}.json").write_text(json.dumps(annotation))
    return open_samples(folder)


def open_samples(folder: Path, roots: Mapping[str, str] | None = None) -> TrainingSet:
    return TrainingSet(open_project(folder, folder.name, ("*",)), roots or {})
