"""Samples written in a format and read again, without a graph."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dtl_engine.node.read_log import ReadPolicy
from dtl_engine.sdk import (
    Annotation,
    Image,
    Instance,
    Mask,
    Origin,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Sample,
    Schema,
    Shape,
    Size,
    Source,
    Tag,
)
from dtl_nodes.data import DataSettings
from dtl_nodes.export import ExportSettings
from dtl_nodes.formats import load_format, load_writable
from tests.fixtures.cli import run_cli

SIZE = Size(24, 18)


@dataclass
class Recorder:
    """A place that writes straight into a folder and counts what is lost."""

    folder: Path
    dataset: str
    stem: str
    losses: Counter[tuple[str, str]] = field(default_factory=Counter)
    target: None = None

    def path(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def current(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def lose(self, label: str, what: str) -> None:
        self.losses[label, what] += 1


def sample_with(
    instances: Sequence[Instance],
    tags: Sequence[Tag] = (),
    *,
    file: str = "one.png",
    dataset: str = "ds",
    size: Size = SIZE,
    description: str = "",
) -> Sample:
    """Return a sample with an image of one colour."""
    pixels = np.full((size.height, size.width, 3), (10, 90, 200), np.uint8)
    annotation = Annotation(size, tuple(instances), tuple(tags), description)
    return Sample(Origin("p", dataset, file), Image.from_pixels(pixels), annotation)


def export(
    name: str, samples: Sequence[Sample], schema: Schema, folder: Path, **options: Any
) -> Counter[tuple[str, str]]:
    """Write samples into ``folder``; return what was lost."""
    folder.mkdir(parents=True, exist_ok=True)
    format, settings = load_writable(name), ExportSettings(format=name, **options)
    format.start(schema, folder, settings)
    losses: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        place = Recorder(folder, sample.origin.dataset, sample.origin.stem, losses)
        format.write(sample, schema, place, settings)
    format.finish(schema, folder, settings)
    return losses


def open_dataset(name: str, folder: Path, *subsets: str, **options: Any) -> Source:
    """Open what is in ``folder``."""
    settings = DataSettings(format=name, **options)
    source = load_format(name).open(folder, "p", subsets or ("*",), settings)
    source.policy = ReadPolicy(settings.bad_objects == "drop", settings.strict)
    return source


def read_all(source: Source) -> dict[str, Sample]:
    """Return all samples by ``dataset/file``, read by a copy as another process has it."""
    other = pickle.loads(pickle.dumps(source))
    return {
        f"{origin.dataset}/{origin.file}": other.read(origin)
        for dataset in source.datasets
        for origin in dataset.origins()
    }


def only_sample(source: Source) -> Sample:
    """Return the one sample there is."""
    (found,) = read_all(source).values()
    return found


def write_graph(path: Path, *layers: dict[str, Any]) -> Path:
    """Write a graph of these layers."""
    path.write_text(json.dumps(layers), encoding="utf-8")
    return path


def convert(
    data: Path, source: str, out: Path, settings: dict[str, Any], *words: str, **reading: Any
) -> Path:
    """Run a graph that reads ``source`` and exports it; return the folder of the output."""
    out.mkdir(parents=True, exist_ok=True)
    graph = write_graph(
        out / "graph.json",
        {
            "action": "data",
            "src": [f"{source}/*"],
            "dst": "$a",
            "settings": {"classes_mapping": "default", **reading},
        },
        {"action": "export", "src": ["$a"], "dst": "made", "settings": settings},
    )
    outcome = run_cli("run", graph, "--data", data, "--out", out / "out", *words)
    assert outcome.code == 0, outcome.err
    return out / "out" / "made"


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


_X = st.integers(0, SIZE.width * 4).map(lambda n: n / 4)
_Y = st.integers(0, SIZE.height * 4).map(lambda n: n / 4)
_POINT = st.tuples(_X, _Y)


def _distinct(least: int) -> st.SearchStrategy[list[tuple[float, float]]]:
    return st.lists(_POINT, min_size=least, max_size=7, unique=True)


@st.composite
def _masks(draw: st.DrawFn) -> Shape:
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    bits = draw(st.lists(st.booleans(), min_size=width * height, max_size=width * height))
    pixels = np.array(bits).reshape(height, width)
    pixels[0, 0] = True
    x = draw(st.integers(0, SIZE.width - width))
    y = draw(st.integers(0, SIZE.height - height))
    mask = Mask.tight(pixels, x, y)
    assert mask is not None
    return mask


def _rectangle(corners: tuple[tuple[float, float], tuple[float, float]]) -> Shape:
    return Rectangle.from_corners(corners)


SHAPES: dict[str, st.SearchStrategy[Shape]] = {
    "box": st.tuples(_POINT, _POINT).map(_rectangle),
    "patch": _distinct(3).map(Polygon),
    "path": _distinct(2).map(Polyline),
    "dot": _POINT.map(lambda point: Point(*point)),
    "blob": _masks(),
}
"""Shapes inside the image, by the label that has them."""
