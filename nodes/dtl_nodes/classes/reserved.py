"""Words that mean something in class mappings and cannot be class names."""

from dtl_engine.sdk import SchemaError

KEEP = "__default__"
IGNORE = "__ignore__"
OTHER = "__other__"
RESERVED = (KEEP, IGNORE, OTHER, "__new__", "__clone__", "__update__")


def refuse_reserved(name: str, at: tuple[str | int, ...], what: str = "class") -> None:
    """Raise ``SchemaError`` if ``name`` is a reserved word or empty; ``what`` it is to name."""
    if name in RESERVED:
        raise SchemaError(
            "E305", f"'{name}' is a reserved word and no {what} name", at=at, value=name
        )
    if not name:
        raise SchemaError("E305", f"a {what} name cannot be empty", at=at, value=name)
