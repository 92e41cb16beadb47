"""The page that shows statistics: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from math import ceil
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .15rem .7rem .15rem 0; vertical-align: middle; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.bar { width: 45%; }
.bar span { display: block; height: .75rem; min-width: 1px; background: #5b8def; }
.swatch { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem;
  border: 1px solid #8888; vertical-align: -.05rem; }
.figures { display: flex; flex-wrap: wrap; gap: 0 2.5rem; padding: 0; list-style: none; }
.figures b { font-size: 1.3rem; display: block; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 0 2.5rem; }
"""


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
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def _headline(figures: dict[str, Any]) -> str:
    shown = {
        "samples": figures["samples"],
        "source images": figures["sources"],
        "objects": figures["objects"],
        "samples without objects": figures["unlabelled"],
    }
    items = (f"<li><b>{count}</b>{escape(name)}</li>" for name, count in shown.items())
    return f'<ul class="figures">{"".join(items)}</ul>'


def _classes(classes: list[dict[str, Any]]) -> str:
    if not classes:
        return "<p>None is declared.</p>"
    most = max(found["objects"] for found in classes)
    rows = (
        [
            f'<td><span class="swatch" style="background:{escape(found["color"])}"></span>'
            f"{escape(found['name'])}</td>",
            f"<td>{escape(found['shape'])}</td>",
            _number(found["objects"]),
            _number(found["samples"]),
            _bar(found["objects"], most),
        ]
        for found in classes
    )
    return _table(("class", "shape", "objects", "samples", ""), rows)


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
            _number(found["sources"]),
            _number(found["samples"]),
            _bar(found["samples"], most),
        ]
        for found in datasets
    )
    return "<h2>Where they come from</h2>\n" + _table(("dataset", "sources", "samples", ""), rows)


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
        [f"<td>{escape(name)}</td>", _number(counts["samples"]), _number(counts["objects"])]
        for name, counts in told
    )
    return "<h2>Tags</h2>\n" + _table(("tag", "images", "objects"), rows)


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
        [f"<td>{said}</td>", _number(found["count"]), _bar(found["count"], most)]
        for found in measure["bins"]
        if (said := span(found))
    )
    facts = f"mean {measure['mean']:.6g}, from {measure['min']:.6g} to {measure['max']:.6g}"
    return f"<section><h3>{escape(name)}</h3>\n<p>{facts}</p>\n{_table((), rows)}</section>"


def _bar(count: int, most: int) -> str:
    width = 100 * count / most if most else 0
    inner = f'<span style="width:{width:.1f}%"></span>' if count else ""
    return f'<td class="bar">{inner}</td>'


def _number(count: int) -> str:
    return f'<td class="n">{count}</td>'


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    numeric = {"objects", "samples", "sources", "images"}
    classes = {True: ' class="n"', False: ""}
    top = "".join(f"<th{classes[name in numeric]}>{escape(name)}</th>" for name in head)
    lines = [f"<tr>{top}</tr>"] if top else []
    lines += [f"<tr>{''.join(row)}</tr>" for row in rows]
    return "<table>" + "\n".join(lines) + "</table>"
