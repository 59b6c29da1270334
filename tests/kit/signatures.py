"""The parameters of a method, settings that it takes as a set included."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

from stringee_async.core.unset import UNSET


def parameters_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the parameters of a method; `**settings` and `**filters` stand one by one, behind the others."""
    parameters = dict(inspect.signature(function).parameters)
    taken = parameters.pop("settings", None) or parameters.pop("filters", None)
    if taken is not None:
        (kind,) = get_args(get_type_hints(function)[taken.name])
        for name in get_type_hints(get_origin(kind) or kind):
            parameters[name] = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=UNSET)
    return parameters
