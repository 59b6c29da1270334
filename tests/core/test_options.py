"""Rules of options and arguments: exact types and sensible values, or an error that names what is wrong."""

from __future__ import annotations

import asyncio
import decimal
import enum
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import ConfigError, RetryPolicy, StringeeClient, bulk
from stringee_async.core.json_codec import encode
from stringee_async.core.operation import Operation
from stringee_async.core.options import Timeouts, exact_number, exact_whole
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.retry_class import RetryClass
from stringee_async.core.secrets import Secret
from stringee_async.core.validation import required_text, whole_number

from ..conformance.rig import Rig
from ..kit import ICC, KEY_SECRET, KEY_SID, ScriptedTransport, answer, virtual
from .rig import settle


class Markup(str):
    """A text as templates and configuration loaders make them: it formats and prints as something else."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"<{super().__str__()}>"

    def __repr__(self) -> str:
        return "Markup"

    def __format__(self, spec: str) -> str:
        return "Markup"


class ScalarInt(int):
    """A whole number as a configuration loader makes it."""


class ScalarFloat(float):
    """A number as a configuration loader makes it."""


class Int64:
    """A whole number as numpy makes it: no `int`, but usable as one."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value

    def __float__(self) -> float:
        return float(self.value)


class Float32:
    """A number as numpy makes it."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Flag(Float32):
    """A truth value as numpy makes it."""


Flag.__name__ = "bool_"


class Level(enum.IntEnum):
    """A number with a name."""

    HIGH = 5


class Broken:
    """Something that claims to be a number and is none."""

    def __float__(self) -> float:
        raise ValueError("not really")


WHOLE: list[tuple[Any, int | None]] = [
    (5, 5),
    (ScalarInt(5), 5),
    (Int64(5), 5),
    (Level.HIGH, 5),
    (True, None),
    (5.0, None),
    ("5", None),
    (Markup("5"), None),
    (None, None),
]


@pytest.mark.parametrize(("value", "expected"), WHOLE)
def test_whole_numbers_of_any_kind_become_plain_ones(value: Any, expected: int | None) -> None:
    found = exact_whole(value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, expected) for value, expected in WHOLE if not isinstance(value, float)),
        (5.5, 5.5),
        (ScalarFloat(5.5), 5.5),
        (Float32(5.5), 5.5),
        (decimal.Decimal("5.5"), 5.5),
        (math.nan, None),
        (math.inf, None),
        (-math.inf, None),
        (Float32(math.nan), None),
        (decimal.Decimal("sNaN"), None),
        (b"5", None),
        (Flag(1.0), None),
        (Broken(), None),
        (5j, None),
    ],
)
def test_numbers_of_any_kind_become_plain_ones(value: Any, expected: float | None) -> None:
    """Numbers of numpy and loaders are converted; booleans, texts, NaN and infinity are not."""
    found = exact_number(value)
    assert (found, type(found)) == (expected, type(expected))


WRONG_LIMITS: list[Any] = [
    "30",
    True,
    False,
    math.nan,
    math.inf,
    -math.inf,
    0,
    0.0,
    -1,
    b"3",
    [3],
    Flag(1.0),
    3j,
]


@pytest.mark.parametrize("value", WRONG_LIMITS)
@pytest.mark.parametrize("name", ["connect", "attempt", "total", "queue", "settle"])
def test_a_time_limit_is_a_number_above_zero(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"timeouts: {name} must be seconds above 0") as caught:
        Timeouts(**{name: value})
    assert repr(value)[:20] in caught.value.message


def test_none_switches_a_time_limit_off_but_not_settle() -> None:
    """Every limit may be None; how long to look for a lost create may not, and the message does not offer it."""
    assert Timeouts(connect=None, attempt=None, total=None, queue=None).total is None
    with pytest.raises(ConfigError, match="settle must be seconds above 0; got None"):
        Timeouts(settle=None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"or None for no limit; got \[1, 1,.{50,70}\.\.\. \(list\)$"):
        Timeouts(total=[1] * 1000)  # type: ignore[arg-type]


def test_numbers_of_other_libraries_are_converted_in_every_option() -> None:
    """Time limits, rates and policies hold plain numbers, whatever they were made of."""
    timeouts = Timeouts(total=Float32(30.0), settle=Int64(2))  # type: ignore[arg-type]
    limit = RateLimit(Int64(10), ScalarFloat(1.0), burst=ScalarInt(2))  # type: ignore[arg-type]
    policy = RetryPolicy(max_attempts=Int64(2), base=ScalarFloat(0.5), quota=Level.HIGH)  # type: ignore[arg-type]
    values = [
        timeouts.total, timeouts.settle, limit.requests, limit.per, limit.burst,
        policy.max_attempts, policy.base, policy.quota,
    ]  # fmt: skip
    assert values == [30.0, 2, 10, 1.0, 2, 2, 0.5, 5]
    assert {type(value) for value in values} == {int, float}


@pytest.mark.parametrize("value", ["4", True, math.nan, 2.5, None, 0, -1])
def test_the_number_of_attempts_is_a_whole_number_above_zero(value: Any) -> None:
    with pytest.raises(ConfigError, match="retry: max_attempts must be a whole number of at least 1"):
        RetryPolicy(max_attempts=value)


@pytest.mark.parametrize(
    "name",
    [
        "base",
        "throttle_base",
        "factor",
        "cap",
        "max_server_wait",
        "max_pause",
        "quota",
        "retry_cost",
        "throttle_cost",
        "refund",
    ],
)
@pytest.mark.parametrize("value", ["1", True, math.nan, math.inf, -0.1, None])
def test_the_numbers_of_a_policy_are_at_least_zero(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"retry: {name} must be a number of at least 0"):
        RetryPolicy(**{name: value})
    assert getattr(RetryPolicy(**{name: 0}), name) == 0


def test_the_source_of_randomness_can_be_called() -> None:
    """A number in place of a function is refused when the policy is made."""
    with pytest.raises(ConfigError, match=r"retry: random must be a function .* got 0\.5"):
        RetryPolicy(random=0.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["10", None, True, math.nan, math.inf, 0, -1, 1.5, 2.5, 11, Flag(1.0)])
def test_a_rate_is_made_of_positive_numbers(value: Any) -> None:
    if value != 11:
        with pytest.raises(ConfigError, match="rate_limit: requests must be a whole number above 0"):
            RateLimit(value, 1.0)
    if value not in {1.5, 2.5, 11}:
        with pytest.raises(ConfigError, match="rate_limit: per must be seconds above 0"):
            RateLimit(10, value)
    if value not in {None, 1.5, 2.5}:
        with pytest.raises(ConfigError, match="rate_limit: burst must be between 1 and requests"):
            RateLimit(10, 1.0, burst=value)


@virtual
async def test_a_pause_is_a_number_of_seconds() -> None:
    for wrong in ("5", math.nan, math.inf, True, None):
        with pytest.raises(ConfigError, match="seconds must be a number, got"):
            LocalRateLimiter().pause(wrong)  # type: ignore[arg-type]


def test_the_size_of_pool_page_and_crowd_may_come_from_elsewhere() -> None:
    """`max_connections`, `page_size`, `read_ahead` and `concurrency` take numbers of numpy and refuse texts."""
    client = StringeeClient(KEY_SID, KEY_SECRET, max_connections=Int64(3))  # type: ignore[arg-type]
    assert client.agents.list(page_size=Int64(20), read_ahead=ScalarInt(1))._page_size == 20  # type: ignore[arg-type]
    bulk(print, [], concurrency=Int64(2))  # type: ignore[arg-type]
    for wrong in ("3", True, 0, -1, math.nan):
        with pytest.raises(ConfigError, match="max_connections"):
            StringeeClient(KEY_SID, KEY_SECRET, max_connections=wrong)  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match="page_size"):
            client.agents.list(page_size=wrong)  # type: ignore[arg-type]


# --- texts and numbers of requests --------------------------------------------------------------------------


def test_checked_arguments_are_plain() -> None:
    """A text or number that passed its check has the exact type and the text that was given, not how it prints."""
    text, number = required_text("name", Markup("An")), whole_number("size", ScalarInt(3))
    assert (text, type(text), number, type(number)) == ("An", str, 3, int)
    assert type(Secret(Markup("hidden")).reveal()) is str


def test_json_is_written_from_texts_and_numbers_of_any_kind() -> None:
    body = {"a": Markup("An"), "b": [ScalarInt(3), ScalarFloat(1.5), Int64(4)], "c": Secret(Markup("x"))}
    assert json.loads(encode(body)) == {"a": "An", "b": [3, 1.5, 4], "c": "x"}
    with pytest.raises(TypeError, match="a object cannot be written as JSON"):
        encode(object())


CREATES: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "stringee": (
        lambda client: client.agents.create(
            name=Markup("An"), stringee_user_id=Markup("an"), routing_type=ScalarInt(1)
        ),
        {"name": "An", "stringee_user_id": "an", "routing_type": 1},
    ),
    "ringme": (
        lambda client: client.agents.remote.create(number=Markup("89210000001"), name=Markup("An")),
        {"number": "89210000001", "name": "An"},
    ),
    "itniotech": (
        lambda client: client.agent_groups.create(app_id=Markup("a1"), group_name=Markup("Sales")),
        {"appId": "a1", "groupName": "Sales"},
    ),
}


@virtual
async def test_a_create_sends_texts_of_any_kind_as_they_are(rig: Rig) -> None:
    """Names, ids, credentials and addresses of template engines and loaders go out as the text that they hold."""
    create, expected = CREATES[rig.vendor]
    transport = rig.transport(default=rig.ok)
    url = {next(iter(rig.urls)): Markup(ICC)}
    async with rig.client_class(*map(Markup, rig.credentials), **url, transport=transport) as client:
        await settle(asyncio.ensure_future(create(client)))
    request = next(request for request in transport.requests if request.operation.endswith(".create"))
    sent = json.loads(request.body)
    assert {name: sent.get(name) for name in expected} == expected
    texts = [request.url, *request.headers.values()]
    assert {type(text) for text in texts} == {str}
    assert not [text for text in texts if "Markup" in text or "<" in text]


@virtual
async def test_ids_in_paths_are_the_text_that_they_hold() -> None:
    transport = ScriptedTransport(default=answer())
    async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=ICC, transport=transport) as client:
        await client.agents.delete(Markup("AG_1"))
        assert client.client_token(Markup("an"), lifetime=Int64(60))  # type: ignore[arg-type]
    assert transport.requests[0].url == f"{ICC}/v1/agent/AG_1"


def test_a_query_holds_texts_and_numbers_as_they_are() -> None:
    operation = Operation("agents.list", "GET", "/v1/agent", RetryClass.READ)
    query = {"name": Markup("An B"), "page": ScalarInt(2), "level": Level.HIGH, "all": True, "share": 0.5}
    assert (
        operation.request(ICC, query=query).url
        == f"{ICC}/v1/agent?name=An+B&page=2&level=5&all=true&share=0.5"
    )
