"""The lists in ``ImageSets``, put together of the parts that the samples left.

Source: VOC2012 development kit, section 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from dtl_engine.sdk import Schema, replacing
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.data_paths import free_name
from dtl_nodes.formats.voc.layout import LISTS, MAIN, SEGMENTATION, TAGS, VOID_LABEL

_NOT_IN_A_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f]')
_MOST_OPEN = 200

Part = Mapping[str, Any]
Line = Callable[[str, Part], str]
"""From the name of an image and its part to its line in a list, ``""`` for none."""


def write_lists(schema: Schema, folder: Path, settings: Any) -> None:
    """Write all lists, by the names of the images."""
    parts = folder / PARTS / "all"
    splits, tags = _join_parts(folder / PARTS, parts)
    main = folder / LISTS / MAIN
    wanted: dict[Path, Line] = {
        main / f"{split}.txt": partial(_of_split, split) for split in splits
    }
    if settings.segmentation_pictures:
        masks = folder / LISTS / SEGMENTATION
        wanted |= {masks / f"{split}.txt": partial(_of_split, split) for split in splits}
    for tag, name in _file_names(tags).items():
        wanted[folder / LISTS / TAGS / name] = partial(_of_tag, tag)
    if settings.class_lists:
        wanted |= _class_lists(schema, main, splits)
    for path in wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(wanted), _MOST_OPEN):
        _write(parts, dict(list(wanted.items())[first : first + _MOST_OPEN]))


def _class_lists(schema: Schema, main: Path, splits: list[str]) -> dict[Path, Line]:
    """Return the lists of the classes; a name that is a split's is told apart."""
    taken = {f"{split}.txt" for split in splits}
    found: dict[Path, Line] = {}
    for label in schema.label_names:
        for split in splits if label != VOID_LABEL else ():
            name = free_name(f"{_NOT_IN_A_NAME.sub('_', label)}_{split}.txt", taken)
            taken.add(name)
            found[main / name] = partial(_of_class, label, split)
    return found


def _file_names(names: Iterable[str]) -> dict[str, str]:
    """Return the names of lists: without what file names cannot hold, each once."""
    used: set[str] = set()
    found: dict[str, str] = {}
    for name in names:
        plain = _NOT_IN_A_NAME.sub("_", name).lstrip(".") or "_"
        found[name] = free_name(f"{plain}.txt", used)
        used.add(found[name])
    return found


def _join_parts(folder: Path, target: Path) -> tuple[list[str], list[str]]:
    """Put all parts into one file, by name; return the splits and the tags, sorted."""
    splits: set[str] = set()
    tags: set[str] = set()
    names = sorted(path.name for path in folder.glob("*.json")) if folder.is_dir() else []
    folder.mkdir(exist_ok=True)
    with target.open("wb") as file:
        for name in names:
            part = orjson.loads((folder / name).read_bytes())
            splits.add(part["split"])
            tags.update(part["tags"])
            file.write(orjson.dumps([name.removesuffix(".json"), part]) + b"\n")
    return sorted(splits), sorted(tags)


def _write(parts: Path, wanted: Mapping[Path, Line]) -> None:
    """Write some lists at once."""
    with ExitStack() as stack:
        files = []
        for path, line in wanted.items():
            unfinished = stack.enter_context(replacing(path))
            file = stack.enter_context(unfinished.open("w", encoding="utf-8", newline="\n"))
            files.append((file, line))
        for stem, part in _parts(parts):
            for out, line in files:
                if text := line(stem, part):
                    out.write(text)


def _parts(path: Path) -> Iterator[tuple[str, Part]]:
    with path.open("rb") as file:
        for line in file:
            stem, part = orjson.loads(line)
            yield stem, part


def _of_split(split: str, stem: str, part: Part) -> str:
    return f"{stem}\n" if part["split"] == split else ""


def _of_tag(tag: str, stem: str, part: Part) -> str:
    return f"{stem}\n" if tag in part["tags"] else ""


def _of_class(label: str, split: str, stem: str, part: Part) -> str:
    return f"{stem} {part['labels'].get(label, -1):2d}\n" if part["split"] == split else ""
