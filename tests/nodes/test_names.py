"""Other names of actions: every one leads to a node, and none hides one."""

from __future__ import annotations

from dtl_engine.node.catalogue import installed_catalogue
from dtl_nodes import ALIASES, CATALOGUE, REFUSED


def test_every_other_name_leads_to_an_action() -> None:
    assert set(ALIASES.values()) <= set(CATALOGUE)
    assert not set(ALIASES) & set(CATALOGUE)
    catalogue = installed_catalogue()
    for name, action in ALIASES.items():
        assert catalogue.node_class(name).action == action
        assert name in catalogue.aliases_of(action)


def test_what_is_refused_says_why_and_what_instead() -> None:
    assert not set(REFUSED) & {*CATALOGUE, *ALIASES}
    for why, instead in REFUSED.values():
        assert why
        assert instead
