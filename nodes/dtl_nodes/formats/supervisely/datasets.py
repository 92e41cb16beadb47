"""The datasets of a project: where they lie, what they hold, and what is wrong with them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from unicodedata import category, normalize

from dtl_engine.sdk import IMAGE_SUFFIXES, Dataset, SchemaError
from dtl_nodes.formats.supervisely.layout import ANNOTATION_SUFFIX, ANNOTATIONS, IMAGES, NESTED
from dtl_nodes.formats.supervisely.tree import Tree

MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Home:
    """A dataset and the folder that it lies in.

    ``parts`` are the names of the datasets that it is nested in, and its own one; ``stored`` maps
    the names of its files to those on the disk where they differ in their form of Unicode.
    """

    dataset: Dataset
    path: str
    parts: tuple[str, ...]
    stored: Mapping[str, str]

    def answers(self, name: str) -> bool:
        """Whether a source pattern means it: its name, or its path through those around it."""
        return name in (self.dataset.name, "/".join(self.parts))


def find_datasets(tree: Tree, project: str) -> tuple[list[Home], list[str]]:
    """Return all datasets of a project by name, nested ones too, and what was skipped.

    The name of a nested dataset starts with those around it, joined by ``_``.

    Raises:
        SchemaError: E403, a dataset holds two images of one name.
    """
    notes: list[str] = []
    found: list[tuple[tuple[str, ...], str, list[str]]] = []
    for name in tree.folders(""):
        _visit(tree, name, (name,), found, notes)
    # Where names meet, a dataset that is not nested keeps its own.
    found.sort(key=lambda each: (len(each[0]) > 1, each[0]))
    taken: set[str] = set()
    homes = []
    for parts, path, files in found:
        base = name = normalize("NFC", "_".join(parts))
        number = 0
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        homes.append(_home(project, name, parts, path, files, notes))
    return sorted(homes, key=lambda home: home.dataset.name), notes


def describe_annotations(tree: Tree, home: Home, *, allows_missing: bool) -> Iterator[str]:
    """Yield notes on annotations without an image, and on images without an annotation."""
    dataset = home.dataset
    folder = f"{home.path}/{ANNOTATIONS}"
    names = tree.files(folder) if ANNOTATIONS in tree.folders(home.path) else []
    stems = [normalize("NFC", name.removesuffix(ANNOTATION_SUFFIX)) for name in names]
    of = f"dataset '{dataset.name}' of project '{dataset.project}'"
    strays = [
        stem
        for stem in stems
        if not _holds(dataset.files, stem) and not _holds(dataset.stems, stem)
    ]
    if strays:
        yield (
            f"{of} has {len(strays)} annotations without an image, "
            f"such as {strays[0]}{ANNOTATION_SUFFIX}"
        )
    if not allows_missing:
        return
    annotated = set(stems)
    bare = [
        file
        for file in dataset.files
        if file not in annotated and (file.rpartition(".")[0] or file) not in annotated
    ]
    if bare:
        yield f"{of} has {len(bare)} images without an annotation, such as {bare[0]}"


def shares_stem(stems: tuple[str, ...], stem: str) -> bool:
    """Whether several of the sorted ``stems`` are ``stem``."""
    return bisect_right(stems, stem) - bisect_left(stems, stem) > 1


def _visit(
    tree: Tree,
    path: str,
    parts: tuple[str, ...],
    found: list[tuple[tuple[str, ...], str, list[str]]],
    notes: list[str],
) -> None:
    """Add the dataset in a folder, if it is one, and those nested in it."""
    name = "/".join(parts)
    try:
        inner = {IMAGES, ANNOTATIONS, NESTED}.intersection(tree.folders(path))
        links = [each for each in (path, *(f"{path}/{p}" for p in inner)) if tree.links_out(each)]
        if inner and links:
            notes.append(f"dataset '{name}' is not read: {links[0]} is a link out of the project")
            return
        if IMAGES in inner:
            found.append((parts, path, tree.files(f"{path}/{IMAGES}")))
        elif ANNOTATIONS in inner:
            notes.append(f"dataset '{name}' has annotations and no images: it gives no sample")
        nested = tree.folders(f"{path}/{NESTED}") if NESTED in inner else []
    except OSError as error:
        notes.append(f"dataset '{name}' is not read: {error.strerror or error}")
        return
    if nested and len(parts) == MAX_DEPTH:
        notes.append(f"datasets nested in '{name}' are not read: they lie too deep")
        return
    for child in nested:
        _visit(tree, f"{path}/{NESTED}/{child}", (*parts, child), found, notes)


def _home(
    project: str, name: str, parts: tuple[str, ...], path: str, files: list[str], notes: list[str]
) -> Home:
    stored: dict[str, str] = {}
    names: list[str] = []
    of = f"dataset '{name}' of project '{project}'"
    for file in files:
        if Path(file).suffix.lower() not in IMAGE_SUFFIXES:
            continue
        if not file.isprintable() and any(category(mark) == "Cc" for mark in file):
            notes.append(f"{of}: {file!r} is not read, as its name holds control characters")
            continue
        plain = file if file.isascii() else normalize("NFC", file)
        if plain != file:
            stored[plain] = file
        names.append(plain)
    names.sort()
    same = next((a for a, b in pairwise(names) if a == b), None)
    if same is not None:
        raise SchemaError("E403", f"{of} has two images '{same}'", at=(0,), value=project)
    folds = Counter(each.casefold() for each in names)
    alike = (
        [each for each in names if folds[each.casefold()] > 1] if len(folds) < len(names) else []
    )
    if alike:
        notes.append(f"{of} has images whose names differ by case alone: {alike[0]} and {alike[1]}")
    return Home(Dataset(project, name, tuple(names)), path, parts, stored)


def _holds(names: tuple[str, ...], name: str) -> bool:
    """Whether sorted ``names`` hold ``name``; a set would double the memory of a large dataset."""
    at = bisect_left(names, name)
    return at < len(names) and names[at] == name
