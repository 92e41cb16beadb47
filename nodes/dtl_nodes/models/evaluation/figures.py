"""The figures of a report: everything that ``report.json`` holds."""

from __future__ import annotations

from collections.abc import Callable

from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.settings import OF_CLASSES, WITH_CONFIDENCE, Metric
from dtl_nodes.models.evaluation.tally import IN_TRAIN, IN_VAL, EvaluationTally, Shown
from dtl_nodes.models.evaluation.task import Task

HEADLINES: dict[Metric, tuple[str, str]] = {
    "coco_segm": ("AP", "mask AP (COCO)"),
    "coco_bbox": ("AP", "box AP (COCO)"),
    "coco_keypoints": ("AP", "keypoint AP (COCO)"),
    "map_voc11": ("mean", "mAP (VOC, 11 points)"),
    "miou": ("mean", "mIoU"),
    "dice": ("mean", "Dice"),
    "pixel_accuracy": ("accuracy", "pixel accuracy"),
    "precision_recall": ("f1", "F1 of objects"),
    "classification": ("accuracy", "accuracy of tags"),
}
"""Metric -> the number that stands for it, and what it is called."""

MOST_LISTED = 1000
"""How many skipped samples are listed one by one."""


def figures_of(tally: EvaluationTally) -> Json:
    """Return the figures of all samples; the same for any order in which they were counted."""
    task, wanted = tally.task, tally.task.settings
    metrics, warnings = _metrics(tally)
    best, worst = extremes(tally)
    skipped = tally.skipped | tally.left_out
    return {
        "title": wanted.title,
        "headline": _headline(metrics) if tally.entries else None,
        "samples": len(tally.entries),
        "skipped": len(skipped),
        "skipped_samples": [
            {"sample": key, "reason": skipped[key]} for key in sorted(skipped)[:MOST_LISTED]
        ],
        "sources": _sources(tally),
        "objects": sum(entry.objects for entry in tally.entries.values()),
        "predictions": sum(entry.predictions for entry in tally.entries.values()),
        "below_threshold": tally.below_threshold,
        "without_confidence": tally.without_confidence,
        "classes": _pairs(task, of_tags=False),
        "tags": _pairs(task, of_tags=True),
        "settings": {
            "iou": wanted.iou,
            "confidence_tag_name": task.confidence,
            "confidence_threshold": wanted.confidence_threshold,
            "neutral": wanted.special_classes.neutral,
            "background": wanted.special_classes.background,
            "rank_by": task.rank_by if task.classes else "tags",
        },
        "warnings": [*task.warnings, *warnings],
        "metrics": metrics,
        "best": [{"sample": one.key, "score": one.score} for one in best],
        "worst": [{"sample": one.key, "score": one.score} for one in worst],
    }


def extremes(tally: EvaluationTally) -> tuple[list[Shown], list[Shown]]:
    """Return the best samples, best first, and the worst ones, worst first, none in both."""
    most = tally.task.settings.best_and_worst
    known = {one.key: one for one in (*tally.best, *tally.worst)}
    if len(known) >= 2 * most:
        return tally.best, tally.worst
    ranked = sorted(known.values(), key=lambda one: (-one.score, one.key))
    middle = (len(ranked) + 1) // 2
    return ranked[:middle], ranked[: middle - 1 : -1]


def _metrics(tally: EvaluationTally) -> tuple[dict[Metric, Json], list[str]]:
    """Return what was measured, and what should be known about it."""
    task, chosen = tally.task, tally.task.metrics
    classes, warnings = task.classes, []
    if (without := tally.without_confidence) and chosen & WITH_CONFIDENCE:
        total = sum(entry.predictions for entry in tally.entries.values())
        # The stream may have the tag for other reasons, as after a semantic model.
        if task.by_default and without == total:
            chosen -= WITH_CONFIDENCE
        else:
            warnings.append(
                f"{without} of {total} predictions have no tag '{task.confidence}': the metrics "
                "that need a confidence leave them out"
            )
    by_kind = {each.kind: each for each in tally.coco}
    made: dict[Metric, Callable[[], Json]] = {
        "coco_segm": lambda: by_kind["segm"].figures(classes),
        "coco_bbox": lambda: by_kind["bbox"].figures(classes),
        "coco_keypoints": lambda: by_kind["keypoints"].figures(classes),
        "map_voc11": lambda: tally.voc11.figures(classes),
        "miou": lambda: tally.segmentation.miou(classes),
        "dice": lambda: tally.segmentation.dice(classes),
        "pixel_accuracy": lambda: tally.segmentation.pixel_accuracy(classes),
        "precision_recall": lambda: tally.precision_recall.figures(classes),
        "confusion_matrix": lambda: tally.confusion.figures(classes),
        "classification": lambda: tally.classification.figures(task.tags),
    }
    metrics = {name: figures() for name, figures in made.items() if name in chosen}
    if (voc := metrics.get("map_voc11")) is not None:
        silent = [f"'{each['name']}'" for each in voc["classes"] if not each["ap"]]
        if silent and tally.entries:
            warnings.append(f"no prediction is right of the classes {', '.join(silent)}")
    if chosen & OF_CLASSES and not sum(entry.objects for entry in tally.entries.values()):
        warnings.append("the ground truth has no object of these classes")
    return metrics, warnings


def _headline(metrics: dict[Metric, Json]) -> Json | None:
    """Return the number by which people compare models, of the first metric that has one."""
    for metric, (key, name) in HEADLINES.items():
        if (found := metrics.get(metric)) is not None and found[key] is not None:
            return {"metric": f"{metric}.{key}", "name": name, "value": found[key]}
    return None


def _sources(tally: EvaluationTally) -> Json:
    """Return how many source images there are, and how many are in train and val."""
    bits = list(tally.sources.values())
    both = IN_TRAIN | IN_VAL
    told: Json = {"total": len(bits), "train": None, "val": None, "shared": None}
    if any(bits):
        told["train"] = sum(1 for each in bits if each & IN_TRAIN)
        told["val"] = sum(1 for each in bits if each & IN_VAL)
        told["shared"] = sum(1 for each in bits if each == both)
    return told


def _pairs(task: Task, *, of_tags: bool) -> list[Json]:
    pairs = task.tags if of_tags else task.classes
    return [{"truth": pair.truth, "predicted": pair.predicted} for pair in pairs]
