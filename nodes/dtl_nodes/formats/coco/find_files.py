"""Find the JSON files of a COCO dataset, and what each of them is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.sdk import AnnotationError, SchemaError
from dtl_nodes.formats.coco.layout import ANNOTATIONS, JSON_SUFFIX, split_of, task_of
from dtl_nodes.formats.data_paths import path_inside, require_inside
from dtl_nodes.formats.image_tree import folder_names

READ = ("instances", "keypoints", "stuff", "panoptic", "images")
"""What is read, the most telling first."""

_HEAD_BYTES = 1 << 16
_MOST_FILES = 64
"""JSON files of one folder that are looked at; folders of other formats hold thousands."""

_MOST_FILES_BELOW = 4
_MOST_FOLDERS = 64
_FIRST_KEYS = (b"images", b"annotations", b"categories", b"info", b"licenses", b"type")
_TELLING = (b'"images"', b'"annotations"', b'"categories"')


@dataclass(frozen=True, slots=True)
class Found:
    """A COCO file, with the split that it tells of."""

    path: Path
    split: str
    task: str


def root_of(place: Path) -> Path:
    """Return the folder of the dataset that a folder or file stands for."""
    if place.is_dir():
        return place
    folder = place.parent
    return folder.parent if folder.name == ANNOTATIONS else folder


def find_files(place: Path, named: str | None, task: str | None) -> tuple[list[Found], list[str]]:
    """Return the file of each split, by its name, and notes on files that are not read.

    Args:
        place: the folder or file of the dataset.
        named: the folder or file with annotations, relative to the dataset; ``None``: look.
        task: what the files are to be about; ``None``: what there is, one file of each split.

    Raises:
        SchemaError: E403, there is none.
        AnnotationError: F609, ``named`` leads out of the dataset.
    """
    root = root_of(place)
    source = place if named is None else path_inside(root, (), named)
    paths = [source] if source.is_file() else list(_candidates(source, is_root=named is None))
    if place.is_file() or named is not None:
        found = [_found(path, root) for path in paths]
    else:
        found = [_found(path, root) for path in paths if coco_head(path) == "dataset"]
    chosen: dict[str, Found] = {}
    notes: list[str] = []
    for each in sorted(found, key=_rank):
        if each.task not in READ or (task is not None and each.task != task):
            notes.append(f"{each.path.name} is about {each.task}: it is not read")
        elif each.split in chosen and chosen[each.split].task == each.task:
            folder = each.path.parent.name
            renamed = f"{folder}_{each.split}"
            if renamed in chosen:
                raise SchemaError(
                    "E403", f"two files tell of the split '{renamed}'", at=(0,), value=place.name
                )
            notes.append(f"{folder}/{each.path.name} is the split '{renamed}'")
            chosen[renamed] = Found(each.path, renamed, each.task)
        elif each.split in chosen:
            other = chosen[each.split].path.name
            notes.append(f"{each.path.name} is not read beside {other}; 'task' chooses")
        else:
            chosen[each.split] = each
    if not chosen:
        what = f" about {task}" if task else ""
        raise SchemaError(
            "E403",
            f"'{place.name}' has no COCO file{what}: looked for JSON with 'images', 'annotations' "
            f"and 'categories' in {ANNOTATIONS}/, in it and in its folders",
            at=(0,),
            value=place.name,
            help="'annotations' names the file or its folder",
        )
    return [chosen[name] for name in sorted(chosen)], notes


def detect(place: Path) -> str:
    """Say what makes a folder or file look like COCO, or ``""``."""
    if place.is_file():
        kind = coco_head(place) if place.suffix.lower() == JSON_SUFFIX else ""
        return "it is a JSON file of COCO" if kind == "dataset" else ""
    if not place.is_dir():
        return ""
    for path in _candidates(place, is_root=True):
        if coco_head(path) == "dataset":
            return f"it has {path.relative_to(place).as_posix()}"
    return ""


def coco_head(path: Path) -> str:
    """Return ``dataset`` or ``results`` if a JSON file begins like one of COCO, else ``""``."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return ""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"["):
        inner = head[1:].lstrip()
        is_results = inner.startswith(b"{") and b'"image_id"' in inner and b'"category_id"' in inner
        return "results" if is_results else ""
    key = head[1:].lstrip()[1:].partition(b'"')[0] if head.startswith(b"{") else b""
    return "dataset" if key in _FIRST_KEYS and any(word in head for word in _TELLING) else ""


def _found(path: Path, root: Path) -> Found:
    folder = path.parent.name if path.parent not in (root, root / ANNOTATIONS) else ""
    return Found(path, split_of(path.stem, folder) or path.stem, task_of(path.stem))


def _rank(found: Found) -> tuple[int, str]:
    return READ.index(found.task) if found.task in READ else len(READ), str(found.path)


def _candidates(folder: Path, *, is_root: bool) -> Iterator[Path]:
    """Yield JSON files: in ``annotations``; else in the folder itself, else one level below it."""
    if not is_root:
        yield from _json_files(folder)
        return
    inner = folder / ANNOTATIONS
    try:
        require_inside(folder, inner)
    except AnnotationError:
        return
    if found := list(_json_files(inner)):
        yield from found
        return
    own = list(_json_files(folder))
    if any(coco_head(path) == "dataset" for path in own):
        yield from own
        return
    try:
        folders = folder_names(folder)
    except OSError:
        return
    for name in folders[:_MOST_FOLDERS]:
        yield from _json_files(folder / name, _MOST_FILES_BELOW)


def _json_files(folder: Path, most: int = _MOST_FILES) -> Iterator[Path]:
    """Yield the JSON files of a folder, by name; no links."""
    try:
        with os.scandir(folder) as entries:
            names = [
                each.name
                for each in entries
                if each.name.lower().endswith(JSON_SUFFIX)
                and not each.name.startswith(".")
                and each.is_file(follow_symlinks=False)
            ]
    except OSError:
        return
    for name in sorted(names)[:most]:
        yield folder / name


def results_file(place: Path, named: str) -> Path:
    """Return the file with results that a setting names.

    Raises:
        AnnotationError: F609, it leads out of the dataset.
    """
    return path_inside(root_of(place), (), named)
