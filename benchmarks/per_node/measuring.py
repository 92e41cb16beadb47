"""The figures of one row, as text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.per_node.course import NODE_ID, SEED, Work, annotation_work, cpu_seconds, pixel_work
from benchmarks.per_node.rows import AnnotationRow, Build, GeometryRow, Json, PixelRow, make_node
from benchmarks.per_node.scene import Scene
from dtl_engine.node.base import ProcessingNode
from dtl_engine.sdk import Draws, Sample

NONE = "-"


@dataclass(frozen=True)
class Timing:
    """How long to measure: turns, and how long each of them takes at least."""

    rounds: int
    least_s: float

    def __call__(self, *works: Work) -> list[float]:
        """Return the CPU seconds of each work for one sample."""
        return cpu_seconds(works, self.rounds, self.least_s)


def pixel_cells(row: PixelRow, scene: Scene, timing: Timing) -> tuple[str, ...]:
    """Return images a second of the node and of the direct call, and the ratio of times."""
    work = pixel_work(make_node(row.action, row.settings), scene.sample(scene.masks), scene.schema)
    return (*_images(work, row.direct, scene, timing), row.call or NONE)


def geometry_cells(row: GeometryRow, scene: Scene, timing: Timing) -> tuple[str, ...]:
    """Return the same for the photograph with its masks, and for the photograph alone."""
    node = make_node(row.action, row.settings(scene))
    whole = pixel_work(node, scene.sample(scene.masks), scene.schema)
    alone = pixel_work(node, scene.sample(), scene.schema)
    cells = _images(whole, row.whole, scene, timing)
    others = (NONE,) * 3 if row.needs_objects else _images(alone, row.image, scene, timing)
    return (*cells, *others, row.call)


def annotation_cells(row: AnnotationRow, scene: Scene, timing: Timing) -> tuple[str, ...]:
    """Return microseconds of the node, idle and at work, and of the direct call."""
    node = make_node(row.action, row.settings)
    sample = scene.sample(row.objects(scene))
    if row.before is not None:
        sample = _behind(*row.before, sample, scene)
    works = [
        annotation_work(node, scene.sample(scene.bystanders), scene.schema),
        annotation_work(node, sample, scene.schema),
    ]
    if row.direct is not None:
        works.append(_called(row.direct, scene))
    idle, busy, *direct = (seconds * 1e6 for seconds in timing(*works))
    cells = (f"{direct[0]:.1f}", f"{busy / direct[0]:.1f}") if direct else (NONE, NONE)
    return (f"{idle:.1f}", f"{busy:.1f}", *cells, row.call or NONE)


def _images(work: Work, direct: Build | None, scene: Scene, timing: Timing) -> tuple[str, ...]:
    """Return images a second of both and the ratio of their times.

    A direct call makes as many images as the node makes of one sample.
    """
    if direct is None:
        return (_per_second(timing(work)[0]), NONE, NONE)
    node_s, call_s = timing(work, _called(direct, scene))
    direct_s = call_s / max(work(), 1)
    return (_per_second(node_s), _per_second(direct_s), f"{node_s / direct_s:.2f}")


def _per_second(seconds: float) -> str:
    number = 1 / seconds
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}"


def _called(direct: Build, scene: Scene) -> Work:
    call = direct(scene)

    def work() -> int:
        call()
        return 1

    return work


def _behind(action: str, settings: Json, sample: Sample, scene: Scene) -> Sample:
    """Return the sample behind a node, its objects new ones as if another node had changed them."""
    node = make_node(action, settings)
    assert isinstance(node, ProcessingNode)
    made = next(iter(node.process(sample, Draws(SEED, NODE_ID, sample), scene.schema)))[1]
    return made.replace(instances=[each.with_shape(replace(each.shape)) for each in made.instances])
