"""Variants: what one setting of an action chooses, and all other settings depend on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dtl_engine.node.base import Node


@dataclass(frozen=True, slots=True)
class Variant:
    """The node that stands behind an action where ``setting`` has one of ``values``."""

    setting: str
    values: tuple[str, ...]
    node: type[Node[Any]]

    @property
    def condition(self) -> str:
        """When it is meant, in words: ``with "architecture" "unet" or "unet_v2"``."""
        values = " or ".join(f'"{value}"' for value in self.values)
        return f'with "{self.setting}" {values}'
