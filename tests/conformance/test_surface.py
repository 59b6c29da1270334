"""The public methods, packages and models of every vendor say and keep what users rely on."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import Model
from stringee_async.core.retry_class import RetryClass

from ..kit.operations import operations
from ..kit.signatures import public_methods, resources_of
from .rig import Rig
from .rigs import RIGS


def methods() -> list[Any]:
    """List every method of every resource of every vendor."""
    found = []
    for rig in RIGS.values():
        for path, resource in resources_of(rig.over(rig.transport())).items():
            for name in public_methods(resource):
                found.append(pytest.param(path, getattr(resource, name), id=f"{rig.vendor}:{path}.{name}"))
    return found


@pytest.mark.parametrize(("path", "function"), methods())
def test_resource_methods_say_everything(path: str, function: Any) -> None:
    """A method of a resource documents each argument, what it returns and raises, and whether it is safe to repeat."""
    text = inspect.getdoc(function) or ""
    assert "\nRaises:\n" in text
    assert re.search(r"safe\s+to\s+repeat", text, re.IGNORECASE), "is a repeat safe?"
    arguments = text.partition("\nArgs:\n")[2].split("\n\n")[0]
    documented = re.findall(r"^    (\w+): ", arguments, re.MULTILINE)
    assert sorted(documented) == sorted(inspect.signature(function).parameters)
    name = function.__name__
    returned = str(inspect.signature(function).return_annotation)
    if name in {"create", "ensure", "list", "upload", "replace", "rename"} and returned != "None":
        assert "\nReturns:\n" in text
    operation = operations().get(f"{function.__module__.split('.')[1]}:{path}.{name}")
    once = operation is not None and operation.retry_class is RetryClass.CREATE
    assert bool(re.search(r"OutcomeUnknownError: [^:]*Not\s+safe\s+to\s+repeat", text)) is once


@pytest.mark.parametrize(("path", "function"), methods())
def test_arguments_that_identify_come_first_and_the_rest_goes_by_keyword(path: str, function: Any) -> None:
    """Only arguments without a default are positional; what sends a request is a coroutine function, a listing or a run is not."""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            assert parameter.default is parameter.empty, parameter.name
    lazy = (
        re.match(r"(?:Paged|Windowed|Bulk)\[", str(inspect.signature(function).return_annotation)) is not None
    )
    assert inspect.iscoroutinefunction(function) is not lazy


@pytest.mark.parametrize("door", ["stringee_async", *(f"stringee_async.{vendor}" for vendor in RIGS)])
def test_a_package_exports_its_values(door: str) -> None:
    """`__all__` is sorted, without doubles and whole: every model of the package can be imported from it."""
    package = importlib.import_module(door)
    names = package.__all__
    assert names == sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(getattr(package, name) is not None for name in names)
    if door != "stringee_async":
        assert {kind.__name__ for kind in models() if kind.__module__.startswith(f"{door}.")} <= set(names)


def models(kind: type[Any] = Model) -> list[type[Any]]:
    """Return the models below a class; `as_struct` leaves its argument behind until Python collects it."""
    return [
        found
        for child in kind.__subclasses__()
        for found in (child, *models(child))
        if getattr(importlib.import_module(found.__module__), found.__name__, None) is found
        and found.__module__.startswith("stringee_async.")
        and found.__name__
        in importlib.import_module(found.__module__.rpartition(".")[0]).__dict__.get("__all__", ())
    ]


@pytest.mark.parametrize("kind", models(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_models_are_frozen_and_ask_for_nothing_but_their_key(kind: type[Any]) -> None:
    """Models cannot be changed, nor their extra fields, are made by keyword, and need their key at most; numbers do not print."""
    fields = attrs.fields(kind)
    required = [field.name for field in fields if field.default is attrs.NOTHING]
    assert len(required) <= 1 or set(required) <= {"agent_id", "agent_status", "event_type", "group_id"}
    assert all(field.kw_only for field in fields)
    assert all(field.default is None for field in fields if field.name not in required)
    made = kind(**dict.fromkeys(required, "x"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.anything = 1
    with pytest.raises(TypeError):
        made.extra["new"] = 1
    secret = {field.name for field in fields if re.search("password|called$|caller|called_info", field.name)}
    if ".itniotech." in kind.__module__:
        assert {field.name for field in fields if not field.repr} >= secret


@pytest.mark.parametrize("door", ["stringee_async", *(f"stringee_async.{vendor}" for vendor in RIGS)])
def test_no_public_value_can_be_changed_after_it_was_made(door: str) -> None:
    package = importlib.import_module(door)
    for kind in (getattr(package, name) for name in package.__all__):
        if inspect.isclass(kind) and attrs.has(kind) and not hasattr(kind, "__struct_fields__"):
            made = kind.__new__(kind)
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(made, attrs.fields(kind)[0].name, "other")


def test_requests_have_headers_that_nobody_can_change(rig: Rig) -> None:
    """No one can put a credential into headers that others share."""
    for operation in rig.operations.values():
        headers = operation.request(
            "https://vendor.example", path=dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "1")
        ).headers
        with pytest.raises(TypeError):
            headers["X"] = "1"


REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_reference_lists_each_operation_with_its_class(rig: Rig) -> None:
    classes = "read|idempotent write|create"
    page = (REFERENCE / f"{rig.vendor}.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| ({classes}) \| (.*) \|$", page, re.MULTILINE)
    listed = [(name, title) for title, row in rows for name in re.findall(r"`([a-z_.]+)`", row)]
    assert sorted(listed) == sorted(
        (key.partition(":")[2], operation.retry_class.value.replace("_", " "))
        for key, operation in operations().items()
        if key.startswith(f"{rig.vendor}:")
    )


def test_the_reference_says_that_there_are_no_idempotency_keys() -> None:
    assert re.search(r"no\s+idempotency\s+key", (REFERENCE / "errors.md").read_text(encoding="utf-8"))
