"""The settings of a training as the rows of a table."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel


def setting_rows(settings: BaseModel) -> list[tuple[str, str, bool]]:
    """Return key path, value and whether it is the default one, of each setting with an effect.

    Args:
        settings: of ``train``; those inside of objects are listed like ``batch_size.train``.
    """
    with warnings.catch_warnings():
        # Reading deprecated settings warns; they are left out here.
        warnings.simplefilter("ignore", DeprecationWarning)
        return list(_rows(settings, None, ""))


def _rows(
    settings: BaseModel, defaults: BaseModel | None, prefix: str
) -> Iterator[tuple[str, str, bool]]:
    for name, field in type(settings).model_fields.items():
        if field.deprecated:
            continue
        key, value = prefix + (field.alias or name), getattr(settings, name)
        default: Any = getattr(defaults, name) if defaults is not None else field.get_default()
        if isinstance(value, BaseModel):
            inner = default if isinstance(default, type(value)) else None
            yield from _rows(value, inner, f"{key}.")
        else:
            yield key, json.dumps(value, ensure_ascii=False), value == default
