"""The page that shows statistics: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import ceil
from typing import Any

from dtl_nodes.statistics.html import bar, document, headline, number, table

_NUMERIC = ("objects", "samples", "sources", "images")


def stats_page(title: str, figures: dict[str, Any]) -> str:
    """Return the page for the figures of ``StreamTally.as_json``."""
    body = [
        f"<h1>{escape(title)}</h1>",
        _headline(figures),
        "<h2>Classes</h2>",
        _classes(figures["classes"]),
        "<h2>Images</h2>",
        '<div class="grid">',
        _histogram("Width, px", figures["width_px"], _whole_span),
        _histogram("Height, px", figures["height_px"], _whole_span),
        _histogram("Objects on an image", figures["objects_per_sample"], _whole_span),
        "</div>",
        _datasets(figures["datasets"]),
        _tags(figures["tags"]),
        *(_class(found) for found in figures["classes"] if found["objects"]),
    ]
    return document(title, body)


def _headline(figures: dict[str, Any]) -> str:
    shown = {
        "samples": figures["samples"],
        "source images": figures["sources"],
        "objects": figures["objects"],
        "samples without objects": figures["unlabelled"],
    }
    return headline(shown.items())


def _classes(classes: list[dict[str, Any]]) -> str:
    if not classes:
        return "<p>None is declared.</p>"
    most = max(found["objects"] for found in classes)
    rows = (
        [
            f'<td><span class="swatch" style="background:{escape(found["color"])}"></span>'
            f"{escape(found['name'])}</td>",
            f"<td>{escape(found['shape'])}</td>",
            number(found["objects"]),
            number(found["samples"]),
            bar(found["objects"], most),
        ]
        for found in classes
    )
    return table(("class", "shape", "objects", "samples", ""), rows, _NUMERIC)


def _class(found: dict[str, Any]) -> str:
    measures = {
        "Area, px²": "area_px",
        "Area, % of the image": "area_percent",
        "Width, px": "width_px",
        "Height, px": "height_px",
    }
    shown = (_histogram(name, found[key]) for name, key in measures.items())
    return f'<h2>{escape(found["name"])}</h2>\n<div class="grid">{"".join(shown)}</div>'


def _datasets(datasets: list[dict[str, Any]]) -> str:
    most = max((found["samples"] for found in datasets), default=0)
    rows = (
        [
            f"<td>{escape(found['name'])}</td>",
            number(found["sources"]),
            number(found["samples"]),
            bar(found["samples"], most),
        ]
        for found in datasets
    )
    return "<h2>Where they come from</h2>\n" + table(
        ("dataset", "sources", "samples", ""), rows, _NUMERIC
    )


def _tags(tags: list[dict[str, Any]]) -> str:
    if not tags:
        return ""
    told = [
        line
        for tag in tags
        for line in (
            (tag["name"], tag),
            *((f"{tag['name']}: {value['value']}", value) for value in tag["values"]),
        )
    ]
    rows = (
        [f"<td>{escape(name)}</td>", number(counts["samples"]), number(counts["objects"])]
        for name, counts in told
    )
    return "<h2>Tags</h2>\n" + table(("tag", "images", "objects"), rows, _NUMERIC)


def _span(found: dict[str, Any]) -> str:
    """Say which numbers a bin holds."""
    low, high = found["from"], found["below"]
    return f"{low:g} and more" if high is None else f"{low:g} to {high:g}"


def _whole_span(found: dict[str, Any]) -> str:
    """Say which whole numbers a bin holds; nothing if it holds none."""
    if found["below"] is None:
        return _span(found)
    low, high = ceil(found["from"]), ceil(found["below"]) - 1
    return "" if low > high else str(low) if low == high else f"{low} to {high}"


def _histogram(
    name: str, measure: dict[str, Any], span: Callable[[dict[str, Any]], str] = _span
) -> str:
    if not measure["count"]:
        return ""
    most = max(found["count"] for found in measure["bins"])
    rows = (
        [f"<td>{said}</td>", number(found["count"]), bar(found["count"], most)]
        for found in measure["bins"]
        if (said := span(found))
    )
    facts = f"mean {measure['mean']:.6g}, from {measure['min']:.6g} to {measure['max']:.6g}"
    return f"<section><h3>{escape(name)}</h3>\n<p>{facts}</p>\n{table((), rows)}</section>"
