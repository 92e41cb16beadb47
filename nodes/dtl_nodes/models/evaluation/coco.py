"""COCO's average precision and recall, for boxes and for masks.

What pycocotools finds on each sample is kept in a few bytes and accumulated by pycocotools at the
end. So samples may come in any order from any worker, and the figures are those of its own
evaluation of all of them at once.

Source: models reference 5.8; ``pycocotools.cocoeval``.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.formats.coco.rle import mask_json, runs_to_text
from dtl_nodes.models.evaluation.ratios import Json, mean
from dtl_nodes.models.evaluation.scene import Found, Scene
from dtl_nodes.models.evaluation.task import Pair

if TYPE_CHECKING:
    from pycocotools.cocoeval import COCOeval

Kind = Literal["segm", "bbox"]

NUMBERS = (
    "AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large",
    "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large",
)  # fmt: skip
"""The twelve numbers, in the order in which pycocotools tells them."""

_AT_50, _AT_75 = 0, 5
"""Places of two of the ten overlaps."""

_ANY_AREA, _MOST = 0, -1
"""Places of the range of all areas and of the largest number of predictions."""

_HERE = (1, 1)
"""The sample and the class that are looked at one by one."""


@dataclass(frozen=True, slots=True)
class ClassOnSample:
    """What was found of one class on one sample.

    ``scores`` are those of the hundred best predictions, best first. ``matched`` and ``ignored``
    hold a bit for each range of areas, overlap and prediction; ``objects`` is the number of
    objects in each range of areas.
    """

    scores: tuple[float, ...]
    matched: bytes
    ignored: bytes
    objects: tuple[int, ...]


@dataclass(slots=True)
class CocoTally:
    """What was found on each sample, class by class."""

    kind: Kind
    found: dict[str, dict[int, ClassOnSample]] = field(default_factory=dict)

    def see(self, key: str, scene: Scene) -> None:
        """Evaluate one sample; predictions without a confidence are left out.

        Neutral objects are crowds of every class: what lies on them is neither right nor wrong.
        """
        scored = [one for one in scene.predicted if one.score is not None]
        found: dict[int, ClassOnSample] = {}
        for number in sorted({one.number for one in (*scene.truth, *scored)}):
            crowds = [one for one in scene.crowds if one.number == number]
            objects = [one for one in scene.truth if one.number == number]
            predicted = [one for one in scored if one.number == number]
            found[number] = self._evaluated(
                objects, [*crowds, *scene.neutral], predicted, scene.size
            )
        self.found[key] = found

    def add(self, other: CocoTally) -> None:
        """Add what was found elsewhere, on other samples."""
        self.found.update(other.found)

    def figures(self, pairs: Sequence[Pair]) -> Json:
        """Return the twelve numbers, and for each class its own; ``None`` where there is nothing.

        ``curve`` holds the precision at 101 levels of recall and an overlap of 0.5.
        """
        evaluation = self._accumulated(len(pairs))
        precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]
        numbers = (_known(float(value)) for value in evaluation.stats)
        return {
            **dict(zip(NUMBERS, numbers, strict=True)),
            "classes": [
                {
                    "name": pair.truth,
                    **_of_class(precision[:, :, at, _ANY_AREA, _MOST]),
                    "AR100": _mean_known(recall[:, at, _ANY_AREA, _MOST]),
                    "objects": self._objects(at),
                    "curve": [
                        round(float(value), 6)
                        for value in precision[_AT_50, :, at, _ANY_AREA, _MOST]
                        if value >= 0
                    ],
                }
                for at, pair in enumerate(pairs)
            ],
        }

    def _objects(self, number: int) -> int:
        return sum(
            each[number].objects[_ANY_AREA] for each in self.found.values() if number in each
        )

    def _evaluated(
        self, objects: list[Found], crowds: list[Found], predicted: list[Found], size: Size
    ) -> ClassOnSample:
        """Let pycocotools match one class on one sample."""
        evaluation = _evaluation(self.kind)
        every = [(one, 0) for one in objects] + [(one, 1) for one in crowds]
        # Its matches are ids, and 0 is none: ids begin with 1.
        evaluation._gts[_HERE] = [
            {"id": id, "iscrowd": crowd, "ignore": crowd, **_place(one, self.kind, size)}
            for id, (one, crowd) in enumerate(every, 1)
        ]
        evaluation._dts[_HERE] = [
            {"id": id, "score": one.score, **_place(one, self.kind, size, is_result=True)}
            for id, one in enumerate(predicted, 1)
        ]
        evaluation.ious = {_HERE: evaluation.computeIoU(*_HERE)}
        most = evaluation.params.maxDets[_MOST]
        results = [evaluation.evaluateImg(*_HERE, each, most) for each in evaluation.params.areaRng]
        return ClassOnSample(
            tuple(results[0]["dtScores"]),
            np.packbits([each["dtMatches"] > 0 for each in results]).tobytes(),
            np.packbits([each["dtIgnore"] > 0 for each in results]).tobytes(),
            tuple(int(np.count_nonzero(each["gtIgnore"] == 0)) for each in results),
        )

    def _accumulated(self, classes: int) -> COCOeval:
        """Let pycocotools sum up what was found, samples in the order of their keys."""
        evaluation = _evaluation(self.kind)
        params = evaluation.params
        keys = sorted(self.found)
        params.imgIds, params.catIds = list(range(len(keys))), list(range(classes))
        overlaps, areas = len(params.iouThrs), len(params.areaRng)
        evaluation.evalImgs = [
            _unpacked(self.found[key].get(number), area, areas, overlaps)
            for number in range(classes)
            for area in range(areas)
            for key in keys
        ]
        evaluation._paramsEval = copy.deepcopy(params)
        with redirect_stdout(io.StringIO()):
            evaluation.accumulate()
            evaluation.summarize()
        return evaluation


def _evaluation(kind: Kind) -> COCOeval:
    from pycocotools.cocoeval import COCOeval

    return COCOeval(iouType=kind)


def _place(one: Found, kind: Kind, size: Size, *, is_result: bool = False) -> dict[str, Any]:
    """Return where an object is, as pycocotools wants it.

    The area of an object is that of its pixels, as in COCO's files; that of a predicted box is
    that of the box.
    """
    if kind == "segm":
        mask = one.mask
        if mask is None:
            nothing = {"size": [size.height, size.width], "counts": _no_runs(size)}
            return {"area": 0.0, "segmentation": nothing}
        return {"area": mask.area, "segmentation": mask_json(mask, size)}
    x0, y0, x1, y1 = one.bbox
    is_box = is_result or one.has_edges
    area = (x1 - x0) * (y1 - y0) if is_box else float(one.area_px)
    return {"area": area, "bbox": [x0, y0, x1 - x0, y1 - y0]}


def _no_runs(size: Size) -> str:
    return runs_to_text(np.array([size.width * size.height], np.int64))


def _unpacked(
    found: ClassOnSample | None, area: int, areas: int, overlaps: int
) -> dict[str, Any] | None:
    """Return what pycocotools had found for one range of areas, as far as its sums need it."""
    if found is None:
        return None
    shape = (areas, overlaps, len(found.scores))

    def bits(packed: bytes) -> NDArray[np.bool_]:
        flat = np.unpackbits(np.frombuffer(packed, np.uint8), count=int(np.prod(shape)))
        of_area: NDArray[np.bool_] = flat.astype(bool).reshape(shape)[area]
        return of_area

    return {
        "dtScores": list(found.scores),
        "dtMatches": bits(found.matched),
        "dtIgnore": bits(found.ignored),
        "gtIgnore": np.zeros(found.objects[area]),
    }


def _of_class(precision: NDArray[np.float64]) -> Json:
    """Return the average precisions of one class from (overlaps, levels of recall)."""
    return {
        "AP": _mean_known(precision),
        "AP50": _mean_known(precision[_AT_50]),
        "AP75": _mean_known(precision[_AT_75]),
    }


def _mean_known(values: NDArray[np.float64]) -> float | None:
    """Return the mean of what is not -1, which stands for classes that have no object."""
    return mean(float(value) for value in values.ravel() if value > -1)


def _known(value: float) -> float | None:
    return None if value == -1 else value
