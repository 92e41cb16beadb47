"""Proposals and heads of torchvision's detectors that leave neutral pixels out of all losses.

Imported only where torch is needed.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.models.detection.roi_heads import (
    RoIHeads,
    fastrcnn_loss,
    project_masks_on_boxes,
)
from torchvision.models.detection.rpn import RegionProposalNetwork

from dtl_nodes.models.architectures.detection_transform import Target

MOST_NEUTRAL = 0.5
"""A box of which a larger part is neutral is neither an object nor none."""


def neutral_share(boxes: Tensor, neutral: Tensor) -> Tensor:
    """Return which part of each box is neutral.

    Args:
        boxes: (N, 4) edges in pixels; they may leave the image.
        neutral: (H, W), all but 0 is neutral.

    Returns:
        (N,) from 0 to 1, exact for edges within pixels too.
    """
    height, width = neutral.shape
    sums = functional.pad((neutral != 0).double().cumsum(0).cumsum(1), (1, 0, 1, 0))

    def upto(x: Tensor, y: Tensor) -> Tensor:
        x, y = x.clamp(0, width), y.clamp(0, height)
        left, top = x.floor().long().clamp(max=width - 1), y.floor().long().clamp(max=height - 1)
        dx, dy = x - left, y - top
        above = sums[top, left] * (1 - dx) + sums[top, left + 1] * dx
        below = sums[top + 1, left] * (1 - dx) + sums[top + 1, left + 1] * dx
        return above * (1 - dy) + below * dy

    x0, y0, x1, y1 = boxes.double().unbind(1)
    covered = upto(x1, y1) - upto(x0, y1) - upto(x1, y0) + upto(x0, y0)
    return (covered / ((x1 - x0) * (y1 - y0)).clamp(min=1e-9)).to(boxes)


class NeutralProposals(RegionProposalNetwork):  # type: ignore[misc]
    """Proposes regions; anchors that are mostly neutral count in no loss."""

    def assign_targets_to_anchors(
        self, anchors: list[Tensor], targets: list[Target]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Return 1 for anchors of objects, 0 for those of none, -1 for those left out."""
        labels, boxes = super().assign_targets_to_anchors(anchors, targets)
        for label, anchor, target in zip(labels, anchors, targets, strict=True):
            if "neutral" in target:
                label[neutral_share(anchor, target["neutral"]) > MOST_NEUTRAL] = -1.0
        return labels, boxes

    def compute_loss(
        self, objectness: Tensor, deltas: Tensor, labels: list[Tensor], goals: list[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Return the losses of anchors; 0 where all of them are left out, not 0/0."""
        if not any(bool((label >= 0).any()) for label in labels):
            return objectness.sum() * 0, deltas.sum() * 0
        losses: tuple[Tensor, Tensor] = super().compute_loss(objectness, deltas, labels, goals)
        return losses


class NeutralHeads(RoIHeads):  # type: ignore[misc]
    """Classifies regions; mostly neutral ones, and neutral pixels in masks, count in no loss."""

    def forward(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
        targets: list[Target] | None = None,
    ) -> tuple[list[Target], Target]:
        """Return what is found, or while training the losses."""
        has_neutral = targets is not None and any("neutral" in target for target in targets)
        if not self.training or targets is None or not has_neutral:
            found: tuple[list[Target], Target] = super().forward(
                features, proposals, image_shapes, targets
            )
            return found
        boxes, matched, labels, deltas = self._samples(proposals, targets)
        pooled = self.box_head(self.box_roi_pool(features, boxes, image_shapes))
        predicted = self.box_predictor(pooled)
        if sum(map(len, labels)):
            of_classes, of_boxes = fastrcnn_loss(*predicted, labels, deltas)
        else:
            of_classes, of_boxes = (each.sum() * 0 for each in predicted)
        losses = {"loss_classifier": of_classes, "loss_box_reg": of_boxes}
        if self.has_mask():
            positive = [torch.where(each > 0)[0] for each in labels]
            boxes = [box[at] for box, at in zip(boxes, positive, strict=True)]
            matched = [index[at] for index, at in zip(matched, positive, strict=True)]
            pooled = self.mask_head(self.mask_roi_pool(features, boxes, image_shapes))
            logits = self.mask_predictor(pooled)
            losses["loss_mask"] = _mask_loss(logits, boxes, matched, targets)
        return [], losses

    def _samples(
        self, proposals: list[Tensor], targets: list[Target]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor], Any]:
        """Draw the regions that count, as ``select_training_samples`` does, but neutral ones."""
        of_objects = [target["boxes"].to(proposals[0].dtype) for target in targets]
        proposals = self.add_gt_proposals(proposals, of_objects)
        matched, labels = self.assign_targets_to_proposals(
            proposals, of_objects, [target["labels"] for target in targets]
        )
        for label, proposal, target in zip(labels, proposals, targets, strict=True):
            if "neutral" in target:
                label[neutral_share(proposal, target["neutral"]) > MOST_NEUTRAL] = -1
        drawn = self.subsample(labels)
        boxes = [box[at] for box, at in zip(proposals, drawn, strict=True)]
        labels = [label[at] for label, at in zip(labels, drawn, strict=True)]
        matched = [index[at] for index, at in zip(matched, drawn, strict=True)]
        goals = [
            (objects if len(objects) else objects.new_zeros((1, 4)))[index]
            for objects, index in zip(of_objects, matched, strict=True)
        ]
        return boxes, matched, labels, self.box_coder.encode(goals, boxes)


def _mask_loss(
    logits: Tensor, boxes: list[Tensor], matched: list[Tensor], targets: list[Target]
) -> Tensor:
    """Return the mean cross-entropy of the mask pixels that are not neutral.

    Args:
        logits: (N, classes, M, M) of the positive boxes of all images.
        boxes: (N_i, 4) positive boxes of each image.
        matched: (N_i,) which object each is of.
        targets: of the images.
    """
    side = logits.shape[-1]
    wanted, counts, labels = [], [], []
    for box, index, target in zip(boxes, matched, targets, strict=True):
        wanted.append(project_masks_on_boxes(target["masks"], box, index, side))
        labels.append(target["labels"][index])
        if "neutral" in target:
            first = torch.zeros_like(index)
            share = project_masks_on_boxes(target["neutral"][None], box, first, side)
            counts.append((share <= MOST_NEUTRAL).float())
        else:
            counts.append(torch.ones_like(wanted[-1], dtype=torch.float32))
    label, count = torch.cat(labels), torch.cat(counts)
    chosen = logits[torch.arange(len(label), device=label.device), label]
    losses = functional.binary_cross_entropy_with_logits(
        chosen.float(), torch.cat(wanted).float(), reduction="none"
    )
    return (losses * count).sum() / count.sum().clamp(min=1)
