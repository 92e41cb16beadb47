"""Composition: a document and all that it names become one flat document, with places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from dtl_engine.graph.dialect import generation_of
from dtl_engine.graph.ends import Ends
from dtl_engine.graph.expand import expand
from dtl_engine.graph.extend import Extended, extend, shown
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.form import is_whole, strings_of
from dtl_engine.graph.library import Library
from dtl_engine.graph.limits import MAX_NESTED, Limits, TooLarge
from dtl_engine.graph.names import inputs_of, names_in, outputs_of
from dtl_engine.graph.overrides import Override, SetParameter
from dtl_engine.graph.parameters import Parameter, settle
from dtl_engine.graph.parts import Part, Use, is_use, read_use
from dtl_engine.graph.place import CommandLine, FlatDocument, Place, Source, Written, flatten
from dtl_engine.graph.placeholders import Placeholders
from dtl_engine.graph.set_settings import SettingsOption
from dtl_engine.graph.spec import DocumentRead, ParameterValue


class Composer:
    """Composes one main document; what is wrong gathers in ``findings``."""

    def __init__(self, main: Source, shipped: Mapping[str, Path], findings: Findings) -> None:
        self.documents: list[DocumentRead] = [DocumentRead(main.file, "graph")]
        self.parameters: list[ParameterValue] = []
        self._main = main
        self._findings = findings
        self._library = Library(main, shipped, findings)
        self._limits = Limits()
        self._ends = Ends(findings)

    def compose(
        self, settings: Sequence[Override] = (), parameters: Sequence[SetParameter] = ()
    ) -> tuple[FlatDocument, tuple[int, ...]]:
        """Return the one document that the main one and all that it names make together.

        With it come the versions of the documents that its layers are written in.

        Args:
            settings: settings given on the command line, which come last.
            parameters: parameters given there.
        """
        option = SettingsOption(settings, Place(self._main), self._findings)
        given = {
            each.name: ("--set", Written(each.value, Place(CommandLine(each.text))))
            for each in parameters
        }
        extended = extend(self._main, (), self._library, self._findings)
        self._note(extended)
        root = extended.root
        try:
            layers = self._filled(extended, given, "")
            layers = option.apply(layers)
            if self._main.has_parameters:
                layers = self._inlined(layers, (self._main,), "")
        except TooLarge as large:
            self._findings.lose("E123", large.message, large.place)
            layers = []
        layers = option.finish(layers)
        if isinstance(root.value, dict):
            self._refuse_part(extended)
            root = root.with_content(_flat_members(extended, layers))
        elif isinstance(root.value, list):
            root = root.with_content(layers)
        return flatten(root), tuple(generation_of(layer.place) for layer in layers)

    def _note(self, extended: Extended) -> None:
        for source, place in extended.bases:
            self._read(source, "extended", place)

    def _read(self, source: Source, role: str, named_at: Place) -> None:
        read = DocumentRead(source.file, role, named_at.alone.locate())
        if read not in self.documents:
            self.documents.append(read)

    def _filled(
        self, extended: Extended, given: Mapping[str, tuple[str, Written]], scope: str
    ) -> list[Written]:
        """Return the layers of a document with the values of its parameters in them."""
        file = extended.root.place.source.file
        settled = settle(extended.declared, given, file, self._findings)
        self.parameters += (_told(scope, parameter) for parameter in settled.values())
        if not extended.root.place.source.has_parameters:
            return list(extended.layers)
        places = Placeholders(settled, extended.declared, self._findings, self._limits)
        layers = [places.fill(layer) for layer in extended.layers]
        places.warn_of_unused()
        return layers

    def _inlined(
        self, layers: Sequence[Written], way: tuple[Source, ...], scope: str
    ) -> list[Written]:
        """Return layers with parts in the place of those that stand for parts."""
        if not any(map(is_use, layers)):
            return list(layers)
        scopes = _scopes(layers)
        self._refuse_inner_names(layers, scopes)
        around = Counter(name for layer in layers for name in outputs_of(layer) if name)
        found: list[Written] = []
        for layer, inner in zip(layers, scopes, strict=True):
            if inner is None:
                found.append(layer)
                continue
            use = read_use(layer, self._findings)
            if use is not None:
                full = f"{scope}/{inner.removeprefix('$')}" if scope else inner
                found += self._expanded(use, way, inner, full, around)
        return found

    def _expanded(
        self, use: Use, way: tuple[Source, ...], scope: str, full: str, around: Counter[str]
    ) -> list[Written]:
        """Return the layers that one layer stands for; none if something is wrong with it."""
        source = self._library.open(use.document)
        if source is None:
            return []
        name = use.document
        if any(source is one for one in way):
            message = f"the document is a part of itself: {shown(way, source)}"
            self._findings.lose("E122", message, name.place, value=name.value)
            return []
        if len(way) == MAX_NESTED:
            message = f"parts are parts of each other more than {MAX_NESTED} deep"
            raise TooLarge(message, name.place)
        self._read(source, "part", name.place)
        part = self._part(use, source, (*way, source), full)
        if part is None:
            return []
        feeds = self._ends.feeds(use, part)
        targets = self._ends.targets(use, part, around)
        if feeds is None or targets is None:
            return []
        return expand(part, scope, feeds, targets)

    def _part(self, use: Use, source: Source, way: tuple[Source, ...], full: str) -> Part | None:
        """Compose the document that a layer stands for; ``None`` if something is wrong with it."""
        findings = self._findings
        known = findings.errors
        layer = use.layer.place
        extended = extend(source, (layer.alone, *layer.used_by), self._library, findings)
        self._note(extended)
        given = {name: ("layer", value) for name, value in use.given.items()}
        filled = self._filled(extended, given, full)
        self._limits.add_layers(len(filled), use.document.place)
        inlined = self._inlined(filled, way, full)
        outputs = _ends(extended, "outputs", findings)
        part = Part(source.file, _ends(extended, "inputs", findings), outputs, inlined)
        if findings.errors > known:
            findings.fail()
            return None
        if not outputs:
            message = f"{source.file} is no part: it has no 'outputs'"
            help = 'a part names what it gives out, as in "outputs": ["$out"]'
            findings.lose("E126", message, use.document.place, help=help)
            return None
        return part if self._ends.check(part, extended.members.get("seed")) else None

    def _refuse_part(self, extended: Extended) -> None:
        """Refuse to run a document that is made to be a part of others."""
        for ends in ("inputs", "outputs"):
            if _ends(extended, ends, self._findings):
                self._findings.lose(
                    "E129",
                    f"this document is a part: it has {ends}",
                    extended.members[ends].place,
                    key=True,
                    help='use it in another one, in a layer {"action": "graph", ...}',
                )
                return

    def _refuse_inner_names(self, layers: Sequence[Written], scopes: Sequence[str | None]) -> None:
        """Refuse names that look like those inside a part."""
        starts = tuple(f"{scope}/" for scope in scopes if scope)
        for layer in layers:
            for item in (*inputs_of(layer), *names_in(layer.members.get("dst"))):
                if isinstance(item.value, str) and item.value.startswith(starts):
                    message = f"'{item.value}' is a name inside a part"
                    help = "only the outputs of a part can be read, and only it writes inside"
                    self._findings.lose("E127", message, item.place, value=item.value, help=help)


def _scopes(layers: Sequence[Written]) -> list[str | None]:
    """Return, for each layer that stands for a part, the name that all inner names start with.

    It is the layer's first output; where several have the same one, they are told apart.
    """
    taken = {name for layer in layers for name in outputs_of(layer) if name}
    seen: Counter[str] = Counter()
    scopes: list[str | None] = []
    for layer in layers:
        if not is_use(layer):
            scopes.append(None)
            continue
        first = next((name for name in outputs_of(layer) if name), "null")
        name = f"${first.removeprefix('$')}"
        seen[name] += 1
        scope = name
        while seen[name] > 1 and (scope := f"{name}~{seen[name]}") in taken:
            seen[name] += 1
        taken.add(scope)
        scopes.append(scope)
    return scopes


def _told(scope: str, parameter: Parameter) -> ParameterValue:
    value, kind = parameter.value, parameter.declaration.type
    place = value.place.locate()
    return ParameterValue(scope, parameter.name, kind, value.plain, parameter.origin, place)


def _ends(extended: Extended, key: str, findings: Findings) -> list[Written]:
    """Return the inputs or outputs that a document declares, in its own text or a base's."""
    member = extended.members.get(key)
    if member is None:
        return []
    return strings_of(extended.root.with_content({key: member}), key, findings)


def _flat_members(extended: Extended, layers: list[Written]) -> dict[str, Written]:
    """Return the members of the flat document: what is left when nothing is named any more."""
    root, members = extended.root, extended.members
    place = root.members.get("version", root).place
    flat = {"version": Written(generation_of(root.place), place)}
    if "seed" in members and is_whole(members["seed"].value):
        flat["seed"] = members["seed"]
    if "description" in members:
        flat["description"] = members["description"]
    place = root.members.get("layers", root).place
    return {**flat, "layers": Written(layers, place, composed=True)}
