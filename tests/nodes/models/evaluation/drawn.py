"""Small evaluations: samples with objects on both sides, and what the node makes of them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dtl_engine.sdk import (
    Instance,
    LabelSpec,
    Mask,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_engine.testing import make_sample
from dtl_engine.testing.settings import parse_settings
from dtl_nodes.evaluate import Evaluate
from dtl_nodes.models.evaluation.pairing import resolve
from dtl_nodes.models.evaluation.scene import Scene, scene_of
from dtl_nodes.models.evaluation.settings import EvaluateSettings
from dtl_nodes.models.evaluation.task import Task

Json = dict[str, Any]

CONFIDENCE = TagSpec("confidence", TagValueType.NUMBER)


def schema(kind: str = ShapeKind.BITMAP, *names: str, tags: Sequence[TagSpec] = ()) -> Schema:
    """Return a schema of classes of one kind, by default a, b and both with ``_m`` behind."""
    chosen = names or ("a", "b", "a_m", "b_m")
    labels = (LabelSpec(name, kind, "#AA3311") for name in chosen)
    return Schema(tuple(labels), tuple(tags))


def settings(**chosen: Any) -> EvaluateSettings:
    """Return settings as they stand in a graph."""
    parsed = parse_settings(EvaluateSettings, chosen)
    assert isinstance(parsed, EvaluateSettings)
    return parsed


def task(here: Schema, truth: Schema | None = None, **chosen: Any) -> Task:
    """Return what is compared."""
    return resolve(settings(**chosen), here, truth)


def scene(task: Task, sample: Sample) -> Scene:
    """Return the two sides of a sample that holds both."""
    return scene_of(task, sample, sample)


def box(label: str, *edges: float, score: float | None = None, tag: str = "") -> Instance:
    """Return a rectangle, with a confidence if it is a prediction."""
    return thing(label, Rectangle(*edges), score, tag)


def blob(label: str, rows: Any, x: int = 0, y: int = 0, score: float | None = None) -> Instance:
    """Return a mask of numbers that are set where they are not 0."""
    mask = Mask.tight(np.array(rows, np.uint8), x, y)
    assert mask is not None
    return thing(label, mask, score)


def block(label: str, x0: int, y0: int, x1: int, y1: int, score: float | None = None) -> Instance:
    """Return a mask that is a rectangle."""
    return blob(label, np.ones((y1 - y0, x1 - x0)), x0, y0, score)


def thing(label: str, shape: Shape, score: float | None = None, tag: str = "") -> Instance:
    """Return an object with a confidence and a tag, if given."""
    tags = [Tag("confidence", score)] if score is not None else []
    return Instance(label, shape, (*tags, *([Tag(tag)] if tag else [])))


def picture(*instances: Instance, size: tuple[int, int] = (20, 10), **where: Any) -> Sample:
    """Return a sample."""
    return make_sample(*size, instances, **where)


def report(
    folder: Path,
    samples: Iterable[Sample | tuple[str, Sample]],
    schemas: Schema | Mapping[str, Schema],
    *,
    parts: Sequence[int] = (),
    **chosen: Any,
) -> tuple[Json, tuple[str, ...]]:
    """Return the figures that the node writes, and what it complains of.

    Args:
        folder: where to write.
        samples: with the input port where it is not ``samples``.
        schemas: by port, or that of ``samples``.
        parts: the number of the tally that counts each sample; by default each has its own.
        chosen: the settings.
    """
    node = Evaluate(settings(**chosen))
    by_port = {"samples": schemas} if isinstance(schemas, Schema) else dict(schemas)
    node.check_inputs(node.settings, by_port)
    told = [each if isinstance(each, tuple) else ("samples", each) for each in samples]
    tallies: dict[int, Any] = {}
    for at, (port, sample) in enumerate(told):
        tally = tallies.setdefault(parts[at] if parts else at, node.tally(by_port))
        node.observe(tally, sample, port)
    total = node.tally(by_port)
    for tally in tallies.values():
        total.add(pickle.loads(pickle.dumps(tally)))
    folder.mkdir(parents=True, exist_ok=True)
    broken = node.conclude(total, by_port, folder)
    return json.loads((folder / "report.json").read_bytes()), broken
