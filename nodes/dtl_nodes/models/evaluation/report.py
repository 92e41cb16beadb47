"""The files of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from dtl_engine.sdk import Image, Schema
from dtl_nodes.kernels.color import rgb_of
from dtl_nodes.models.evaluation.charts import confusion_svg, curves_svg
from dtl_nodes.models.evaluation.figures import extremes, figures_of
from dtl_nodes.models.evaluation.page import evaluation_page
from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.sheets import colors_of, draw_sheet
from dtl_nodes.models.evaluation.tables import (
    class_tables,
    confusion_table,
    curve_table,
    curves_of,
    sample_table,
)
from dtl_nodes.models.evaluation.tally import UNPAIRED, EvaluationTally

_SHEET_QUALITY = 85


def write_report(tally: EvaluationTally, truth: Schema, folder: Path) -> tuple[str, ...]:
    """Write ``report.json``, ``report.html``, tables and pictures.

    Args:
        tally: of all samples.
        truth: what the ground truth may carry.
        folder: an empty folder.

    Returns:
        A sentence for what is wrong with the samples themselves: sides that do not match.
    """
    tally.pair_up()
    figures = figures_of(tally)
    matrices = dict(_matrices(figures["metrics"]))
    shown = tuple(class_tables(figures))
    curves = curve_table(figures)
    for table in (
        *shown,
        sample_table(tally),
        *(confusion_table(name, matrix) for name, matrix in matrices.items()),
        *((curves,) if curves is not None else ()),
    ):
        (folder / f"{table.name}.csv").write_text(table.csv(), encoding="utf-8")
    svgs = dict(_pictures(figures, matrices))
    for name, svg in svgs.items():
        (folder / name).write_text(svg, encoding="utf-8")
    sheets = _write_sheets(tally, truth, folder)
    page = evaluation_page(figures, svgs, sheets)
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "report.json").write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    return tuple(_complaints(tally))


def _matrices(metrics: Json) -> Iterator[tuple[str, Json]]:
    """Yield every confusion matrix with its name."""
    if (objects := metrics.get("confusion_matrix")) is not None:
        yield "confusion_matrix", objects
    for name, metric in (
        ("pixel_confusion", "pixel_accuracy"),
        ("tag_confusion", "classification"),
    ):
        if (found := metrics.get(metric)) is not None:
            yield name, found["confusion"]


def _pictures(figures: Json, matrices: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield every picture with the name of its file."""
    for name, matrix in matrices.items():
        key = "tags" if name == "tag_confusion" else "classes"
        right = {pair["truth"]: pair["predicted"] for pair in figures[key]}
        svg = confusion_svg(matrix["rows"], *_as_rows(matrix, right), right)
        if svg is not None:
            yield f"{name}.svg", svg
    if curves := curves_of(figures):
        yield "precision_recall.svg", curves_svg(curves)


def _as_rows(matrix: Json, right: Mapping[str, str]) -> tuple[list[str], list[list[int]]]:
    """Return the columns and cells of a matrix in the order of its rows: hits on the diagonal."""
    columns: list[str] = [right.get(row, "") for row in matrix["rows"]]
    columns += [name for name in matrix["columns"] if name not in columns]
    places = [matrix["columns"].index(name) for name in columns]
    return columns, [[cells[place] for place in places] for cells in matrix["cells"]]


def _write_sheets(tally: EvaluationTally, truth: Schema, folder: Path) -> dict[str, bytes]:
    """Write the best and the worst samples; return them as JPEG, which is smaller, by name."""
    declared = {label.name: rgb_of(label.color) for label in truth.labels}
    colors = colors_of(tally.task.classes, declared)
    made: dict[str, bytes] = {}
    for name, shown in zip(("best", "worst"), extremes(tally), strict=True):
        if shown:
            sheet = Image.from_pixels(draw_sheet(shown, tally.task, colors))
            (folder / f"{name}.png").write_bytes(sheet.encode(".png"))
            made[name] = sheet.encode(".jpg", _SHEET_QUALITY)
    return made


def _complaints(tally: EvaluationTally) -> Iterator[str]:
    """Yield what is wrong with the two sides, each with its number and an example."""
    for reason in UNPAIRED:
        keys = sorted(key for key, told in tally.skipped.items() if told == reason)
        if keys:
            yield f"{len(keys)} samples have {reason}, the first is {keys[0]}"
    others = sorted(key for key, told in tally.skipped.items() if told not in UNPAIRED)
    if others:
        told = f"{others[0]}: {tally.skipped[others[0]]}"
        yield f"{len(others)} samples cannot be compared, the first is {told}"
    wanted = tally.task.settings
    for project in filter(None, (wanted.project_gt, wanted.project_pred)):
        if project not in tally.projects:
            yield f"no sample of project '{project}' came in"
