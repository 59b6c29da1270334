"""The resources of a client, their methods and the parameters of these."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

from stringee_async.core import lazy
from stringee_async.core.resource import Resource
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


def resources_of(client: Any) -> dict[str, Any]:
    """Return every resource of a client by its path, those that are kept by kind too."""
    found: dict[str, Any] = {}
    for name in sorted(lazy.resources_of(client)):
        value = getattr(client, name)
        kinds = {"": value} if isinstance(value, Resource) else {f".{k}": v for k, v in vars(value).items()}
        found |= {f"{name}{kind}": resource for kind, resource in kinds.items()}
    return found


def methods_of(client: Any) -> dict[str, list[str]]:
    """Return the names of the public methods of every resource of a client."""
    return {path: public_methods(resource) for path, resource in resources_of(client).items()}


def public_methods(resource: Any) -> list[str]:
    """Return the names of the public methods of a resource."""
    return [name for name, _ in inspect.getmembers(resource, callable) if name[0] != "_"]
