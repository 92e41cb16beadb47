"""What is counted of samples on the way, the same in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dtl_engine.sdk import DataError, Sample
from dtl_nodes.models.coco_protocol import NUMBERS
from dtl_nodes.models.evaluation.classification import ClassificationTally
from dtl_nodes.models.evaluation.coco import CocoTally
from dtl_nodes.models.evaluation.confusion import ConfusionTally
from dtl_nodes.models.evaluation.matching import Matching
from dtl_nodes.models.evaluation.precision_recall import PrecisionRecallTally
from dtl_nodes.models.evaluation.scene import Scene, scene_of
from dtl_nodes.models.evaluation.segmentation import SegmentationTally
from dtl_nodes.models.evaluation.settings import OF_CLASSES, OF_PIXELS
from dtl_nodes.models.evaluation.task import Task
from dtl_nodes.models.evaluation.voc11 import Voc11Tally

NO_TRUTH = "no ground truth"
NO_PREDICTION = "no prediction"
NOT_AS_MANY = "not as many ground truths as predictions"
UNPAIRED = (NO_TRUTH, NO_PREDICTION, NOT_AS_MANY)
"""Why samples of two sides are not compared."""

IN_TRAIN, IN_VAL = 1, 2
"""Bits of a source image: it has samples in that set."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of samples; numbers are ``None`` where there is nothing to compare."""

    objects: int
    predictions: int
    iou: float | None
    quality: float | None
    tags: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A sample that may be among the best or the worst, with both of its sides."""

    score: float
    key: str
    truth: Sample
    sample: Sample


@dataclass(slots=True)
class EvaluationTally:
    """The counts of all metrics, and a line for each sample, by its id.

    ``skipped`` are the samples whose two sides cannot be compared, with the reason; ``left_out``
    those whose source image was set aside.
    """

    task: Task
    segmentation: SegmentationTally
    precision_recall: PrecisionRecallTally
    confusion: ConfusionTally
    voc11: Voc11Tally
    coco: tuple[CocoTally, ...]
    classification: ClassificationTally
    entries: dict[str, Entry] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    projects: set[str] = field(default_factory=set)
    waiting: dict[str, tuple[list[Sample | None], list[Sample | None]]] = field(
        default_factory=dict
    )
    best: list[Shown] = field(default_factory=list)
    worst: list[Shown] = field(default_factory=list)
    without_confidence: int = 0
    below_threshold: int = 0

    @classmethod
    def of(cls, task: Task) -> EvaluationTally:
        """Return the tally of nothing."""
        classes = len(task.classes)
        coco = (
            CocoTally(kind, task.templates) for kind in NUMBERS if f"coco_{kind}" in task.metrics
        )
        return cls(
            task,
            SegmentationTally(classes),
            PrecisionRecallTally(classes),
            ConfusionTally(classes),
            Voc11Tally([0] * classes),
            tuple(coco),
            ClassificationTally(len(task.tags)),
        )

    def see(self, sample: Sample, *, is_truth: bool) -> None:
        """Count one sample; all that one tally sees are of one source image.

        Where the ground truth comes by itself, the first sample of a source image belongs to its
        first ground truth and so on; they are compared as soon as both are there.
        """
        wanted, project = self.task.settings, sample.origin.project
        if wanted.project_pred is not None:
            is_truth = project == wanted.project_gt
            taken = project in (wanted.project_gt, wanted.project_pred)
        else:
            judged = is_truth or not self.task.two_sides
            taken = not judged or wanted.project_gt in (None, project)
        if not taken:
            return
        self.projects.add(project)
        if not self.task.two_sides:
            self.compare(sample, sample)
            return
        sides = self.waiting.setdefault(str(sample.origin), ([], []))
        mine, others = sides if is_truth else (sides[1], sides[0])
        mine.append(sample.replace(image=sample.image.detached()))
        place = len(mine) - 1
        if place < len(others) and (other := others[place]) is not None:
            mine[place] = others[place] = None
            self.compare(*((sample, other) if is_truth else (other, sample)))

    def compare(self, truth: Sample, sample: Sample) -> None:
        """Count a pair of samples, or say why it cannot be.

        Raises:
            DataError: an annotation is broken.
        """
        key = self._key(sample.id)
        self._count_source(sample)
        if truth.size != sample.size:
            sizes = (
                f"{truth.size.width}x{truth.size.height}",
                f"{sample.size.width}x{sample.size.height}",
            )
            self.skipped[key] = (
                f"the ground truth is of {sizes[0]} pixels, the sample of {sizes[1]}"
            )
            return
        self._score(key, scene_of(self.task, truth, sample), truth, sample)

    def _score(self, key: str, scene: Scene, truth: Sample, sample: Sample) -> None:
        task, metrics = self.task, self.task.metrics
        iou = quality = right = None
        if metrics & OF_PIXELS or (task.classes and task.rank_by == "iou"):
            iou = self.segmentation.see(scene)
        if metrics & (OF_CLASSES - OF_PIXELS) or (task.classes and task.rank_by == "quality"):
            matching = Matching(scene, task.settings.iou)
            quality = self.precision_recall.see(scene, matching)
            self.confusion.see(scene, matching)
            self.voc11.see(key, scene, matching)
        for tally in self.coco:
            tally.see(key, scene)
        if "classification" in metrics:
            threshold = task.settings.confidence_threshold or 0.0
            right = self.classification.see(scene, task.tags, threshold)
        self.without_confidence += sum(found.score is None for found in scene.predicted)
        self.below_threshold += scene.below_threshold
        self.entries[key] = Entry(len(scene.truth), len(scene.predicted), iou, quality, right)
        score = (iou if task.rank_by == "iou" else quality) if task.classes else right
        if score is not None and task.settings.best_and_worst:
            shown = Shown(score, key, _lasting(truth), _lasting(sample))
            self._keep([shown], [shown])

    def add(self, other: EvaluationTally) -> None:
        """Add what was counted elsewhere, of other source images."""
        self.segmentation.add(other.segmentation)
        self.precision_recall.add(other.precision_recall)
        self.confusion.add(other.confusion)
        self.voc11.add(other.voc11)
        for mine, others in zip(self.coco, other.coco, strict=True):
            mine.add(others)
        self.classification.add(other.classification)
        self.entries.update(other.entries)
        self.skipped.update(other.skipped)
        self.left_out.update(other.left_out)
        for source, bits in other.sources.items():
            self.sources[source] = self.sources.get(source, 0) | bits
        self.projects |= other.projects
        self.waiting |= {
            source: sides for source, sides in other.waiting.items() if any(map(any, sides))
        }
        self.without_confidence += other.without_confidence
        self.below_threshold += other.below_threshold
        self._keep(other.best, other.worst)

    def pair_up(self) -> None:
        """Compare what waited for ground truth of other projects; all samples are in.

        Such samples are paired by data set and file name, where that is clear; what finds nothing
        is skipped.
        """
        sides: tuple[dict[str, list[list[Sample]]], ...] = ({}, {})
        for lists in self.waiting.values():
            for mine, waiting in zip(sides, lists, strict=True):
                if left := [sample for sample in waiting if sample is not None]:
                    origin = left[0].origin
                    mine.setdefault(f"{origin.dataset}/{origin.file}", []).append(left)
        self.waiting = {}
        for place in sorted(sides[0].keys() | sides[1].keys()):
            truth, samples = (side.get(place, []) for side in sides)
            if len(truth) == len(samples) == 1 and len(truth[0]) == len(samples[0]):
                for pair in zip(truth[0], samples[0], strict=True):
                    self._compare_late(*pair)
                continue
            self._skip_all(samples, NOT_AS_MANY if truth else NO_TRUTH)
            if not samples:
                self._skip_all(truth, NO_PREDICTION)

    def _compare_late(self, truth: Sample, sample: Sample) -> None:
        """Compare a pair now that no image can be set aside any more."""
        try:
            self.compare(truth, sample)
        except DataError as error:
            self.skipped[self._key(sample.id)] = str(error)

    def _skip_all(self, lists: Iterable[list[Sample]], reason: str) -> None:
        for sample in sorted((each for one in lists for each in one), key=lambda one: one.id):
            self.skipped[self._key(sample.id)] = reason

    def _key(self, id: str) -> str:
        """Return an id that is not used yet: a sample can come twice, by two ways."""
        key, number = id, 1
        while key in self.entries or key in self.skipped:
            number += 1
            key = f"{id} ({number})"
        return key

    def _count_source(self, sample: Sample) -> None:
        tags, names = self.task.settings.dataset_tags, {tag.name for tag in sample.tags}
        bits = (IN_TRAIN if tags.train in names else 0) | (IN_VAL if tags.val in names else 0)
        source = str(sample.origin)
        self.sources[source] = self.sources.get(source, 0) | bits

    def _keep(self, best: list[Shown], worst: list[Shown]) -> None:
        """Keep the best and the worst of what was there and what comes."""
        most = self.task.settings.best_and_worst
        ranked = sorted((*self.best, *best), key=lambda one: (-one.score, one.key))
        self.best = ranked[:most]
        self.worst = sorted((*self.worst, *worst), key=lambda one: (one.score, one.key))[:most]


def _lasting(sample: Sample) -> Sample:
    return sample.replace(image=sample.image.detached())
