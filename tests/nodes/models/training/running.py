"""Running a training in tests and looking at what it left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from dtl_nodes.models.training.data import Data
from dtl_nodes.models.training.events import TrainEvent
from dtl_nodes.models.training.fit import fit
from tests.nodes.models.training.tiny import Tiny, open_samples, tiny_settings

ROOT = Path(__file__).resolve().parents[4]
GRAPH = b'[{"action": "train"}]'


def run_fit(
    data: Data,
    folder: Path,
    settings: Any = None,
    architecture: type[Tiny] = Tiny,
    *,
    seed: int = 3,
    stop_after: int | None = None,
    **options: Any,
) -> list[TrainEvent]:
    """Train and return what was told; ``stop_after``: events until it is asked to stop."""
    told: list[TrainEvent] = []
    fit(
        architecture,
        data,
        folder,
        settings or tiny_settings(),
        seed=seed,
        graph=GRAPH,
        tell=told.append,
        should_stop=lambda: stop_after is not None and len(told) >= stop_after,
        **options,
    )
    return told


def files_of(folder: Path) -> dict[str, bytes]:
    """Return all that a training leaves and that is to be the same twice.

    Event files hold the time and the process, pickles of tensors their sharing.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name not in ("events", "state")
    }


def start(project: Path, folder: Path, kill_after: int = 0, **settings: Any) -> int:
    """Train in a process of its own and return how it ended.

    ``kill_after``: the number of events after which it is killed like by ``kill -9``; 0: never.
    """
    words = [project, folder, kill_after, json.dumps(settings)]
    command = [sys.executable, "-m", __name__, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _main() -> None:
    import torch

    torch.set_num_threads(1)
    project, folder, kill_after, settings = sys.argv[1:]
    told = 0

    def tell(event: TrainEvent) -> None:
        nonlocal told
        told += 1
        if told == int(kill_after):
            os.kill(os.getpid(), signal.SIGKILL)

    fit(
        Tiny,
        open_samples(Path(project)),
        Path(folder),
        tiny_settings(**json.loads(settings)),
        seed=3,
        graph=GRAPH,
        tell=tell,
        should_stop=lambda: False,
    )


if __name__ == "__main__":
    _main()
