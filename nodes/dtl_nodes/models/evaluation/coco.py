"""COCO's average precision and recall, for boxes, for masks and for keypoints.

Source: models reference 5.8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.models.coco_protocol import (
    ANY_AREA,
    AT_50,
    AT_75,
    MOST,
    CocoCounts,
    Guess,
    Kind,
    Record,
    There,
    box_record,
    keypoint_record,
    mask_record,
)
from dtl_nodes.models.evaluation.poses import Template, placed
from dtl_nodes.models.evaluation.ratios import Json, mean
from dtl_nodes.models.evaluation.scene import Found, Scene
from dtl_nodes.models.evaluation.task import Pair


@dataclass(slots=True)
class CocoTally:
    """What was found on each sample, class by class; ``templates`` are those of the classes."""

    kind: Kind
    templates: tuple[Template | None, ...] = ()
    counts: CocoCounts[str] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = CocoCounts(self.kind)

    def see(self, key: str, scene: Scene) -> None:
        """Match one sample; predictions without a confidence are left out.

        Neutral objects are crowds of every class: what lies on them is neither right nor wrong.
        """
        for number in sorted({one.number for one in (*scene.truth, *scene.predicted)}):
            template = self.templates[number] if self.templates else None
            if self.kind != "keypoints":
                objects, guesses = _objects(scene, number, self.kind)
                self.counts.see(key, number, objects, guesses)
            elif template is not None:
                objects, guesses = _poses(scene, number, len(template.sigmas))
                self.counts.see(key, number, objects, guesses, template.sigmas)

    def add(self, other: CocoTally) -> None:
        """Add what was found elsewhere, on other samples."""
        self.counts.add(other.counts)

    def figures(self, pairs: Sequence[Pair]) -> Json:
        """Return COCO's numbers, and for each class its own; ``None`` where there is nothing.

        ``curve`` holds the precision at 101 levels of recall and an overlap of 0.5.
        """
        sums = self.counts.sums(range(len(pairs)))
        # Of keypoints there is one number of predictions, twenty; else it is a hundred.
        recall = "AR" if self.kind == "keypoints" else "AR100"
        classes = []
        for at, pair in enumerate(pairs):
            precision = sums.precision[:, :, at, ANY_AREA, MOST]
            curve = [round(float(value), 6) for value in precision[AT_50] if value >= 0]
            classes.append(
                {
                    "name": pair.truth,
                    "AP": _mean_known(precision),
                    "AP50": _mean_known(precision[AT_50]),
                    "AP75": _mean_known(precision[AT_75]),
                    recall: _mean_known(sums.recall[:, at, ANY_AREA, MOST]),
                    "objects": self.counts.objects(at),
                    "curve": curve,
                }
            )
        return {**sums.numbers, "classes": classes}


def _objects(scene: Scene, number: int, kind: Kind) -> tuple[list[There], list[Guess]]:
    """Return the objects of a class and the predictions of it by their boxes or masks."""
    crowds = [*_of_class(scene.crowds, number, kind), *scene.neutral]
    objects = [
        *(There(_record(one, kind, scene.size)) for one in _of_class(scene.truth, number, kind)),
        *(There(_record(one, kind, scene.size), True) for one in crowds),
    ]
    guesses = [
        Guess(_record(one, kind, scene.size, is_result=True), one.score)
        for one in _of_class(scene.predicted, number, kind)
        if one.score is not None
    ]
    return objects, guesses


def _of_class(founds: Sequence[Found], number: int, kind: Kind) -> list[Found]:
    """Return the objects of a class; keypoints have no mask, and some the box of their area."""
    return [
        one
        for one in founds
        if one.number == number and (one.pose is None or (kind == "bbox" and not one.pose.has_area))
    ]


def _record(one: Found, kind: Kind, size: Size, *, is_result: bool = False) -> Record:
    """Return where an object is.

    The area of an object is that of its pixels, as in COCO's files; that of a predicted box is
    that of the box.
    """
    if kind == "segm":
        return mask_record(one.mask, size)
    return box_record(one.bbox, None if is_result else one.area)


def _poses(scene: Scene, number: int, points: int) -> tuple[list[There], list[Guess]]:
    """Return the objects of a class and the predictions of it by their keypoints.

    An object with an area alone has no keypoint that is labelled: it counts nowhere, and neither
    does what is found there.
    """
    nowhere: NDArray[np.float64] = np.zeros((points, 3))
    truths = [one for one in (*scene.truth, *scene.crowds) if one.number == number]
    posed = {one.group for one in truths if one.pose is not None and one.group is not None}
    objects = []
    for one in (*truths, *scene.neutral):
        if (pose := one.pose) is not None:
            record = keypoint_record(pose.points, pose.bbox, pose.area)
        elif one.number == number and one.group in posed:
            continue
        else:
            record = keypoint_record(nowhere, one.bbox, one.area)
        objects.append(There(record, one.is_crowd or one.number != number))
    guesses = []
    for one in scene.predicted:
        if one.number == number and one.pose is not None and one.score is not None:
            # As results are read: the area of the box around all of its points.
            x0, y0, x1, y1 = one.shape.bbox
            record = keypoint_record(placed(one.pose), one.shape.bbox, (x1 - x0) * (y1 - y0))
            guesses.append(Guess(record, one.score))
    return objects, guesses


def _mean_known(values: NDArray[np.float64]) -> float | None:
    """Return the mean of what is not -1, which stands for classes that have no object."""
    return mean(float(value) for value in values.ravel() if value > -1)
