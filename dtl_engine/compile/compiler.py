"""The compiler: the ordered passes from a document to a compiled graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dtl_engine.compile.bind import Binding, bind
from dtl_engine.compile.graph import CompiledGraph, CompiledNode, Edge
from dtl_engine.compile.infer import Inference
from dtl_engine.compile.open_sources import open_models, open_sources
from dtl_engine.compile.removals import check_removals
from dtl_engine.compile.wire import Wiring
from dtl_engine.errors import GraphInvalid, Problem, Severity
from dtl_engine.graph.findings import spot_of
from dtl_engine.graph.read import GraphRead
from dtl_engine.graph.spec import GraphSpec
from dtl_engine.node.catalogue import Catalogue
from dtl_engine.node.source import DataFolders


def compile_document(
    read: GraphRead, catalogue: Catalogue, data: DataFolders, *, seed: int | None = None
) -> CompiledGraph:
    """Compile the documents that were read.

    Raises:
        GraphInvalid: with every problem found, errors and warnings, in the order of the document.
    """
    spec = read.spec
    bindings, problems = bind(spec, catalogue)
    # While layers are missing, what only their absence explains is not reported.
    complete = read.is_complete and len(bindings) == len(spec.layers)
    wiring = Wiring(spec, bindings, complete)
    wiring.link()
    problems += _of_sound_values(wiring.problems, read.misshapen)
    sources, found = open_sources(spec, bindings, data)
    problems += found
    opened, found = open_models(spec, bindings, data)
    problems += found
    nodes = _nodes(spec, bindings)
    inference = Inference(spec, wiring.edges, sources, opened, data)
    by_id = {node.id: node for node in nodes}
    for id in _inferable(wiring, by_id):
        inference.visit(by_id[id])
    problems += inference.problems
    problems += check_removals(spec, nodes, sources, inference.inputs)
    problems = _told(read, problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise GraphInvalid(problems)
    return CompiledGraph(
        spec=spec,
        seed=spec.seed if seed is None else seed,
        nodes=nodes,
        edges=_ordered_edges(wiring, nodes),
        sources=sources,
        inputs=inference.inputs,
        outputs=inference.outputs,
        side_inputs=inference.side_inputs,
        models=inference.models,
        opened=opened,
        data=data,
        warnings=tuple(problems),
    )


def _of_sound_values(found: Iterable[Problem], misshapen: Iterable[str]) -> Iterator[Problem]:
    """Leave out problems of values whose form is wrong already."""
    places = [f"{pointer}/" for pointer in misshapen]
    for problem in found:
        if not any(place.startswith(f"{problem.location.in_graph}/") for place in places):
            yield problem


def _told(read: GraphRead, found: Iterable[Problem]) -> list[Problem]:
    """Return all problems in the order of the documents, each once.

    A part that several layers use has its problems once.
    """
    fresh = (problem for problem in found if spot_of(problem.location) not in read.told)
    unique: dict[tuple[object, ...], Problem] = {}
    for problem in sorted((*read.problems, *fresh), key=read.spec.order):
        unique.setdefault((problem.code, problem.message, spot_of(problem.location)), problem)
    return list(unique.values())


def _nodes(spec: GraphSpec, bindings: Iterable[Binding]) -> tuple[CompiledNode, ...]:
    return tuple(
        CompiledNode(b.id, b.spec, b.node_class(b.settings), spec.locate(b.spec.pointer))
        for b in bindings
        if b.settings is not None
    )


def _inferable(wiring: Wiring, by_id: dict[str, CompiledNode]) -> list[str]:
    """Leave out nodes with wrong settings or inputs and all that depends on them."""
    blocked: set[str] = set(wiring.loose)
    feeders: dict[str, set[str]] = {id: set() for id in wiring.order}
    for edge in wiring.edges if wiring.order else ():
        feeders[edge.target].add(edge.source)
    for id in wiring.order:
        if id not in by_id or feeders[id] & blocked:
            blocked.add(id)
    return [id for id in wiring.order if id not in blocked]


def _ordered_edges(wiring: Wiring, nodes: tuple[CompiledNode, ...]) -> tuple[Edge, ...]:
    position = {node.id: at for at, node in enumerate(nodes)}
    return tuple(
        sorted(
            wiring.edges,
            key=lambda edge: (position[edge.source], edge.port, position[edge.target]),
        )
    )
