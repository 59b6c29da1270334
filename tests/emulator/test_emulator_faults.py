"""Every fault, as a client sees it on the socket, and whether the server acted."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from stringee_async.emulator import Emulator, Fault, FaultError, Faults
from stringee_async.emulator.exchange import Ending
from stringee_async.emulator.faults import NAMES

from ..kit import jump, until
from .conftest import Start, Wire

BODY = {"name": "An", "stringee_user_id": "u.an"}
GONE = {"close": aiohttp.ServerDisconnectedError, "reset": aiohttp.ClientOSError}
BROKEN = {"close": aiohttp.ClientPayloadError, "reset": aiohttp.ClientError}


def stored(wire: Wire) -> Any:
    return len(wire.state.agents)


async def create(wire: Wire, **options: Any) -> Any:
    return await wire.raw("POST", "/v1/agent", json=BODY, **options)


async def create_and_leave(wire: Wire, when: Any) -> None:
    """Create an agent, and leave without waiting for the end of the response as soon as `when` holds."""
    call = asyncio.create_task(create(wire))
    await until(when, "the server has come so far")
    await asyncio.sleep(0.01)
    assert not call.done()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.fixture
async def scripted(wire: Wire) -> Any:
    """Script faults for the next creates; all must have happened when the test ends."""

    def script(*faults: Any) -> Any:
        wire.emulator.faults.script("agents.create", *faults)
        return wire

    yield script
    wire.emulator.faults.assert_consumed()


@pytest.mark.parametrize("ending", ["close", "reset"])
@pytest.mark.parametrize(
    ("make", "errors", "kept", "status"),
    [
        (Fault.lost_answer, GONE, 1, None),
        (Fault.reset_before, GONE, 0, None),
        (Fault.reset_mid_body, BROKEN, 1, 200),
    ],
)
async def test_a_dropped_connection_stores_the_row_unless_it_is_dropped_before(
    scripted: Callable[..., Wire], make: Any, errors: Any, kept: int, status: int | None, ending: Ending
) -> None:
    wire = scripted(make(ending=ending))
    with pytest.raises(errors[ending]):
        await create(wire)
    assert stored(wire) == kept
    record = wire.emulator.requests[0]
    assert (record.fault, record.status) == (make.__name__, status)


async def test_late_commit(scripted: Callable[..., Wire]) -> None:
    """late_commit: the connection is dropped first, and the row is stored later."""
    wire = scripted(Fault.late_commit(60.0))
    with pytest.raises(GONE["close"]):
        await create(wire)
    assert stored(wire) == 0
    assert not wire.emulator.requests[0].acted
    jump(60.0)
    await wire.emulator.settle()
    assert stored(wire) == 1
    assert wire.emulator.requests[0].acted


@pytest.mark.parametrize("commit", [False, True])
async def test_hang_stores_the_row_only_if_so_asked(scripted: Callable[..., Wire], commit: bool) -> None:
    wire = scripted(Fault.hang(commit=commit))
    await create_and_leave(wire, lambda: wire.emulator.in_flight and stored(wire) == int(commit))
    assert stored(wire) == int(commit)
    await until(lambda: not wire.emulator.in_flight, "the exchange ends")
    assert wire.emulator.connections_open == 0


async def test_hang_with_a_duration_ends_without_a_response(scripted: Callable[..., Wire]) -> None:
    wire = scripted(Fault.hang(0.01))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await create(wire)
    assert stored(wire) == 0


async def test_slow_answer_stores_the_row_at_once_and_responds_later(scripted: Callable[..., Wire]) -> None:
    wire = scripted(Fault.slow_answer(0.03), Fault.slow_answer(5.0))
    call = asyncio.create_task(create(wire))
    await until(lambda: stored(wire), "the row is stored")
    assert not call.done()
    assert json.loads((await call)[2])["r"] == 0
    await create_and_leave(wire, lambda: wire.emulator.count("agents.create") == 2)


@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_close_after_ends_a_whole_response(scripted: Callable[..., Wire], ending: Ending) -> None:
    wire = scripted(Fault.close_after(ending=ending))
    code, headers, raw = await create(wire)
    assert (code, json.loads(raw)["r"], stored(wire)) == (200, 0, 1)
    assert "Connection" not in headers
    await until(lambda: not wire.emulator.connections_open, "the connection is gone")


async def test_status_sends_what_it_was_given(scripted: Callable[..., Wire]) -> None:
    wire = scripted(Fault.status(503), Fault.status(502, body="no", headers={"X-A": "1"}, commit=True))
    code, headers, raw = await create(wire)
    assert (code, headers["Content-Type"], stored(wire)) == (503, "text/html; charset=utf-8", 0)
    assert b"<html>" in raw
    code, headers, raw = await create(wire)
    assert (code, headers["X-A"], raw, stored(wire)) == (502, "1", b"no", 1)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.0, "2"), (0.5, "0.5"), ("soon", "soon"), ("-1", "-1"), ("Wed, 21 Oct 2026 07:28:00 GMT",) * 2],
)
async def test_retry_after_stores_nothing(scripted: Callable[..., Wire], seconds: Any, text: str) -> None:
    wire = scripted(Fault.retry_after(seconds), Fault.retry_after(seconds, status=503))
    for expected in (429, 503):
        code, headers, _ = await create(wire)
        assert (code, headers["Retry-After"], stored(wire)) == (expected, text, 0)


async def test_redirect_sends_the_location_and_stores_nothing(scripted: Callable[..., Wire]) -> None:
    wire = scripted(Fault.redirect("http://other.example/", status=302))
    code, headers, _ = await create(wire)
    assert (code, headers["Location"], stored(wire)) == (302, "http://other.example/", 0)


@pytest.mark.parametrize("style", ["401", "403", "200"])
async def test_expired_token_refuses_one_call_in_the_style_that_is_set(start: Start, style: str) -> None:
    wire = await start(auth_failure=style)
    wire.emulator.faults.script("agents.create", Fault.expired_token())
    code, _, raw = await create(wire)
    assert (code, json.loads(raw)["r"], stored(wire)) == (int(style), 5, 0)
    assert (await wire("POST", "/v1/agent", BODY))["r"] == 0


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize(
    ("make", "check"),
    [
        (Fault.not_json, lambda raw: raw.startswith(b"<html>")),
        (Fault.truncated_json, lambda raw: raw.startswith(b'{"r"') and not raw.endswith(b"}")),
        (Fault.wrong_envelope, lambda raw: json.loads(raw) == {"unexpected": True}),
        (Fault.empty_body, lambda raw: raw == b""),
    ],
)
async def test_broken_bodies_come_with_200_and_store_the_row_unless_told_otherwise(
    scripted: Callable[..., Wire], make: Callable[..., Any], check: Callable[[bytes], Any], commit: bool
) -> None:
    wire = scripted(make(commit=commit))
    code, _, raw = await create(wire)
    assert code == 200
    assert check(raw)
    assert stored(wire) == int(commit)


async def test_wrong_envelope_sends_the_json_that_it_was_given(scripted: Callable[..., Wire]) -> None:
    code, headers, raw = await create(scripted(Fault.wrong_envelope("[]")))
    assert (code, raw) == (200, b"[]")
    assert headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize("make", [Fault.bad_gzip, Fault.bad_chunk])
async def test_a_broken_coding_breaks_the_body(
    scripted: Callable[..., Wire], make: Callable[..., Any], commit: bool
) -> None:
    wire = scripted(make(commit=commit))
    with pytest.raises(aiohttp.ClientError):
        await create(wire)
    assert stored(wire) == int(commit)


async def test_slow_body_is_whole_and_its_connection_lives_on(scripted: Callable[..., Wire]) -> None:
    wire = scripted(Fault.slow_body(0.03))
    code, _, raw = await create(wire)
    assert (code, json.loads(raw)["r"]) == (200, 0)
    await wire("GET", "/v1/agent")
    assert wire.emulator.connections_opened == 1


@pytest.mark.parametrize("fault", [Fault.slow_body(5.0), Fault.huge_body(1 << 40)], ids=repr)
async def test_a_long_body_stops_with_the_client(scripted: Callable[..., Wire], fault: Fault) -> None:
    wire = scripted(fault)
    await create_and_leave(wire, lambda: stored(wire))
    await until(lambda: not wire.emulator.in_flight, "the exchange ends")


@pytest.mark.parametrize("make", [Fault.long_header, Fault.header_flood])
async def test_too_much_head(scripted: Callable[..., Wire], make: Callable[..., Any]) -> None:
    """A header of a mebibyte, or ten thousand headers, are more than aiohttp reads."""
    wire = scripted(make())
    with pytest.raises(aiohttp.ClientError):
        await create(wire)
    assert stored(wire) == 1


@pytest.mark.parametrize("gzip", [False, True])
async def test_huge_body_is_that_many_bytes_after_decoding(scripted: Callable[..., Wire], gzip: bool) -> None:
    code, _, raw = await create(scripted(Fault.huge_body(3_000_001, gzip=gzip)))
    assert (code, len(raw)) == (200, 3_000_001)


async def pages(wire: Wire, *numbers: Any) -> Any:
    got = []
    for number in numbers:
        data = (await wire("GET", f"/v1/agent?page={number}&limit=2"))["data"]
        got.append((data["currentPage"], [row["name"] for row in data["agents"]]))
    return got


async def test_page_ignored_serves_page_1_as_page_1(wire: Wire) -> None:
    wire.state.seed_agents(6, "a")
    wire.emulator.faults.always("agents.list", Fault.page_ignored())
    assert await pages(wire, 1, 2, 3) == [(1, ["a 0", "a 1"])] * 3
    assert wire.emulator.faults.counts == {("agents.list", "page_ignored"): 2}


async def test_scripts_go_in_order_and_per_operation(wire: Wire) -> None:
    faults = wire.emulator.faults
    faults.script("agents.create", Fault.status(500), Fault.status(501))
    faults.script("*", Fault.status(502))
    faults.always("groups.list", Fault.status(503))
    assert [(await create(wire))[0] for _ in range(4)] == [500, 501, 502, 200]
    assert [(await wire.raw("GET", "/v1/group"))[0] for _ in range(2)] == [503, 503]
    faults.clear("groups.list")
    assert (await wire.raw("GET", "/v1/group"))[0] == 200
    assert len(faults.consumed) == 5
    faults.assert_consumed()


async def test_a_call_that_auth_or_the_rate_limit_refuses_consumes_no_fault(wire: Wire) -> None:
    wire.emulator.faults.script("agents.create", Fault.lost_answer())
    good, wire.token = wire.token, "bad"
    assert (await create(wire))[0] == 401
    wire.token = good
    assert wire.emulator.faults.pending == {"agents.create": (Fault.lost_answer(),)}
    with pytest.raises(AssertionError, match=r"agents\.create: Fault\.lost_answer"):
        wire.emulator.faults.assert_consumed()


@pytest.mark.parametrize(
    "plan",
    [
        lambda faults: faults.script("agent.create", Fault.status()),
        lambda faults: faults.script("agents.create"),
        lambda faults: faults.script("agents.create", Fault.page_repeats()),
        lambda faults: faults.script("agents.create", Fault.lagging_list()),
        lambda faults: faults.script("agents.create", Fault.page_capped()),
        lambda faults: faults.always("group_agents.add", Fault.page_ignored()),
        lambda faults: faults.rate("agents.list", Fault.status(), 1.1),
        lambda faults: faults.rate("agents.list", Fault.status(), -0.1),
        lambda faults: [faults.rate("*", Fault.status(), 0.6) for _ in range(2)],
    ],
)
def test_plans_that_cannot_come_true_are_refused(plan: Any) -> None:
    with pytest.raises(FaultError):
        plan(Emulator(seed=1).faults)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fault.status(99),
        lambda: Fault.status(600),
        lambda: Fault.status(503, headers={"X": "a\r\nb"}),
        lambda: Fault.late_commit(-1),
        lambda: Fault.hang(float("nan")),
        lambda: Fault.slow_body(float("inf")),
        lambda: Fault.slow_answer(-0.1),
        lambda: Fault.retry_after("a\nb"),
        lambda: Fault.retry_after(-1.0),
        lambda: Fault.redirect(status=200),
        lambda: Fault.lost_answer(ending="bang"),  # type: ignore[arg-type]
        lambda: Fault.long_header(0),
        lambda: Fault.header_flood(0),
        lambda: Fault.huge_body(0),
        lambda: Fault.named("lost"),
        lambda: Emulator(fault_rates={"*": {"lost": 0.1}}),
        lambda: Emulator(fault_rates={"agents.lst": {"lost_answer": 0.1}}),
        lambda: Emulator(fault_rates=5),  # type: ignore[arg-type]
        lambda: Emulator(fault_rates={"*": 5}),  # type: ignore[dict-item]
        lambda: Emulator(fault_rates={"*": [Fault.status(503)]}),  # type: ignore[list-item]
        lambda: Emulator(fault_rates={"*": [("status", 0.1)]}),  # type: ignore[list-item]
        lambda: Emulator(fault_rates={"*": {"status": "x"}}),  # type: ignore[dict-item]
        lambda: Emulator(fault_rates={"*": {5: 0.1}}),  # type: ignore[dict-item]
        lambda: Emulator().faults.script("agents.list", "status"),  # type: ignore[arg-type]
        lambda: Fault.hang("1"),  # type: ignore[arg-type]
        lambda: Fault.status("503"),  # type: ignore[arg-type]
        lambda: Fault.huge_body(1.5),  # type: ignore[arg-type]
        lambda: Fault.absurd_wait("soon"),  # type: ignore[arg-type]
        lambda: Fault.odd_bytes("soon"),  # type: ignore[arg-type]
        lambda: Fault.lagging_list(0),
        lambda: Fault.page_capped(-1),
        lambda: Fault.early_response(99),
        lambda: Fault.foreign_page(700),
    ],
)
def test_a_fault_with_arguments_that_make_no_sense_cannot_be_made(make: Callable[..., Any]) -> None:
    with pytest.raises(ValueError):
        make()


def test_an_unknown_fault_is_told_the_near_ones_or_where_they_are() -> None:
    with pytest.raises(FaultError, match="no fault is called 'lost_anwser'; did you mean 'lost_answer'"):
        Fault.named("lost_anwser")
    with pytest.raises(FaultError) as caught:
        Fault.named("q")
    assert str(caught.value) == (
        "no fault is called 'q'; faults are named as the class methods of Fault are, such as 'lost_answer'"
    )


def drawn(seed: int, interleave: int) -> Any:
    faults = Emulator(
        seed=seed, fault_rates={"*": {"lost_answer": 0.1}, "agents.list": [(Fault.status(500), 0.2)]}
    ).faults
    got = []
    for _ in range(400):
        got.append(faults.choose("stringee", "agents.list", 1))
        for _ in range(interleave):
            faults.choose("stringee", "groups.list", 1)
    return got


def test_rates_follow_the_seed_of_each_operation() -> None:
    assert drawn(7, 0) == drawn(7, 3)
    assert drawn(7, 0) != drawn(8, 0)
    kinds = [None if fault is None else fault.kind for fault in drawn(7, 0)]
    assert 20 < kinds.count("lost_answer") < 65
    assert 50 < kinds.count("status") < 115


def test_every_fault_has_a_name_and_a_repr() -> None:
    assert len(NAMES) == 33
    for name in NAMES:
        fault = Fault.named(name)
        assert fault.kind == name
        assert repr(fault).startswith(f"Fault.{name}(")
        assert fault == getattr(Fault, name)()
        text = getattr(Fault, name).__doc__
        assert "ommit" in text or "lists only" in text.lower()


async def test_rates_reach_the_wire(start: Start) -> None:
    """A rate of 1 hits every call, and a list fault in '*' spares what lists nothing."""
    wire = await start(fault_rates={"agents.create": {"status": 1.0}, "*": {"page_ignored": 1.0}})
    assert (await create(wire))[0] == 503
    assert (await wire("POST", "/v1/group", {"name": "A"}))["r"] == 0
    assert (await wire("GET", "/v1/group?page=2"))["data"]["currentPage"] == 1


def test_a_fault_may_be_meant_for_one_vendor() -> None:
    faults = Faults({"stringee": {"agents.list": True}, "itniotech": {"agents.list": True}}, seed=1)
    faults.script("itniotech:agents.list", Fault.status(500))
    faults.script("agents.list", Fault.status(503))
    assert faults.choose("stringee", "agents.list", 1) == Fault.status(503)
    assert faults.choose("stringee", "agents.list", 1) is None
    assert faults.choose("itniotech", "agents.list", 1) == Fault.status(500)
    faults.assert_consumed()
    with pytest.raises(FaultError, match=r"ringme:agents\.list"):
        faults.script("ringme:agents.list", Fault.status(500))
