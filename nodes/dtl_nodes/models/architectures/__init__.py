"""Networks: one file each, found by name, those of other libraries too."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from dtl_engine.sdk import ModelError, did_you_mean

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.base import Architecture

GROUP = "dtl_engine.architectures"

OWN = "dtl_nodes"

ARCHITECTURES: Mapping[str, str] = {
    "deeplab_v3plus": f"{__name__}.deeplab_v3plus:DeepLabV3Plus",
    "faster_rcnn": f"{__name__}.faster_rcnn:FasterRCNN",
    "mask_rcnn": f"{__name__}.mask_rcnn:MaskRCNN",
    "resnet": f"{__name__}.resnet:ResNet",
    "unet": f"{__name__}.unet:UNet",
}
"""Our own networks: name -> module and class."""

ALIASES: Mapping[str, str] = {
    "classifier": "resnet",
    "resnet_classifier": "resnet",
    "unet_v2": "unet",
}
"""Other names, those of older documents and of checkpoints among them."""


@dataclass(frozen=True, slots=True)
class _Offered:
    """What the installed libraries offer; ``conflicts`` and ``broken`` say what is wrong."""

    targets: Mapping[str, tuple[str, str]]
    """Name -> library, module and class."""

    conflicts: Mapping[str, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()


def architecture_names() -> tuple[str, ...]:
    """Return the names of all networks, those of other libraries among them, sorted."""
    return tuple(sorted(_offered().targets))


def canonical_name(name: str) -> str:
    """Return the name that ``name`` is another one of, else ``name``."""
    return ALIASES.get(name, name)


def load_architecture(name: str) -> type[Architecture]:
    """Import and return the network of that name.

    Raises:
        ModelError: no library has it, two have it, or its module cannot be imported.
    """
    from dtl_nodes.models.architectures.base import Architecture

    offered = _offered()
    name = name if name in offered.targets else canonical_name(name)
    if name not in offered.targets:
        known = [*offered.targets, *ALIASES]
        hint = did_you_mean(name, known) or f"there are {', '.join(sorted(offered.targets))}"
        raise ModelError("; ".join((f"unknown architecture '{name}': {hint}", *offered.broken)))
    if name in offered.conflicts:
        raise ModelError(offered.conflicts[name])
    library, target = offered.targets[name]
    module, _, attribute = target.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, SyntaxError) as error:
        raise ModelError(
            f"architecture '{name}' of library '{library}' cannot be loaded: {error}"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Architecture)):
        raise ModelError(f"architecture '{name}' of library '{library}': {target} is none")
    return found


def _offered() -> _Offered:
    """Collect our own networks and those behind entry points; nothing of them is imported yet."""
    targets = {name: (OWN, target) for name, target in ARCHITECTURES.items()}
    conflicts: dict[str, str] = {}
    broken: list[str] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            listed = [(str(name), str(target)) for name, target in point.load().items()]
        except (ImportError, AttributeError, SyntaxError, TypeError, ValueError) as error:
            broken.append(f"library '{point.name}' ({point.value}) is broken: {error}")
            continue
        for name, target in listed:
            known = targets.setdefault(name, (point.name, target))
            if known != (point.name, target):
                conflicts[name] = (
                    f"architecture '{name}' is offered by two libraries, "
                    f"'{known[0]}' ({known[1]}) and '{point.name}' ({target})"
                )
    return _Offered(targets, conflicts, tuple(broken))
