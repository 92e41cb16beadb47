"""Which classes a network learns, and the number of each among its outputs.

Source: the class mapping of the original plugins; only titles count, shapes play no role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dtl_engine.sdk import (
    LabelSpec,
    ModelError,
    ModelFamily,
    Schema,
    SchemaError,
    TagValueType,
    did_you_mean,
)
from dtl_nodes.models.config import KINDS

BACKGROUND_COLOR = "#222222"
"""Of a background class that the data do not declare."""

FEWEST_TAGS = 2
"""A classifier chooses between at least so many."""


def class_indices(
    titles: Iterable[str], background: str | None, neutral: str | None = None
) -> dict[str, int]:
    """Number classes as a network that is trained anew knows them.

    Args:
        titles: of the classes, in any order; one named twice counts once.
        background: gets number 0, whether it is among the titles or not; ``None``: there is
            none, and the first class gets 0.
        neutral: the class that is never predicted; it gets no number.

    Returns:
        The number of each class, in the order of the numbers: background first, the others
        sorted by code point.
    """
    first = [] if background is None else [background]
    others = sorted(set(titles) - {background, neutral})
    return {title: index for index, title in enumerate([*first, *others])}


def out_labels(
    labels: Iterable[LabelSpec], kind: str, background: str | None, neutral: str | None = None
) -> tuple[LabelSpec, ...]:
    """Return the classes as a model declares them.

    Args:
        labels: of the data.
        kind: the shape of what the model makes.
        background: declared last if the data do not.
        neutral: left out.
    """
    kept = [LabelSpec(label.name, kind, label.color) for label in labels if label.name != neutral]
    if background is not None and all(label.name != background for label in kept):
        kept.append(LabelSpec(background, kind, BACKGROUND_COLOR))
    return tuple(kept)


def trained_classes(
    family: ModelFamily, settings: Any, schema: Schema
) -> tuple[dict[str, int], tuple[LabelSpec, ...]]:
    """Return the numbers of the classes and their declarations for a training.

    Args:
        family: of the network.
        settings: of the training. ``special_classes`` names background and neutral, where the
            network has them; a classifier has ``dataset_tags``, ``classes`` and ``ignore_tags``.
        schema: of the samples.

    Raises:
        SchemaError: E302, the settings name a tag that is not declared; E309, there is nothing
            to tell apart.
    """
    if family is ModelFamily.TAGS:
        sets = (settings.dataset_tags.train, settings.dataset_tags.val)
        tags = classifier_tags(schema, sets, settings.classes, settings.ignore_tags)
        return class_indices(tags, None), ()
    special = getattr(settings, "special_classes", None)
    background = getattr(special, "background", None)
    neutral = getattr(special, "neutral", None)
    if not set(schema.label_names) - {background, neutral}:
        raise SchemaError(
            "E309",
            "there is no class to learn: the samples declare "
            f"{', '.join(map(repr, schema.label_names)) or 'none'}",
            help="background and neutral regions are not learnt as objects",
        )
    indices = class_indices(schema.label_names, background, neutral)
    return indices, out_labels(schema.labels, KINDS[family], background, neutral)


def classifier_tags(
    schema: Schema,
    dataset_tags: Sequence[str],
    classes: Sequence[str] | None = None,
    ignore_tags: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the image tags that a classifier tells apart, sorted.

    Args:
        schema: of the samples.
        dataset_tags: those that put a sample into a set.
        classes: the tags; ``None``: all that are declared without a value, but ``dataset_tags``.
        ignore_tags: taken away; those that are not there do no harm.

    Raises:
        SchemaError: E302, one of ``classes`` is not declared; E309, fewer than two are left.
    """
    for index, name in enumerate(classes or ()):
        if schema.tag(name) is None:
            known = schema.tag_names
            raise SchemaError(
                "E302",
                f"there is no tag '{name}' to learn",
                at=("classes", index),
                value=name,
                allowed=known,
                help=did_you_mean(name, known) or f"tags here: {', '.join(known) or 'none'}",
            )
    found: Iterable[str] = (
        (tag.name for tag in schema.tags if tag.value_type is TagValueType.NONE)
        if classes is None
        else classes
    )
    left = set(found) - set(ignore_tags)
    if classes is None:
        left -= set(dataset_tags)
    if len(left) < FEWEST_TAGS:
        raise SchemaError(
            "E309",
            f"a classifier needs {FEWEST_TAGS} tags to choose from, and there "
            f"{'is only' if left else 'is none'}{''.join(f' {name!r}' for name in left)}",
            at=() if classes is None else ("classes",),
            help="classes are image tags without a value, other than those of 'dataset_tags'",
        )
    return tuple(sorted(left))


def continued_indices(
    model: Mapping[str, int], data: Mapping[str, int], background: str | None
) -> dict[str, int]:
    """Return the numbers with which the training of a model goes on: the model's own.

    Args:
        model: the numbers of the classes that it knows.
        data: those that a training anew would have.
        background: the class that must have number 0; ``None``: there is none.

    Raises:
        ModelError: the two know different classes, or number 0 is not the background.
    """
    missing, added = sorted(set(data) - set(model)), sorted(set(model) - set(data))
    if missing or added:
        only = [
            f"only the {where} {', '.join(map(repr, names))}"
            for where, names in (("model has", added), ("data have", missing))
            if names
        ]
        raise ModelError(
            "'continue_training' needs a model of the same classes: "
            f"{'; '.join(only)}; 'transfer_learning' takes other classes"
        )
    if background is not None and model[background] != 0:
        raise ModelError(
            f"'continue_training' needs a model whose background is '{background}': it has number "
            f"{model[background]} there, not 0"
        )
    return dict(model)
