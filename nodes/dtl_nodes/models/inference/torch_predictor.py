"""Models of checkpoint folders, run by torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.architectures.base import Architecture, Arrays
from dtl_nodes.models.checkpoint import load_state
from dtl_nodes.models.inference.base_predictor import LoadedModel, absent_gpu
from dtl_nodes.models.parameters import misfit

if TYPE_CHECKING:
    import torch

MOST_TOLD = 200
"""Characters of what a library says of a network that it cannot build."""


class TorchPredictor(LoadedModel):
    """A network with the weights of a checkpoint, in evaluation mode."""

    def __init__(
        self,
        folder: Path,
        architecture: Architecture,
        options: Mapping[str, Any],
        gpu: int | None,
    ) -> None:
        """Load a checkpoint.

        Args:
            folder: the checkpoint.
            architecture: its network.
            options: see ``open_predictor``.
            gpu: number of the GPU; ``None``, or one that is not there: the CPU.

        Raises:
            ModelError: torch is missing, or the weights cannot be read or are not the network's.
        """
        try:
            import torch
        except ImportError as error:
            raise ModelError(
                f"the model {folder} needs PyTorch, which is not installed; models exported to "
                "ONNX run without it"
            ) from error
        number, notes = _available(gpu)
        self._device = torch.device("cpu" if number is None else f"cuda:{number}")
        super().__init__(architecture, options, str(self._device), notes)
        self._module = load_module(folder, architecture).to(self._device)

    def _outputs(self, inputs: Sequence[Arrays]) -> Sequence[Arrays]:
        import torch

        threads = self.options.get("threads")
        try:
            with torch.no_grad(), _steady(threads):
                return self.architecture.forward(self._module, inputs, self._device)
        except torch.cuda.OutOfMemoryError as error:
            raise ModelError(
                f"the memory of {self.device} is too small for {len(inputs)} images at once: "
                "write a smaller 'batch_size'"
            ) from error


def load_module(folder: Path, architecture: Architecture) -> torch.nn.Module:
    """Return a network with the weights of a checkpoint, on the CPU, in evaluation mode.

    Raises:
        ModelError: the network cannot be built, or the weights cannot be read, are those of another
            one, or are no numbers.
    """
    import torch

    name = architecture.config.name
    try:
        # The random weights are replaced at once; nobody else's random numbers are to move.
        with torch.random.fork_rng(devices=[]):
            module = architecture.build()
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        told = shorten(str(error.args[0]) if error.args else "", MOST_TOLD, placeholder="...")
        raise ModelError(f"the {name} that {folder} describes cannot be built: {told}") from error
    state = load_state(folder)
    if what := misfit(module.state_dict(), state):
        raise ModelError(f"the weights in {folder} are not those of its {name}: {what}")
    for key, value in state.items():
        if not value.isfinite().all():
            raise ModelError(f"the weights in {folder} are no numbers: '{key}' is not finite")
    module.load_state_dict(state)
    return module.eval().requires_grad_(False)


def _available(gpu: int | None) -> tuple[int | None, tuple[str, ...]]:
    """Return the GPU that is used, and what is to be said if it is not the one asked for."""
    import torch

    if gpu is None:
        return None, ()
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if gpu < there:
        return gpu, ()
    why = "is not there" if not there else f"is not there (there are {there}, numbered from 0)"
    return None, (absent_gpu(gpu, why),)


@contextmanager
def _steady(threads: int | None) -> Iterator[None]:
    """Compute the same way every time, with ``threads`` threads; afterwards all is as before."""
    import torch

    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True):
            yield
    finally:
        if threads is not None:
            torch.set_num_threads(before)
