"""Read plain folders of images."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dtl_engine.sdk import (
    Annotation,
    Dataset,
    Image,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Source,
)
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.image_tree import (
    ImageFolder,
    choose_datasets,
    dataset_names,
    image_folders,
    is_image_name,
)


def open_images(place: Path, project: str, subsets: tuple[str, ...]) -> ImagesSource:
    """Open a folder, or one image, for its datasets ``subsets``.

    Raises:
        SchemaError: E403, it is another kind of file; E404, there is no image.
    """
    if place.is_file():
        if not is_image_name(place.name):
            raise SchemaError("E403", f"'{project}' is no image", at=(0,), value=project)
        found = [ImageFolder((), (place.name,))]
        place = place.parent
    else:
        found = list(image_folders(place))
    named = dict(zip(dataset_names(folder.parts for folder in found), found, strict=True))
    files = {name: folder.files for name, folder in named.items()}
    datasets, notes = choose_datasets(files, project, subsets)
    folders = {each.name: place.joinpath(*named[each.name].parts) for each in datasets}
    return ImagesSource(place, datasets, notes, folders)


class ImagesSource(Source):
    """Opened folders of images."""

    def __init__(
        self,
        location: Path,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        folders: Mapping[str, Path],
    ) -> None:
        super().__init__(location, Schema(), datasets, notes)
        self._folders = folders

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the header of one image."""
        path = self._folders[origin.dataset] / origin.file
        require_inside(self.location, path)
        image = Image.open(path)
        return Sample(origin, image, Annotation(image.size))
