"""Networks are found by name, and what is wrong with a name is said."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

import pytest

from dtl_engine.errors import ModelError
from dtl_nodes.models import architectures
from dtl_nodes.models.architectures import architecture_names, load_architecture


def install(monkeypatch: pytest.MonkeyPatch, **libraries: Any) -> None:
    """Have libraries offer networks: library -> what its entry point leads to."""
    points = []
    for name, mapping in libraries.items():
        monkeypatch.setattr(architectures, f"offered_by_{name}", mapping, raising=False)
        value = f"{architectures.__name__}:offered_by_{name}"
        points.append(EntryPoint(name, value, architectures.GROUP))
    monkeypatch.setattr(architectures, "entry_points", lambda group: points)


def test_own_networks_have_names() -> None:
    assert {"mask_rcnn", "faster_rcnn", "unet", "deeplab_v3plus", "resnet"} <= set(
        architecture_names()
    )


@pytest.mark.parametrize("name", ["mask_rcnn", "faster_rcnn"])
def test_a_network_is_loaded_by_its_name(name: str) -> None:
    assert load_architecture(name).name == name


@pytest.mark.parametrize(
    ("alias", "name"),
    [("classifier", "resnet"), ("resnet_classifier", "resnet"), ("unet_v2", "unet")],
)
def test_older_names_lead_to_the_same_network(alias: str, name: str) -> None:
    assert load_architecture(alias) is load_architecture(name)


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(ModelError, match=r"unknown architecture 'mask_rcn': did you mean 'mask_"):
        load_architecture("mask_rcn")


def test_a_library_adds_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    target = "dtl_nodes.models.architectures.mask_rcnn:MaskRCNN"
    install(monkeypatch, acme={"acme_net": target})
    assert "acme_net" in architecture_names()
    assert load_architecture("acme_net").name == "mask_rcnn"


def test_two_libraries_with_one_name_are_both_told(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, acme={"unet": "acme:UNet"})
    with pytest.raises(ModelError, match=r"two libraries, 'dtl_nodes' .* and 'acme'"):
        load_architecture("unet")
    assert load_architecture("mask_rcnn").name == "mask_rcnn"


def test_a_broken_library_blocks_only_its_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, acme=None)
    assert load_architecture("mask_rcnn").name == "mask_rcnn"
    with pytest.raises(ModelError, match=r"library 'acme' .* is broken"):
        load_architecture("acme_net")


def test_a_class_that_is_no_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, acme={"acme_net": "pathlib:Path", "gone": "no_such_module:Net"})
    with pytest.raises(ModelError, match="pathlib:Path is none"):
        load_architecture("acme_net")
    with pytest.raises(ModelError, match="'gone' of library 'acme' cannot be loaded"):
        load_architecture("gone")
