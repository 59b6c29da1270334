"""A consumer of inboxes and of Stringee's events, checked by mypy and pyright in strict mode and never run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, assert_type

from aiohttp import web

from stringee_async import itniotech, phone_key, ringme, stringee
from stringee_async.stringee.webhooks import AgentChoice, ChosenAgent, agent_choice_handler, verify
from stringee_async.webhooks import RAW, AsgiApp, Inbox, InboxStore, SqliteStore, StoredEvent


async def call(event: stringee.Event) -> None:
    if isinstance(event, stringee.CallEvent):
        assert_type(event.call_status, str | None)
        assert_type(event.caller, stringee.Party | None)
    elif isinstance(event, stringee.RecordingReady):
        assert_type(event.recording_url, str | None)
    else:
        assert_type(event, stringee.KeysPressed)


async def login(event: ringme.AgentEvent) -> None:
    assert_type(event.agent_id, int)


async def hangup(event: ringme.ExtensionEvent) -> None:
    assert_type(event.call_id, str | None)


async def record(push: itniotech.CallRecordPush) -> None:
    assert_type(push.call_id, str)


async def raw(event: StoredEvent) -> None:
    assert_type(event.body, bytes)


async def choose(choice: AgentChoice) -> dict[str, list[ChosenAgent]]:
    return {call.call_id: [ChosenAgent(stringee_user_id="u")] for call in choice.calls}


def inboxes(store: InboxStore) -> None:
    Inbox("a.db", login, events=ringme.AGENT_EVENTS)
    Inbox("b.db", hangup, events=ringme.EXTENSION_EVENTS)
    Inbox("c.db", record, events=itniotech.CALL_RECORDS)
    Inbox(store, raw, events=RAW)
    Inbox("d.db", login, events=itniotech.CALL_RECORDS)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def use() -> None:
    async with Inbox(SqliteStore("events.db"), call, events=stringee.EVENTS, attempts=5) as inbox:
        assert_type(await inbox.put(b"{}", query=""), bool)
        assert_type(await inbox.dead_letters(limit=5), list[StoredEvent])
        assert_type(await inbox.replay(handled_since=datetime.now(UTC)), int)
        assert_type(await inbox.purge(older_than=timedelta(days=30), dead=False), int)
        app = web.Application()
        app.cleanup_ctx.append(inbox.cleanup_ctx)
        app.router.add_post("/events", inbox.aiohttp_handler(signing_key="key"))
        app.router.add_post("/agents", agent_choice_handler(choose, signing_key=None))
        app.router.add_post("/calls", stringee.call_event_handler(call, signing_key="key"))
        asgi: AsgiApp = inbox.asgi_app(
            path_secret="s3cret-of-16-chars", peers=["203.0.113.0/24"], proxies=["unix"]
        )
        assert callable(asgi)
    verify("key", None, b"")
    assert_type(phone_key("0901234567", country="VN"), str | None)
    body: dict[str, Any] = AgentChoice.parse(b"{}").response({})
    assert body
