"""How many samples of a training may fail to load: one count per set for the whole run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.events import SetName
from dtl_nodes.models.training.settings import WorkersPerSet

Failure = tuple[str, str]
"""A sample as ``dataset/file``, and why it cannot be used."""


@dataclass
class Corrupted:
    """The samples that failed so far, by set."""

    allowed: WorkersPerSet
    failed: dict[SetName, dict[str, str]] = field(default_factory=lambda: {"train": {}, "val": {}})

    def count(self, name: SetName, failures: Iterable[Failure]) -> list[str]:
        """Count failures and return a warning for each sample that did not fail before.

        Raises:
            ModelError: more samples of the set failed than may.
        """
        allowed = self.allowed.train if name == "train" else self.allowed.val
        failed = self.failed[name]
        warnings = []
        for key, message in failures:
            if key in failed:
                continue
            failed[key] = message
            told = f"sample {key} of the {name} set cannot be used: {message}"
            if len(failed) > allowed:
                raise ModelError(
                    f"{told}; {len(failed)} of its samples failed and "
                    f"'allow_corrupted_samples.{name}' is {allowed}"
                )
            warnings.append(f"{told}; another one takes its place ({len(failed)} of {allowed})")
        return warnings

    def state(self) -> dict[str, dict[str, str]]:
        """Return what ``restore`` needs."""
        return {name: dict(failed) for name, failed in self.failed.items()}

    def restore(self, state: Mapping[SetName, Mapping[str, str]]) -> None:
        """Go on from a saved state."""
        self.failed = {name: dict(failed) for name, failed in state.items()}
