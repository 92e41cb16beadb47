"""The catalogue: libraries behind entry points, sound and broken."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from dtl_engine.node import catalogue as module
from dtl_engine.node.catalogue import GROUP, Catalogue, Entry, NodeUnavailable, installed_catalogue

FLIP = "dtl_nodes.flip:Flip"
ACTIONS = {"flip": FLIP, "twist": FLIP}
NOT_A_MAPPING = 5


def install(monkeypatch: pytest.MonkeyPatch, **libraries: str) -> Catalogue:
    points = EntryPoints(EntryPoint(name, value, GROUP) for name, value in libraries.items())
    monkeypatch.setattr(module, "entry_points", lambda group: points.select(group=group))
    return installed_catalogue()


def test_every_built_in_node_can_be_imported() -> None:
    catalogue = installed_catalogue()
    assert not catalogue.conflicts
    assert not catalogue.broken_libraries
    for action in catalogue.actions:
        node_class = catalogue.node_class(action)
        assert node_class.action == action
        assert node_class.__doc__


def test_two_libraries_with_one_action(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = install(monkeypatch, builtin="dtl_nodes:CATALOGUE", mine=f"{__name__}:ACTIONS")
    assert catalogue.node_class("twist").action == "flip"
    assert catalogue.node_class("crop").action == "crop"
    with pytest.raises(NodeUnavailable, match=r"'builtin' .* and 'mine'"):
        catalogue.node_class("flip")


@pytest.mark.parametrize(
    "value", ["no_such_module:CATALOGUE", "dtl_nodes:NO_SUCH", f"{__name__}:NOT_A_MAPPING"]
)
def test_a_broken_library_blocks_nothing_else(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = install(monkeypatch, builtin="dtl_nodes:CATALOGUE", rotten=value)
    assert f"library 'rotten' ({value}) is broken" in catalogue.broken_libraries["rotten"]
    assert catalogue.node_class("flip").action == "flip"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no_such_module:Node", "cannot be loaded: No module"),
        ("dtl_nodes.flip:Flop", "cannot be loaded"),
        ("dtl_nodes.flip:FlipSettings", "is no node class"),
        ("dtl_nodes", "cannot be loaded"),
    ],
)
def test_an_action_that_cannot_be_used(target: str, words: str) -> None:
    catalogue = Catalogue({"bad": Entry("bad", "mine", target)})
    with pytest.raises(NodeUnavailable, match=words):
        catalogue.node_class("bad")
    with pytest.raises(KeyError):
        catalogue.node_class("absent")
