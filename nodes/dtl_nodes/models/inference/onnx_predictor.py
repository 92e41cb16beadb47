"""Exported models, run by onnxruntime; torch is never imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dtl_engine.sdk import ModelError
from dtl_nodes.models.architectures.base import Architecture, Arrays
from dtl_nodes.models.inference.base_predictor import LoadedModel, absent_gpu

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"


class OnnxPredictor(LoadedModel):
    """A network in an ONNX file.

    Where its inputs have one axis more than prepared images, that is the batch axis, the first one
    of all inputs and outputs; where its length is open, images of one size go in together.
    """

    def __init__(
        self,
        path: Path,
        architecture: Architecture,
        options: Mapping[str, Any],
        gpu: int | None,
    ) -> None:
        """Load a file.

        Args:
            path: the file.
            architecture: its network, which prepares images and reads outputs.
            options: see ``open_predictor``.
            gpu: number of the GPU; ``None``, or one that is not usable: the CPU.

        Raises:
            ModelError: onnxruntime is missing, it cannot load the file, or that is another network.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelError(
                f"the model {path} needs onnxruntime, which is not installed"
            ) from error
        chosen = onnxruntime.SessionOptions()
        chosen.use_deterministic_compute = True
        if (threads := options.get("threads")) is not None:
            chosen.intra_op_num_threads = threads
        providers: list[Any] = [CPU]
        if gpu is not None and CUDA in onnxruntime.get_available_providers():
            providers.insert(0, (CUDA, {"device_id": gpu}))
        try:
            session = onnxruntime.InferenceSession(str(path), chosen, providers=providers)
        except _errors() as error:
            raise ModelError(f"onnxruntime cannot load {path}: {_first_line(error)}") from error
        is_on_gpu = CUDA in session.get_providers()
        notes: tuple[str, ...] = ()
        if gpu is not None and not is_on_gpu:
            notes = (absent_gpu(gpu, "cannot be used by onnxruntime"),)
        super().__init__(architecture, options, f"cuda:{gpu}" if is_on_gpu else "cpu", notes)
        self._path = path
        self._session = session
        self._shapes = {each.name: each.shape for each in session.get_inputs()}
        self._names = [each.name for each in session.get_outputs()]
        for name in architecture.output_names:
            if name not in self._names:
                raise ModelError(
                    f"{path} is not the {architecture.config.name} that it says: it has no output "
                    f"'{name}'"
                )

    def _outputs(self, inputs: Sequence[Arrays]) -> Sequence[Arrays]:
        is_batched = self._is_batched(inputs[0])
        if not is_batched:
            return [self._run(each) for each in inputs]
        found: list[Arrays] = []
        for group in self._groups(inputs):
            outputs = self._run(
                {name: np.stack([each[name] for each in group]) for name in group[0]}
            )
            found.extend(
                {name: array[number] for name, array in outputs.items()}
                for number in range(len(group))
            )
        return found

    def _is_batched(self, arrays: Arrays) -> bool:
        missing = sorted(set(self._shapes) ^ set(arrays))
        if missing:
            raise ModelError(
                f"{self._path} is not the {self.architecture.config.name} that it says: input "
                f"'{missing[0]}' is not one of both"
            )
        return all(len(self._shapes[name]) == array.ndim + 1 for name, array in arrays.items())

    def _groups(self, inputs: Sequence[Arrays]) -> list[list[Arrays]]:
        """Return neighbours that may go in together."""
        is_open = all(not isinstance(shape[0], int) for shape in self._shapes.values())
        groups: list[list[Arrays]] = []
        for each in inputs:
            if is_open and groups and _shapes(groups[-1][0]) == _shapes(each):
                groups[-1].append(each)
            else:
                groups.append([each])
        return groups

    def _run(self, arrays: Arrays) -> Arrays:
        try:
            outputs = self._session.run(self._names, dict(arrays))
        except _errors() as error:
            raise ModelError(
                f"onnxruntime cannot run {self._path}: {_first_line(error)}"
            ) from error
        return dict(zip(self._names, outputs, strict=True))


def _shapes(arrays: Arrays) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in arrays.items()}


def _errors() -> tuple[type[Exception], ...]:
    """Return the errors of onnxruntime, which have no class of their own in common."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return tuple(
        found
        for found in vars(state).values()
        if isinstance(found, type) and issubclass(found, Exception)
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
