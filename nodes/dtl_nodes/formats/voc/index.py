"""What is in a Pascal VOC dataset: images, lists, and the classes that occur."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path

from dtl_engine.sdk import AnnotationError, SchemaError
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.image_tree import is_image_name
from dtl_nodes.formats.voc.document import labels_in, read_bytes
from dtl_nodes.formats.voc.layout import LIST_KINDS, SEGMENTATION, TAGS, XML, Layout, Parts

WHOLE = "all"
"""The dataset of a folder without lists."""

MAX_LIST_BYTES = 1 << 30
_FIRST = ("train", "val", "test")

Files = tuple[str, ...]


def list_images(layout: Layout) -> Files:
    """Return the names of the images, sorted."""
    return tuple(sorted(_names(layout.path(layout.images), is_image_name)))


def list_stems(layout: Layout, parts: Parts | None, suffix: str) -> set[str]:
    """Return the names without suffix of the files of a folder that have this suffix."""
    if parts is None:
        return set()
    names = _names(layout.path(parts), lambda name: name.lower().endswith(suffix))
    return {name[: -len(suffix)] for name in names}


def by_stem(images: Files) -> dict[str, list[str]]:
    """Return the images by their names without suffix."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in images:
        found[name.rpartition(".")[0]].append(name)
    return found


def read_lists(
    layout: Layout, wanted: str | None, stems: Container[str], *, masks: bool
) -> dict[str, Files]:
    """Return the lists of the dataset: names of images without suffix, each once, in order.

    Args:
        layout: of the dataset.
        wanted: the folder of lists, if one is named.
        stems: the names of the images that there are.
        masks: whether those for masks come first.

    Raises:
        SchemaError: E403, a list is malformed or there is no such folder.
    """
    if layout.lists is None:
        if wanted is not None:
            raise _refused(f"there is no folder 'ImageSets' with '{wanted}'", wanted)
        return {}
    top = layout.path(layout.lists)
    folders = sorted(entry.name for entry in os.scandir(top) if _is_folder(entry))
    if wanted is not None and wanted not in folders:
        raise _refused(f"ImageSets has no folder '{wanted}'; it has {', '.join(folders)}", wanted)
    order = (SEGMENTATION, *LIST_KINDS) if masks else LIST_KINDS
    kinds = [wanted] if wanted is not None else [kind for kind in order if kind in folders]
    for folder in (*(top / kind for kind in kinds), top):
        if lists := _lists(layout.root, folder, stems):
            return lists
    return {}


def read_tags(layout: Layout, stems: Container[str]) -> dict[str, Files]:
    """Return which images have which tags, by tag: the lists that ``export`` writes of them.

    Raises:
        SchemaError: E403, a list is malformed.
    """
    if layout.lists is None or not layout.path(layout.lists, TAGS).is_dir():
        return {}
    return _lists(layout.root, layout.path(layout.lists, TAGS), stems)


def separate(lists: Mapping[str, Files]) -> dict[str, Files]:
    """Return the lists so that each image is in one: the first of train, val, test and others.

    Those that hold no image of their own, as ``trainval``, are left out.
    """
    seen: set[str] = set()
    found: dict[str, Files] = {}
    ranked = sorted(lists, key=lambda name: (_FIRST.index(name) if name in _FIRST else 9, name))
    for name in ranked:
        if own := tuple(stem for stem in lists[name] if stem not in seen):
            found[name] = own
            seen.update(own)
    return found


def occurring_labels(layout: Layout) -> tuple[str, ...]:
    """Return the classes in all XML files, sorted; those of files that are malformed do not count.

    Raises:
        OSError: the folder cannot be read.
    """
    found: set[str] = set()
    assert layout.annotations is not None
    folder = layout.path(layout.annotations)
    for name in _names(folder, lambda name: name.lower().endswith(XML)):
        path = folder / name
        try:
            if path.is_symlink():
                require_inside(layout.root, path)
            found |= labels_in(read_bytes(path))
        except (AnnotationError, FileNotFoundError):
            continue
    return tuple(sorted(found))


def pairing_notes(project: str, strays: set[str], bare: set[str], what: str) -> Iterator[str]:
    """Yield what is to be said of annotations without an image, and of images without one.

    Args:
        project: what the dataset is called.
        strays: names of annotations.
        bare: names of images.
        what: what these lack.
    """
    if strays:
        yield f"'{project}' has {len(strays)} annotations without an image, such as {min(strays)}"
    if bare:
        yield f"{len(bare)} images of '{project}' have no {what}, such as {min(bare)}"


def _lists(root: Path, folder: Path, images: Container[str]) -> dict[str, Files]:
    """Read the lists in a folder; those of a class, which say the same again, are left out."""
    names = sorted(_names(folder, lambda name: name.lower().endswith(".txt")))
    stems = {name[:-4] for name in names}
    found: dict[str, Files] = {}
    for stem in sorted(stems):
        is_of_class = any(stem.endswith(f"_{other}") for other in stems)
        lines = _lines(root, folder / f"{stem}.txt")
        if is_of_class and lines and all(line.split()[-1] in ("-1", "0", "1") for line in lines):
            continue
        found[stem] = _entries(folder / f"{stem}.txt", lines, images)
    return found


def _entries(path: Path, lines: list[str], images: Container[str]) -> Files:
    """Return the names in a list, each once."""
    found: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        name = _name(line, images)
        if not name.isprintable() or name.startswith(".") or any(mark in name for mark in "/\\:"):
            raise _refused(f"{path.name}:{number}: {name[:80]!r} is no name of an image", name)
        found[name] = None
    return tuple(found)


def _name(line: str, images: Container[str]) -> str:
    """Return the name in a line: names may hold blanks, and lists further columns."""
    name = line.rpartition(".")[0] if is_image_name(line) else line
    first, *more = line.rsplit(maxsplit=1)
    is_row = more and more[0].lstrip("-").isdecimal()
    return first if name not in images and (first in images or is_row) else name


def _lines(root: Path, path: Path) -> list[str]:
    try:
        require_inside(root, path)
        if path.stat().st_size > MAX_LIST_BYTES:
            raise _refused(f"{path.name} is larger than {MAX_LIST_BYTES >> 20} MiB", path.name)
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except AnnotationError as error:
        raise _refused(f"{path.name}: {error.message}", path.name) from error
    except OSError as error:
        raise _refused(f"{path.name} cannot be read: {error.strerror}", path.name) from error
    except UnicodeDecodeError as error:
        raise _refused(f"{path.name} is not UTF-8", path.name) from error
    return [line.strip() for line in lines if line.strip()]


def _names(folder: Path, accepts: Callable[[str], bool]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.name.isprintable():
                continue
            if accepts(entry.name) and (entry.is_file() or entry.is_symlink()):
                yield entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")


def _refused(message: str, value: str) -> SchemaError:
    return SchemaError("E403", message, at=(0,), value=value)
