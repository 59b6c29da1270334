"""Every operation of every vendor."""

from __future__ import annotations

import importlib
import pkgutil

import stringee_async.itniotech
import stringee_async.ringme
import stringee_async.stringee
from stringee_async.core.operation import Operation


def operations() -> dict[str, Operation]:
    """Find every operation of every vendor, by vendor and name."""
    found = {}
    for vendor in (stringee_async.stringee, stringee_async.ringme, stringee_async.itniotech):
        for module in pkgutil.iter_modules(vendor.__path__, f"{vendor.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Operation):
                    found[f"{vendor.__name__.rpartition('.')[2]}:{value.name}"] = value
    return dict(sorted(found.items()))
