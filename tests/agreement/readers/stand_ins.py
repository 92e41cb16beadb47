"""Stand-ins for packages that a tool imports as it starts, but not to read files.

The real ones would cost gigabytes (torch), a screen (Qt) or a server (MongoDB). A name of a
stand-in can be imported, derived from, called and used as a decorator, and holds nothing: a tool
that did read files by one of them would fail or return what no test takes for right.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

VERSION = "99.0"


def stand_in(*packages: str) -> None:
    """Let ``packages`` be imported though they are not installed; those that are stay as they are.

    Args:
        packages: names of top modules.
    """
    sys.meta_path.append(_Finder(frozenset(packages)))
    version = importlib.metadata.version
    importlib.metadata.version = lambda name: VERSION if name in packages else version(name)


class _Base:
    """What classes derive from in place of a class that is not there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


class _Nothing:
    """Whatever a stand-in is asked for: a base class, a decorator, a function, a constant."""

    def __init__(self, name: str) -> None:
        self.__name__ = self.__qualname__ = name

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        first = next(base for base in bases if isinstance(base, _Nothing))
        return (_Base,) if first is self else ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        is_decorating = len(args) == 1 and callable(args[0]) and not kwargs
        return args[0] if is_decorating else self

    def __getattr__(self, name: str) -> Any:
        return _nothing(name)

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __subclasscheck__(self, subclass: Any) -> bool:
        return False

    def __getitem__(self, key: Any) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __or__


class _Module(ModuleType):
    """A package or module, or what was imported from one as if it were one."""

    __version__ = VERSION

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _nothing(self.__name__)(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return _nothing(name)


def _nothing(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if name.endswith("Warning"):
        return Warning
    return Exception if name.endswith(("Error", "Exception")) else _Nothing(name)


class _Finder(MetaPathFinder, Loader):
    """The last to be asked for a module."""

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        is_ours = name.partition(".")[0] in self._packages
        return ModuleSpec(name, self, is_package=True) if is_ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module empty."""
