"""The page of an evaluation: one HTML file that needs nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape

from dtl_nodes.models.evaluation.coco import NUMBERS
from dtl_nodes.models.evaluation.figures import HEADLINES
from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.tables import Cell, Table, class_table
from dtl_nodes.statistics.html import bar, document, headline, number, table

_STYLE = """
svg { max-width: 100%; height: auto; } .wide { overflow-x: auto; }
.warning { border-left: .25rem solid #d9480f; padding-left: .7rem; }
img { max-width: 100%; }
"""

_NUMBER_NAMES = {
    "AP": "mean precision, overlap 0.50 to 0.95",
    "AP50": "… at overlap 0.50",
    "AP75": "… at overlap 0.75",
    "AP_small": "… of objects under 32² px",
    "AP_medium": "… of 32² to 96² px",
    "AP_large": "… above 96² px",
    "AR1": "recall with one prediction per image",
    "AR10": "… with ten",
    "AR100": "… with a hundred",
    "AR_small": "… of objects under 32² px",
    "AR_medium": "… of 32² to 96² px",
    "AR_large": "… above 96² px",
}

_CAPTIONS = {
    "confusion_matrix.svg": "What was taken for what",
    "pixel_confusion.svg": "Which pixels were taken for what",
    "tag_confusion.svg": "Which tag was taken for which",
    "precision_recall.svg": "Precision over recall, overlap 0.50",
}

_GROUPS = (
    ("Average precision", "classes", ("coco_segm", "coco_bbox", "map_voc11")),
    ("Pixels", "classes", ("miou", "dice", "pixel_accuracy")),
    ("Objects", "classes", ("precision_recall",)),
    ("Tags", "tags", ("classification",)),
)
"""The tables of the page: one with everything would be too wide."""

_MOST_SKIPPED = 50


def evaluation_page(figures: Json, svgs: Mapping[str, str], sheets: Mapping[str, bytes]) -> str:
    """Return the page.

    Args:
        figures: of ``figures_of``.
        svgs: pictures by the names of their files.
        sheets: JPEG files with the ``best`` and the ``worst`` samples.
    """
    return document(figures["title"], _parts(figures, svgs, sheets), _STYLE)


def _parts(figures: Json, svgs: Mapping[str, str], sheets: Mapping[str, bytes]) -> Iterator[str]:
    yield f"<h1>{escape(figures['title'])}</h1>"
    yield headline(_headline(figures))
    yield from (f'<p class="warning">{escape(text)}</p>' for text in figures["warnings"])
    yield _sources(figures["sources"])
    yield _averages(figures["metrics"])
    for title, name, metrics in _GROUPS:
        if (shown := class_table(figures, name, metrics)) is not None:
            yield f'<h2>{title}</h2>\n<div class="wide">{_table(shown)}</div>'
    yield _coco(figures["metrics"])
    for name, svg in svgs.items():
        yield f'<h2>{escape(_CAPTIONS[name])}</h2>\n<div class="wide">{svg}</div>'
    by = {"iou": "mean overlap of the classes", "quality": "quality of the objects found"}
    for name, jpeg in sheets.items():
        ranked = by.get(figures["settings"]["rank_by"], "share of tags that are right")
        yield f"<h2>The {name} samples, by {ranked}</h2>"
        yield f'<img alt="" src="data:image/jpeg;base64,{b64encode(jpeg).decode()}">'
    yield _skipped(figures)


def _headline(figures: Json) -> Iterator[tuple[str, str | int]]:
    if (best := figures["headline"]) is not None:
        yield best["name"], said(best["value"])
    yield "samples", figures["samples"]
    yield "samples skipped", figures["skipped"]
    if figures["classes"]:
        yield "objects", figures["objects"]
        yield "predictions", figures["predictions"]


def _sources(sources: Json) -> str:
    if sources["shared"] is None:
        return f"<p>{sources['total']} source images.</p>"
    told = (
        f"{sources['total']} source images: {sources['train']} in train, {sources['val']} in val, "
        f"{sources['shared']} in both."
    )
    mark = ' class="warning"' if sources["shared"] else ""
    return f"<p{mark}>{told}</p>"


def _table(shown: Table) -> str:
    """Return a table of classes with a bar for its first measure."""
    numeric = shown.head[2:]
    rows = (
        [
            *(f"<td>{escape(str(cell))}</td>" for cell in row[:2]),
            *(number(said(cell)) for cell in row[2:]),
            bar(row[2] if isinstance(row[2], float) else 0, 1),
        ]
        for row in shown.rows
    )
    return table((*shown.head, ""), rows, numeric)


def _averages(metrics: Json) -> str:
    """Return the table of what is said of all classes together."""
    rows = []
    for metric, key, name in (
        *((metric, *told) for metric, told in HEADLINES.items()),
        ("miou", "micro", "IoU of all pixels together"),
        ("dice", "micro", "Dice of all pixels together"),
        ("classification", "top1_accuracy", "top-1 accuracy"),
    ):
        if (found := metrics.get(metric)) is not None:
            value: float | None = found[key]
            rows.append([f"<td>{escape(name)}</td>", number(said(value)), bar(value or 0, 1)])
    return f"<h2>Together</h2>\n{table((), rows)}" if rows else ""


def _coco(metrics: Json) -> str:
    found = {
        kind: metrics[f"coco_{kind}"] for kind in ("segm", "bbox") if f"coco_{kind}" in metrics
    }
    if not found:
        return ""
    names = {"segm": "masks", "bbox": "boxes"}
    head = ("", "", *(names[kind] for kind in found))
    rows = (
        [
            f"<td>{key}</td><td>{_NUMBER_NAMES[key]}</td>",
            *(number(said(numbers[key])) for numbers in found.values()),
        ]
        for key in NUMBERS
    )
    return f"<h2>COCO</h2>\n{table(head, rows, names.values())}"


def _skipped(figures: Json) -> str:
    if not figures["skipped"]:
        return ""
    shown = figures["skipped_samples"][:_MOST_SKIPPED]
    rows = (
        [f"<td>{escape(one['sample'])}</td>", f"<td>{escape(one['reason'])}</td>"] for one in shown
    )
    more = figures["skipped"] - len(shown)
    rest = f"<p>and {more} more, see report.json</p>" if more else ""
    return f"<h2>Skipped samples</h2>\n{table(('sample', 'reason'), rows)}{rest}"


def said(value: Cell) -> str:
    """Return a number as it is shown; what is not defined is n/a."""
    if value is None:
        return "n/a"
    return f"{value:.4f}" if isinstance(value, float) else escape(str(value))
