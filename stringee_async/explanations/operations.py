"""The operations that a vendor's client has: what a code may be looked up for."""

from __future__ import annotations

import functools
from importlib import import_module
from pkgutil import iter_modules

from ..core.operation import Operation


@functools.cache
def operations(vendor: str) -> tuple[str, ...]:
    """Return the names of a vendor's operations, such as `agents.create`, sorted."""
    package = import_module(f"..{vendor}", __package__)
    found: set[str] = set()
    for module in iter_modules(package.__path__):
        for value in vars(import_module(f"{package.__name__}.{module.name}")).values():
            if isinstance(value, Operation):
                found.add(value.name)
    return tuple(sorted(found))
