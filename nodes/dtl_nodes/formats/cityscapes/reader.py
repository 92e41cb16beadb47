"""Read Cityscapes folders: polygons where there are some, else the pictures of instances.

Positions of polygons are taken as edges, unchanged, as the original importer did; the pictures of
Cityscapes itself hold half a pixel more at each side, as their painter includes outlines.

Source: the Cityscapes dataset, https://github.com/mcordts/cityscapesScripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    DataError,
    Dataset,
    Image,
    Instance,
    Mask,
    Origin,
    Polygon,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Size,
    Source,
    Tag,
)
from dtl_nodes.formats.cityscapes.index import (
    Met,
    Names,
    annotation_path,
    class_of,
    image_folders,
    meet,
    read_bytes,
    schema_of,
)
from dtl_nodes.formats.cityscapes.labels import GROUP, OUT_OF_ROI, Label, read_table
from dtl_nodes.formats.cityscapes.layout import IMAGES, INSTANCE_IDS, KINDS, PER_LABEL, POLYGONS
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.image_tree import choose_datasets, name_datasets
from dtl_nodes.formats.mask_picture import read_values, size_of
from dtl_nodes.formats.objects_inside import read_each, require_inside_image
from dtl_nodes.formats.point_shapes import polygon_of
from dtl_nodes.formats.repairs import UNANNOTATED

_FRAME = 5
"""Points of the outer ring of ``out of roi``: the four corners, the first one twice."""


def open_folder(root: Path, project: str, subsets: tuple[str, ...], by: str) -> Cityscapes:
    """Open a Cityscapes folder; ``by`` says what a dataset is.

    Subsets are datasets; where these are cities, splits are known too.

    Raises:
        SchemaError: E403, it cannot be read; E404, it has no image.
    """
    kind = next((kind for kind in KINDS if (root / kind).is_dir()), KINDS[0])
    table = read_table(root)
    found: dict[tuple[str, ...], Names] = {}
    cities: dict[str, set[str]] = {}
    met = Met()
    try:
        for split, city, names in image_folders(root):
            dataset = found.setdefault((city if by == "city" else split,), Names())
            cities.setdefault(split, set()).add(city)
            for name in names:
                dataset.add(split, city, name)
                meet(root, kind, (split, city, name.rpartition(".")[0]), met)
    except OSError as error:
        message = f"'{project}' cannot be read: {error.strerror}"
        raise SchemaError("E403", message, at=(0,), value=project) from error
    if not found:
        message = f"'{project}' has no image: none is called {IMAGES}/<split>/<city>/*_{IMAGES}.png"
        raise SchemaError("E404", message, at=(0,), value=project)
    places = {name: found[key].places for name, key in name_datasets(found).items()}
    if by == "city":
        subsets = tuple(
            city
            for name in subsets
            for city in (sorted(cities[name]) if name in cities and name not in places else [name])
        )
    files = {name: tuple(sorted(known)) for name, known in places.items()}
    datasets, notes = choose_datasets(files, project, subsets)
    schema = schema_of(met, table, sorted(cities))
    chosen = {dataset.name: places[dataset.name] for dataset in datasets}
    told = (*_notes(met, found), *notes)
    return Cityscapes(root, schema, datasets, told, kind, chosen, table)


def _notes(met: Met, found: dict[tuple[str, ...], Names]) -> Iterator[str]:
    if met.bare:
        yield (
            f"{len(met.bare)} images have no annotation, such as {met.bare[0]}: "
            "they have no objects"
        )
    if repeated := sum(names.repeated for names in found.values()):
        yield f"{repeated} images share a name within a dataset: the later ones are numbered"


class Cityscapes(Source):
    """An opened Cityscapes folder."""

    def __init__(
        self,
        root: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        kind: str,
        places: dict[str, dict[str, tuple[str, str, str]]],
        table: dict[str, Label],
    ) -> None:
        super().__init__(root, schema, datasets, notes)
        self._kind = kind
        self._places = places
        self._table = table
        self._by_id = {label.id: label.name for label in table.values()}

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the annotation of one image and its header."""
        split, city, stem = place = self._places[origin.dataset][origin.file]
        name = f"{stem}_{IMAGES}{origin.suffix}"
        image_path = self.location / IMAGES / split / city / name
        require_inside(self.location, image_path)
        image = Image.open(image_path)
        path = annotation_path(self.location, self._kind, place, POLYGONS)
        try:
            annotation = self._polygons(path, log)
            if annotation is None:
                path = annotation_path(self.location, self._kind, place, INSTANCE_IDS)
                annotation = self._masks(path) if path.exists() else _empty(image, log)
        except DataError as error:
            error.path = error.path or str(path)
            raise
        fitted = fit_to_image(annotation, image, image_path, log)
        return Sample(origin, image, fitted.with_tags((Tag(split),)))

    def _polygons(self, path: Path, log: ReadLog) -> Annotation | None:
        try:
            value = orjson.loads(read_bytes(self.location, path))
        except FileNotFoundError:
            return None
        except orjson.JSONDecodeError as error:
            raise AnnotationError("F602", f"the annotation is not JSON: {error}") from error
        if not isinstance(value, dict) or not isinstance(value.get("objects"), list):
            raise AnnotationError("F602", "the annotation has no list 'objects'")
        width, height = value.get("imgWidth"), value.get("imgHeight")
        if type(width) is not int or type(height) is not int or width < 1 or height < 1:
            raise AnnotationError("F605", "imgWidth and imgHeight are not whole numbers above 0")
        size = Size(width, height)
        objects = read_each(value["objects"], lambda each: self._instances(each, size, log), log)
        return Annotation(size, tuple(objects))

    def _instances(self, value: Any, size: Size, log: ReadLog) -> Iterator[Instance]:
        label = value.get("label") if isinstance(value, dict) else None
        if not isinstance(label, str) or not label:
            raise AnnotationError("F602", "an object has no label")
        if value.get("deleted"):
            return
        name, is_group = class_of(label, self._table)
        try:
            points = np.array(value.get("polygon"))
        except (TypeError, ValueError, OverflowError):
            points = np.empty(0)
        if points.ndim != 2 or points.shape[1] != 2 or points.dtype.kind not in "iuf":
            raise AnnotationError("F604", f"the polygon of '{label}' is no list of [x, y]")
        shape = polygon_of(points.astype(np.float64))
        if name == OUT_OF_ROI:
            shape = framed(shape)
        tags = (Tag(GROUP),) if is_group else ()
        for piece in require_inside_image(shape, name, size, log):
            yield Instance(name, piece, tags)

    def _masks(self, path: Path) -> Annotation:
        """Return a mask for each value of a picture of instances, 0 left out."""
        require_inside(self.location, path)
        values = read_values(path)
        instances = []
        for value in np.unique(values).tolist():
            number = value // PER_LABEL if value >= PER_LABEL else value
            if number == 0:
                continue
            name = self._by_id.get(number)
            if name is None:
                raise AnnotationError("F603", f"the value {value} is of no label")
            mask = Mask.tight(values == value, 0, 0)
            assert mask is not None
            is_group = value < PER_LABEL and self._table[name].has_instances
            instances.append(Instance(name, mask, (Tag(GROUP),) if is_group else ()))
        return Annotation(size_of(values), tuple(instances))


def _empty(image: Image, log: ReadLog) -> Annotation:
    log.repair(UNANNOTATED, "the image has no annotation: it has no objects")
    return Annotation(image.size)


def framed(shape: Polygon) -> Polygon:
    """Return the frame that one ring draws: its first five points around a hole of the rest.

    A ring that is too short for that is returned itself.
    """
    ring = shape.exterior
    if len(ring) < _FRAME + 3:
        return shape
    outer = ring[: _FRAME - 1] if (ring[0] == ring[_FRAME - 1]).all() else ring[:_FRAME]
    return Polygon(outer, (ring[_FRAME:],))
