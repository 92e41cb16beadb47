"""One sample as metrics see it: the objects of both sides, by the number of their class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dtl_engine.sdk import BBox, Instance, Keypoints, Mask, Rectangle, Sample, Shape, Size, Tag
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.models.evaluation.poses import Pose, pose_of
from dtl_nodes.models.evaluation.task import BACKGROUND, NEUTRAL, Task


class Found:
    """One object: the number of its pair of classes, its shape and what tags say.

    ``score`` is the confidence of a prediction, ``None`` where it has none. ``group`` is that of
    the parts of one object; keypoints that are compared as such have a ``pose``.
    """

    def __init__(
        self,
        number: int,
        shape: Shape,
        size: Size,
        score: float | None = None,
        *,
        crowd: bool = False,
        group: str | None = None,
    ) -> None:
        self.number = number
        self.shape = shape
        self.score = score
        self.is_crowd = crowd
        self.group = group
        self.pose: Pose | None = None
        self._size = size

    @cached_property
    def mask(self) -> Mask | None:
        """The pixels inside the image; ``None`` if there are none."""
        return rasterised(self.shape, self._size)

    @cached_property
    def area_px(self) -> int:
        """The number of pixels inside the image."""
        return 0 if self.mask is None else int(self.mask.area)

    @property
    def area(self) -> float:
        """The area in square pixels: that of a rectangle by its edges, of all else by pixels."""
        x0, y0, x1, y1 = self.bbox
        return (x1 - x0) * (y1 - y0) if self.has_edges else float(self.area_px)

    @property
    def has_edges(self) -> bool:
        """Whether it is a rectangle, whose edges lie anywhere."""
        return isinstance(self.shape, Rectangle)

    @property
    def bbox(self) -> BBox:
        """The box around it; around its pixels if it is a mask, whose own may be wider."""
        if isinstance(self.shape, Mask) and self.mask is not None:
            return self.mask.bbox
        return self.shape.bbox


def rasterised(shape: Shape, size: Size) -> Mask | None:
    """Return the pixels of a shape, holes respected, in an image of ``size``.

    Only the box of the shape is painted: memory does not grow with the image.
    """
    if isinstance(shape, Mask):
        return next((part.tightened() for part in shape.clip((0, 0, *size))), None)
    x0, y0, x1, y1 = shape.bbox
    # A point on a line of the grid belongs to the pixels on both of its sides.
    left, top = max(0, math.floor(x0) - 1), max(0, math.floor(y0) - 1)
    right = min(size.width, math.ceil(x1) + 1)
    bottom = min(size.height, math.ceil(y1) + 1)
    if left >= right or top >= bottom:
        return None
    painted = shape.shift(-left, -top).paint(Size(right - left, bottom - top))
    return Mask.tight(painted, left, top)


@dataclass(slots=True)
class Scene:
    """The two sides of one sample.

    ``truth`` and ``predicted`` are the objects of paired classes; crowds are apart. ``painted``
    are the objects of the ground truth in their order, neutral and background ones among them.
    """

    size: Size
    truth: list[Found]
    crowds: list[Found]
    predicted: list[Found]
    painted: list[Found]
    truth_tags: tuple[Tag, ...]
    predicted_tags: tuple[Tag, ...]
    below_threshold: int = 0

    @property
    def neutral(self) -> list[Found]:
        """The objects whose pixels count nowhere."""
        return [found for found in self.painted if found.number == NEUTRAL]


def scene_of(task: Task, truth: Sample, sample: Sample) -> Scene:
    """Return what metrics look at; every mask is decoded, so that nothing fails later.

    Args:
        task: what is compared.
        truth: the sample with the ground truth.
        sample: the one with the predictions, often the same one; of the same size.

    Raises:
        DataError: an annotation is broken.
    """
    size, settings = sample.size, task.settings
    scene = Scene(size, [], [], [], [], truth.tags, sample.tags)
    numbers = task.truth_numbers
    for instance in truth.instances if task.classes else ():
        number = numbers.get(instance.label)
        if number is None:
            continue
        crowd = any(tag.name == settings.crowd_tag_name for tag in instance.tags)
        group = _group(instance)
        found = Found(number, _decoded(instance.shape), size, crowd=crowd, group=group)
        scene.painted.append(found)
        if number not in (NEUTRAL, BACKGROUND):
            (scene.crowds if crowd else scene.truth).append(found)
    threshold = settings.confidence_threshold or 0.0
    numbers = task.predicted_numbers
    for instance in sample.instances if task.classes else ():
        number = numbers.get(instance.label)
        if number is None:
            continue
        score = confidence_of(instance, task.confidence)
        if score is not None and score < threshold:
            scene.below_threshold += 1
            continue
        shape, group = _decoded(instance.shape), _group(instance)
        scene.predicted.append(Found(number, shape, size, score, group=group))
    for number, template in enumerate(task.templates):
        if template is not None:
            truths = [*scene.truth, *scene.crowds]
            _add_poses(truths, number, template.truth, template.sigmas)
            _add_poses(scene.predicted, number, template.predicted, template.sigmas)
    return scene


def _add_poses(
    founds: Iterable[Found], number: int, places: Mapping[str, int], sigmas: tuple[float, ...]
) -> None:
    """Tell keypoints what they are and, by their group, the area of the object they are of."""
    areas: dict[str, list[tuple[BBox, float]]] = {}
    keypoints: list[tuple[Found, Keypoints]] = []
    for one in founds:
        if one.number != number:
            continue
        if isinstance(one.shape, Keypoints):
            keypoints.append((one, one.shape))
        elif one.group is not None:
            areas.setdefault(one.group, []).append((one.bbox, one.area))
    for one, shape in keypoints:
        of_group = areas.get(one.group, []) if one.group is not None else []
        one.pose = pose_of(shape, places, sigmas, of_group)


def _group(instance: Instance) -> str | None:
    """Return the group whose parts are one object."""
    return next((str(tag.value) for tag in instance.tags if tag.name == GROUP_TAG), None)


def confidence_of(instance: Instance, name: str | None) -> float | None:
    """Return the number that the tag ``name`` holds; ``None`` without such a tag."""
    return _number(tag.value for tag in instance.tags if tag.name == name)


def _number(values: Iterable[str | int | float | None]) -> float | None:
    return next((float(value) for value in values if isinstance(value, (int, float))), None)


def _decoded(shape: Shape) -> Shape:
    if isinstance(shape, Mask):
        _ = shape.pixels
    return shape
