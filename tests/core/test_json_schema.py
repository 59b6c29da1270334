"""What the OpenAPI page of a route shows of a model."""

from __future__ import annotations

import datetime as dt
import enum
import importlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

import attrs
import pytest

from stringee_async import Agent, Created
from stringee_async.core.json_schema import object_schema
from stringee_async.core.plain import Plain

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"


@attrs.frozen(kw_only=True)
class Inner:
    size: float


@attrs.frozen(kw_only=True)
class Probe:
    whole: int
    flag: bool
    note: Annotated[str | None, "a text"] = None
    price: Decimal = Decimal(0)
    at: dt.datetime | None = None
    day: dt.date | None = None
    colour: Colour = Colour.RED
    state: Literal["on", "off"] = "on"
    inner: Inner | None = None
    rows: list[Inner] = attrs.field(factory=list)
    loose: tuple = ()  # type: ignore[type-arg]
    more: Mapping[str, Any] = attrs.field(factory=dict)
    raw: bytes = b""
    any: Any = None
    open: T = None  # type: ignore[valid-type]
    again: Probe | None = None


def test_each_kind_of_value_is_described_as_to_dict_writes_it() -> None:
    schema = object_schema(Probe)
    inner = {
        "title": "Inner",
        "type": "object",
        "additionalProperties": True,
        "properties": {"size": {"type": "number"}},
        "required": ["size"],
    }
    null = {"type": "null"}
    assert schema["required"] == ["whole", "flag"]
    assert schema["properties"] == {
        "whole": {"type": "integer"},
        "flag": {"type": "boolean"},
        "note": {"anyOf": [{"type": "string"}, null]},
        "price": {"type": "string"},
        "at": {"anyOf": [{"type": "string", "format": "date-time"}, null]},
        "day": {"anyOf": [{"type": "string", "format": "date"}, null]},
        "colour": {"enum": ["red"]},
        "state": {"enum": ["on", "off"]},
        "inner": {"anyOf": [inner, null]},
        "rows": {"type": "array", "items": inner},
        "loose": {"type": "array", "items": {}},
        "more": {"type": "object"},
        "raw": {},
        "any": {},
        "open": {},
        "again": {"anyOf": [{"title": "Probe", "type": "object", "additionalProperties": True}, null]},
    }


def test_models_and_results_are_described_by_their_fields() -> None:
    agent = object_schema(Agent)
    assert agent["required"] == ["id"]
    assert agent["properties"]["stringee_user_id"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert object_schema(Created)["properties"].keys() == {"id", "project", "message"}


@pytest.mark.parametrize("vendor", ["", ".stringee", ".ringme", ".itniotech", ".provision"])
def test_every_public_value_can_be_described(vendor: str) -> None:
    module = importlib.import_module(f"stringee_async{vendor}")
    values = [getattr(module, name) for name in module.__all__]
    kinds = [
        value for value in values if isinstance(value, type) and issubclass(value, Plain) and attrs.has(value)
    ]
    for kind in kinds:
        schema = object_schema(kind)
        assert set(schema["properties"]) == set(kind._names().values())
        json.dumps(schema)
    assert kinds or vendor == ".provision"


def test_a_route_of_fastapi_shows_the_fields() -> None:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()

    @app.get("/agents")
    async def agents() -> list[Agent]:
        return []

    shown = app.openapi()
    (response,) = shown["paths"]["/agents"]["get"]["responses"].values()
    items = response["content"]["application/json"]["schema"]["items"]
    found = (
        items if "properties" in items else shown["components"]["schemas"][items["$ref"].rsplit("/", 1)[1]]
    )
    assert {"id", "name", "stringee_user_id"} <= found["properties"].keys()
