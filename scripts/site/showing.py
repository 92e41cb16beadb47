"""Runs the example of a node on a scene and keeps what there is to show."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from dtl_engine.cli.sample_picture import picture_of_sample
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import Catalogue
from dtl_engine.node.draws import Draws
from dtl_engine.node.ends import SinkNode, SourceNode
from dtl_engine.node.models import BatchNode, FitNode, ModelSourceNode, ValueSinkNode
from dtl_engine.node.report import ReportNode
from dtl_engine.node.source import DataFolders
from dtl_engine.testing.demo import demo_samples, demo_schema
from dtl_engine.testing.running import OUTPUT, report_on, run_node
from dtl_engine.testing.settings import parse_settings
from dtl_visualizer.overlay import write_overlay
from scripts.site.differences import Stream, differences
from scripts.site.scenes import BEFORE, SEVERAL, existing_image, scene_for

MOST_PICTURES = 4
"""Results that are shown of one node."""

SEEDS = (1, 2, 3)
"""What a random node is run with: one result each."""

TRIED = range(1, 33)
"""Seeds that are tried until every output of a random node is used."""

PROJECT = "project"
"""The project that a source is shown on."""

SMALL_PX = 80
"""Images of this width or less are drawn larger."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture with what is said about it; ``facts`` are Markdown phrases."""

    title: str
    picture: bytes
    width: int
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Showing:
    """What a page shows of one run: pictures, files and the text of a report.

    ``notes`` are Markdown sentences above the pictures; ``files`` are relative paths with a mark
    for those that the node wrote; ``report`` is JSON, and ``pages`` are files to look at.
    """

    notes: tuple[str, ...] = ()
    before: tuple[Panel, ...] = ()
    after: tuple[Panel, ...] = ()
    files: tuple[str, ...] = ()
    report: str = ""
    pages: Mapping[str, bytes] | None = None


def show(catalogue: Catalogue, action: str, settings: Any) -> Showing | None:
    """Run ``action`` with ``settings`` on its scene; ``None`` if that needs a model.

    Raises:
        Exception: whatever the node raises; then there is nothing to show.
    """
    node = _node(catalogue, action, settings)
    if isinstance(node, FitNode | ModelSourceNode | BatchNode | ValueSinkNode):
        return None
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(node, SourceNode):
            return _show_source(catalogue, node, Path(folder))
        if isinstance(node, ReportNode):
            return _show_report(node, Path(folder))
        if isinstance(node, SinkNode):
            return _show_sink(catalogue, node, Path(folder))
        return _show_processing(catalogue, node, Path(folder))


def _show_processing(catalogue: Catalogue, node: Node[Any], folder: Path) -> Showing:
    if len(node.signature.outputs) > 1 or node.action in SEVERAL:
        return _show_several(node, folder)
    notes, stream = _prepared(catalogue, node.action, scene_for(node.action))
    sample, schema = stream
    inferred = node.infer_schema(node.settings, schema)
    is_random = node.is_random(node.settings)
    results = [
        (seed, result)
        for seed in (SEEDS if is_random else SEEDS[:1])
        for _, result in run_node(node, sample, Draws(seed, "node", sample), schema, folder).results
    ]
    if len(results) > MOST_PICTURES:
        notes = (*notes, f"{MOST_PICTURES} of {len(results)} results are shown.")
    if not results:
        notes = (*notes, "Nothing leaves: the sample is dropped.")
    is_plain = _change_pixels_alone(sample, [result for _, result in results])
    if is_plain:
        notes = (*notes, "The objects stay as they are and are not drawn.")
    panels = []
    for number, (seed, result) in enumerate(results[:MOST_PICTURES], 1):
        facts = differences(stream, (result, inferred)) or ("nothing changes",)
        title = f"after, with seed {seed}" if is_random else _numbered(number)
        panels.append(_panel(title, (result, inferred), facts, plain=is_plain))
    return Showing(notes, (_panel("before", stream, plain=is_plain),), tuple(panels))


def _change_pixels_alone(sample: Sample, results: Sequence[Sample]) -> bool:
    """Whether all there is to see are other pixels."""
    return all(
        result.instances == sample.instances and result.image is not sample.image
        for result in results
    )


def _show_several(node: Node[Any], folder: Path) -> Showing:
    """Show by which port each of several scenes leaves; by chance, with a seed that uses all."""
    schema, ports = demo_schema(), node.signature.outputs
    is_random = node.is_random(node.settings)
    for seed in TRIED if is_random else TRIED[:1]:
        left = [
            (port, sample, result)
            for sample in demo_samples()
            for port, result in run_node(
                node, sample, Draws(seed, "node", sample), schema, folder
            ).results
        ]
        if len({port for port, *_ in left}) == len(ports):
            break
    inferred = node.infer_schema(node.settings, schema)
    changes = [differences((sample, schema), (result, inferred)) for _, sample, result in left]
    notes = [f"Run with seed {seed}."] if is_random else []
    if not any(changes):
        notes.append("The samples themselves do not change.")
    leaves = [f" leaves by `{port.name}`" for port in ports] if len(ports) > 1 else [""]
    panels = [
        _panel(f"`{sample.origin.file}`{leaves[port]}", (result, inferred), facts)
        for (port, sample, result), facts in zip(left, changes, strict=True)
    ]
    return Showing(tuple(notes), (), tuple(panels[:MOST_PICTURES]))


def _show_source(catalogue: Catalogue, node: SourceNode[Any], folder: Path) -> Showing:
    scene, schema = demo_samples()[0], demo_schema()
    _write_project(catalogue, [scene], schema, folder)
    (folder / OUTPUT).rename(folder / PROJECT)
    source = node.open(node.settings, (f"{PROJECT}/*",), DataFolders((folder,)))
    (origin, *_) = (origin for dataset in source.datasets for origin in dataset.origins())
    read = source.read(origin)
    inferred = node.infer_schema(node.settings, source.schema)
    result = node.apply(read)
    facts = differences((read, source.schema), (result, inferred)) or ("nothing changes",)
    return Showing(
        ("The folder of projects holds the project below.",),
        (_panel("what the files say", (read, source.schema)),),
        (_panel("what enters the graph", (result, inferred), facts),),
        _listed(folder),
    )


def _show_report(node: ReportNode[Any, Any], folder: Path) -> Showing:
    scenes, schema = demo_samples(), demo_schema()
    files = report_on(node, scenes, schema, folder / OUTPUT).files
    report = files.get("report.json", b"").decode()
    pages = {name: content for name, content in files.items() if name.endswith(".html")}
    before = tuple(_panel(f"`{scene.origin.file}`", (scene, schema)) for scene in scenes)
    return Showing(
        ("The report is made on three samples.",),
        before,
        (),
        tuple(f"+ {OUTPUT}/{name}" for name in files),
        report,
        pages,
    )


def _show_sink(catalogue: Catalogue, node: SinkNode[Any], folder: Path) -> Showing:
    scene, schema = demo_samples()[0], demo_schema()
    notes: tuple[str, ...] = ()
    before = [_panel("what is saved", (scene, schema))]
    known: dict[str, bytes] = {}
    if (existing := existing_image(node.action)) is not None:
        _write_project(catalogue, [existing], schema, folder)
        known = _contents(folder)
        before += _read_back(catalogue, folder, known, "what the project holds before")
        notes = ("The project is there before, with one image that has no object.",)
    run_node(node, scene, Draws(0, "node", scene), schema, folder)
    written = _contents(folder)
    changed = {name: text for name, text in written.items() if known.get(name) != text}
    pictures = [
        _picture(name, content)
        for name, content in changed.items()
        if name.endswith(".png") and "/img/" not in name
    ]
    after = (*_read_back(catalogue, folder, changed, "what the project says now"), *pictures)
    return Showing(notes, tuple(before), after[:MOST_PICTURES], _listed(folder, known))


def _read_back(
    catalogue: Catalogue, folder: Path, files: Mapping[str, bytes], title: str
) -> list[Panel]:
    """Return the images of the written project whose annotations are among ``files``."""
    reader = _node(catalogue, "data", {"classes_mapping": "default"})
    assert isinstance(reader, SourceNode)
    source = reader.open(reader.settings, (f"{OUTPUT}/*",), DataFolders((folder,)))
    return [
        _panel(f"{title}: `{origin}`", (source.read(origin), source.schema))
        for dataset in source.datasets
        for origin in dataset.origins()
        if f"{OUTPUT}/{origin.dataset}/ann/{origin.file}.json" in files
    ]


def _prepared(catalogue: Catalogue, action: str, scene: Sample) -> tuple[tuple[str, ...], Stream]:
    """Return the sample behind the layers that run before an action, and what to say of them."""
    sample, schema = scene, demo_schema()
    notes = []
    for first, settings in BEFORE.get(action, ()):
        node = _node(catalogue, first, settings)
        draws = Draws(0, first, sample)
        ((_, sample),) = run_node(node, sample, draws, schema, Path()).results
        schema = node.infer_schema(node.settings, schema)
        notes.append(f"Before it, [`{first}`]({first}.md) has run with `{json.dumps(settings)}`.")
    return tuple(notes), (sample, schema)


def _node(catalogue: Catalogue, action: str, settings: Any) -> Node[Any]:
    node_class = catalogue.node_class(action).variant(settings)
    return node_class(parse_settings(node_class.settings_model, settings))


def _write_project(
    catalogue: Catalogue, samples: Sequence[Sample], schema: Schema, folder: Path
) -> None:
    writer = _node(catalogue, "supervisely", {})
    for sample in samples:
        run_node(writer, sample, Draws(0, "node", sample), schema, folder)


def _numbered(number: int) -> str:
    return "after" if number == 1 else f"after, result {number}"


def _panel(
    title: str, stream: Stream, facts: tuple[str, ...] = (), *, plain: bool = False
) -> Panel:
    """Return the picture of a sample; ``plain`` leaves its objects out."""
    width = stream[0].size.width
    scale = 2 if width > SMALL_PX else max(2, 320 // width)
    picture = _drawn(*stream, scale, plain)
    if scale > 2:
        facts = (*facts, f"drawn {scale // 2} times as large")
    return Panel(title, picture, width * scale // 2, facts)


@lru_cache(maxsize=16)
def _drawn(sample: Sample, schema: Schema, scale: int, plain: bool) -> bytes:
    """Draw a sample; most nodes start from the same one."""
    if plain:
        sample = sample.replace(instances=())
    return write_overlay(picture_of_sample(sample, schema), scale)


def _picture(name: str, content: bytes) -> Panel:
    with Image.open(BytesIO(content)) as image:
        colours = image.convert("RGB").getcolors(1 << 20) or []
        width = image.width
    darkest = max((max(colour) for _, colour in colours), default=0)
    facts = ()
    if darkest < 32:
        values = sorted({max(colour) for _, colour in colours})
        facts = (f"looks black: its values are {', '.join(map(str, values))}",)
    return Panel(f"`{name}`", content, min(width, 640), facts)


def _contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _listed(folder: Path, known: Mapping[str, bytes] | None = None) -> tuple[str, ...]:
    """Return the files of a folder; with ``known`` ones, marked as new, changed or as before."""
    if known is None:
        return tuple(_contents(folder))
    marks = []
    for name, content in _contents(folder).items():
        mark = "+" if name not in known else " " if known[name] == content else "~"
        marks.append(f"{mark} {name}")
    return tuple(marks)
