"""Networks as TorchScript files.

TorchScript numbers the classes that a process has traced, and these numbers go into the file. So a
process of its own traces each network: the same checkpoint gives the same bytes.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.config import CONFIG_PROPERTY
from dtl_nodes.models.exporting.agreement import Named, Run
from dtl_nodes.models.exporting.network import (
    CLASSES_PROPERTY,
    Network,
    load_network,
    without_tracing_warnings,
)

EXTRA_FILES = {CONFIG_PROPERTY: "config.json", CLASSES_PROPERTY: "classes.json"}
"""Under which names a TorchScript file holds what it says of itself."""


def trace_apart(network: Network, folder: Path, path: Path) -> None:
    """Trace the network of a checkpoint in another process, and write it.

    Args:
        network: what to write.
        folder: its checkpoint.
        path: the file.

    Raises:
        ModelError: it cannot be traced.
    """
    kind = type(network.architecture)
    words = [str(folder), str(path), kind.__module__, kind.__qualname__]
    done = subprocess.run(
        [sys.executable, "-m", __name__, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it was stopped"])[-1]
        raise ModelError(f"the network '{kind.name}' cannot be exported to TorchScript: {last}")


def open_torchscript(path: Path, names: Sequence[str]) -> Run:
    """Return the network of a file, run by torch on the CPU; ``names`` are its outputs'."""
    import torch

    jit: Any = torch.jit
    with without_tracing_warnings():
        module = jit.load(path, map_location="cpu")

    def run(inputs: Named) -> Named:
        with torch.no_grad():
            found = module(*(torch.from_numpy(array) for array in inputs.values()))
        listed = (found,) if torch.is_tensor(found) else found
        return {name: value.numpy() for name, value in zip(names, listed, strict=True)}

    return run


def write_torchscript(network: Network, path: Path) -> None:
    """Trace a network and write it with its configuration and its classes beside it."""
    import torch

    jit: Any = torch.jit
    extra = {EXTRA_FILES[name]: text for name, text in network.properties.items()}
    buffer = BytesIO()
    with torch.no_grad(), without_tracing_warnings():
        # The check of the tracer runs it once more; ours is on real images.
        traced = jit.trace(network.exported, network.example, check_trace=False)
        jit.save(traced, buffer, _extra_files=extra)
    path.write_bytes(buffer.getvalue())


def _main(folder: str, path: str, module: str, name: str) -> None:
    kind = getattr(importlib.import_module(module), name)
    write_torchscript(load_network(Path(folder), kind), Path(path))


if __name__ == "__main__":
    _main(*sys.argv[1:])
