"""Which images are in a split, and where each of them and its rows lie.

Source: Ultralytics, ``ultralytics/data/base.py`` (``get_img_files``) and ``img2label_paths``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dtl_engine.sdk import AnnotationError
from dtl_nodes.formats.data_paths import file_name_of, free_name, path_inside, require_inside
from dtl_nodes.formats.image_tree import image_folders
from dtl_nodes.formats.yolo.config import Config
from dtl_nodes.formats.yolo.config_file import refused
from dtl_nodes.formats.yolo.layout import IMAGES, TXT, label_parts

MAX_LIST_BYTES = 1 << 30

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Where an image and its rows lie, from the root; or why they are not read."""

    image: str
    labels: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """The images of a split.

    They lie in the folder ``parts`` under their own names, but for those in ``elsewhere``.
    """

    files: tuple[str, ...]
    parts: Parts = ()
    elsewhere: Mapping[str, Item] = field(default_factory=dict)

    def item(self, file: str) -> Item:
        """Return where an image and its rows lie."""
        found = self.elsewhere.get(file)
        if found is not None:
            return found
        parts = (*self.parts, file)
        return Item("/".join(parts), "/".join(label_parts(parts)))


def read_splits(root: Path, config: Config, told_in: Path) -> tuple[dict[str, Split], list[str]]:
    """Return the images of all splits, and notes on those that are not there.

    Raises:
        SchemaError: E403, a path leads out of the dataset, or a list cannot be read.
        OSError: a folder cannot be read.
    """
    found: dict[str, Split] = {}
    notes: list[str] = []
    for name, told in config.splits.items():
        items: list[tuple[str, Item]] = []
        regular: Parts | None = None
        for text in told:
            place = _place(root, config, text, told_in)
            if place is None:
                notes.append(f"split '{name}': there is no '{text[:200]}'")
            elif place.is_dir():
                regular = place.relative_to(root).parts if regular is None else regular
                items.extend(_in_folder(root, place))
            else:
                items.extend(_in_list(root, place, config))
        found[name] = _split(items, regular or ())
    return found, notes


def separate(splits: Mapping[str, Split]) -> tuple[dict[str, Split], list[str]]:
    """Return the splits so that each image is in one: the first that names it; and notes on that.

    Some datasets have the same images for training and for validation.
    """
    seen: set[str] = set()
    found: dict[str, Split] = {}
    notes: list[str] = []
    for name, split in splits.items():
        own = tuple(file for file in split.files if split.item(file).image not in seen)
        seen.update(split.item(file).image for file in own)
        if len(own) < len(split.files):
            count = len(split.files) - len(own)
            notes.append(
                f"{count} images of split '{name}' are in another one, where they are read"
            )
        if own or not split.files:
            found[name] = Split(own, split.parts, split.elsewhere)
    return found, notes


def _place(root: Path, config: Config, text: str, told_in: Path) -> Path | None:
    """Return the folder or list that a path of the configuration names.

    One that begins with ``../`` and is not there counts from the folder itself, as for Ultralytics.
    """
    own = told_in.parent.relative_to(root).parts
    told = [(config.folder, text), (own, text)]
    if text.startswith("../"):
        told += [(config.folder, text.removeprefix("../")), (own, text.removeprefix("../"))]
    if config.is_darknet:
        # Darknet runs one folder up and calls its own "data".
        told.append((config.folder, text.removeprefix("data/")))
    problem = None
    for folder, path in told:
        try:
            place = path_inside(root, folder, path)
        except AnnotationError as error:
            problem = problem or error
            continue
        if place.exists():
            return place
    if problem is not None:
        raise refused(told_in, problem.message)
    return None


def _in_folder(root: Path, place: Path) -> Iterator[tuple[str, Item]]:
    """Yield the images in a folder and in those in it, with the names that they get."""
    base = place.relative_to(root).parts
    for folder in image_folders(place):
        for name in folder.files:
            parts = (*base, *folder.parts, name)
            item = Item("/".join(parts), "/".join(label_parts(parts)))
            yield "_".join((*folder.parts, name)), item


def _in_list(root: Path, path: Path, config: Config) -> Iterator[tuple[str, Item]]:
    """Yield the images that a text file names, each once; they are looked at when they are read."""
    folder = path.parent.relative_to(root).parts
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), start=1):
        if not line or line in seen:
            continue
        seen.add(line)
        name = file_name_of(line)
        if not name or not name.isprintable() or name.startswith("."):
            raise refused(path, f"line {number} names no image")
        try:
            yield name, _listed(root, folder, line, config)
        except AnnotationError as error:
            yield name, Item(line, error=f"{path.name}:{number}: {error.message}")


def _listed(root: Path, folder: Parts, line: str, config: Config) -> Item:
    """Return where an image lies that a line of a list names.

    Raises:
        AnnotationError: F609, it leads out of the dataset.
    """
    candidates = [path_inside(root, folder, line), path_inside(root, config.folder, line)]
    if config.is_darknet:
        candidates.append(path_inside(root, config.folder, line.removeprefix("data/")))
    image = next((path for path in candidates if path.exists()), None)
    labels: Parts | None = None
    if image is None and config.is_darknet:
        # Some tools write the rows where Darknet wants the image, and leave this where it is.
        image = _beside(root, line)
        labels = candidates[-1].relative_to(root).parts
    image = image or candidates[0]
    parts = image.relative_to(root).parts
    rows = (*labels[:-1], f"{labels[-1].rpartition('.')[0]}{TXT}") if labels else label_parts(parts)
    return Item("/".join(parts), "/".join(rows))


def _beside(root: Path, line: str) -> Path | None:
    path = root / IMAGES / file_name_of(line)
    return path if path.exists() else None


def _lines(path: Path) -> Iterable[str]:
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise refused(path, f"it is larger than {MAX_LIST_BYTES >> 20} MiB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refused(path, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise refused(path, "it is not UTF-8") from error
    return (line.strip() for line in text.splitlines())


def _split(items: list[tuple[str, Item]], regular: Parts) -> Split:
    """Give every image a name of its own."""
    names: set[str] = set()
    elsewhere: dict[str, Item] = {}
    known: set[str] = set()
    for name, item in items:
        if item.image in known:
            continue
        known.add(item.image)
        free = free_name(name, names)
        names.add(free)
        parts = (*regular, free)
        if item != Item("/".join(parts), "/".join(label_parts(parts))):
            elsewhere[free] = item
    return Split(tuple(sorted(names)), regular, elsewhere)


def row_files(root: Path, splits: Iterable[Split]) -> Iterator[Path]:
    """Yield the files of rows that there are."""
    for split in splits:
        for file in split.files:
            item = split.item(file)
            path = root / item.labels
            if not item.error and path.is_file() and _is_inside(root, path):
                yield path


def _is_inside(root: Path, path: Path) -> bool:
    try:
        if path.is_symlink():
            require_inside(root, path)
    except AnnotationError:
        return False
    return True
