"""Call records that the emulated ITNIO TECH service pushes to the customer."""

import asyncio
import contextlib
import json
import time

import pytest

from stringee_async.emulator import Emulator, ItniotechSettings
from stringee_async.emulator.itniotech.state import RECORDED
from stringee_async.emulator.itniotech.times import written

from ..kit import jump, until
from .conftest import Listener, SignedWire


@pytest.fixture
def record(centre: SignedWire, listener: Listener) -> int:
    """The id of a record of an account that pushes to the listener, with tries close together."""
    centre.state.push_url = listener.url("/records")
    centre.settings.push_interval = 0.005
    return centre.state.add_record(called="84900000001", labels=["vip"], callStartTime="2025-01-08 10:00:00")


async def test_push(centre: SignedWire, listener: Listener, record: int) -> None:
    """A record is posted once as unsigned JSON with the documented fields; settle waits for it."""
    push = centre.state.push_record(record)
    assert push.outcome == "under way"
    await centre.emulator.settle()
    assert (push.outcome, [attempt.status for attempt in push.attempts]) == ("delivered", [200])
    assert centre.state.pushes == [push]
    (body,) = (json.loads(body) for *_, body in listener.heard)
    assert set(body) == {
        "callId", "callSessionId", "called", "calledInfo", "caller", "ccode", "ccodeName", "agentName", "agentGroupName",
        "agentAccount", "callDuration", "callType", "hangupCode", "hangupReason", "hangingDirection", "labels",
        "remark", "baseCost", "cost", "callStartTime", "answerTime", "callEndTime", "voiceUrl",
    }  # fmt: skip
    assert (body["called"], body["labels"]) == ("84900000001", ["vip"])
    assert listener.headers[0]["Content-Type"].startswith("application/json")
    assert not {"Sign", "Timestamp", "Api-Key"} & set(listener.headers[0])


async def test_push_with_other_fields(centre: SignedWire, listener: Listener, record: int) -> None:
    """Fields may be left out, replaced or added, to play what the documentation leaves open."""
    centre.state.push_record(record, leave_out=("called", "cost"), baseCost=0.5, newField=1)
    await centre.emulator.settle()
    body = json.loads(listener.heard[0][3])
    assert not {"called", "cost"} & set(body)
    assert (body["baseCost"], body["newField"]) == (0.5, 1)


@pytest.mark.parametrize("bad", [500, 404, 307, 300])
async def test_push_is_repeated(centre: SignedWire, listener: Listener, record: int, bad: int) -> None:
    """Any status but 2xx is a failure; the same body is sent again until it is taken; redirects are not followed."""
    listener.statuses = [bad, bad]
    push = centre.state.push_record(record)
    await centre.emulator.settle()
    assert [attempt.status for attempt in push.attempts] == [bad, bad, 200]
    assert push.outcome == "delivered"
    assert len(set(listener.heard)) == 1
    assert push.attempts[2].at - push.attempts[0].at >= 0.009


async def test_a_push_is_repeated_three_times(centre: SignedWire, listener: Listener, record: int) -> None:
    listener.statuses = [503] * 9
    push = centre.state.push_record(record)
    await centre.emulator.settle()
    assert (push.outcome, len(push.attempts), len(listener.heard)) == ("given up", 4, 4)
    centre.settings.push_repeats = 0
    push = centre.state.push_record(record)
    await centre.emulator.settle()
    assert (push.outcome, len(push.attempts)) == ("given up", 1)


async def test_push_to_nobody_and_to_one_who_hangs(
    centre: SignedWire, listener: Listener, record: int
) -> None:
    centre.settings.push_repeats, centre.settings.push_timeout = 0, 0.02
    listener.hang()
    slow = centre.state.push_record(record)
    await centre.emulator.settle()
    centre.state.push_url = "http://127.0.0.1:9/"
    centre.settings.push_timeout = 60.0
    refused = centre.state.push_record(record)
    await centre.emulator.settle()
    assert [push.attempts[0].status for push in (slow, refused)] == [None, None]
    assert slow.attempts[0].error
    assert refused.attempts[0].error == "ClientConnectorError"
    assert not refused.attempts[0].good


async def test_default_rhythm(centre: SignedWire, listener: Listener, record: int) -> None:
    """By default a failed push waits half an hour, and closing the emulator cancels it and leaves no task."""
    assert Emulator().itniotech_settings.push_interval == 1800.0
    centre.settings.push_interval = 1800.0
    listener.statuses = [500]
    push = centre.state.push_record(record)
    await until(lambda: push.attempts, "the first attempt is made")
    before = asyncio.all_tasks()
    await centre.emulator.close()
    assert push.outcome == "cancelled"
    assert len(asyncio.all_tasks()) < len(before)


async def test_pushes_need_a_server_an_address_and_a_record(centre: SignedWire, record: int) -> None:
    with pytest.raises(KeyError):
        centre.state.push_record(7)
    centre.state.push_url = None
    with pytest.raises(RuntimeError, match="push_url"):
        centre.state.push_record(record)
    centre.state.push_url = "http://localhost:9/"
    await centre.emulator.close()
    with pytest.raises(RuntimeError, match="not running"):
        centre.state.push_record(record)
    assert (centre.state.pushes, centre.state.push_url) == ([], "http://localhost:9/")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("http://127.0.0.1:1/a", True),
        ("https://127.8.9.1/", True),
        ("http://[::1]:80/", True),
        ("http://localhost/", True),
        ("http://10.0.0.1/", False),
        ("http://example.com/", False),
        ("http://127.0.0.1.example.com/", False),
        ("http://0.0.0.0/", False),
        ("ftp://127.0.0.1/", False),
        ("/records", False),
        ("", False),
    ],
)
async def test_an_address_elsewhere_is_refused(centre: SignedWire, url: str, fits: bool) -> None:
    with contextlib.nullcontext() if fits else pytest.raises(ValueError, match="loopback"):
        centre.state.push_url = url
    assert centre.state.push_url == (url if fits else None)


# -- calls that end ------------------------------------------------------------------------------------------


async def call_made(centre: SignedWire) -> str:
    """Have an agent call a number over the wire, and return the call's id."""
    if not centre.state.agents:
        centre.state.add_agents(centre.state.add_group("Sales"), account="an01")
    body = {"callee": "84900000001", "account": "an01", "appId": centre.state.app_id}
    made: str = await centre.done("/voice/sendSip", body)
    return made


async def listed(centre: SignedWire) -> list[str]:
    """The ids of the calls of today, as the list has them."""
    now = time.time()
    span = {"startTime": written(now - 3600), "endTime": written(now + 3600)}
    return [row["callId"] for row in await centre.rows("record/query", **span)]


async def test_a_call_that_was_made_is_pushed_and_listed_when_it_has_ended(
    centre: SignedWire, listener: Listener
) -> None:
    centre.state.push_url = listener.url("/records")
    centre.settings.call_seconds, centre.settings.recorded = 60.0, True
    await call_made(centre)
    assert (await listed(centre), listener.heard) == ([], [])
    centre.settings.call_seconds = 0.02
    made = await call_made(centre)
    await until(lambda: centre.state.pushes and centre.state.pushes[0].outcome == "delivered", "it is pushed")
    (body,) = (json.loads(body) for *_, body in listener.heard)
    assert (body["callId"], body["called"]) == (made, "84900000001")
    assert body["answerTime"] == body["callStartTime"] <= body["callEndTime"]
    async with centre.session.get(body["voiceUrl"]) as response:
        assert (response.status, await response.read()) == (200, RECORDED)
    assert await listed(centre) == [made]


async def test_without_a_length_a_call_ends_at_once_and_is_pushed_if_there_is_an_address(
    centre: SignedWire, listener: Listener
) -> None:
    made = await call_made(centre)
    assert (await listed(centre), centre.state.pushes) == ([made], [])
    centre.state.push_url = listener.url("/records")
    await call_made(centre)
    await centre.emulator.settle()
    assert [json.loads(body)["voiceUrl"] for *_, body in listener.heard] == [None]


async def test_a_call_that_outlasts_the_emulator_is_not_pushed(listener: Listener) -> None:
    async with Emulator(seed=1, itniotech_settings=ItniotechSettings(call_seconds=60.0)) as emulator:
        state = emulator.state.itniotech
        state.push_url = listener.url("/records")
        state.play_call(state.add_record(), "127.0.0.1")
    jump(61.0)
    await asyncio.sleep(0.01)
    assert (state.pushes, listener.heard) == ([], [])


# -- text messages that are delivered ------------------------------------------------------------------------


async def message_sent(centre: SignedWire) -> str:
    """Send a text message over the wire, and return its id."""
    body = {"appId": centre.state.app_id, "numbers": "84900000001", "content": "hi"}
    sent = await centre.post("/sms/sendSms", body)
    key: str = sent["array"][0]["msgId"]
    return key


async def test_a_text_message_is_delivered_and_reported_after_a_while(
    centre: SignedWire, listener: Listener
) -> None:
    centre.state.sms.push_url = listener.url("/reports")
    keys: list[str] = []
    for centre.settings.sms_seconds in (0.02, 60.0):
        keys.append(await message_sent(centre))
    centre.state.sms.finish(keys[1], 1)  # by hand, before its time
    await until(lambda: len(centre.state.pushes) == 2, "the first one is delivered")
    await centre.emulator.settle()
    jump(61.0)
    await asyncio.sleep(0.01)
    reports = [json.loads(body) for *_, body in listener.heard]
    assert sorted((report["msgid"], report["status"]) for report in reports) == [(keys[0], 0), (keys[1], 1)]


async def test_without_a_time_a_text_message_waits_for_its_test(
    centre: SignedWire, listener: Listener
) -> None:
    centre.state.sms.push_url = listener.url("/reports")
    key = await message_sent(centre)
    await centre.emulator.settle()
    assert (centre.state.sms.messages[key]["status"], centre.state.pushes) == (-1, [])
