"""The inbox: stored before it is acknowledged, handled once, kept over a kill, and purged when it is told."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stringee_async import ClosedError, ConfigError, WebhookError, itniotech, ringme, stringee
from stringee_async.webhooks import RAW, EventSource, Inbox, StoredEvent

from ..kit import FixedClock, until, virtual
from ..kit.memory_store import MemoryStore


class Seen:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    async def __call__(self, event: Any) -> None:
        self.events.append(event)


# -- what is put in ------------------------------------------------------------------------------------------


async def test_an_event_is_in_the_file_before_it_is_acknowledged(tmp_path: Path) -> None:
    seen = Seen()
    async with Inbox(tmp_path / "events.db", seen, events=stringee.EVENTS) as inbox:
        body = json.dumps({"call_id": "c", "event_id": "e", "call_status": "ended"})
        assert await inbox.put(body)
        assert not await inbox.put(body + " ")
        await until(lambda: seen.events, "the event is handled")
    assert [event.call_status for event in seen.events] == ["ended"]


@virtual
async def test_the_same_bytes_are_one_event_where_the_vendor_has_no_id() -> None:
    seen = Seen()
    async with Inbox(MemoryStore(), seen, events=RAW) as inbox:
        assert await inbox.put(b"a", query="x=1")
        assert not await inbox.put(bytearray(b"a"), query="x=1")
        assert await inbox.put(b"a", query="x=2")
        assert await inbox.put("\ud800", query="\ud800")
        await asyncio.sleep(0.01)
    assert [(event.body, event.query) for event in seen.events] == [(b"a", "x=1"), (b"a", "x=2"), (b"?", "?")]


@virtual
async def test_an_agents_second_login_is_no_repeat_of_the_first() -> None:
    clock = FixedClock(1000.0)
    seen = Seen()
    async with Inbox(MemoryStore(), seen, events=ringme.AGENT_EVENTS, clock=clock) as inbox:
        login = "agent_id=9&agent_type=local&agent_status=available"
        assert await inbox.put(query=login)
        clock.now += 0.5
        assert not await inbox.put(query=login)
        clock.now += 60.0
        assert await inbox.put(login)
        await asyncio.sleep(0.01)
    assert [event.agent_id for event in seen.events] == [9, 9]


@pytest.mark.parametrize(
    ("source", "stored", "event_id", "call_id"),
    [
        (stringee.EVENTS, {"body": b"call_id=c&event_id=e&call_status=ended"}, "e", "c"),
        (stringee.EVENTS, {"body": b'{"call_id": "c", "recording_url": "http://x"}'}, None, "c"),
        (
            ringme.AGENT_EVENTS,
            {"query": "agent_id=9&agent_status=available&agent_type=local"},
            None,
            "local:9",
        ),
        (ringme.EXTENSION_EVENTS, {"query": "mark=1", "body": b"EventType=hangup&CallID=c"}, None, "c"),
        (itniotech.CALL_RECORDS, {"body": b'{"callId": "c"}'}, "c", "c"),
    ],
)
def test_every_vendor_says_how_its_events_are_told_apart(
    source: EventSource[Any], stored: dict[str, Any], event_id: str | None, call_id: str
) -> None:
    event = source.parse(StoredEvent(event_id="", received=0.0, **stored))
    assert (source.event_id(event), source.call_id(event)) == (event_id, call_id)


def test_what_a_reader_fails_at_is_stored_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: StoredEvent) -> str:
        raise ZeroDivisionError

    @virtual
    async def run() -> None:
        store = MemoryStore()
        async with Inbox(store, Seen(), events=EventSource(parse=broken)) as inbox:
            assert await inbox.put(b"a")
        assert len(store.events) == 1

    run()
    assert "could not be read" in caplog.text


@virtual
async def test_what_was_not_stored_is_an_error() -> None:
    async with Inbox(MemoryStore(add=1), Seen(), events=RAW) as inbox:
        with pytest.raises(WebhookError, match="could not be stored") as caught:
            await inbox.put(b"a")
        assert isinstance(caught.value.__cause__, OSError)
        assert await inbox.put(b"a")
        for body in (5, None, {"a": 1}):
            with pytest.raises(ConfigError, match="body"):
                await inbox.put(body)  # type: ignore[arg-type]


# -- opened and closed ---------------------------------------------------------------------------------------


@virtual
async def test_a_closed_inbox_takes_nothing() -> None:
    inbox = Inbox(MemoryStore(), Seen(), events=RAW)
    for act in (inbox.put(b"a"), inbox.dead_letters(), inbox.replay(), inbox.purge(older_than=1.0)):
        with pytest.raises(ClosedError, match="not open"):
            await act
    await inbox.aclose()
    async with inbox:
        assert inbox.is_open
        with pytest.raises(ConfigError, match="open already"):
            await inbox.open()
    assert not inbox.is_open


def test_an_inbox_moves_from_loop_to_loop_and_serves_one_at_a_time(tmp_path: Path) -> None:
    seen = Seen()
    inbox = Inbox(tmp_path / "events.db", seen, events=RAW)

    async def use(body: bytes) -> None:
        async with inbox:
            await inbox.put(body)
            await until(lambda: any(event.body == body for event in seen.events), "it is handled")

    asyncio.run(use(b"1"))
    asyncio.run(use(b"2"))

    async def elsewhere() -> None:
        async with inbox:

            async def put() -> None:
                await inbox.put(b"3")

            with pytest.raises(ClosedError, match="another event loop"):
                await asyncio.to_thread(asyncio.run, put())

    asyncio.run(elsewhere())


@virtual
async def test_a_store_that_cannot_be_opened_leaves_the_inbox_closed() -> None:
    inbox = Inbox(MemoryStore(open=1), Seen(), events=RAW)
    with pytest.raises(OSError, match="disk is full"):
        await inbox.open()
    async with inbox:
        assert inbox.is_open


async def test_an_aiohttp_app_opens_and_closes_its_inbox(tmp_path: Path) -> None:
    seen = Seen()
    inbox = Inbox(tmp_path / "events.db", seen, events=RAW)
    app = web.Application()
    app.cleanup_ctx.append(inbox.cleanup_ctx)
    app.router.add_route("*", "/hook/{secret}", inbox.aiohttp_handler(path_secret="s3cret-of-16-chars"))
    async with TestClient(TestServer(app)) as client:
        assert inbox.is_open
        assert (await client.post("/hook/s3cret-of-16-chars", data=b"a")).status == 200
        await until(lambda: seen.events, "the event is handled")
    assert not inbox.is_open


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"store": ""}, "store"),
        ({"store": 5}, "store"),
        ({"store": MemoryStore}, "store"),
        ({"handle": None}, "handle"),
        ({"events": stringee.parse_event}, "events"),
        ({"attempts": 0}, "attempts"),
        ({"concurrency": 0}, "concurrency"),
        ({"first_wait": 0}, "first_wait"),
        ({"longest_wait": float("inf")}, "longest_wait"),
        ({"poll": "1"}, "poll"),
        ({"grace": -1}, "grace"),
        ({"clock": 5}, "clock"),
    ],
)
def test_a_wrong_argument_is_named(options: dict[str, Any], named: str) -> None:
    arguments: dict[str, Any] = {"store": MemoryStore(), "handle": Seen(), "events": RAW, **options}
    with pytest.raises(ConfigError, match=named):
        Inbox(arguments.pop("store"), arguments.pop("handle"), **arguments)


# -- replayed and purged -------------------------------------------------------------------------------------


@virtual
async def test_replay_hands_on_dead_letters_and_if_asked_what_was_handled() -> None:
    clock = FixedClock(1000.0)
    store = MemoryStore()
    fails = {b"bad"}
    seen = Seen()

    async def handle(event: StoredEvent) -> None:
        await seen(event.body)
        if event.body in fails:
            raise ValueError

    async with Inbox(store, handle, events=RAW, attempts=1, clock=clock) as inbox:
        for number, body in enumerate((b"old", b"bad", b"new")):
            clock.now = 1000.0 + number
            await inbox.put(body)
            await asyncio.sleep(0.01)
        assert await inbox.replay() == 1
        await asyncio.sleep(0.01)
        fails.clear()
        assert await inbox.replay(handled_since=datetime.fromtimestamp(1001.0, UTC)) == 2
        await asyncio.sleep(0.01)
        assert await inbox.replay() == 0
        for moment in (5, datetime(2026, 1, 1)):
            with pytest.raises(ConfigError, match="handled_since"):
                await inbox.replay(handled_since=moment)  # type: ignore[arg-type]
    assert seen.events == [b"old", b"bad", b"new", b"bad", b"bad", b"new"]


@virtual
async def test_a_replay_keeps_the_order_of_arrival() -> None:
    """Dead letters and handled events of one call are handed on again as they came, not the dead ones first."""
    fails = {b"2"}
    seen = Seen()

    async def handle(event: StoredEvent) -> None:
        await seen(event.body)
        if event.body in fails:
            raise ValueError

    clock = FixedClock(1000.0)
    async with Inbox(MemoryStore(), handle, events=RAW, attempts=1, concurrency=1, clock=clock) as inbox:
        for body in (b"1", b"2", b"3"):
            clock.now += 1.0
            await inbox.put(body)
            await asyncio.sleep(0.01)
        fails.clear()
        assert await inbox.replay(handled_since=datetime.fromtimestamp(1000.0, UTC)) == 3
        await asyncio.sleep(0.01)
    assert seen.events[3:] == [b"1", b"2", b"3"]


@virtual
async def test_purge_deletes_what_is_old_and_never_what_waits() -> None:
    clock = FixedClock(1000.0)
    store = MemoryStore()
    gate = asyncio.Event()

    async def handle(event: StoredEvent) -> None:
        if event.body == b"slow":
            await gate.wait()
        if event.body == b"bad":
            raise ValueError

    async with Inbox(store, handle, events=RAW, attempts=1, clock=clock) as inbox:
        for body in (b"slow", b"bad", b"old"):
            await inbox.put(body)
        await asyncio.sleep(0.01)
        clock.now += 100.0
        await inbox.put(b"new")
        await asyncio.sleep(0.01)
        assert await inbox.purge(older_than=timedelta(minutes=2)) == 0
        assert await inbox.purge(older_than=50.0, dead=False) == 1
        assert await inbox.purge(older_than=50.0) == 1
        assert [event.body for event in store.events.values()] == [b"slow", b"new"]
        for age in (-1, timedelta(seconds=-1), "1"):
            with pytest.raises(ConfigError, match="older_than"):
                await inbox.purge(older_than=age)  # type: ignore[arg-type]
        gate.set()


# -- killed --------------------------------------------------------------------------------------------------

SERVER = textwrap.dedent(
    """
    import asyncio, sys
    from aiohttp import web
    from stringee_async import stringee
    from stringee_async.webhooks import Inbox

    path, done, block = sys.argv[1:]

    async def handle(event):
        if event.call_id == block:
            await asyncio.Event().wait()
        with open(done, "a") as file:
            file.write(f"{event.call_id} {event.event_id}\\n")

    async def main():
        inbox = Inbox(path, handle, events=stringee.EVENTS, poll=0.05)
        app = web.Application()
        app.cleanup_ctx.append(inbox.cleanup_ctx)
        app.router.add_post("/events", inbox.aiohttp_handler(signing_key="demo-signing-key"))
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
    """
)


def started(path: Path, done: Path, block: str) -> tuple[subprocess.Popen[str], int]:
    """Return a server in a process of its own, whose handler hangs at one call, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(path), str(done), block], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def lines(done: Path) -> list[str]:
    return done.read_text().splitlines() if done.exists() else []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
async def test_after_kill_9_what_was_stored_is_handled_and_what_was_handled_is_not_again(
    tmp_path: Path,
) -> None:
    from ..stringee.test_webhooks import signed

    path, done = tmp_path / "events.db", tmp_path / "done.txt"

    def event(call: str, number: int) -> bytes:
        return json.dumps({"call_id": call, "event_id": f"{call}{number}", "call_status": "x"}).encode()

    async def post(port: int, body: bytes) -> int:
        import aiohttp

        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{port}/events"
            async with session.post(url, data=body, headers=signed(body)) as response:
                return response.status

    process, port = started(path, done, "b")
    other: subprocess.Popen[str] | None = None
    try:
        for call in "ab":
            for number in range(3):
                assert await post(port, event(call, number)) == 200
        await until(lambda: len(lines(done)) == 3, "call a is handled")
        # A second process stores in the same file and handles nothing as long as the first one lives.
        other, second_port = started(path, done, "never")
        assert await post(second_port, event("c", 0)) == 200
        assert await post(second_port, event("a", 1)) == 200
        await until(lambda: "c c0" in lines(done), "the first process handles what the second one stored")
        await until_marked(path, 4)
        killed(process)
        await until(lambda: len(lines(done)) == 7, "the second process takes over")
        await until_marked(path, 7)
        killed(other)
        process, port = started(path, done, "never")
        assert await post(port, event("b", 2)) == 200
        assert await post(port, event("d", 0)) == 200
        await until(lambda: "d d0" in lines(done), "the restarted process handles on")
    finally:
        killed(process)
        if other is not None:
            killed(other)
    assert sorted(lines(done)) == ["a a0", "a a1", "a a2", "b b0", "b b1", "b b2", "c c0", "d d0"]
    assert [line for line in lines(done) if line[0] == "b"] == ["b b0", "b b1", "b b2"]


async def until_marked(path: Path, count: int) -> None:
    """Wait until so many events are marked as handled: the moment after a handler's return is not tested here."""
    import sqlite3

    def marked() -> bool:
        database = sqlite3.connect(path)
        try:
            (found,) = database.execute("SELECT count(*) FROM events WHERE state = 'handled'").fetchone()
        finally:
            database.close()
        return bool(found == count)

    await until(marked, "the events are marked")


async def test_a_handler_that_is_no_async_function_is_called_once_and_named(tmp_path: Path) -> None:
    """It has done its work: another attempt would do it again."""
    got: list[bytes] = []

    def handle(event: StoredEvent) -> None:
        got.append(event.body)

    async with Inbox(tmp_path / "events.db", handle, events=RAW, first_wait=0.001) as inbox:  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        await inbox.put(b"a")
        while not (dead := await inbox.dead_letters()):
            await asyncio.sleep(0.001)
    assert got == [b"a"]
    assert dead[0].error == "ConfigError: handle must be an async function; it returned None"
