"""The control API over real HTTP: who may use it, and what it does."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from stringee_async.emulator import Emulator, Fault, RingMeSettings

from .conftest import Listener, RingMeWire, Start, Wire

WRITE = {"X-Emulator": "1"}
HOSTILE = "<script>alert(1)</script>"


class Api:
    """Calls the control API of an emulator."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.emulator = wire.emulator

    async def raw(self, method: str, path: str, **options: Any) -> tuple[int, Any, Any]:
        url = f"{self.emulator.url}/_emulator{path}"
        async with self.wire.session.request(method, url, allow_redirects=False, **options) as response:
            return response.status, response.headers, await response.read()

    async def __call__(
        self, method: str, name: str, /, body: Any = None, status: int = 200, **query: Any
    ) -> Any:
        headers = WRITE if method != "GET" else {}
        got, _, raw = await self.raw(method, f"/api/{name}", json=body, headers=headers, params=query)
        assert got == status, (got, raw)
        return json.loads(raw)


@pytest.fixture
async def api(start: Start) -> Api:
    """The control API of an emulator with default settings."""
    return Api(await start(page=True))


async def test_there_is_no_page_unless_it_is_asked_for(wire: Wire) -> None:
    api = Api(wire)
    assert (await api.raw("GET", "/"))[0] == 404
    assert (await api.raw("PUT", "/api/state", headers=WRITE, data=b"{}"))[0] == 404
    assert wire.emulator.refused("unmatched") == 2


FOREIGN = [
    "evil.example",
    "evil.example:{port}",
    "localhost.evil.example",
    "127.0.0.2:{port}",
    "",
    "u@localhost",
    "[::1",
]


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_foreign_host_is_refused(api: Api, host: str) -> None:
    """A page under a name of its own that leads here (DNS rebinding) gets nothing, header or not."""
    named = {"Host": host.format(port=api.emulator.port), **WRITE}
    before = api.emulator.dump()
    for method, path in [
        ("GET", "/"),
        ("GET", "/api/state"),
        ("GET", "/api/events"),
        ("POST", "/api/sample"),
    ]:
        status, _, raw = await api.raw(method, path, headers=named)
        assert status in ((403, 400) if host in ("", "[::1") else (403,))
        assert b"agents" not in raw
    assert api.emulator.dump() == before


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:{port}", "127.0.0.1:{port}", "127.0.0.1"])
async def test_its_own_addresses_are_let_in(api: Api, host: str) -> None:
    named = {"Host": host.format(port=api.emulator.port)}
    assert (await api.raw("GET", "/api/state", headers=named))[0] == 200


@pytest.mark.parametrize("head", ["HTTP/1.0\r\n", "HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n"])
async def test_two_hosts_or_none_are_refused(api: Api, head: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", api.emulator.port)
    writer.write(f"GET /_emulator/api/state {head}Connection: close\r\n\r\n".encode())
    assert (await reader.readline()).split()[1] in (b"403", b"400")
    writer.close()
    await writer.wait_closed()


WRITES = [
    ("PUT", "state"), ("POST", "reset"), ("POST", "faults"), ("DELETE", "faults"), ("POST", "clock"), ("POST", "save"),
    ("POST", "webhooks"), ("POST", "calls"), ("POST", "calls/move"), ("POST", "sample"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name"), WRITES)
async def test_a_write_needs_the_header(api: Api, method: str, name: str) -> None:
    api.emulator.state.stringee.add_agent("An", "u.an")
    before = api.emulator.dump()
    for headers in (
        {},
        {"X-Emulator": "0"},
        {**WRITE, "Origin": "http://evil.example"},
        {**WRITE, "Origin": "null"},
    ):
        status, _, raw = await api.raw(method, f"/api/{name}", headers=headers, data=b"{}")
        assert status == 403, headers
        assert "error" in json.loads(raw)
    assert api.emulator.dump() == before


async def test_a_browser_that_asks_for_another_site_is_refused(api: Api) -> None:
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "x-emulator"
    status, headers, _ = await api.raw("OPTIONS", "/api/reset", headers=asked)
    assert status == 403
    assert not [name for name in headers if name.startswith("Access-Control")]
    _, headers, _ = await api.raw("GET", "/api/state")
    assert not [name for name in headers if name.startswith("Access-Control")]


async def test_the_page_comes_with_a_strict_policy(api: Api) -> None:
    for path, kind in [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")]:
        status, headers, raw = await api.raw("GET", path)
        assert (status, headers["Content-Type"].partition(";")[0]) == (200, kind)
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert b"http://" not in raw.replace(b"http://www.w3.org/2000/svg", b"").replace(
            b"http://127.0.0.1", b""
        )
        assert b"https://" not in raw
    status, headers, _ = await api.raw("GET", "")
    assert (status, headers["Location"]) == (308, "/_emulator/")
    assert (await api.raw("GET", "/page.html"))[0] == 404
    assert (await api.raw("POST", "/", headers=WRITE))[0] == 405
    assert api.emulator.requests == []


async def test_a_wrong_path_or_method_says_what_there_is(api: Api) -> None:
    assert "sample" in (await api("GET", "stat", status=404))["error"]
    status, headers, raw = await api.raw("DELETE", "/api/state", headers=WRITE)
    assert (status, headers["Allow"]) == (405, "GET, PUT")
    assert json.loads(raw) == {"error": "state takes GET, PUT"}


async def test_the_state_is_read_and_put_back(api: Api, tmp_path: Path) -> None:
    """What `GET state` returns is the saved file, byte by byte; `PUT state` brings it back."""
    api.emulator.state.stringee.add_agent(HOSTILE, "u.an")
    _, headers, raw = await api.raw("GET", "/api/state")
    assert headers["Content-Type"] == "application/json"
    assert raw == (await api.emulator.save(tmp_path / "s.json")).read_bytes()
    state = json.loads(raw)
    assert state["stringee"]["signing_key"] == api.emulator.state.stringee.signing_key
    next_id = Emulator(seed=1).state.stringee
    assert next_id.add_agent("x", "x") in state["stringee"]["agents"]
    await api("POST", "reset")
    assert not api.emulator.state.stringee.agents
    assert await api("PUT", "state", state) == {"restored": True}
    assert (await api.raw("GET", "/api/state"))[2] == raw
    wrong = {**state, "stringee": {"agents": {"A": 7}}}
    assert (
        "stringee.agents.A must be an object, not 7"
        in (await api("PUT", "state", wrong, status=400))["error"]
    )
    assert (
        "not JSON" in json.loads((await api.raw("PUT", "/api/state", headers=WRITE, data=b"{"))[2])["error"]
    )
    assert (await api.raw("GET", "/api/state"))[2] == raw


async def test_a_save_goes_to_the_file_that_was_named_at_the_start(api: Api, tmp_path: Path) -> None:
    assert "--state FILE" in (await api("POST", "save", status=409))["error"]
    api.emulator.state_file = file = tmp_path / "state.json"
    assert await api("POST", "save") == {"saved": str(file)}
    assert Emulator.load(file).dump() == api.emulator.dump()
    api.emulator.state_file = tmp_path / "none" / "state.json"
    assert "was not written" in (await api("POST", "save", status=500))["error"]


async def test_the_log_shows_what_came_and_what_went_back(api: Api) -> None:
    wire = api.wire
    await api("POST", "faults", {"operation": "agents.list", "fault": "status", "status": 503})
    await wire("POST", "/v1/agent", {"name": HOSTILE, "stringee_user_id": "u.an"})
    assert (await wire.raw("GET", "/v1/agent?page=1"))[0] == 503
    await RingMeWire(wire.emulator, wire.session).grant()
    await wire.raw("POST", "/nowhere", data=b"\xff\xfe")
    created, listed, token, nowhere = await api("GET", "requests")
    await wire("DELETE", "/v1/agent/none")
    assert [one["code"] for one in await api("GET", "requests")] == [None, None, None, None, "-1"]
    assert [one["number"] for one in await api("GET", "requests", number=2)] == [2]
    assert (created["number"], created["operation"], created["vendor"]) == (0, "agents.create", "stringee")
    assert json.loads(created["body"])["name"] == HOSTILE
    assert created["response"]["line"] == "HTTP/1.1 200 OK"
    assert json.loads(created["response"]["body"])["agentID"] in wire.state.agents
    assert created["seconds"] >= 0
    assert abs(created["arrived"] - time.time()) < 60
    assert (listed["fault"], listed["status"], listed["query"]) == ("status", 503, "page=1")
    assert (nowhere["refusal"], nowhere["body"]) == ("unmatched", "[2 bytes]")
    shown = json.dumps([created, token])
    assert wire.token not in shown
    assert wire.emulator.ringme()["client_secret"] not in token["body"]
    assert [one["number"] for one in await api("GET", "requests", after=1)] == [2, 3, 4]
    assert [one["number"] for one in await api("GET", "requests", after=-1, limit=1)] == [4]
    assert await api("GET", "requests", after=4) == []
    assert "whole number" in (await api("GET", "requests", status=400, after="x"))["error"]


async def events(api: Api, ready: asyncio.Event) -> AsyncIterator[tuple[str, Any]]:
    async with api.wire.session.get(f"{api.emulator.url}/_emulator/api/events") as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        ready.set()
        name = ""
        async for line in response.content:
            word, _, value = line.decode().rstrip().partition(": ")
            if word == "event":
                name = value
            elif word == "data":
                yield name, json.loads(value)


async def test_events_tell_what_happens_at_once(api: Api) -> None:
    """A listener is no request: it is not logged and does not count as one in flight."""
    ready, heard = asyncio.Event(), []

    async def listen() -> None:
        async for event in events(api, ready):
            heard.append(event)
            if event[0] == "changed":
                return

    task = asyncio.create_task(listen())
    await ready.wait()
    assert api.emulator.in_flight == 0
    await api.wire("POST", "/v1/agent", {"name": HOSTILE, "stringee_user_id": "u.an"})
    await api("POST", "clock", {"skew": 5})
    await asyncio.wait_for(task, 20)
    assert [(name, data.get("status")) for name, data in heard] == [
        ("request", None),
        ("request", 200),
        ("changed", None),
    ]
    assert HOSTILE not in json.dumps(heard)  # bodies are read from the log
    assert [one.operation for one in api.emulator.requests] == ["agents.create"]


async def test_a_slow_listener_is_told_to_read_the_log_and_costs_no_memory(api: Api) -> None:
    control: Any = api.emulator._dispatcher.control
    async with api.wire.session.get(f"{api.emulator.url}/_emulator/api/events") as response:
        (listener,) = control.events._listeners
        for number in range(1200):
            control.events.tell("request", {"number": number})
        assert len(listener.waiting) <= 501
        text = b""
        while b'"number": 1199' not in text:
            text += await response.content.readany()
        assert b"event: missed" in text
    sessions = [await api.wire.session.get(f"{api.emulator.url}/_emulator/api/events") for _ in range(33)]
    assert {response.status for response in sessions} <= {200, 503}
    assert sessions[-1].status == 503 or sessions[-2].status == 503
    for response in sessions:
        response.close()


async def test_a_stop_does_not_wait_for_listeners(start: Start) -> None:
    api = Api(await start(page=True))
    async with api.wire.session.get(f"{api.emulator.url}/_emulator/api/events") as response:
        await asyncio.wait_for(api.emulator.close(), 10)
        with pytest.raises(aiohttp.ClientError):
            while await response.content.readany():
                pass
            raise aiohttp.ClientError


async def test_faults_come_once_or_often_or_by_chance(api: Api) -> None:
    await api("POST", "faults", {"operation": "agents.create", "fault": "lost_answer", "times": 2})
    await api("POST", "faults", {"operation": "*", "fault": "status:502"})
    shown = await api(
        "POST", "faults", {"operation": "groups.create", "fault": "retry_after", "seconds": 3, "rate": 1}
    )
    assert shown["pending"] == [
        {"operation": "agents.create", "fault": "lost_answer", "times": 2},
        {"operation": "*", "fault": "status", "times": 1},
    ]
    assert shown["rates"] == [{"operation": "groups.create", "fault": "retry_after", "rate": 1}]
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await api.wire("POST", "/v1/agent", {"name": "An", "stringee_user_id": "u.an"})
    assert (await api.wire.raw("GET", "/v1/queue"))[0] == 502
    assert (await api.wire.raw("POST", "/v1/group", json={"name": "x"}))[1]["Retry-After"] == "3"
    happened = {
        (one["operation"], one["fault"]): one["times"] for one in (await api("GET", "faults"))["happened"]
    }
    assert happened == {
        ("agents.create", "lost_answer"): 2,
        ("queues.list", "status"): 1,
        ("groups.create", "retry_after"): 1,
    }
    assert (await api("DELETE", "faults"))["rates"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "operation must be a text"),
        ({"operation": "agents.create"}, "fault must be a text"),
        ({"operation": "agents.creat", "fault": "hang"}, "did you mean 'agents.create'"),
        ({"operation": "agents.create", "fault": "lost_anser"}, "did you mean 'lost_answer'"),
        ({"operation": "agents.create", "fault": "hang", "secnds": 1}, "did you mean 'seconds'"),
        ({"operation": "agents.create", "fault": "status", "status": 99}, "between 200 and 599"),
        ({"operation": "agents.create", "fault": "page_repeats"}, "is for paged lists"),
        (
            {"operation": "agents.create", "fault": "hang", "times": 0},
            "times must be a whole number, 1 or more",
        ),
        ({"operation": "agents.create", "fault": "hang", "times": 10**9}, "a rate of 1 is for every call"),
        ({"operation": "agents.create", "fault": "hang", "times": 1, "rate": 1}, "times or rate, not both"),
        ({"operation": "agents.create", "fault": "hang", "rate": 2}, "from 0 to 1"),
        ({"operation": "agents.create", "fault": "hang", "rate": "x"}, "rate must be a number"),
        ([], "must be a JSON object"),
    ],
)
async def test_a_fault_that_can_never_fire_is_refused(api: Api, body: Any, message: str) -> None:
    assert message in (await api("POST", "faults", body, status=400))["error"]
    assert not api.emulator.faults.pending
    assert not api.emulator.faults.rates


async def test_the_clock_is_moved(api: Api) -> None:
    told = await api("POST", "clock", {"skew": -3600})
    assert told["skew"] == -3600
    assert abs(told["now"] - time.time() + 3600) < 60
    assert api.emulator.clock_skew == -3600
    for wrong in ({}, {"skew": "1"}, {"skew": True}):
        assert "skew must be a number" in (await api("POST", "clock", wrong, status=400))["error"]
    await api("POST", "reset")
    assert (await api("GET", "clock"))["skew"] == 0


async def test_an_event_is_sent_with_the_vendors_signature(api: Api, listener: Listener) -> None:
    event = {"call_status": "ended", "name": "Nguyễn"}
    sent = await api("POST", "webhooks", {"vendor": "stringee", "event": event, "url": listener.url()})
    ((method, path, kind, text),) = listener.heard
    key = (await api("GET", "state"))["stringee"]["signing_key"]
    signed = base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha1")).decode()
    assert (method, path, kind, json.loads(text)) == ("POST", "/hook", "application/json", event)
    assert listener.headers[0]["X-STRINGEE-SIGNATURE"] == signed
    assert (sent["status"], sent["error"], sent["body"]) == (200, None, text)
    await api("POST", "webhooks", {"vendor": "itniotech", "event": '{"callId": "1"}', "url": listener.url()})
    await api("POST", "webhooks", {"vendor": "ringme", "event": {"agent_id": 1}, "url": listener.url()})
    await api(
        "POST",
        "webhooks",
        {"vendor": "ringme", "event": {"a": 1}, "url": listener.url("/h?x=2"), "method": "GET"},
    )
    assert [(one[0], one[1], one[3]) for one in listener.heard[1:]] == [
        ("POST", "/hook", '{"callId": "1"}'),
        ("POST", "/hook", "agent_id=1"),
        ("GET", "/h?x=2&a=1", ""),
    ]
    await listener.server.close()
    failed = await api(
        "POST", "webhooks", {"vendor": "ringme", "event": {"a": 1}, "url": "http://127.0.0.1:9/"}
    )
    assert (failed["status"], failed["error"]) == (None, "ClientConnectorError")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "http://192.0.2.1/"}, "loopback"),
        ({"url": "http://localhost.evil.example/"}, "loopback"),
        ({"url": "file:///etc/passwd"}, "loopback"),
        ({"url": 7}, "url must be a text"),
        ({"vendor": "other"}, "vendor must be one of stringee, ringme, itniotech"),
        ({"event": None}, "event must be the body"),
        ({"evnt": {}}, "did you mean 'event'"),
        ({"method": "GET"}, "method must be POST"),
    ],
)
async def test_an_event_goes_to_this_machine_only(
    api: Api, listener: Listener, changes: dict[str, Any], message: str
) -> None:
    body = {"vendor": "stringee", "event": {}, "url": listener.url(), **changes}
    assert message in (await api("POST", "webhooks", body, status=400))["error"]
    assert listener.heard == []


async def test_tables_are_searched_and_come_in_windows(api: Api) -> None:
    """10,000 agents with hostile names: a window is small, whatever the table holds."""
    state = api.emulator.state.stringee
    for number in range(10_000):
        state.add_agent(f"{HOSTILE} {number}", f"u.{number}")
    state.add_live_call("1", "2")
    sizes = {(one["vendor"], one["name"]): one["rows"] for one in await api("GET", "tables")}
    assert sizes["stringee", "agents"] == 10_000
    assert sizes["stringee", "live_calls"] == 1
    window = await api("GET", "table", vendor="stringee", name="agents", offset=20, limit=10)
    assert [row["row"]["stringee_user_id"] for row in window["rows"]] == [f"u.{9979 - n}" for n in range(10)]
    assert (window["total"], window["of"]) == (10_000, 10_000)
    found = await api("GET", "table", vendor="stringee", name="agents", search="ALERT(1)</SCRIPT> 777")
    assert found["total"] == 11
    most = await api("GET", "table", vendor="stringee", name="agents", limit=10_000)
    assert len(most["rows"]) == 500
    (live,) = (await api("GET", "table", vendor="stringee", name="live_calls"))["rows"]
    assert live["row"]["ends"] is None
    assert "no table" in (await api("GET", "table", status=404, vendor="stringee", name="x"))["error"]
    assert (
        "no account 5"
        in (await api("GET", "table", status=404, vendor="ringme", name="x", account=5))["error"]
    )
    assert "vendor" in (await api("GET", "table", status=400))["error"]


async def test_a_sample_centre_is_loaded_once(api: Api) -> None:
    added = (await api("POST", "sample"))["added"]
    assert all(count > 20 for count in added.values())
    assert "reset first" in (await api("POST", "sample", status=409))["error"]
    await api("POST", "reset")
    assert (await api("POST", "sample"))["added"] == added


async def test_a_call_is_moved_through_its_states_by_hand(api: Api, listener: Listener) -> None:
    await api("POST", "sample")
    state = api.emulator.state.stringee
    state.call_settings["event_url"] = listener.url()
    made = await api("POST", "calls", {"vendor": "stringee", "from": "84901234567", "to": "842871000002"})

    async def call() -> Any:
        return next(one for one in await api("GET", "calls") if one["id"] == made["id"])

    named = {"vendor": "stringee", "id": made["id"]}
    assert ((await call())["state"], (await call())["moves"]) == ("started", ["ringing", "answered", "ended"])
    await api("POST", "calls/move", {**named, "state": "ringing"})
    assert (await call())["state"] == "ringing"
    assert (
        "not to 'ringing'" in (await api("POST", "calls/move", {**named, "state": "ringing"}, 409))["error"]
    )
    await api("POST", "calls/move", {**named, "state": "answered"})
    await api("POST", "calls/move", {**named, "state": "ended"})
    assert ((await call())["state"], (await call())["moves"]) == ("ended", [])
    await api.emulator.settle()
    told = [json.loads(text).get("call_status") for *_, text in listener.heard]
    assert told == ["created", "started", "ringing", "answered", "ended", None]
    assert state.call_log[made["id"]]["from_number"] == "84901234567"
    assert (
        "no number"
        in (await api("POST", "calls", {"vendor": "stringee", "from": "1", "to": "2"}, 404))["error"]
    )


async def test_a_call_that_is_answered_by_hand_is_answered_once(api: Api) -> None:
    """Its own clock, which would have it ring and answer later, changes nothing any more."""
    for settings in (api.emulator.stringee_settings, api.emulator.ringme_settings):
        settings.ring_seconds = 0.02
    state, ringme = api.emulator.state.stringee, api.emulator.state.ringme
    state.add_number("1")
    call = state.live_calls[state.call_in("84901", "1")]
    live = ringme.call_in("79", ringme.add_extension("100"))
    await api("POST", "calls/move", {"vendor": "stringee", "id": call.id, "state": "answered"})
    await api("POST", "calls/move", {"vendor": "ringme", "id": live, "state": "answered"})
    serial, answered = call.serial, (call.answered, ringme.flow.calls[live].answered)
    await asyncio.sleep(0.04)
    assert (call.told, call.serial) == ("answered", serial)
    assert (call.answered, ringme.flow.calls[live].answered) == answered


async def test_a_reset_empties_the_lines_of_queues(api: Api) -> None:
    """Ids begin from the start, so that a call of before must not wait in a new queue of the same id."""
    for _ in range(2):
        await api("POST", "reset")
        state = api.emulator.state.stringee
        state.add_number("1", queue_id=state.add_queue("Hotline", maximum_queue_size=1))
        key = state.call_in("84901", "1")
        assert not state.live_calls[key].over


async def test_a_caller_presses_keys_and_calls_of_all_vendors_are_moved(api: Api) -> None:
    await api("POST", "sample")
    menu = await api("POST", "calls", {"vendor": "stringee", "from": "84901234567", "to": "842871000001"})
    (call,) = await api("GET", "calls")
    assert (call["at"], call["keys"], call["moves"]) == ("IVR", True, ["ended"])
    await api("POST", "calls/move", {"vendor": "stringee", "id": menu["id"], "keys": "1"})
    (call,) = await api("GET", "calls")
    assert (call["agent"], call["moves"]) == ("agent.01", ["ringing", "answered", "ended"])
    phone = await api("POST", "calls", {"vendor": "ringme", "from": "79031234567", "to": "100"})
    ringme = {"vendor": "ringme", **phone}
    await api("POST", "calls/move", {**ringme, "state": "answered"})
    await api("POST", "calls/move", {**ringme, "state": "ended"})
    assert phone["id"] not in api.emulator.state.ringme.current_calls
    voice = await api("POST", "calls", {"vendor": "itniotech", "from": "65", "to": "6581234567"})
    states = []
    for state in ("ringing", "answered", "ended"):
        await api("POST", "calls/move", {"vendor": "itniotech", **voice, "state": state})
        states.append(api.emulator.state.itniotech.voice.state_of(voice["id"]))
    assert states == ["ringing", "answered", "ended"]
    (record,) = api.emulator.state.itniotech.voice.records("group", white_label=False)
    assert record["terminationCode"] == 200
    api.emulator.itniotech_settings.call_seconds = 60.0
    centre = api.emulator.state.itniotech
    centre.play_call(number := centre.add_record(), "127.0.0.1")
    await api("POST", "calls/move", {"vendor": "itniotech", "id": f"{number}", "state": "ended"})
    assert centre.row("call_records", f"{number}") is not None
    for body, status in [
        ({"id": "x", "state": "ended"}, 404),
        ({"id": "x"}, 400),
        ({"id": "x", "keys": "1"}, 404),
    ]:
        for vendor in ("stringee", "ringme", "itniotech"):
            got, *_ = await api.raw("POST", "/api/calls/move", headers=WRITE, json={"vendor": vendor, **body})
            assert got == (status if vendor == "stringee" or "keys" not in body else 400)


async def test_the_use_of_limits_is_shown(start: Start) -> None:
    quota = RingMeSettings(quota=(100, 3600.0))
    api = Api(
        await start(page=True, rate_limit=(300, 10.0), ringme_settings=quota, window_clock=lambda: 12.0)
    )
    for _ in range(3):
        await api.wire("GET", "/v1/agent")
    await RingMeWire(api.emulator, api.wire.session)("GET", "/user")
    shown = await api("GET", "status")
    used = {
        (one["limit"], one["vendor"], one["account"]): (one["used"], one["most"]) for one in shown["limits"]
    }
    assert used["rate limit", "stringee", "0"] == (3, 300)
    assert used["quota", "ringme", "0"] == (1, 100)
    assert next(one for one in shown["limits"] if one["vendor"] == "stringee")["left"] == 8.0
    assert shown["environment"] == api.emulator.environment()
    assert "agents.create" in shown["operations"]
    assert "code" in shown["faults"]["status"]


async def test_neither_page_nor_api_meet_faults_limits_or_latency(start: Start) -> None:
    api = Api(await start(page=True, rate_limit=(1, 1000.0), latency=30.0))
    api.emulator.faults.script("*", Fault.status(503))
    for _ in range(3):
        await asyncio.wait_for(api("GET", "status"), 10)
    assert api.emulator.count() == 0
    assert api.emulator.faults.pending
