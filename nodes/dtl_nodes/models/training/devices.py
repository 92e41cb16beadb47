"""Where a training runs: the GPUs that were asked for and are there, else the CPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dtl_engine.sdk import ModelError


@dataclass(frozen=True, slots=True)
class Devices:
    """What Lightning Fabric is given; ``ids`` are numbers of GPUs, for the CPU of processes."""

    accelerator: str
    ids: tuple[int, ...]
    precision: str = "32"
    warnings: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many processes train together."""
        return len(self.ids)

    @property
    def shown(self) -> str:
        """The devices in words: ``cpu``, ``cuda:0``, ``cuda:0, cuda:1``."""
        if self.accelerator == "cpu":
            return "cpu" if self.count == 1 else f"cpu, {self.count} processes"
        return ", ".join(f"cuda:{id}" for id in self.ids)


def choose_devices(settings: Any, *, is_strict: bool = False) -> Devices:
    """Choose from the GPUs of this machine those that the settings name.

    Args:
        settings: ``gpu_devices`` and ``precision`` count.
        is_strict: whether a GPU that is not there is an error.

    Raises:
        ModelError: a GPU is not there, and ``is_strict``.
    """
    import torch

    asked: tuple[int, ...] = settings.gpu_devices
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    found = tuple(id for id in asked if id < there)
    missing = [id for id in asked if id >= there]
    warnings = []
    used = ", ".join(f"cuda:{id}" for id in found) or "cpu"
    if missing:
        plural = "GPUs" if len(missing) > 1 else "GPU"
        numbers = ", ".join(map(str, missing))
        told = f"{plural} {numbers} of 'gpu_devices' not found (there are {there})"
        if is_strict:
            raise ModelError(told)
        warnings.append(f"{told}: training runs on {used}")
    precision: str = settings.precision
    if not found and precision == "16-mixed":
        warnings.append("'precision' 16-mixed needs a GPU: training on the CPU uses 32")
        precision = "32"
    if found:
        return Devices("cuda", found, precision, tuple(warnings))
    return Devices("cpu", (0,), precision, tuple(warnings))
