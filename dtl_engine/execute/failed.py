"""The folder ``failed``: one file for each source image that was set aside."""

from __future__ import annotations

import glob
import json
import shlex
import shutil
from pathlib import Path

from dtl_engine.execute.reports import Failure

FAILED = "failed"


class FailedFolder:
    """Records the failures of one run under ``<out>/failed/<graph>``."""

    def __init__(self, out: Path, graph_file: str, command: tuple[str, ...]) -> None:
        """``command`` runs the graph again; the one image to look at is added to it.

        A graph that lies in no file has a name in angle brackets.
        """
        name = graph_file.strip("<>") if graph_file.startswith("<") else Path(graph_file).stem
        self.folder = out / FAILED / (name or "graph")
        self._command = command

    def clear(self) -> None:
        """Forget the failures of an earlier run."""
        if self.folder.is_dir():
            shutil.rmtree(self.folder)

    def record(self, failure: Failure) -> None:
        """Write the reason and the command that reproduces it."""
        path = self.folder / f"{failure.origin}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {**failure.as_json(), "reproduce": self.reproduction(failure)}
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(json.dumps(content, indent=2).encode())
        partial.replace(path)

    def reproduction(self, failure: Failure) -> str:
        """Return the shell command that runs the one image again."""
        # The name of an image is no pattern, whatever it looks like.
        only = glob.escape(failure.origin)
        return shlex.join((*self._command, "--only", only, "--workers", "1"))
