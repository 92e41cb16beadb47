"""What a network says of each class, checked before it is read by number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import ModelError
from dtl_nodes.models.config import ModelConfig


def class_scores(scores: NDArray[Any], config: ModelConfig) -> NDArray[np.floating[Any]]:
    """Return probabilities, (C, ...), one of each class, as they are.

    Args:
        scores: what a network says, its first axis being the class.
        config: of the model.

    Raises:
        ModelError: they are of another number of classes than the model says.
    """
    if scores.ndim == 0 or len(scores) != config.outputs:
        found = len(scores) if scores.ndim else "no"
        raise ModelError(
            f"the network is not the {config.name} that it says: it has {found} outputs, its "
            f"classes are {config.outputs}"
        )
    return scores
