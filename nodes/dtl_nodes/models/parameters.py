"""Whether stored parameters are those of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

Parameters = Mapping[str, "torch.Tensor"]


def misfit(own: Parameters, stored: Parameters) -> str:
    """Return in what parameters are not those of a network; ``""`` if they are."""
    for names, what in (
        ([name for name in own if name not in stored], "they lack"),
        ([name for name in stored if name not in own], "it has no"),
    ):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            return f"{what} '{names[0]}'{more}"
    return wrong_shape(own, stored)


def wrong_shape(own: Parameters, stored: Parameters) -> str:
    """Return which stored parameter has another shape than the network's; ``""`` if none has."""
    for name, wanted in own.items():
        if name in stored and stored[name].shape != wanted.shape:
            return f"'{name}' is {tuple(stored[name].shape)}, it needs {tuple(wanted.shape)}"
    return ""
