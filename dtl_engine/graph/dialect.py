"""From JSON to layers: both forms of a document become one ``GraphSpec``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dtl_engine.errors import Problem, did_you_mean
from dtl_engine.graph.json_reader import JsonDocument
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.place import FlatDocument, Place, Source
from dtl_engine.graph.spec import Dialect, GraphSpec, NodeSpec

LAYER_KEYS = ("action", "src", "dst", "settings")
DOCUMENT_KEYS = (
    *("$schema", "version", "seed", "description", "extends", "parameters"),
    *("inputs", "outputs", "remove", "layers"),
)
VERSIONS = (1, 2)
"""1: settings mean what they meant to the original engine; 2: what they mean to its successor."""


class DialectReader:
    """Reads one document; what is wrong with it gathers in ``problems``.

    ``generations`` tell, layer by layer, the version of the document that it comes from, where a
    document is made of several.
    """

    def __init__(
        self, document: JsonDocument | FlatDocument, generations: Sequence[int] = ()
    ) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._unread: list[NodeSpec] = []
        self._generation = VERSIONS[0]
        self._generations = generations

    def read(self) -> GraphSpec:
        """Return the layers that can be made out."""
        self.check()
        value = self.document.value
        if isinstance(value, list):
            layers = self._layers(value, "")
            return GraphSpec(self.document, Dialect.ORIGINAL, layers, unread=tuple(self._unread))
        if isinstance(value, dict):
            listed = value.get("layers")
            layers = self._layers(listed, "/layers") if isinstance(listed, list) else ()
            seed = value.get("seed", 0)
            seed = seed if isinstance(seed, int) and not isinstance(seed, bool) else 0
            unread = tuple(self._unread)
            return GraphSpec(self.document, Dialect.DOCUMENT, layers, seed, unread)
        return GraphSpec(self.document, Dialect.ORIGINAL, ())

    def check(self) -> None:
        """Look at everything in the document but its layers."""
        value = self.document.value
        if isinstance(value, dict):
            self._check_document(value)
        elif not isinstance(value, list):
            self._report(
                "E008",
                f"a graph is a list of layers or an object, not {describe(value)}",
                "",
                value=value,
                help='write [{"action": ..., "src": [...], "dst": ..., "settings": {...}}, ...]',
            )

    def _check_document(self, value: dict[str, Any]) -> None:
        for key in value:
            if key not in DOCUMENT_KEYS:
                self._unknown_key("E107", f"unknown key '{key}' of a document", key, DOCUMENT_KEYS)
        is_optional = "extends" in value and "layers" not in value
        if not isinstance(value.get("layers"), list) and not is_optional:
            self._report(
                "E101",
                "the document has no list 'layers'",
                "/layers" if "layers" in value else "",
                value=value.get("layers"),
                help='write {"version": 1, "layers": [...]}',
            )
        version = value.get("version", VERSIONS[0])
        if version in VERSIONS and not isinstance(version, bool):
            self._generation = version
        else:
            self._report(
                "E105",
                f"version {version!r} of the language is not known",
                "/version",
                value=version,
                allowed=tuple(map(str, VERSIONS)),
                help=f'write "version": {VERSIONS[0]}',
            )
        seed = value.get("seed", 0)
        if not isinstance(seed, int) or isinstance(seed, bool):
            self._report("E104", f"'seed' is an integer, not {describe(seed)}", "/seed", value=seed)

    def _layers(self, values: list[Any], base: str) -> tuple[NodeSpec, ...]:
        found = (self._layer(index, value, f"{base}/{index}") for index, value in enumerate(values))
        return tuple(layer for layer in found if layer is not None)

    def _layer(self, index: int, value: Any, pointer: str) -> NodeSpec | None:
        if not isinstance(value, dict):
            self._report("E104", f"a layer is an object, not {describe(value)}", pointer, value)
            return None
        for key in value:
            if key not in LAYER_KEYS:
                self._unknown_key(
                    "E107", f"unknown key '{key}' of a layer", key, LAYER_KEYS, pointer
                )
        missing = [key for key in LAYER_KEYS if key not in value]
        for key in missing:
            near = [known for known in value if known not in LAYER_KEYS]
            self._report(
                "E101",
                f"the layer has no '{key}'",
                pointer,
                help='an empty one is written "settings": {}'
                if key == "settings" and not near
                else "",
            )
        action = value.get("action", "")
        if not isinstance(action, str):
            self._report(
                "E104", f"'action' is a string, not {describe(action)}", f"{pointer}/action", action
            )
            action = ""
        src, ports = self._src(value["src"], f"{pointer}/src") if "src" in value else ((), ())
        dst, is_list = self._dst(value["dst"], f"{pointer}/dst") if "dst" in value else ((), False)
        settings = value.get("settings", {})
        if not isinstance(settings, dict):
            self._report(
                "E104",
                f"'settings' is an object, not {describe(settings)}",
                f"{pointer}/settings",
                settings,
            )
            settings = None
        generation = self._generations[index] if self._generations else self._generation
        layer = NodeSpec(index, action, src, dst, settings, pointer, is_list, generation, ports)
        if not action or {"src", "dst"} & set(missing):
            self._unread.append(layer)
            return None
        return layer

    def _src(self, value: Any, pointer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names and, where an object says so, the input port that each is for."""
        if not isinstance(value, dict):
            return self._names(value, pointer), ()
        names: list[str] = []
        ports: list[str] = []
        for port, listed in value.items():
            found = self._names(listed, pointer + pointer_of((port,)))
            names += found
            ports += [port] * len(found)
        return tuple(names), tuple(ports)

    def _names(self, value: Any, pointer: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._report(
                "E104",
                f"'src' is a list of names, not {describe(value)}",
                pointer,
                value,
                help=f'write ["{value}"]' if isinstance(value, str) else "",
            )
            return (value,) if isinstance(value, str) else ()
        names: list[str] = []
        for at, name in enumerate(value):
            if isinstance(name, str):
                names.append(name)
            else:
                self._report(
                    "E104", f"a name is a string, not {describe(name)}", f"{pointer}/{at}", name
                )
        return tuple(names)

    def _dst(self, value: Any, pointer: str) -> tuple[tuple[str | None, ...], bool]:
        if value is None or isinstance(value, str):
            return (none_if_null(value),), False
        if isinstance(value, list):
            for at, name in enumerate(value):
                if name is not None and not isinstance(name, str):
                    self._report(
                        "E104", f"a name is a string, not {describe(name)}", f"{pointer}/{at}", name
                    )
            names = (name for name in value if name is None or isinstance(name, str))
            return tuple(none_if_null(name) for name in names), True
        self._report("E104", f"'dst' is a name, not {describe(value)}", pointer, value)
        return (), False

    def _unknown_key(
        self, code: str, message: str, key: str, known: Iterable[str], base: str = ""
    ) -> None:
        pointer = base + pointer_of((key,))
        self.problems.append(
            Problem(
                code,
                message,
                self.document.locate(pointer, key=True),
                help=did_you_mean(key, known) or f"known are {', '.join(known)}",
                value=key,
                allowed=tuple(known),
            )
        )

    def _report(
        self,
        code: str,
        message: str,
        pointer: str,
        value: Any = None,
        help: str = "",
        allowed: tuple[str, ...] = (),
    ) -> None:
        location = self.document.locate(pointer)
        self.problems.append(
            Problem(code, message, location, help=help, value=value, allowed=allowed)
        )


def generation_of(place: Place) -> int:
    """Return the version of the document in which a value is written."""
    document = place.source.document if isinstance(place.source, Source) else None
    value = document.value if document else None
    version = value.get("version") if isinstance(value, dict) else None
    return next((known for known in VERSIONS if version is not True and version == known), 1)


def none_if_null(name: str | None) -> str | None:
    """Return ``None`` for the connection ``"null"``, which discards what is written to it."""
    return None if name == "null" else name


def describe(value: Any) -> str:
    """Name the JSON type of ``value``, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return f"the string {value!r}" if isinstance(value, str) else f"the number {value!r}"
