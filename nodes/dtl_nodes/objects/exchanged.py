"""Samples whose objects are exchanged, where any are."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from dtl_engine.sdk import Instance, Sample


def with_instances(sample: Sample, instances: Sequence[Instance]) -> Sample:
    """Return the sample with these objects; itself, if they are the very objects that it has.

    What did not change is then written as it was read.
    """
    before = sample.instances
    if len(before) == len(instances) and all(map(is_, before, instances)):
        return sample
    return sample.replace(instances=instances)
