"""The page of an evaluation: one HTML file that needs nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape

from dtl_nodes.models.coco_protocol import NUMBERS, Kind
from dtl_nodes.models.evaluation.figures import HEADLINES
from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.tables import WITH_CURVES, Cell, Table, class_table
from dtl_nodes.statistics.html import bar, document, headline, number, table

_STYLE = """
svg { max-width: 100%; height: auto; } .wide { overflow-x: auto; }
.warning { border-left: .25rem solid #d9480f; padding-left: .7rem; }
.wide th { vertical-align: bottom; } .wide th.n { white-space: normal; }
.wide td.bar { width: 25%; min-width: 6rem; }
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

_KEYPOINT_NUMBER_NAMES = {
    "AP": "mean precision, similarity (OKS) 0.50 to 0.95",
    "AP50": "… at similarity 0.50",
    "AP75": "… at similarity 0.75",
    "AP_medium": "… of objects of 32² to 96² px",
    "AP_large": "… above 96² px",
    "AR": "recall with twenty predictions per image, similarity 0.50 to 0.95",
    "AR50": "… at similarity 0.50",
    "AR75": "… at similarity 0.75",
    "AR_medium": "… of objects of 32² to 96² px",
    "AR_large": "… above 96² px",
}

_CAPTIONS = {
    "confusion_matrix.svg": "What was taken for what",
    "pixel_confusion.svg": "Which pixels were taken for what",
    "tag_confusion.svg": "Which tag was taken for which",
    "precision_recall.svg": "Precision over recall of {curves}, {overlap} 0.50",
}

_GROUPS = (
    ("Average precision", "classes", ("coco_segm", "coco_bbox", "coco_keypoints", "map_voc11")),
    ("Pixels", "classes", ("miou", "dice", "pixel_accuracy")),
    ("Objects, matched from an overlap of {iou} on", "classes", ("precision_recall",)),
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
            told = title.format(iou=figures["settings"]["iou"])
            bars = f"<p>The bars show {escape(shown.head[2])}.</p>"
            yield f'<h2>{told}</h2>\n{bars}\n<div class="wide">{_table(shown)}</div>'
    yield from _coco(figures["metrics"])
    for name, svg in svgs.items():
        caption = _CAPTIONS[name].format(**_curves(figures["metrics"]))
        yield f'<h2>{escape(caption)}</h2>\n<div class="wide">{svg}</div>'
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
    return f"<h2>All classes together</h2>\n{table((), rows)}" if rows else ""


def _coco(metrics: Json) -> Iterator[str]:
    """Yield the table of masks and boxes, and that of keypoints, whose numbers are others."""
    names: dict[Kind, str] = {"segm": "masks", "bbox": "boxes", "keypoints": "keypoints"}
    told: tuple[tuple[tuple[Kind, ...], Mapping[str, str]], ...] = (
        (("segm", "bbox"), _NUMBER_NAMES),
        (("keypoints",), _KEYPOINT_NUMBER_NAMES),
    )
    for kinds, meanings in told:
        found = {
            names[kind]: metrics[f"coco_{kind}"] for kind in kinds if f"coco_{kind}" in metrics
        }
        rows = (
            [
                f"<td>{key}</td><td>{meanings[key]}</td>",
                *(number(said(numbers[key])) for numbers in found.values()),
            ]
            for key in NUMBERS[kinds[0]]
        )
        if found:
            title = f"<h2>COCO's numbers of {' and '.join(found)}</h2>"
            yield f"{title}\n{table(('', '', *found), rows, found)}"


def _curves(metrics: Json) -> Mapping[str, str]:
    """Return what the curves are about, and what decides whether something was found."""
    about = next((name for metric, name in WITH_CURVES.items() if metric in metrics), "")
    return {"curves": about, "overlap": "similarity" if about == "keypoints" else "overlap"}


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
