"""The JSON Schema and the reader take the same files."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stringee_async import SpecError
from stringee_async.provision.files.load import loads
from stringee_async.provision.files.schema import schema
from stringee_async.provision.nouns import FIELDS

FULL: dict[str, Any] = {
    "version": 1,
    "vendor": "ringme",
    "phone_country": "VN",
    "defaults": {"queue": {"schedule": 1}, "agent": {"routing": "app"}},
    "agents": {
        "manage": "full",
        "on_leave": "delete",
        "adopt_strangers": True,
        "ignore": ["svc-*"],
        "list": [{"user_id": "u.an", "phone": 84901234567, "groups": ["Sales"], "x-ringme": {"a": [1]}}],
    },
    "groups": ["Sales", {"name": "Support", "agents": ["u.an"], "was": "Old", "id": "g1", "manage": "add"}],
    "queues": [
        "Bare",
        {
            "name": "Hotline",
            "record_calls": False,
            "wait_greeting": None,
            "wait_agent_answer_timeout": 3,
            "from_number_callout_to_agent": "84901234567",
            "groups": ["Sales", {"name": "Support", "primary": False}],
            "agents": ["u.an", {"user_id": "u.binh", "level": 0, "position": 1}],
            "extension": "600",
        },
    ],
    "absent": {"agents": ["x"], "groups": [], "queues": ["y"]},
    "limits": {"delete": {"percent": 2.5, "count": 0}},
}


def reads(value: object) -> bool:
    """Return whether the reader takes a value."""
    try:
        loads(json.dumps(value), form="json")
    except SpecError:
        return False
    return True


def changed(path: str, value: object) -> dict[str, Any]:
    """Return `FULL` with another value at a path."""
    whole = copy.deepcopy(FULL)
    *way, last = path.split("/")
    inner: Any = whole
    for step in way:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = value
    return whole


def test_it_is_a_schema_and_takes_what_is_read() -> None:
    Draft202012Validator.check_schema(schema())
    assert Draft202012Validator(schema()).is_valid(FULL)
    assert reads(FULL)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 2),
        ("vendor", "acme"),
        ("extra", 1),
        ("defaults/queue/groups", ["Sales"]),
        ("defaults/agent/phone", "84901234567"),
        ("agents/manage", "all"),
        ("agents/adopt_strangers", "yes"),
        ("agents/adopt_strangers", 1),
        ("agents/list/0/user_id", ""),
        ("agents/list/0/user_id", "x" * 37),
        ("agents/list/0/user_id", True),
        ("agents/list/0/name", None),
        ("agents/list/0/name", "x" * 256),
        ("agents/list/0/routing", "App"),
        ("agents/list/0/groups", "Sales"),
        ("agents/list/0", "u.an"),
        ("agents/list/0", {"name": "An"}),
        ("agents/list/0/x-acme", {}),
        ("agents/list/0/x-stringee", [1]),
        ("groups/0", ["Sales"]),
        ("groups", "Sales"),
        ("groups", None),
        ("queues/1/record_calls", None),
        ("queues/1/wait_agent_answer_timeout", 2),
        ("queues/1/wait_agent_answer_timeout", "3"),
        ("queues/1/wait_agent_answer_timeout", 3.5),
        ("queues/1/agents/1/level", -1),
        ("queues/1/groups/1/primary", 0),
        ("absent/agents", [{}]),
        ("limits/delete/percent", 100.5),
        ("limits/delete/count", -1),
        ("limits/create", {}),
    ],
)
def test_what_the_reader_refuses_for_its_type_the_schema_refuses(path: str, value: object) -> None:
    wrong = changed(path, value)
    assert not reads(wrong)
    assert not Draft202012Validator(schema()).is_valid(wrong)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("agents", [{"user_id": 123}]),
        ("agents/ignore", "svc-*"),
        ("groups", {"list": ["Sales", "Support"]}),
        ("queues/1/hold_greeting", None),
        ("agents/list/0/name", 12.5),
        ("limits/delete/percent", 100),
    ],
)
def test_what_the_reader_takes_the_schema_takes(path: str, value: object) -> None:
    good = changed(path, value)
    assert reads(good)
    assert Draft202012Validator(schema()).is_valid(good)


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object schema."""
    if isinstance(part, list):
        for each in part:
            yield from objects(each)
    elif isinstance(part, dict):
        if "properties" in part:
            yield part
        for each in part.values():
            yield from objects(each)


def test_every_declared_setting_is_in_it_and_everything_in_it_is_described() -> None:
    found = list(objects(schema()))
    assert all(part["additionalProperties"] is False for part in found)
    assert all(value["description"] for part in found for value in part["properties"].values())
    keys = [frozenset(part["properties"]) for part in found]
    for kind in ("agent", "queue", "route", "queue_agent"):
        names = {field.name for field in FIELDS[kind]}
        assert any(names <= known for known in keys), kind
