"""The emulator's life cycle, its log, its rate limit and its latency."""

import asyncio
import gc
import io
import json
import logging
import math
import time
from typing import Any

import aiohttp
import pytest

from stringee_async.emulator import Emulator, Fault, Table
from stringee_async.emulator.background import Background
from stringee_async.emulator.ratelimit import FixedWindow

from ..kit import until
from .conftest import Start, Wire


async def test_starts_fast() -> None:
    """Each of ten starts and stops takes less than 100 ms of this thread's work, and one of them of the day's time."""
    spent = []
    for _ in range(10):
        began, worked = time.perf_counter(), time.thread_time()
        async with Emulator() as emulator:
            assert emulator.port > 0
        assert time.thread_time() - worked < 0.1
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.1  # the others may have had to wait for other processes


async def test_life_cycle() -> None:
    """Starting twice is refused, closing twice is fine, and a closed one may start again."""
    emulator = Emulator(seed=1)
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.url
    await emulator.start()
    with pytest.raises(RuntimeError, match="running already"):
        await emulator.start()
    await emulator.close()
    await emulator.close()
    async with emulator:
        assert emulator.url.startswith("http://127.0.0.1:")


async def test_a_port_that_was_chosen_is_used() -> None:
    async with Emulator() as first:
        port = first.port
    async with Emulator(port=port) as second:
        assert second.port == port


async def test_close_is_quick_and_leaves_nothing(start: Start) -> None:
    """Closing with hanging, slow, late and idle work takes no time and leaves no task and no connection."""
    before = asyncio.all_tasks()
    wire = await start(latency=0.0)
    emulator = wire.emulator
    faults = (
        Fault.hang(),
        Fault.slow_answer(60),
        Fault.slow_body(60),
        Fault.late_commit(60),
        Fault.huge_body(1 << 40),
    )
    emulator.faults.script("agents.list", *faults)
    calls = [asyncio.create_task(wire.raw("GET", "/v1/agent")) for _ in faults]
    await until(lambda: emulator.count() >= len(faults), "every call has arrived")
    emulator.latency = 60.0
    calls.append(asyncio.create_task(wire.raw("GET", "/v1/agent")))
    await until(lambda: emulator.count() > len(faults), "the last call has arrived")
    began = time.perf_counter()
    await emulator.close()
    assert time.perf_counter() - began < 10  # a loaded machine; the calls would have taken 60 s
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(result, aiohttp.ClientError) for result in results)
    assert (emulator.in_flight, emulator.connections_open) == (0, 0)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
    gc.collect()


async def test_requests_are_recorded(wire: Wire) -> None:
    """Each request is recorded with what was sent, when, on which connection, and how it ended."""
    began = asyncio.get_running_loop().time()
    await wire("POST", "/v1/agent", {"name": "An", "stringee_user_id": "u.an"})
    await wire("GET", "/v1/agent/?page=1&limit=2")
    first, second = wire.emulator.requests
    assert (first.operation, first.method, first.path) == ("agents.create", "POST", "/v1/agent")
    assert first.json == {"name": "An", "stringee_user_id": "u.an"}
    assert first.headers["x-stringee-auth"] == wire.token
    assert (first.status, first.acted, first.fault, first.refusal) == (200, True, None, None)
    assert first.finished is not None
    assert began <= first.arrived <= first.finished <= second.arrived
    assert (second.path, second.raw_query) == ("/v1/agent/", "page=1&limit=2")
    assert second.query == {"page": "1", "limit": "2"}
    assert second.json is None
    assert (first.number, second.number, first.connection, second.connection) == (0, 1, 0, 0)
    assert (wire.emulator.count(), wire.emulator.count("agents.list")) == (2, 1)
    assert wire.emulator.calls("agents.list") == [second]
    wire.emulator.clear_requests()
    assert (len(wire.emulator.requests), wire.emulator.count()) == (0, 0)


async def test_with_a_log_limit_the_newest_requests_are_kept_and_counts_stay_right(start: Start) -> None:
    wire = await start(request_log_limit=3)
    for _ in range(5):
        await wire("GET", "/v1/agent")
    assert [request.number for request in wire.emulator.requests] == [2, 3, 4]
    assert wire.emulator.count("agents.list") == 5


async def test_secrets_stay_out_of_sight(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    """Neither token, secret, query nor body is in the log, in a recorded request's repr, or in the emulator's."""
    caplog.set_level(logging.DEBUG)
    await wire("POST", "/v1/agent?access_token=canary", {"name": "canary", "stringee_user_id": "u.an"})
    wire.token = "canary"
    await wire.raw("GET", "/v1/agent")
    texts = [caplog.text, repr(wire.emulator), repr(wire.emulator.state), *map(repr, wire.emulator.requests)]
    assert "agents.create" in caplog.text
    for secret in (wire.keys["key_secret"], "canary", "eyJ"):
        assert not any(secret in text for text in texts)


async def test_credentials_and_environment(start: Start) -> None:
    """Client arguments and environment variables say the same, and keys are long enough."""
    first = await start(seed=5)
    assert first.keys["key_sid"].startswith("SK")
    assert len(first.keys["key_secret"]) >= 32
    itniotech = first.emulator.itniotech()
    assert first.emulator.environment() == {
        "STRINGEE_KEY_SID": first.keys["key_sid"],
        "STRINGEE_KEY_SECRET": first.keys["key_secret"],
        "STRINGEE_ICC_URL": first.emulator.url,
        "STRINGEE_API_URL": first.emulator.url,
        **{f"RINGME_{name.upper()}": value for name, value in first.emulator.ringme().items()},
        "ITNIOTECH_API_KEY": itniotech["api_key"],
        "ITNIOTECH_API_SECRET": itniotech["api_secret"],
        "ITNIOTECH_URL": first.emulator.url,
    }


@pytest.mark.parametrize("turns", range(6))
async def test_a_request_that_arrives_while_it_closes_leaves_nothing(start: Start, turns: Any) -> None:
    before = asyncio.all_tasks()
    wire = await start()
    emulator = wire.emulator
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    request = f"GET /v1/agent HTTP/1.1\r\nHost: x\r\nX-STRINGEE-AUTH: {wire.token}\r\n\r\n".encode()
    writer.write(request)
    await reader.readuntil(b"}")
    emulator.latency = 60.0
    writer.write(request)
    for _ in range(turns):
        await asyncio.sleep(0)
    await emulator.close()
    assert (emulator.in_flight, emulator.connections_open) == (0, 0)
    writer.transport.abort()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_the_same_seed_gives_the_same_ids(start: Start) -> None:
    one, two = (await start(seed=3)).emulator, (await start(seed=3)).emulator
    assert one.state.stringee.seed_agents(3) == two.state.stringee.seed_agents(3)
    assert Emulator().state.stringee.add_group("A") != Emulator().state.stringee.add_group("A")


async def test_latency_and_concurrency(start: Start) -> None:
    """Latency passes before the server acts, calls wait side by side, and the peak is counted."""
    wire = await start(latency=0.03)
    began = time.perf_counter()
    await wire("GET", "/v1/agent")
    assert time.perf_counter() - began >= 0.03
    wire.emulator.latency = 60.0
    calls = [asyncio.create_task(wire.raw("GET", "/v1/agent")) for _ in range(20)]
    await until(lambda: wire.emulator.in_flight == 20, "all calls wait side by side")
    await wire.emulator.close()
    await asyncio.gather(*calls, return_exceptions=True)
    assert (wire.emulator.peak_concurrency, wire.emulator.in_flight) == (20, 0)
    assert wire.emulator.connections_opened == 20


async def test_server_acts_although_the_client_left(start: Start) -> None:
    wire = await start(latency=0.03)
    body = b'{"name": "A"}'
    _, writer = await asyncio.open_connection("127.0.0.1", wire.emulator.port)
    head = f"POST /v1/group HTTP/1.1\r\nHost: x\r\nX-STRINGEE-AUTH: {wire.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await until(lambda: wire.emulator.count("groups.create"), "the request arrives")
    writer.close()
    await until(lambda: wire.state.groups, "the row is stored")


async def test_client_that_leaves_in_mid_request(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.emulator.port)
    writer.write(b"POST /v1/agent HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    await asyncio.sleep(0.01)
    writer.transport.abort()
    await until(
        lambda: not (wire.emulator.in_flight or wire.emulator.connections_open), "the connection is gone"
    )
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not wire.emulator.requests
    del reader


async def test_request_and_reset_in_one_go(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", wire.emulator.port)
        writer.write(f"GET /v1/agent HTTP/1.1\r\nHost: x\r\nX-STRINGEE-AUTH: {wire.token}\r\n\r\n".encode())
        writer.transport.abort()
    await until(
        lambda: not (wire.emulator.in_flight or wire.emulator.connections_open), "the connections are gone"
    )
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_idle_connections_are_dropped_on_demand(wire: Wire) -> None:
    await wire("GET", "/v1/agent")
    assert wire.emulator.connections_open == 1
    assert wire.emulator.drop_connections(idle_only=True) == 1
    await until(lambda: not wire.emulator.connections_open, "the connection is gone")
    await wire("GET", "/v1/agent")
    assert wire.emulator.connections_opened == 2


async def test_http_1_0_and_connection_close(wire: Wire) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.emulator.port)
    writer.write(f"GET /v1/agent HTTP/1.0\r\nX-STRINGEE-AUTH: {wire.token}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 20.0)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Connection: close" in answer
    writer.close()
    await writer.wait_closed()


async def test_rate_limit(start: Start) -> None:
    """Over the limit: HTTP 429 with Retry-After in whole seconds, JSON, nothing done, until the window ends."""
    now = 7.5
    wire = await start(rate_limit=(2, 5.0), window_clock=lambda: now)
    for name in ("A", "B"):
        assert (await wire("POST", "/v1/group", {"name": name}))["r"] == 0
    status, headers, raw = await wire.raw("POST", "/v1/group", json={"name": "C"})
    assert (status, headers["Retry-After"], json.loads(raw)["r"]) == (429, "3", 429)
    assert len(wire.state.groups) == 2
    assert (wire.emulator.refused(), wire.emulator.requests[-1].refusal) == (1, "rate_limit")
    now = 9.9
    wire.emulator.retry_after_form = "fraction"
    assert math.isclose(float((await wire.raw("GET", "/v1/group"))[1]["Retry-After"]), 0.1, abs_tol=1e-5)
    wire.emulator.retry_after_form = "none"
    assert "Retry-After" not in (await wire.raw("GET", "/v1/group"))[1]
    now = 10.0
    assert (await wire.raw("GET", "/v1/group"))[0] == 200
    wire.emulator.rate_limit = None
    assert [(await wire.raw("GET", "/v1/group"))[0] for _ in range(5)] == [200] * 5


def test_a_window_takes_its_limit_tells_its_end_and_starts_again() -> None:
    window = FixedWindow()
    assert [window.take("a", 10.0, (2, 10.0)) for _ in range(3)] == [0.0, 0.0, 10.0]
    assert window.take("a", 19.5, (2, 10.0)) == 0.5
    assert window.take("a", 20.0, (2, 10.0)) == 0.0
    assert window.take("b", 19.5, (2, 10.0)) == 0.0


def test_what_is_read_only_at_the_start_cannot_be_changed_afterwards() -> None:
    emulator = Emulator()
    for name in ("seed", "fault_rates", "request_log_limit", "faults", "state"):
        with pytest.raises(AttributeError):
            setattr(emulator, name, None)


def test_table_keeps_order_indexes_and_rows_safe() -> None:
    table = Table(("name",))
    table["a"], table["b"], table["c"] = {"name": "x"}, {"name": "y"}, {"name": "x"}
    assert table.where(name="x") == ["a", "c"]
    table.change("a", name="y")
    assert (table.where(name="x"), table.where(name="y")) == (["c"], ["b", "a"])
    assert list(table) == ["a", "b", "c"]
    del table["b"]
    assert table.where(name="y") == ["a"]
    assert dict(table) == {"a": {"name": "y"}, "c": {"name": "x"}}
    with pytest.raises(TypeError):
        table["a"]["name"] = "z"  # type: ignore[index]
    with pytest.raises(KeyError):
        table.where(age=3)
    assert repr(table) == "<Table of 2 rows>"


def test_table_index_keeps_the_order_of_insertion() -> None:
    table = Table(("name",), ("age",))
    for key in "abc":
        table[key] = {"name": "x", "age": 1}
    table.change("a", age=2)
    assert table.where(name="x") == ["a", "b", "c"]
    assert (table.where(age=1), table.where(age=2)) == (["b", "c"], ["a"])
    table["b"] = {"name": "x", "age": 1}
    assert table.where(name="x") == ["a", "b", "c"]
    with pytest.raises(KeyError):
        del table["d"]


async def test_bodies_of_any_size_are_read(wire: Wire) -> None:
    """A body of several MiB arrives whole; aiohttp's own limit for servers is 1 MiB."""
    raw = json.dumps({"name": "Sales", "padding": "x" * (3 << 20)}).encode()
    _, _, answer = await wire.raw("POST", "/v1/queue", data=io.BytesIO(raw))
    assert json.loads(answer)["r"] == 0
    assert [row["name"] for row in wire.state.queues.values()] == ["Sales"]
    assert wire.emulator.requests[-1].body == raw


async def test_lists_stay_fast_with_many_rows(wire: Wire) -> None:
    wire.state.seed_agents(100_000)
    spent = []
    for page in (1, 1000):
        times = []
        for _ in range(10):
            began = time.thread_time()
            assert len((await wire("GET", f"/v1/agent?page={page}&limit=100"))["data"]["agents"]) == 100
            times.append(time.thread_time() - began)
        spent.append(min(times))
    assert spent[1] < 10 * spent[0]


@pytest.mark.timeout(10)
async def test_settle_ends_where_the_last_work_ended_just_now() -> None:
    """A task that is done, but has not left yet, is not waited for in a loop that lets nothing else run.

    From Python 3.12 on `gather` of done tasks returns without giving the loop a turn.
    """
    background = Background()
    background.open()

    async def work() -> None:
        pass

    background.spawn(work())
    await asyncio.sleep(0)  # the work has run; what follows from its end has not
    await background.settle()
    await background.close()


async def test_settle_waits_for_work_that_other_work_begins() -> None:
    background, done = Background(), list[str]()
    background.open()

    async def second() -> None:
        await asyncio.sleep(0.01)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0.01)
        background.spawn(second())
        done.append("first")

    background.spawn(first())
    await background.settle()
    assert done == ["first", "second"]
    await background.close()
