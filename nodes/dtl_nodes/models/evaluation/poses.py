"""Keypoints of one object as metrics see them, and how near two such are: OKS.

Source: models reference 5.8; the keypoint evaluation of COCO, cocodataset.org/#keypoints-eval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import BBox, Keypoints

HIDDEN, SEEN = 1, 2
"""Visibilities of COCO; 0 is a point without a place."""


@dataclass(frozen=True, slots=True)
class Template:
    """The points of a class: node of the ground truth and of the predictions -> place in order.

    ``sigmas`` say how far each may be off, as a part of the object's size.
    """

    truth: Mapping[str, int]
    predicted: Mapping[str, int]
    sigmas: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pose:
    """The keypoints of one object.

    ``points`` are (N, 3) float64: x and y in pixels and the visibility, in the order of the
    template. ``bbox`` and ``area`` (square pixels) are those of the object's area where it has
    one, of the box around its points otherwise.
    """

    points: NDArray[np.float64]
    bbox: BBox
    area: float
    sigmas: tuple[float, ...]
    has_area: bool


def pose_of(
    shape: Keypoints,
    places: Mapping[str, int],
    sigmas: tuple[float, ...],
    areas: Sequence[tuple[BBox, float]],
) -> Pose:
    """Return the keypoints of an object, with the boxes and areas of its other parts.

    Nodes that the template does not have are left out.
    """
    points: NDArray[np.float64] = np.zeros((len(sigmas), 3))
    for node in shape.nodes:
        if (place := places.get(node.id)) is not None:
            points[place] = node.x, node.y, HIDDEN if dict(node.extra).get("disabled") else SEEN
    if areas:
        edges = np.array([bbox for bbox, _ in areas])
        bbox = BBox(*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())
        return Pose(points, bbox, sum(area for _, area in areas), sigmas, True)
    x0, y0, x1, y1 = shape.bbox
    return Pose(points, shape.bbox, (x1 - x0) * (y1 - y0), sigmas, False)


def placed(pose: Pose) -> NDArray[np.float64]:
    """Return the points of a prediction, (N, 3): those that it lacks are infinitely far away."""
    points = pose.points.copy()
    points[points[:, 2] == 0, :2] = np.inf
    return points


def similarity(truth: Pose, predicted: Pose) -> float:
    """Return the object keypoint similarity (OKS), 0 to 1, of a prediction to an object.

    It is the mean over the points of the object of ``exp(-d² / (2 area (2 sigma)²))``; those that
    the prediction lacks count as 0.
    """
    labelled = truth.points[:, 2] > 0
    if not labelled.any():
        return 0.0
    apart = ((placed(predicted) - truth.points)[labelled, :2] ** 2).sum(axis=1)
    variances = (2 * np.array(truth.sigmas)[labelled]) ** 2
    # As pycocotools does it, lest an object without an area divide by 0.
    errors = apart / variances / (truth.area + np.spacing(1)) / 2
    return float(np.exp(-errors).mean())
