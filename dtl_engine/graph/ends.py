"""The ends of parts: whether what is linked to their inputs and outputs fits."""

from __future__ import annotations

from collections import Counter

from dtl_engine.errors import did_you_mean
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.names import connection, inputs_of, names_in, outputs_of
from dtl_engine.graph.parts import Part, Use
from dtl_engine.graph.place import Written


class Ends:
    """Checks the inputs and outputs of parts, and links them with the layers around."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def check(self, part: Part, seed: Written | None) -> bool:
        """Whether the layers of a part fit the ends that it declares."""
        known = len(self._findings.problems)
        written = {name for layer in part.layers for name in outputs_of(layer) if name}
        read = {item.value for layer in part.layers for item in inputs_of(layer)}
        for ends, word in ((part.inputs, "inputs"), (part.outputs, "outputs")):
            met: set[str] = set()
            for end in ends:
                name = end.value
                if not name.startswith("$"):
                    message = f"'{name}' is no connection: a name starts with '$'"
                    self._lose("E126", message, end, help=f"write '${name}'")
                elif name in met:
                    self._lose("E126", f"'{name}' stands twice in '{word}'", end)
                met.add(name)
        for end in part.inputs:
            if end.value in written:
                message = f"the input '{end.value}' is written by a layer of this document"
                self._lose("E126", message, end, help="give one of the two another name")
            elif end.value.startswith("$") and end.value not in read:
                help = did_you_mean(end.value, read)
                self._lose("E126", f"no layer reads the input '{end.value}'", end, help=help)
        for end in part.outputs:
            if end.value.startswith("$") and end.value not in written:
                help = did_you_mean(end.value, written)
                self._lose("E126", f"no layer writes the output '{end.value}'", end, help=help)
        if seed is not None:
            message = "a part has no seed of its own"
            help = "the seed of the document that is run holds for all its parts"
            self._findings.lose("E126", message, seed.place, key=True, help=help)
        self._check_saves(part)
        return len(self._findings.problems) == known

    def _check_saves(self, part: Part) -> None:
        for layer in part.layers:
            for item in names_in(layer.members.get("dst")):
                name = connection(item)
                if name is not None and not name.startswith("$"):
                    message = f"a part saves nothing: '{name}' is no connection"
                    help = "name it in 'outputs', and save it in the document that uses the part"
                    self._lose("E128", message, item, help=help)

    def feeds(self, use: Use, part: Part) -> dict[str, list[Written]] | None:
        """Return what is fed into each input; ``None`` if it does not fit."""
        names = [end.value for end in part.inputs]
        ports = {name.removeprefix("$"): name for name in names}
        src = use.src
        by_port = src.members
        if set(by_port) == {"source"} and "source" not in ports:
            # The successor writes {"source": ["$a"]} where others write a list.
            src, by_port = by_port["source"], {}
        if isinstance(src.value, list):
            if len(names) != 1 and (names or src.items):
                message = f"{part.file} has {_count(len(names), 'input')}, 'src' is one list"
                example = ", ".join(f'"{port}": ["$name"]' for port in ports)
                help = f'write "src": {{{example}}}' if names else 'write "src": []'
                self._lose("E127", message, src, help=help)
                return None
            found = {name: src.items for name in names}
        else:
            found = {ports[port]: w.items for port, w in by_port.items() if port in ports}
        known = len(self._findings.problems)
        for port, member in by_port.items():
            if port not in ports:
                message = f"{part.file} has no input '{port}'"
                listed = f"inputs: {', '.join(ports) or 'none'}"
                help = did_you_mean(port, ports) or listed
                self._findings.lose(
                    "E127", message, member.place, key=True, value=port, help=help, allowed=ports
                )
        for port, name in ports.items():
            if not found.get(name) and len(self._findings.problems) == known:
                self._lose("E127", f"the input '{port}' of {part.file} gets nothing", src)
        return found if len(self._findings.problems) == known else None

    def targets(self, use: Use, part: Part, around: Counter[str]) -> dict[str, Written] | None:
        """Return the name that each output gets in the document around; ``None`` if it cannot.

        ``around`` counts how often each name is written there.
        """
        dst = use.dst
        count = len(part.outputs)
        names = names_in(dst)
        if len(names) != count or isinstance(dst.value, list) != (count > 1):
            listed = ", ".join(f"'{end.value}'" for end in part.outputs)
            message = f"{part.file} has {_count(count, 'output')}, 'dst' names {len(names)}"
            help = f"write a list of {count} names, for {listed}; null discards one"
            if count == 1:
                help = "write one name, not a list"
                message = "'dst' is one name here, not a list" if len(names) == 1 else message
            self._lose("E127", message, dst, help=help)
            return None
        found = {end.value: name for end, name in zip(part.outputs, names, strict=True)}
        read = {item.value for layer in part.layers for item in inputs_of(layer)}
        for inner, name in found.items():
            if inner in read and name.value is not None and around[name.value] > 1:
                message = (
                    f"'{name.value}' is written by other layers too, and {part.file} reads its "
                    f"own output '{inner}'"
                )
                self._lose("E127", message, name, help="give this output a name of its own")
                return None
        return found

    def _lose(self, code: str, message: str, at: Written, help: str = "") -> None:
        self._findings.lose(code, message, at.place, value=at.plain, help=help)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}" if number == 1 else f"{number or 'no'} {noun}s"
