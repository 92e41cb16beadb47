"""How torchvision's detectors scale images, with more of it here. Imported only beside torch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.models.detection.transform import GeneralizedRCNNTransform, resize_boxes

from dtl_nodes.models.architectures.detection_shape import HAIR

Target = dict[str, Tensor]
"""``boxes`` (N, 4), whole numbers at first: mixed precision rounds what is no such number;
``labels`` (N,), ``masks`` (N, H, W) uint8 and perhaps ``neutral`` (H, W)."""


class DetectionTransform(GeneralizedRCNNTransform):  # type: ignore[misc]
    """Scales images and targets as torchvision does; takes bytes; mirrors while training."""

    flip: float = 0.0

    def normalize(self, image: Tensor) -> Tensor:
        """Return a (3, H, W) uint8 image as numbers about 0."""
        found: Tensor = super().normalize(image.float() / 255)
        return found

    def resize(self, image: Tensor, target: Target | None = None) -> tuple[Tensor, Target | None]:
        """Scale an image and its target, neutral pixels too; boxes become floats."""
        if target is not None:
            target = dict(target, boxes=target["boxes"].float())
        size = self.min_size[-1]
        if self.training:
            size = self.torch_choice(self.min_size)
            if target is not None and self.flip and float(torch.rand(1)) < self.flip:
                image, target = _mirrored(image, target)
            if self._is_scaled(image, size):
                return image, target
        before = image.shape[-2:]
        wanted = self.scaled_size(image, size)
        image = functional.interpolate(image[None], wanted, mode="bilinear")[0]
        if target is None:
            return image, None
        scaled = dict(target, boxes=resize_boxes(target["boxes"], before, image.shape[-2:]))
        for name in ("masks", "neutral"):
            if name in target:
                # There may be no mask, and only a batch may be empty.
                layers = target[name].float().reshape(-1, 1, *before)
                layers = functional.interpolate(layers, wanted)[:, 0].byte()
                scaled[name] = layers if name == "masks" else layers[0]
        return image, scaled

    def scaled_size(self, image: Tensor, size: int) -> Any:
        """Return height and width of the scaled image.

        Tensors while the network is traced, which counts in floats of half the digits otherwise
        and cuts other sizes.
        """
        if self.fixed_size is not None:
            return self.fixed_size[::-1]
        if torch._C._get_tracing_state() is not None:
            sides = torch._shape_as_tensor(image)[-2:].double()
            scale = torch.minimum(size / sides.min(), self.max_size / sides.max())
            return list((sides * scale + HAIR).long().clamp(min=1).unbind())
        height, width = image.shape[-2:]
        factor = min(size / min(height, width), self.max_size / max(height, width))
        return max(int(height * factor + HAIR), 1), max(int(width * factor + HAIR), 1)

    def _is_scaled(self, image: Tensor, size: int) -> bool:
        """Whether samples were made of this size: once is enough."""
        height, width = image.shape[-2:]
        if self.fixed_size is not None:
            return bool(self.fixed_size == (width, height))
        long = max(height, width)
        factor = min(size / min(height, width), self.max_size / long)
        return bool(abs(factor * long - long) < 1)

    def postprocess(
        self, result: list[Target], image_shapes: Any, original_image_sizes: Any
    ) -> list[Target]:
        """Bring boxes back into the image; masks stay as they are, in their boxes."""
        # Nothing is found while losses are taken.
        sizes = zip(image_shapes, original_image_sizes, strict=True)
        for found, (scaled, original) in zip(result, sizes, strict=False):
            found["boxes"] = resize_boxes(found["boxes"], scaled, original)
        return result


def _mirrored(image: Tensor, target: Target) -> tuple[Tensor, Target]:
    """Return an image and its target mirrored left to right."""
    width = image.shape[-1]
    x0, y0, x1, y1 = target["boxes"].unbind(1)
    mirrored = dict(target, boxes=torch.stack((width - x1, y0, width - x0, y1), 1))
    for name in ("masks", "neutral"):
        if name in target:
            mirrored[name] = target[name].flip(-1)
    return image.flip(-1), mirrored
