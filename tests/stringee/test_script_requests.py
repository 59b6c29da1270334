"""What the vendor asks for during a call: read from a query or an event, verified, and responded to with a script."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from stringee_async import ConfigError, WebhookError
from stringee_async.stringee import (
    CallEvent,
    CustomerRequest,
    KeysPressed,
    ScriptRequest,
    customer_info_handler,
    script_handler,
)
from stringee_async.stringee.scco import ask_keys, connect, phone, talk, user

KEY = "demo-signing-key"
APP = (
    "from=u.an&to=84900000002&fromInternal=true&userId=u.an&projectId=246&custom=a%26b&callId=call-vn-1-X&x=1"
)
PHONE = "/hook/answer?from=84900000001&to=84900000002&fromInternal=false&uuid=u-1"


def signed(data: str, key: str = KEY) -> dict[str, str]:
    """Return the header of a request, computed apart from the package."""
    return {
        "X-STRINGEE-SIGNATURE": base64.b64encode(hmac.digest(key.encode(), data.encode(), "sha1")).decode()
    }


def app_with(handler: Any) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    app.router.add_route("*", "/hook/answer", handler)
    return TestClient(TestServer(app))


def test_the_two_requests_of_the_page_are_read() -> None:
    by_user, by_phone = ScriptRequest.parse(APP), ScriptRequest.parse(PHONE.encode())
    assert by_user == ScriptRequest(
        caller="u.an", called="84900000002", from_internal=True, user_id="u.an", project_id="246", custom="a&b",
        call_id="call-vn-1-X", extra={"x": "1"},
    )  # fmt: skip
    assert by_phone == ScriptRequest(
        caller="84900000001", called="84900000002", from_internal=False, uuid="u-1"
    )
    assert ScriptRequest.parse({"from": "u", "fromInternal": "1"}).from_internal is True
    assert ScriptRequest.parse("from=+84900&fromInternal=perhaps") == ScriptRequest(caller="84900")
    assert ScriptRequest.parse("callId=c&custom=a?b").custom == "a?b"
    assert "8490" not in repr(by_phone)


@pytest.mark.parametrize("wrong", ["", "to=84900", "/hook", "a&" * 300, 7, None, [], {"from": 7}])
def test_what_is_no_request_for_a_script_is_refused(wrong: Any) -> None:
    with pytest.raises(WebhookError):
        ScriptRequest.parse(wrong)


def test_a_request_for_a_customer_is_read() -> None:
    asked = CustomerRequest.parse("from=84900000001&to=84900000002&project=246&new=1")
    assert asked == CustomerRequest(
        caller="84900000001", called="84900000002", project="246", extra={"new": "1"}
    )
    assert "8490" not in repr(asked)
    with pytest.raises(WebhookError):
        CustomerRequest.parse("project=246")


async def test_a_script_is_given_for_a_call_for_keys_and_for_a_connection_that_failed() -> None:
    seen: list[Any] = []

    async def choose(asked: ScriptRequest | CallEvent | KeysPressed) -> list[Any]:
        seen.append(asked)
        match asked:
            case ScriptRequest():
                return [ask_keys(event_url="https://me.example/hook/answer", max_digits=1)]
            case KeysPressed():
                return [connect(caller=phone("842871000000"), to=user(f"u.{asked.dtmf}"))]
            case CallEvent():
                return [talk("All agents are busy")]

    keys = json.dumps({"time": "1", "dtmf": "5", "call_id": "c", "timeout": False})
    failed = json.dumps({"call_status": "connect_failed", "call_id": "c", "agent_status": "ended"})
    ready = json.dumps({"call_id": "c", "recording_url": "http://x/y"})
    async with app_with(script_handler(choose, signing_key=KEY)) as client:
        response = await client.get(URL(PHONE, encoded=True), headers=signed(PHONE))
        assert (await response.json())[0]["action"] == "input"
        for body, action in ((keys, "connect"), (failed, "talk")):
            response = await client.post("/hook/answer", data=body, headers=signed(body))
            assert [step["action"] for step in await response.json()] == [action]
        assert [type(one).__name__ for one in seen] == ["ScriptRequest", "KeysPressed", "CallEvent"]
        assert (await client.get(URL(PHONE, encoded=True))).status == 403
        assert (await client.get(URL(f"{PHONE}x", encoded=True), headers=signed(PHONE))).status == 403
        assert (await client.post("/hook/answer", data=keys)).status == 403
        assert (await client.post("/hook/answer", data=ready, headers=signed(ready))).status == 400
        assert (await client.get("/hook/answer", headers=signed("/hook/answer"))).status == 400
        assert (await client.put("/hook/answer", data=keys, headers=signed(keys))).status == 405
    assert len(seen) == 3


@pytest.mark.parametrize("steps", [[], "talk", None, [{"text": "hi"}], RuntimeError("broken")])
async def test_a_script_that_cannot_be_made_is_logged(steps: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def choose(_: Any) -> Any:
        if isinstance(steps, Exception):
            raise steps
        return steps

    async with app_with(script_handler(choose, signing_key=None)) as client:
        with caplog.at_level(logging.ERROR, "stringee_async.webhooks"):
            assert (await client.get(PHONE)).status == 500
    assert "no script could be made" in caplog.text


async def test_what_is_known_of_a_customer_reaches_the_agent() -> None:
    async def look_up(asked: CustomerRequest) -> Mapping[str, Any]:
        if asked.caller == "1":
            raise RuntimeError("the CRM is down")
        return {"name": "An", "vip": True} if asked.caller == "2" else {"x": b"1"}

    async with app_with(customer_info_handler(look_up, signing_key=KEY)) as client:
        for caller, status in (("2", 200), ("1", 500), ("3", 500)):
            uri = f"/hook/answer?from={caller}&to=84900000002&project=246"
            response = await client.get(URL(uri, encoded=True), headers=signed(uri))
            assert response.status == status
            if status == 200:
                assert await response.json() == {"name": "An", "vip": True}
        assert (await client.get("/hook/answer?from=2")).status == 403
        assert (await client.post("/hook/answer?from=2")).status == 405
    async with app_with(customer_info_handler(look_up, signing_key=None)) as client:
        assert (await client.get("/hook/answer?from=2")).status == 200
        assert (await client.get("/hook/answer")).status == 400


@pytest.mark.parametrize("make", [script_handler, customer_info_handler])
def test_an_empty_key_is_refused(make: Any) -> None:
    with pytest.raises(ConfigError, match="signing_key"):
        make(None, signing_key=" ")
