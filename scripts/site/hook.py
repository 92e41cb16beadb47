"""Makes the pages of the documentation site when it is built; nothing of them is kept.

MkDocs calls the functions ``on_...``, see ``hooks`` in ``mkdocs.yml``. Examples are run here: one
that fails is named on the page of all nodes and by a warning, which a strict build refuses.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# The program ``mkdocs`` does not look for modules in the current folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from dtl_engine.cli.described import described, described_actions
from dtl_engine.node.catalogue import Catalogue, installed_catalogue
from dtl_engine.node.description import NodeDescription
from scripts.site.documents import FILES, PAGES, ROOT, page, with_links
from scripts.site.node_markdown import by_family, node_markdown, overview
from scripts.site.reference import commands_page, problems_page
from scripts.site.showing import Showing, show

log = logging.getLogger("mkdocs.hooks.nodes")

NODES = "nodes"
PICTURES = "pictures"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of the nodes into the navigation, by family."""
    catalogue = installed_catalogue()
    nodes = [described(catalogue, action) for action in described_actions(catalogue)]
    families: list[Any] = [
        {family.capitalize(): [{node.action: f"{NODES}/{node.action}.md"} for node in members]}
        for family, members in by_family(nodes).items()
    ]
    assert config.nav is not None
    for entry in config.nav:
        if "Nodes" in entry:
            entry["Nodes"] = [f"{NODES}/index.md", *families]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made of the repository and of the program."""
    copied: set[str] = set()
    for document, where in PAGES.items():
        files.append(File.generated(config, where, content=page(document, copied.add)))
    files.append(File.generated(config, "commands.md", content=commands_page()))
    files.append(File.generated(config, "problems.md", content=problems_page()))
    style = Path(__file__).with_name("style.css")
    files.append(File.generated(config, "style.css", content=style.read_text(encoding="utf-8")))
    for path in sorted(copied):
        source = str(ROOT / path)
        files.append(File.generated(config, FILES + path, abs_src_path=source))
    _add_nodes(files, config, installed_catalogue())
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let the pages written in ``docs`` link to documents beside that folder."""
    if page.file.generated_by:
        return markdown
    return with_links(markdown, f"docs/{page.file.src_uri}", _refuse)


def _refuse(path: str) -> None:
    raise ValueError(f"a page of docs links to {path}: only generated pages can have files copied")


def _add_nodes(files: Files, config: MkDocsConfig, catalogue: Catalogue) -> None:
    nodes, thumbnails, failures = [], {}, {}
    for action in described_actions(catalogue):
        node = described(catalogue, action)
        nodes.append(node)
        shown = None
        if action in catalogue.entries:
            try:
                shown = _showing(catalogue, node)
            except Exception as error:  # noqa: BLE001 - told on the page and by a warning
                failures[action] = f"{type(error).__name__}: {error}"
                log.warning("the example of '%s' fails: %s", action, failures[action])
        assets = _add_assets(files, config, action, shown)
        content = node_markdown(node, shown, assets)
        files.append(File.generated(config, f"{NODES}/{action}.md", content=content))
        if shown and (panels := (*shown.after, *shown.before)):
            thumbnails[action] = assets[panels[0].picture]
    content = overview(nodes, thumbnails, failures)
    files.append(File.generated(config, f"{NODES}/index.md", content=content))


def _showing(catalogue: Catalogue, node: NodeDescription) -> Showing | None:
    if node.example is None:
        raise ValueError("its docstring has no example")
    return show(catalogue, node.action, node.example["settings"])


def _add_assets(
    files: Files, config: MkDocsConfig, action: str, shown: Showing | None
) -> dict[bytes, str]:
    """Add pictures and other files once each; return their paths from the page of a node."""
    paths: dict[bytes, str] = {}
    if shown is None:
        return paths
    for panel in (*shown.before, *shown.after):
        name = f"{PICTURES}/{hashlib.sha256(panel.picture).hexdigest()[:16]}.png"
        paths[panel.picture] = f"../{name}"
        if files.get_file_from_path(name) is None:
            files.append(File.generated(config, name, content=panel.picture))
    for name, content in (shown.pages or {}).items():
        path = f"{NODES}/{action}.{name}"
        paths[content] = f"{action}.{name}"
        files.append(File.generated(config, path, content=content))
    return paths
