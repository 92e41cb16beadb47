"""The compiler: the ordered passes from a document to a compiled graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dtl_engine.compile.bind import Binding, bind
from dtl_engine.compile.graph import CompiledGraph, CompiledNode, Edge
from dtl_engine.compile.infer import Inference
from dtl_engine.compile.open_sources import open_sources
from dtl_engine.compile.wire import Wiring
from dtl_engine.errors import GraphInvalid, Problem, Severity
from dtl_engine.graph.dialect import DialectReader
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.overrides import Override
from dtl_engine.graph.set_settings import apply_overrides
from dtl_engine.graph.spec import GraphSpec
from dtl_engine.node.catalogue import Catalogue
from dtl_engine.node.source import DataFolders


def compile_document(
    text: bytes,
    file: str,
    catalogue: Catalogue,
    data: DataFolders,
    *,
    overrides: Iterable[Override] = (),
    seed: int | None = None,
) -> CompiledGraph:
    """Compile the document ``text``; ``file`` is its name in messages.

    Raises:
        GraphInvalid: with every problem found, errors and warnings, in the order of the document.
    """
    reader = DialectReader(read_json(text, file))
    spec, problems = apply_overrides(reader.read(), overrides)
    problems = [*reader.problems, *problems]
    bindings, found = bind(spec, catalogue)
    problems += found
    # While layers are missing, what only their absence explains is not reported.
    complete = not reader.problems and len(bindings) == len(spec.layers)
    wiring = Wiring(spec, bindings, complete)
    wiring.link()
    problems += _not_told_yet(wiring.problems, reader.problems)
    sources, found = open_sources(spec, bindings, data)
    problems += found
    nodes = _nodes(spec, bindings)
    inference = Inference(spec, wiring.edges, sources)
    by_id = {node.id: node for node in nodes}
    for id in _inferable(wiring, by_id):
        inference.visit(by_id[id])
    problems += inference.problems
    problems.sort(key=lambda problem: (problem.location.line, problem.location.column))
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
        warnings=tuple(problems),
    )


def _not_told_yet(found: Iterable[Problem], known: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out problems of values whose form is wrong already."""
    places = [f"{problem.location.pointer}/" for problem in known]
    for problem in found:
        if not any(place.startswith(f"{problem.location.pointer}/") for place in places):
            yield problem


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
