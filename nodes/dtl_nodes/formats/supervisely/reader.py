"""Read a Supervisely project: its folders at once, its annotations one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import normalize

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Source,
    UsageError,
    did_you_mean,
)
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.packed import SUFFIXES, open_archive, refused
from dtl_nodes.formats.repairs import UNANNOTATED
from dtl_nodes.formats.supervisely.annotation_file import MAX_ANNOTATION_BYTES, read_annotation
from dtl_nodes.formats.supervisely.datasets import (
    Home,
    describe_annotations,
    find_datasets,
    shares_stem,
)
from dtl_nodes.formats.supervisely.layout import (
    ANNOTATION_SUFFIX,
    ANNOTATIONS,
    IMAGES,
    META,
    META_OF_FIRST_VERSION,
)
from dtl_nodes.formats.supervisely.meta import meta_of
from dtl_nodes.formats.supervisely.normal_form import NormalForm
from dtl_nodes.formats.supervisely.objects import BY_DEFAULT
from dtl_nodes.formats.supervisely.options import Rules
from dtl_nodes.formats.supervisely.tree import ArchiveTree, FolderTree, Tree


def open_project(
    place: Path, project: str, datasets: tuple[str, ...], rules: Rules = BY_DEFAULT
) -> Project:
    """Open the project in a folder or an archive for its ``datasets`` (``*`` for all).

    Raises:
        SchemaError: there is no project, or it has no image.
    """
    tree = project_tree(place)
    schema, mended = meta_of(tree)
    found, skipped = find_datasets(tree, project)
    notes = [*mended, *skipped]
    if not any(home.dataset.files for home in found):
        raise SchemaError("E404", f"project '{project}' has no image", at=(0,), value=project)
    for name in datasets:
        if name == "*" or any(home.answers(name) for home in found):
            continue
        known = sorted(home.dataset.name for home in found)
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        missing = f"project '{project}' has no dataset '{name}'"
        if "/" in name:
            raise SchemaError("E405", missing, at=(0,), value=f"{project}/{name}", help=hint)
        notes.append(f"{missing}: it gives no sample; {hint}")
    chosen = tuple(h for h in found if "*" in datasets or any(map(h.answers, datasets)))
    for home in chosen:
        notes += describe_annotations(tree, home, allows_missing=rules.allows_missing)
    return Project(tree, schema, chosen, tuple(notes), rules)


def project_tree(place: Path) -> Tree:
    """Return the files of the project at ``place``: there, or in the one folder in it.

    Raises:
        SchemaError: E403, it is an archive that cannot be read, or that holds no project.
    """
    if place.suffix.lower() not in SUFFIXES or not place.is_file():
        inner = inner_project(place)
        return FolderTree(place if inner is None else inner)
    archive = open_archive(place)
    whole = ArchiveTree(archive)
    if is_project(whole):
        return whole
    inside = [
        tree for name in whole.folders("") if is_project(tree := ArchiveTree(archive, f"{name}/"))
    ]
    if len(inside) != 1:
        count = "no project" if not inside else f"{len(inside)} projects"
        raise refused(place, f"it holds {count}: neither it nor one folder in it has a {META}")
    return inside[0]


def inner_project(place: Path) -> Path | None:
    """Return the project that is all that a folder holds, as an unpacked archive does."""
    if not place.is_dir() or is_project(FolderTree(place)):
        return None
    entries = [entry for entry in place.iterdir() if not entry.name.startswith(".")]
    if len(entries) != 1 or not entries[0].is_dir() or entries[0].is_symlink():
        return None
    return entries[0] if is_project(FolderTree(entries[0])) else None


def is_project(tree: Tree) -> bool:
    """Whether a project is declared there."""
    return not {META, META_OF_FIRST_VERSION}.isdisjoint(tree.files(""))


class Project(Source):
    """An opened Supervisely project."""

    def __init__(
        self,
        tree: Tree,
        schema: Schema,
        homes: tuple[Home, ...],
        notes: tuple[str, ...],
        rules: Rules,
    ) -> None:
        super().__init__(tree.location, schema, tuple(home.dataset for home in homes), notes)
        self.removes = isinstance(tree, FolderTree)
        self._tree = tree
        self._rules = rules
        self._homes = {home.dataset.name: home for home in homes}
        self._normal_form = NormalForm(schema)

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read one annotation and the header of its image, whose pixels stay in the file."""
        # Paths are put together as text: pathlib's operators would cost more than the checks.
        home = self._homes[origin.dataset]
        stored = home.stored.get(origin.file, origin.file)
        image_path = f"{home.path}/{IMAGES}/{stored}"
        image = self._tree.image(image_path)
        path, data = self._annotation_bytes(home, origin)
        if data is None:
            log.repair(UNANNOTATED, "the image has no annotation: it has no objects")
            return Sample(origin, image, Annotation(image.size))
        try:
            annotation = read_annotation(data, self.schema, self._normal_form, self._rules, log)
        except AnnotationError as error:
            error.path = error.path or path
            raise
        if image.size != annotation.image_size:
            annotation = fit_to_image(annotation, image, Path(self._tree.shown(image_path)), log)
        return Sample(origin, image, annotation)

    def remove(self, origin: Origin) -> None:
        """Delete the annotation and the image; a dataset that is empty then stays."""
        if not isinstance(self._tree, FolderTree):
            raise UsageError(f"{origin} cannot be removed from the archive {self.location}")
        home = self._homes[origin.dataset]
        path, data = self._annotation_bytes(home, origin)
        if data is not None:
            Path(path).unlink()
        stored = home.stored.get(origin.file, origin.file)
        (self.location / home.path / IMAGES / stored).unlink()

    def _annotation_bytes(self, home: Home, origin: Origin) -> tuple[str, bytes | None]:
        """Read the annotation of an image: of its whole name, else of its name without suffix."""
        folder = f"{home.path}/{ANNOTATIONS}/"
        for name in (origin.file, origin.stem):
            for form in _forms(name):
                path = f"{folder}{form}{ANNOTATION_SUFFIX}"
                shown = self._tree.shown(path)
                try:
                    data = self._tree.read(path, MAX_ANNOTATION_BYTES)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    message = f"the annotation cannot be read: {error.strerror}"
                    raise AnnotationError("F602", message, path=shown) from error
                if name is not origin.file and shares_stem(origin.siblings, name):
                    message = f"{name}{ANNOTATION_SUFFIX} would annotate several images"
                    raise AnnotationError("F606", message, path=shown)
                return shown, data
        shown = self._tree.shown(f"{folder}{origin.file}{ANNOTATION_SUFFIX}")
        if self._rules.allows_missing:
            return shown, None
        raise AnnotationError("F606", "the image has no annotation", path=shown)

    def __reduce__(self) -> tuple[Any, ...]:
        homes = tuple(self._homes.values())
        return Project, (self._tree, self.schema, homes, self.notes, self._rules)


def _forms(name: str) -> tuple[str, ...]:
    """Return the forms of Unicode that a name may have on the disk."""
    if name.isascii():
        return (name,)
    return tuple(dict.fromkeys((name, normalize("NFC", name), normalize("NFD", name))))
