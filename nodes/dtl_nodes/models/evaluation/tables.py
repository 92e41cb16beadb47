"""The tables of a report, for spreadsheets and for its page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.tally import EvaluationTally

Cell = str | int | float | None

NOTHING = "(nothing)"
"""What stands in matrices for no class: missed objects, and predictions where nothing is."""

_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "coco_segm": (("AP", "mask AP"), ("AP50", "mask AP50"), ("AP75", "mask AP75")),
    "coco_bbox": (("AP", "box AP"), ("AP50", "box AP50"), ("AP75", "box AP75")),
    "coco_keypoints": (
        ("AP", "keypoint AP"),
        ("AP50", "keypoint AP50"),
        ("AP75", "keypoint AP75"),
    ),
    "map_voc11": (("ap", "AP (VOC, 11 points)"),),
    "miou": (("iou", "IoU"),),
    "dice": (("dice", "Dice"),),
    "pixel_accuracy": (
        ("accuracy", "pixel accuracy"),
        ("precision", "pixel precision"),
        ("recall", "pixel recall"),
    ),
    "precision_recall": (("f1", "F1"), ("precision", "precision"), ("recall", "recall")),
    "classification": (
        ("accuracy", "accuracy"),
        ("precision", "precision"),
        ("recall", "recall"),
        ("f1", "F1"),
    ),
}
"""Metric -> the numbers that each class has, and what they are called."""

_TOTALS = {"ap": "mean", "iou": "mean", "dice": "mean"}
"""Numbers of classes whose total has another name."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; ``name`` is that of its file."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> str:
        """Return the table as CSV; what is not defined is empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.head)
        writer.writerows(self.rows)
        return text.getvalue()


def class_tables(figures: Json) -> Iterator[Table]:
    """Yield what was measured of each class or tag and, in the last row, of all of them."""
    metrics = tuple(metric for metric in figures["metrics"] if metric != "classification")
    for name, chosen in (("classes", metrics), ("tags", ("classification",))):
        if (made := class_table(figures, name, chosen)) is not None:
            yield made


def class_table(figures: Json, name: str, metrics: Sequence[str]) -> Table | None:
    """Return what some metrics say of each class; ``None`` if they say nothing.

    Args:
        figures: of the report.
        name: ``classes`` or ``tags``.
        metrics: the metrics; those that were not computed are left out.
    """
    known: dict[str, Json] = figures["metrics"]
    found = [(_KEYS[metric], known[metric]) for metric in metrics if metric in _KEYS.keys() & known]
    if not found:
        return None
    pairs = figures[name]
    rows = [
        (
            pair["truth"],
            pair["predicted"],
            *(each["classes"][at][key] for keys, each in found for key, _ in keys),
        )
        for at, pair in enumerate(pairs)
    ]
    total = (each[_TOTALS.get(key, key)] for keys, each in found for key, _ in keys)
    rows.append(("all", "", *total))
    head = (title for keys, _ in found for _, title in keys)
    return Table(name, ("tag" if name == "tags" else "class", "prediction", *head), tuple(rows))


def sample_table(tally: EvaluationTally) -> Table:
    """Return a line for each sample that was compared."""
    head = ("sample", "objects", "predictions", "iou", "quality", "tags right")
    rows = (
        (key, entry.objects, entry.predictions, entry.iou, entry.quality, entry.tags)
        for key, entry in sorted(tally.entries.items())
    )
    return Table("samples", head, tuple(rows))


def confusion_table(name: str, matrix: Json) -> Table:
    """Return a confusion matrix: ground truth in rows, predictions in columns."""
    return Table(
        name,
        ("ground truth", *labelled(matrix["columns"])),
        tuple(
            (row, *cells)
            for row, cells in zip(labelled(matrix["rows"]), matrix["cells"], strict=True)
        ),
    )


def labelled(names: Iterable[str]) -> tuple[str, ...]:
    """Return names, with one for no class too."""
    return tuple(name or NOTHING for name in names)


def curve_table(figures: Json) -> Table | None:
    """Return the precision at levels of recall; ``None`` if there are no curves."""
    curves = curves_of(figures)
    if not curves:
        return None
    levels = len(next(iter(curves.values())))
    rows = (
        (round(at / (levels - 1), 4), *(curve[at] for curve in curves.values()))
        for at in range(levels)
    )
    return Table("precision_recall_curves", ("recall", *curves), tuple(rows))


WITH_CURVES = {"coco_segm": "masks", "coco_bbox": "boxes", "coco_keypoints": "keypoints"}
"""Metric -> what its curves are about; the first one's are shown."""


def curves_of(figures: Json) -> dict[str, Sequence[float]]:
    """Return class -> precision at 101 levels of recall, from the first metric that has them."""
    metrics: dict[str, Any] = figures["metrics"]
    for metric in WITH_CURVES:
        if metric in metrics:
            each = metrics[metric]["classes"]
            return {one["name"]: one["curve"] for one in each if one["curve"]}
    return {}
