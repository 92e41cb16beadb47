"""``report.html``: the page of one training, a single file that needs nothing else.

It holds no time and no path: the same training gives the same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import cv2

from dtl_nodes.models.checkpoint import write_file
from dtl_nodes.models.training import panels
from dtl_nodes.models.training.checkpoints import Checkpoints
from dtl_nodes.models.training.data import leak, roots_of
from dtl_nodes.models.training.job import Job
from dtl_nodes.models.training.records import Curves
from dtl_nodes.models.training.samples import SAMPLES
from dtl_nodes.models.training.setting_rows import setting_rows
from dtl_nodes.statistics.html import bar, document, headline, number, table

PAGE = "report.html"

_STYLE = (
    """
.wide { overflow-x: auto; } .wide th, .wide td { white-space: nowrap; }
.warning { border-left: .25rem solid #d9480f; padding-left: .7rem; }
img { max-width: 100%; } tr:has(td.best) { background: #2b8a3e22; }
td.mark, td.best { font-weight: 600; } td.same { opacity: .6; }
.figures { margin: 1.2rem 0; } .short table { width: auto; }
.columns { columns: 26rem; column-gap: 2.5rem; } .columns table { width: 100%; }
.sheets { display: flex; flex-wrap: wrap; gap: 1.5rem; }
.sheets figure { margin: 0; flex: 1 1 20rem; }
figcaption { font-weight: 600; margin-bottom: .4rem; } figure img { background: #fff; }
"""
    + panels.STYLE
)

_MOST_PANELS = 24
_MOST_CHECKPOINTS = 60
_JPEG_QUALITY = 85

Entry = Mapping[str, Any]
"""A checkpoint as ``checkpoints.json`` lists it."""


class TrainingPage:
    """Writes the page of one training, over and over while it goes on."""

    def __init__(self, job: Job) -> None:
        """Look at the samples; nothing is written yet."""
        self._job = job
        train, val = (roots_of(job.first, part) for part in (job.chosen.train, job.chosen.val))
        self._leak = leak(train, val)
        self._sources = len(set(train)), len(set(val)), len(set(train) & set(val))

    def write(self, checkpoints: Checkpoints, curves: Curves) -> None:
        """Write the page as the training is now; it appears whole."""
        title = self._job.settings.name or self._job.architecture.name
        text = document(title, self._parts(title, checkpoints, curves), _STYLE)
        write_file(self._job.folder / PAGE, text.encode())

    def _parts(self, title: str, checkpoints: Checkpoints, curves: Curves) -> Iterator[str]:
        entries = checkpoints.entries
        best = checkpoints.best if entries else None
        yield f"<h1>{escape(title)}</h1>"
        yield f"<p>{escape(_described(self._job.config.architecture))}</p>"
        yield headline(self._figures(best, entries, curves))
        if self._leak:
            yield f'<p class="warning">{escape(self._leak)}</p>'
        yield from _curves(curves, self._job.architecture.headline, best)
        yield from self._checkpoints(entries, best)
        yield from self._samples(entries, best)
        yield from self._classes(best)
        yield from self._facts()
        yield from _settings(self._job.settings)

    def _figures(
        self, best: Entry | None, entries: Sequence[Entry], curves: Curves
    ) -> Iterator[tuple[str, str]]:
        name = self._job.architecture.headline
        if best is not None:
            yield f"{name}, best checkpoint", _said(best["metrics"].get(name))
            yield f"{name}, last checkpoint", _said(entries[-1]["metrics"].get(name))
            yield "smallest validation loss", _said(best["metrics"]["loss"])
        behind = max((points[-1][0] for points in curves.values() if points), default=0.0)
        yield "epochs", f"{behind:.4g} of {self._job.settings.epochs}"
        yield "samples to train on", str(len(self._job.chosen.train))
        yield "samples to validate on", str(len(self._job.chosen.val))

    def _checkpoints(self, entries: Sequence[Entry], best: Entry | None) -> Iterator[str]:
        """Yield the table of checkpoints, the best one and the last ones."""
        yield "<h2>Checkpoints</h2>"
        if best is None:
            yield "<p>None yet: the first validation writes one.</p>"
            return
        shown = [each for each in entries[:-_MOST_CHECKPOINTS] if each is best]
        shown += entries[-_MOST_CHECKPOINTS:]
        names = _ordered(
            (name for name in entries[-1]["metrics"] if "/" not in name),
            self._job.architecture.headline,
        )
        rows = ([*_marks(each, best, entries[-1]), *_numbers(each, names)] for each in shown)
        head = ("", "checkpoint", "epoch", *names)
        yield f'<div class="wide">{table(head, rows, head[2:])}</div>'
        if hidden := len(entries) - len(shown):
            yield f"<p>{hidden} earlier ones are listed in checkpoints.json.</p>"

    def _samples(self, entries: Sequence[Entry], best: Entry | None) -> Iterator[str]:
        """Yield the sheets of the best and of the last checkpoint."""
        if best is None:
            return
        told = [("best and last", best)]
        if best is not entries[-1]:
            told = [("best", best), ("last", entries[-1])]
        figures = [
            f"<figure><figcaption>{name} checkpoint, {entry['subdir']}</figcaption>"
            f'<img alt="truth and prediction" src="data:image/jpeg;base64,{data}"></figure>'
            for name, entry in told
            if (data := _jpeg(self._job.folder / SAMPLES / f"{entry['subdir']}.png"))
        ]
        if figures:
            yield f'<h2>Validation samples</h2>\n<div class="sheets">{"".join(figures)}</div>'

    def _classes(self, best: Entry | None) -> Iterator[str]:
        """Yield the classes by their numbers, with what is measured of each."""
        config = self._job.config
        metrics: Mapping[str, float] = {} if best is None else best["metrics"]
        measures = list(dict.fromkeys(name.split("/", 1)[0] for name in metrics if "/" in name))
        labels = {label.name: label for label in config.labels}
        rows = []
        for title in config.titles:
            label = labels.get(title)
            color = escape(label.color) if label else ""
            swatch = f'<span class="swatch" style="background:{color}"></span>' if color else ""
            found = [metrics.get(f"{measure}/{title}") for measure in measures]
            cells = [f"<td>{swatch}{escape(title)}</td>", number(config.indices[title])]
            cells += [number(_said(value)) for value in found]
            rows.append([*cells, bar(found[0] or 0, 1)] if found else cells)
        head = ("class", "output", *measures, *([""] if measures else []))
        of_best = ", with the figures of the best checkpoint" if measures else ""
        kind = "wide" if measures else "short"
        shown = table(head, rows, ("output", *measures))
        yield f'<h2>Classes{of_best}</h2>\n<div class="{kind}">{shown}</div>'

    def _facts(self) -> Iterator[str]:
        job = self._job
        train, val, shared = self._sources
        facts = {
            "network": job.architecture.name,
            "device": job.devices.shown,
            "precision": job.devices.precision,
            "seed": job.seed,
            "source images": f"{train} in train, {val} in val, {shared} in both",
        }
        rows = (
            [f"<td>{name}</td>", f"<td>{escape(str(each))}</td>"] for name, each in facts.items()
        )
        yield f'<h2>How it was trained</h2>\n<div class="short">{table((), rows)}</div>'


def _settings(settings: Any) -> Iterator[str]:
    """Yield the settings; those that are not the default ones stand out."""
    rows = (
        [
            f"<td{' class=same' if is_default else ''}>{escape(key)}</td>",
            f"<td{' class=same' if is_default else ''}>{escape(value)}</td>",
        ]
        for key, value, is_default in setting_rows(settings)
    )
    yield "<h2>Settings</h2>\n<p>Defaults are pale.</p>"
    yield f'<div class="columns">{table((), rows)}</div>'


def _curves(curves: Curves, first: str, best: Entry | None) -> Iterator[str]:
    """Yield a panel for each metric."""
    names = _ordered({metric for _, metric in curves}, first)
    if not names:
        return
    yield "<h2>Curves over epochs</h2>"
    yield (
        '<p class="key"><span class="train">train</span> <span class="val">val</span> '
        "A ring marks the best checkpoint.</p>"
    )
    epoch = None if best is None else best["epoch"]
    shown = (
        panels.panel(name, curves.get(("train", name), ()), curves.get(("val", name), ()), epoch)
        for name in names[:_MOST_PANELS]
    )
    yield f'<div class="grid">{"".join(shown)}</div>'
    if len(names) > _MOST_PANELS:
        yield f"<p>{len(names) - _MOST_PANELS} more are in metrics.csv.</p>"


def _ordered(names: Any, first: str) -> list[str]:
    """Return names of metrics: loss, headline, the others by name, those of classes last."""
    return sorted(names, key=lambda name: (name != "loss", name != first, "/" in name, name))


def _described(architecture: Mapping[str, Any]) -> str:
    """Return what shapes a network, in a line."""
    options = (f"{key} {value}" for key, value in architecture.items() if key != "name")
    return ", ".join((str(architecture["name"]), *options))


def _marks(entry: Entry, best: Entry, last: Entry) -> tuple[str, str, str]:
    """Return the cells that say which checkpoint it is."""
    marks = [name for name, each in (("best", best), ("last", last)) if entry is each]
    kind = "best" if entry is best else "mark"
    epoch = number(f"{entry['epoch']:.4g}")
    return f'<td class="{kind}">{", ".join(marks)}</td>', f"<td>{entry['subdir']}</td>", epoch


def _numbers(entry: Entry, names: Sequence[str]) -> list[str]:
    return [number(_said(entry["metrics"].get(name))) for name in names]


def _said(value: float | None) -> str:
    if value is None:
        return "n/a"
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e4 else f"{value:.2e}"


def _jpeg(path: Path) -> str:
    """Return a picture as the text of a small JPEG file; ``""``: there is none."""
    pixels = cv2.imread(str(path)) if path.is_file() else None
    if pixels is None:
        return ""
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return b64encode(data.tobytes()).decode() if done else ""
