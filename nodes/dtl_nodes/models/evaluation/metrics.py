"""Which metrics the classes and tags of a stream allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dtl_engine.sdk import ANY_SHAPE, Schema, SchemaError, ShapeKind
from dtl_nodes.models.config import CONFIDENCE
from dtl_nodes.models.evaluation.confidence import KEY, tags_with_numbers
from dtl_nodes.models.evaluation.settings import (
    OF_CLASSES,
    WITH_CONFIDENCE,
    Metric,
)
from dtl_nodes.models.evaluation.task import Pair

_AREAS = (ShapeKind.BITMAP, ShapeKind.POLYGON, ANY_SHAPE)


def default_metrics(
    classes: Sequence[Pair],
    tags: Sequence[Pair],
    truth: Schema,
    samples: Schema,
    has_confidence: bool,
) -> Iterable[Metric]:
    """Yield the metrics that the classes and tags allow."""
    if tags:
        yield "classification"
    kinds = [
        (found.kind, wanted.kind)
        for pair in classes
        if (wanted := truth.label(pair.truth)) and (found := samples.label(pair.predicted))
    ]
    if not kinds:
        return
    have_area = any(found in _AREAS for found, _ in kinds)
    boxed = any(found == ShapeKind.RECTANGLE for found, _ in kinds)
    if have_area:
        yield from ("miou", "dice", "pixel_accuracy")
    if have_area and has_confidence and all(wanted in _AREAS for _, wanted in kinds):
        yield "coco_segm"
    if has_confidence and (have_area or boxed):
        yield from ("coco_bbox", "map_voc11")
    if has_confidence or not have_area:
        yield from ("precision_recall", "confusion_matrix")


def check_metrics(
    wanted: Sequence[Metric],
    classes: Sequence[Pair],
    tags: Sequence[Pair],
    samples: Schema,
    has_confidence: bool,
) -> None:
    """Refuse metrics that the stream does not allow."""
    for number, metric in enumerate(wanted):
        at = ("metrics", number)
        if metric in OF_CLASSES and not classes:
            raise SchemaError(
                "E306",
                f"'{metric}' compares classes, and none are paired",
                at=at,
                value=metric,
                help="give a 'classes_mapping' from ground truth to predictions",
            )
        if metric == "classification" and not tags:
            raise SchemaError(
                "E306",
                f"'{metric}' compares image tags, and none are paired",
                at=at,
                value=metric,
                help="give a 'tags_mapping' from ground truth to predictions",
            )
        if metric in WITH_CONFIDENCE and not has_confidence:
            numbers = tags_with_numbers(samples)
            known = ", ".join(numbers) or "none"
            first = numbers[0] if numbers else "score"
            raise SchemaError(
                "E302",
                f"'{metric}' needs a confidence, and there is no tag '{CONFIDENCE}' of numbers",
                at=at,
                value=metric,
                help=f'name it, as in "{KEY}": "{first}"; tags of numbers here: {known}',
            )
