"""COCO's average precision and recall: what training validates and ``evaluate`` judges by.

What pycocotools finds on each image is kept in a few bits and accumulated by pycocotools at the
end. So images may come in any order from any worker, memory does not grow with masks, and the
figures are those of its own evaluation of all of them at once.

Source: models reference 5.8; ``pycocotools.cocoeval``.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import BBox, Mask, Size
from dtl_nodes.formats.coco.rle import mask_json, runs_to_text

if TYPE_CHECKING:
    from pycocotools.cocoeval import COCOeval

Kind = Literal["segm", "bbox", "keypoints"]

_OF_AREAS = (
    "AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large",
    "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large",
)  # fmt: skip
_OF_KEYPOINTS = (
    "AP", "AP50", "AP75", "AP_medium", "AP_large",
    "AR", "AR50", "AR75", "AR_medium", "AR_large",
)  # fmt: skip

NUMBERS: dict[Kind, tuple[str, ...]] = {
    "segm": _OF_AREAS,
    "bbox": _OF_AREAS,
    "keypoints": _OF_KEYPOINTS,
}
"""The numbers of all classes together, in the order in which pycocotools tells them."""

AT_50, AT_75 = 0, 5
"""Places of two of the ten overlaps."""

ANY_AREA, MOST = 0, -1
"""Places of the range of all areas and of the largest number of predictions."""

_HERE = (1, 1)
"""The image and the class that are looked at one by one."""

Record = dict[str, Any]
"""Where an object is, with its area in square pixels, as pycocotools wants it."""

K = TypeVar("K", int, str)


class There(NamedTuple):
    """An object to find; what lies on a crowd is neither right nor wrong."""

    record: Record
    is_crowd: bool = False


class Guess(NamedTuple):
    """A predicted object with its confidence."""

    record: Record
    score: float


def box_record(bbox: BBox, area: float | None = None) -> Record:
    """Return a box, with an area that may be another than its own."""
    x0, y0, x1, y1 = (float(edge) for edge in bbox)
    width, height = x1 - x0, y1 - y0
    area = width * height if area is None else float(area)
    return {"area": area, "bbox": [x0, y0, width, height]}


def mask_record(mask: Mask | None, size: Size) -> Record:
    """Return a mask in an image of ``size``; ``None`` has no pixel."""
    if mask is None:
        empty = runs_to_text(np.array([size.width * size.height], np.int64))
        return {"area": 0.0, "segmentation": {"size": [size.height, size.width], "counts": empty}}
    return {"area": mask.area, "segmentation": mask_json(mask, size)}


def keypoint_record(points: NDArray[np.float64], bbox: BBox, area: float) -> Record:
    """Return keypoints.

    Args:
        points: (N, 3) float64, x, y and visibility in the order of their template.
        bbox: of the object that they are of.
        area: of that object.
    """
    labelled = int(np.count_nonzero(points[:, 2]))
    return {
        **box_record(bbox, area),
        "keypoints": points.ravel().tolist(),
        "num_keypoints": labelled,
    }


@dataclass(frozen=True, slots=True)
class ClassOnImage:
    """What was found of one class on one image.

    ``scores`` are those of the best predictions, as many as the protocol takes, best first.
    ``matched`` and ``ignored`` hold a bit for each range of areas, overlap and prediction;
    ``objects`` is the number of objects in each range of areas.
    """

    scores: tuple[float, ...]
    matched: bytes
    ignored: bytes
    objects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What all images come to.

    ``numbers`` are those of ``NUMBERS``, ``None`` where there is no object. ``precision`` is by
    overlap, level of recall, class, range of areas and number of predictions, (10, 101, K, A, M);
    ``recall`` the same without levels. Both are -1 for what has no object.
    """

    numbers: dict[str, float | None]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]


@dataclass(slots=True)
class CocoCounts(Generic[K]):
    """What was found on each image, by its key, class by class."""

    kind: Kind
    found: dict[K, dict[int, ClassOnImage]] = field(default_factory=dict)

    def see(
        self,
        key: K,
        number: int,
        there: Sequence[There],
        guesses: Sequence[Guess],
        sigmas: Sequence[float] = (),
    ) -> None:
        """Match one class on one image.

        Args:
            key: of the image.
            number: of the class.
            there: its objects.
            guesses: its predictions.
            sigmas: how far each keypoint may be off, a part of the object's size; for keypoints.
        """
        evaluation = _evaluation(self.kind)
        # Its matches are ids, and 0 is none: ids begin with 1.
        evaluation._gts[_HERE] = [
            {"id": id, "iscrowd": int(crowd), "ignore": _is_ignored(record, crowd), **record}
            for id, (record, crowd) in enumerate(there, 1)
        ]
        evaluation._dts[_HERE] = [
            {"id": id, "score": score, **record} for id, (record, score) in enumerate(guesses, 1)
        ]
        if self.kind == "keypoints":
            evaluation.params.kpt_oks_sigmas = np.asarray(sigmas, np.float64)
            evaluation.ious = {_HERE: evaluation.computeOks(*_HERE)}
        else:
            evaluation.ious = {_HERE: evaluation.computeIoU(*_HERE)}
        most, ranges = evaluation.params.maxDets[MOST], evaluation.params.areaRng
        results = [evaluation.evaluateImg(*_HERE, each, most) for each in ranges]
        if results[0] is None:
            return
        self.found.setdefault(key, {})[number] = ClassOnImage(
            tuple(results[0]["dtScores"]),
            np.packbits([each["dtMatches"] > 0 for each in results]).tobytes(),
            np.packbits([each["dtIgnore"] > 0 for each in results]).tobytes(),
            tuple(int(np.count_nonzero(each["gtIgnore"] == 0)) for each in results),
        )

    def add(self, other: CocoCounts[K]) -> None:
        """Add what was found elsewhere, on other images."""
        self.found.update(other.found)

    def objects(self, number: int) -> int:
        """Return how many objects of a class there are."""
        counts = (each[number].objects for each in self.found.values() if number in each)
        return sum(each[ANY_AREA] for each in counts)

    def sums(self, numbers: Sequence[int]) -> Sums:
        """Let pycocotools sum up what was found of classes, images in the order of their keys."""
        evaluation = _evaluation(self.kind)
        params = evaluation.params
        keys = sorted(self.found)
        params.imgIds, params.catIds = list(range(len(keys))), list(range(len(numbers)))
        overlaps, areas = len(params.iouThrs), len(params.areaRng)
        evaluation.evalImgs = [
            _unpacked(self.found[key].get(number), area, areas, overlaps)
            for number in numbers
            for area in range(areas)
            for key in keys
        ]
        evaluation._paramsEval = copy.deepcopy(params)
        # pycocotools prints what it does.
        with redirect_stdout(io.StringIO()):
            evaluation.accumulate()
            evaluation.summarize()
        told = (None if value == -1 else float(value) for value in evaluation.stats)
        return Sums(
            dict(zip(NUMBERS[self.kind], told, strict=True)),
            evaluation.eval["precision"],
            evaluation.eval["recall"],
        )


def _evaluation(kind: Kind) -> COCOeval:
    from pycocotools.cocoeval import COCOeval

    return COCOeval(iouType=kind)


def _is_ignored(record: Record, is_crowd: bool) -> int:
    """Return 1 for what counts nowhere: crowds, and objects without a single keypoint."""
    return int(is_crowd or record.get("num_keypoints") == 0)


def _unpacked(
    found: ClassOnImage | None, area: int, areas: int, overlaps: int
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
