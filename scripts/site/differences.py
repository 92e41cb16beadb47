"""What a node changed about a sample, in words and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.model.shapes import Keypoints, Mask, Polygon, Polyline, Shape

Stream = tuple[Sample, Schema]
"""A sample and what its stream declares."""


def differences(before: Stream, after: Stream) -> tuple[str, ...]:
    """Return one Markdown phrase for each thing that is not as it was."""
    return tuple(_differences(before, after))


def _differences(before: Stream, after: Stream) -> Iterator[str]:
    old, new = before[0], after[0]
    if old.size != new.size:
        yield f"{_size(old)} → {_size(new)} pixels"
    elif old.instances == new.instances:
        yield from _pixels(old, new)
    yield from _objects(before, after)
    yield from _tags("image tag", old.tags, new.tags)
    if new.dataset != old.dataset:
        yield f"will be written to dataset `{new.dataset or new.origin.dataset}`"
    yield from _declarations(before[1], after[1])


def _size(sample: Sample) -> str:
    return f"{sample.size.width} x {sample.size.height}"


def _pixels(old: Sample, new: Sample) -> Iterator[str]:
    changed = (old.image.pixels() != new.image.pixels()).any(axis=2)
    if share := float(np.mean(changed)):
        percent = "all" if share == 1 else f"{_percent(share)} of the"
        yield f"{percent} pixels have another colour"


def _percent(share: float) -> str:
    percent = 100 * share
    return "under 1 %" if percent < 1 else f"{min(round(percent), 99)} %"


def _objects(before: Stream, after: Stream) -> Iterator[str]:
    (old, declared), (new, inferred) = before, after
    phrases: dict[str, list[str]] = {}
    gone = []
    for name in dict.fromkeys(instance.label for instance in (*old.instances, *new.instances)):
        mine = [instance for instance in old.instances if instance.label == name]
        others = [instance for instance in new.instances if instance.label == name]
        if declared.label(name) is None:
            yield f"new class `{name}`: {_counted(others)}"
        elif inferred.label(name) is None:
            gone.append(f"`{name}`")
        elif phrase := _change(mine, others):
            phrases.setdefault(phrase, []).append(f"`{name}`")
    if gone:
        yield (
            f"class {gone[0]} is gone" if len(gone) == 1 else f"classes {', '.join(gone)} are gone"
        )
    known = len({instance.label for instance in old.instances})
    for phrase, names in phrases.items():
        yield f"{'all objects' if len(names) == known > 1 else ', '.join(names)}: {phrase}"
    labels = [[instance.label for instance in some.instances] for some in (old, new)]
    if labels[0] != labels[1] and Counter(labels[0]) == Counter(labels[1]):
        yield f"order, back to front: {', '.join(f'`{name}`' for name in _runs(labels[1]))}"


def _change(old: Sequence[Instance], new: Sequence[Instance]) -> str:
    """Return what became of the objects of one class; ``""`` if nothing did."""
    if len(old) != len(new):
        return f"{len(old)} → {_counted(new)}"
    if list(old) == list(new):
        return ""
    if found := list(_facts(old, new)):
        return ", ".join(found)
    is_same = Counter(_shapes(old)) == Counter(_shapes(new))
    return "in another order" if is_same else "moved or reshaped"


def _runs(labels: Sequence[str]) -> list[str]:
    """Return labels in order, equal neighbours taken together."""
    return [name for at, name in enumerate(labels) if at == 0 or labels[at - 1] != name]


def _counted(instances: Sequence[Instance]) -> str:
    kinds = Counter(str(instance.shape.kind) for instance in instances)
    if not kinds:
        return "0 objects"
    if len(kinds) == 1:
        (kind, count), *_ = kinds.items()
        return f"{count} {_noun(kind, count)}"
    return ", ".join(f"{count} {_noun(kind, count)}" for kind, count in kinds.items())


def _noun(kind: str, count: int) -> str:
    noun = {"graph": "keypoint graph", "bitmap": "mask"}.get(kind, kind)
    return noun if count == 1 else f"{noun}s"


def _facts(old: Sequence[Instance], new: Sequence[Instance]) -> Iterator[str]:
    """Yield in what equally many objects of one class differ: vertices, pixels, tags."""
    for words, count in (("vertices", _vertices), ("pixels", _set_pixels)):
        before, after = (sum(count(i.shape) for i in some) for some in (old, new))
        if before != after:
            yield f"{before} → {after} {words}"
    had, have = (Counter(tag.name for i in some for tag in i.tags) for some in (old, new))
    for name in dict.fromkeys((*had, *have)):
        if had[name] != have[name]:
            yield f"tag `{name}` on {had[name]} → {have[name]} of {len(old)}"


def _vertices(shape: Shape) -> int:
    if isinstance(shape, Polygon):
        return sum(len(ring) for ring in shape.rings)
    if isinstance(shape, Polyline):
        return len(shape.points)
    return len(shape.nodes) if isinstance(shape, Keypoints) else 0


def _set_pixels(shape: Shape) -> int:
    return int(shape.area) if isinstance(shape, Mask) else 0


def _shapes(instances: Sequence[Instance]) -> list[Shape]:
    return [instance.shape for instance in instances]


def _tags(what: str, old: Sequence[Tag], new: Sequence[Tag]) -> Iterator[str]:
    before, after = ({tag.name: tag.value for tag in some} for some in (old, new))
    for name, value in after.items():
        shown = f"`{name}`" if value is None else f"`{name}` = `{value}`"
        if name not in before:
            yield f"{what} {shown} is new"
        elif before[name] != value:
            yield f"{what} `{name}`: `{before[name]}` → `{value}`"
    for name in before:
        if name not in after:
            yield f"{what} `{name}` is gone"


def _declarations(old: Schema, new: Schema) -> Iterator[str]:
    for label in new.labels:
        known = old.label(label.name)
        if known is not None and known.color != label.color:
            yield f"class `{label.name}` has colour {known.color} → {label.color}"
    for tag in new.tags:
        if old.tag(tag.name) is None:
            yield f"tag `{tag.name}` is declared"
