"""What every vendor sends to your address: callbacks run in order, a shutdown waits for them, and no payload escapes."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from stringee_async import ConfigError, WebhookError
from stringee_async.itniotech import call_record_handler, parse_call_record
from stringee_async.ringme import (
    agent_event_handler,
    extension_event_handler,
    parse_agent_event,
    parse_extension_event,
)
from stringee_async.stringee import call_event_handler, parse_event

from ..kit import until


@attrs.frozen(kw_only=True)
class Hook:
    """A handler of a vendor's webhook.

    Args:
        make: Makes the handler.
        parse: Reads a payload.
        send: Sends one payload: about which object, and its mark, which stands in the field `remark`.
        closed_by: The app's signal that its `aclose` is added to.
        dropped: The status of a request whose event is dropped at shutdown.
    """

    make: Callable[..., Any]
    parse: Callable[[Any], Any]
    send: Callable[[str, str], Mapping[str, Any]]
    closed_by: str = "on_cleanup"
    dropped: int = 200


HOOKS = {
    "agent event": Hook(
        make=agent_event_handler,
        parse=parse_agent_event,
        send=lambda key, mark: {"data": {"agent_id": key, "agent_status": "available", "remark": mark}},
    ),
    "extension event": Hook(
        make=extension_event_handler,
        parse=parse_extension_event,
        send=lambda key, mark: {"data": {"EventType": "hangup", "CallID": key, "remark": mark}},
    ),
    "call event": Hook(
        make=functools.partial(call_event_handler, signing_key=None),
        parse=parse_event,
        send=lambda key, mark: {"json": {"call_id": key, "call_status": "ringing", "remark": mark}},
    ),
    "call record": Hook(
        make=call_record_handler,
        parse=parse_call_record,
        send=lambda key, mark: {"json": {"callId": key, "remark": mark}},
        closed_by="on_shutdown",
        dropped=500,
    ),
}
EVERY = pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)


class Gated:
    """A callback whose events end when their test says so."""

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []
        self.done: list[str] = []

    async def __call__(self, event: Any) -> None:
        mark = getattr(event, "remark", None) or event.extra["remark"]
        self.begun.append(mark)
        await self.gates.setdefault(mark, asyncio.Event()).wait()
        self.done.append(mark)

    def let(self, *marks: str) -> None:
        """Let these events end."""
        for mark in marks:
            self.gates.setdefault(mark, asyncio.Event()).set()


@attrs.frozen(kw_only=True)
class Server:
    """A running app with the handler, whose shutdown waits for callbacks."""

    hook: Hook
    runner: web.AppRunner
    session: aiohttp.ClientSession

    def post(self, key: str, mark: str) -> asyncio.Task[int]:
        """Send a payload without waiting for its response; the task returns the status."""
        return asyncio.create_task(self._post(key, mark))

    async def _post(self, key: str, mark: str) -> int:
        async with self.session.post("/hook", **self.hook.send(key, mark)) as response:
            return response.status


@contextlib.asynccontextmanager
async def serving(hook: Hook, callback: Gated, **options: Any) -> AsyncIterator[Server]:
    handler = hook.make(callback, **options)
    app = web.Application()
    app.router.add_post("/hook", handler)
    getattr(app, hook.closed_by).append(handler.aclose)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
            yield Server(hook=hook, runner=runner, session=session)
    finally:
        await runner.cleanup()


@EVERY
async def test_events_of_one_object_are_handled_in_order_and_others_do_not_wait(hook: Hook) -> None:
    gated = Gated()
    async with serving(hook, gated) as server:
        posts = [server.post("1", "old")]
        await until(lambda: gated.begun, "the first event is handled")
        posts += [server.post("1", "new"), server.post("2", "other")]
        await until(lambda: "other" in gated.begun, "the other object does not wait")
        gated.let("new", "other")
        await until(lambda: gated.done == ["other"], "the other object is done")
        await asyncio.sleep(0.01)
        assert gated.begun == ["old", "other"]
        gated.let("old")
        assert await asyncio.gather(*posts) == [200, 200, 200]
        await until(lambda: gated.done == ["other", "old", "new"], "all are done")


@EVERY
async def test_shutdown_waits_for_callbacks_that_run(hook: Hook) -> None:
    gated = Gated()
    async with serving(hook, gated) as server:
        post = server.post("1", "first")
        await until(lambda: gated.begun, "the callback runs")
        cleanup = asyncio.create_task(server.runner.cleanup())
        await asyncio.sleep(0.02)
        assert not cleanup.done()
        gated.let("first")
        assert await post == 200
        await cleanup
    assert gated.done == ["first"]


@EVERY
async def test_shutdown_names_each_event_that_it_drops(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    """After the grace time; a vendor that waits for its response gets one that makes it send the event again."""
    gated = Gated()
    async with serving(hook, gated, grace=0.02) as server:
        posts = [server.post(key, key) for key in ("1", "2")]
        await until(lambda: len(gated.begun) == 2, "the callbacks run")
        await server.runner.cleanup()
        assert await asyncio.gather(*posts) == [hook.dropped] * 2
    assert gated.done == []
    assert caplog.text.count("was dropped before its callback had ended") == 2
    assert "id='1'" in caplog.text or "id=1" in caplog.text


@pytest.mark.parametrize("grace", [-1.0, float("nan"), float("inf"), "5", True, None])
@EVERY
def test_an_odd_grace_time_is_refused(hook: Hook, grace: Any) -> None:
    with pytest.raises(ConfigError, match="grace"):
        hook.make(Gated(), grace=grace)


@EVERY
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    st.text()
    | st.binary()
    | st.dictionaries(st.text(max_size=8), st.text() | st.integers() | st.lists(st.text()))
)
def test_no_payload_raises_anything_but_a_webhook_error(hook: Hook, data: Any) -> None:
    with contextlib.suppress(WebhookError):
        hook.parse(data)
