"""How an inbox hands events on: in order for each call, again after growing waits, aside at the end."""

from __future__ import annotations

import asyncio
import itertools
import logging
from pathlib import Path
from typing import Any

import pytest

from stringee_async import WebhookError
from stringee_async.core.clock import RealClock
from stringee_async.webhooks import EventSource, Inbox, StoredEvent

from ..kit import virtual
from ..kit.memory_store import MemoryStore


def text(event: StoredEvent) -> str:
    """Return the body of an event, `call:mark`, as text; one that begins with `?` is no event."""
    if event.body.startswith(b"?"):
        raise WebhookError("not an event")
    if event.body.startswith(b"!"):
        raise ZeroDivisionError
    return event.body.decode()


SOURCE: EventSource[str] = EventSource(
    parse=text, event_id=lambda event: event, call_id=lambda event: event.partition(":")[0] or None
)


class Handler:
    """A handler that fails as often as its test says, and remembers when it ran."""

    def __init__(self, **failures: int) -> None:
        self.failures = failures
        self.gates: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []
        self.done: list[str] = []
        self.times: list[float] = []

    async def __call__(self, event: str) -> None:
        self.begun.append(event)
        self.times.append(asyncio.get_running_loop().time())
        mark = event.partition(":")[2]
        if mark in self.gates:
            await self.gates[mark].wait()
        if self.failures.get(mark, 0):
            self.failures[mark] -= 1
            raise ValueError("the user's mistake")
        self.done.append(event)


def box(store: MemoryStore, handler: Any, **options: Any) -> Inbox[str]:
    return Inbox(store, handler, events=SOURCE, **options)


async def settle(seconds: float = 0.001) -> None:
    await asyncio.sleep(seconds)


@virtual
async def test_events_of_one_call_keep_their_order_and_others_do_not_wait() -> None:
    handler = Handler()
    handler.gates["1"] = asyncio.Event()
    async with box(MemoryStore(), handler) as inbox:
        for event in ("a:1", "a:2", "b:1x", "a:3"):
            assert await inbox.put(event)
        await settle()
        assert handler.begun == ["a:1", "b:1x"]
        handler.gates["1"].set()
        await settle()
    assert handler.done == ["b:1x", "a:1", "a:2", "a:3"]


@virtual
async def test_an_event_of_no_call_waits_for_none() -> None:
    handler = Handler()
    handler.gates["1"] = asyncio.Event()
    async with box(MemoryStore(), handler) as inbox:
        await inbox.put(":1")
        await inbox.put(":2")
        await settle()
        assert handler.done == [":2"]
        handler.gates["1"].set()
        await settle()
    assert handler.done == [":2", ":1"]


@virtual
async def test_a_failed_event_comes_again_after_growing_waits_and_holds_back_its_call_only() -> None:
    handler = Handler(bad=4)
    store = MemoryStore()
    async with box(store, handler, first_wait=1.0, longest_wait=3.0) as inbox:
        await inbox.put("a:bad")
        await inbox.put("a:later")
        await inbox.put("b:other")
        await settle(5.0)
        assert handler.done == ["b:other"]
        (event, later) = await store.load("waiting")
        assert (event.attempts, event.error) == (3, "ValueError: the user's mistake")
        assert later.attempts == 0
        await settle(30.0)
    assert handler.done == ["b:other", "a:bad", "a:later"]
    bad = [when for event, when in zip(handler.begun, handler.times, strict=True) if event == "a:bad"]
    assert [round(later - earlier, 2) for earlier, later in itertools.pairwise(bad)] == [
        1.0,
        2.0,
        3.0,
        3.0,
    ]
    assert {event.state for event in store.events.values()} == {"handled"}


@virtual
async def test_an_event_that_always_fails_is_set_aside_and_the_next_one_is_handled() -> None:
    handler = Handler(bad=100)
    store = MemoryStore()
    async with box(store, handler, attempts=3) as inbox:
        await inbox.put("a:bad")
        await inbox.put("a:good")
        await settle(60.0)
        assert handler.begun == ["a:bad"] * 3 + ["a:good"]
        (dead,) = await inbox.dead_letters()
        assert (dead.body, dead.attempts, dead.error) == (b"a:bad", 3, "ValueError: the user's mistake")
        handler.failures["bad"] = 1
        assert await inbox.replay() == 1
        await settle(60.0)
        assert await inbox.dead_letters() == []
    assert handler.done == ["a:good", "a:bad"]


@pytest.mark.parametrize("body", ["?a:1", "!a:1"])
def test_what_cannot_be_read_is_stored_and_set_aside_at_once(
    body: str, caplog: pytest.LogCaptureFixture
) -> None:
    @virtual
    async def run() -> None:
        handler = Handler()
        async with box(MemoryStore(), handler) as inbox:
            assert await inbox.put(body)
            assert not await inbox.put(body)
            await settle()
            (dead,) = await inbox.dead_letters()
            assert (dead.body, dead.attempts) == (body.encode(), 1)
        assert handler.begun == []

    with caplog.at_level(logging.ERROR, logger="stringee_async"):
        run()
    assert "was set aside after 1 attempts" in caplog.text


async def test_an_error_whose_text_cannot_be_stored_as_it_is_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a character in it, as in the name of a file: escaped, so that the file takes it."""
    # The log holds the traceback as it is; a test run that is spread over processes could not send it.
    caplog.set_level(logging.CRITICAL, "stringee_async.webhooks")
    handled = asyncio.Event()

    async def handle(event: str) -> None:
        if event == "a:1":
            raise ValueError("no file \udc80")
        handled.set()

    async with Inbox(tmp_path / "events.db", handle, events=SOURCE, attempts=1, concurrency=1) as inbox:
        await inbox.put(b"a:1")
        await inbox.put(b"b:2")
        await asyncio.wait_for(handled.wait(), 10.0)
        (dead,) = await inbox.dead_letters()
    assert dead.error == "ValueError: no file \\udc80"


@virtual
async def test_no_more_handlers_run_side_by_side_than_wanted() -> None:
    handler = Handler()
    handler.gates["x"] = asyncio.Event()
    async with box(MemoryStore(), handler, concurrency=3) as inbox:
        for call in range(10):
            await inbox.put(f"{call}:x")
        await settle()
        assert len(handler.begun) == 3
        handler.gates["x"].set()
        await settle()
    assert len(handler.done) == 10


@virtual
async def test_a_wait_for_the_next_attempt_takes_no_handlers_place() -> None:
    handler = Handler(bad=1)
    async with box(MemoryStore(), handler, concurrency=1, first_wait=100.0) as inbox:
        await inbox.put("a:bad")
        await inbox.put("b:good")
        await settle(1.0)
        assert handler.done == ["b:good"]


@virtual
async def test_a_long_backlog_is_read_in_pieces() -> None:
    store = MemoryStore()
    for number in range(2_500):
        await store.add(
            StoredEvent(
                event_id=f"c:{number}", call_id=f"c{number % 2}", received=1.0, body=b"c:%d" % number
            ),
            same_since=0.0,
        )
    handler = Handler()
    handler.gates["0"] = handler.gates["1"] = asyncio.Event()
    async with box(store, handler) as inbox:
        await settle(5.0)
        assert 0 < inbox._worker._held <= 1_100  # type: ignore[union-attr]
        handler.gates["0"].set()
        await settle(60.0)
    assert len(handler.done) == 2_500
    evens = [event for event in handler.done if int(event[2:]) % 2 == 0]
    assert evens == sorted(evens, key=lambda event: int(event[2:]))


@virtual
async def test_closing_waits_for_a_handler_and_stores_what_it_did() -> None:
    handler = Handler()
    handler.gates["1"] = asyncio.Event()
    store = MemoryStore()
    inbox = box(store, handler)
    await inbox.open()
    await inbox.put("a:1")
    await inbox.put("a:2")
    await settle()
    closing = asyncio.create_task(inbox.aclose())
    await settle()
    assert not closing.done()
    handler.gates["1"].set()
    await closing
    assert [event.state for event in store.events.values()] == ["handled", "waiting"]
    assert not store.is_open
    async with box(store, handler):
        await settle()
    assert handler.done == ["a:1", "a:2"]


def test_a_handler_that_outlasts_the_grace_time_is_cancelled_and_its_event_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @virtual
    async def run() -> None:
        handler = Handler()
        handler.gates["1"] = asyncio.Event()
        store = MemoryStore()
        async with box(store, handler, grace=5.0) as inbox:
            await inbox.put("a:1")
            await inbox.put("b:2")
            await settle()
        assert handler.begun == ["a:1", "b:2"]
        assert [event.state for event in store.events.values()] == ["waiting", "handled"]

    with caplog.at_level(logging.WARNING, logger="stringee_async"):
        run()
    assert caplog.text.count("was cancelled before it had ended") == 1


@virtual
async def test_closing_that_is_cancelled_leaves_no_handler_running() -> None:
    handler = Handler()
    handler.gates["1"] = asyncio.Event()
    inbox = box(MemoryStore(), handler, grace=1000.0)
    await inbox.open()
    await inbox.put(b"a:1")
    await settle()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await inbox.aclose()
    handler.gates["1"].set()
    await settle()
    assert (handler.begun, handler.done) == (["a:1"], [])
    await inbox.open()
    await settle()
    await inbox.aclose()
    assert handler.done == ["a:1"]


@virtual
async def test_closing_does_not_wait_for_the_next_attempt() -> None:
    handler = Handler(bad=9)
    store = MemoryStore()
    inbox = box(store, handler, first_wait=500.0)
    await inbox.open()
    await inbox.put("a:bad")
    await settle(1.0)
    before = asyncio.get_running_loop().time()
    await inbox.aclose()
    assert asyncio.get_running_loop().time() - before < 1.0
    assert [(event.state, event.attempts) for event in store.events.values()] == [("waiting", 1)]


@virtual
async def test_a_handler_that_is_cancelled_by_itself_has_failed() -> None:
    runs: list[str] = []

    async def handle(event: str) -> None:
        runs.append(event)
        if len(runs) == 1:
            raise asyncio.CancelledError

    store = MemoryStore()
    async with box(store, handle) as inbox:
        await inbox.put("a:1")
        await settle(5.0)
    assert runs == ["a:1", "a:1"]
    assert [event.state for event in store.events.values()] == ["handled"]


@pytest.mark.parametrize("method", ["claim", "load", "save"])
def test_a_store_that_fails_for_a_while_loses_nothing_and_repeats_nothing(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    @virtual
    async def run() -> None:
        handler = Handler()
        store = MemoryStore(**{method: 3})
        async with box(store, handler) as inbox:
            await inbox.put("a:1")
            await inbox.put("a:2")
            await settle(60.0)
        assert handler.begun == ["a:1", "a:2"]
        assert {event.state for event in store.events.values()} == {"handled"}

    run()
    assert caplog.text.count("the store of the inbox failed") == 3


@virtual
async def test_what_could_not_be_marked_is_marked_when_the_inbox_closes() -> None:
    handler = Handler()
    store = MemoryStore(save=1)
    async with box(store, handler, first_wait=500.0) as inbox:
        await inbox.put("a:1")
        await settle(1.0)
        assert [event.state for event in store.events.values()] == ["waiting"]
        before = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - before < 1.0
    assert [event.state for event in store.events.values()] == ["handled"]


@virtual
async def test_a_store_that_fails_for_good_does_not_hold_up_closing() -> None:
    handler = Handler()
    store = MemoryStore(save=10**6)
    async with box(store, handler, grace=30.0) as inbox:
        await inbox.put("a:1")
        await settle(3.5)
    assert handler.done == ["a:1"]
    assert [event.state for event in store.events.values()] == ["waiting"]


def test_one_that_may_not_handle_stores_until_it_may(caplog: pytest.LogCaptureFixture) -> None:
    @virtual
    async def run() -> None:
        handler = Handler()
        store = MemoryStore(claimed=False)
        async with box(store, handler, poll=2.0) as inbox:
            assert await inbox.put("a:1")
            await settle(9.0)
            assert handler.begun == []
            store.claimed = True
            await settle(2.0)
            assert handler.done == ["a:1"]

    with caplog.at_level(logging.WARNING, logger="stringee_async"):
        run()
    assert caplog.text.count("another process handles") == 1


@virtual
async def test_what_another_process_stores_is_found() -> None:
    handler = Handler()
    store = MemoryStore()
    async with box(store, handler, poll=2.0):
        await settle(1.0)
        await store.add(StoredEvent(event_id="x", received=1.0, body=b"a:1"), same_since=0.0)
        await settle(2.5)
        assert handler.done == ["a:1"]


class FastClock(RealClock):
    """A clock on which an hour takes some milliseconds."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 1e6)


@pytest.mark.parametrize("method", ["claim", "load", "save"])
@virtual
async def test_a_store_that_failed_is_asked_again_on_the_clock_of_the_inbox(method: str) -> None:
    handler = Handler()
    store = MemoryStore(**{method: 3})
    waits = {"first_wait": 1000.0, "longest_wait": 9000.0, "poll": 1000.0}
    async with box(store, handler, **waits, clock=FastClock()) as inbox:
        await inbox.put("a:1")
        await settle(0.1)
        assert [event.state for event in store.events.values()] == ["handled"]


@virtual
async def test_other_processes_are_looked_after_on_the_clock_of_the_inbox() -> None:
    handler = Handler()
    store = MemoryStore(claimed=False)
    async with box(store, handler, poll=1000.0, clock=FastClock()):
        await settle(0.1)
        store.claimed = True
        await settle(0.1)
        await store.add(StoredEvent(event_id="x", received=1.0, body=b"a:1"), same_since=0.0)
        await settle(0.1)
        assert handler.done == ["a:1"]


def test_a_mark_that_fails_while_the_inbox_closes_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    @virtual
    async def run() -> None:
        handler = Handler()
        handler.gates["1"] = asyncio.Event()
        store = MemoryStore(save=10**6)
        inbox = box(store, handler)
        await inbox.open()
        await inbox.put("a:1")
        await settle()
        closing = asyncio.create_task(inbox.aclose())
        await settle()
        handler.gates["1"].set()
        await closing
        assert [event.state for event in store.events.values()] == ["waiting"]

    run()
    assert caplog.text.count("the store of the inbox failed") == 1
