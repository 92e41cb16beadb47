"""The weights that a training starts from.

Source: ``weights_init_type`` of the original plugins. Published weights are taken from the cache
of torch on this machine alone; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import find_checkpoint, load_state, read_config
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.parameters import misfit, wrong_shape

if TYPE_CHECKING:
    import torch

    from dtl_nodes.models.architectures.base import Architecture

State = Mapping[str, "torch.Tensor"]


def starting_model(settings: Any, weights: Path | None) -> ModelConfig | None:
    """Return the configuration of the model that a training starts from.

    Args:
        settings: those of ``train``.
        weights: where the setting ``weights`` was found.

    Returns:
        ``None``: there is none that can be read, as beside a file of weights.

    Raises:
        ModelError: ``continue_training`` needs one.
    """
    if settings.weights_init_type != "continue_training":
        if weights is None:
            return None
        try:
            return read_config(_place(weights))
        except ModelError:
            return None
    if weights is None:
        raise ModelError(
            "'continue_training' needs a model to go on with: name its folder in 'weights'"
        )
    return read_config(_place(weights))


def starting_file(architecture: Architecture, settings: Any, weights: Path | None) -> str:
    """Return what identifies the file that a training starts from, for its key; ``""``: none."""
    if weights is not None:
        return str(_place(weights))
    found = _published(architecture, settings)
    return "" if found is None else str(found[0])


def initialise(
    architecture: Architecture, module: torch.nn.Module, settings: Any, weights: Path | None
) -> str:
    """Load the weights that a training starts from into a network of random ones.

    Returns:
        What was loaded, in words.

    Raises:
        ModelError: weights are missing, cannot be read, or do not fit.
    """
    if weights is not None:
        place = _place(weights)
        state: State = load_state(place)
        if settings.weights_init_type == "continue_training":
            _load_all(module, state, place)
            return f"training goes on with the model {weights}"
        what = dict(architecture.published_weights()).get(place.name)
        if what is not None:
            state = architecture.renamed_weights(state, what)
        return _load_matching(architecture, module, state, f"the weights {weights}")
    if settings.weights is False:
        return "training starts from random weights, as 'weights' says"
    found = _published(architecture, settings)
    if found is None:
        names = ", ".join(name for name, _ in architecture.published_weights())
        told = f": {_cache()} has none of {names}" if names else ""
        return f"training starts from random weights{told}"
    path, what = found
    state = architecture.renamed_weights(load_state(path), what)
    return _load_matching(
        architecture, module, state, f"the published weights {what} ({path.name})"
    )


def _published(architecture: Architecture, settings: Any) -> tuple[Path, str] | None:
    """Return the first published weights that lie on this machine."""
    if settings.weights is False:
        return None
    candidates = ((_cache() / name, what) for name, what in architecture.published_weights())
    return next((found for found in candidates if found[0].is_file()), None)


def _cache() -> Path:
    import torch

    return Path(torch.hub.get_dir()) / "checkpoints"


def _place(weights: Path) -> Path:
    """Return the checkpoint or the file that ``weights`` means."""
    if not weights.exists():
        raise ModelError(f"the weights {weights} do not exist")
    try:
        return find_checkpoint(weights)
    except ModelError:
        return weights


def _load_matching(
    architecture: Architecture, module: torch.nn.Module, state: State, source: str
) -> str:
    """Copy parameters of equal names, except the last layers; return what was done, in words."""
    own = module.state_dict()
    wanted = {name for name in own if not _is_last(architecture, name)}
    chosen = {name: value for name, value in state.items() if name in wanted}
    if not chosen:
        theirs, ours = next(iter(state), "none"), next(iter(own), "none")
        raise ModelError(
            f"{source} have no parameter of this network: theirs are named like '{theirs}', its "
            f"own like '{ours}'"
        )
    if what := wrong_shape(own, chosen):
        raise ModelError(f"{source} are not those of this network: {what}")
    module.load_state_dict(chosen, strict=False)
    missing = len(wanted) - len(chosen)
    told = f"; {missing} that it does not have stay random" if missing else ""
    last = len(own) - len(wanted)
    heads = f", {last} of the last layers are random" if last else ""
    return f"training starts from {source}: {len(chosen)} of {len(own)} tensors{heads}{told}"


def _is_last(architecture: Architecture, name: str) -> bool:
    return any(part in name for part in architecture.last_layers)


def _load_all(module: torch.nn.Module, state: State, place: Path) -> None:
    """Load a model whole: neither side may have a parameter that the other lacks."""
    if what := misfit(module.state_dict(), state):
        raise ModelError(f"the weights {place} are not those of this network: {what}")
    module.load_state_dict(dict(state))
