"""`to_dict` takes every frozen value of the package, and what it returns goes into any JSON encoder."""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import json
import pkgutil
import types
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec
import pytest

import stringee_async
from stringee_async import ConfigError, NotFoundError, Secret, to_dict
from stringee_async.core.ensure import Ensured

HIDDEN = "s3cret-text"
MOMENT = datetime(2026, 11, 29, 5, tzinfo=UTC)
SAMPLES: dict[Any, Any] = {
    str: "text",
    int: 7,
    float: 0.5,
    bool: True,
    bytes: b"\xff",
    Decimal: Decimal("1.10"),
    datetime: MOMENT,
    date: MOMENT.date(),
    timedelta: timedelta(seconds=1),
    Secret: Secret(HIDDEN),
}
NOT_VALUES = tuple(f"stringee_async.{name}" for name in ("cli", "emulator", "testing", "__main__"))


def values() -> list[type]:
    """Return every public class of frozen values: what modules of the package define, but what is in use inside only."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(stringee_async.__path__, "stringee_async."):
        if module.name.startswith(NOT_VALUES):
            continue
        for name, kind in vars(importlib.import_module(module.name)).items():
            if not inspect.isclass(kind) or not attrs.has(kind) or name.startswith("_"):
                continue
            if kind.__module__ == module.name and not inspect.isabstract(kind):
                found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return [found[name] for name in sorted(found)]


def made(kind: Any, depth: int = 0) -> Any:
    """Return a value of a class with each field filled by its type; what checks or converts them does not run."""
    try:
        hints = get_type_hints(kind)
    except (NameError, TypeError):  # types that only checkers see
        hints = {}
    fields = {field.name: sample(hints.get(field.name, str), depth) for field in attrs.fields(kind)}
    if issubclass(kind, msgspec.Struct):
        return kind(**fields)
    value = kind.__new__(kind)
    for name, given in fields.items():
        object.__setattr__(value, name, given)
    return value


def sample(hint: Any, depth: int) -> Any:
    """Return a value of a type."""
    if hint is Any:
        return "text"
    if hint in SAMPLES:
        return SAMPLES[hint]
    origin, inner = get_origin(hint), get_args(hint) or (str, str)
    if origin is Literal:
        return inner[0]
    if origin in {Union, types.UnionType}:
        return sample(next(one for one in inner if one is not type(None)), depth)
    if inspect.isclass(origin) and issubclass(origin, collections.abc.Mapping):
        return {sample(inner[0], depth): sample(inner[-1], depth)}
    if origin in {set, frozenset}:
        return frozenset({sample(inner[0], depth)})
    if inspect.isclass(origin) and issubclass(origin, collections.abc.Iterable):
        return (sample(inner[0], depth),)
    kind = origin or hint
    if not inspect.isclass(kind):
        return "text"
    if issubclass(kind, BaseException):
        return NotFoundError("not there")
    if issubclass(kind, Enum):
        return next(iter(kind))
    if attrs.has(kind) and depth < 4:
        return made(kind, depth + 1)
    return object()


def test_every_value_is_written_for_json() -> None:
    kinds = values()
    assert len(kinds) > 200
    failed = {}
    for kind in kinds:
        try:
            assert HIDDEN not in json.dumps(to_dict(made(kind)))
        except Exception as error:
            failed[f"{kind.__module__}.{kind.__name__}"] = repr(error)
    assert failed == {}


def test_secrets_headers_and_errors_are_shown_as_little_as_in_a_log() -> None:
    request = stringee_async.Request(
        operation="agents.list",
        method="GET",
        path="/v1/agent",
        url="https://icc-api.stringee.com/v1/agent",
        retry_class=stringee_async.RetryClass.READ,
        headers=stringee_async.Headers({"X-STRINGEE-AUTH": HIDDEN}),
    )
    assert to_dict(request)["headers"] == {"X-STRINGEE-AUTH": "***"}
    assert to_dict(request)["retry_class"] == "read"
    credential = stringee_async.itniotech.Credential(account="an", authentication=Secret(HIDDEN))
    assert to_dict(credential) == {"account": "an", "authentication": "***"}


@pytest.mark.parametrize("wrong", [None, "text", {"id": "A1"}, stringee_async.Created], ids=str)
def test_what_is_no_value_is_refused_in_words(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="to_dict takes a model, a result"):
        to_dict(wrong)


def test_a_value_within_a_value_is_written_by_its_own_rule() -> None:
    inner = Ensured("AG_1", created=True, changed=False)
    assert to_dict(Held(inner=inner)) == {"inner": to_dict(inner)}


@attrs.frozen(kw_only=True)
class Held:
    """A value of a user's own that holds one of ours."""

    inner: Ensured
