"""Documents of the repository as pages: where each stands, and what its links become."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs/"

PAGES: Mapping[str, str] = {
    "README.md": "index.md",
    "nodes/README.md": "writing_a_node.md",
    "graphs/README.md": "graphs.md",
    "benchmarks/README.md": "benchmarks.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
"""Document -> page; those in ``docs/`` are pages under their own names."""

SHOWN_SUFFIXES = ("", ".json", ".svg")
"""Other files that pages may link to: they are copied."""

FILES = "files/"
"""Where they are copied to."""

_FENCE = re.compile(r"^(```.*?^```)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s#]*)(#[^)\s]*)?\)")


def page(document: str, copied: Callable[[str], None]) -> str:
    """Return a document's text as that of its page; ``copied`` hears of each file to copy."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return with_links(text, document, copied)


def with_links(text: str, document: str, copied: Callable[[str], None]) -> str:
    """Return the text of ``document`` with links that lead to pages and copied files."""

    def replaced(link: re.Match[str]) -> str:
        label, target, anchor = link[1], link[2], link[3] or ""
        if not target or ":" in target:
            return link[0]
        found = _site_path(posixpath.normpath(posixpath.join(posixpath.dirname(document), target)))
        if found is None:
            return label.removeprefix("!")[1:-1]
        if found.startswith(FILES):
            copied(found.removeprefix(FILES))
        here = posixpath.dirname(page_of(document))
        return f"{label}({posixpath.relpath(found, here or '.')}{anchor})"

    parts = _FENCE.split(text)
    return "".join(part if at % 2 else _LINK.sub(replaced, part) for at, part in enumerate(parts))


def page_of(document: str) -> str:
    """Return the page that shows a document."""
    return PAGES.get(document, document.removeprefix(DOCS))


def _site_path(path: str) -> str | None:
    """Return where a path of the repository is found on the site; ``None``: nowhere."""
    whole = ROOT / path
    if whole.is_dir() and (whole / "README.md").is_file():
        path = posixpath.join(path, "README.md")
    if path in PAGES or path.startswith(DOCS):
        return page_of(path)
    suffix = whole.suffix
    return FILES + path if whole.is_file() and suffix in SHOWN_SUFFIXES else None
