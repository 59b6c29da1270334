"""What the vendor sends to your address: read in every form it may come, and served without making it wait."""

from __future__ import annotations

import asyncio
import logging
import urllib.parse
from typing import Any, Self

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import MultiDict
from yarl import URL

from stringee_async import WebhookError
from stringee_async.ringme import (
    AgentEvent,
    ExtensionEvent,
    agent_event_handler,
    parse_agent_event,
    parse_extension_event,
)

from ..kit import until

QUERY = "agent_id=136&agent_status=available&agent_type=local&extension_name=000%2A094%40ringme.ru&event_source=phone"
EVENT = AgentEvent(
    agent_id=136,
    agent_status="available",
    agent_type="local",
    extension_name="000*094@ringme.ru",
    event_source="phone",
)
FIELDS = dict(urllib.parse.parse_qsl(QUERY))


@pytest.mark.parametrize(
    "data",
    [
        QUERY,
        "?" + QUERY,
        QUERY.encode(),
        FIELDS,
        {**FIELDS, "agent_id": 136},
        {name: [value] for name, value in FIELDS.items()},
        {name: ("old", value) for name, value in FIELDS.items()},
        MultiDict([("agent_id", "1"), *FIELDS.items()]),
        "agent_id=1&" + QUERY,
        QUERY + "&agent_number=",
        {**FIELDS, "agent_number": []},
    ],
)
def test_an_agent_event_is_read_from_every_form(data: Any) -> None:
    assert parse_agent_event(data) == EVENT


@pytest.mark.parametrize(
    ("status", "login", "logout"),
    [("available", True, False), ("logged_out", False, True), ("on_break", False, False)],
)
def test_login_and_logout_are_told_by_the_status(status: str, login: bool, logout: bool) -> None:
    event = parse_agent_event(
        {"agent_id": "9", "agent_status": status, "agent_type": "remote", "agent_number": "8921"}
    )
    assert (event.is_login, event.is_logout, event.agent_status) == (login, logout, status)
    assert (event.agent_number, event.extension_name) == ("8921", None)


def test_unknown_fields_are_kept_and_decoding_happens_once() -> None:
    event = parse_agent_event(QUERY + "&mark=%252A&note=a+b&empty=")
    assert dict(event.extra) == {"mark": "%2A", "note": "a b", "empty": ""}


@pytest.mark.parametrize(
    "data",
    [
        "",
        b"",
        {},
        "agent_status=available",
        "agent_id=136",
        "agent_id=&agent_status=available",
        "agent_id=136&agent_status=",
        "agent_id=secret-canary&agent_status=available",
        "agent_id=0&agent_status=available",
        "agent_id=-4&agent_status=available",
        "<html>secret-canary</html>",
        b"\xff\xfe",
        "&".join(f"a{number}=1" for number in range(500)),
        {"agent_id": b"1", "agent_status": "available"},
        {"agent_id": None, "agent_status": "available"},
        {"agent_id": True, "agent_status": "available"},
        {7.5: "x"},
        {**FIELDS, "x": "\ud800"},
        None,
        7,
        [("agent_id", "1")],
    ],
)
def test_what_is_no_agent_event_is_a_webhook_error(data: Any) -> None:
    with pytest.raises(WebhookError) as caught:
        parse_agent_event(data)
    assert "canary" not in f"{caught.value} {vars(caught.value)}"


def test_an_extension_event_is_read_by_the_vendors_names() -> None:
    event = parse_extension_event(
        b"EventType=dial-in&CallID=c1&CallerIDNum=89215650644&CallerIDName=An&CalledDID=74951234567"
        b"&CalledExtension=000%2A370&CalledNumber=&CallStatus=CALLING&EventTime=123"
    )
    assert event == ExtensionEvent(
        event_type="dial-in",
        call_id="c1",
        caller_id_num="89215650644",
        caller_id_name="An",
        called_did="74951234567",
        called_extension="000*370",
        call_status="CALLING",
    )
    assert dict(event.extra) == {"EventTime": "123"}
    assert parse_extension_event({"EventType": "new"}).event_type == "new"
    with pytest.raises(WebhookError, match="EventType"):
        parse_extension_event({"CallID": "c1"})


# -- served --------------------------------------------------------------------------------------------------


class Served:
    """A web server with one handler, and what its callback was given."""

    def __init__(self, *, delay: asyncio.Event | None = None) -> None:
        self.events: list[Any] = []
        self.delay = delay
        app = web.Application()
        app.router.add_route("*", "/hook", agent_event_handler(self.take))
        self.client = TestClient(TestServer(app))

    async def take(self, event: Any) -> None:
        if self.delay is not None:
            await self.delay.wait()
        if getattr(event, "event_source", None) == "broken":
            raise ValueError("the user's mistake")
        self.events.append(event)

    async def __aenter__(self) -> Self:
        await self.client.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


async def test_get_and_post_are_served_alike() -> None:
    async with Served() as served:
        assert (await served.client.get(f"/hook?mark=1&{QUERY}")).status == 200
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await served.client.post("/hook?mark=1", data=QUERY, headers=form)).status == 200
        assert (await served.client.post("/hook?mark=1&agent_id=5", data=FIELDS)).status == 200
        await served.settle()
    assert served.events == [EVENT] * 3
    assert [dict(event.extra) for event in served.events] == [{"mark": "1"}] * 3


async def test_the_answer_does_not_wait_for_the_callback() -> None:
    gate = asyncio.Event()
    async with Served(delay=gate) as served:
        async with asyncio.timeout(60):
            assert (await served.client.get(f"/hook?{QUERY}")).status == 200
        assert served.events == []
        gate.set()
        await served.settle()
        assert served.events == [EVENT]


async def test_what_is_no_event_is_refused_and_the_callback_not_called() -> None:
    async with Served() as served:
        assert (await served.client.get("/hook?agent_id=x")).status == 400
        assert (await served.client.post("/hook", data=b"\xff")).status == 400
        refused = await served.client.put(f"/hook?{QUERY}")
        assert (refused.status, refused.headers["Allow"]) == (405, "GET,POST")
        await served.settle()
    assert served.events == []


async def test_a_callback_that_fails_is_logged_and_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    async with Served() as served:
        with caplog.at_level(logging.ERROR, logger="stringee_async"):
            assert (await served.client.get(f"/hook?{QUERY}&event_source=broken")).status == 200
            await served.settle()
        assert (await served.client.get(f"/hook?{QUERY}")).status == 200
        await served.settle()
    assert served.events == [EVENT]
    assert "the callback for an AgentEvent failed" in caplog.text


@pytest.mark.parametrize("text", ["50%off", "50%25off", "a+b", "a%2Bb c", "%", "%zz", "ă&=#"])
async def test_a_value_of_the_query_is_decoded_once(text: str) -> None:
    fields = {**FIELDS, "note": text}
    async with Served() as served:
        query = urllib.parse.urlencode(fields)
        assert (await served.client.get(URL(f"/hook?{query}", encoded=True))).status == 200
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await served.client.post("/hook", data=query, headers=form)).status == 200
        await until(lambda: len(served.events) == 2, "both events are handled")
    assert [event.extra["note"] for event in served.events] == [text, text]


def test_a_log_of_an_event_holds_no_number() -> None:
    called = parse_extension_event(
        "EventType=response&CallID=c&CallerIDNum=8921565&CallerIDName=Ivan&CalledNumber=8921566"
    )
    assert (called.caller_id_num, called.caller_id_name) == ("8921565", "Ivan")
    assert called.called_number == "8921566"
    shown = repr(called) + repr(parse_agent_event(f"{QUERY}&agent_number=8921565"))
    assert "call_id='c'" in shown
    assert not any(text in shown for text in ("892156", "Ivan"))
