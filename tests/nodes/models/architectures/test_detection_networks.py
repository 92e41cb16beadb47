"""Networks of detectors: torchvision's parameters, what is frozen, what neutral pixels do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nodes.models.architectures.drawn_discs import detector, drawn_sample

torch = pytest.importorskip("torch")
models = pytest.importorskip("torchvision.models")

SMALL = {"backbone": "resnet18_fpn", "input_size": {"min_dim": 64, "max_dim": 64}}
"""As cheap as a detector gets."""


def built(name: str = "mask_rcnn", seed: int = 0, **settings: Any) -> tuple[Any, Any, Any]:
    checked, architecture = detector(name, **{**SMALL, **settings})
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return checked, architecture, architecture.build()


@pytest.mark.parametrize(
    ("name", "backbone", "original"),
    [
        ("mask_rcnn", "resnet50_fpn", "maskrcnn_resnet50_fpn"),
        ("mask_rcnn", "resnet50_fpn_v2", "maskrcnn_resnet50_fpn_v2"),
        ("faster_rcnn", "resnet50_fpn", "fasterrcnn_resnet50_fpn"),
        ("faster_rcnn", "resnet50_fpn_v2", "fasterrcnn_resnet50_fpn_v2"),
        ("faster_rcnn", "mobilenet_v3_large_fpn", "fasterrcnn_mobilenet_v3_large_fpn"),
    ],
)
def test_parameters_are_those_of_torchvision(name: str, backbone: str, original: str) -> None:
    with torch.device("meta"):
        _, _, ours = built(name, backbone=backbone, input_size={"min_dim": 256, "max_dim": 256})
        theirs = models.get_model(original, weights=None, weights_backbone=None, num_classes=3)
    shapes = {key: value.shape for key, value in theirs.state_dict().items()}
    assert {key: value.shape for key, value in ours.state_dict().items()} == shapes


@pytest.mark.parametrize(
    ("name", "backbone", "files"),
    [
        (
            "mask_rcnn",
            "resnet50_fpn",
            [
                ("maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth", "COCO"),
                ("resnet50-0676ba61.pth", "ImageNet"),
            ],
        ),
        ("mask_rcnn", "resnet101_fpn", [("resnet101-63fe2227.pth", "ImageNet")]),
        (
            "faster_rcnn",
            "mobilenet_v3_large_fpn",
            [
                ("fasterrcnn_mobilenet_v3_large_fpn-fb6a3cc7.pth", "COCO"),
                ("mobilenet_v3_large-8738ca79.pth", "ImageNet"),
            ],
        ),
        ("faster_rcnn", "resnet18_fpn", [("resnet18-f37072fd.pth", "ImageNet")]),
    ],
)
def test_published_weights(name: str, backbone: str, files: list[tuple[str, str]]) -> None:
    size = {"min_dim": 256, "max_dim": 256}
    _, architecture = detector(name, backbone=backbone, input_size=size)
    assert list(architecture.published_weights()) == files


def test_weights_of_imagenet_fit_the_backbone() -> None:
    _, architecture, network = built()
    original = models.resnet18(weights=None).state_dict()
    renamed = architecture.renamed_weights(original, "ImageNet")
    own = network.state_dict()
    fitting = {name for name in renamed if name in own and own[name].shape == renamed[name].shape}
    wanted = {name for name in own if name.startswith("backbone.body.")}
    assert {name for name in wanted if not name.endswith("num_batches_tracked")} <= fitting


def test_names_of_the_first_files_are_brought_in_line() -> None:
    _, architecture = detector("mask_rcnn", input_size={"min_dim": 256, "max_dim": 256})
    one = torch.ones(1)
    old = {
        "rpn.head.conv.weight": one,
        "backbone.fpn.inner_blocks.0.weight": one,
        "backbone.fpn.layer_blocks.3.bias": one,
        "roi_heads.mask_head.mask_fcn2.bias": one,
        "roi_heads.mask_head.3.0.bias": one,
        "backbone.body.bn1.running_var": one * 1e-5,
        "backbone.body.bn1.weight": one,
        "backbone.body.bn1.num_batches_tracked": torch.tensor(7),
    }
    renamed = architecture.renamed_weights(old, "COCO")
    assert set(renamed) == {
        "rpn.head.conv.0.0.weight",
        "backbone.fpn.inner_blocks.0.0.weight",
        "backbone.fpn.layer_blocks.3.0.bias",
        "roi_heads.mask_head.1.0.bias",
        "roi_heads.mask_head.3.0.bias",
        "backbone.body.bn1.running_var",
        "backbone.body.bn1.weight",
    }
    # Twice the variance, as 1e-5 is added to it: the scale makes up for that.
    assert float(renamed["backbone.body.bn1.weight"]) == pytest.approx(2**0.5)


def publish(network: Any) -> None:
    """Load a state as if its statistics came from a published file."""
    state = {
        name: value + 0.1 if name.endswith("running_mean") else value
        for name, value in network.state_dict().items()
    }
    network.load_state_dict(state)


@pytest.mark.parametrize(
    ("train_layers", "trained"),
    [
        ("heads", set()),
        ("5+", set()),  # This backbone ends with its fourth stage.
        ("4+", {"layer3"}),
        ("3+", {"layer2", "layer3"}),
        ("all", {"conv1", "layer1", "layer2", "layer3"}),
    ],
)
def test_layers_that_are_not_trained_are_frozen(train_layers: str, trained: set[str]) -> None:
    settings, architecture, network = built(train_layers=train_layers)
    publish(network)
    architecture.freeze(network, settings)
    found = {
        name.split(".")[0]
        for name, parameter in network.backbone.body.named_parameters()
        if parameter.requires_grad
    }
    assert found == trained
    assert all(p.requires_grad for p in network.backbone.fpn.parameters())
    assert all(p.requires_grad for p in network.roi_heads.parameters())


def test_a_random_backbone_is_trained_as_a_whole() -> None:
    settings, architecture, network = built(train_layers="heads")
    architecture.freeze(network, settings)
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert network.train().backbone.body["bn1"].training


def test_published_statistics_stay_and_trained_ones_do_not() -> None:
    settings, architecture, network = built()
    publish(network)
    architecture.freeze(network, settings)
    network.train()
    norm = network.backbone.body["bn1"]
    assert not norm.training
    assert not norm.weight.requires_grad
    norm.num_batches_tracked += 1
    assert network.train().backbone.body["bn1"].training


def test_what_is_loaded_after_freezing_is_frozen_too() -> None:
    settings, architecture, network = built(train_layers="heads")
    architecture.freeze(network, settings)
    optimizer = architecture.optimizer(network, settings)
    network.train()
    publish(network)
    body = network.backbone.body
    assert not any(parameter.requires_grad for parameter in body.parameters())
    assert not body["bn1"].training
    held = sum(len(group["params"]) for group in optimizer.param_groups)
    assert held == len(list(network.parameters()))


def test_mobilenet_is_frozen_by_its_strides() -> None:
    settings, architecture, network = built(
        backbone="mobilenet_v3_large_fpn", train_layers="5+", proposals=10
    )
    publish(network)
    architecture.freeze(network, settings)
    trained = {
        int(name.split(".")[0])
        for name, parameter in network.backbone.body.named_parameters()
        if parameter.requires_grad
    }
    assert trained == {16}


def test_gradients_are_clipped_before_each_step() -> None:
    settings, architecture, network = built(optimizer="sgd", clip_norm=1.0, lr=1.0, momentum=0)
    optimizer = architecture.optimizer(network, settings)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    for parameter in network.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)
    for group in optimizer.param_groups:
        group["weight_decay"] = 0.0
    optimizer.step()
    moved = [
        float(((one - other.detach()) ** 2).sum())
        for one, other in zip(before, network.parameters(), strict=True)
    ]
    assert sum(moved) ** 0.5 == pytest.approx(1.0, rel=1e-2)


def test_the_share_of_a_box_that_is_neutral() -> None:
    from dtl_nodes.models.architectures.detection_neutral import neutral_share

    neutral = torch.zeros((10, 20), dtype=torch.uint8)
    neutral[2:6, 4:8] = 1
    boxes = torch.tensor(
        [[4, 2, 8, 6], [0, 0, 4, 4], [6, 2, 10, 6], [3.5, 2, 4.5, 4], [-4, 2, 12, 6], [5, 3, 5, 3]]
    )
    shares = neutral_share(boxes, neutral)
    assert shares.tolist() == pytest.approx([1, 0, 0.5, 0.5, 0.25, 0])


@pytest.mark.parametrize("name", ["mask_rcnn", "faster_rcnn"])
def test_neutral_pixels_count_in_no_loss(name: str) -> None:
    settings, architecture, network = built(
        name, special_classes={"background": "bg", "neutral": "neutral"}
    )
    example = architecture.example(drawn_sample(1), np.random.default_rng(0), settings)
    assert example is not None

    def losses(neutral: Any) -> dict[str, float]:
        with torch.random.fork_rng([]), torch.no_grad():
            torch.manual_seed(0)
            batch = architecture.collate([{**example, **neutral}])
            network.train()
            return {
                key: float(value)
                for key, value in architecture.losses(network, batch, settings).items()
            }

    shape = example["image"].shape[1:]
    plain = losses({})
    none = losses({"neutral": np.zeros(shape, np.uint8)})
    every = losses({"neutral": np.ones(shape, np.uint8)})
    assert none == pytest.approx(plain, rel=0.2)
    assert set(plain) == set(every)
    assert sum(value for key, value in plain.items() if key != "loss") == pytest.approx(
        plain["loss"], rel=1e-5
    )
    # Nothing is left to learn from but anchors beyond the border of the image.
    assert every.get("loss_mask", 0.0) == 0.0
    assert every["loss_rpn_box_reg"] == 0.0
    assert every["loss_box_reg"] == 0.0


def test_mirroring_moves_boxes_masks_and_neutral_pixels_alike() -> None:
    settings, architecture, network = built(flip=1.0)
    example = architecture.example(drawn_sample(1), np.random.default_rng(0), settings)
    assert example is not None
    (target,) = architecture.collate([example])["targets"]
    target["neutral"] = target["masks"][0]
    image = torch.from_numpy(example["image"])
    network.transform.train()
    images, (found,) = network.transform([image], [target])
    x0, y0, x1, y1 = target["boxes"].unbind(1)
    width = image.shape[-1]
    assert torch.equal(found["boxes"], torch.stack((width - x1, y0, width - x0, y1), 1))
    assert torch.equal(found["masks"], target["masks"].flip(-1))
    assert torch.equal(found["neutral"], target["masks"][0].flip(-1))
    same, _ = network.transform.eval()([image.flip(-1)])
    assert torch.allclose(images.tensors, same.tensors, atol=1e-6)


def test_one_of_several_sizes_is_drawn_while_training() -> None:
    settings, architecture, network = built(
        input_size={"min_dim": [32, 64], "max_dim": 128, "size_divisor": 32}
    )
    example = architecture.example(drawn_sample(1, (80, 64)), np.random.default_rng(0), settings)
    assert example is not None
    (target,) = architecture.collate([example])["targets"]
    target["neutral"] = target["masks"][0]
    image = torch.from_numpy(example["image"])
    network.transform.train()
    sizes = set()
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        for _ in range(12):
            images, (found,) = network.transform([image], [dict(target)])
            height, width = images.image_sizes[0]
            sizes.add((height, width))
            assert found["masks"].shape[1:] == found["neutral"].shape == (height, width)
            assert float(found["boxes"].max()) <= width
    assert sizes == {(32, 40), (64, 80)}
    network.transform.eval()
    assert network.transform([image])[0].image_sizes == [(64, 80)]
