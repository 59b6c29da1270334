"""The public surface as text: every public name, with signatures and types.

`tests/public_surface.txt` holds what was promised; `python -m tests.public_surface` rewrites it after a change
that is meant.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Unpack, get_args, get_origin, get_type_hints, is_typeddict

import attrs
from aiohttp import ClientSession

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.resource import Resource

from .kit.signatures import public_methods, resources_of

FILE = Path(__file__).with_suffix(".txt")
DOORS = (
    "stringee_async",
    *(
        f"stringee_async.{part}"
        for part in (
            "stringee",
            "ringme",
            "itniotech",
            "webhooks",
            "web_errors",
            "call_store",
            "explanations",
            "events",
            "otel",
            "provision",
            "shared_quota",
            "emulator",
            "testing",
        )
    ),
)
CLIENTS: dict[str, Any] = {
    "StringeeClient": StringeeClient("SKsnapshot", "a-secret-of-thirty-two-characters"),
    "RingMeClient": RingMeClient("app", "secret", url="https://pbx.example"),
    "ItniotechClient": ItniotechClient("key12345", "secret12"),
}


def surface() -> str:
    """Return the public surface, one name a line."""
    seen: dict[int, str] = {}
    lines = [line for door in DOORS for line in _module(door, seen)]
    lines += [line for name, client in CLIENTS.items() for line in _resources(name, client)]
    return "\n".join(lines) + "\n"


def _public() -> set[Any]:
    """Return every public class."""
    modules = [importlib.import_module(door) for door in DOORS]
    values = [getattr(module, name) for module in modules for name in module.__all__]
    return {value for value in values if inspect.isclass(value)}


def _module(door: str, seen: dict[int, str]) -> Iterator[str]:
    module = importlib.import_module(door)
    for name in sorted(module.__all__):
        if name == "__version__":
            continue
        path, value = f"{door}.{name}", getattr(module, name)
        if id(value) in seen and callable(value):
            yield f"{path} is {seen[id(value)]}"
            continue
        seen[id(value)] = path
        if inspect.isclass(value):
            yield from _class(path, value)
        elif inspect.isfunction(value):
            yield _function(path, value)
        else:
            yield f"{path} = {_text(value)}"


def _class(path: str, kind: Any) -> Iterator[str]:
    public = _public()
    bases = [base for base in kind.__bases__ if base in public or base.__module__ == "builtins"]
    yield f"class {path}({', '.join(base.__name__ for base in bases if base is not object)})"
    if issubclass(kind, Resource):  # what it has stands with the client
        return
    if is_typeddict(kind):
        yield from (f"  {name}: {_type(hint)}" for name, hint in kind.__annotations__.items())
        return
    if issubclass(kind, Enum):
        yield from (f"  {member.name} = {member.value!r}" for member in kind)
    fields = {field.name: field for field in attrs.fields(kind)} if attrs.has(kind) else {}
    for name, field in fields.items():
        default = "" if field.default is attrs.NOTHING else f" = {_text(field.default)}"
        yield f"  {name}: {_type(field.type)}{default}" + (" (keyword)" if field.kw_only else "")
    made = [] if fields or getattr(kind, "_is_protocol", False) else ["__init__"]
    for name in [*made, *sorted(set(dir(kind)) - set(fields) - {"__init__"})]:
        owner = next((one for one in kind.__mro__ if name in vars(one)), object)
        inherited = owner is not kind and owner in public
        ours = owner.__module__.startswith("stringee_async")
        if ours and not inherited and (name == "__init__" or not name.startswith("_")):
            yield from _member(name, inspect.getattr_static(kind, name))


def _member(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, property) and value.fget is not None:
        yield f"  {name}: {_type(value.fget.__annotations__.get('return', '?'))} (property)"
    elif isinstance(value, (classmethod, staticmethod)):
        yield f"  {_function(name, value.__func__)} ({type(value).__name__})"
    elif inspect.isfunction(value):
        yield f"  {_function(name, value)}"
        yield from (f"  {line}" for line in _settings(value))


def _resources(name: str, client: Any) -> Iterator[str]:
    for path, resource in resources_of(client).items():
        for method in public_methods(resource):
            yield _function(f"{name}.{path}.{method}", getattr(resource, method))
            yield from _settings(getattr(resource, method))


def _settings(function: Any) -> Iterator[str]:
    """Yield the settings that a method takes as a set."""
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD and "Unpack" in str(parameter.annotation):
            hint = get_type_hints(function, localns={"ClientSession": ClientSession})[name]
            for kind in get_args(hint) if get_origin(hint) is Unpack else ():
                for field, annotation in (get_origin(kind) or kind).__annotations__.items():
                    yield f"  {field}: {_type(annotation)}"


def _function(path: str, function: Any) -> str:
    signature = inspect.signature(function)
    words: list[str] = []
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        annotation = "" if parameter.annotation is parameter.empty else f": {_type(parameter.annotation)}"
        if stars and "Unpack" in annotation:
            annotation = ""  # what can be given stands below
        default = "" if parameter.default is parameter.empty else f" = {_text(parameter.default)}"
        words.append(f"{stars}{name}{annotation}{default}")
    returned = (
        "" if signature.return_annotation is signature.empty else f" -> {_type(signature.return_annotation)}"
    )
    return f"{'async ' * inspect.iscoroutinefunction(function)}{path}({', '.join(words)}){returned}"


def _type(annotation: Any) -> str:
    annotation = getattr(annotation, "__forward_arg__", annotation)
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(
        r"Annotated\[((?:[^,\[\]]|\[[^\[\]]*\])*), .*\]$", r"\1", text
    )  # a type is promised, not its checks
    return re.sub(r"\b(?:[a-z_0-9]+\.)+(?=[A-Za-z])", "", text)


def _text(value: Any) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


if __name__ == "__main__":
    FILE.write_text(surface(), encoding="utf-8")
