from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import ModelError
from dtl_engine.model.model_spec import ModelFamily
from dtl_nodes.models.architectures import load_architecture
from dtl_nodes.models.checkpoint import load_state, write_checkpoint
from dtl_nodes.models.inference.open_model import open_predictor, spec_of
from tests.nodes.models.inference.fakes import picture
from tests.nodes.models.inference.tiny_models import OPTIONS, unet_config

torch = pytest.importorskip("torch")
pytest.importorskip("segmentation_models_pytorch")

IMAGES = [picture((40, 30), (4, 4, 20, 12, 255)), picture((16, 16))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkpoint with random weights."""
    config = unet_config()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        module = load_architecture("unet")(config).build()
    path = tmp_path_factory.mktemp("model") / "00000000"
    write_checkpoint(path, config, module.state_dict(), {}, None)
    return path


def test_classes_are_in_the_order_of_the_outputs(folder: Path) -> None:
    assert spec_of(folder).label_names == ("bg", "vessel")
    assert open_predictor(folder, OPTIONS, None).spec == spec_of(folder)


def test_predictions_are_those_of_the_weights(folder: Path) -> None:
    threads = torch.get_num_threads()
    state = torch.random.get_rng_state()
    predictor = open_predictor(folder, {**OPTIONS, "threads": 1}, None)
    first, second = predictor.predict(IMAGES)
    assert first.scores is not None
    assert first.scores.shape == (2, 30, 40)
    np.testing.assert_allclose(first.scores.sum(0), 1, atol=1e-5)
    again = open_predictor(folder, {**OPTIONS, "threads": 1}, None).predict(IMAGES)
    np.testing.assert_array_equal(first.scores, again[0].scores)
    assert second.instances == again[1].instances
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)


def test_scores_only_when_they_are_wanted(folder: Path) -> None:
    (found,) = open_predictor(folder, {**OPTIONS, "scores": False}, None).predict(IMAGES[:1])
    assert found.scores is None
    assert found.instances


def test_a_gpu_that_is_not_there_is_said(folder: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    predictor = open_predictor(folder, OPTIONS, 0)
    assert predictor.device == "cpu"
    assert getattr(predictor, "notes") == (  # noqa: B009 - not of all predictors
        "GPU 0 is not there: the model runs on the CPU",
    )


def test_weights_of_another_network(folder: Path, tmp_path: Path) -> None:
    config = replace(
        unet_config(), architecture={**unet_config().architecture, "decoder_channels": [8, 8, 16]}
    )
    other = load_architecture("unet")(config).build()
    write_checkpoint(tmp_path / "0", unet_config(), other.state_dict(), {}, None)
    with pytest.raises(
        ModelError, match=r"unet: 'decoder\..*' is \(16, .*, it needs \(8, "
    ) as told:
        open_predictor(tmp_path / "0", OPTIONS, None)
    assert len(str(told.value)) < 300


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gone": True}, r"they lack 'segmentation_head\.0\.bias'$"),
        ({"more": True}, r"it has no 'more'$"),
    ],
)
def test_parameters_that_one_side_lacks(
    folder: Path, tmp_path: Path, change: dict[str, bool], words: str
) -> None:
    state = load_state(folder)
    if "gone" in change:
        del state["segmentation_head.0.bias"]
    else:
        state["more"] = torch.zeros(1)
    write_checkpoint(tmp_path / "0", unet_config(), state, {}, None)
    with pytest.raises(ModelError, match=words):
        open_predictor(tmp_path / "0", OPTIONS, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(folder: Path, tmp_path: Path, value: float) -> None:
    state = load_state(folder)
    state["segmentation_head.0.bias"][0] = value
    write_checkpoint(tmp_path / "0", unet_config(), state, {}, None)
    with pytest.raises(ModelError, match=r"no numbers: 'segmentation_head\.0\.bias' is not finite"):
        open_predictor(tmp_path / "0", OPTIONS, None)


@pytest.mark.parametrize(
    "option", [{"encoder": "nonsense"}, {"encoder_depth": 99}, {"decoder_channels": [8]}]
)
def test_a_network_that_cannot_be_built(
    folder: Path, tmp_path: Path, option: dict[str, object]
) -> None:
    config = replace(unet_config(), architecture={**unet_config().architecture, **option})
    write_checkpoint(tmp_path / "0", config, load_state(folder), {}, None)
    with pytest.raises(ModelError, match=r"the unet that .* describes cannot be built: .") as told:
        open_predictor(tmp_path / "0", OPTIONS, None)
    assert len(str(told.value).partition("built: ")[2]) <= 200


def test_a_config_that_contradicts_its_network(folder: Path, tmp_path: Path) -> None:
    config = replace(unet_config(), family=ModelFamily.BOXES)
    write_checkpoint(tmp_path / "0", config, load_state(folder), {}, None)
    with pytest.raises(ModelError, match="predicts 'boxes', and its network, unet, predicts 'sem"):
        spec_of(tmp_path / "0")


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no model"):
        open_predictor(tmp_path, OPTIONS, None)
