"""Faults that a client meets only in production: on idle connections, early, in lists, in single bytes, in waits."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from stringee_async import (
    AmbiguousError,
    ApiError,
    DecodeError,
    InvalidRequestError,
    ItniotechClient,
    NotFoundError,
    RateLimitedError,
    RetryPolicy,
    RingMeClient,
    SdkError,
    ServerError,
    StringeeClient,
)
from stringee_async.emulator import Emulator, Fault, FaultError
from stringee_async.emulator.dialect import Response
from stringee_async.emulator.faults.malformed_values import with_malformed_value

from ..kit import OVER_AIOHTTP
from .conftest import sign

ONCE = RetryPolicy(max_attempts=1)


def agents(count: int, **options: Any) -> Emulator:
    emulator = Emulator(**options)
    for number in range(count):
        emulator.state.stringee.add_agent(f"Agent {number}", f"u{number}")
    return emulator


def token(emulator: Emulator) -> str:
    keys = emulator.stringee()
    return sign(keys["key_sid"], keys["key_secret"])


def stringee(emulator: Emulator, **options: Any) -> StringeeClient:
    return StringeeClient(**emulator.stringee(), **options)


async def test_a_stray_response_is_left_behind_on_the_connection() -> None:
    async with Emulator() as emulator:
        emulator.faults.always("agents.create", Fault.stray_response())
        async with stringee(emulator) as client:
            made = [(await client.agents.create(name="An", stringee_user_id=f"u{n}")).id for n in range(5)]
        assert made == list(emulator.state.stringee.agents)
        assert emulator.connections_opened == 5
        emulator.faults.assert_consumed()


async def test_an_early_response_leaves_the_body_unread() -> None:
    async with Emulator() as emulator:
        emulator.faults.script("groups.create", Fault.early_response())
        reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
        head = "POST /v1/group HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n"
        key = token(emulator)
        writer.write(f"{head}X-STRINGEE-AUTH: {key}\r\n\r\n".encode())
        async with asyncio.timeout(10):
            assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
        assert not emulator.state.stringee.groups
        writer.close()
        async with stringee(emulator, retry=ONCE) as client:
            assert await client.groups.list().collect() == []
        assert len(emulator.faults.consumed) == 1


PLANS: dict[str, Callable[[Emulator, str], None]] = {
    "script": lambda emulator, operation: emulator.faults.script(operation, Fault.early_response()),
    "always": lambda emulator, operation: emulator.faults.always(operation, Fault.early_response()),
    "rate": lambda emulator, operation: emulator.faults.rate(operation, Fault.early_response(), 1.0),
}


@pytest.mark.parametrize("plan", PLANS)
async def test_a_large_body_is_left_unread_however_the_early_response_is_planned(plan: str) -> None:
    async with Emulator() as emulator:
        PLANS[plan](emulator, "agent_groups.upload_ring")
        PLANS[plan](emulator, "sounds.upload")
        async with ItniotechClient(**emulator.itniotech(), retry=ONCE) as itniotech:
            with pytest.raises(SdkError) as caught:
                await itniotech.agent_groups.upload_ring(b"RIFF" + bytes(300_000), file_name="a.wav")
            assert caught.value.status == 413
            await itniotech.balance()
        async with RingMeClient(**emulator.ringme(), retry=ONCE) as ringme:
            with pytest.raises(SdkError) as caught:
                await ringme.sounds.upload(b"RIFF" + bytes(300_000), title="A", filename="a.wav")
            assert caught.value.status == 413
            assert await ringme.sounds.list().collect() == []
        assert emulator.connections_opened == 4
        assert [record.body for record in emulator.calls("sounds.upload")] == [b""]
        assert len(emulator.faults.consumed) == 2


@pytest.mark.parametrize("plan", PLANS)
async def test_a_small_body_counts_as_read_so_its_connection_lives(plan: str) -> None:
    async with Emulator() as emulator, stringee(emulator, retry=ONCE) as client:
        PLANS[plan](emulator, "groups.create")
        PLANS[plan](emulator, "agents.list")
        for call in (lambda: client.groups.create(name="Sales"), lambda: client.agents.list().collect()):
            with pytest.raises((InvalidRequestError, DecodeError)) as caught:
                await call()
            assert caught.value.status == 413
            assert await client.groups.list().collect() == []
        assert emulator.connections_opened == 1


async def test_a_mark_that_was_drawn_early_is_the_only_one_of_its_call() -> None:
    rates = {"groups.create": [(Fault.early_response(), 0.3), (Fault.status(503), 0.3)]}
    async with Emulator(fault_rates=rates, seed=4) as emulator:
        async with stringee(emulator, retry=ONCE) as client:
            for number in range(60):
                with contextlib.suppress(SdkError):
                    await client.groups.create(name=f"Group {number}")
        counts = emulator.faults.counts
        refused = counts["groups.create", "early_response"] + counts["groups.create", "status"]
        assert min(counts.values()) > 5
        assert len(emulator.state.stringee.groups) == 60 - refused


@pytest.mark.parametrize("form", ["epoch", "milliseconds"])
async def test_a_point_in_time_is_waited_for(form: Any) -> None:
    async with Emulator() as emulator, stringee(emulator, retry=ONCE) as client:
        emulator.faults.script("agents.list", Fault.absurd_wait(form))
        with pytest.raises(RateLimitedError) as caught:
            await client.agents.list().collect()
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 3


@pytest.mark.parametrize("form", ["year_9999", "digits"])
async def test_a_wait_that_cannot_be_meant_fails_at_once(form: Any) -> None:
    async with Emulator() as emulator, stringee(emulator) as client:
        emulator.faults.script("agents.list", Fault.absurd_wait(form))
        began = time.monotonic()
        with pytest.raises(RateLimitedError) as caught:
            await client.agents.list().collect()
        assert time.monotonic() - began < 5
        assert caught.value.retry_after is not None
        assert caught.value.retry_after > 1e8


@pytest.mark.parametrize(
    ("fault", "error", "sent", "made"),
    [
        (Fault.request_timeout(), ServerError, 1, 0),
        (Fault.request_timeout(commit=True), ServerError, 1, 1),
        (Fault.misdirected(), None, 2, 1),
        (Fault.too_early(), None, 2, 1),
    ],
)
async def test_408_421_and_425_of_a_create(
    fault: Fault, error: type[SdkError] | None, sent: int, made: int
) -> None:
    """After 408 no one knows, so a create is not sent again; after 421 and 425 it was not carried out, and is."""
    async with Emulator() as emulator, stringee(emulator, retry=RetryPolicy(base=0.0)) as client:
        emulator.faults.script("groups.create", fault)
        if error is None:
            await client.groups.create(name="Sales")
        else:
            with pytest.raises(error) as caught:
                await client.groups.create(name="Sales")
            assert caught.value.outcome == "unknown"
        assert emulator.count("groups.create") == sent
        assert len(emulator.state.stringee.groups) == made


@pytest.mark.parametrize("status", [200, 403, 404])
async def test_a_foreign_page_is_not_the_vendors_word(status: int) -> None:
    async with Emulator() as emulator, stringee(emulator, retry=ONCE) as client:
        emulator.faults.script("agents.delete", Fault.foreign_page(status))
        with pytest.raises(DecodeError) as caught:
            await client.agents.delete("AG_1", missing_ok=True)
        assert caught.value.foreign
        assert not isinstance(caught.value, NotFoundError)


@pytest.mark.parametrize("form", ["not_utf8", "half_emoji", "raw_tab", "nan"])
@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"r":0,"data":{"agents":[{"id":"A","name":"An"}]}}', b'"name":"%b'),
        (b'{"count":1,"users":[{"userId":"u1"},{"userId":"u2"}]}', b'[{"userId":"%b'),
        (b'[{"id":1,"label":"x","name":"300"}]', b'"name":"%b'),
        (b'{"id": 1, "name": "300"}', b'"name": "%b'),
        (b'{"r":0,"message":"Success"}', b'"message":"%b'),
        (b"[]", None),
        (b"", None),
    ],
)
@pytest.mark.parametrize("pressed", [False, True])
def test_an_odd_value_shows_itself(form: Any, body: bytes, shown: bytes | None, pressed: bool) -> None:
    """odd_bytes: it stands in the first row, also where that has no name, no rows are there, or the body is compressed."""
    odd = {"not_utf8": b"\xff", "half_emoji": b"\\ud83d", "raw_tab": b"\t", "nan": b"NaN"}[form]
    headers = (("Content-Encoding", "gzip"),) if pressed else ()
    answer = Response(200, gzip.compress(body) if pressed else body, headers)
    changed = with_malformed_value(answer, form)
    read = gzip.decompress(changed.body) if pressed else changed.body
    if shown is None:
        assert read == body
        return
    assert read.count(odd) == 1
    if form == "nan":
        json.loads(read)  # a number that is none is no reason for Python's json to refuse the body
        assert b'{"odd": NaN' in read
    else:
        assert shown % odd in read


async def test_a_name_that_stays_unreadable_is_never_created_again() -> None:
    async with Emulator() as emulator:
        async with stringee(emulator) as client, RingMeClient(**emulator.ringme(), retry=ONCE) as ringme:
            for operation in ("groups.list", "extensions.list"):
                emulator.faults.always(operation, Fault.odd_bytes())
            await client.groups.create(name="Sales")
            with pytest.raises(AmbiguousError, match="cannot be read as a whole"):
                await client.groups.ensure(name="Sales")
            assert (await client.groups.ensure(name="Support")).created
            await ringme.extensions.create(name="370", type="phone")
            assert not (
                await ringme.extensions.ensure(name="370", type="phone")
            ).created  # its prefix was hit
        async with ItniotechClient(**emulator.itniotech(), retry=ONCE) as itniotech:
            app = emulator.state.itniotech.app_id
            await itniotech.agent_groups.create(app_id=app, group_name="Sales")
            emulator.faults.always("agent_groups.list", Fault.odd_bytes())
            with pytest.raises(AmbiguousError, match="cannot be read as a whole"):
                await itniotech.agent_groups.ensure(app_id=app, group_name="Sales")
        assert len(emulator.state.stringee.groups) == 2
        assert emulator.count("extensions.create") == 1
        assert emulator.count("agent_groups.create") == 1


async def test_a_list_without_pages_may_lag() -> None:
    async with Emulator() as emulator, RingMeClient(**emulator.ringme(), retry=ONCE) as ringme:
        queue = await ringme.extensions.create(name="370", type="queue")
        phone = await ringme.extensions.create(name="371", type="phone")
        for number in ("89215650644", "89215650645"):
            agent = await ringme.agents.remote.create(number=number)
            await ringme.queue_agents.remote.add(queue.id, agent_id=agent.id)
            emulator.state.ringme.add_call(phone.id)
        lists: dict[str, Callable[[], Awaitable[list[Any]]]] = {
            "ringme:agents.remote.list": lambda: ringme.agents.remote.list().collect(),
            "queue_agents.remote.list": lambda: ringme.queue_agents.remote.list(queue.id).collect(),
            "current_calls.list": lambda: ringme.current_calls.list().collect(),
            "current_calls.of_extension": lambda: ringme.current_calls.of_extension(phone.id),
        }
        for form in ("array", "call_list"):
            emulator.ringme_settings.calls = form
            for operation, read in lists.items():
                emulator.faults.script(operation, Fault.lagging_list())
                assert len(await read()) == 1, operation
                assert len(await read()) == 2, operation
        emulator.faults.assert_consumed()


async def test_a_fault_of_pages_leaves_a_list_without_pages_alone() -> None:
    async with Emulator() as emulator, RingMeClient(**emulator.ringme(), retry=ONCE) as ringme:
        for fault in (Fault.page_capped(), Fault.page_repeats(), Fault.page_ignored()):
            with pytest.raises(FaultError, match="is for paged lists"):
                emulator.faults.script("sounds.list", fault)
        with pytest.raises(FaultError, match="is for lists"):
            emulator.faults.script("sounds.upload", Fault.lagging_list())
        emulator.faults.always("*", Fault.page_capped())
        await ringme.sounds.list().collect()
        assert emulator.faults.consumed == []


async def test_a_lag_makes_no_second_object() -> None:
    async with Emulator(unique=False) as emulator, stringee(emulator) as client:
        await client.agents.ensure(stringee_user_id="u1", name="An")
        emulator.faults.script("agents.list", Fault.lagging_list(), Fault.lagging_list())
        assert not (await client.agents.ensure(stringee_user_id="u1", name="An")).created
        assert len(emulator.state.stringee.agents) == 1
        emulator.faults.assert_consumed()


CLIENTS: dict[str, Any] = {
    "stringee": StringeeClient,
    "ringme": RingMeClient,
    "itniotech": ItniotechClient,
}
LISTS = {"stringee": "agents.list", "ringme": "extensions.list", "itniotech": "agent_groups.list"}


async def read(emulator: Emulator, vendor: str, times: int = 1) -> int:
    """Read a list of a vendor that has three rows, on one client and without retries; return the rows of the last time."""
    rows: list[Any] = []
    async with CLIENTS[vendor](**getattr(emulator, vendor)(), retry=ONCE) as client:
        for _ in range(times):
            rows = await getattr(client, LISTS[vendor].partition(".")[0]).list().collect()
    return len(rows)


@pytest.fixture(params=sorted(LISTS))
async def three(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Emulator, str, str]]:
    """An emulator with three rows in a list of one vendor, the vendor's name, and the list's operation."""
    async with agents(3) as emulator:
        async with RingMeClient(**emulator.ringme()) as ringme:
            for number in range(3):
                await ringme.extensions.create(name=f"{300 + number}", type="phone")
        async with ItniotechClient(**emulator.itniotech()) as itniotech:
            app = emulator.state.itniotech.app_id
            for number in range(3):
                await itniotech.agent_groups.create(app_id=app, group_name=f"Group {number}")
        yield emulator, request.param, f"{request.param}:{LISTS[request.param]}"


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        (Fault.request_timeout(), ServerError, 408),
        (Fault.misdirected(), ServerError, 421),
        (Fault.too_early(), ServerError, 425),
        (Fault.foreign_page(403), DecodeError, 403),
        (Fault.foreign_page(404), DecodeError, 404),
        (Fault.foreign_page(200), DecodeError, 200),
        (Fault.absurd_wait(), RateLimitedError, 429),
        (Fault.absurd_wait("digits"), RateLimitedError, 429),
        (Fault.absurd_wait("year_9999", 503), ServerError, 503),
        (Fault.early_response(429), RateLimitedError, 429),
    ],
    ids=repr,
)
async def test_a_refusal_means_the_same_at_every_vendor(
    three: tuple[Emulator, str, str], fault: Fault, error: type[ApiError], status: int
) -> None:
    emulator, vendor, operation = three
    emulator.faults.script(operation, fault)
    with pytest.raises(error) as caught:
        await read(emulator, vendor)
    assert caught.value.status == status
    emulator.faults.assert_consumed()
    assert await read(emulator, vendor) == 3


@pytest.mark.skipif(OVER_AIOHTTP, reason="aiohttp may send over a connection that is being closed")
@pytest.mark.parametrize("fault", [Fault.stray_response(), Fault.close_after()], ids=repr)
async def test_a_spoilt_connection_costs_nothing_at_any_vendor(
    three: tuple[Emulator, str, str], fault: Fault
) -> None:
    emulator, vendor, operation = three
    emulator.faults.always(operation, fault)
    assert await read(emulator, vendor, times=3) == 3
    emulator.faults.assert_consumed()


async def test_a_list_of_every_vendor_may_lag_and_be_capped(three: tuple[Emulator, str, str]) -> None:
    emulator, vendor, operation = three
    emulator.faults.script(operation, Fault.lagging_list(2))
    emulator.clear_requests()
    assert [await read(emulator, vendor) for _ in range(2)] == [1, 3]
    emulator.faults.clear()
    emulator.faults.always(operation, Fault.page_capped(1))
    assert await read(emulator, vendor) == 3
    assert emulator.count(LISTS[vendor]) >= 5


@pytest.mark.parametrize("form", ["not_utf8", "half_emoji", "raw_tab", "nan"])
async def test_an_odd_value_costs_no_row_at_any_vendor(three: tuple[Emulator, str, str], form: Any) -> None:
    emulator, vendor, operation = three
    emulator.ringme_settings.gzip = form == "half_emoji"
    emulator.faults.script(operation, Fault.odd_bytes(form))
    assert await read(emulator, vendor) == 3
    emulator.faults.assert_consumed()


async def test_pages_of_users_may_be_capped_too() -> None:
    async with Emulator() as emulator, stringee(emulator) as client:
        for number in range(5):
            emulator.state.stringee.add_online_user(f"u{number}")
        emulator.faults.always("users.list", Fault.page_capped(2))
        assert len(await client.users.list().collect()) == 5


@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_a_close_that_was_not_announced_is_seen_on_the_socket(ending: Any) -> None:
    async with agents(1) as emulator:
        emulator.faults.script("agents.list", Fault.close_after(ending=ending))
        head, body, more = await raw(emulator, b"GET /v1/agent HTTP/1.1\r\nHost: x\r\n")
        assert b"connection: close" not in head.lower()
        assert json.loads(body)["r"] == 0
        assert more == b""


async def test_a_stray_response_is_seen_on_the_socket() -> None:
    async with agents(1) as emulator:
        emulator.faults.script("agents.list", Fault.stray_response('{"r": 9}'))
        head, body, more = await raw(emulator, b"GET /v1/agent HTTP/1.1\r\nHost: x\r\n", until=b'{"r": 9}')
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert json.loads(body)["r"] == 0
        assert more.startswith(b"HTTP/1.1 200 OK")


async def raw(emulator: Emulator, head: bytes, until: bytes | None = None) -> tuple[bytes, bytes, bytes]:
    """Send a request on a raw socket; return head and body of the response, and what came behind it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    try:
        writer.write(head + f"X-STRINGEE-AUTH: {token(emulator)}\r\n\r\n".encode())
        async with asyncio.timeout(10):
            found = await reader.readuntil(b"\r\n\r\n")
            length = int(found.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            try:
                more = await (reader.read() if until is None else reader.readuntil(until))
            except ConnectionResetError:
                more = b""
        return found, body, more
    finally:
        writer.close()
