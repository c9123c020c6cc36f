"""Let Rasa import without TensorFlow.

Rasa imports TensorFlow and Keras at the top of modules that our pipeline never uses: some six seconds
of start, 350 MB of memory and 1.7 GB of disk for nothing. The finder here serves stand-ins instead. A stand-in
can be subclassed, called, subscripted and used as a decorator, which is all that happens while modules
are imported; none of them can compute anything.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

REPLACED = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"})


class _StandInType(type):
    """Type of the stand-ins: any attribute of one is another one."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)


def _stand_in(name: str) -> type:
    def construct(cls: type, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - stands in for anything
        return object.__new__(cls)

    def accept(self: object, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Take any argument."""

    def decorate(self: object, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        return args[0] if args else self

    namespace = {"__new__": construct, "__init__": accept, "__call__": decorate, "__module__": __name__}
    return _StandInType(name, (), namespace)


class StandInModule(ModuleType):
    """An empty module of TensorFlow's name whose attributes are stand-in classes."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a module or a class
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(name)
        setattr(self, name, value)
        return value


class StandInFinder(MetaPathFinder, Loader):
    """Find and load a stand-in for every module of :data:`REPLACED`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a replaced module or one of its submodules, else ``None``."""
        if fullname.partition(".")[0] not in REPLACED:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the empty module."""
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is nothing to run."""


def install() -> None:
    """Serve the stand-ins from now on; must run before the first import of ``rasa``.

    Raises:
        RuntimeError: If the real TensorFlow is loaded already.
    """
    loaded = sys.modules.get("tensorflow")
    if loaded is not None and not isinstance(loaded, StandInModule):
        raise RuntimeError(
            "TensorFlow was imported before bot.without_tensorflow.install(); call it before any import of rasa."
        )
    if not any(isinstance(finder, StandInFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, StandInFinder())
