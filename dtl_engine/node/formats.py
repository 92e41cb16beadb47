"""What is known of dataset formats without opening a dataset."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A dataset format that a node reads or writes.

    ``options`` are the settings of that node that this format has and not all others.
    """

    name: str
    title: str
    options: tuple[str, ...] = ()
