"""The weights that a training starts from, and every way in which they do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.schema import LabelSpec
from dtl_engine.model.shapes import ShapeKind
from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import write_checkpoint
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.training.weights import initialise, starting_model
from tests.nodes.models.training.tiny import Tiny, tiny_settings

torch = pytest.importorskip("torch")

LABELS = tuple(LabelSpec(name, ShapeKind.BITMAP, "#112233") for name in ("box", "bg"))
CONFIG = ModelConfig(
    {"name": "tiny", "width": 4}, ModelFamily.SEMANTIC, {"bg": 0, "box": 1}, LABELS
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of published weights."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    folder = tmp_path / "hub/checkpoints"
    folder.mkdir(parents=True)
    return folder


def build(seed: int = 0) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Tiny(CONFIG).build()


def start(module: Any, place: Path | None = None, **settings: Any) -> str:
    return initialise(Tiny(CONFIG), module, tiny_settings(**settings), place)


def test_without_any_they_are_random_and_the_message_says_so(cache: Path) -> None:
    assert start(build()) == (
        f"training starts from random weights: {cache} has none of tiny-cafe.pth"
    )
    assert "as 'weights' says" in start(build(), weights=False)


def test_published_ones_are_taken_from_the_cache_but_not_the_last_layers(cache: Path) -> None:
    other, module = build(1), build(2)
    last = module[3].weight.clone()
    torch.save(other.state_dict(), cache / "tiny-cafe.pth")
    assert start(module) == (
        "training starts from the published weights PENS (tiny-cafe.pth): 7 of 9 tensors, 2 of the "
        "last layers are random"
    )
    assert torch.equal(module[0].weight, other[0].weight)
    assert torch.equal(module[3].weight, last)
    untouched = build(2)
    start(untouched, weights=False)
    assert torch.equal(untouched[0].weight, build(2)[0].weight)


def test_given_ones_may_miss_names_but_not_differ_in_shape(tmp_path: Path) -> None:
    state = build(1).state_dict()
    del state["0.bias"]
    path = tmp_path / "own.pt"
    torch.save({"state_dict": {f"module.{name}": v for name, v in state.items()}}, path)
    assert start(build(), path).endswith("1 that it does not have stay random")
    torch.save({**state, "0.weight": torch.zeros(4, 3, 5, 5)}, path)
    with pytest.raises(ModelError, match=r"'0\.weight' is \(4, 3, 5, 5\), it needs"):
        start(build(), path)
    torch.save({"elsewhere": torch.zeros(1)}, path)
    with pytest.raises(ModelError, match=r"named like 'elsewhere', its own like '0\.weight'"):
        start(build(), path)
    with pytest.raises(ModelError, match=r"gone\.pt do not exist"):
        start(build(), tmp_path / "gone.pt")


def test_continuing_needs_every_name_on_both_sides(tmp_path: Path) -> None:
    state = dict(build(1).state_dict())
    place = tmp_path / "model"
    going_on = {"weights_init_type": "continue_training"}
    write_checkpoint(place, CONFIG, state, {}, None)
    module = build()
    assert start(module, place, **going_on) == f"training goes on with the model {place}"
    assert torch.equal(module[3].weight, state["3.weight"])
    write_checkpoint(place, CONFIG, {**state, "9.weight": torch.ones(1)}, {}, None)
    with pytest.raises(ModelError, match=r"it has no '9\.weight'"):
        start(build(), place, **going_on)
    del state["0.bias"], state["1.bias"]
    write_checkpoint(place, CONFIG, state, {}, None)
    with pytest.raises(ModelError, match=r"they lack '0\.bias' and 1 more"):
        start(build(), place, **going_on)


def test_continuing_needs_a_model_with_its_configuration(tmp_path: Path) -> None:
    settings = tiny_settings(weights_init_type="continue_training")
    assert starting_model(tiny_settings(), None) is None
    with pytest.raises(ModelError, match="name its folder in 'weights'"):
        starting_model(settings, None)
    torch.save(build().state_dict(), tmp_path / "model.pt")
    with pytest.raises(ModelError, match=r"no config\.json"):
        starting_model(settings, tmp_path)
