"""What an output holds already, where samples are added to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """An output that exists before the run; nodes add fields for what they look up in it.

    It pickles. ``taken`` holds the names, without suffix, that no sample may get, by dataset.
    """

    taken: Mapping[str, frozenset[str]] = field(default_factory=dict)

    keeps_names: bool = False
    """Whether every sample is written under the name of its source image; then no two images may
    share one, and all samples of an image have the same."""
