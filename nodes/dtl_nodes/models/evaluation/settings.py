"""The settings of ``evaluate``.

Source: models reference 5.1, the keys that all metric plugins of the original share.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from dtl_engine.sdk import Settings
from dtl_nodes.classes.labels import Label
from dtl_nodes.settings.mistakes import mistake, refuse

Metric = Literal[
    "coco_segm",
    "coco_bbox",
    "coco_keypoints",
    "map_voc11",
    "miou",
    "dice",
    "pixel_accuracy",
    "precision_recall",
    "confusion_matrix",
    "classification",
]
"""Names of metrics; the first that was computed is the headline, in this order."""

OF_COCO: frozenset[Metric] = frozenset(("coco_segm", "coco_bbox", "coco_keypoints"))
"""The metrics that COCO's evaluator computes."""

WITH_CONFIDENCE: frozenset[Metric] = OF_COCO | {"map_voc11"}
"""The metrics that need a confidence on each prediction."""

Sigma = Annotated[float, Field(gt=0, le=1)]

OF_PIXELS: frozenset[Metric] = frozenset(("miou", "dice", "pixel_accuracy"))
OF_OBJECTS: frozenset[Metric] = frozenset(("precision_recall", "confusion_matrix"))
OF_CLASSES = WITH_CONFIDENCE | OF_PIXELS | OF_OBJECTS


class SpecialClasses(Settings):
    """Classes of the ground truth with a meaning of their own, as in training."""

    background: Label = "bg"
    """Its objects mean that there is nothing; it is compared only if the mapping names it."""

    neutral: Label = "neutral"
    """Its pixels count nowhere: they are left out of all pixel metrics on both sides, and a
    prediction that matches nothing and lies on them is ignored, as COCO does with crowds."""

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.background == self.neutral:
            raise PydanticCustomError("value_error", "'background' and 'neutral' are one class")
        return self


class SetTags(Settings):
    """The image tags of the two sets, as in training."""

    train: Label = "train"
    """Marks the samples to train on."""

    val: Label = "val"
    """Marks the samples to validate on."""


class EvaluateSettings(Settings):
    """Settings of ``evaluate``."""

    classes_mapping: Annotated[dict[Label, Label], Field(min_length=1)] | None = None
    """Class of the ground truth -> class of the predictions, one to one; classes that are not
    mentioned are ignored. Not given: each class and the one named like it with ``suffix`` behind
    it, or, with the ground truth in a stream or project of its own, the one of the same name;
    none where there is a ``tags_mapping`` alone."""

    suffix: Label | None = None
    """What the predictions' names have behind those of the ground truth, as ``_maskrcnn``; not
    given: the one that fits the classes of the stream."""

    tags_mapping: Annotated[dict[Label, Label], Field(min_length=1)] | None = None
    """Image tag of the ground truth -> image tag of the predictions, one to one: what a
    classifier is judged by."""

    metrics: tuple[Metric, ...] | None = None
    """What to compute; not given: all that the classes and tags allow."""

    iou: Annotated[float, Field(gt=0, le=1)] = 0.5
    """From which overlap (intersection over union; OKS of keypoints) on objects match; COCO has
    its own ten."""

    confidence_tag_name: Label | None = None
    """The tag of predicted objects that holds their confidence, a number; not given:
    ``confidence`` with what the names of all predicted classes end in, as ``_maskrcnn``, if there
    is one, else ``confidence``, else the only one whose name begins so."""

    confidence_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Predicted objects with less confidence are left out (not given: none), and tags with
    numbers count from it on: where there are such tags it must be given."""

    keypoint_sigmas: Annotated[tuple[Sigma, ...], Field(min_length=1)] | None = None
    """How far each keypoint may be off, as a part of the square root of the object's area, in the
    order of the template; not given: those of COCO's person for 17 points, 0.05 for each point of
    all others."""

    crowd_tag_name: Label = "iscrowd"
    """The tag of ground truth objects that stand for many which nobody told apart."""

    special_classes: SpecialClasses = SpecialClasses()
    """Background and neutral."""

    dataset_tags: SetTags = SetTags()
    """Where the stream has both tags it is counted how many source images are in both sets."""

    project_gt: Label | None = None
    """The project with the ground truth; not given: any."""

    project_pred: Label | None = None
    """The project with the predictions, where it is another one in the same stream: samples are
    then paired by data set and file name."""

    rank_by: Literal["iou", "quality"] | None = None
    """What the best and worst samples are chosen by: the mean overlap of the classes, or the
    quality of the objects found; not given: ``quality`` where predictions have a confidence."""

    best_and_worst: Annotated[int, Field(ge=0, le=50)] = 4
    """How many of the best and of the worst samples are shown."""

    title: str = "Evaluation"
    """The heading of the page."""

    @model_validator(mode="after")
    def _one_to_one(self) -> Self:
        mistakes: list[InitErrorDetails] = []
        for key in ("classes_mapping", "tags_mapping"):
            first: dict[str, str] = {}
            for truth, predicted in (getattr(self, key) or {}).items():
                if (other := first.setdefault(predicted, truth)) != truth:
                    reason = f"'{predicted}' is already compared with '{other}'"
                    help = "the mapping must be one to one"
                    mistakes.append(mistake((key, truth), predicted, reason, help=help))
        if (neutral := self.special_classes.neutral) in (self.classes_mapping or {}):
            reason = f"'{neutral}' is the neutral class, which counts nowhere"
            mistakes.append(mistake(("classes_mapping", neutral), neutral, reason))
        if self.suffix is not None and self.classes_mapping is not None:
            reason = "'classes_mapping' names the classes already"
            mistakes.append(mistake(("suffix",), self.suffix, reason))
        if self.project_pred is not None and self.project_gt is None:
            reason = "'project_gt' is needed too: which project holds the ground truth?"
            mistakes.append(mistake(("project_pred",), self.project_pred, reason))
        if self.metrics == ():
            mistakes.append(mistake(("metrics",), [], "at least one metric is needed"))
        if mistakes:
            refuse(mistakes)
        return self
