"""Read folders of images and masks: names at once, masks one by one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    LabelSpec,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    ShapeKind,
    Source,
    Tag,
    TagSpec,
    distinct_color,
)
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.image_tree import choose_datasets, dataset_names, image_folders
from dtl_nodes.formats.mask_pairs.layout import VALUES, Roots, find_roots, is_mask_name
from dtl_nodes.formats.mask_pairs.objects import PendingMask
from dtl_nodes.formats.mask_pairs.rules import MaskRules

TRAIN, VAL = "train", "val"
MAX_VALUES_BYTES = 16 << 20


@dataclass(frozen=True)
class PairedFolder:
    """The images of one dataset and the masks that they have."""

    images: Path
    masks: Path
    files: tuple[str, ...]
    names: Mapping[str, str]
    """Name of an image without suffix -> name of its mask."""
    strays: int
    """How many masks have no image."""
    shared: frozenset[str]
    """Names without suffix that several masks have."""


def open_pairs(
    place: Path, project: str, subsets: tuple[str, ...], settings: Any
) -> MaskPairsSource:
    """Open the folders below ``place`` for the datasets ``subsets``.

    Raises:
        SchemaError: E403, there are no images and masks; E404, there is no image.
    """
    arranged = find_roots(place)
    if not arranged:
        raise SchemaError(
            "E403",
            f"'{project}' holds no images and masks: looked for a folder 'images' (or 'img') "
            "beside 'masks' (or 'ann'), in each of its folders too, and for names in '_mask'",
            at=(0,),
            value=project,
        )
    found = [
        ((*roots.parts, *parts), folder)
        for roots in arranged
        for parts, folder in _paired(place, roots)
    ]
    names = dataset_names(parts for parts, _ in found)
    by_name = dict(zip(names, (folder for _, folder in found), strict=True))
    if settings.skip_unpaired:
        by_name = {name: _only_paired(folder) for name, folder in by_name.items()}
    what = "image with a mask" if settings.skip_unpaired else "image"
    files = {name: folder.files for name, folder in by_name.items()}
    datasets, notes = choose_datasets(files, project, subsets, what)
    folders = {each.name: by_name[each.name] for each in datasets}
    notes += tuple(note for each in datasets for note in _notes(each, folders[each.name]))
    rules = MaskRules.of(settings, _stored_values(place))
    validation = None
    if settings.val_fraction is not None:
        validation = _drawn(datasets, settings.val_fraction, settings.val_seed)
    return MaskPairsSource(place, datasets, notes, folders, rules, validation)


class MaskPairsSource(Source):
    """Opened folders of images and masks."""

    def __init__(
        self,
        location: Path,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        folders: Mapping[str, PairedFolder],
        rules: MaskRules,
        validation: frozenset[tuple[str, str]] | None,
    ) -> None:
        super().__init__(
            location, _schema(rules, has_split=validation is not None), datasets, notes
        )
        self._folders = folders
        self._rules = rules
        self._validation = validation

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the header of one image; its mask is read when its objects are needed."""
        folder = self._folders[origin.dataset]
        path = folder.images / origin.file
        require_inside(self.location, path)
        # A name that several images share would give each the mask of one.
        if len(origin.siblings) and _is_shared(origin):
            message = f"several images are called '{origin.stem}': which one is the mask of?"
            raise AnnotationError("F606", message, path=str(path))
        image = Image.open(path)
        size = image.size
        tags: tuple[Tag, ...] = ()
        if self._validation is not None:
            is_val = (origin.dataset, origin.file) in self._validation
            tags = (Tag(VAL if is_val else TRAIN),)
        if origin.stem in folder.shared:
            message = f"several masks are called '{origin.stem}': which one is of the image?"
            raise AnnotationError("F606", message, path=str(path))
        name = folder.names.get(origin.stem)
        if name is None:
            return Sample(origin, image, Annotation(size, (), tags))
        pending = PendingMask(folder.masks / name, self.location, image, self._rules, log)
        return Sample(origin, image, Annotation(size, pending, tags))


def _is_shared(origin: Origin) -> bool:
    from bisect import bisect_left, bisect_right

    siblings = origin.siblings
    return bisect_right(siblings, origin.stem) - bisect_left(siblings, origin.stem) > 1


def _paired(place: Path, roots: Roots) -> Iterator[tuple[tuple[str, ...], PairedFolder]]:
    """Yield each folder of images below a root, by its parts, with its masks."""
    images = place.joinpath(*roots.parts, *roots.images)
    masks = place.joinpath(*roots.parts, *roots.masks)
    of_masks = {folder.parts: folder.files for folder in image_folders(masks)}
    for folder in image_folders(images):
        candidates = of_masks.get(folder.parts, ())
        files = folder.files
        if roots.ending:
            candidates = tuple(name for name in files if is_mask_name(name, roots))
            files = tuple(name for name in files if not is_mask_name(name, roots))
        names = {_stem(name).removesuffix(roots.ending): name for name in candidates}
        counts = Counter(_stem(name).removesuffix(roots.ending) for name in candidates)
        stems = {_stem(name) for name in files}
        strays = sum(stem not in stems for stem in names)
        paired = {stem: name for stem, name in names.items() if stem in stems}
        yield (
            folder.parts,
            PairedFolder(
                images.joinpath(*folder.parts),
                masks.joinpath(*folder.parts),
                files,
                paired,
                strays,
                frozenset(stem for stem in paired if counts[stem] > 1),
            ),
        )


def _only_paired(folder: PairedFolder) -> PairedFolder:
    files = tuple(name for name in folder.files if _stem(name) in folder.names)
    return replace(folder, files=files)


def _stem(name: str) -> str:
    return name[: name.rfind(".")]


def _notes(dataset: Dataset, folder: PairedFolder) -> Iterator[str]:
    bare = [name for name in folder.files if _stem(name) not in folder.names]
    if bare:
        yield (
            f"{len(bare)} images of '{dataset.key}' have no mask, such as {bare[0]}: "
            "they have no objects"
        )
    if folder.strays:
        yield f"{folder.strays} masks of '{dataset.key}' have no image"


def _schema(rules: MaskRules, *, has_split: bool) -> Schema:
    kind = str(ShapeKind.POLYGON if rules.is_polygon else ShapeKind.BITMAP)
    labels: list[LabelSpec] = []
    for name in rules.labels:
        color = distinct_color(label.color for label in labels)
        if rules.colors is not None:
            color = "#{:02X}{:02X}{:02X}".format(*rules.colors[name])
        labels.append(LabelSpec(name, kind, color))
    tags = (TagSpec(TRAIN), TagSpec(VAL)) if has_split else ()
    return Schema(tuple(labels), tags)


def _drawn(datasets: tuple[Dataset, ...], fraction: float, seed: int) -> frozenset[tuple[str, str]]:
    """Draw the images for validation: the same ones for the same names and seed."""
    ranked = sorted(
        (hashlib.sha256(f"{seed}/{each.name}/{file}".encode()).digest(), each.name, file)
        for each in datasets
        for file in each.files
    )
    count = int(fraction * len(ranked) + 0.5)
    return frozenset((name, file) for _, name, file in ranked[:count])


def _stored_values(place: Path) -> dict[str, int] | None:
    """Return what ``mask_values.json`` says.

    Raises:
        SchemaError: E403, it says nothing that can be understood.
    """
    path = place / VALUES
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as file:
            data = file.read(MAX_VALUES_BYTES + 1)
        content = orjson.loads(data)
    except OSError as error:
        raise SchemaError("E403", f"{VALUES} cannot be read: {error.strerror}", at=(0,)) from error
    except orjson.JSONDecodeError as error:
        raise SchemaError("E403", f"{VALUES} is not JSON: {error}", at=(0,)) from error
    is_table = isinstance(content, dict) and all(
        name and type(value) is int and 0 < value <= 65535 for name, value in content.items()
    )
    if not is_table:
        raise SchemaError("E403", f"{VALUES} must map classes to values from 1 to 65535", at=(0,))
    return dict(content)
