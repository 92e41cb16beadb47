"""The plan: everything that a runner needs, fixed before it starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import UsageError
from dtl_engine.node.ends import SinkNode
from dtl_engine.node.models import FitNode
from dtl_engine.node.signature import Kind
from dtl_engine.node.target import Target
from dtl_engine.optimize.rules import optimize
from dtl_engine.plan.naming import Naming, name_outputs
from dtl_engine.plan.phases import phases
from dtl_engine.plan.units import units


class RunnerKind(StrEnum):
    """Where the work is done."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do.

    ``images`` is the number of source images that it reads; ``only`` the patterns that restrict
    them, ``limit`` how many of them it reads at most; ``outputs`` maps each sink to the folder that
    it fills, ``extras`` to the files that it writes beside it, ``targets`` to what that folder
    holds already, where samples are added. ``results`` maps a node that fits a model to the model's
    folder; what ``outputs`` names for it holds its samples and goes when the model is complete.
    ``entering`` are the models and reports that enter a node by a port, by what makes them, in the
    order of ``src``; ``values`` are those that exist, by what makes them.
    """

    graph: CompiledGraph
    naming: Naming
    out: Path
    outputs: dict[str, Path]
    runner: RunnerKind
    workers: int
    images: int
    targets: dict[str, Target] = field(default_factory=dict)
    extras: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    results: dict[str, Path] = field(default_factory=dict)
    entering: dict[tuple[str, str], tuple[tuple[str, int], ...]] = field(default_factory=dict)
    values: dict[tuple[str, int], Path] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    limit: int | None = None


def phase_plans(plan: Plan) -> tuple[Plan, ...]:
    """Return the plans of the phases of a plan, in order."""
    return tuple(
        replace(plan, graph=part, images=sum(1 for _ in units(part, plan.only, plan.limit)))
        for part in phases(plan.graph)
    )


def make_plan(
    graph: CompiledGraph,
    out: Path,
    *,
    runner: RunnerKind = RunnerKind.THREADS,
    workers: int | None = None,
    only: tuple[str, ...] = (),
    limit: int | None = None,
) -> Plan:
    """Optimise ``graph`` and fix how it is run; nothing is written yet.

    Raises:
        UsageError: no image matches ``only``, or an output to add to is not as it must be.
    """
    # Named as written: which projects there are decides names even where nothing of one is saved.
    outputs = {node.id: out / graph.output_name(node) for node in graph.sinks}
    results = {n.id: outputs[n.id] for n in graph.sinks if isinstance(n.node, FitNode)}
    outputs |= {id: folder.with_name(f".{folder.name}.samples") for id, folder in results.items()}
    targets = _targets(graph, outputs)
    naming = name_outputs(graph, targets)
    graph = optimize(graph)
    images = sum(1 for part in phases(graph) for _ in units(part, only, limit))
    if only and not images:
        known = next((str(unit.origin) for unit in units(graph)), "none")
        raise UsageError(
            f"no image matches {' or '.join(map(repr, only))}; the first one is {known}"
        )
    return Plan(
        graph=graph,
        naming=naming,
        out=out,
        outputs=outputs,
        runner=runner,
        workers=1 if runner is RunnerKind.SERIAL else workers or available_cores(),
        images=images,
        targets=targets,
        extras={
            node.id: node.node.extra_outputs(outputs[node.id])
            for node in graph.sinks
            if isinstance(node.node, SinkNode)
        },
        only=only,
        limit=limit,
        results=results,
        entering=_entering(graph),
        values={(id, 0): model.path for id, model in graph.opened.items()},
    )


def _entering(graph: CompiledGraph) -> dict[tuple[str, str], tuple[tuple[str, int], ...]]:
    """Return which models and reports enter each node, by port."""
    return {
        (node.id, port.name): tuple((e.source, e.port) for e in graph.feeders(node.id, port.name))
        for node in graph.nodes
        for port in node.node.signature.inputs
        if port.kind is not Kind.SAMPLES
    }


def _targets(graph: CompiledGraph, outputs: dict[str, Path]) -> dict[str, Target]:
    """Open what sinks add to."""
    targets = {}
    for sink in graph.sinks:
        schema = graph.inputs[sink.id].schema
        if isinstance(sink.node, SinkNode) and schema is not None:
            try:
                target = sink.node.open_target(outputs[sink.id], schema)
            except UsageError as error:
                raise UsageError(f"{sink.location}: {error}") from error
            if target is not None:
                targets[sink.id] = target
    return targets


def available_cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
