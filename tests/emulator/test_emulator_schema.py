"""The schema of the emulator: a field is declared once, and rows, bodies and responses follow from it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

import stringee_async.emulator
from stringee_async.emulator.itniotech import fields as itniotech_fields
from stringee_async.emulator.itniotech import tables as itniotech_tables
from stringee_async.emulator.ringme import fields as ringme_fields
from stringee_async.emulator.ringme import tables as ringme_tables
from stringee_async.emulator.schema import BodyRules, Field, Resource, column, read_fields
from stringee_async.emulator.state import Table
from stringee_async.emulator.store import Store
from stringee_async.emulator.stringee import fields as stringee_fields
from stringee_async.emulator.stringee import tables as stringee_tables

from .conftest import Wire

SOURCES = {
    file: file.read_text(encoding="utf-8")
    for file in Path(stringee_async.emulator.__file__).parent.rglob("*.py")
}
RESOURCES: list[Resource] = [
    *stringee_tables.RESOURCES,
    *ringme_tables.RESOURCES,
    *itniotech_tables.RESOURCES,
]
RULES = {
    "stringee": stringee_fields.RULES,
    "ringme": ringme_fields.RULES[False],
    "itniotech": itniotech_fields.RULES,
}


@pytest.mark.parametrize(
    "name",
    [
        "cond_routing",
        "wrap_up_time_limit",
        "busy_delay_time",
        "exit_key",
        "wrapUpTime",
        "fsNode",
        "sipPrefix",
    ],
)
def test_a_field_is_spelled_in_one_line_of_the_emulator(name: str) -> None:
    found = [
        f"{file.parent.name}/{file.name}"
        for file, text in SOURCES.items()
        for line in text.splitlines()
        if re.search(rf"\b{name}\b", line)
    ]
    assert [place.partition("/")[2] for place in found] == ["tables.py"]


def test_a_further_field_is_stored_read_and_shown_by_its_declaration_alone() -> None:
    further = attrs.evolve(
        stringee_tables.GROUPS,
        fields=(
            *stringee_tables.GROUPS.fields,
            Field("colour", "word", "blue"),
            column("secret", 1, shown="never"),
        ),
    )
    held = Store[str, Table]([further], Table)
    held.add_row("groups", "GR_1", {"id": "GR_1"}, {"name": "Sales"})
    assert held.tables["groups"]["GR_1"] == {"id": "GR_1", "name": "Sales", "colour": "blue", "secret": 1}
    assert further.show(held.tables["groups"]["GR_1"]) == {"id": "GR_1", "name": "Sales", "colour": "blue"}
    values = read_fields(further.fields, {"name": "A", "colour": "red", "secret": 2}, stringee_fields.RULES)
    assert values == {"name": "A", "colour": "red"}
    with pytest.raises(stringee_fields.FieldError, match="colour"):
        read_fields(further.fields, {"name": "A", "colour": " "}, stringee_fields.RULES)
    with pytest.raises(ValueError, match="no column shape"):
        held.add_row("groups", "GR_2", {}, {"shape": "round"})


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.noun)
def test_the_columns_that_a_table_looks_rows_up_by_are_declared(resource: Resource) -> None:
    names = [field.name for field in resource.fields]
    assert len(set(names)) == len(names)
    assert {name for group in resource.all_indexes() for name in group} <= set(names)


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@pytest.mark.parametrize(
    ("body", "update", "reset", "expected"),
    [
        ({"name": "A"}, False, False, {"name": "A", "level": 5}),
        ({"name": "A", "level": 7, "other": 1}, False, False, {"name": "A", "level": 7}),
        ({"level": 7}, True, False, {"level": 7}),
        ({}, True, False, {}),
        ({}, True, True, {"level": 5}),
    ],
)
def test_all_vendors_read_a_body_alike(
    rules: BodyRules, body: dict[str, Any], update: bool, reset: bool, expected: dict[str, Any]
) -> None:
    fields = (Field("name", "name", create="required"), Field("level", "number", 5), column("made", 0))
    assert read_fields(fields, body, rules, update=update, reset=reset) == expected


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": ""}, {"name": 5}, {"name": "A", "level": -1}])
def test_all_vendors_refuse_a_missing_or_wrong_field(rules: BodyRules, body: dict[str, Any]) -> None:
    fields = (Field("name", "name", create="required"), Field("level", "number", 5))
    with pytest.raises(Exception, match=r"name|level|parameter error") as caught:
        read_fields(fields, body, rules)
    assert type(caught.value).__name__ in {"FieldError", "Refusal", "RefusedError"}


async def test_a_hidden_row_is_missed_by_lists_and_look_ups(wire: Wire) -> None:
    state = wire.state
    group, other = state.add_group("Sales"), state.add_group("Support")
    state.hide(group, time.monotonic() + 60.0)
    listed = await wire("GET", "/v1/group")
    assert [row["id"] for row in listed["data"]["groups"]] == [other]
    assert (await wire("PUT", f"/v1/group/{group}", {"name": "A"}))["r"] == -1
    state.hide(group, 0.0)
    assert (await wire("PUT", f"/v1/group/{group}", {"name": "A"}))["r"] == 0


async def test_a_recorded_request_holds_its_own_outcome(wire: Wire) -> None:
    await wire("GET", "/v1/group")
    (record,) = wire.emulator.requests
    assert record.outcome is record
    assert (record.outcome.status, record.outcome.acted) == (200, True)


def test_a_field_is_read_only_when_the_fields_it_depends_on_say_so() -> None:
    fields = (
        Field("type", "number", create="required"),
        Field("address", "line", create="required", least=1, most=9, when=(("type", 1),)),
    )
    rules = itniotech_fields.RULES
    assert read_fields(fields, {"type": 2, "address": "x"}, rules) == {"type": 2}
    assert read_fields(fields, {"type": 1, "address": "x"}, rules) == {"type": 1, "address": "x"}
    with pytest.raises(Exception, match="address"):
        read_fields(fields, {"type": 1}, rules)
