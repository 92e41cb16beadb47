"""What a row of the tables is, and which nodes have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.per_node.scene import Scene
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import Catalogue, installed_catalogue
from dtl_engine.sdk import Instance
from dtl_engine.testing import documented_example
from dtl_engine.testing.settings import parse_settings

Json = dict[str, Any]
Call = Callable[[], object]
Build = Callable[[Scene], Call]
"""Makes, outside of the measured time, a call that does the same work on the same arrays."""

_READS, _WRITES = "reads files", "writes files"
_WHERE = "is measured within graphs: `lemon`, `growth` and `annotations`"

NOT_MEASURED = {
    "add_to_existing_project": f"{_WRITES}, as `supervisely` does, which {_WHERE}",
    "compare": "reads reports; its work does not grow with the samples",
    "copy_annotations": f"{_WRITES}; only the annotations of what `supervisely` writes",
    "data": f"{_READS}; {_WHERE}",
    "evaluate": "costs what its metrics cost, by the number of objects, not of samples",
    "export": f"{_WRITES}; formats have benchmarks of their own, such as `coco`",
    "infer": "is as fast as its model; the engine's part is that of other nodes",
    "model": f"{_READS}, once a run",
    "output_project": f"{_WRITES}, as `supervisely` does, which {_WHERE}",
    "save": f"{_WRITES}, as `supervisely` does, and packs them; that {_WHERE}",
    "save_masks": f"{_WRITES}, as `supervisely` does, and pictures of masks",
    "supervisely": f"{_WRITES}; {_WHERE}",
    "train": "has a benchmark of its own: `training`",
}
"""Action -> why it has no row."""


@dataclass(frozen=True)
class PixelRow:
    """A node that changes pixels and leaves the annotation."""

    action: str
    variant: str
    settings: Json
    direct: Build | None
    call: str


@dataclass(frozen=True)
class GeometryRow:
    """A node that moves pixels and objects.

    ``whole`` moves the photograph and its eight masks, ``image`` the photograph alone. Both
    settings and calls may depend on the size of the photograph.
    """

    action: str
    variant: str
    settings: Callable[[Scene], Json]
    whole: Build | None
    image: Build | None
    call: str
    needs_objects: bool = False


@dataclass(frozen=True)
class AnnotationRow:
    """A node that changes no pixel: what it works on, and bare work of that kind."""

    action: str
    variant: str
    objects: Callable[[Scene], Sequence[Instance]]
    settings: Json | None = None
    """``None``: the example of its documentation."""
    direct: Build | None = None
    call: str = ""
    before: tuple[str, Json] | None = None
    """A node with settings that the objects go through before."""


Row = PixelRow | GeometryRow | AnnotationRow


def make_node(action: str, settings: Json | None) -> Node[Any]:
    """Return the node with its settings, or with those of its documented example."""
    kind = installed_catalogue().node_class(action)
    chosen = documented_example(kind) if settings is None else settings
    return kind(parse_settings(kind.settings_model, chosen))


def title(row: Row) -> str:
    """Return the first cell of a row."""
    return f"{row.action}: {row.variant}" if row.variant else row.action


def unmeasured(rows: Iterable[Row], catalogue: Catalogue) -> list[str]:
    """Return the actions of this project that have neither a row nor a reason for having none."""
    known = {row.action for row in rows} | set(NOT_MEASURED)
    own = {name for name, entry in catalogue.entries.items() if entry.library == "builtin"}
    return sorted(own - known)
