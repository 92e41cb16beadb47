"""Libraries that are installed only where models are worked with."""

from __future__ import annotations

from importlib.util import find_spec

from dtl_engine.sdk import UsageError


def require_extra(extra: str, purpose: str, *modules: str) -> None:
    """Refuse to begin where libraries are missing; nothing is imported.

    Args:
        extra: the extra of this distribution that installs them.
        purpose: what they are needed for, as in "serving models".
        modules: by their import names.

    Raises:
        UsageError: at least one is missing.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise UsageError(f"{purpose} needs {', '.join(missing)}: pip install 'dtl-engine[{extra}]'")
