"""Parts and the layers that use them, for tests."""

from __future__ import annotations

from typing import Any

from tests.fixtures.small_graphs import Json, layer


def part(*layers: Json, inputs: Any = "$in", outputs: Any = "$out", **keys: Any) -> Json:
    return {"version": 1, "inputs": inputs, "outputs": outputs, **keys, "layers": list(layers)}


def use(src: Any, dst: Any, name: str = "part.json", /, **parameters: Any) -> Json:
    settings = {"document": name, "parameters": parameters} if parameters else {"document": name}
    return {"action": "graph", "src": src, "dst": dst, "settings": settings}


MIRROR = part(
    layer("flip", "$in", "$v", axis="vertical"),
    layer("multiply", ["$v", "$in"], "$out", multiply="${times}"),
    parameters={"times": 2},
)
