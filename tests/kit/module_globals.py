"""What the package's modules hold, to see that calls leave no trace in them."""

from __future__ import annotations

import inspect
import sys
from typing import Any


def module_globals() -> dict[str, Any]:
    """Return the state of all globals of the package's modules: identity and, for what can change, content."""
    state: dict[str, Any] = {}
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] != "stringee_async":
            continue
        for key, value in vars(module).items():
            if key.startswith("__") and key.endswith("__"):
                continue
            state[f"{name}.{key}"] = id(value)
            if isinstance(value, (dict, list, set)):
                state[f"{name}.{key} content"] = repr(value)
            elif inspect.isclass(value) and value.__module__ == name:
                state[f"{name}.{key} attributes"] = sorted(
                    (inner, id(item)) for inner, item in vars(value).items() if not inner.startswith("_abc")
                )
    return state
