"""An inbox in front of the emulated vendors: what they push is stored, handled when the handler can, and once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from stringee_async import RingMeClient, itniotech, ringme
from stringee_async.emulator import Emulator
from stringee_async.webhooks import EventSource, Inbox, StoredEvent

from ..kit import until

SECRET = "s3cret-of-16-chars"


class FailsTwice:
    """A handler that fails for the first two attempts."""

    def __init__(self) -> None:
        self.runs = 0
        self.events: list[Any] = []

    async def __call__(self, event: Any) -> None:
        self.runs += 1
        if self.runs <= 2:
            raise ValueError("the user's database is away")
        self.events.append(event)


@asynccontextmanager
async def listening(path: Path, handler: FailsTwice, source: EventSource[Any]) -> AsyncIterator[str]:
    """Serve an inbox on loopback; gives its URL."""
    inbox = Inbox(path / "events.db", handler, events=source, first_wait=0.005)
    app = web.Application()
    app.cleanup_ctx.append(inbox.cleanup_ctx)
    handle = inbox.aiohttp_handler(path_secret=SECRET, peers=["127.0.0.0/8", "::1"])
    app.router.add_route("*", "/hook/{secret}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook/{SECRET}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_logout_at_ringme_is_handled_once_although_the_handler_failed_twice(
    tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = FailsTwice()
    async with Emulator() as emulator, listening(tmp_path, handler, ringme.AGENT_EVENTS) as url:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        state = emulator.state.ringme
        state.add_agent("local", id=136, extension_id=state.add_extension("094", domain="ringme.ru"))
        async with RingMeClient.from_env() as client:
            await client.agent_events.local.create(136, event_type="agent-logout", method=method, url=url)
            await client.agents.local.update(136, status="logged_out")
        await emulator.settle()
        await until(lambda: handler.events, "the logout is handled")
    assert [(event.agent_id, event.is_logout) for event in handler.events] == [(136, True)]
    assert handler.runs == 3


async def test_a_call_record_of_itnio_tech_that_is_pushed_again_is_handled_once(tmp_path: Path) -> None:
    handler = FailsTwice()
    async with Emulator() as emulator, listening(tmp_path, handler, itniotech.CALL_RECORDS) as url:
        state = emulator.state.itniotech
        state.push_url = url
        record = state.add_record(called="84900000001", callStartTime="2025-01-08 10:00:00")
        for _ in range(2):
            state.push_record(record)
            await emulator.settle()
        await until(lambda: handler.events, "the record is handled")
    assert [push.outcome for push in state.pushes] == ["delivered"] * 2
    assert [event.called for event in handler.events] == ["84900000001"]
    assert handler.runs == 3


async def test_a_delivery_report_of_itnio_tech_that_is_pushed_again_is_handled_once(tmp_path: Path) -> None:
    """A second state of the same message is another event, and comes after the first."""
    handler = FailsTwice()
    async with Emulator() as emulator, listening(tmp_path, handler, itniotech.SMS_DELIVERIES) as url:
        box = emulator.state.itniotech.sms
        box.push_url = url
        key = box.add("6590001000", orderId="o1")
        for status in (0, 0, 3):
            box.finish(key, status)
            await emulator.settle()
        await until(lambda: len(handler.events) == 2, "the reports are handled")
    assert [[(one.msg_id, one.order_id, one.delivered) for one in reports] for reports in handler.events] == [
        [(key, "o1", True)],
        [(key, "o1", False)],
    ]


async def test_a_message_that_came_in_at_itnio_tech_is_handled_although_the_handler_failed_twice(
    tmp_path: Path,
) -> None:
    handler = FailsTwice()
    async with Emulator() as emulator, listening(tmp_path, handler, itniotech.SMS_REPLIES) as url:
        box = emulator.state.itniotech.sms
        box.reply_url = url
        box.receive("6590001000", "stop")
        box.receive("6590001000", "stop")
        await emulator.settle()
        await until(lambda: len(handler.events) == 2, "the messages are handled")
    assert [(one.number, one.content, one.mnc) for (one,) in handler.events] == [
        ("6590001000", "stop", 1)
    ] * 2


@pytest.mark.parametrize("source", [itniotech.SMS_DELIVERIES, itniotech.SMS_REPLIES])
def test_a_push_of_several_messages_is_one_event_that_comes_again_as_such(source: EventSource[Any]) -> None:
    row = {"msgid": "1", "status": 0, "mobile": "6590001000", "content": "stop"}
    both = [source.parse(stored(body)) for body in ([row, {**row, "msgid": "2", "mobile": "659"}], [row])]
    ids = {source.event_id(event) for event in both}
    assert len(ids) == 2
    assert [source.call_id(event) is None for event in both] == [True, False]
    assert "6590001000" not in f"{ids}{source.call_id(both[1])}"
    assert source.event_id(source.parse(stored([row]))) == source.event_id(both[1])


def stored(rows: list[dict[str, Any]]) -> StoredEvent:
    return StoredEvent(event_id="", received=0.0, body=json.dumps(rows).encode())
