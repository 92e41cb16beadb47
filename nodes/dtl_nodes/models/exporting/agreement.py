"""Whether an exported network says what the original one says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import ModelError, Pixels
from dtl_nodes.models.exporting.network import Network

Named = Mapping[str, NDArray[Any]]

Run = Callable[[Named], Named]
"""An exported network: its inputs by name -> its outputs by name, with their batch axes."""


def check_agreement(
    network: Network, run: Run, images: Sequence[Pixels], tolerance: float
) -> float:
    """Run both networks on the same images and return by how much they differ at most.

    Where the exported network takes batches, two of an image at once are checked too. Without
    images both run on the example inputs.

    Args:
        network: the original.
        run: the exported one.
        images: (H, W, 3) uint8 RGB, of any sizes.
        tolerance: see ``ExportModelSettings.tolerance``.

    Raises:
        ModelError: they differ by more than ``tolerance``; it says by how much in which output.
    """
    if not images:
        return _compare("its example inputs", *_on_example(network, run), tolerance)
    import torch

    architecture = network.architecture
    worst = 0.0
    for number, pixels in enumerate(images, start=1):
        inputs = architecture.prepare(pixels)
        (expected,) = architecture.forward(network.module, [inputs], torch.device("cpu"))
        for copies in (1, 2):
            found = _run_copies(network, run, inputs, copies)
            for outputs in found:
                shown = f"image {number}" + (" in a batch" if copies > 1 else "")
                ordered = in_order_of(expected, outputs, network.listed)
                worst = max(worst, _compare(shown, expected, ordered, tolerance))
    return worst


def _run_copies(network: Network, run: Run, inputs: Named, copies: int) -> list[Named]:
    """Return what an exported network says of each of some copies of a prepared image."""
    batched = {name for name, array in inputs.items() if network.is_batched(name, array.ndim)}
    if copies > 1 and not (batched and network.takes_batches):
        return []
    if not batched:
        return [run(inputs)]
    outputs = run(
        {
            name: np.stack([array] * copies) if name in batched else array
            for name, array in inputs.items()
        }
    )
    return [{name: array[at] for name, array in outputs.items()} for at in range(copies)]


def _on_example(network: Network, run: Run) -> tuple[Named, Named]:
    """Return what both networks say of the example inputs."""
    import torch

    with torch.no_grad():
        expected = network.exported(*network.example)
    listed = (expected,) if torch.is_tensor(expected) else tuple(expected)
    names = network.architecture.output_names
    inputs = dict(zip(network.architecture.input_names, network.example, strict=True))
    return (
        {name: value.numpy() for name, value in zip(names, listed, strict=True)},
        run({name: value.numpy() for name, value in inputs.items()}),
    )


def _compare(shown: str, expected: Named, found: Named, tolerance: float) -> float:
    """Return the largest difference of some outputs.

    Raises:
        ModelError: it is over ``tolerance``.
    """
    differences: list[str] = []
    worst = 0.0
    for name, array in expected.items():
        other = found[name]
        if array.shape != other.shape:
            differences.append(f"{name} has the shape {other.shape} instead of {array.shape}")
            continue
        difference = relative_difference(array, other)
        worst = max(worst, difference)
        if not difference <= tolerance:
            differences.append(f"{name} differs by {difference:.3g}")
    if differences:
        raise ModelError(
            f"the exported network says something else than the original one of {shown}: "
            f"{', '.join(differences)}; allowed is {tolerance:g}. Nothing is written. Where "
            "a network is not trained yet, equal scores may be the reason; 'check': 0 exports it"
        )
    return worst


def in_order_of(expected: Named, found: Named, listed: Sequence[str]) -> Named:
    """Return outputs with the objects that they list in the order of others.

    Two objects whose scores differ by the rounding of the last digit may change places.

    Args:
        expected: the outputs that give the order.
        found: those to bring into it, unless they list another number of objects.
        listed: the outputs that list objects, one on each row.
    """
    small = [name for name in listed if expected[name].ndim <= 2]
    if not small or any(expected[name].shape != found[name].shape for name in small):
        return found
    one, other = (_columns([outputs[name] for name in small]) for outputs in (expected, found))
    left = list(range(len(one)))
    order = []
    for row in one:
        nearest = min(left, key=lambda at: float(np.abs(row - other[at]).max()))
        left.remove(nearest)
        order.append(nearest)
    return {name: array[order] if name in listed else array for name, array in found.items()}


def _columns(arrays: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """Return the numbers of each object side by side, (N, M)."""
    return np.concatenate([a.reshape(len(a), -1).astype(np.float64) for a in arrays], axis=1)


def relative_difference(expected: NDArray[Any], found: NDArray[Any]) -> float:
    """Return the largest difference of two arrays of one shape.

    Returns:
        As a part of the largest magnitude in ``expected``, or of 1 where that is larger. Infinite
        where whole numbers differ, or only one of two numbers is finite.
    """
    if not expected.size:
        return 0.0
    if expected.dtype.kind in "iub":
        return 0.0 if np.array_equal(expected, found) else float("inf")
    is_finite = np.isfinite(expected)
    if not np.array_equal(is_finite, np.isfinite(found)):
        return float("inf")
    one, other = expected[is_finite].astype(np.float64), found[is_finite].astype(np.float64)
    if not one.size:
        return 0.0
    return float(np.abs(one - other).max() / max(1.0, np.abs(one).max()))
