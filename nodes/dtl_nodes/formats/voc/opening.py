"""Open a Pascal VOC dataset: its lists, its classes and what does not fit together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Schema, SchemaError, ShapeKind, TagSpec, TagValueType
from dtl_nodes.formats.base import ALL
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.image_tree import choose_datasets
from dtl_nodes.formats.voc import index
from dtl_nodes.formats.voc.document import FLAGS, POSE
from dtl_nodes.formats.voc.index import Files
from dtl_nodes.formats.voc.layout import PNG, VOID_LABEL, XML, Layout, find_layout
from dtl_nodes.formats.voc.palette import STANDARD, LabelTable, read_table
from dtl_nodes.formats.voc.reader import Rules, Voc


def open_voc(place: Path, project: str, subsets: tuple[str, ...], settings: Any) -> Voc:
    """Open a dataset; each list is a dataset of its own.

    Where all are asked for, each image is read once: as of the first of train, val, test and the
    others that names it.

    Raises:
        SchemaError: E403, it is none or its lists cannot be read; E404, it has no image.
    """
    try:
        layout = find_layout(place, is_named=settings.format is not None)
        if layout is None:
            message = (
                f"'{project}' is no dataset of Pascal VOC: it has no folder of XML files and no "
                "SegmentationClass"
            )
            raise SchemaError("E403", message, at=(0,), value=project)
        return _open(layout, project, subsets, settings)
    except OSError as error:
        message = f"'{project}' cannot be read: {error.strerror}"
        raise SchemaError("E403", message, at=(0,), value=project) from error


def _open(layout: Layout, project: str, subsets: tuple[str, ...], settings: Any) -> Voc:
    has_masks = _reads_masks(layout, project, settings.shapes)
    stems = index.by_stem(index.list_images(layout))
    if not stems:
        raise SchemaError("E404", f"'{project}' holds no image", at=(0,), value=project)
    if has_masks:
        what, annotated = "picture in SegmentationClass", _stems(layout, layout.class_pictures, PNG)
    else:
        what, annotated = "XML file", _stems(layout, layout.annotations, XML)
    lists = index.read_lists(layout, settings.image_sets, stems, masks=has_masks)
    given, notes = _given(lists, project, subsets)
    why = "no list names them"
    if not given:
        why = f"they have no {what}"
        given = {index.WHOLE: tuple(sorted(stems.keys() & annotated if has_masks else stems))}
    listed = {stem for each in given.values() for stem in each}
    if ALL in subsets and (left := stems.keys() - listed):
        notes.append(f"{len(left)} images of '{project}' are not read, such as {min(left)}: {why}")
    bare = (stems.keys() & listed) - annotated
    notes += index.pairing_notes(project, annotated - stems.keys(), bare, what)
    files = {name: tuple(_files(each, stems)) for name, each in given.items()}
    datasets, more = choose_datasets(files, project, subsets)
    table = read_table(layout.path(layout.base)) or STANDARD
    tags = index.read_tags(layout, stems)
    rules = Rules(
        has_masks,
        "edges" if settings.edges else "from_0" if settings.zero_based else "from_1",
        settings.keep_void,
        table,
        frozenset(stem for stem, names in stems.items() if len(names) > 1),
        _by_image(tags),
    )
    schema = _schema(layout, table, rules, tags)
    return Voc(layout, schema, datasets, (*notes, *more), rules)


def _reads_masks(layout: Layout, project: str, wanted: str | None) -> bool:
    shapes = wanted or ("masks" if layout.annotations is None else "boxes")
    if shapes == "boxes" and layout.annotations is None:
        raise SchemaError("E403", f"'{project}' has no XML files", at=(0,), value=project)
    if shapes == "masks" and layout.class_pictures is None:
        message = f"'{project}' has no pictures in SegmentationClass"
        raise SchemaError("E403", message, at=(0,), value=project)
    return shapes == "masks"


def _stems(layout: Layout, parts: tuple[str, ...] | None, suffix: str) -> set[str]:
    return index.list_stems(layout, parts, suffix)


def _given(
    lists: Mapping[str, Files], project: str, subsets: tuple[str, ...]
) -> tuple[Mapping[str, Files], list[str]]:
    """Return the lists to read from, and a note on those that are left out."""
    if ALL not in subsets:
        return lists, []
    chosen = index.separate(lists)
    left = sorted(lists.keys() - chosen.keys())
    if not left:
        return chosen, []
    names = ", ".join(left)
    return chosen, [f"'{project}': the other lists name all images of {names}, which is not read"]


def _files(stems: Iterable[str], images: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the images of a list; one that is missing is looked for as a JPEG, and told of then."""
    for stem in sorted(stems):
        yield from images.get(stem) or (f"{stem}.jpg",)


def _by_image(tags: Mapping[str, Files]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for tag, stems in tags.items():
        for stem in stems:
            found[stem].append(tag)
    return {stem: tuple(names) for stem, names in found.items()}


def _schema(layout: Layout, table: LabelTable, rules: Rules, tags: Mapping[str, Files]) -> Schema:
    """Declare the classes of the table, those that occur, and the tags."""
    names = list(table.labels) if table is not STANDARD or rules.has_masks else []
    if not rules.has_masks:
        names += [name for name in index.occurring_labels(layout) if name not in names]
    elif rules.keeps_void and VOID_LABEL not in names:
        names.append(VOID_LABEL)
    kind = ShapeKind.BITMAP if rules.has_masks else ShapeKind.RECTANGLE
    known = {**STANDARD.colors, **table.colors}
    colors = {name: known[name] for name in names if name in known}
    specs = [TagSpec(name) for name in FLAGS]
    specs.append(TagSpec(POSE, TagValueType.STRING))
    taken = {spec.name for spec in specs}
    specs += [TagSpec(name) for name in sorted(tags) if name not in taken]
    return Schema(declare_labels({name: (kind,) for name in names}, colors), tuple(specs))
