"""A trained network, ready to be exported."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_nodes.models.architectures import load_architecture
from dtl_nodes.models.config import CONFIG_PROPERTY, in_order
from dtl_nodes.models.config_file import config_json, read_config
from dtl_nodes.models.inference.torch_predictor import load_module

if TYPE_CHECKING:
    import torch

    from dtl_nodes.models.architectures.base import Architecture

CLASSES_PROPERTY = "dtl_classes"
"""Where it holds the names of the classes, a JSON list in the order of the outputs."""


@dataclass(frozen=True)
class Network:
    """A network with its trained weights, on the CPU and in evaluation mode.

    ``exported`` is what is exported of ``module``, which shares its weights; ``example`` are inputs
    for it.
    """

    architecture: Architecture
    module: torch.nn.Module
    exported: torch.nn.Module
    example: tuple[torch.Tensor, ...]

    @property
    def properties(self) -> dict[str, str]:
        """What an exported file says of itself beside the network: name -> text."""
        config = self.architecture.config
        titles = {index: title for title, index in config.indices.items()}
        classes = [titles.get(index) for index in range(config.outputs)]
        return {
            CLASSES_PROPERTY: json.dumps(classes, ensure_ascii=False),
            CONFIG_PROPERTY: json.dumps(config_json(config), ensure_ascii=False),
        }

    @property
    def listed(self) -> tuple[str, ...]:
        """The outputs that list objects: those whose rows are as many as those of others."""
        axes = {name: each.get(0) for name, each in self.architecture.dynamic_axes.items()}
        inputs = {axes.get(name) for name in self.architecture.input_names}
        rows = Counter(axes.get(name) for name in self.architecture.output_names)
        return tuple(
            name
            for name in self.architecture.output_names
            if (axis := axes.get(name)) is not None and axis not in inputs and rows[axis] > 1
        )

    @property
    def takes_batches(self) -> bool:
        """Whether the length of the first axis of all inputs is open."""
        axes = self.architecture.dynamic_axes
        return all(0 in axes.get(name, {}) for name in self.architecture.input_names)

    def is_batched(self, name: str, dimensions: int) -> bool:
        """Whether an input of so many dimensions, for one image, gets a batch axis in front."""
        position = self.architecture.input_names.index(name)
        return self.example[position].dim() == dimensions + 1


def load_network(folder: Path, kind: type[Architecture] | None = None) -> Network:
    """Build the network of a checkpoint and load its weights.

    Args:
        folder: the checkpoint.
        kind: its class, where that is known already.

    Raises:
        ModelError: the checkpoint cannot be read, or its weights are those of another network.
    """
    config = in_order(read_config(folder))
    architecture = (kind or load_architecture(config.name))(config)
    module = load_module(folder, architecture)
    exported, example = architecture.exportable(module)
    return Network(architecture, module, exported.eval(), tuple(example))


@contextmanager
def without_tracing_warnings() -> Iterator[None]:
    """Silence what torch says of every tracing.

    That it will go some day; and that it fixes values, which the check on images would show.
    """
    import torch

    jit: Any = torch.jit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jit.TracerWarning)
        for category in (DeprecationWarning, FutureWarning, UserWarning):
            warnings.filterwarnings(
                "ignore", category=category, module=r"torch|segmentation_models|timm|dtl_nodes"
            )
        yield
