"""A sample whose pixels were moved, with its annotation behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dtl_engine.sdk import Annotation, Instance, Mask, Pixels, Sample, Size
from dtl_nodes.families.conversion import convert_objects
from dtl_nodes.kernels.draw import draw_filled
from dtl_nodes.motion.carry import carried
from dtl_nodes.motion.motion import Motion
from dtl_nodes.motion.pixels import size_of


def moved_sample(sample: Sample, pixels: Pixels, motions: Sequence[Motion]) -> Sample:
    """Return the sample with new pixels, to which ``motions`` led one after the other."""
    instances = sample.annotation.restored().instances
    return with_instances(sample, pixels, carried(instances, sample.size, motions))


def with_instances(sample: Sample, pixels: Pixels, instances: Iterable[Instance]) -> Sample:
    """Return the sample with new pixels of any size, and instances that fit them."""
    old = sample.annotation
    annotation = Annotation(size_of(pixels), tuple(instances), old.tags, old.description, old.extra)
    return sample.replace(image=sample.image.with_pixels(pixels), annotation=annotation)


def drawn_as_masks(sample: Sample, mapping: dict[str, str]) -> Sample:
    """Return the sample with the objects of the mapped classes drawn as masks, filled."""
    if not mapping:
        return sample
    whole = sample.replace(annotation=sample.annotation.restored())
    return convert_objects(whole, mapping, lambda instance: _mask(instance, sample.size))


def _mask(instance: Instance, size: Size) -> Iterable[Mask]:
    drawn = draw_filled(instance.shape, size)
    return () if drawn is None else (drawn,)
