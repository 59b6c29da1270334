"""What the package's modules hold, to see that calls leave no trace in them."""

from __future__ import annotations

import sys
import types


def module_globals() -> dict[str, str]:
    """Return what could change in the package's modules: their containers and plain objects, printed."""
    found: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] != "stringee_async":
            continue
        for key, value in vars(module).items():
            if key.startswith("__") or isinstance(value, (types.ModuleType, type, types.FunctionType)):
                continue
            if isinstance(value, (dict, list, set, str, int, float, tuple, bytes)):
                found[f"{name}.{key}"] = repr(value)
    return found
