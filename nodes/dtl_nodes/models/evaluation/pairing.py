"""What is compared with what: classes and tags in pairs, found before any image is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dtl_engine.sdk import Schema, SchemaError, TagValueType
from dtl_nodes.classes.unknown import Named, require_known
from dtl_nodes.models.evaluation.confidence import confidence_tag
from dtl_nodes.models.evaluation.keypoints import templates_of
from dtl_nodes.models.evaluation.metrics import check_metrics, default_metrics
from dtl_nodes.models.evaluation.poses import Template
from dtl_nodes.models.evaluation.settings import OF_CLASSES, OF_PIXELS, EvaluateSettings, Metric
from dtl_nodes.models.evaluation.task import Pair, Task

_SEPARATORS = "_-. "
"""What a guessed suffix begins with."""


def resolve(settings: EvaluateSettings, samples: Schema, truth: Schema | None) -> Task:
    """Return what is to be compared.

    Args:
        settings: of the layer.
        samples: what the samples may carry.
        truth: what the samples of a separate ground truth may carry; ``None``: there are none.

    Raises:
        SchemaError: E302, a class or tag does not exist; E306, a metric cannot be computed; E311,
            it does not follow from the settings what to compare.
    """
    if truth is not None and settings.project_pred is not None:
        raise SchemaError(
            "E311",
            "the ground truth has an input of its own here, so no project is told apart",
            at=("project_pred",),
            value=settings.project_pred,
            help="remove 'project_pred', or link one stream with both projects",
        )
    two_sides = truth is not None or settings.project_pred is not None
    before = samples if truth is None else truth
    classes = _classes(settings, before, samples, two_sides)
    tags = _tags(settings, before, samples, two_sides)
    templates = templates_of(settings, classes, before, samples)
    wanted = settings.metrics
    confidence = confidence_tag(settings, classes, samples)
    has_confidence = confidence is not None
    if wanted is None:
        possible = default_metrics(classes, tags, before, samples, has_confidence)
        metrics = frozenset(possible)
        if has_confidence and any(templates):
            metrics |= {"coco_keypoints"}
    else:
        metrics = frozenset(wanted)
        check_metrics(wanted, classes, tags, samples, has_confidence)
        _check_keypoints(wanted, classes, templates)
    if not metrics:
        raise _nothing(before)
    if not metrics & OF_CLASSES:
        classes, templates = (), ()
    if "classification" not in metrics:
        tags = ()
    if settings.confidence_threshold is None and any(pair.has_number for pair in tags):
        raise SchemaError(
            "E311",
            "tags with numbers are compared: 'confidence_threshold' is needed, the number from "
            "which on a tag counts",
            help='add "confidence_threshold": 0.5',
        )
    scored = has_confidence or metrics.isdisjoint(OF_PIXELS)
    rank_by = settings.rank_by or ("quality" if scored else "iou")
    return Task(
        classes,
        tags,
        metrics,
        wanted is None,
        rank_by,
        confidence,
        settings,
        templates,
        two_sides,
        _text_tags(tags, samples),
    )


def _check_keypoints(
    wanted: Sequence[Metric], classes: Sequence[Pair], templates: Sequence[Template | None]
) -> None:
    """Refuse to compare keypoints of classes that have none, or other ones on either side."""
    if "coco_keypoints" not in wanted:
        return
    for pair, template in zip(classes, templates, strict=True):
        if template is None:
            raise SchemaError(
                "E306",
                f"'coco_keypoints' compares keypoints, and '{pair.truth}' and '{pair.predicted}' "
                "have no template with the same ones",
                at=("metrics", wanted.index("coco_keypoints")),
                value="coco_keypoints",
                help="name the classes with keypoints alone in a 'classes_mapping'",
            )


def _text_tags(tags: Iterable[Pair], samples: Schema) -> tuple[str, ...]:
    """Return a warning for each predicted tag with texts: it counts whatever it says."""
    return tuple(
        f"tag '{pair.predicted}' holds texts: it counts wherever it is"
        for pair in tags
        if (spec := samples.tag(pair.predicted))
        and spec.value_type in (TagValueType.STRING, TagValueType.CHOICE)
    )


def _classes(
    settings: EvaluateSettings, truth: Schema, samples: Schema, two_sides: bool
) -> tuple[Pair, ...]:
    """Return the pairs of classes in the order of the mapping or of the ground truth's schema."""
    if settings.classes_mapping is not None:
        _check_mapping(settings.classes_mapping, "classes_mapping", truth, samples, two_sides)
        return tuple(Pair(*entry) for entry in settings.classes_mapping.items())
    if not _wants_classes(settings):
        return ()
    special = settings.special_classes
    names = [x for x in truth.label_names if x not in (special.neutral, special.background)]
    found = _paired(settings, names, samples.label_names, two_sides, "classes_mapping")
    if settings.suffix is not None and not found:
        known = ", ".join(samples.label_names) or "none"
        raise SchemaError(
            "E311",
            f"no class is named like another with '{settings.suffix}' behind it",
            at=("suffix",),
            value=settings.suffix,
            help=f"classes here: {known}",
        )
    return found


def _wants_classes(settings: EvaluateSettings) -> bool:
    """Whether classes are to be paired by their names: not where tags alone are mapped."""
    if settings.metrics is not None:
        return not OF_CLASSES.isdisjoint(settings.metrics)
    return settings.tags_mapping is None or settings.suffix is not None


def _tags(
    settings: EvaluateSettings, truth: Schema, samples: Schema, two_sides: bool
) -> tuple[Pair, ...]:
    """Return the pairs of tags; without a mapping only where the metric is asked for."""
    if settings.tags_mapping is not None:
        _check_mapping(settings.tags_mapping, "tags_mapping", truth, samples, two_sides, tags=True)
        pairs = [Pair(*entry) for entry in settings.tags_mapping.items()]
    elif settings.metrics is not None and "classification" in settings.metrics:
        pairs = list(
            _paired(settings, truth.tag_names, samples.tag_names, two_sides, "tags_mapping")
        )
    else:
        return ()
    numeric = (
        any(
            spec is not None and spec.value_type is TagValueType.NUMBER
            for spec in (truth.tag(pair.truth), samples.tag(pair.predicted))
        )
        for pair in pairs
    )
    return tuple(
        Pair(pair.truth, pair.predicted, has_number)
        for pair, has_number in zip(pairs, numeric, strict=True)
    )


def _check_mapping(
    mapping: Mapping[str, str],
    key: str,
    truth: Schema,
    samples: Schema,
    two_sides: bool,
    *,
    tags: bool = False,
) -> None:
    """Refuse names that do not exist, and a name compared with itself on the same sample."""
    known = (
        (truth.tag_names, samples.tag_names) if tags else (truth.label_names, samples.label_names)
    )
    what: Named = "tag" if tags else "class"
    for name, predicted in mapping.items():
        doing = "in the ground truth"
        require_known(known[0], name, doing, (key, name), what=what, in_key=True)
        require_known(known[1], predicted, "in the predictions", (key, name), what=what)
        if name == predicted and not two_sides:
            raise SchemaError(
                "E311",
                f"{what} '{name}' would be compared with itself",
                at=(key, name),
                value=predicted,
                help="link the ground truth to the input 'ground_truth'",
            )


def _paired(
    settings: EvaluateSettings,
    truth: Sequence[str],
    predicted: Sequence[str],
    two_sides: bool,
    key: str,
) -> tuple[Pair, ...]:
    """Pair names that are equal, or equal but for a suffix, given or guessed."""
    known = frozenset(predicted)
    suffix = settings.suffix
    if suffix is None and two_sides:
        same = tuple(Pair(name, name) for name in truth if name in known)
        if same:
            return same
    if suffix is None:
        suffix = _guessed(truth, predicted, key)
    if not suffix:
        return ()
    return tuple(Pair(name, name + suffix) for name in truth if name + suffix in known)


def _guessed(truth: Sequence[str], predicted: Sequence[str], key: str) -> str:
    """Return the suffix that makes most names of the ground truth ones of the predictions.

    Raises:
        SchemaError: E311, several do so.
    """
    counts = Counter(
        longer[len(name) :]
        for name in truth
        for longer in predicted
        if longer.startswith(name) and longer[len(name) : len(name) + 1] in tuple(_SEPARATORS)
    )
    best = max(counts.values(), default=0)
    suffixes = [suffix for suffix, count in counts.items() if count == best]
    if len(suffixes) > 1:
        listed = ", ".join(f"'{suffix}'" for suffix in suffixes)
        raise SchemaError(
            "E311",
            f"predictions could be those whose names end in any of {listed}",
            help=f'choose one, as in "suffix": "{suffixes[0]}", or give a \'{key}\'',
        )
    return suffixes[0] if suffixes else ""


def _nothing(truth: Schema) -> SchemaError:
    known = ", ".join(truth.label_names) or "none"
    return SchemaError(
        "E311",
        "it is not told what to compare: no class has a prediction named like it",
        at=(),
        help=f"give a 'classes_mapping' or a 'tags_mapping'; classes here: {known}",
    )
