"""Read LabelMe folders: indexed at once, annotations one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    ImageError,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Source,
)
from dtl_nodes.formats.data_paths import path_inside, require_inside
from dtl_nodes.formats.groups import Groups, join_parts
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.image_tree import choose_datasets, is_image_name
from dtl_nodes.formats.labelme.document import embedded_image, parse, read_bytes, suffix_of
from dtl_nodes.formats.labelme.index import Folder, index_folder
from dtl_nodes.formats.labelme.layout import SUFFIX
from dtl_nodes.formats.labelme.shapes import read_flags, read_shape
from dtl_nodes.formats.labelme.told_size import size_of_shapes
from dtl_nodes.formats.objects_inside import read_each


def open_folder(
    root: Path, project: str, subsets: tuple[str, ...], groups: Groups
) -> LabelMeFolder:
    """Open a folder of LabelMe files; each folder in it is a dataset.

    Raises:
        SchemaError: E403, it cannot be read or holds no LabelMe file; E404, it holds no image.
    """
    try:
        index = index_folder(root, groups)
    except OSError as error:
        message = f"'{project}' cannot be read: {error.strerror}"
        raise SchemaError("E403", message, at=(0,), value=project) from error
    if not any(len(folder.files) > len(folder.bare) for folder in index.folders.values()):
        message = f"'{project}' is no LabelMe folder: it has no image with a JSON file of LabelMe's"
        raise SchemaError("E403", message, at=(0,), value=project)
    files = {name: folder.files for name, folder in index.folders.items()}
    datasets, notes = choose_datasets(files, project, subsets)
    chosen = {dataset.name: index.folders[dataset.name] for dataset in datasets}
    return LabelMeFolder(root, index.schema, datasets, (*index.notes, *notes), chosen, groups)


class LabelMeFolder(Source):
    """An opened folder of LabelMe files."""

    def __init__(
        self,
        root: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        folders: dict[str, Folder],
        groups: Groups,
    ) -> None:
        super().__init__(root, schema, datasets, notes)
        self._folders = folders
        self._groups: Groups = groups

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read one file; the size of the image itself counts, as in LabelMe."""
        folder = self._folders[origin.dataset]
        if origin.file in folder.bare:
            image = self._image_file(folder, folder.renamed.get(origin.file, origin.file))
            return Sample(origin, image, Annotation(image.size))
        name = folder.renamed.get(origin.file, f"{origin.stem}{SUFFIX}")
        path = self.location.joinpath(*folder.parts, name)
        try:
            require_inside(self.location, path)
            value = parse(read_bytes(path))
            image = self._image(folder, origin, value)
            annotation = fit_to_image(self._annotation(value, image, log), image, path, log)
            return Sample(origin, image, annotation)
        except (AnnotationError, ImageError) as error:
            error.path = error.path or str(path)
            raise

    def _annotation(self, value: dict[str, Any], image: Image, log: ReadLog) -> Annotation:
        size = size_of_shapes(value, image, log)
        parts = read_each(value["shapes"], lambda shape: read_shape(shape, size, log), log)
        instances = join_parts(parts, self._groups, size)
        return Annotation(size, instances, read_flags(value.get("flags")))

    def _image(self, folder: Folder, origin: Origin, value: dict[str, Any]) -> Image:
        """Return the embedded image, as LabelMe does where there is one, or that of the path."""
        data = value.get("imageData")
        if isinstance(data, str) and data:
            content = embedded_image(data)
            suffix = origin.suffix if is_image_name(origin.suffix) else suffix_of(content)
            return Image.from_bytes(content, suffix)
        told = value.get("imagePath")
        return self._image_file(folder, told if isinstance(told, str) and told else origin.file)

    def _image_file(self, folder: Folder, told: str) -> Image:
        return Image.open(path_inside(self.location, folder.parts, told))
