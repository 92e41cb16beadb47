"""Which classes are compared by their keypoints, found before any image is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dtl_engine.sdk import ANY_SHAPE, LabelSpec, Schema, SchemaError, ShapeKind
from dtl_nodes.models.evaluation.poses import Template
from dtl_nodes.models.evaluation.settings import EvaluateSettings
from dtl_nodes.models.evaluation.task import Pair

_SIGMAS_OF_COCO = (
    0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107,
    0.087, 0.087, 0.089, 0.089,
)  # fmt: skip
"""Those of a person, from the nose to the right ankle."""

SIGMA = 0.05
"""Of every point of any other class, between those of eyes and of shoulders."""


def templates_of(
    settings: EvaluateSettings, classes: Sequence[Pair], truth: Schema, samples: Schema
) -> tuple[Template | None, ...]:
    """Return the template of each pair of classes; ``None`` where there is none on both sides.

    Points are the same if their names are.

    Raises:
        SchemaError: E306, the sigmas that are given are not those of a class.
    """
    found = tuple(
        _template(settings, truth.label(pair.truth), samples.label(pair.predicted))
        for pair in classes
    )
    if settings.keypoint_sigmas is not None and not any(found):
        raise SchemaError(
            "E306",
            "no class has keypoints with one template on both sides",
            at=("keypoint_sigmas",),
            value=list(settings.keypoint_sigmas),
            help="remove 'keypoint_sigmas'",
        )
    return found


def _template(
    settings: EvaluateSettings, truth: LabelSpec | None, predicted: LabelSpec | None
) -> Template | None:
    if truth is None or predicted is None:
        return None
    wanted, found = _names(truth), _names(predicted)
    if not wanted or set(wanted.values()) != set(found.values()):
        return None
    places = {name: place for place, name in enumerate(wanted.values())}
    sigmas = settings.keypoint_sigmas
    if sigmas is None:
        is_person = len(places) == len(_SIGMAS_OF_COCO)
        sigmas = _SIGMAS_OF_COCO if is_person else (SIGMA,) * len(places)
    elif len(sigmas) != len(places):
        raise SchemaError(
            "E306",
            f"class '{truth.name}' has {len(places)} keypoints, and {len(sigmas)} sigmas are given",
            at=("keypoint_sigmas",),
            value=list(sigmas),
            help=f"give one for each of: {', '.join(places)}",
        )
    return Template(
        {node: places[name] for node, name in wanted.items()},
        {node: places[name] for node, name in found.items()},
        sigmas,
    )


def _names(label: LabelSpec) -> dict[str, str]:
    """Return the nodes of a class and what they are called, in the order of its template."""
    config = label.extra.get("geometry_config")
    nodes = config.get("nodes") if isinstance(config, Mapping) else None
    if label.kind not in (ShapeKind.GRAPH, ANY_SHAPE) or not isinstance(nodes, Mapping):
        return {}
    named: dict[str, str] = {}
    for node, facts in nodes.items():
        name = facts.get("label") if isinstance(facts, Mapping) else None
        is_name = isinstance(name, str) and name and name not in named.values()
        named[node] = str(name) if is_name else node
    return named
