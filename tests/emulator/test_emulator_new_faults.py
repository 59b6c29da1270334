"""Faults that a client meets only in production: on idle connections, early, in lists, in single bytes, in waits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from stringee_async import (
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
from stringee_async.emulator.faults import _MAKERS

ONCE = RetryPolicy(max_attempts=1)


def agents(count: int, **options: Any) -> Emulator:
    emulator = Emulator(**options)
    for number in range(count):
        emulator.state.stringee.add_agent(f"Agent {number}", f"u{number}")
    return emulator


def stringee(emulator: Emulator, **options: Any) -> StringeeClient:
    return StringeeClient(**emulator.stringee(), **options)


@pytest.mark.parametrize("name", sorted(_MAKERS))
def test_every_fault_is_known_by_name_and_shows_itself(name: str) -> None:
    """Each fault can be made by its name, says what it is, and has a docstring that says whether it commits."""
    fault = Fault.named(name)
    assert fault.kind == name
    assert name in repr(fault)
    text = getattr(Fault, name).__doc__
    assert "ommit" in text or "lists only" in text.lower()


async def test_a_stray_response_is_left_behind_on_the_connection() -> None:
    """stray_response: the right response comes first; a client that looks at its connection takes another one."""
    async with Emulator() as emulator:
        emulator.faults.always("agents.create", Fault.stray_response())
        async with stringee(emulator) as client:
            made = [(await client.agents.create(name="An", stringee_user_id=f"u{n}")).id for n in range(5)]
        assert made == list(emulator.state.stringee.agents)
        assert emulator.connections_opened == 5
        emulator.faults.assert_consumed()


async def test_an_early_response_leaves_the_body_unread() -> None:
    """early_response: the refusal comes before the body is read, nothing is stored, and the connection is dead."""
    async with Emulator() as emulator:
        emulator.faults.script("groups.create", Fault.early_response())
        reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
        head = "POST /v1/group HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n"
        key = _token(emulator)
        writer.write(f"{head}X-STRINGEE-AUTH: {key}\r\n\r\n".encode())
        async with asyncio.timeout(10):
            assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
        assert not emulator.state.stringee.groups
        writer.close()
        async with stringee(emulator, retry=ONCE) as client:
            assert await client.groups.list().collect() == []
        assert len(emulator.faults.consumed) == 1


def _token(emulator: Emulator) -> str:
    from .conftest import sign

    keys = emulator.stringee()
    return sign(keys["key_sid"], keys["key_secret"])


async def test_early_responses_drawn_by_a_rate_come_after_the_body() -> None:
    """A rate cannot know the future: drawn, the fault refuses a body that was read; the client sees the refusal."""
    rates = {"groups.create": [(Fault.early_response(), 1.0)]}
    async with Emulator(fault_rates=rates) as emulator, stringee(emulator, retry=ONCE) as client:
        with pytest.raises((InvalidRequestError, DecodeError)) as caught:
            await client.groups.create(name="Sales")
        assert caught.value.status == 413
        assert not emulator.state.stringee.groups


@pytest.mark.parametrize("form", ["epoch", "milliseconds"])
async def test_a_point_in_time_is_waited_for(form: Any) -> None:
    """absurd_wait: seconds since 1970 near the server's clock mean that time, a second from now."""
    async with Emulator() as emulator, stringee(emulator, retry=ONCE) as client:
        emulator.faults.script("agents.list", Fault.absurd_wait(form))
        with pytest.raises(RateLimitedError) as caught:
            await client.agents.list().collect()
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 3


@pytest.mark.parametrize("form", ["year_9999", "digits"])
async def test_a_wait_that_cannot_be_meant_fails_at_once(form: Any) -> None:
    """absurd_wait: a year 9999 or twenty digits are longer than anybody waits; the call fails with `retry_after`."""
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
    """After 408 nobody knows, so a create is not sent again; after 421 and 425 it was not carried out, and is."""
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
    """foreign_page: nothing is missing, refused or done because another server's page says so."""
    async with Emulator() as emulator, stringee(emulator, retry=ONCE) as client:
        emulator.faults.script("agents.delete", Fault.foreign_page(status))
        with pytest.raises(DecodeError) as caught:
            await client.agents.delete("AG_1", missing_ok=True)
        assert caught.value.foreign
        assert not isinstance(caught.value, NotFoundError)


@pytest.mark.parametrize("form", ["not_utf8", "half_emoji", "raw_tab", "nan"])
async def test_an_odd_value_costs_no_row(form: Any) -> None:
    """odd_bytes: every agent of the page is still there, and `ensure` makes no second one."""
    async with agents(3) as emulator, stringee(emulator) as client:
        emulator.faults.always("agents.list", Fault.odd_bytes(form))
        assert {agent.stringee_user_id for agent in await client.agents.list().collect()} == {
            "u0",
            "u1",
            "u2",
        }
        await client.agents.ensure(stringee_user_id="u0", name="Agent 0")
        assert len(emulator.state.stringee.agents) == 3


async def test_a_list_that_lags() -> None:
    """lagging_list: the newest rows are missing in one answer, and there in the next."""
    async with agents(3) as emulator, stringee(emulator) as client:
        emulator.faults.script("agents.list", Fault.lagging_list(2))
        assert len(await client.agents.list().collect()) == 1
        assert len(await client.agents.list().collect()) == 3


async def test_a_lag_makes_no_second_object() -> None:
    """An agent that the next lists do not show yet is waited for, not made again."""
    async with Emulator(unique=False) as emulator, stringee(emulator) as client:
        await client.agents.ensure(stringee_user_id="u1", name="An")
        emulator.faults.script("agents.list", Fault.lagging_list(), Fault.lagging_list())
        assert not (await client.agents.ensure(stringee_user_id="u1", name="An")).created
        assert len(emulator.state.stringee.agents) == 1
        emulator.faults.assert_consumed()


async def test_pages_that_are_capped_in_silence_lose_no_row() -> None:
    """page_capped: a host that serves two rows where a hundred were asked for is read to the end, at all vendors."""
    async with agents(5) as emulator:
        for number in range(5):
            emulator.state.stringee.add_online_user(f"u{number}")
        emulator.faults.always("agents.list", Fault.page_capped(2))
        emulator.faults.always("users.list", Fault.page_capped(2))
        emulator.faults.always("extensions.list", Fault.page_capped(2))
        emulator.faults.always("agent_groups.list", Fault.page_capped(2))
        async with stringee(emulator) as client:
            assert len(await client.agents.list(page_size=100).collect()) == 5
            assert len(await client.users.list().collect()) == 5
        async with RingMeClient(**emulator.ringme()) as ringme:
            for number in range(5):
                await ringme.extensions.create(name=str(300 + number), type="phone")
            before = {extension.name for extension in await ringme.extensions.list().collect()}
            assert len(before) >= 5
        async with ItniotechClient(**emulator.itniotech()) as itniotech:
            for number in range(5):
                await itniotech.agent_groups.create(
                    app_id=emulator.state.itniotech.app_id, group_name=f"Group {number}"
                )
            assert len(await itniotech.agent_groups.list().collect()) == 5


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fault.absurd_wait("soon"),
        lambda: Fault.odd_bytes("soon"),
        lambda: Fault.lagging_list(0),
        lambda: Fault.page_capped(-1),
        lambda: Fault.early_response(99),
        lambda: Fault.foreign_page(700),
    ],
)
def test_arguments_that_make_no_sense_are_refused(make: Any) -> None:
    """A fault that could never be sent is told when it is made."""
    with pytest.raises(ValueError, match=r"must be|status"):
        make()


async def test_list_faults_are_for_lists() -> None:
    """A lag or a cap on a call that lists nothing is an error when it is scripted."""
    emulator = Emulator()
    for fault in (Fault.lagging_list(), Fault.page_capped()):
        with pytest.raises(FaultError):
            emulator.faults.script("agents.create", fault)
