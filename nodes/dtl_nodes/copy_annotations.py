"""The ``copy_annotations`` node: give the images of another project their annotations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import orjson
from pydantic import Field

from dtl_engine.sdk import Image, Place, Sample, Schema, SinkNode, Target
from dtl_nodes.families.dataset_choice import DatasetName
from dtl_nodes.formats.supervisely.declarations import declare, join
from dtl_nodes.formats.supervisely.existing import (
    ExistingProject,
    back_up,
    image_names,
    is_dataset,
    open_declarations,
)
from dtl_nodes.formats.supervisely.join_annotations import Json, joined, load_annotation
from dtl_nodes.formats.supervisely.layout import ANNOTATION_SUFFIX, ANNOTATIONS, IMAGES
from dtl_nodes.formats.supervisely.options import SavedProject
from dtl_nodes.formats.supervisely.writer import annotation_json

NUMBERS = "'dst' names the folder of the project, and 'dataset_name' a dataset of it"


class CopyAnnotationsSettings(SavedProject):
    """Settings of ``copy_annotations``."""

    add_option: Literal["merge", "replace", "keep"]
    """What becomes of an annotation that is there. ``merge``: objects and tags join it, its own
    tags win; ``replace``: it makes room; ``keep``: it stays if it has an object or a tag."""

    dataset_name: DatasetName | None = None
    """The one dataset whose images get annotations; else each sample looks in the dataset of its
    own name."""

    strict_match: bool = False
    """Also ask for equal files: the image of the sample, unchanged, and that of the project."""

    backup_destination_project: bool = False
    """Copy the project to ``<dst>_backup`` first, or to the first free name ``<dst>_backup_2``
    and so on."""

    project_id: int | None = Field(default=None, deprecated=NUMBERS)
    """Ignored: the number of a project on a server."""

    dataset_ids: tuple[int, ...] | None = Field(default=None, deprecated=NUMBERS)
    """Ignored: the numbers of datasets on a server."""


@dataclass(frozen=True)
class Pictures(Target):
    """The images of a project: by dataset, by name without suffix, the file names."""

    files: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


class CopyAnnotations(SinkNode[CopyAnnotationsSettings]):
    """Write the annotations of samples, without images, to the images of the project ``dst``.

    The project is in the output folder already. A sample belongs to the image of its name (without
    suffix) and size; one that has none, or whose size was changed on the way, is skipped and
    counted. The project gets the classes and tags that it does not declare. Run twice with
    ``merge``, it adds twice.

    Example:
        {"add_option": "merge", "backup_destination_project": false}

    Source: DTL, second generation, ``copy_annotations``, where numbers of a server choose project
        and datasets, and ``keep`` replaces.
    """

    action = "copy_annotations"

    def open_target(self, folder: Path, schema: Schema) -> Target:
        """List the images of the project; refuse declarations that clash with its own."""
        join(open_declarations(folder), schema)
        files = {path.name: _by_stem(path) for path in sorted(folder.iterdir()) if is_dataset(path)}
        return Pictures(keeps_names=True, files=files)

    def name_datasets(self, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
        """Return the one dataset, or each itself."""
        assert isinstance(target, Pictures)
        name = self.settings.dataset_name
        if not name:
            return super().name_datasets(wanted, target)
        ExistingProject(datasets=frozenset(target.files)).require_dataset(name)
        return dict.fromkeys(wanted, name)

    def start(self, schema: Schema, folder: Path) -> None:
        """Copy the project, if asked for, and declare what it does not declare yet."""
        if self.settings.backup_destination_project:
            back_up(folder)
        declare(folder, schema)

    def write(self, sample: Sample, schema: Schema, place: Place) -> str | None:
        """Write the annotation; or tell why there is no image for it."""
        assert isinstance(place.target, Pictures)
        dataset = place.target.files.get(place.dataset)
        if dataset is None:
            return f"the project has no dataset '{place.dataset}'"
        files = dataset.get(place.stem, ())
        if not files:
            return "no image of the project has their name"
        same = f"{place.stem}{sample.origin.suffix}"
        if len(files) > 1 and same not in files:
            return "several images of the project have their name"
        file = same if same in files else files[0]
        image = Image.open(place.current(place.dataset, IMAGES, file))
        if image.size != sample.size:
            return "their size is not that of the image"
        if self.settings.strict_match and not _are_equal(sample.image, image):
            return "their image is not that of the project"
        return self._annotate(sample, file, place, has_older_form=len(files) == 1)

    def _annotate(
        self, sample: Sample, file: str, place: Place, *, has_older_form: bool
    ) -> str | None:
        settings = self.settings
        content = annotation_json(sample.annotation, settings)
        data = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)
        name = f"{file}{ANNOTATION_SUFFIX}"
        if settings.add_option != "replace":
            older = f"{place.stem}{ANNOTATION_SUFFIX}" if has_older_form else name
            before = _read(place.current(place.dataset, ANNOTATIONS, name)) or _read(
                place.current(place.dataset, ANNOTATIONS, older)
            )
            if settings.add_option == "keep" and before and (before["objects"] or before["tags"]):
                return "the image has an annotation already"
            if before is not None:
                data = orjson.dumps(joined(before, orjson.loads(data)))
        place.path(place.dataset, ANNOTATIONS, name).write_bytes(data)
        return None


def _by_stem(dataset: Path) -> dict[str, tuple[str, ...]]:
    """Return the images of a dataset by their names without suffix."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for name in sorted(image_names(dataset)):
        found[name.rpartition(".")[0]] += (name,)
    return dict(found)


def _read(path: Path) -> Json | None:
    try:
        return load_annotation(path.read_bytes(), str(path))
    except FileNotFoundError:
        return None


def _are_equal(one: Image, other: Image) -> bool:
    """Whether two images are equal files that nothing changed."""
    return one.is_untouched and one.encoded() == other.encoded()
