"""Trained weights for other programs, with the configuration that makes sense of them."""

from __future__ import annotations

import json
from pathlib import Path

from dtl_engine.sdk import ModelError, replacing
from dtl_nodes.models.checkpoint import load_state, write_checkpoint
from dtl_nodes.models.config import CONFIG_PROPERTY, GRAPH, METRICS
from dtl_nodes.models.config_file import config_json, read_config

SUFFIX = ".safetensors"


def export_weights(folder: Path, target: Path) -> None:
    """Write the weights of a checkpoint as safetensors.

    Args:
        folder: the checkpoint, with weights of any form that is read.
        target: a name that ends in ``.safetensors``: one file, whose metadata hold the text of
            ``config.json``; any other: a checkpoint folder.

    Raises:
        ModelError: the checkpoint cannot be read.
    """
    from safetensors.torch import save

    config = read_config(folder)
    state = load_state(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix != SUFFIX:
        graph = folder / GRAPH
        document = graph.read_bytes() if graph.is_file() else None
        write_checkpoint(target, config, state, _metrics(folder), document)
        return
    # Several entries would be in random order: the library keeps them in a hash table.
    metadata = {CONFIG_PROPERTY: json.dumps(config_json(config), ensure_ascii=False)}
    with replacing(target) as partial:
        partial.write_bytes(save(state, metadata=metadata))


def _metrics(folder: Path) -> dict[str, object]:
    path = folder / METRICS
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path} is no JSON: {error}") from error
    return content if isinstance(content, dict) else {}
