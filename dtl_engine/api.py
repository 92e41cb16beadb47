"""The same from Python as from the command line: compile a graph, run a graph."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dtl_engine.compile.compiler import compile_document
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.compile.migrate import migrate
from dtl_engine.errors import Problem, UsageError, did_you_mean
from dtl_engine.execute.events import Listener
from dtl_engine.execute.executor import Execution
from dtl_engine.execute.reports import RunReport
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.missing import what_is_missing
from dtl_engine.graph.overrides import parse_override
from dtl_engine.graph.read import GraphRead, Home, read_graph
from dtl_engine.node.catalogue import installed_catalogue
from dtl_engine.node.source import DataFolders
from dtl_engine.plan.installed import check_installed
from dtl_engine.plan.plan import RunnerKind, make_plan
from dtl_engine.shipped import samples_folder, shipped_graphs

Document = str | Path | Sequence[Any] | Mapping[str, Any]
"""A graph: the path of its file, the name of a shipped one, or its JSON value."""


def compile_graph(
    graph: Document,
    *,
    data: Iterable[str | Path] = (),
    set: Iterable[str] = (),
    seed: int | None = None,
) -> CompiledGraph:
    """Compile a graph: check it and infer what every edge carries. No image is read.

    Args:
        graph: path or name of a document, or its JSON value.
        data: folders in which projects are looked for; by default the folder of the document,
            the current one and the shipped samples.
        set: settings to replace, as in ``"$data2.multiply=3"``, and parameters to set, as in
            ``"crop_min=60"``.
        seed: takes the place of the document's seed.

    Raises:
        UsageError: the document cannot be read, or a folder or a replacement makes no sense.
        GraphInvalid: the graph cannot run; it holds all problems.
    """
    text, file, path = _document(graph)
    folders = DataFolders(_data_folders(data, path.parent if path else None))
    return compile_document(_read(text, file, path, set), installed_catalogue(), folders, seed=seed)


def compile_text(
    text: bytes, file: str, *, data: Iterable[str | Path] = (), seed: int | None = None
) -> CompiledGraph:
    """Compile the text of a document that lies in no file.

    Args:
        text: JSON.
        file: what messages call it.
        data: as for ``compile_graph``.
        seed: as for ``compile_graph``.

    Raises:
        UsageError: a folder does not exist.
        GraphInvalid: the graph cannot run; it holds all problems.
    """
    folders = DataFolders(_data_folders(data, None))
    return compile_document(_read(text, file, None, ()), installed_catalogue(), folders, seed=seed)


def read_document(graph: Document, *, set: Iterable[str] = ()) -> GraphRead:
    """Read a graph and all documents that it names; nothing is checked against the actions.

    Args:
        graph: as for ``compile_graph``.
        set: as for ``compile_graph``.

    Raises:
        UsageError: the document cannot be read, or a replacement makes no sense.
        GraphInvalid: it is no JSON that a graph may be.
    """
    return _read(*_document(graph), set)


def migrate_graph(
    graph: Document, *, generation: int | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Return a document rewritten as an object of version 1 that means the same, and warnings.

    Args:
        graph: as for ``compile_graph``.
        generation: what a bare list is to be read as, 1 or 2; ``None``: 1, the original language.

    Raises:
        UsageError: the document cannot be read.
        GraphInvalid: it is not well formed, or an action is not known.
    """
    text, file, path = _document(graph)
    written = read_json(text, file).value
    return migrate(_read(text, file, path, ()), written, installed_catalogue(), generation)


def run_graph(
    graph: Document,
    *,
    data: Iterable[str | Path] = (),
    out: str | Path = ".",
    set: Iterable[str] = (),
    seed: int | None = None,
    runner: str = "threads",
    workers: int | None = None,
    overwrite: bool = False,
    max_failures: int | None = None,
    only: Iterable[str] = (),
    command: Sequence[str] = (),
    listeners: Iterable[Listener] = (),
    strict_devices: bool = False,
) -> RunReport:
    """Compile and run a graph; returns what became of it.

    Args:
        graph: path or name of a document, or its JSON value.
        data: as for ``compile_graph``.
        out: the folder in which each saving layer makes its own.
        set: as for ``compile_graph``.
        seed: as for ``compile_graph``.
        runner: ``threads``, ``processes`` or ``serial``; results are the same. Processes start
            anew: a script that asks for them keeps its work below ``if __name__ == "__main__"``.
        workers: how many; by default one for each core.
        overwrite: replace outputs that exist.
        max_failures: give up when more source images than this fail.
        only: read only images that match one of these patterns, ``project/dataset/file``.
        command: the command line that would repeat the run, for the records of failures.
        listeners: called with every event of the run.
        strict_devices: a device that a training names and that is not there is an error.

    Raises:
        UsageError: an argument makes no sense, a library is missing, or an output is in the way.
        GraphInvalid: the graph cannot run.
        RunFailed: the run stopped early; what it saved is complete.
    """
    compiled = compile_graph(graph, data=data, set=set, seed=seed)
    if runner not in tuple(RunnerKind):
        raise UsageError(f"no runner '{runner}': there are {', '.join(RunnerKind)}")
    plan = make_plan(
        compiled, Path(out), runner=RunnerKind(runner), workers=workers, only=tuple(only)
    )
    check_installed(plan)
    return Execution(
        plan,
        overwrite=overwrite,
        max_failures=max_failures,
        command=tuple(command),
        listeners=tuple(listeners),
        strict_devices=strict_devices,
    ).run()


def _read(text: bytes, file: str, path: Path | None, set: Iterable[str]) -> GraphRead:
    home = Home(path, shipped=shipped_graphs())
    return read_graph(text, file, home, [parse_override(item) for item in set])


def _document(graph: Document) -> tuple[bytes, str, Path | None]:
    """Return text, name and file of a document."""
    if not isinstance(graph, (str, Path)):
        return _json(graph), "<graph>", None
    path = Path(graph)
    if not path.is_file():
        path = shipped_graphs().get(str(graph), path)
    if not path.exists():
        place = Path(os.path.abspath(path))  # noqa: PTH100 - links keep their names
        why = what_is_missing(str(graph), place, _documents, shipped_graphs(), "shipped graph")
        raise UsageError(f"there is no graph '{graph}': {why}")
    if path.is_dir():
        near = did_you_mean(str(graph), (*_documents(path.parent), *shipped_graphs()))
        raise UsageError(
            f"{graph} is a folder, and a graph is a JSON document" + (f"; {near}" if near else "")
        )
    try:
        return path.read_bytes(), str(path), path.resolve()
    except OSError as error:
        raise UsageError(f"the graph {graph} cannot be read: {error.strerror}") from error


def _documents(folder: Path) -> Iterator[str]:
    """Yield the names of the documents in a folder."""
    return (path.name for path in sorted(folder.glob("*.json")))


def _json(graph: Sequence[Any] | Mapping[str, Any]) -> bytes:
    """Return the text of a JSON value; what no graph may hold is left for the reader to refuse."""
    try:
        return json.dumps(graph).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the graph is no JSON value: {error}") from error


def _data_folders(data: Iterable[str | Path], home: Path | None) -> tuple[Path, ...]:
    given = tuple(Path(folder) for folder in data)
    for folder in given:
        if not folder.exists():
            raise UsageError(f"the data folder {folder} does not exist")
        if not folder.is_dir():
            raise UsageError(f"the data folder {folder} is a file: name the folder that it is in")
    folders = ((home,) if home else ()) + (Path.cwd(), samples_folder())
    return given or tuple(dict.fromkeys(folders))
