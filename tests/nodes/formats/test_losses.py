"""The loss report of every format: what came back different is in it, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from dtl_engine.sdk import Instance, Sample, Schema, ShapeKind, Tag
from dtl_nodes.export import Export, ExportSettings
from dtl_nodes.formats import WRITABLE, load_writable, losses
from tests.nodes.formats.exporting import Recorder, open_dataset, sample_with
from tests.nodes.formats.kept import Rule, edges, has_tags, is_kept
from tests.nodes.formats.loss_cases import SIZE, Case, cases, schema_of

CASES = tuple(cases())
SUBJECTS = tuple(dict.fromkeys(case.subject for case in CASES))
SCHEMA = schema_of(CASES)
EXACT = Rule()
REASONS = (losses.OUTSIDE, losses.NO_AREA, losses.NO_PIXEL, losses.TOO_FEW_POINTS, losses.EQUAL)
HOLES_ARE_RUNS = Rule(painted="with holes")
PIXELS_ARE_ALL = Rule(painted="all")
WHOLE_PIXELS = Rule(close_px=0.5)


@dataclass(frozen=True, slots=True)
class Way:
    """A format with options: an object is held if one of the ways of reading gives it back."""

    format: str
    writing: dict[str, Any] = field(default_factory=dict)
    readings: tuple[dict[str, Any], ...] = ({},)
    rule: Rule = EXACT

    def __str__(self) -> str:
        return " ".join((self.format, *map(str, self.writing.values())))


WAYS = (
    Way("cityscapes"),
    Way("coco", rule=HOLES_ARE_RUNS),
    Way(
        "coco",
        {"points_and_lines": "box", "polygons": "exact", "bitmaps": "polygons"},
        rule=PIXELS_ARE_ALL,
    ),
    Way("coco", {"image_tags": True}, rule=HOLES_ARE_RUNS),
    Way("cvat"),
    Way("images"),
    Way("labelme"),
    Way("labelme", {"embed_images": True}),
    Way("mask_pairs"),
    Way("mask_pairs", {"mask_style": "binary"}, ({"instances": "none"},)),
    Way("open_images", rule=WHOLE_PIXELS),
    Way("supervisely"),
    Way("supervisely", {"coordinates": "pixel"}, ({"coordinates": "pixel"},)),
    Way("table"),
    Way("table", {"table_file": "parquet"}),
    Way("voc", {}, ({}, {"shapes": "masks"})),
    Way("voc", {"segmentation_pictures": False}),
    Way("yolo"),
    Way("yolo", {"task": "segment"}),
    Way("yolo", {"task": "segment", "merge_parts": True}),
    Way("yolo", {"task": "obb"}, ({"task": "obb"},)),
    Way("yolo", {"task": "pose", "keypoints": ("wrist", "thumb")}, ({"task": "pose"},)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the cases: losses by class and words, and what was read again each time."""

    told: dict[str, Counter[tuple[str, str]]]
    report: dict[tuple[str, str], int]
    read: tuple[tuple[Schema, dict[str, Sample]], ...]


@cache
def outcome(at: int) -> Outcome:
    """Write all cases with ``export``, each on an image of its own, and read them with ``data``."""
    way = WAYS[at]
    node = Export(ExportSettings(format=way.format, **way.writing))
    told: dict[str, Counter[tuple[str, str]]] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        node.start(SCHEMA, folder)
        for number, case in enumerate(CASES):
            stem = _stem(number)
            sample = sample_with(
                case.instances,
                case.tags,
                file=f"{stem}.png",
                dataset="train",
                size=SIZE,
                description=case.description,
            )
            place = Recorder(folder, "train", stem)
            node.write(sample, SCHEMA, place)
            told[case.name] = place.losses
        node.finish(SCHEMA, folder)
        node.report_losses(dict(sum(told.values(), Counter())), folder)
        return Outcome(told, _report(folder), tuple(_read(way, folder)))


def _stem(number: int) -> str:
    """Return a name that all formats keep: Open Images names by 16 digits."""
    return f"{number:016x}"


def _report(folder: Path) -> dict[tuple[str, str], int]:
    path = folder / "loss_report.json"
    entries = json.loads(path.read_bytes())["losses"] if path.is_file() else []
    return {(each["class"] or "", each["what"]): each["count"] for each in entries}


def _read(way: Way, folder: Path) -> Iterator[tuple[Schema, dict[str, Sample]]]:
    for options in way.readings:
        source = open_dataset(way.format, folder, **options)
        found = {}
        for dataset in source.datasets:
            for origin in dataset.origins():
                sample = source.read(origin)
                _ = sample.instances
                found[origin.stem.split("_")[0]] = sample
        yield source.schema, found


def came_back(case: Case, way: Way, found: Outcome) -> bool:
    """Whether all of a case came back, its objects one class after the other."""
    stem = _stem(CASES.index(case))
    first = found.read[0][1][stem]
    order = [instance.label for instance in case.instances]
    return (
        has_tags(case.tags, first.tags)
        and first.annotation.description == case.description
        and [instance.label for instance in first.instances] == order
        and all(
            any(
                _is_held(case, label, schema, samples[stem], way.rule)
                for schema, samples in found.read
            )
            for label in order
        )
    )


def _is_held(case: Case, label: str, schema: Schema, after: Sample, rule: Rule) -> bool:
    before = [instance for instance in case.instances if instance.label == label]
    again = [instance for instance in after.instances if instance.label == label]
    has_graph = any(instance.shape.kind is ShapeKind.GRAPH for instance in before)
    if has_graph and edges(schema, label) != edges(SCHEMA, label):
        return False
    return is_kept(before, again, rule)


def test_every_format_is_tried() -> None:
    assert {way.format for way in WAYS} == set(WRITABLE)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("at", range(len(WAYS)), ids=[str(way) for way in WAYS])
def test_what_comes_back_different_is_told_and_nothing_else(at: int, subject: str) -> None:
    way, found = WAYS[at], outcome(at)
    chosen = [case for case in CASES if case.subject == subject]
    silent = [c.name for c in chosen if not found.told[c.name] and not came_back(c, way, found)]
    assert not silent
    idle = {c.name: dict(found.told[c.name]) for c in chosen if came_back(c, way, found)}
    in_vain = {name: told for name, told in idle.items() if told and name not in ALIKE_BY_CHANCE}
    assert not in_vain


ALIKE_BY_CHANCE = ("mask of a pixel",)
"""What all of a kind lose, but this one happens to be its own box."""


@pytest.mark.parametrize("at", range(len(WAYS)), ids=[str(way) for way in WAYS])
def test_the_report_is_what_was_told(at: int) -> None:
    found = outcome(at)
    assert found.report == sum(found.told.values(), Counter())
    labels = {case.name: {each.label for each in case.instances} | {""} for case in CASES}
    for name, told in found.told.items():
        assert {label for label, _ in told} <= labels[name]


@pytest.mark.parametrize("at", range(len(WAYS)), ids=[str(way) for way in WAYS])
def test_words_are_shared(at: int) -> None:
    reasons = ("", *REASONS)
    others = (losses.BOX, losses.ORIENTED_BOX, losses.MASK)
    known = {
        *(value for name, value in vars(losses).items() if name.isupper() and name != "NAMES"),
        *(losses.dropped(*words) for words in product(ShapeKind, reasons)),
        *(losses.saved_as(*words) for words in product(ShapeKind, others, reasons)),
        *map(losses.rounded, ShapeKind),
        *map(losses.widened, ShapeKind),
    } - {*reasons, *others}
    assert {what for _, what in outcome(at).report} <= known


@pytest.mark.parametrize("at", range(len(WAYS)), ids=[str(way) for way in WAYS])
def test_what_is_known_before_is_told_in_the_same_words(at: int) -> None:
    """Unless an object of the class is odd: then that is told."""
    way, found = WAYS[at], outcome(at)
    settings = ExportSettings(format=way.format, **way.writing)
    known = {each.label: each.what for each in load_writable(way.format).losses(SCHEMA, settings)}
    for case in CASES:
        for label in {instance.label for instance in case.instances} & known.keys():
            words = {what for whose, what in found.told[case.name] if whose == label}
            is_odd = any(reason in what for what, reason in product(words, REASONS))
            assert known[label] in words or is_odd, label


@pytest.mark.parametrize("name", WRITABLE)
def test_the_tag_of_a_split_is_no_loss(name: str, tmp_path: Path) -> None:
    node = Export(ExportSettings(format=name, splits=("train",)))
    place = Recorder(tmp_path, "all", _stem(0))
    node.start(SCHEMA, tmp_path)
    node.write(sample_with((), (Tag("train"),), file=f"{_stem(0)}.png"), SCHEMA, place)
    assert place.losses == {}


@pytest.mark.parametrize("name", WRITABLE)
def test_rounding_errors_at_the_border_are_no_loss(name: str, tmp_path: Path) -> None:
    """Turned objects leave the image by less than what any format writes."""
    box = next(case.instances[0].shape for case in CASES if case.name == "box of the image")
    node = Export(ExportSettings(format=name))
    place = Recorder(tmp_path, "train", _stem(0))
    node.start(SCHEMA, tmp_path)
    nudged = type(box)(-1e-9, *box.bbox[1:])
    node.write(sample_with([Instance("box", nudged)], file=f"{_stem(0)}.png"), SCHEMA, place)
    assert ("box", losses.CUT) not in place.losses
