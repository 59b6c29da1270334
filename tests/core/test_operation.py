"""Requests are made from checked arguments, and nothing unchecked reaches a URL."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stringee_async.itniotech
import stringee_async.ringme
import stringee_async.stringee
from stringee_async.core.errors import ConfigError
from stringee_async.core.operation import Operation
from stringee_async.core.operation import operations as operations_of
from stringee_async.core.retry_class import RetryClass
from stringee_async.core.unset import UNSET

from ..kit.operations import operations

OPERATION = Operation("things.get", "GET", "/v1/thing/{thing_id}", RetryClass.READ)
BASE = "https://icc.example"


def test_a_request_carries_name_method_template_and_class() -> None:
    """The path template is safe to log; the URL holds the quoted id."""
    request = OPERATION.request(BASE, path={"thing_id": "a b@c?d#e%2f"})
    assert (request.operation, request.method) == ("things.get", "GET")
    assert request.path == "/v1/thing/{thing_id}"
    assert request.url == "https://icc.example/v1/thing/a%20b@c%3Fd%23e%252f"
    assert request.retry_class is RetryClass.READ
    assert request.body is None
    assert dict(request.headers) == {"Accept": "application/json"}


def test_a_body_makes_the_request_json() -> None:
    operation = Operation("things.delete", "DELETE", "/v1/thing", RetryClass.IDEMPOTENT_WRITE)
    request = operation.request(BASE, body=b"{}")
    assert request.body == b"{}"
    assert request.headers["Content-Type"] == "application/json"


def test_a_query_leaves_out_what_is_unset() -> None:
    request = OPERATION.request(BASE, path={"thing_id": "A"}, query={"q": "a&b=c ü", "x": UNSET, "page": 2})
    assert parse_qsl(urlsplit(request.url).query) == [("q", "a&b=c ü"), ("page", "2")]
    assert "x=" not in request.url


def test_a_query_repeats_lists_and_spells_booleans_and_may_be_empty() -> None:
    url = OPERATION.request(
        BASE, path={"thing_id": "A"}, query={"id": [1, "b c"], "all": True, "own": False}
    ).url
    assert urlsplit(url).query == "id=1&id=b+c&all=true&own=false"
    assert "?" not in OPERATION.request(BASE, path={"thing_id": "A"}, query={"x": UNSET, "y": []}).url


def test_a_body_may_be_of_another_type() -> None:
    operation = Operation("things.upload", "POST", "/v1/thing", RetryClass.CREATE)
    request = operation.request(BASE, body=b"a=1", content_type="application/x-www-form-urlencoded")
    assert (request.body, request.headers["Content-Type"]) == (b"a=1", "application/x-www-form-urlencoded")


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text())
def test_an_id_stays_one_segment_of_the_path(value: str) -> None:
    try:
        url = OPERATION.request(BASE, path={"thing_id": value}).url
    except ConfigError:
        return
    except UnicodeEncodeError:
        pytest.fail("an id that cannot be encoded must be a ConfigError")
    parts = urlsplit(url)
    assert (parts.netloc, parts.query, parts.fragment) == ("icc.example", "", "")
    assert parts.path.count("/") == 3
    assert url.isascii()


NOT_TWICE = {"current_calls.act"}
"""A PUT that is an action: done twice it does more than once."""


def _of(*vendors: str) -> dict[str, Operation]:
    """Return the operations of some vendors."""
    return {key: value for key, value in operations().items() if key.partition(":")[0] in vendors}


@pytest.mark.parametrize("operation", _of("stringee", "ringme").values(), ids=_of("stringee", "ringme"))
def test_every_operation_has_the_class_that_its_method_asks_for(operation: Operation) -> None:
    """Reads are reads, creates are creates, changes and removals are idempotent writes."""
    verb = operation.name.rsplit(".", 1)[1]
    if operation.name in NOT_TWICE:
        assert operation.retry_class is RetryClass.CREATE
        return
    expected = {
        "GET": {RetryClass.READ},
        "PUT": {RetryClass.IDEMPOTENT_WRITE},
        "DELETE": {RetryClass.IDEMPOTENT_WRITE},
        "POST": {RetryClass.CREATE, RetryClass.IDEMPOTENT_WRITE},
    }
    assert operation.retry_class in expected[operation.method]
    if verb == "create":
        assert operation.retry_class is RetryClass.CREATE


ITNIOTECH_READS = {
    "list",
    "list_older",
    "list_received",
    "list_sent",
    "reports",
    "details",
    "settings",
    "remaining",
    "find",
    "get",
    "record",
}
ITNIOTECH_ONCE = {
    "create", "create_many", "upload_ring", "upload_numbers", "submit", "resend", "make", "send", "send_batch",
    "start", "upload", "reset_password",
    "send_code", "verify",
}  # fmt: skip
"""What would act twice: makes something new, calls or writes to someone, uses up a try, or leaves a second file behind."""


@pytest.mark.parametrize("operation", _of("itniotech").values(), ids=_of("itniotech"))
def test_where_the_method_tells_nothing_the_verb_decides(operation: Operation) -> None:
    """ITNIO TECH reads by POST and deletes groups by GET: what a call does decides its class, however it is sent."""
    verb = operation.name.rsplit(".", 1)[1]
    if verb in ITNIOTECH_READS:
        expected = RetryClass.READ
    elif verb in ITNIOTECH_ONCE or (verb == "delete" and operation.method == "GET"):
        expected = RetryClass.CREATE
    else:
        expected = RetryClass.IDEMPOTENT_WRITE
    assert operation.retry_class is expected
    assert operation.method in {"GET", "POST", "PUT"}
    if operation.method == "GET":
        assert expected is RetryClass.READ or operation.name == "agent_groups.delete"
    if operation.method == "PUT":
        assert expected is RetryClass.IDEMPOTENT_WRITE


@pytest.mark.parametrize("vendor", [stringee_async.stringee, stringee_async.ringme, stringee_async.itniotech])
def test_every_operation_has_a_name_of_its_own(vendor: ModuleType) -> None:
    seen: dict[str, Operation] = {}
    for module in pkgutil.iter_modules(vendor.__path__, f"{vendor.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Operation):
                assert seen.setdefault(value.name, value) == value
    assert seen


def test_the_operations_of_a_resource_follow_from_its_verbs() -> None:
    """Method, path, retry class and natural key of each verb are those of the conventions of HTTP."""
    verbs = "create list get update delete"
    made = operations_of("things.red", "/things/", "{thing_id}", verbs, natural_key=("owner", "name"))
    assert [(one.name, one.method, one.path, one.retry_class) for one in made] == [
        ("things.red.create", "POST", "/things/", RetryClass.CREATE),
        ("things.red.list", "GET", "/things/", RetryClass.READ),
        ("things.red.get", "GET", "/things/{thing_id}", RetryClass.READ),
        ("things.red.update", "PUT", "/things/{thing_id}", RetryClass.IDEMPOTENT_WRITE),
        ("things.red.delete", "DELETE", "/things/{thing_id}", RetryClass.IDEMPOTENT_WRITE),
    ]
    assert made[0].key({"owner": "1", "name": " A  b "}) == ("things.red", "1", "A b")
    assert [one.key({"owner": "1", "name": "A"}) for one in made[1:]] == [None] * 4
    add, remove = operations_of("pairs", "/p/", "{id}", "add remove", natural_key=("a",))
    assert (add.retry_class, remove.retry_class) == (RetryClass.CREATE, RetryClass.IDEMPOTENT_WRITE)
