"""All formats side by side: what each holds comes back, what it cannot is told, and any to any."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Keypoints, Mask, Polygon, Rectangle
from dtl_engine.node.source import DataFolders
from dtl_engine.testing.compare import assert_same_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.data import Data
from dtl_nodes.formats import FORMATS, WRITABLE
from tests.fixtures.cli import Outcome, run_cli
from tests.fixtures.drawn_shapes import BARE, HEIGHT, NAMES, WIDTH, write_drawn
from tests.fixtures.nodes import make
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import tree

CLASSES = ("box", "patch", "ring", "blob", "parts", "path", "dot", "hand")
SIZE = Size(WIDTH, HEIGHT)
IMAGES = [(dataset, file) for dataset, files in NAMES.items() for file in files]
TOLERANCE_PX = 0.012
"""Six decimals of a fraction of an image, see the round-trip guarantees of the formats."""

# What becomes of an object: what comes back, and whether it counts as lost.
SAME = "same"
PIXELS = "the same pixels, as mask"
OUTLINE = "the same pixels, as polygon"
PAINTED = "the same pixels, and the outline is lost"
EXTERIOR = "the outer outline"
SPLIT = "one object for each part"
BOX = "its box"
GONE = "nothing"
LOSSY = {PAINTED, EXTERIOR, SPLIT, BOX, GONE}

OUTCOMES: dict[str, tuple[str, ...]] = {
    "cityscapes": (OUTLINE, SAME, EXTERIOR, EXTERIOR, SPLIT, GONE, GONE, GONE),
    "coco": (SAME, SAME, PIXELS, SAME, SAME, GONE, GONE, SAME),
    "cvat": (SAME, SAME, PAINTED, SAME, SAME, SAME, SAME, SAME),
    "images": (GONE,) * 8,
    "labelme": (SAME, SAME, PAINTED, SAME, SAME, SAME, SAME, SAME),
    "mask_pairs": (PAINTED, PAINTED, PAINTED, SAME, SAME, GONE, GONE, GONE),
    "open_images": (SAME, PAINTED, PAINTED, SAME, SAME, BOX, GONE, BOX),
    "supervisely": (SAME,) * 8,
    "table": (SAME, BOX, BOX, BOX, BOX, BOX, GONE, BOX),
    "voc": (SAME, BOX, BOX, BOX, BOX, BOX, BOX, BOX),
    "yolo": (SAME, BOX, BOX, BOX, BOX, BOX, GONE, BOX),
}
"""The matrix of the reference, section 12, for ``CLASSES``, without any option."""

ALSO_LOST = {"labelme": {"hand"}, "open_images": {"blob", "parts"}}
"""Classes whose shapes come back and that lose something else: edges, the order of painting."""

HELD_ELSEWHERE = {"voc": {"blob", "parts"}}
"""Classes that come back otherwise where the reader is told to: as masks of the pictures."""

OPTIONS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("voc", "", "shapes=masks"): (PIXELS, PAINTED, PAINTED, SAME, SAME, GONE, GONE, GONE),
    ("yolo", "task=segment", ""): (OUTLINE, SAME, EXTERIOR, EXTERIOR, SPLIT, GONE, GONE, GONE),
    ("coco", "points_and_lines=box", ""): (SAME, SAME, PIXELS, SAME, SAME, BOX, BOX, SAME),
    ("coco", "polygons=exact", "exact_masks=true"): (
        *(PIXELS, PIXELS, PIXELS, SAME, SAME, GONE, GONE, SAME),
    ),
}
"""Format, option for writing, option for reading -> what becomes of the classes."""


def convert(source: Path, target: Path, to: str, *options: object, code: int = 0) -> Outcome:
    outcome = run_cli("convert", source, target, "--to", to, *options)
    assert outcome.code == code, outcome.err
    return outcome


def read(place: Path, name: str, **options: Any) -> dict[tuple[str, str], Sample]:
    """Return what a dataset holds by dataset and file."""
    node = make(Data, {"format": name, **options})
    assert isinstance(node, Data)
    source = node.open(node.settings, (f"{place.name}/*",), DataFolders((place.parent,)))
    assert not source.notes
    return {
        (dataset.name, origin.file): source.read(origin)
        for dataset in source.datasets
        for origin in dataset.origins()
    }


def losses(folder: Path) -> list[dict[str, Any]]:
    """Return the loss report of an export."""
    path = folder / "loss_report.json"
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["losses"] if path.is_file() else []
    return found


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn project."""
    return write_drawn(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def exported(
    drawn: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, Outcome]]:
    """Gives the drawn project in a format, converted when it is first asked for."""
    folder = tmp_path_factory.mktemp("formats")
    made: dict[str, tuple[Path, Outcome]] = {}

    def export(name: str) -> tuple[Path, Outcome]:
        if name not in made:
            made[name] = folder / name, convert(drawn, folder / name, name)
        return made[name]

    return export


def test_the_matrix_is_complete() -> None:
    assert tuple(OUTCOMES) == WRITABLE


def check(outcome: str, before: Instance, after: list[Instance]) -> None:
    """Fail unless ``after`` is what becomes of ``before``."""
    shape = before.shape
    painted = shape.paint(SIZE)
    if outcome == GONE:
        assert after == []
        return
    if outcome == SPLIT:
        assert len(after) > 1
        together = np.logical_or.reduce([each.shape.paint(SIZE) for each in after])
        assert np.array_equal(together, painted)
        return
    (found,) = after
    if outcome == SAME:
        assert same(shape, found.shape), f"{shape} came back as {found.shape}"
    elif outcome in (PIXELS, PAINTED):
        assert isinstance(found.shape, Mask)
        assert np.array_equal(found.shape.paint(SIZE), painted)
    elif outcome == OUTLINE:
        assert isinstance(found.shape, Polygon)
        assert np.array_equal(found.shape.paint(SIZE), painted)
    elif outcome == EXTERIOR:
        assert isinstance(found.shape, Polygon)
        assert not found.shape.holes
        assert found.shape.bbox == pytest.approx(shape.bbox, abs=TOLERANCE_PX)
        assert found.shape.paint(SIZE)[painted].all()
    else:
        assert outcome == BOX
        assert isinstance(found.shape, Rectangle)
        # A box of pixels holds the pixel that a point lies in, though it may begin there.
        assert found.shape.bbox[:2] == pytest.approx(shape.bbox[:2], abs=TOLERANCE_PX)
        assert all(
            -TOLERANCE_PX <= new - old <= 1
            for new, old in zip(found.shape.bbox[2:], shape.bbox[2:], strict=True)
        )


def same(one: Any, other: Any) -> bool:
    """Whether two shapes are equal up to what text rounds."""
    if one == other:
        return True
    if type(one) is not type(other) or isinstance(one, Mask):
        return False
    if isinstance(one, Polygon):
        pairs = [(one.exterior, other.exterior), *zip(one.holes, other.holes, strict=True)]
        return all(np.allclose(a, b, rtol=0, atol=TOLERANCE_PX) for a, b in pairs)
    if isinstance(one, Keypoints):
        mine, others = ({n.id: (n.x, n.y) for n in each.nodes} for each in (one, other))
        return mine.keys() == others.keys() and all(
            mine[id] == pytest.approx(others[id], abs=TOLERANCE_PX) for id in mine
        )
    return bool(np.allclose(one.bbox, other.bbox, rtol=0, atol=TOLERANCE_PX))


def check_all(
    outcomes: tuple[str, ...],
    before: dict[tuple[str, str], Sample],
    after: dict[tuple[str, str], Sample],
) -> None:
    assert sorted(after) == sorted(before)
    for key, sample in before.items():
        found = after[key].instances
        assert {instance.label for instance in found} <= set(CLASSES)
        assert after[key].size == sample.size
        assert np.array_equal(after[key].image.pixels(), sample.image.pixels())
        if key == ("val", BARE):
            assert found == ()
            continue
        by_label = {instance.label: instance for instance in sample.instances}
        for label, outcome in zip(CLASSES, outcomes, strict=True):
            check(outcome, by_label[label], [each for each in found if each.label == label])


@pytest.mark.parametrize("name", WRITABLE)
def test_what_a_format_holds_comes_back(
    name: str, drawn: Path, exported: Callable[[str], tuple[Path, Outcome]]
) -> None:
    folder, _ = exported(name)
    check_all(OUTCOMES[name], read(drawn, "supervisely"), read(folder, name))


@pytest.mark.parametrize(("name", "writing", "reading"), OPTIONS)
def test_what_a_format_holds_with_options_comes_back(
    name: str, writing: str, reading: str, drawn: Path, tmp_path: Path
) -> None:
    convert(drawn, tmp_path / name, name, *(["--set", writing] if writing else []))
    key, _, value = reading.partition("=")
    options = {key: json.loads(value) if value in ("true", "false") else value} if key else {}
    outcomes = OPTIONS[name, writing, reading]
    check_all(outcomes, read(drawn, "supervisely"), read(tmp_path / name, name, **options))


@pytest.mark.parametrize("name", WRITABLE)
def test_what_it_does_not_hold_is_in_the_loss_report(
    name: str, exported: Callable[[str], tuple[Path, Outcome]]
) -> None:
    folder, outcome = exported(name)
    told = losses(folder)
    lossy = {label for label, what in zip(CLASSES, OUTCOMES[name], strict=True) if what in LOSSY}
    lossy = (lossy | ALSO_LOST.get(name, set())) - HELD_ELSEWHERE.get(name, set())
    assert {each["class"] for each in told} == lossy
    assert all(each["count"] == len(IMAGES) for each in told), told
    for each in told:
        line = f"{folder}: {each['count']} times not held of '{each['class']}': {each['what']}"
        assert line in outcome.out
    assert outcome.out.count("times not held") == len(told)


@pytest.mark.parametrize("name", WRITABLE)
def test_losses_may_be_refused(name: str, drawn: Path, tmp_path: Path) -> None:
    convert(drawn, tmp_path / "counted", name)
    outcome = run_cli("convert", drawn, tmp_path / "x", "--to", name, "--on-loss", "error")
    if not losses(tmp_path / "counted"):
        assert outcome.code == 0
        assert tree(tmp_path / "x") == tree(tmp_path / "counted")
    elif outcome.code == 2:
        assert outcome.err.startswith("dtl: E308 the format")
        assert not (tmp_path / "x").exists()
    else:
        assert outcome.code == 3
        assert outcome.err.count("F612") == len(IMAGES)
        assert not (tmp_path / "x" / "loss_report.json").exists()


@pytest.mark.parametrize("name", WRITABLE)
def test_what_comes_back_is_written_the_same(
    name: str, exported: Callable[[str], tuple[Path, Outcome]], tmp_path: Path
) -> None:
    """Reading and writing again loses nothing more, and the bytes are stable."""
    folder, _ = exported(name)
    for target in ("once", "twice"):
        convert(folder, tmp_path / target / "again", name, "--from", name)
        folder = tmp_path / target / "again"
    first, second = tree(tmp_path / "once"), tree(tmp_path / "twice")
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


@pytest.mark.parametrize("name", WRITABLE)
@pytest.mark.parametrize(
    "options", [("--workers", "3"), ("--runner", "serial")], ids=["threads", "serial"]
)
def test_same_bytes_with_any_worker(
    name: str,
    options: tuple[str, ...],
    drawn: Path,
    exported: Callable[[str], tuple[Path, Outcome]],
    tmp_path: Path,
) -> None:
    convert(drawn, tmp_path / name, name, *options)
    assert tree(tmp_path / name) == tree(exported(name)[0])


@pytest.mark.parametrize("name", WRITABLE)
def test_same_bytes_from_processes(
    name: str, exported: Callable[[str], tuple[Path, Outcome]], tmp_path: Path
) -> None:
    """The reader too goes to the workers."""
    folder, _ = exported(name)
    for target, options in {"one": (), "two": ("--runner", "processes", "--workers", "2")}.items():
        convert(folder, tmp_path / target / name, name, "--from", name, *options)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


@pytest.mark.parametrize("name", WRITABLE)
def test_what_was_exported_is_recognised(
    name: str, exported: Callable[[str], tuple[Path, Outcome]]
) -> None:
    folder, _ = exported(name)
    outcome = run_cli("inspect", folder, "--format", "json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    assert (found["format"], found["samples"]) == (name, 4)
    assert found["notes"] == []


@pytest.mark.parametrize("name", WRITABLE)
def test_every_reader_conforms(name: str, exported: Callable[[str], tuple[Path, Outcome]]) -> None:
    """What is read fits the schema; opened again or sent elsewhere, a source reads the same."""
    folder, _ = exported(name)
    node = make(Data, {"format": name})
    assert isinstance(node, Data)
    first, again = (
        node.open(node.settings, (folder.name,), DataFolders((folder.parent,))) for _ in range(2)
    )
    assert first.location == folder
    assert [dataset.name for dataset in first.datasets] == ["train", "val"]
    for source in (again, pickle.loads(pickle.dumps(first))):
        assert (source.schema, source.datasets) == (first.schema, first.datasets)
        for dataset in first.datasets:
            assert list(dataset.files) == sorted(dataset.files)
            for origin in dataset.origins():
                sample = first.read(origin)
                assert sample.origin == origin
                assert_schema_covers(first.schema, sample)
                assert_same_sample(sample, source.read(origin), "two readings")


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("source", WRITABLE)
def test_every_format_becomes_every_other(
    source: str, target: str, exported: Callable[[str], tuple[Path, Outcome]], tmp_path: Path
) -> None:
    folder, _ = exported(source)
    outcome = convert(folder, tmp_path / "out", target, "--from", source)
    assert "4 samples saved" in outcome.out
    before, after = read(folder, source), read(tmp_path / "out", target)
    # Splits may be named anew; the images stay.
    assert sorted(file for _, file in after) == sorted(file for _, file in before)


@pytest.mark.parametrize("name", WRITABLE)
def test_tags_come_back_or_are_lost(name: str, tmp_path: Path) -> None:
    project = write_project(tmp_path, "tagged", datasets={"train": (("a" * 16 + ".png", 40, 30),)})
    convert(project, tmp_path / "out", name)
    (before,) = read(project, "supervisely").values()
    (after,) = read(tmp_path / "out", name).values()
    lost = {each["class"] for each in losses(tmp_path / "out")}
    kept = {(tag.name, tag.value) for tag in after.tags}
    if not {(tag.name, tag.value) for tag in before.tags} <= kept:
        assert None in lost
    for instance in before.instances:
        twins = [each for each in after.instances if each.label == instance.label]
        values = {(tag.name, tag.value) for each in twins for tag in each.tags}
        if not {(tag.name, tag.value) for tag in instance.tags} <= values:
            assert instance.label in lost


def test_reading_formats_alone_are_few() -> None:
    assert set(FORMATS) - set(WRITABLE) == {"video"}
