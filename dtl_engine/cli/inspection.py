"""What was found in a dataset, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dtl_engine.cli.reasons import told_failures
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.execute.reports import RunReport

SHOWN = 20
"""How many images that would be set aside, and how many notes, are listed for people."""

ALL_OF_THEM = "--format json lists them all"

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Inspection:
    """A dataset with its format, what made it be that one, and a report on its samples.

    ``figures`` are those of the action ``stats``; none if the inspection was interrupted.
    """

    source: str
    format: str
    title: str
    reason: str
    graph: CompiledGraph
    report: RunReport
    figures: dict[str, Any]

    @property
    def datasets(self) -> dict[str, int]:
        """The number of images of each dataset by its name."""
        (source,) = self.graph.sources.values()
        return {dataset.name: len(dataset.files) for dataset in source.datasets}

    @property
    def notes(self) -> list[str]:
        """What the reader mended or skipped: of the whole dataset, then of its images by kind."""
        return [
            *(problem.message for problem in self.graph.warnings),
            *(
                f"{tally.count} times {level} ({code}), first {tally}"
                for (level, code), tally in sorted(self.report.notes.items())
            ),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON data."""
        return {
            "source": self.source,
            "format": self.format,
            "title": self.title,
            "reason": self.reason,
            "datasets": [{"name": name, "images": count} for name, count in self.datasets.items()],
            "read": self.report.images,
            "notes": self.notes,
            "set_aside": [
                {
                    "code": failure.code,
                    "message": failure.message,
                    "image": failure.origin,
                    "path": failure.path,
                }
                for failure in self.report.failures
            ],
            **{key: self.figures[key] for key in _FIGURES if key in self.figures},
        }

    def lines(self) -> Iterator[str]:
        """Yield the lines that tell everything."""
        why = f", as {self.reason}" if self.reason else ""
        yield f"{self.source}: {self.title} (format '{self.format}'{why})"
        yield from self._headline()
        counts = tuple(self.datasets.items())
        yield from _table(("dataset", "images"), counts)
        if self.figures:
            yield from self._classes()
            yield from self._tags()
        yield from self._problems()

    def _headline(self) -> Iterator[str]:
        total = sum(self.datasets.values())
        many = _counted(len(self.datasets), "dataset")
        yield f"{_counted(total, 'image')} in {many}"
        if self.report.images != total:
            yield f"{_counted(self.report.images, 'image')} read"
        if self.figures and self.report.images and not self.figures["samples"]:
            yield "none of them can be read"
        if self.figures and self.figures["samples"]:
            width, height = self.figures["width_px"], self.figures["height_px"]
            yield f"{_span(width)} px wide, {_span(height)} px high"
            yield self._objects()

    def _objects(self) -> str:
        objects, unlabelled = self.figures["objects"], self.figures["unlabelled"]
        if not objects:
            return "no objects"
        none = f"; {_counted(unlabelled, 'image')} without any" if unlabelled else ""
        return f"{_counted(objects, 'object')}{none}"

    def _classes(self) -> Iterator[str]:
        classes = self.figures["classes"]
        used = [found for found in classes if found["objects"]]
        rows = [
            (found["name"], _shapes(found), found["objects"], found["samples"]) for found in used
        ]
        yield from _table(("class", "shape", "objects", "images"), rows)
        what = "without an object" if self.figures["samples"] else "declared"
        yield from _others(len(classes) - len(used), rows, "class", "classes", what)

    def _tags(self) -> Iterator[str]:
        used = [tag for tag in self.figures["tags"] if tag["samples"] or tag["objects"]]
        rows = [
            (
                tag["name"],
                ", ".join(value["value"] for value in tag["values"]) or tag["value_type"],
                tag["samples"],
                tag["objects"],
            )
            for tag in used
        ]
        yield from _table(("tag", "values", "images", "objects"), rows)
        others = len(self.figures["tags"]) - len(used)
        what = "that nothing has" if self.figures["samples"] else "declared"
        yield from _others(others, rows, "tag", "tags", what)

    def _problems(self) -> Iterator[str]:
        if notes := self.notes:
            yield ""
            yield from (f"note: {note}" for note in notes[:SHOWN])
            if len(notes) > SHOWN:
                yield f"and {_counted(len(notes) - SHOWN, 'more note')}; {ALL_OF_THEM}"
        failures = self.report.failures
        if failures:
            yield ""
            yield f"{_counted(len(failures), 'image')} would be set aside:"
            yield from told_failures(failures, SHOWN)
            if len(failures) > SHOWN:
                yield f"  {ALL_OF_THEM}"
        if self.report.interrupted:
            yield "interrupted"


_FIGURES = (
    "samples",
    "objects",
    "unlabelled",
    "width_px",
    "height_px",
    "objects_per_sample",
    "classes",
    "tags",
)
"""What of the report on the samples is told; the rest is there under other names."""


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _others(number: int, rows: Rows, noun: str, plural: str, what: str) -> Iterator[str]:
    """Yield how many there are besides those of a table, which is there if it has rows."""
    if number:
        yield from () if rows else ("",)
        more = "more " if rows else ""
        yield f"{_counted(number, more + noun, more + plural)} {what}"


def _span(measure: dict[str, Any]) -> str:
    low, high = int(measure["min"]), int(measure["max"])
    return str(low) if low == high else f"{low} to {high}"


def _shapes(found: dict[str, Any]) -> str:
    shapes: dict[str, int] = found["shapes"]
    if len(shapes) == 1:
        return next(iter(shapes))
    return ", ".join(f"{count} {kind}" for kind, count in shapes.items())


def _table(head: Sequence[str], rows: Rows) -> Iterator[str]:
    """Yield an empty line and a table; its numbers stand to the right."""
    if not rows:
        return
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(head, *texts, strict=True)]
    right = [isinstance(cell, int) for cell in rows[0]]
    yield ""
    for row in (head, *texts):
        cells = (
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()
