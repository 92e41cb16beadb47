"""Several evaluations in one table: which model is the best, and at what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

import orjson

from dtl_engine.sdk import UsageError
from dtl_nodes.models.coco_protocol import NUMBERS
from dtl_nodes.models.evaluation.figures import HEADLINES
from dtl_nodes.models.evaluation.page import said
from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.tables import Cell, Table
from dtl_nodes.statistics.html import bar, document, headline, number, table

_MORE = {
    "coco_segm": NUMBERS["segm"],
    "coco_bbox": NUMBERS["bbox"],
    "coco_keypoints": NUMBERS["keypoints"],
    "map_voc11": ("mean",),
    "miou": ("mean", "micro"),
    "dice": ("mean", "micro"),
    "pixel_accuracy": ("accuracy", "precision", "recall", "f1"),
    "precision_recall": ("precision", "recall", "f1"),
    "classification": ("accuracy", "precision", "recall", "f1", "top1_accuracy"),
}
"""Metric -> its numbers about all classes together."""

_OF_CLASS = {
    "coco_segm": "AP",
    "coco_bbox": "AP",
    "coco_keypoints": "AP",
    "miou": "iou",
    "dice": "dice",
}
"""Metric -> the number that is compared class by class."""


def read_reports(folders: Mapping[str, Path]) -> dict[str, Json]:
    """Return the figures of evaluations by name.

    Args:
        folders: names as they are to be shown -> the folder of a report, or its ``report.json``.

    Raises:
        UsageError: one is no report of an evaluation.
    """
    return {name: _read(path) for name, path in folders.items()}


def compared(reports: Mapping[str, Json]) -> Json:
    """Return the comparison: a line for each measure, with its value for each model.

    ``best`` names the models with the largest value; with unequal data a warning says so.
    """
    measures = list(dict.fromkeys(key for report in reports.values() for key in _measures(report)))
    values = {name: dict(_values(report)) for name, report in reports.items()}
    lines = []
    for measure in measures:
        row = {name: found.get(measure) for name, found in values.items()}
        known = [value for value in row.values() if value is not None]
        best = [name for name, value in row.items() if known and value == max(known)]
        lines.append({"measure": measure, "values": row, "best": best})
    headlines = {name: report["headline"] for name, report in reports.items()}
    return {
        "models": [
            {
                "name": name,
                "headline": headlines[name],
                "samples": report["samples"],
                "skipped": report["skipped"],
                "objects": report["objects"],
            }
            for name, report in reports.items()
        ],
        "measures": lines,
        "warnings": list(_warnings(reports)),
    }


def write_comparison(reports: Mapping[str, Json], folder: Path, title: str = "Comparison") -> None:
    """Write ``comparison.json``, ``comparison.csv`` and ``comparison.html`` into ``folder``."""
    figures = compared(reports)
    (folder / "comparison.csv").write_text(_table(figures).csv(), encoding="utf-8")
    page = document(title, _parts(title, figures))
    (folder / "comparison.html").write_text(page, encoding="utf-8")
    content = orjson.dumps(figures, option=orjson.OPT_INDENT_2)
    (folder / "comparison.json").write_bytes(content)


def _read(path: Path) -> Json:
    file = path / "report.json" if path.is_dir() else path
    try:
        report = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UsageError(f"cannot read the report {file}: {error}") from error
    if not isinstance(report, dict) or "metrics" not in report or "headline" not in report:
        raise UsageError(f"{file} is no report of 'evaluate'")
    return report


def _measures(report: Json) -> Iterator[str]:
    yield from (measure for measure, _ in _values(report))


def _values(report: Json) -> Iterator[tuple[str, Cell]]:
    """Yield every measure of a report with its value, the headlines first."""
    metrics: Mapping[str, Json] = report["metrics"]
    first = [(metric, key) for metric, (key, _) in HEADLINES.items() if metric in metrics]
    more = [(metric, key) for metric in metrics for key in _MORE.get(metric, ())]
    for metric, key in dict.fromkeys((*first, *more)):
        yield f"{metric}.{key}", metrics[metric][key]
    for metric, key in _OF_CLASS.items():
        for each in metrics.get(metric, {}).get("classes", ()):
            yield f"{metric}.{key}: {each['name']}", each[key]


def _warnings(reports: Mapping[str, Json]) -> Iterator[str]:
    for key, what in (("samples", "samples"), ("objects", "ground truth objects")):
        counts = {name: report[key] for name, report in reports.items()}
        if len(set(counts.values())) > 1:
            told = ", ".join(f"{name} {count}" for name, count in counts.items())
            yield f"the models were not judged by the same {what}: {told}"
    for key in ("iou", "confidence_threshold"):
        told_by = {name: report["settings"][key] for name, report in reports.items()}
        if len(set(told_by.values())) > 1:
            told = ", ".join(f"{name} {value}" for name, value in told_by.items())
            yield f"the models were judged with different '{key}': {told}"


def _table(figures: Json) -> Table:
    names = [model["name"] for model in figures["models"]]
    rows = ((line["measure"], *line["values"].values()) for line in figures["measures"])
    return Table("comparison", ("measure", *names), tuple(rows))


def _parts(title: str, figures: Json) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>"
    yield headline(
        (f"{one['name']}: {one['headline']['name']}", said(one["headline"]["value"]))
        for one in figures["models"]
        if one["headline"] is not None
    )
    yield from (f"<p>{escape(text)}</p>" for text in figures["warnings"])
    names = {f"{metric}.{key}": name for metric, (key, name) in HEADLINES.items()}
    for line in figures["measures"]:
        if line["measure"] in names:
            yield f"<h3>{escape(names[line['measure']])}</h3>\n{_bars(line)}"
    models = [model["name"] for model in figures["models"]]
    rows = (
        [
            f"<td>{escape(line['measure'])}</td>",
            *(number(_marked(said(line["values"][x]), x, line)) for x in line["values"]),
        ]
        for line in figures["measures"]
    )
    yield f"<h2>All measures</h2>\n{table(('measure', *models), rows, models)}"


def _bars(line: Json) -> str:
    """Return one measure of all models as bars."""
    rows = (
        [f"<td>{_marked(escape(name), name, line)}</td>", number(said(value)), bar(value or 0, 1)]
        for name, value in line["values"].items()
    )
    return table((), rows)


def _marked(text: str, model: str, line: Json) -> str:
    return f"<b>{text}</b>" if model in line["best"] else text
