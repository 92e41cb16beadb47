"""Pieces of pages that report: one HTML file each that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

STYLE = """
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


def document(title: str, body: Iterable[str], more_style: str = "") -> str:
    """Return a page; empty parts are left out."""
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{more_style}</style>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def headline(shown: Iterable[tuple[str, str | int]]) -> str:
    """Return large figures beside each other, each with its name below it."""
    items = (f"<li><b>{escape(str(said))}</b>{escape(name)}</li>" for name, said in shown)
    return f'<ul class="figures">{"".join(items)}</ul>'


def bar(part: float, most: float) -> str:
    """Return a cell with a bar; nothing for 0."""
    width = 100 * part / most if most else 0
    inner = f'<span style="width:{width:.1f}%"></span>' if part else ""
    return f'<td class="bar">{inner}</td>'


def number(said: str | int) -> str:
    """Return a cell with a number."""
    return f'<td class="n">{said}</td>'


def table(head: Iterable[str], rows: Iterable[list[str]], numeric: Iterable[str] = ()) -> str:
    """Return a table of cells; ``numeric`` are the columns with numbers, by their head."""
    right = frozenset(numeric)
    classes = {True: ' class="n"', False: ""}
    top = "".join(f"<th{classes[name in right]}>{escape(name)}</th>" for name in head)
    lines = [f"<tr>{top}</tr>"] if top else []
    lines += [f"<tr>{''.join(row)}</tr>" for row in rows]
    return "<table>" + "\n".join(lines) + "</table>"
