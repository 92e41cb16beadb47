"""Wire: connection names to edges; arity, port kinds, cycles, and the ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from dtl_engine.compile.bind import Binding
from dtl_engine.compile.graph import Edge
from dtl_engine.errors import Problem, did_you_mean
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.spec import Dialect, GraphSpec
from dtl_engine.node.ends import OutputNode, SinkNode
from dtl_engine.node.settings import Settings
from dtl_engine.node.signature import Kind

MAIN = "source"
"""What the successor calls the first input of a layer, and what a list of names is for."""

FORBIDDEN_IN_OUTPUT = '/\\|\0<>:"?*'


class Wiring:
    """Links the layers of one graph; what is wrong gathers in ``problems``."""

    def __init__(self, spec: GraphSpec, bindings: Sequence[Binding], complete: bool) -> None:
        self.spec = spec
        self.bindings = bindings
        self.complete = complete
        self.problems: list[Problem] = []
        self.edges: list[Edge] = []
        self.order: tuple[str, ...] = ()
        self.loose: set[str] = set()

    def link(self) -> None:
        """Fill ``edges``, ``order`` (the node ids in topological order) and ``loose``.

        ``loose`` are the ids of nodes that lack an input: what reaches them is not all known.
        """
        producers = self._producers()
        for binding in self.bindings:
            if binding.node_class.signature.inputs:
                self._link_inputs(binding, producers)
                self._check_kinds(binding)
            elif not binding.spec.src and binding.node_class.is_named_in_src:
                self._report("E204", "the layer reads nothing: its 'src' is empty", binding, "src")
        if self.complete:
            self._check_ends()
        feeders: dict[str, set[str]] = {binding.id: set() for binding in self.bindings}
        for edge in self.edges:
            feeders[edge.target].add(edge.source)
        try:
            self.order = tuple(TopologicalSorter(feeders).static_order())
        except CycleError:
            self._report_cycles()

    def _producers(self) -> dict[str, list[tuple[Binding, int]]]:
        producers: dict[str, list[tuple[Binding, int]]] = defaultdict(list)
        outputs: dict[str, Binding] = {}
        for binding in self.bindings:
            ports = binding.node_class.signature.outputs
            dst = binding.spec.dst
            if not ports:
                self._check_output_name(binding, outputs)
                continue
            if len(dst) != len(ports) or binding.spec.dst_is_list != (len(ports) > 1):
                self._report_arity(binding)
            elif issubclass(binding.node_class, OutputNode) and binding.settings is not None:
                self._check_result_name(binding, binding.settings, outputs)
            for port, name in enumerate(dst[: len(ports)]):
                if name is None:
                    continue
                if not name.startswith("$"):
                    self._report(
                        "E201",
                        f"connection name '{name}' does not start with '$'",
                        binding,
                        self._dst_path(binding, port),
                        value=name,
                        help=f"write '${name}', or null to discard the output"
                        if name
                        else "write a name such as '$out', or null to discard the output",
                    )
                producers[_corrected(name)].append((binding, port))
        return producers

    def _report_arity(self, binding: Binding) -> None:
        ports = binding.node_class.signature.outputs
        if len(ports) == 1:
            message, help = "'dst' is one name here, not a list", ""
            if len(binding.spec.dst) == 1:
                help = f'write "{binding.spec.dst[0]}"'
        else:
            meaning = ", ".join(f"'{port.name}'" for port in ports)
            message = (
                f"action '{binding.spec.action}' has {len(ports)} outputs, "
                f"'dst' names {len(binding.spec.dst)}"
            )
            help = f"write a list of {len(ports)} names, for {meaning}; null discards one"
        self._report("E204", message, binding, "dst", value=list(binding.spec.dst), help=help)

    def _check_output_name(self, binding: Binding, outputs: dict[str, Binding]) -> None:
        if binding.spec.dst_is_list or len(binding.spec.dst) != 1:
            message = "'dst' of a saving layer is the one name of what it writes"
            self._report("E204", message, binding, "dst", value=list(binding.spec.dst))
            return
        self._check_name(binding, binding.spec.dst[0], "dst", outputs)

    def _check_result_name(
        self, binding: Binding, settings: Settings, outputs: dict[str, Binding]
    ) -> None:
        """Check the folder of a layer whose ``dst`` are connections."""
        if chosen := getattr(settings, "name", None):
            self._check_name(binding, chosen, "settings/name", outputs)
            return
        at = next((at for at, name in enumerate(binding.spec.dst) if name), None)
        if at is not None:
            name = (binding.spec.dst[at] or "").removeprefix("$")
            self._check_name(binding, name, self._dst_path(binding, at), outputs)
        elif "name" in type(settings).model_fields:
            message = "the output needs a name: 'dst' names nothing, nor does the setting 'name'"
            self._report("E210", message, binding, "settings")
        else:
            message = "the output needs a name: it is that of the connection, and 'dst' is null"
            self._report("E210", message, binding, "dst")

    def _check_name(
        self, binding: Binding, name: str | None, path: str, outputs: dict[str, Binding]
    ) -> None:
        """Refuse what cannot name a file or folder among the outputs, or does so already."""
        reason = ""
        if not name:
            reason = "needs a name" if name == "" else "cannot be null"
        elif name.startswith("$"):
            reason = "cannot start with '$': it is no connection"
        elif name.startswith("."):
            reason = "cannot start with '.'"
        elif bad := sorted({mark for mark in name if mark in FORBIDDEN_IN_OUTPUT or mark < " "}):
            reason = "cannot contain " + " ".join(repr(mark) for mark in bad)
        elif name != name.strip() or len(name.encode()) > 200:
            reason = "cannot start or end with a space or be longer than 200 bytes"
        elif name == "failed":
            reason = "cannot be 'failed': that folder holds the samples set aside"
        if reason:
            self._report("E210", f"the output {reason}", binding, path, value=name)
        elif name and name.casefold() in outputs:
            first = self.spec.locate(outputs[name.casefold()].spec.pointer)
            message = f"the output '{name}' is already written by the layer in line {first.line}"
            self._report("E211", message, binding, path, value=name)
        elif name:
            outputs[name.casefold()] = binding

    def _link_inputs(
        self, binding: Binding, producers: dict[str, list[tuple[Binding, int]]]
    ) -> None:
        if not binding.spec.src:
            self._report("E204", "the layer reads nothing: its 'src' is empty", binding, "src")
            self.loose.add(binding.id)
        signature = binding.node_class.signature
        met: set[tuple[str, str]] = set()
        for at, name in enumerate(binding.spec.src):
            asked = binding.spec.src_ports[at] if binding.spec.src_ports else MAIN
            asked = binding.node_class.port_aliases.get(asked, asked)
            path = binding.spec.src_path(at)
            if (asked, name) in met:
                continue  # a name listed twice counts once
            met.add((asked, name))
            if asked != MAIN and asked not in (port.name for port in signature.inputs):
                self._report_port(binding, asked)
                self.loose.add(binding.id)
                continue
            if not name.startswith("$"):
                help = f"write '${name}'" if f"${name}" in producers else ""
                message = f"'{name}' cannot be read: a connection name starts with '$'"
                self._report("E201", message, binding, path, value=name, help=help)
                if not help:
                    self.loose.add(binding.id)
                    continue
                name = _corrected(name)
            if name not in producers:
                self.loose.add(binding.id)
                if self.complete or not self._might_exist(name):
                    self._report(
                        "E202",
                        f"no layer writes '{name}'",
                        binding,
                        path,
                        value=name,
                        help=did_you_mean(name, producers),
                        allowed=tuple(producers),
                    )
                continue
            for producer, port in producers[name]:
                kind = producer.node_class.signature.outputs[port].kind
                if (target := signature.input_for(kind, asked)) is None:
                    self.loose.add(binding.id)
                    if binding.settings is None and binding.node_class.variants():
                        continue  # what it reads depends on a setting that is wrong
                    accepted = ", ".join(dict.fromkeys(port.kind for port in signature.inputs))
                    message = (
                        f"'{name}' carries a {kind}, action '{binding.spec.action}' "
                        f"reads {accepted}"
                    )
                    self._report("E208", message, binding, path, value=name)
                    continue
                self.edges.append(Edge(producer.id, port, binding.id, name, kind, target.name))

    def _check_kinds(self, binding: Binding) -> None:
        """Report what a layer of several kinds of input needs and does not read."""
        if binding.id in self.loose:
            return
        linked = {edge.kind for edge in self.edges if edge.target == binding.id}
        needed = dict.fromkeys(port.kind for port in binding.node_class.signature.inputs)
        for kind in needed:
            if kind not in linked:
                what = "samples" if kind is Kind.SAMPLES else f"a {kind}"
                message = f"action '{binding.spec.action}' needs {what}, and 'src' names none"
                known = ", ".join(needed)
                help = f"list a connection of each kind: {known}"
                self._report("E214", message, binding, "src", help=help)
                self.loose.add(binding.id)

    def _report_port(self, binding: Binding, asked: str) -> None:
        inputs = [port.name for port in binding.node_class.signature.inputs]
        pointer = f"{binding.spec.pointer}/src" + pointer_of((asked,))
        location = self.spec.locate(pointer, key=True)
        message = f"action '{binding.spec.action}' has no input '{asked}'"
        help = did_you_mean(asked, inputs) or f"inputs: {', '.join(inputs)}"
        if not any(problem.location == location for problem in self.problems):
            self.problems.append(
                Problem("E213", message, location, help=help, value=asked, allowed=tuple(inputs))
            )

    def _might_exist(self, name: str) -> bool:
        """Whether a layer that could not be read or bound writes ``name``, or may do so."""
        layers = (*self.spec.layers, *self.spec.unread)
        return any(name in layer.dst or not layer.dst for layer in layers)

    def _check_ends(self) -> None:
        sources = [b for b in self.bindings if not b.node_class.signature.inputs]
        sinks = [b for b in self.bindings if issubclass(b.node_class, OutputNode)]
        start = self.spec.locate("")
        if not self.bindings:
            self.problems.append(Problem("E212", "the graph has no layers", start))
            return
        if not sources:
            message = "no layer reads data"
            help = 'add a layer such as {"action": "data", "src": ["project/*"], ...}'
            self.problems.append(Problem("E205", message, start, help=help))
        if not sinks:
            message = "no layer saves anything"
            help = 'add a layer such as {"action": "supervisely", "dst": "name", ...}'
            self.problems.append(Problem("E206", message, start, help=help))
        if self.spec.dialect is Dialect.ORIGINAL:
            saving = [sink for sink in sinks if issubclass(sink.node_class, SinkNode)]
            for second in saving[1:]:
                self._report(
                    "E207",
                    "the original language has one saving layer, this is another",
                    second,
                    help='several are allowed in the form {"version": 1, "layers": [...]}',
                )

    def _report_cycles(self) -> None:
        # Imported for a wrong graph alone: it takes a fifth of the time of a short command.
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph((edge.source, edge.target) for edge in self.edges)
        by_id = {binding.id: binding for binding in self.bindings}
        position = {id: at for at, id in enumerate(by_id)}
        for component in nx.strongly_connected_components(graph):
            ids = sorted(component, key=position.__getitem__)
            if len(ids) == 1 and not graph.has_edge(ids[0], ids[0]):
                continue
            cycle = nx.find_cycle(graph.subgraph(ids), ids[0])
            way = " -> ".join([*(f"${source}" for source, _ in cycle), f"${cycle[0][0]}"])
            message = f"the layers feed each other in a circle: {way}"
            self._report("E203", message, by_id[cycle[0][0]], "src")

    def _dst_path(self, binding: Binding, port: int) -> str:
        return f"dst/{port}" if binding.spec.dst_is_list else "dst"

    def _report(
        self,
        code: str,
        message: str,
        binding: Binding,
        path: str = "",
        value: object = None,
        help: str = "",
        allowed: tuple[str, ...] = (),
    ) -> None:
        pointer = f"{binding.spec.pointer}/{path}" if path else binding.spec.pointer
        location = self.spec.locate(pointer)
        self.problems.append(
            Problem(code, message, location, help=help, value=value, allowed=allowed)
        )


def _corrected(name: str) -> str:
    """Return the connection that is meant, so that one mistake is reported only once."""
    return name if name.startswith("$") else f"${name}"
